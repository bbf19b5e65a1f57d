import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { printed } from '../../../src/probe/log/container.ts'
import { Keeper } from '../../../src/probe/log/keeper.ts'
import { type Scan, type StampedLine, scanLines } from '../../../src/probe/log/scan.ts'
import { stampZone } from '../../../src/probe/log/zone.ts'
import { containerIdOf } from '../../../src/probe/looks/container-id.ts'
import { askEngine } from '../../../src/probe/looks/engine.ts'
import { context } from '../../reading/nginx/knowledge.ts'
import { folder, NOW, simple } from './support.ts'

const ID = 'e78828512994'
/** Where the machine has an engine of its own, that one is asked first. */
const alone = (await askEngine('/var/run/docker.sock', '/', 500, new AbortController().signal)).ok

const frame = (text: string) => {
  const head = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

/** An engine that gives this answer for the log of a container. */
async function asked(log: { status?: number; body: Buffer | string }, stream: 'stdout' | 'stderr' = 'stderr') {
  const place = folder()
  const urls: string[] = []
  const server: Server = createServer((request, response) => {
    urls.push(`${request.method} ${request.url}`)
    if (request.url?.endsWith('/json')) response.end('{"Name":"/shop-nginx-1"}')
    else response.writeHead(log.status ?? 200).end(log.body)
  })
  await new Promise<void>((resolve) => server.listen(join(place, 'docker.sock'), resolve))
  onTestFinished(() => void server.close())
  const asking = { env: { XDG_RUNTIME_DIR: place }, timeoutMs: 4000, signal: new AbortController().signal }
  return { told: await printed(ID, stream, NOW.getTime() - 900_000, asking), urls }
}

describe.skipIf(alone)('what a container printed on one stream', () => {
  it('is asked for with GET alone, from the window’s start, and each line has its moment', async () => {
    const body = Buffer.concat([frame('2026-11-21T04:00:00.5Z one two\n'), frame('2026-11-21T04:00:01Z three\r\n')])
    const { told, urls } = await asked({ body })
    expect(told).toEqual({
      kind: 'lines',
      name: 'shop-nginx-1',
      lines: [
        { ms: Date.parse('2026-11-21T04:00:00.5Z'), text: 'one two' },
        { ms: Date.parse('2026-11-21T04:00:01Z'), text: 'three' },
      ],
      cut: false,
      argv: ['docker', 'logs', '--timestamps', '--since', '2026-11-21T03:55:00.000Z', 'shop-nginx-1'],
    })
    expect(urls).toEqual([
      `GET /containers/${ID}/json`,
      `GET /containers/${ID}/logs?stdout=0&stderr=1&timestamps=1&since=1795233300&tail=100000`,
    ])
  })

  it('is the one that was asked for', async () => {
    expect((await asked({ body: '' }, 'stdout')).urls[1]).toContain('stdout=1&stderr=0')
  })

  it('has no line where the engine’s stamp is missing', async () => {
    expect((await asked({ body: frame('nonsense\n\n') })).told).toMatchObject({ kind: 'lines', lines: [] })
  })

  it('cannot be read where its driver keeps nothing', async () => {
    const body = '{"message":"configured logging driver does not support reading"}'
    expect((await asked({ status: 501, body })).told).toEqual({
      kind: 'blind',
      why: 'not-understood',
      says: `Docker gives no log of shop-nginx-1 (501): ${body}`,
    })
  })

  it('cannot be asked for where no engine is', async () => {
    const asking = { env: { XDG_RUNTIME_DIR: folder() }, timeoutMs: 4000, signal: new AbortController().signal }
    expect(await printed(ID, 'stderr', 0, asking)).toMatchObject({ kind: 'blind', why: 'unreachable-host' })
  })
})

describe('a process', () => {
  it('that is in no container, or in our own, is in none', async () => {
    expect(await containerIdOf(process.pid)).toBe('')
    expect(await containerIdOf(2 ** 22 + 1)).toBe('')
  })
})

describe('lines that somebody else stamped', () => {
  const scanned = async (lines: StampedLine[], zoned: boolean) => {
    const sieve = simple(zoned).open(context())
    const keeper = new Keeper(sieve)
    const written = {
      ...{ opened: { kind: 'blind' as const, why: 'not-understood' as const, says: '', goes: 'stderr' } },
      ...{ root: '/proc/7/root', held: 'yes' as const, moved: false, tz: undefined, tzSeen: true },
    }
    const scan: Scan = {
      ...{ sieve, keeper, sinceMs: NOW.getTime() - 900_000, zone: undefined, reached: false },
      budget: { bytes: 0, over: () => false },
      zoneOf: (stamp, ms) => stampZone(written, stamp, ms, 'stamped'),
    }
    await scanLines(scan, lines)
    return { out: keeper.finish().out, zone: scan.zone, records: keeper.records }
  }
  const line = (seconds: number, text: string): StampedLine => ({ ms: NOW.getTime() - seconds * 1000, text })

  it('are records in their order, and lines that begin none belong to the one above', async () => {
    const { out, records } = await scanned([line(9, '@9 a'), line(9, ' more'), line(5, '@5 b')], true)
    expect({ out, records }).toEqual({ out: '@9 a\n more\n@5 b\n', records: 2 })
  })

  it('before the window do not count', async () => {
    expect((await scanned([line(950, '@950 old'), line(5, '@5 b')], true)).out).toBe('@5 b\n')
  })

  it('tell the zone of the program’s own stamps exactly, whatever zone this machine is in', async () => {
    const { zone, out } = await scanned([line(20, '@18020 a'), line(10, '@18010 b')], false)
    expect(zone).toEqual({ minutes: -300, from: 'mtime', sure: true })
    expect(out).toBe('@18020 a\n@18010 b\n')
  })

  it('may be none', async () => {
    expect(await scanned([], false)).toEqual({ out: '', zone: undefined, records: 0 })
  })
})
