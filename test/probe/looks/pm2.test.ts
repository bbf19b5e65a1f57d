import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { logEndLook } from '../../../src/probe/looks/log-end.ts'
import { pm2Look } from '../../../src/probe/looks/pm2.ts'
import { callPm2 } from '../../../src/probe/looks/pm2-call.ts'
import { folder, tools } from './support.ts'

let servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  servers = []
})

/** A frame as PM2's own library writes it. */
function frame(...parts: string[]): Buffer {
  const pieces = parts.flatMap((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(part))
    return [length, Buffer.from(part)]
  })
  return Buffer.concat([Buffer.from([0x10 | parts.length]), ...pieces])
}

async function daemon(path: string, answer: (socket: Socket, asked: string) => void): Promise<string[]> {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      asked.push(chunk.toString('latin1'))
      answer(socket, chunk.toString('latin1'))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return asked
}

const list = (apps: unknown) => frame(`j:${JSON.stringify({ args: [apps] })}`, 's:triage502:0')

describe('a call to PM2', () => {
  it('asks for the list, and for nothing else', async () => {
    const path = join(folder(), 'rpc.sock')
    const asked = await daemon(path, (socket) => socket.write(list([{ name: 'shop' }])))
    expect(await callPm2(path, 'getMonitorData', 2000)).toEqual({ ok: true, value: [{ name: 'shop' }] })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('"type":"call","method":"getMonitorData"')
  })

  it('puts an answer together that comes in pieces', async () => {
    const path = join(folder(), 'rpc.sock')
    await daemon(path, (socket) => {
      const whole = list([{ name: 'x'.repeat(5000) }])
      socket.write(whole.subarray(0, 3))
      setTimeout(() => socket.write(whole.subarray(3, 900)), 10)
      setTimeout(() => socket.write(whole.subarray(900)), 20)
    })
    expect(await callPm2(path, 'getMonitorData', 2000)).toMatchObject({ ok: true })
  })

  it('waits no longer than said for one that is silent', async () => {
    const path = join(folder(), 'rpc.sock')
    await daemon(path, () => {})
    expect(await callPm2(path, 'getMonitorData', 100)).toMatchObject({ ok: false, why: 'other' })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.end()],
    ['says something else', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.padEnd(4096))],
    ['answers with what is no list', (socket) => socket.write(frame('j:7'))],
    ['answers with what is no JSON', (socket) => socket.write(frame('j:{'))],
  ])('is no answer where it %s', async (_, answer) => {
    const path = join(folder(), 'rpc.sock')
    await daemon(path, answer)
    expect(await callPm2(path, 'getMonitorData', 300)).toMatchObject({ ok: false, why: 'other' })
  })

  it('to a socket that is not there is told as that', async () => {
    expect(await callPm2(join(folder(), 'rpc.sock'), 'getMonitorData', 300)).toMatchObject({ ok: false, why: 'gone' })
  })
})

describe('PM2 on a machine', () => {
  it('is found by what its daemon calls itself, and its list is kept without secrets', async () => {
    const home = join(folder(), '.pm2')
    mkdirSync(home)
    const env = { status: 'online', PORT: '3000', TOKEN: 's3cr3t' }
    await daemon(join(home, 'rpc.sock'), (socket) => socket.write(list([{ name: 'shop', pid: 7, pm2_env: env }])))
    const code = `process.title = ${JSON.stringify(`PM2 v6.0.14: God Daemon (${home})`)}; console.log('up'); setInterval(() => {}, 1000)`
    // A title has room only where the arguments had.
    const child = spawn(process.execPath, ['-e', code, 'x'.repeat(300)], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const { out, outcome, argv } = await pm2Look({}, tools())
      expect({ outcome, argv }).toEqual({ outcome: 'ok', argv: ['pm2', 'jlist'] })
      expect(out).not.toContain('s3cr3t')
      const { daemons, apps } = JSON.parse(out)
      expect(daemons).toContainEqual({ pid: child.pid, home })
      expect(apps).toContainEqual(expect.objectContaining({ name: 'shop', home, daemon: child.pid }))
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('the end of a log', () => {
  it('is its last lines, with its size and when it was written', async () => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, 'one\ntwo\n')
    const { out, meta, argv } = await logEndLook({ path }, tools())
    expect(out).toBe('one\ntwo\n')
    expect(meta).toMatchObject({ path, size: 8 })
    expect(Number(meta.written_ms)).toBeGreaterThan(0)
    expect(argv).toEqual(['tail', '-n', '80', '--', path])
  })

  it('of a long one begins with a whole line', async () => {
    const path = join(folder(), 'error.log')
    writeFileSync(path, Array.from({ length: 5000 }, (_, i) => `line ${i} ${'x'.repeat(40)}\n`).join(''))
    const lines = (await logEndLook({ path }, tools())).out.trimEnd().split('\n')
    expect(lines).toHaveLength(80)
    expect(lines[0]).toMatch(/^line 4920 x+$/)
  })

  it('is not read of what is no file, is not there, or is no path', async () => {
    const here = folder()
    symlinkSync('/dev/stderr', join(here, 'stderr.log'))
    expect(await logEndLook({ path: here }, tools())).toMatchObject({ outcome: 'blind' })
    expect(await logEndLook({ path: join(here, 'stderr.log') }, tools())).toMatchObject({ outcome: 'blind' })
    expect(await logEndLook({ path: join(here, 'none.log') }, tools())).toMatchObject({ why: 'no-such-file' })
    expect(await logEndLook({ path: 'error.log' }, tools())).toMatchObject({ why: 'not-understood' })
  })
})
