import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askCandidatesLook, mayAsk } from '../../../src/probe/looks/ask-candidates.ts'
import { candidatesLook } from '../../../src/probe/looks/candidates.ts'
import type { LookTools } from '../../../src/probe/looks/types.ts'
import { candidatesReader } from '../../../src/reading/process/candidates.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, start, tools } from './support.ts'

let count = 0
/** A word that ties a program to nothing but this test, and a folder of that name for it to run in. */
function site(): { word: string; cwd: string } {
  const word = `site${process.pid}x${count++}`
  const cwd = join(folder(), word)
  mkdirSync(cwd)
  return { word, cwd }
}

/** Listens once for each text given and answers with it literally; says the ports. `''` ends, `-` says nothing. */
const LITERAL = `
const net = require('node:net')
const at = (text) => new Promise((done) => {
  const server = net.createServer((c) => {
    c.on('error', () => {})
    c.once('data', (data) => {
      if (text === '-') return
      if (text === '!') return c.resetAndDestroy()
      if (text === '?') return c.end('HTTP/1.1 ' + (String(data).split('\\r\\n')[0] === 'GET /pay?x=1 HTTP/1.1' ? 200 : 400) + ' x\\r\\nContent-Length: 0\\r\\n\\r\\n')
      c.end(text)
    })
  })
  server.listen(0, '127.0.0.1', () => done(server.address().port))
})
Promise.all(process.argv.slice(1).map(at)).then((ports) => console.log(ports.join(' ')))`

async function asked(answers: string[], args: JsonObject = {}, more: Partial<LookTools> = {}) {
  const { word, cwd } = site()
  const child = await node(LITERAL, { cwd, argv: answers })
  const ports = child.said.split(' ').map(Number)
  const given = { port: 1, claimed: [], names: [word], host: 'shop.example.com', url_path: '/', ...args }
  const outcome = await askCandidatesLook(given, tools(more))
  const { value } = candidatesReader.read(captured(outcome), context())
  const apps = ports.map((port) => value.apps.find((app) => app.port === BigInt(port)))
  return { outcome, value, ports, word, pid: child.pid, apps, statuses: apps.map((app) => app?.status) }
}

describe('the answers of candidates', () => {
  it.each<[string, string[], bigint[]]>([
    [
      'any status counts as one',
      ['HTTP/1.1 404 Not Found\r\n\r\n', 'HTTP/1.1 500 Oops\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\nhello'],
      [404n, 500n, 200n],
    ],
    [
      'redirects are not followed, and a body is not waited for',
      [
        'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n',
        'HTTP/1.1 204 No Content\r\n\r\n',
        'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1000000\r\n\r\nx',
      ],
      [302n, 204n, 502n],
    ],
    ['no answer, a reset and a hang-up', ['', '!', ' '], [0n, 0n, 0n]],
    [
      'what is no HTTP',
      ['SSH-2.0-OpenSSH_9.2p1\r\n', '-ERR wrong number of arguments\r\n', 'HTTP/1.1 abc\r\n\r\n'],
      [0n, 0n, 0n],
    ],
    [
      'interim answers are not the answer, and a switch of protocols is none',
      [
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n',
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      ],
      [503n, 200n, 0n],
    ],
    ['the path is sent as it is', ['?', '?', 'HTTP/1.1 418 x\r\n\r\n'], [200n, 200n, 418n]],
  ])('%s', async (_, answers, statuses) => {
    expect((await asked(answers, { url_path: '/pay?x=1' })).statuses).toEqual(statuses)
  })

  it('three are asked at most; the others stay at 0', async () => {
    const ok = 'HTTP/1.1 200 OK\r\n\r\n'
    const { statuses } = await asked([ok, ok, ok, ok, ok])
    expect(statuses.filter((status) => status === 200n)).toHaveLength(3)
    expect(statuses.filter((status) => status === 0n)).toHaveLength(2)
  })

  it('the tied ones stand first, and of those the lowest port', async () => {
    const ok = 'HTTP/1.1 200 OK\r\n\r\n'
    const { value, pid, ports } = await asked([ok, ok, ok, ok])
    expect(value.apps.slice(0, 4).map((app) => app.pid)).toEqual([pid, pid, pid, pid].map(BigInt))
    expect(value.apps.slice(0, 4).map((app) => app.port)).toEqual(ports.toSorted((a, b) => a - b).map(BigInt))
    expect(value.apps.slice(0, 4).map((app) => app.status)).toEqual([200n, 200n, 200n, 0n])
  })

  it('a mute candidate costs no more than the look’s own time, and the rest of the finding stays', async () => {
    const { outcome, apps } = await asked(['-', '-', '-'], {}, { timeoutMs: 2500 })
    expect(outcome).toMatchObject({ outcome: 'ok', timedOut: true })
    expect(apps.every((app) => app !== undefined && app.status === 0n)).toBe(true)
  })

  it('the port that the proxy sends to is a tie where the program was told to use it', async () => {
    const { word, cwd } = site()
    const child = await node(LITERAL, { cwd, argv: ['x'], env: { PORT: '4123' } })
    const outcome = await candidatesLook({ port: 4123, claimed: [], names: [word] }, tools())
    const { value } = candidatesReader.read(captured(outcome), context())
    expect(value.apps.find((app) => app.pid === BigInt(child.pid))?.ties).toEqual([
      `folder ${word}`,
      'environment PORT=4123',
    ])
  })
})

describe('the look candidates', () => {
  it('asks nobody, and shows what a person could type', async () => {
    const { word, cwd } = site()
    const child = await node(LITERAL, { cwd, argv: ['HTTP/1.1 200 OK\r\n\r\n'] })
    const outcome = await candidatesLook({ names: [word] }, tools())
    const { value } = candidatesReader.read(captured(outcome), context())
    expect(outcome.argv).toEqual(['ss', '-lntp'])
    expect(value.apps[0]).toMatchObject({ pid: BigInt(child.pid), status: 0n, cwd })
    const seen = await candidatesLook({ pid: process.pid }, tools())
    expect(seen.argv).toEqual(['nsenter', '--target', String(process.pid), '--net', 'ss', '-lntp'])
    expect(seen.at).toBeUndefined()
  })

  it('leaves out what a configuration sends to', async () => {
    const { word, cwd } = site()
    const child = await node(LITERAL, { cwd, argv: ['x'] })
    const port = Number(child.said)
    const rows: [string, string[], boolean][] = [
      ['the address itself', [`127.0.0.1:${port}`], true],
      ['another loopback address', [`127.0.0.2:${port}`], true],
      ['IPv6 loopback', [`[::1]:${port}`], true],
      ['any address', [`0.0.0.0:${port}`], true],
      ['a name', [`app:${port}`], true],
      ['one of several', ['10.9.9.9:80', `localhost:${port}`], true],
      ['an address that it does not listen on', [`10.9.9.9:${port}`], false],
      ['another port', [`127.0.0.1:${port + 1}`], false],
      ['a port alone, which is no endpoint', [`${port}x`], false],
      ['something unreadable', ['unix:/run/app.sock', '', ':'], false],
    ]
    for (const [what, claimed, left] of rows) {
      const outcome = await candidatesLook({ names: [word], claimed }, tools())
      const { value } = candidatesReader.read(captured(outcome), context())
      const there = value.apps.some((app) => app.pid === BigInt(child.pid))
      expect([what, there]).toEqual([what, !left])
    }
  })

  it('speaks of a server’s master, not of each worker', async () => {
    const { word, cwd } = site()
    const cluster = `
      const cluster = require('node:cluster')
      cluster.schedulingPolicy = cluster.SCHED_NONE
      if (cluster.isPrimary) {
        let ready = 0
        for (let n = 0; n < 2; n++) cluster.fork().on('listening', ({ port }) => { if (++ready === 2) console.log(port) })
      } else {
        require('node:http').createServer((_, r) => r.end()).listen(0, '127.0.0.1')
        process.on('disconnect', () => process.exit())
      }`
    writeFileSync(join(cwd, 'server.cjs'), cluster)
    const child = await start(process.execPath, [join(cwd, 'server.cjs')], { cwd })
    const { value } = candidatesReader.read(captured(await candidatesLook({ names: [word] }, tools())), context())
    expect(value.apps.filter((app) => app.ties.includes(`folder ${word}`)).map((app) => app.pid)).toEqual([
      BigInt(child.pid),
    ])
  })

  it('that has no time says that it did not see all', async () => {
    const outcome = await candidatesLook({}, tools({ signal: AbortSignal.abort() }))
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'timed-out' })
  })
})

describe('who may be asked', () => {
  it.each([
    ['127.0.0.1', 3000, true],
    ['127.0.0.53', 8080, true],
    ['::1', 3000, true],
    ['::', 3000, true],
    ['0.0.0.0', 3000, true],
    ['*', 3000, true],
    ['127.0.0.1', 1024, true],
    ['127.0.0.1', 1023, false],
    ['192.168.1.5', 3000, false],
    ['fe80::1', 3000, false],
    ['', 3000, false],
    ['localhost', 3000, false],
    ['127.0.0.1', 2375, false],
    ['127.0.0.1', 2379, false],
    ['*', 5432, false],
    ['::', 6379, false],
    ['127.0.0.1', 9229, false],
    ['127.0.0.1', 10250, false],
    ['127.0.0.1', 50051, false],
    ['127.0.0.1', 65535, true],
  ])('%s port %i: %s', (address, port, may) => {
    expect(mayAsk({ address, port })).toBe(may)
  })

  it.each<[string, JsonObject]>([
    ['no path', { url_path: undefined as never }],
    ['a path with a blank', { url_path: '/a b' }],
    ['a path with a line feed', { url_path: '/a\nX: y' }],
    ['a path beyond ASCII', { url_path: '/ü' }],
    ['a path of 3 KB', { url_path: `/${'a'.repeat(3000)}` }],
    ['a number for a path', { url_path: 7 }],
    ['no host', { host: '' }],
    ['a host with a path', { host: 'shop/x' }],
    ['a host with a query', { host: 'shop?x' }],
    ['a host with a fragment', { host: 'shop#x' }],
    ['a host with a port that is none', { host: 'shop:99999' }],
    ['a host with a line feed', { host: 'shop\nX: y' }],
    ['a host of brackets', { host: '[]' }],
    ['a host that is no text', { host: ['shop'] }],
  ])('nobody, with %s', async (_, args) => {
    const outcome = await askCandidatesLook({ url_path: '/', host: 'shop', ...args }, tools())
    expect(outcome).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })
})
