import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { destinationLook } from '../../../src/probe/looks/destination.ts'
import { upstreamPlaceLook } from '../../../src/probe/looks/upstream-place.ts'
import { destinationReader } from '../../../src/reading/process/destination.ts'
import { upstreamPlaceReader } from '../../../src/reading/process/upstream-place.ts'
import type { Json } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, HTTP, node, start, tools } from './support.ts'

const destination = async (url: Json) =>
  destinationReader.read(captured(await destinationLook({ url }, tools())), context()).value

/** A master and two workers that share one socket, as nginx does. */
const CLUSTER = `
const cluster = require('node:cluster')
cluster.schedulingPolicy = cluster.SCHED_NONE
if (cluster.isPrimary) {
  let ready = 0
  for (let n = 0; n < 2; n++) cluster.fork().on('listening', ({ port }) => { if (++ready === 2) console.log(port) })
} else {
  require('node:http').createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  process.on('disconnect', () => process.exit())
}`

describe('destination', () => {
  it('is the process that listens on the URL’s port here', async () => {
    const child = await node(HTTP)
    expect(await destination(`http://localhost:${child.said}/path?x=1`)).toMatchObject({
      complete: true,
      resolves: true,
      local: true,
      listening: true,
      pid: BigInt(child.pid),
      program: 'node',
      same_net: true,
      same_mnt: true,
      elsewhere: '',
    })
  })

  it('is the master of those that share the socket', async () => {
    const file = join(folder(), 'server.cjs')
    writeFileSync(file, CLUSTER)
    const child = await start(process.execPath, [file])
    expect((await destination(`http://127.0.0.1:${child.said}/`)).pid).toBe(BigInt(child.pid))
  })

  it('is nobody where the listener does not cover the address', async () => {
    const child = await node(HTTP)
    expect(await destination(`http://[::1]:${child.said}/`)).toMatchObject({ local: true, listening: false, pid: 0n })
    expect(await destination(`http://203.0.113.9:${child.said}/`)).toMatchObject({ local: false, listening: false })
  })

  it('needs a URL', async () => {
    for (const url of ['', 'x', 'ftp://127.0.0.1/', 7, null]) {
      expect(await destinationLook({ url }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    }
  })
})

describe('upstream-place', () => {
  const place = async (args: { host: string; pid?: number }) =>
    upstreamPlaceReader.read(captured(await upstreamPlaceLook(args, tools())), context()).value

  it('is local for loopback and for no stranger', async () => {
    expect(await place({ host: '[::1]', pid: process.pid })).toEqual({
      complete: true,
      resolves: true,
      addresses: ['::1'],
      local: true,
    })
    expect(await place({ host: 'localhost', pid: process.pid })).toMatchObject({ complete: true, local: true })
    expect(await place({ host: '203.0.113.9' })).toMatchObject({ complete: true, local: false })
  })

  it('does not call a name local that gave no address', async () => {
    expect(await place({ host: 'nothing.invalid', pid: process.pid })).toMatchObject({
      resolves: false,
      addresses: [],
      local: false,
    })
  })

  it('needs a host, and a proxy that is there', async () => {
    expect(await upstreamPlaceLook({ host: '-x' }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(await upstreamPlaceLook({ host: 'a', pid: 4_194_304 }, tools())).toMatchObject({
      outcome: 'blind',
      why: 'no-vantage',
    })
  })
})
