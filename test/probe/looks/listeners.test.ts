import { join } from 'node:path'
import { expect, it } from 'vitest'
import { LOOKS } from '../../../src/probe/looks/index.ts'
import { listenersLook } from '../../../src/probe/looks/listeners.ts'
import { findOwners, masterOf, readTables } from '../../../src/probe/looks/socket-tables.ts'
import { listenersReader } from '../../../src/reading/process/listeners.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

const SERVERS = `
const net = require('node:net')
const at = (where) => new Promise((done) => { const s = net.createServer().listen(where, () => done(s.address().port)) })
Promise.all([at({ host: '127.0.0.1', port: 0 }), at({ host: '0.0.0.0', port: 0 }), at({ path: process.argv[1] })])
  .then((ports) => console.log(ports.join(' ')))`

it('sees sockets of every kind with their owner, and reads as any tool’s output does', async () => {
  const path = join(folder(), 'my app.sock')
  const child = await node(SERVERS, { argv: [path] })
  const [loopback = '', any = ''] = child.said.split(' ')
  for (const args of [{}, { pid: child.pid }]) {
    const outcome = await listenersLook(args, tools())
    const { value } = listenersReader.read(captured(outcome), context())
    const own = value.sockets.filter((socket) => socket.pid === BigInt(child.pid))
    const seen = own.map(({ protocol, address, port, path }) => ({ protocol, address, port, path }))
    expect(seen).toHaveLength(3)
    expect(seen).toContainEqual({ protocol: 'tcp', address: '127.0.0.1', port: BigInt(loopback), path: '' })
    expect(seen).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: BigInt(any), path: '' })
    expect(seen).toContainEqual({ protocol: 'unix', address: '', port: 0n, path })
    expect(own[0]?.program).toBe('node')
    expect(value.complete).toBe(true)
    // Our own namespace is no other place.
    expect(outcome.at).toBeUndefined()
  }
})

it('is blind for what is no process, for one that is gone, and when it may not go on', async () => {
  expect(await listenersLook({ pid: 'x' }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  const child = await node('console.log(1)\nsetTimeout(() => {}, 60_000)')
  const gone = new Promise((resolve) => child.process.once('exit', resolve))
  child.process.kill('SIGKILL')
  await gone
  expect(await listenersLook({ pid: child.pid }, tools())).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
  const outcome = await listenersLook({}, tools({ signal: AbortSignal.abort() }))
  expect(outcome).toMatchObject({ outcome: 'blind', why: 'timed-out', timedOut: true })
})

it('says that it did not finish rather than that nothing is there', async () => {
  expect((await readTables('self', () => true)).whole).toBe(false)
  expect((await findOwners(new Set(['1']), () => true)).whole).toBe(false)
})

it('speaks of a server’s master, and not of the manager that handed the socket on', () => {
  const parents = new Map([
    [20, 10],
    [21, 10],
    [10, 1],
    [1, 0],
  ])
  const parentOf = (pid: number) => parents.get(pid) ?? 0
  expect(masterOf([20, 10, 21], parentOf)).toBe(10)
  expect(masterOf([1, 10], parentOf)).toBe(10)
  expect(masterOf([1], parentOf)).toBe(1)
  expect(masterOf([], parentOf)).toBe(0)
})

it('every look is found by its name', async () => {
  const names = [
    'listeners',
    'destination',
    'process',
    'upstream-place',
    'path',
    'candidates',
    'ask-candidates',
    'open-files',
    'sight',
    'changes',
  ]
  for (const name of names) expect(await LOOKS[name]?.({}, tools({ timeoutMs: 3000 }))).toHaveProperty('outcome')
})
