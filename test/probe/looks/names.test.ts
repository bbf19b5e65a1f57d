import { createSocket } from 'node:dgram'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askResolverLook } from '../../../src/probe/looks/ask-resolver.ts'
import { namesNowLook } from '../../../src/probe/looks/names-now.ts'
import { namesNowReader } from '../../../src/reading/machine/names-now.ts'
import { resolverAnswerReader } from '../../../src/reading/machine/resolver-answer.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, tools } from './support.ts'

/** A DNS server (RFC 1035, section 4) that gives every A question these addresses, or this code; null never answers. */
async function nameServer(answer: { addresses?: string[]; code?: number } | null): Promise<number> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    if (answer === null) return
    const end = question.indexOf(0, 12) + 5
    const isA = question.readUInt16BE(end - 4) === 1
    const addresses = isA ? (answer.addresses ?? []) : []
    const head = Buffer.from(question.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (answer.code ?? 0), 2)
    head.writeUInt16BE(addresses.length, 6)
    head.writeUInt16BE(0, 8)
    head.writeUInt16BE(0, 10)
    const records = addresses.map((address) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]),
    )
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    socket.close()
  })
  return socket.address().port
}

describe('asking the gateway’s own resolver', () => {
  async function ask(resolver: string, more: JsonObject = {}, timeoutMs = 4000) {
    const outcome = await askResolverLook({ resolver, name: 'shop.internal', ...more }, tools({ timeoutMs }))
    return { outcome, value: resolverAnswerReader.read(captured(outcome), context()).value }
  }

  it('an address', async () => {
    const port = await nameServer({ addresses: ['10.0.0.7', '10.0.0.8'] })
    const { value, outcome } = await ask(`127.0.0.1:${port} valid=10s`)
    expect(value).toMatchObject({ complete: true, resolved: 1n, addresses: ['10.0.0.7', '10.0.0.8'] })
    expect(outcome.argv).toEqual(['dig', '@127.0.0.1', '-p', String(port), 'shop.internal'])
  })

  it('no such name', async () => {
    const port = await nameServer({ code: 3 })
    const { value } = await ask(`127.0.0.1:${port}`)
    expect(value).toMatchObject({ complete: true, none: 1n, servers: [{ status: 'NXDOMAIN' }] })
  })

  it('a name without addresses', async () => {
    const port = await nameServer({})
    expect((await ask(`127.0.0.1:${port}`)).value).toMatchObject({ none: 1n, servers: [{ status: 'NODATA' }] })
  })

  it.each([
    [2, 'SERVFAIL'],
    [5, 'REFUSED'],
  ])('code %i', async (code, status) => {
    const port = await nameServer({ code })
    expect((await ask(`127.0.0.1:${port}`)).value).toMatchObject({ failing: 1n, servers: [{ status }] })
  })

  it('one that never answers', async () => {
    const port = await nameServer(null)
    const { value } = await ask(`127.0.0.1:${port}`, {}, 2000)
    expect(value).toMatchObject({ complete: true, silent: 1n })
    expect(value.servers[0]?.says).toBe(`127.0.0.1:${port} does not answer`)
  })

  it('several, each by itself', async () => {
    const [one, two] = [await nameServer({ addresses: ['10.0.0.7'] }), await nameServer({ code: 3 })]
    const { value } = await ask(`127.0.0.1:${one} 127.0.0.1:${two} ipv6=off`)
    expect(value).toMatchObject({ complete: true, resolved: 1n, none: 1n })
  })

  it('one that is given by its name is not asked, and that is told of', async () => {
    const port = await nameServer({ addresses: ['10.0.0.7'] })
    expect((await ask(`127.0.0.1:${port} dns.internal`)).value).toMatchObject({ complete: false, resolved: 1n })
  })

  it.each<[string, JsonObject]>([
    ['no resolver', { resolver: '' }],
    ['a name only', { resolver: 'dns.internal valid=5s' }],
    ['no address', { resolver: '300.1.1.1:99999' }],
    ['settings alone', { resolver: 'valid=5s ipv6=off' }],
    ['no name', { name: '' }],
    ['what is no name', { name: 'a b; rm -rf /' }],
    ['a number', { name: 7, resolver: 7 }],
  ])('is blind with %s', async (_, args) => {
    const outcome = await askResolverLook({ resolver: '127.0.0.1', name: 'shop.internal', ...args }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})

describe('which addresses names have now', () => {
  async function look(args: JsonObject) {
    const outcome = await namesNowLook(args, tools({ timeoutMs: 6000 }))
    return { outcome, value: namesNowReader.read(captured(outcome), context()).value }
  }

  it('localhost, with its port kept', async () => {
    const { value, outcome } = await look({ names: ['localhost:3000'] })
    expect(value).toMatchObject({ complete: true, names: [{ name: 'localhost', port: 3000n, gone: false }] })
    expect(value.addresses.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true)
    expect(outcome.argv).toEqual(['getent', 'ahosts', 'localhost'])
  })

  it('one name alone, without a port', async () => {
    expect((await look({ names: 'localhost' })).value.names).toMatchObject([{ name: 'localhost', port: 0n }])
  })

  it('as a process of our own network and files sees them', async () => {
    const { value, outcome } = await look({ names: ['localhost:80'], pid: process.pid })
    expect(value.names[0]?.addresses.length).toBeGreaterThan(0)
    expect(outcome.at).toBeUndefined()
  })

  it('a process that is gone has no view', async () => {
    const { outcome } = await look({ names: ['localhost:80'], pid: 4_194_303 })
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'no-permission' })
  })

  it('no more than eight', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `localhost:${8000 + i}`)
    const { value } = await look({ names })
    expect(value.names).toHaveLength(8)
    expect(value.complete).toBe(false)
  })

  it.each([[[]], [['', 'a b:80', '$(id)']], [7], [undefined]])('is blind with %j', async (names) => {
    const outcome = await namesNowLook(names === undefined ? {} : { names: names as string[] }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})
