import { copyFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changesLook } from '../../../src/probe/looks/changes.ts'
import { destinationLook } from '../../../src/probe/looks/destination.ts'
import { listenersLook } from '../../../src/probe/looks/listeners.ts'
import { openFilesLook } from '../../../src/probe/looks/open-files.ts'
import { listenersElsewhere } from '../../../src/probe/looks/other-networks.ts'
import { parseDpkgLog } from '../../../src/probe/looks/package-log.ts'
import { processLook } from '../../../src/probe/looks/process.ts'
import { findOwners, masterOf, readTables } from '../../../src/probe/looks/socket-tables.ts'
import type { LookOutcome } from '../../../src/probe/looks/types.ts'
import { upstreamPlaceLook } from '../../../src/probe/looks/upstream-place.ts'
import { openFilesReader } from '../../../src/reading/machine/open-files.ts'
import { destinationReader } from '../../../src/reading/process/destination.ts'
import { listenersReader } from '../../../src/reading/process/listeners.ts'
import { processReader } from '../../../src/reading/process/process.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, node, start, tools } from './support.ts'

const raw = (outcome: LookOutcome): JsonObject => JSON.parse(outcome.out) as JsonObject

/** Many containers have no IPv6 at all. */
const SIX = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

/** Listens on every address or path given and says the ports, 0 for paths. */
const LISTEN = `
const net = require('node:net')
const at = (where) => new Promise((done) => {
  const on = /^[/@]/.test(where) ? { path: where.replace(/^@/, '\\0') } : { host: where, port: 0, ipv6Only: where === '::' && process.env.ONLY === '1' }
  const server = net.createServer().listen(on, () => done(server.address().port ?? 0))
})
Promise.all(process.argv.slice(1).map(at)).then((ports) => console.log(ports.join(' ')))`

describe.runIf(process.platform === 'linux')('listening sockets of a real process', () => {
  it.runIf(SIX)('of IPv4, IPv6, both, and unix, named and abstract', async () => {
    const path = join(folder(), 'app.sock')
    const abstract = `@triage502-test-${process.pid}`
    const child = await node(LISTEN, { argv: ['127.0.0.1', '0.0.0.0', '::1', '::', path, abstract] })
    const [v4 = 0, any4 = 0, v6 = 0, both = 0] = child.said.split(' ').map(Number)
    const { value } = listenersReader.read(captured(await listenersLook({}, tools())), context())
    const own = value.sockets.filter((socket) => socket.pid === BigInt(child.pid))
    const tcp = own.filter(({ protocol }) => protocol === 'tcp').map(({ address, port }) => [address, Number(port)])
    expect(tcp).toHaveLength(4)
    expect(tcp).toEqual(
      expect.arrayContaining([
        ['127.0.0.1', v4],
        ['0.0.0.0', any4],
        ['::1', v6],
      ]),
    )
    expect(tcp.find(([, port]) => port === both)?.[0]).toMatch(/^(::|\*)$/)
    expect(own.map((socket) => socket.path)).toEqual(expect.arrayContaining([path, abstract]))
    expect(value.complete).toBe(true)
  })

  it('with many files open the owner is still found', async () => {
    const many = `for (let i = 0; i < 800; i++) require('node:fs').openSync('/dev/null');${LISTEN}`
    const child = await node(many, { argv: ['127.0.0.1'] })
    const { value } = listenersReader.read(captured(await listenersLook({}, tools())), context())
    expect(value.sockets.find((socket) => socket.port === BigInt(child.said))).toMatchObject({ pid: BigInt(child.pid) })
    const { value: files } = openFilesReader.read(captured(await openFilesLook({ pid: child.pid }, tools())), context())
    expect(files.open).toBeGreaterThan(800n)
    expect(files.used_permille).toBe(BigInt(Math.round((Number(files.open) * 1000) / Number(files.limit))))
  })

  it('of one that is called something else by itself: the program’s file is told', async () => {
    const child = await node(`process.title = 'nginx: master process';${LISTEN}`, { argv: ['127.0.0.1'] })
    const { value } = listenersReader.read(captured(await listenersLook({}, tools())), context())
    expect(value.sockets.find((socket) => socket.port === BigInt(child.said))?.program).toBe('node')
    const process = processReader.read(
      captured(await processLook({ pid: child.pid, measure: false }, tools())),
      context(),
    )
    expect(process.value.program).toBe('node')
    expect(process.value.command).toContain('nginx: master process')
  })

  it('nobody owns a socket that is not there, and nobody is looked for', async () => {
    expect(await findOwners(new Set(), () => true)).toEqual({ pids: new Map(), whole: true })
    const { pids, whole } = await findOwners(new Set(['0']), () => false)
    expect(pids.size).toBe(0)
    expect(typeof whole).toBe('boolean')
  })

  it('a process that is gone has no tables', async () => {
    expect(await readTables(4_194_304, () => false)).toMatchObject({ whole: false, sockets: [] })
  })

  it('a port that nobody has in another network namespace', async () => {
    expect(await listenersElsewhere(1, () => false)).toEqual([])
    expect(await listenersElsewhere(80, () => true)).toEqual([])
  })
})

describe('the process to speak of', () => {
  const family = (parents: Record<number, number>) => (pid: number) => parents[pid] ?? 0

  it.each<[string, number[], Record<number, number>, number]>([
    ['one alone', [7], { 7: 1 }, 7],
    ['a master and its workers', [11, 12, 10], { 10: 1, 11: 10, 12: 10 }, 10],
    ['workers whose master let go of the socket', [11, 12], { 11: 10, 12: 10 }, 11],
    ['a manager of the machine that keeps the socket too', [1, 20, 21], { 20: 1, 21: 20 }, 20],
    ['an old and a new master during an upgrade', [30, 31, 40], { 30: 1, 31: 30, 40: 30 }, 30],
    ['a circle, which cannot be', [5, 6], { 5: 6, 6: 5 }, 5],
    ['none', [], {}, 0],
  ])('of %s', (_, pids, parents, pid) => {
    expect(masterOf(pids, family(parents))).toBe(pid)
  })
})

describe.runIf(process.platform === 'linux')('where a URL points', () => {
  const destination = async (args: JsonObject) => {
    const outcome = await destinationLook(args, tools())
    return { outcome, ...destinationReader.read(captured(outcome), context()) }
  }

  it.runIf(SIX)('through wildcard listeners and IPv6', async () => {
    const child = await node(LISTEN, { argv: ['0.0.0.0', '::', '::1'] })
    const [any4, both, v6] = child.said.split(' ')
    const rows: [string, boolean][] = [
      [`http://127.0.0.1:${any4}/`, true],
      [`http://127.0.0.9:${any4}/`, true],
      [`http://localhost:${any4}/`, true],
      [`http://[::1]:${any4}/`, false],
      [`http://127.0.0.1:${both}/`, true],
      [`http://[::1]:${both}/`, true],
      [`http://[::1]:${v6}/`, true],
      [`http://127.0.0.1:${v6}/`, false],
    ]
    for (const [url, listening] of rows) {
      const { value } = await destination({ url })
      expect([url, value.listening, value.local, value.pid]).toEqual([
        url,
        listening,
        true,
        listening ? BigInt(child.pid) : 0n,
      ])
    }
  })

  it.runIf(SIX)('through a wildcard of IPv6 alone', async () => {
    const child = await node(LISTEN, { argv: ['::'], env: { ONLY: '1' } })
    const { value } = await destination({ url: `http://[::1]:${child.said}/` })
    expect(value).toMatchObject({ listening: true, pid: BigInt(child.pid) })
  })

  it('as the person pinned the name', async () => {
    const child = await node(LISTEN, { argv: ['127.0.0.1'] })
    const url = `http://shop.invalid:${child.said}/`
    expect((await destination({ url, address: '127.0.0.1' })).value).toMatchObject({
      resolves: true,
      local: true,
      pid: BigInt(child.pid),
      addresses: ['127.0.0.1'],
    })
    expect((await destination({ url, address: '::1' })).value).toMatchObject({ local: true, listening: false })
    expect(raw((await destination({ url, address: '' })).outcome)).toMatchObject({
      host: 'shop.invalid',
      addresses: [],
    })
  })

  it.each([
    ['http://127.0.0.1/', 80],
    ['https://127.0.0.1/', 443],
    ['https://127.0.0.1:8443/x?y#z', 8443],
    ['HTTP://127.0.0.1:080/', 80],
    ['http://user:secret@127.0.0.1:81/', 81],
    ['http://0x7f.1:82/', 82],
  ])('%s is asked at port %i', async (url, port) => {
    const { outcome } = await destination({ url })
    expect(raw(outcome)).toMatchObject({ host: '127.0.0.1', port })
    expect(outcome.argv).toEqual(['ss', '-lntp', `sport = :${port}`])
    expect(outcome.out).not.toContain('secret')
  })

  it.each(['', 'shop.example', '//shop', 'ws://127.0.0.1/', 'file:///etc/passwd', 'http://', 'http://a b/'])(
    '%j is no URL to look at',
    async (url) => {
      expect((await destination({ url })).outcome).toMatchObject({ outcome: 'blind', why: 'not-understood', argv: [] })
    },
  )

  it('of a port forwarder, what says where it forwards to is kept and nothing else of its arguments', async () => {
    const argv = ['-proto', 'tcp', '-container-ip', '172.18.0.3', '-container-port', '3000', '--token', 's3cr3t']
    const script = LISTEN.replace('process.argv.slice(1)', "['127.0.0.1']")
    const child = await node(script, { argv })
    const { outcome } = await destination({ url: `http://127.0.0.1:${child.said}/` })
    expect(raw(outcome).owner).toMatchObject({
      forward: ['-container-ip', '172.18.0.3', '-container-port', '3000'],
      same_net: 'same',
      same_mnt: 'same',
    })
    expect(outcome.out).not.toContain('s3cr3t')
  })
})

describe.runIf(process.platform === 'linux')('where an upstream lies', () => {
  const place = async (args: JsonObject) => upstreamPlaceLook(args, tools())

  it('the command that a person could type has the name as one word', async () => {
    expect((await place({ host: 'LocalHost' })).argv).toEqual(['getent', 'ahosts', 'localhost'])
    expect(raw(await place({ host: '127.0.0.1', pid: process.pid }))).toMatchObject({
      addresses: ['127.0.0.1'],
      interfaces_known: true,
    })
  })

  it.each(['', '-h', 'a b', '$(id)', 'a;b', '../x', 'http://a', 'a:80', 7, null])('%j is no host', async (host) => {
    expect(await place({ host })).toMatchObject({ outcome: 'blind', why: 'not-understood', argv: [] })
  })
})

describe.runIf(process.platform === 'linux')('a process', () => {
  const look = async (args: JsonObject) => {
    const outcome = await processLook(args, tools())
    return processReader.read(captured(outcome), context()).value
  }

  it('whose file was deleted and put there anew runs the old one', async () => {
    const file = join(folder(), 'shop')
    copyFileSync('/usr/bin/tail', file)
    const child = await start(file, ['-n', '1', '-f', '/etc/hostname', '/etc/hosts'])
    unlinkSync(file)
    copyFileSync('/usr/bin/tail', file)
    expect(await look({ pid: child.pid, measure: false })).toMatchObject({ exe_replaced: true, exe: file })
  })

  it('that works hard is seen to, and one that sleeps is not', async () => {
    const busy = await node(`console.log(1); for (;;) {}`)
    const idle = await node(`console.log(1); setInterval(() => {}, 1000)`)
    const [first, second] = await Promise.all([look({ pid: busy.pid }), look({ pid: idle.pid })])
    expect(first.cpu_permille).toBeGreaterThan(second.cpu_permille)
    // Whatever it did not get it waited for; with rounding, and the time that the look itself takes.
    expect(first.cpu_permille + first.waiting_permille).toBeGreaterThan(500n)
    busy.process.kill('SIGKILL')
  })

  it('that ended and was not yet waited for is a zombie: gone', async () => {
    const shell = await start('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'])
    const child = Number(shell.said)
    // Once the shell has become a program that waits for nobody.
    for (let i = 0; i < 500 && (await look({ pid: shell.pid, measure: false })).program !== 'sleep'; i++);
    process.kill(child, 'SIGKILL')
    for (let i = 0; i < 500 && (await look({ pid: child, measure: false })).state !== 'Z'; i++);
    expect(await look({ pid: child, measure: false })).toMatchObject({
      state: 'Z',
      exists: false,
      parent: BigInt(shell.pid),
    })
  })
})

describe('packages that changed', () => {
  // Forms of dpkg.log(5) as dpkg 1.21 writes them; the names are examples.
  it.each<[string, string[]]>([
    ['2026-11-21 03:31:02 install nginx:amd64 <none> 1.22.1-9', ['nginx:amd64 was installed']],
    [
      '2026-11-21 03:31:02 upgrade nginx:amd64 1.22.1-9 1.22.1-10',
      ['nginx:amd64 was upgraded from 1.22.1-9 to 1.22.1-10'],
    ],
    ['2026-11-21 03:31:02 remove nginx:amd64 1.22.1-9 <none>', ['nginx:amd64 was removed']],
    [
      '2026-11-21 03:31:02 upgrade libstdc++6:amd64 12.2.0-14 12.2.0-15',
      ['libstdc++6:amd64 was upgraded from 12.2.0-14 to 12.2.0-15'],
    ],
    ['2026-11-21 03:31:02 status installed nginx:amd64 1.22.1-9', []],
    ['2026-11-21 03:31:02 configure nginx:amd64 1.22.1-9 <none>', []],
    ['2026-11-21 03:31:02 startup archives unpack', []],
    ['2026-11-21 03:31:02 trigproc man-db:amd64 2.11.2-2 <none>', []],
    ['6-11-21 03:31:02 upgrade torn:amd64 1 2', []],
    ['2026-11-21 03:31:02  upgrade two:amd64 1 2', []],
    ['2026-11-21 03:31:02 upgrade -rf 1 2', []],
    ['2026-11-21 03:31:02 upgrade \u001b[31mx 1 2', []],
    ['', []],
  ])('%j', (line, what) => {
    expect(parseDpkgLog(`${line}\n`, 'UTC').map((change) => change.what)).toEqual(what)
  })
})

describe.runIf(process.platform === 'linux')('what changed', () => {
  // Long before this machine and its packages: what they did since is no part of these tests.
  const NOW = new Date('2001-11-21T04:00:00Z')
  const look = async (args: JsonObject) => {
    const outcome = await changesLook(args, tools({ now: () => NOW }))
    const { changes } = raw(outcome)
    const configs = (Array.isArray(changes) ? changes : []).flatMap((change) =>
      typeof change === 'object' && change !== null && !Array.isArray(change) && change.kind === 'config'
        ? [change]
        : [],
    )
    return { outcome, configs }
  }
  const edited = (minutesAgo: number): string => {
    const path = join(folder(), 'site.conf')
    writeFileSync(path, '')
    const at = NOW.getTime() / 1000 - minutesAgo * 60
    utimesSync(path, at, at)
    return path
  }

  it.each<[string, number, JsonObject, boolean]>([
    ['an hour ago, of a day', 60, {}, true],
    ['a day and a minute ago', 1441, {}, false],
    ['an hour ago, of half an hour', 60, { since_seconds: 1800 }, false],
    ['an hour ago, of two hours in milliseconds', 60, { since_ms: 7_200_000 }, true],
    ['in the future', -10, {}, false],
    ['before the first error', 60, { before: '2001-11-21T03:30:00Z' }, true],
    ['four minutes after the first error, as a repair is', 60, { before: '2001-11-21T02:56:00Z' }, true],
    ['six minutes after it', 60, { before: '2001-11-21T02:54:00Z' }, false],
    ['with a time that is none', 60, { before: 'yesterday' }, true],
    ['with a reach that is none', 60, { since_ms: -1, since_seconds: 'x' }, true],
  ])('%s', async (_, minutesAgo, args, seen) => {
    expect((await look({ conf_files: [edited(minutesAgo)], ...args })).configs).toHaveLength(seen ? 1 : 0)
  })

  it('latest first, and at most two hundred', async () => {
    const top = folder()
    const files = Array.from({ length: 230 }, (_, i) => join(top, `${i}.conf`))
    for (const [i, file] of files.entries()) {
      writeFileSync(file, '')
      utimesSync(file, NOW.getTime() / 1000 - i, NOW.getTime() / 1000 - i)
    }
    const { outcome, configs } = await look({ conf_files: files, since_seconds: 3600 })
    expect(outcome.cut).toBe(true)
    expect(configs).toHaveLength(200)
    expect(configs[0]?.what).toBe(`${files[0]} changed`)
    const times = configs.map((change) => Number(change.at_ms))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  it('of a path that is none, nothing is looked at', async () => {
    const { outcome } = await look({ conf_files: ['etc/nginx.conf', '', 'a\0b'], proxy_pid: 0, unit: '-x' })
    expect(raw(outcome).unread).toEqual([])
    expect(outcome.argv).toEqual(['ls', '-lt', '--time-style=full-iso', '--'])
  })

  it('of a process that is gone is unread, never "nothing changed"', async () => {
    expect(raw((await look({ proxy_pid: 4_194_304, app_pid: 4_194_303 })).outcome).unread).toEqual([
      'pid 4194304',
      'pid 4194303',
    ])
  })
})
