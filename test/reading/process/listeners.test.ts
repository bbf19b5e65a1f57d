import { describe, expect, it } from 'vitest'
import { listenersReader } from '../../../src/reading/process/listeners.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context, fixture, looked, printed } from './support.ts'

const read = (capture: Capture, facts = {}) => listenersReader.read(capture, context(facts))

/** `address:port` of the sockets, each once, sorted. */
function endpoints(capture: Capture): string[] {
  const all = read(capture).value.sockets.map((socket) => `${socket.address}:${socket.port}`)
  return [...new Set(all)].sort()
}

const BOUND = [
  '*:18083',
  '0.0.0.0:18081',
  '127.0.0.1:18080',
  '127.0.0.1:18082',
  '127.0.0.1:18085',
  '127.0.0.1:18086',
  '::1:18080',
  ':::18081',
  ':::18084',
]

describe('ss', () => {
  it.each(['ltnpH', 'ltnpHO', 'ltnp-header', 'ltunp'])('shows every socket as it is bound: %s', (options) => {
    const capture = printed(`ss -${options.split('-')[0]}`, fixture(`ss-${options}.txt`))
    expect(endpoints(capture)).toEqual(BOUND)
    expect(read(capture).value).toMatchObject({ complete: true, owners: true })
  })

  it('gives a row for each owner, lowest pid first, and believes no name that imitates one', () => {
    const { sockets } = read(printed('ss -ltnpH', fixture('ss-ltnpH.txt'))).value
    const nginx = sockets.filter((socket) => socket.address === '127.0.0.1' && socket.port === 18080n)
    expect(nginx.map((socket) => [socket.pid, socket.program])).toEqual([
      [3630n, 'nginx'],
      [3631n, 'nginx'],
      [3633n, 'nginx'],
    ])
    const odd = sockets.filter((socket) => socket.port === 18083n)
    expect(odd.map((socket) => [socket.pid, socket.program])).toEqual([[3634n, 'my "app",pid=1']])
    expect(sockets.some((socket) => socket.pid === 1n)).toBe(false)
  })

  it('tells a full queue', () => {
    const { sockets } = read(printed('ss -ltnpH', fixture('ss-ltnpH.txt'))).value
    expect(sockets.find((socket) => socket.port === 18082n)).toMatchObject({ waiting: 2n, backlog: 1n })
  })

  it('says that owners are hidden from an ordinary user, and still that nothing else listens', () => {
    const { value, dark } = read(printed('ss -ltnpH', fixture('ss-ltnpH-ordinary-user.txt')))
    expect(value).toMatchObject({ complete: true, owners: false })
    expect(value.sockets.find((socket) => socket.port === 18083n)).toMatchObject({ pid: 0n, program: '' })
    expect(dark).toEqual([{ why: 'no-permission', says: 'the owners of 5 of 9 listening sockets are hidden' }])
  })

  it('reads unix sockets, a space in the path and abstract names', () => {
    const { value } = read(printed('ss -lxnpH', fixture('ss-lxnpH.txt')))
    expect(value.sockets.map(({ protocol, path, pid }) => ({ protocol, path, pid }))).toEqual([
      { protocol: 'unix', path: '/tmp/cap/my app.sock', pid: 3634n },
      { protocol: 'unix', path: '@abstract-name', pid: 3634n },
    ])
    expect(value.complete).toBe(true)
  })

  it('reads the forms of old versions: `*` is IPv4 there, `:::` may take both', () => {
    const old = ['LISTEN 0 128 *:22 *:*', 'LISTEN 0 128 :::22 :::*', 'LISTEN 0 128 :::3000 :::*'].join('\n')
    expect(endpoints(printed('ss -ltnH', old))).toEqual(['*:3000', '0.0.0.0:22', ':::22'])
  })

  it('joins owners that a narrow terminal put on their own line', () => {
    const wrapped = 'LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*\n     users:(("node",pid=4242,fd=18))\n'
    const { sockets } = read(printed('ss -ltnpH', wrapped)).value
    expect(sockets).toMatchObject([{ port: 3000n, pid: 4242n, program: 'node' }])
  })

  it('takes empty output with exit 0 as proof that nothing listens', () => {
    expect(read(printed('ss -ltnpH', '')).value).toEqual({ complete: true, owners: true, sockets: [] })
  })

  it.each<[string, Partial<Capture>]>([
    ['it failed', { exit: 255 }],
    ['it was cut', { cut: true }],
    ['it was ended', { timedOut: true, exit: null }],
    ['it is blind', { outcome: 'blind', why: 'missing-tool' }],
    ['a line was not understood', { out: 'LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*\nsomething else\n' }],
    ['nothing was pasted', { pasted: true, exit: null }],
  ])('is not complete when %s', (_, more) => {
    expect(read(printed('ss -ltnpH', '', more)).value.complete).toBe(false)
  })

  it('shows the lines of the upstream’s port when it is known', () => {
    const { lines } = read(printed('ss -ltnpH', fixture('ss-ltnpH.txt')), { 'upstream.port': 18082n })
    const line = 'LISTEN 2      1               127.0.0.1:18082 0.0.0.0:* users:(("my "app",pid=1",pid=3634,fd=3))'
    expect(lines).toEqual([line])
  })
})

describe('lsof', () => {
  it('shows sockets and owners, and never proves absence', () => {
    const { value } = read(printed('lsof -nP -b -w -iTCP -sTCP:LISTEN', fixture('lsof.txt')))
    expect(value).toMatchObject({ complete: false, owners: false })
    expect(value.sockets.filter((socket) => socket.port === 18080n && socket.address === '::1')).toHaveLength(3)
    const odd = { pid: 3634n, program: 'my "ap', waiting: -1n, backlog: -1n }
    expect(value.sockets.find((socket) => socket.port === 18082n)).toMatchObject(odd)
  })

  it('takes `*` of IPv6 for both kinds unless an own IPv4 socket has the port', () => {
    const { sockets } = read(printed('lsof -nP', fixture('lsof.txt'))).value
    const at = (port: bigint) => [...new Set(sockets.filter((s) => s.port === port).map((s) => s.address))].sort()
    expect(at(18081n)).toEqual(['0.0.0.0', '::'])
    expect(at(18083n)).toEqual(['*'])
  })
})

describe('netstat', () => {
  it('shows sockets and owners', () => {
    const capture = printed('netstat -ltnp', fixture('netstat.txt'))
    expect(read(capture).value).toMatchObject({ complete: true, owners: true })
    expect(endpoints(capture)).toEqual(BOUND.map((text) => text.replace(':::18084', '*:18084')).sort())
    const { sockets } = read(capture).value
    expect(sockets.find((socket) => socket.port === 18080n)).toMatchObject({ pid: 3630n, program: 'nginx: master' })
  })

  it('does not compare a queue with a size that it does not know', () => {
    const { sockets } = read(printed('netstat -ltnp', fixture('netstat.txt'))).value
    expect(sockets.find((socket) => socket.port === 18082n)).toMatchObject({ waiting: -1n, backlog: -1n })
    expect(sockets.find((socket) => socket.port === 18086n)).toMatchObject({ waiting: 0n, backlog: 0n })
  })

  it('knows an ordinary user’s output by its hidden owners', () => {
    const { value } = read(printed('netstat -ltnp', fixture('netstat-ordinary-user.txt')))
    expect(value).toMatchObject({ complete: true, owners: false })
  })

  it('does not believe an address that was cut to its column', () => {
    const { value } = read(printed('netstat -ltnp', fixture('netstat-long-address.txt')))
    expect(value).toEqual({ complete: false, owners: false, sockets: [] })
  })
})

describe('pasted text', () => {
  it.each(['lsof.txt', 'netstat.txt', 'ss-ltnp-header.txt'])(
    'is known by its own form, whatever was asked for: %s',
    (name) => {
      const { sockets } = read(printed('ss -ltnpH', fixture(name), { pasted: true, exit: null })).value
      expect(sockets.find((socket) => socket.port === 18082n)).toMatchObject({ address: '127.0.0.1', pid: 3634n })
    },
  )

  it('of a whole output proves absence', () => {
    const pasted = { pasted: true, exit: null }
    expect(read(printed('ss -ltnp', fixture('ss-ltnp-header.txt'), pasted)).value.complete).toBe(true)
  })
})

describe('the kernel’s tables', () => {
  const lines = (name: string) =>
    fixture(name)
      .split('\n')
      .filter((line) => / 0A |00010000/.test(line))
  const tables = {
    whole: true,
    tcp: lines('proc-net-tcp.txt'),
    tcp6: lines('proc-net-tcp6.txt'),
    unix: lines('proc-net-unix.txt'),
  }
  const owners = [
    { inode: '84497', pid: 3631, program: 'nginx' },
    { inode: '84497', pid: 3630, program: 'nginx' },
    { inode: '84509', pid: 3634, program: 'python3' },
  ]

  it('show the same sockets as ss', () => {
    const { value } = read(looked({ ...tables, owners }))
    const tcp = value.sockets.filter((socket) => socket.protocol === 'tcp')
    const all = [...new Set(tcp.map((socket) => `${socket.address}:${socket.port}`))].sort()
    expect(all).toEqual(BOUND.map((text) => text.replace(':::18084', '*:18084')).sort())
    expect(value.sockets.filter((socket) => socket.protocol === 'unix').map((socket) => socket.path)).toEqual([
      '/tmp/cap/my app.sock',
      '@abstract-name',
    ])
    expect(value).toMatchObject({ complete: true, owners: false })
  })

  it('join owners by inode', () => {
    const { sockets } = read(looked({ ...tables, owners })).value
    const at = (address: string, port: bigint) => sockets.filter((s) => s.address === address && s.port === port)
    expect(at('127.0.0.1', 18080n).map((socket) => socket.pid)).toEqual([3630n, 3631n])
    expect(at('127.0.0.1', 18082n).map((socket) => socket.program)).toEqual(['python3'])
  })

  it('prove nothing when they were not read whole', () => {
    expect(read(looked({ ...tables, owners, whole: false })).value.complete).toBe(false)
    expect(read(looked('not an object')).value).toEqual({ complete: false, owners: false, sockets: [] })
  })
})
