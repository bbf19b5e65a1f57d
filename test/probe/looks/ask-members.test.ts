import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askMembersLook } from '../../../src/probe/looks/ask-members.ts'
import { membersReader } from '../../../src/reading/http/members.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, tools } from './support.ts'

/** Answers every connection with this text, or never; keeps what it was asked. Gives its port or its path. */
async function server(answer: string | null, where: number | string = 0) {
  const heard: string[] = []
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      heard.push(String(data))
      if (answer !== null) socket.end(answer)
    })
  })
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') listening.listen(where, resolve)
    else listening.listen(where, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    listening.close()
  })
  const address = listening.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return { port, heard, close: () => new Promise((resolve) => listening.close(resolve)) }
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'
const BAD = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

async function ask(members: string[], more: JsonObject = {}, timeoutMs = 20_000) {
  const outcome = await askMembersLook({ members, path: '/checkout', ...more }, tools({ timeoutMs }))
  return { outcome, read: membersReader.read(captured(outcome), context()) }
}

describe('asking each member of a pool', () => {
  it('as the gateway asks: path, Host and version, twice each', async () => {
    const [a, b] = [await server(OK), await server(OK)]
    const members = [`127.0.0.1:${a.port}`, `127.0.0.1:${b.port}`]
    const { outcome, read } = await ask(members, { host: 'shop_pool', version: '1.0', patience: 2000 })
    expect(read.value).toMatchObject({ complete: true, well: 2n, sick: 0n, open: 0n })
    expect(outcome.argv).toEqual(['curl', '-i', `http://127.0.0.1:${a.port}/checkout`])
    for (const { heard } of [a, b]) {
      expect(heard).toHaveLength(2)
      expect(heard[0]).toMatch(/^GET \/checkout HTTP\/1\.0\r\n/)
      expect(heard[0]).toMatch(/\r\nHost: shop_pool\r\n/i)
    }
  })

  it('one is down, one answers 502 itself, one is well', async () => {
    const [down, bad, well] = [await server(OK), await server(BAD), await server(OK)]
    await down.close()
    const members = [down, bad, well].map(({ port }) => `127.0.0.1:${port}`)
    const { read } = await ask(members)
    expect(read.value).toMatchObject({ complete: true, well: 1n, sick: 2n })
    expect(read.value.members.map(({ failure }) => failure)).toEqual(['refused', 'status', ''])
  })

  it('one is silent for longer than the gateway waits', async () => {
    const [mute, well] = [await server(null), await server(OK)]
    const members = [mute, well].map(({ port }) => `127.0.0.1:${port}`)
    const { read } = await ask(members, { patience: 500 }, 10_000)
    expect(read.value.members.map(({ state }) => state)).toEqual(['sick', 'well'])
    expect(read.value.members[0]?.says).toMatch(/silent for 3000 ms$/)
  })

  it('one is silent, and the gateway would wait longer than we do: nothing is said of it', async () => {
    const mute = await server(null)
    const { read } = await ask([`127.0.0.1:${mute.port}`], { patience: 60_000 }, 5000)
    expect(read.value).toMatchObject({ complete: false, sick: 0n, open: 1n })
  })

  it('sockets', async () => {
    const path = `${folder()}/app.sock`
    await server(OK, path)
    const { read } = await ask([path, `${path}.none`])
    expect(read.value.members.map(({ state, failure }) => [state, failure])).toEqual([
      ['well', ''],
      ['sick', 'socket-missing'],
    ])
  })

  it('no more than eight; the others are told of', async () => {
    const well = await server(OK)
    const members = Array.from({ length: 10 }, () => `127.0.0.1:${well.port}`)
    const { read } = await ask(members)
    expect(read.value.members).toHaveLength(8)
    expect(read.value.complete).toBe(false)
    expect(read.dark).toEqual([{ why: 'cut', says: '2 members were not asked' }])
  })

  it.each<[string, JsonObject]>([
    ['no members', { members: [] }],
    ['members that are none', { members: ['', '127.0.0.1', '127.0.0.1:99999', 'a b:80', '-x:80 y', '$(id):80'] }],
    ['no path', { members: ['127.0.0.1:3000'], path: 7 }],
    ['a path that is no path', { members: ['127.0.0.1:3000'], path: 'checkout' }],
    ['a path with a line break', { members: ['127.0.0.1:3000'], path: '/a\r\nX: y' }],
  ])('is blind with %s', async (_, args) => {
    const outcome = await askMembersLook({ path: '/', ...args }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })

  it('ends when it is stopped', async () => {
    const mute = await server(null)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    const began = performance.now()
    await askMembersLook(
      { members: [`127.0.0.1:${mute.port}`], path: '/', patience: 60_000 },
      { ...tools({ timeoutMs: 20_000 }), signal: stop.signal },
    )
    expect(performance.now() - began).toBeLessThan(12_000)
  })
})
