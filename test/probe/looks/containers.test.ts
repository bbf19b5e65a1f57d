import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { containerEventsLook } from '../../../src/probe/looks/container-events.ts'
import { containerLogLook } from '../../../src/probe/looks/container-log.ts'
import { containersLook } from '../../../src/probe/looks/containers.ts'
import { askEngine, engineSockets } from '../../../src/probe/looks/engine.ts'
import type { LookTools } from '../../../src/probe/looks/types.ts'

// The engine's socket of this account alone, in a folder of the test's own: what the machine itself runs is not asked.

const ID = 'e'.repeat(64)
let folder: string
let server: Server | undefined
let asked: { method: string; url: string }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-engine-'))
  asked = []
})

afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** An engine that gives these answers by path. */
async function engine(answers: Record<string, unknown>): Promise<void> {
  server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '' })
    const path = (request.url ?? '').split('?')[0] ?? ''
    const body = answers[path]
    if (body === undefined) response.writeHead(404).end('{"message":"no such container"}')
    else response.end(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server?.listen(join(folder, 'docker.sock'), resolve))
}

const tools = (): LookTools => ({
  run: () => Promise.reject(new Error('nothing is run')),
  signal: new AbortController().signal,
  timeoutMs: 4000,
  env: { XDG_RUNTIME_DIR: folder },
  now: () => new Date('2026-11-21T04:00:00.000Z'),
})

/** Where the machine has an engine of its own, that one is asked first. */
const alone = (await askEngine('/var/run/docker.sock', '/', 500, new AbortController().signal)).ok

describe.skipIf(alone)('containers', () => {
  it('are listed and inspected, with GET alone, and what may be secret stays behind', async () => {
    const inspected = { Id: ID, Name: '/shop', State: { Status: 'exited' }, Config: { Env: ['KEY=s3cr3t'] } }
    await engine({ '/containers/json': [{ Id: ID }], [`/containers/${ID}/json`]: inspected })
    const { outcome, out, argv } = await containersLook({}, tools())
    expect(outcome).toBe('ok')
    expect(argv).toEqual(['docker', 'ps', '--all', '--no-trunc'])
    expect(out).not.toContain('s3cr3t')
    expect(JSON.parse(out)).toMatchObject({ engine: 'answers', count: 1, containers: [{ Name: '/shop' }] })
    expect(asked).toEqual([
      { method: 'GET', url: '/containers/json?all=1' },
      { method: 'GET', url: `/containers/${ID}/json` },
    ])
  })

  it('that were removed in between are left out', async () => {
    await engine({ '/containers/json': [{ Id: ID }] })
    expect(JSON.parse((await containersLook({}, tools())).out)).toMatchObject({ count: 1, containers: [] })
  })

  it('that are between two lives are looked at again a moment later', async () => {
    await engine({
      '/containers/json': [{ Id: ID }],
      [`/containers/${ID}/json`]: { Id: ID, Name: '/shop', State: { Status: 'restarting' } },
    })
    const { out } = await containersLook({}, tools())
    expect(asked.filter(({ url }) => url.endsWith(`${ID}/json`))).toHaveLength(2)
    expect(JSON.parse(out).containers).toHaveLength(1)
  })

  it('whose id is none are not asked about', async () => {
    await engine({ '/containers/json': [{ Id: '../../images/json' }, { Id: 7 }, null] })
    await containersLook({}, tools())
    expect(asked).toHaveLength(1)
  })

  it('are none where no engine is: that is an answer', async () => {
    const { outcome, out } = await containersLook({}, tools())
    expect(outcome).toBe('ok')
    expect(JSON.parse(out)).toEqual({ engine: '', containers: [] })
  })

  it('are not known where something else answers', async () => {
    await engine({ '/containers/json': 'hello' })
    expect(await containersLook({}, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})

describe.skipIf(alone)("a container's log", () => {
  const frame = (stream: number, text: string) => {
    const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
    head.writeUInt32BE(Buffer.byteLength(text), 4)
    return Buffer.concat([head, Buffer.from(text)])
  }

  it('is both streams in their order, without the frames', async () => {
    const body = Buffer.concat([frame(1, '2026-11-21T03:00:00Z one\n'), frame(2, '2026-11-21T03:00:01Z two\n')])
    await engine({ '/containers/shop/logs': body })
    const { out, argv } = await containerLogLook({ container: 'shop' }, tools())
    expect(out).toBe('2026-11-21T03:00:00Z one\n2026-11-21T03:00:01Z two\n')
    expect(argv).toEqual(['docker', 'logs', '--timestamps', '--tail', '400', 'shop'])
  })

  it('of a container with a terminal has no frames', async () => {
    await engine({ '/containers/shop/logs': '2026-11-21T03:00:00Z one\n' })
    expect((await containerLogLook({ container: 'shop' }, tools())).out).toBe('2026-11-21T03:00:00Z one\n')
  })

  it('of nobody is no file; where no engine is, nobody can be asked', async () => {
    expect(await containerLogLook({ container: 'shop' }, tools())).toMatchObject({ why: 'unreachable-host' })
    await engine({})
    expect(await containerLogLook({ container: 'shop' }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-such-file',
    })
  })

  it.each(['', '../json', 'a/b', 'a?x=1', '-rm', 7])('is not asked for by %j', async (container) => {
    await engine({})
    expect(await containerLogLook({ container }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(asked).toEqual([])
  })
})

describe.skipIf(alone)("a container's events", () => {
  it('are those of the last day, up to now, so that the answer ends', async () => {
    await engine({
      '/events': '{"Action":"die","time":5,"Actor":{"Attributes":{"exitCode":"1","key":"s3cr3t"}}}\nhalf',
    })
    const { out } = await containerEventsLook({ container: 'shop' }, tools())
    expect(JSON.parse(out).events).toEqual([
      { Action: 'die', time: 5, Actor: { Attributes: { exitCode: '1', signal: '' } } },
    ])
    const url = new URL(asked[0]?.url ?? '', 'http://docker')
    expect(url.searchParams.get('since')).toBe('1795147200')
    expect(url.searchParams.get('until')).toBe('1795233600.000')
    expect(JSON.parse(url.searchParams.get('filters') ?? '')).toEqual({ type: ['container'], container: ['shop'] })
  })

  it('are not asked for without a name, and dark where no engine is', async () => {
    expect(await containerEventsLook({}, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(await containerEventsLook({ container: 'shop' }, tools())).toMatchObject({ why: 'unreachable-host' })
  })

  it('are dark where the engine refuses', async () => {
    await engine({})
    expect(await containerEventsLook({ container: 'shop' }, tools())).toMatchObject({ why: 'not-understood' })
  })
})

describe("an engine's socket", () => {
  const ask = (path: string, timeoutMs = 500) => askEngine(path, '/x', timeoutMs, new AbortController().signal)

  it('is not there, or nobody listens on it', async () => {
    expect(await ask(join(folder, 'none.sock'))).toMatchObject({ ok: false, why: 'gone' })
    await engine({})
    const path = join(folder, 'docker.sock')
    const { renameSync } = await import('node:fs')
    renameSync(path, `${path}.old`)
    await new Promise<void>((resolve) => server?.close(() => resolve()))
    server = undefined
    expect(await ask(`${path}.old`)).toMatchObject({ ok: false })
  })

  it('that never answers is waited for no longer than said', async () => {
    server = createServer(() => {})
    await new Promise<void>((resolve) => server?.listen(join(folder, 'docker.sock'), resolve))
    expect(await ask(join(folder, 'docker.sock'), 100)).toMatchObject({ ok: false, why: 'other' })
    server.closeAllConnections()
  })

  it('that answers without end is cut off', async () => {
    await engine({ '/x': Buffer.alloc(5 * 1024 * 1024) })
    expect(await ask(join(folder, 'docker.sock'), 4000)).toMatchObject({ ok: false, why: 'other' })
  })

  it('is the machine’s, then the account’s own', () => {
    expect(engineSockets({})).toEqual(['/var/run/docker.sock'])
    expect(engineSockets({ XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual([
      '/var/run/docker.sock',
      '/run/user/1000/docker.sock',
    ])
    expect(engineSockets({ XDG_RUNTIME_DIR: 'run' })).toEqual(['/var/run/docker.sock'])
  })
})
