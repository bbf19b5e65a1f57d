import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listenerWorkersLook } from '../../../src/probe/looks/listener-workers.ts'
import { readConnections } from '../../../src/probe/looks/socket-tables.ts'
import { parseTcpConnection } from '../../../src/reading/process/connections.ts'
import { listenerWorkersReader } from '../../../src/reading/process/listener-workers.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

/** A master that hands its listening socket to two workers of its own, and says where it listens. */
const POOL = `
const { fork } = require('node:child_process')
const net = require('node:net')
if (process.argv[1] === 'worker') {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (_, server) => server.on('connection', (socket) => socket.on('error', () => {})))
} else {
  const server = net.createServer()
  const workers = []
  server.listen(process.argv[1] === '' ? { host: '127.0.0.1', port: 0 } : process.argv[1], async () => {
    for (let n = 0; n < 2; n++) {
      const worker = fork(process.env.SELF, ['worker'], { execArgv: [] })
      worker.send('take', server)
      workers.push(worker)
    }
    process.on('exit', () => workers.forEach((worker) => worker.kill('SIGKILL')))
    process.on('SIGTERM', () => process.exit(0))
    console.log(server.address().port ?? server.address())
  })
}`

const ALONE = `
const server = require('node:net').createServer((socket) => socket.on('error', () => {}))
server.listen(process.argv[1] === '' ? { host: '127.0.0.1', port: 0 } : process.argv[1], () => console.log(server.address().port ?? server.address()))`

/** A connection that is open until the test ends. */
async function opened(to: { port: number; host: string } | { path: string }): Promise<void> {
  const socket = connect(to)
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
}

async function seen(args: { pid: number; port?: number; socket?: string }) {
  const outcome = await listenerWorkersLook(args, tools())
  return { outcome, ...listenerWorkersReader.read(captured(outcome), context()) }
}

/** Looks again until it is as it should be: a process accepts when the kernel lets it. */
async function until(look: () => Promise<boolean>): Promise<void> {
  const last = Date.now() + 8000
  while (Date.now() < last) if (await look()) return
  throw new Error('it never came to pass')
}

describe('one process alone', () => {
  it('has no workers, and what it took does not wait', async () => {
    const child = await node(ALONE, { argv: [''] })
    const port = Number(child.said)
    await opened({ host: '127.0.0.1', port })
    await until(async () => (await seen({ pid: child.pid, port })).value.waiting === 0n)
    const { value, outcome } = await seen({ pid: child.pid, port })
    expect(value).toMatchObject({ complete: true, master: BigInt(child.pid), workers: 0n, busy: 0n, waiting: 0n })
    expect(outcome.argv).toEqual(['ss', '-tnap', `( sport = :${port} )`])
  })

  it('lets connections wait while it is stopped', async () => {
    const child = await node(ALONE, { argv: [''] })
    const port = Number(child.said)
    child.process.kill('SIGSTOP')
    for (let n = 0; n < 3; n += 1) await opened({ host: '127.0.0.1', port })
    expect((await seen({ pid: child.pid, port })).value).toMatchObject({ complete: true, workers: 0n, waiting: 3n })
  })

  it('also on a unix socket, whose path may hold a space', async () => {
    const socket = join(folder(), 'my app.sock')
    const child = await node(ALONE, { argv: [socket] })
    child.process.kill('SIGSTOP')
    for (let n = 0; n < 2; n += 1) await opened({ path: socket })
    const { value, outcome } = await seen({ pid: child.pid, socket })
    expect(value).toMatchObject({ complete: true, master: BigInt(child.pid), waiting: 2n })
    expect(outcome.argv).toEqual(['ss', '-xnap', `( src = ${socket} )`])
  })
})

describe('a master and its workers', () => {
  it.each(['port', 'socket'])('share one listener on a %s', async (kind) => {
    const home = folder()
    const { writeFileSync } = await import('node:fs')
    const self = join(home, 'pool.cjs')
    writeFileSync(self, POOL.replaceAll('process.argv[1]', 'process.argv[2]'))
    const path = kind === 'port' ? '' : join(home, 'pool.sock')
    const child = await node(`process.argv[2] = process.argv[1]; require(process.env.SELF)`, {
      argv: [path],
      env: { ...process.env, SELF: self },
    })
    onTestFinished(() => void child.process.kill('SIGTERM'))
    const where = kind === 'port' ? { pid: child.pid, port: Number(child.said) } : { pid: child.pid, socket: path }
    await until(async () => (await seen(where)).value.workers === 2n)
    expect((await seen(where)).value).toMatchObject({ master: BigInt(child.pid), workers: 2n, busy: 0n, stopped: 0n })
    await opened(kind === 'port' ? { host: '127.0.0.1', port: Number(child.said) } : { path })
    // The master listens too: whoever was quicker has it, and it waits for nobody.
    await until(async () => (await seen(where)).value.waiting === 0n)
    const { value } = await seen(where)
    expect(value.complete).toBe(true)
    expect(value.youngest.getTime()).toBeGreaterThan(Date.now() - 60_000)
  })
})

describe('what cannot be looked at', () => {
  it.each([
    [{}, 'not-understood'],
    [{ pid: process.pid }, 'not-understood'],
    [{ pid: 'x', port: 3000 }, 'not-understood'],
    [{ pid: process.pid, port: 0 }, 'not-understood'],
    [{ pid: process.pid, socket: 'relative.sock' }, 'not-understood'],
    [{ pid: 4_194_304, port: 3000 }, 'no-such-file'],
    [{ pid: process.pid, socket: '/nobody/listens/here.sock' }, 'not-understood'],
  ])('%j is %s', async (args, why) => {
    expect(await listenerWorkersLook(args, tools())).toMatchObject({ outcome: 'blind', why })
  })

  it('ends when it is told to', async () => {
    const outcome = await listenerWorkersLook({ pid: process.pid, port: 3000 }, tools({ signal: AbortSignal.abort() }))
    expect(outcome.outcome).toBe('blind')
  })

  it('a table is given up when time is over, and missing where there is no such process', async () => {
    const parse = (line: string) => parseTcpConnection(line, 1)
    expect(await readConnections(process.pid, ['tcp'], parse, () => true)).toEqual({ whole: false, list: [] })
    expect(await readConnections(4_194_304, ['tcp'], parse, () => false)).toEqual({ whole: false, list: [] })
    expect((await readConnections(4_194_304, ['tcp6'], parse, () => false)).whole).toBe(true)
  })
})
