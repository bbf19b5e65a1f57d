import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogOptions, type LogRequest, readLog } from '../../../src/probe/log/read-log.ts'
import { logFormat } from '../../../src/reading/log-formats.ts'
import { nginxErrorLogReader } from '../../../src/reading/nginx/error-log.ts'
import { cpuNow } from '../../cpu.ts'
import { capturedLog, context } from '../../reading/nginx/knowledge.ts'

let folder = ''
let path = ''
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-log-'))
  path = join(folder, 'error.log')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const NOW = new Date('2026-11-21T04:10:00Z')
const SITE = {
  'url.host': 'shop.example',
  'url.port': 80n,
  'url.path': '/',
  'config.server_name': 'shop.example',
  'config.error_log_level': 'error',
}

function look(more: Partial<LogRequest> = {}, options: Partial<LogOptions> = {}) {
  const request: LogRequest = {
    kind: 'log',
    at: 'proxy',
    read: 'nginx-error-log',
    timeoutMs: 10_000,
    path,
    windowMs: 15 * 60_000,
    ...more,
  }
  const all = { format: logFormat(request.read), context: context(SITE), now: () => NOW, ...options }
  return readLog(request, all, new AbortController().signal)
}

const stamp = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')
/** The line of a refused connection, `seconds` before now, in the form captured from nginx 1.22.1. */
const line = (seconds: number, request = '/', host = 'shop.example') =>
  `${stamp(new Date(NOW.getTime() - seconds * 1000))} [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.9, server: ${host}, request: "GET ${request} HTTP/1.1", upstream: "http://127.0.0.1:3000${request}", host: "${host}"\n`

/** A child process that opens the log for appending, as nginx does, and then only waits. */
async function writer(file: string, env: Record<string, string> = {}): Promise<number> {
  const code = `require('fs').openSync(process.argv[1], 'a'); process.stdout.write('open'); setTimeout(() => {}, 60000)`
  const child = spawn(process.execPath, ['-e', code, file], { stdio: ['ignore', 'pipe', 'ignore'], env })
  children.push(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  return child.pid ?? 0
}

function read(capture: Awaited<ReturnType<typeof look>>) {
  return nginxErrorLogReader.read(capture, context(SITE, { now: NOW }))
}

describe('the window', () => {
  it('holds what is younger, and stops at what is older', async () => {
    writeFileSync(path, line(3600) + line(1200) + line(600) + line(10))
    const capture = await look()
    expect(capture.out).toBe(line(600) + line(10))
    expect(capture.meta).toMatchObject({ path, records: 2, reached: true, left: [] })
    expect(capture.outcome).toBe('ok')
  })

  it('is read on when one stamp in between is old', async () => {
    writeFileSync(path, line(60) + line(90_000) + line(10))
    expect((await look()).out).toBe(line(60) + line(10))
  })

  it('an empty log is seen whole', async () => {
    writeFileSync(path, '')
    const capture = await look({ writer: await writer(path) })
    expect(capture.meta).toMatchObject({ held: 'yes', reached: true, records: 0 })
    expect(read(capture).value).toMatchObject({ complete: true, count: 0n })
  })

  it('a log that was last written before it needs no reading', async () => {
    writeFileSync(path, line(10))
    utimesSync(path, NOW.getTime() / 1000 - 7200, NOW.getTime() / 1000 - 7200)
    expect((await look()).meta).toMatchObject({ records: 0, reached: true })
  })
})

describe('rotated files', () => {
  it('are read as far as the window reaches, plain and packed, in the order of writing', async () => {
    writeFileSync(path, line(10))
    writeFileSync(`${path}.1`, line(200) + line(100))
    writeFileSync(`${path}.2.gz`, gzipSync(line(5000) + line(400) + line(300)))
    writeFileSync(`${path}-20261120`, 'not read: too old\n')
    utimesSync(`${path}.1`, NOW, new Date(NOW.getTime() - 100_000))
    utimesSync(`${path}.2.gz`, NOW, new Date(NOW.getTime() - 300_000))
    utimesSync(`${path}-20261120`, NOW, new Date(NOW.getTime() - 86_400_000))
    const capture = await look()
    expect(capture.out).toBe(line(400) + line(300) + line(200) + line(100) + line(10))
    expect(capture.meta).toMatchObject({ records: 5, reached: true, gaps: [] })
  })

  it("another log's name is not taken for one", async () => {
    writeFileSync(path, line(10))
    writeFileSync(`${path}.shop`, line(20))
    expect((await look()).out).toBe(line(10))
  })

  it('a damaged or foreign archive leaves a gap that is told', async () => {
    writeFileSync(path, line(10))
    writeFileSync(`${path}.1.gz`, gzipSync(line(100).repeat(50)).subarray(0, 60))
    writeFileSync(`${path}.2.xz`, 'x')
    const capture = await look()
    expect(capture.meta.gaps).toEqual([expect.stringContaining('error.log'), expect.stringContaining('error.log')])
    expect(capture.meta.reached).toBe(false)
    expect(read(capture).value.complete).toBe(false)
  })
})

describe('the process that writes', () => {
  it('holds the file that was read', async () => {
    writeFileSync(path, line(10))
    const capture = await look({ writer: await writer(path) })
    expect(capture.meta).toMatchObject({ held: 'yes', moved: false })
  })

  it('writes on into a file that was moved: that one is read', async () => {
    writeFileSync(path, line(30))
    const pid = await writer(path)
    renameSync(path, `${path}.1`)
    writeFileSync(path, '')
    const capture = await look({ writer: pid })
    expect(capture.out).toBe(line(30))
    expect(capture.meta).toMatchObject({ held: 'yes', moved: true, path: `${path}.1` })
    expect(read(capture).value).toMatchObject({ moved: true, count: 1n })
  })

  it('writes on into a file that was deleted: that one is read', async () => {
    writeFileSync(path, line(30))
    const pid = await writer(path)
    unlinkSync(path)
    const gone = await look({ writer: pid })
    expect(gone.out).toBe(line(30))
    expect(gone.meta).toMatchObject({ held: 'yes', moved: true })
    writeFileSync(path, line(5))
    expect((await look({ writer: pid })).out).toBe(line(30))
  })

  it('that holds another file proves nothing by silence', async () => {
    writeFileSync(path, line(30, '/', 'blog.example'))
    const capture = await look({ writer: await writer(join(folder, 'other.log')) })
    expect(capture.meta).toMatchObject({ held: 'no', moved: false })
    const { value, dark } = read(capture)
    expect(value).toMatchObject({ complete: false, count: 0n })
    expect(dark.map(({ says }) => says).join()).toContain('writes elsewhere')
  })

  it('that is gone, or is not given, leaves it unknown', async () => {
    writeFileSync(path, line(30))
    expect((await look()).meta.held).toBe('unknown')
    const pid = await writer(path)
    const child = children.pop()
    await new Promise((resolve) => {
      child?.once('exit', resolve)
      child?.kill('SIGKILL')
    })
    expect((await look({ writer: pid })).meta.held).not.toBe('yes')
  })
})

describe('the time zone of the stamps', () => {
  const kathmandu = capturedLog('error-kathmandu.log')
  const written = new Date('2026-11-21T04:04:37.500Z')

  it("is measured against the file's time, to a quarter of an hour", async () => {
    writeFileSync(path, kathmandu)
    utimesSync(path, written, written)
    const capture = await look()
    expect(capture.meta).toMatchObject({ zone_minutes: 345, zone_from: 'mtime', zone_sure: false })
    expect(capture.meta.records).toBe(9)
  })

  it("is the writer's TZ", async () => {
    writeFileSync(path, kathmandu)
    const pid = await writer(path, { TZ: 'Asia/Kathmandu' })
    utimesSync(path, written, written)
    expect((await look({ writer: pid })).meta).toMatchObject({ zone_minutes: 345, zone_from: 'env' })
    // Somebody else touched the file since: then the environment decides.
    utimesSync(path, NOW, new Date(NOW.getTime() - 17_000))
    expect((await look({ writer: pid })).meta).toMatchObject({ zone_minutes: 345, zone_from: 'env', zone_sure: true })
  })

  it('a TZ that the C library could not load shows in the stamps', async () => {
    writeFileSync(path, line(10))
    const pid = await writer(path, { TZ: 'Asia/Kathmandu' })
    utimesSync(path, NOW, new Date(NOW.getTime() - 9500))
    const at = new Date(NOW.getTime() - 9500)
    const asked = { ...context(), requests: [{ startedAt: at, endedAt: at, status: 502 }] }
    const seen = (await look({ writer: pid }, { context: asked })).meta
    expect(seen).toMatchObject({ zone_minutes: 0, zone_from: 'mtime', zone_sure: true })
    // Without a line of ours it may as well have been touched.
    expect((await look({ writer: pid })).meta).toMatchObject({ zone_minutes: 345, zone_from: 'env', zone_sure: false })
  })

  it("is the host's where nothing tells it, and then not sure", async () => {
    writeFileSync(path, line(10))
    utimesSync(path, NOW, new Date(NOW.getTime() - 200_000))
    expect((await look()).meta).toMatchObject({ zone_from: 'host', zone_sure: false })
  })

  it('keeps nothing else of the environment', async () => {
    writeFileSync(path, line(10))
    const pid = await writer(path, { TZ: 'UTC', SECRET: 'hunter2' })
    expect(JSON.stringify(await look({ writer: pid }))).not.toContain('hunter2')
  })
})

describe('what is no plain file', () => {
  it('a missing file', async () => {
    expect(await look()).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
  })

  it('a FIFO is not even opened', async () => {
    execFileSync('mkfifo', [path])
    expect(await look()).toMatchObject({ outcome: 'blind', why: 'not-understood', meta: { goes: 'fifo' } })
  })

  it.each([
    ['/dev/null', 'null', '/dev/null'],
    ['/dev/stderr', 'stderr', 'the journal'],
    ['/proc/self/fd/1', 'stdout', 'the journal'],
    ['/dev/zero', 'device', 'elsewhere'],
  ])('a link to %s', async (target, goes, says) => {
    symlinkSync(target, path)
    const capture = await look()
    expect(capture).toMatchObject({ outcome: 'blind', meta: { goes } })
    expect(capture.says).toContain(says)
  })

  it('a link to a plain file is followed', async () => {
    writeFileSync(join(folder, 'real.log'), line(10))
    symlinkSync('real.log', path)
    expect(await look()).toMatchObject({ out: line(10), meta: { path: join(folder, 'real.log') } })
  })

  it('a circle of links and a folder', async () => {
    symlinkSync('error.log', path)
    expect(await look()).toMatchObject({ outcome: 'blind' })
    unlinkSync(path)
    mkdirSync(path)
    expect(await look()).toMatchObject({ outcome: 'blind', meta: { goes: 'folder' } })
  })
})

describe('odd content', () => {
  it('no line feed at the end, CRLF, and a torn line', async () => {
    writeFileSync(path, `${line(30).trimEnd()}\r\n${line(20)}${line(10).slice(0, 60)}`)
    const capture = await look()
    expect(capture.out).toBe(`${line(30)}${line(20)}`)
  })

  it('the last line without its line feed counts', async () => {
    writeFileSync(path, line(20) + line(10).trimEnd())
    expect((await look()).out).toBe(line(20) + line(10))
  })

  it("a FastCGI app's message over several lines stays one record", async () => {
    const message = line(10).replace(
      'connect() failed (111: Connection refused)',
      'FastCGI sent in stderr: "PHP message: a\nb\nc"',
    )
    writeFileSync(path, line(20) + message)
    const { out } = await look()
    expect(out).toBe(line(20) + message)
  })

  it('binary noise around the lines', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))
    writeFileSync(
      path,
      Buffer.concat([noise, Buffer.from(`\n${line(20)}`), Buffer.alloc(300_000), Buffer.from(`\n${line(10)}`)]),
    )
    const capture = await look()
    expect(capture.out).toContain(line(20).slice(0, 80))
    expect(capture.out.endsWith(line(10))).toBe(true)
  })

  it('lines of more than one chunk', async () => {
    const long = line(20, `/${'a'.repeat(1700)}`)
    writeFileSync(path, long.repeat(400) + line(10))
    const capture = await look()
    expect(capture.meta.records).toBe(401)
    expect(read(capture).value.count).toBe(401n)
  })
})

describe('a log too long to keep', () => {
  it('20 MB are read from the end, the totals stay right, this URL first', async () => {
    const others = Array.from({ length: 45_000 }, (_, i) => line(500 - Math.floor(i / 112), '/x', 'blog.example')).join(
      '',
    )
    writeFileSync(path, line(700) + others + line(250) + others + line(100))
    expect(statSync(path).size).toBeGreaterThan(20_000_000)
    const before = process.memoryUsage().arrayBuffers
    const began = cpuNow()
    const capture = await look({ windowMs: 20 * 60_000 })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
    expect(cpuNow() - began).toBeLessThan(5000)
    expect(capture.out.length).toBeLessThan(256 * 1024)
    expect(capture.out.split('\n').filter((each) => each.includes('host: "shop.example"'))).toHaveLength(3)
    expect(capture.leftOut).toMatch(/lines in the window left out/)
    const { value } = read(capture)
    expect(value.count).toBe(3n)
    expect(value.total).toBe(90_003n)
  })

  it('counts of this URL stay right when most of its lines are left out', async () => {
    writeFileSync(path, Array.from({ length: 9000 }, (_, i) => line(800 - Math.floor(i / 12))).join(''))
    const capture = await look()
    const { value } = read(capture)
    expect(value.count).toBe(9000n)
    expect(value.kinds).toMatchObject([{ signature: 'connect-refused', count: 9000n, host: '127.0.0.1', port: 3000n }])
    expect(value.first).toEqual(new Date(NOW.getTime() - 800_000))
    expect(value.last).toEqual(new Date(NOW.getTime() - 51_000))
    expect(capture.out.split('\n').length).toBeLessThan(2000)
  })

  it('reads no more than it may, and says so', async () => {
    writeFileSync(path, line(20).repeat(2000))
    const capture = await look({}, { maxBytes: 100_000 })
    expect(capture).toMatchObject({ cut: true, why: 'cut', meta: { reached: false } })
    expect(read(capture).value.complete).toBe(false)
  })

  it('ends when it is given up', async () => {
    writeFileSync(path, line(20).repeat(2000))
    const capture = await look({ timeoutMs: 0 })
    expect(capture).toMatchObject({ timedOut: true, why: 'timed-out', meta: { reached: false } })
  })

  it('a log that shrinks in between is no failure', async () => {
    writeFileSync(path, line(20).repeat(100))
    truncateSync(path, 0)
    appendFileSync(path, line(5))
    expect((await look()).out).toBe(line(5))
  })
})
