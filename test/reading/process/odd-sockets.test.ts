import { describe, expect, it } from 'vitest'
import { parseLsof, parseNetstat } from '../../../src/reading/process/lsof.ts'
import { isConnection, parseTcpLine, parseUnixLine } from '../../../src/reading/process/socket-table.ts'
import { type RawSocket, serving, settleDualStack } from '../../../src/reading/process/sockets.ts'
import { parseSs } from '../../../src/reading/process/ss.ts'

/** `where waiting/backlog pid:program,…` of each socket. */
const shown = (sockets: readonly RawSocket[]) =>
  sockets.map(({ address, port, path, waiting, backlog, owners }) => {
    const where = path === '' ? `${address}:${port}` : path
    return `${where} ${waiting}/${backlog} ${owners.map((owner) => `${owner.pid}:${owner.program}`).join(',')}`.trim()
  })

/** Documented forms of iproute2's ss (misc/ss.c); test/fixtures/process holds captures. */
describe('one line of ss', () => {
  it.each([
    ['LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("node",pid=42,fd=18))', '127.0.0.1:3000 0/511 42:node'],
    ['LISTEN 0 511 0.0.0.0:80 0.0.0.0:*', '0.0.0.0:80 0/511'],
    ['LISTEN 129 128 *:3000 *:* users:(("node",pid=42,fd=18))', '*:3000 129/128 42:node'],
    ['LISTEN 0 128 [::]:3000 [::]:*', ':::3000 0/128'],
    ['LISTEN 0 128 [::1]:3000 [::]:*', '::1:3000 0/128'],
    ['LISTEN 0 128 [::ffff:127.0.0.1]:3000 *:*', '127.0.0.1:3000 0/128'],
    ['LISTEN 0 128 [fe80::1]%eth0:3000 [::]:*', 'fe80::1:3000 0/128'],
    ['LISTEN 0 128 [fe80::1%eth0]:3000 [::]:*', 'fe80::1:3000 0/128'],
    ['LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:*', '127.0.0.53:53 0/4096'],
    ['LISTEN 0 4096 %eth0:3000 0.0.0.0:*', ''],
    ['tcp LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*', '127.0.0.1:3000 0/511'],
    ['mptcp LISTEN 0 511 127.0.0.1:3000 0.0.0.0:*', '127.0.0.1:3000 0/511'],
    ['udp UNCONN 0 0 127.0.0.1:53 0.0.0.0:*', ''],
    ['u_str LISTEN 0 4096 /run/shop.sock 10557 * 0 users:(("node",pid=42,fd=18))', '/run/shop.sock 0/4096 42:node'],
    ['u_str LISTEN 0 4096 /run/my shop * 1 2.sock 10557 * 0', '/run/my shop * 1 2.sock 0/4096'],
    ['u_str LISTEN 0 4096 @shop 10557 * 0', '@shop 0/4096'],
    ['u_seq LISTEN 0 4096 /run/udev/control 10557 * 0', '/run/udev/control 0/4096'],
    ['ESTAB 0 0 127.0.0.1:3000 127.0.0.1:51234', ''],
    ['TIME-WAIT 0 0 127.0.0.1:3000 127.0.0.1:51234', ''],
    ['State Recv-Q Send-Q Local Address:Port Peer Address:Port Process', ''],
    ['LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("a",pid=2,fd=1),("b",pid=1,fd=1))', '127.0.0.1:3000 0/511 1:b,2:a'],
    ['LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("a",pid=2,fd=1),("a",pid=2,fd=7))', '127.0.0.1:3000 0/511 2:a'],
    ['LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("a b",pid=2,fd=1))', '127.0.0.1:3000 0/511 2:a b'],
    ['LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* users:(("x",pid=9,fd=1)', '127.0.0.1:3000 0/511'],
  ])('%s', (line, expected) => {
    const { sockets, understood } = parseSs([line])
    expect(shown(sockets).join()).toBe(expected)
    expect(understood).toBe(!line.includes(' %eth0:'))
  })

  it.each([
    'LISTEN 0 511 shop.internal:3000 0.0.0.0:*',
    'LISTEN 0 511 127.0.0.1:http 0.0.0.0:*',
    'LISTEN 0 127.0.0.1:3000',
    'LISTEN x 511 127.0.0.1:3000 0.0.0.0:*',
    'Cannot open netlink socket: Operation not permitted',
    'Failed to open cgroup2 by ID',
  ])('is not understood, and proves nothing: %s', (line) => {
    expect(parseSs([line])).toEqual({ sockets: [], understood: false })
  })
})

describe('one line of lsof', () => {
  it.each([
    ['node 42 shop 18u IPv4 84497 0t0 TCP 127.0.0.1:3000 (LISTEN)', '127.0.0.1:3000 -1/-1 42:node'],
    ['node 42 shop 18u IPv4 84497 0t0 TCP *:3000 (LISTEN)', '0.0.0.0:3000 -1/-1 42:node'],
    ['node 42 shop 18u IPv6 84497 0t0 TCP *:3000 (LISTEN)', ':::3000 -1/-1 42:node'],
    ['node 42 shop 18u IPv6 84497 0t0 TCP [::1]:3000 (LISTEN)', '::1:3000 -1/-1 42:node'],
    ['node 42 shop 18u IPv6 0xabc123 0t0 TCP [fe80::1%lo0]:3000 (LISTEN)', 'fe80::1:3000 -1/-1 42:node'],
    ['Google\\x20C 42 shop 18u IPv4 84497 0t0 TCP 127.0.0.1:3000 (LISTEN)', '127.0.0.1:3000 -1/-1 42:Google C'],
    ['COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME', ''],
    ['', ''],
  ])('%s', (line, expected) => {
    const { sockets, understood } = parseLsof([line])
    expect([shown(sockets).join(), understood]).toEqual([expected, true])
  })

  it.each([
    'node 42 shop 18u IPv4 84497 0t0 TCP 127.0.0.1:3000->127.0.0.1:51234 (ESTABLISHED)',
    'node 42 shop 18u IPv4 84497 0t0 UDP 127.0.0.1:3000',
    'node x shop 18u IPv4 84497 0t0 TCP 127.0.0.1:3000 (LISTEN)',
    'node 42 shop 18u IPv4 84497 0t0 TCP *:http (LISTEN)',
    "lsof: WARNING: can't stat() fuse.gvfsd-fuse file system",
  ])('is not understood: %s', (line) => {
    expect(parseLsof([line])).toEqual({ sockets: [], understood: false })
  })
})

describe('one line of netstat', () => {
  it.each([
    [
      'tcp        0      0 127.0.0.1:3000          0.0.0.0:*               LISTEN      42/node',
      '127.0.0.1:3000 0/0 42:node',
    ],
    ['tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      -', '0.0.0.0:80 0/0'],
    [
      'tcp        5      0 127.0.0.1:3000          0.0.0.0:*               LISTEN      42/node: server',
      '127.0.0.1:3000 -1/-1 42:node: server',
    ],
    ['tcp6       0      0 :::3000                 :::*                    LISTEN      42/node', ':::3000 0/0 42:node'],
    ['tcp6       0      0 ::1:3000                :::*                    LISTEN      42/node', '::1:3000 0/0 42:node'],
    ['Active Internet connections (only servers)', ''],
    ['(Not all processes could be identified, non-owned process info', ''],
    [' will not be shown, you would have to be root to see it all.)', ''],
  ])('%s', (line, expected) => {
    const { sockets, understood } = parseNetstat([line])
    expect([shown(sockets).join(), understood]).toEqual([expected, true])
  })

  it.each([
    'udp        0      0 127.0.0.1:53            0.0.0.0:*                           42/dns',
    'tcp        0      0 127.0.0.1:3000          127.0.0.1:51234         ESTABLISHED 42/node',
    'tcp        0      0 localhost:3000          0.0.0.0:*               LISTEN      42/node',
    'tcp6       0      0 2001:db8:1:2:3:4:5:3000 :::*                    LISTEN      42/node',
  ])('is not understood: %s', (line) => {
    expect(parseNetstat([line]).understood).toBe(false)
  })
})

describe('one line of the kernel’s tables', () => {
  const tcp = (local: string, state = '0A', queues = '00000000:00000000', inode = '84497') =>
    `   0: ${local} 00000000:0000 ${state} ${queues} 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0`

  it.each([
    [tcp('0100007F:0BB8'), '127.0.0.1:3000 waiting 0, inode 84497'],
    [tcp('00000000:0050'), '0.0.0.0:80 waiting 0, inode 84497'],
    [tcp('0500000A:FFFF'), '10.0.0.5:65535 waiting 0, inode 84497'],
    [tcp('0100007F:0BB8', '0A', '00000000:00000081'), '127.0.0.1:3000 waiting 129, inode 84497'],
    [tcp('00000000000000000000000000000000:0BB8'), ':::3000 waiting 0, inode 84497'],
    [tcp('00000000000000000000000001000000:0BB8'), '::1:3000 waiting 0, inode 84497'],
    [tcp('0000000000000000FFFF00000100007F:0BB8'), '127.0.0.1:3000 waiting 0, inode 84497'],
    [tcp('0100007F:0BB8', '01'), ''],
    [tcp('0100007F:0BB8', '06'), ''],
    [tcp('0100007F:0000'), ''],
    [tcp('100007F:0BB8'), ''],
    [tcp('0100007F:0BB8', '0A', '00000000:00000000', '-'), ''],
    ['  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode', ''],
    ['', ''],
  ])('%s', (line, expected) => {
    const socket = parseTcpLine(line)
    expect(socket ? `${socket.address}:${socket.port} waiting ${socket.waiting}, inode ${socket.inode}` : '').toBe(
      expected,
    )
  })

  it.each([
    ['00000000d5a77d08: 00000002 00000000 00010000 0001 01 84516 /run/shop.sock', '/run/shop.sock 84516'],
    ['00000000d5a77d08: 00000002 00000000 00010000 0005 01 84516 /run/udev/control', '/run/udev/control 84516'],
    ['00000000d5a77d08: 00000002 00000000 00010000 0001 01 84516 @shop', '@shop 84516'],
    ['00000000d5a77d08: 00000003 00000000 00000000 0001 03 84516 /run/shop.sock', ''],
    ['00000000d5a77d08: 00000002 00000000 00010000 0001 01 84516', ''],
    ['Num       RefCount Protocol Flags    Type St Inode Path', ''],
  ])('%s', (line, expected) => {
    const socket = parseUnixLine(line)
    expect(socket ? `${socket.path} ${socket.inode}` : '').toBe(expected)
  })

  it('tells where the connections begin', () => {
    expect([tcp('0100007F:0BB8'), tcp('0100007F:0BB8', '01'), 'sl local rem st', ''].map(isConnection)).toEqual([
      ...[false, true, false, false],
    ])
  })
})

describe('which sockets serve an address', () => {
  const socket = (address: string, port = 3000, maybeDual = false) => ({
    protocol: 'tcp' as const,
    address,
    port,
    maybeDual,
  })
  const all = ['0.0.0.0', '::', '127.0.0.1', '10.0.0.5', '::1'].map((address) => socket(address))

  it.each([
    [['127.0.0.1'], '127.0.0.1'],
    [['127.0.0.2'], '0.0.0.0'],
    [['10.0.0.5'], '10.0.0.5'],
    [['10.0.0.6'], '0.0.0.0'],
    [['::1'], '::1'],
    [['fd00::5'], '::'],
    [['::1', '127.0.0.1'], '::1'],
    [[], ''],
  ] as [string[], string][])('%o: %s', (addresses, expected) => {
    expect(
      serving(all, addresses, 3000)
        .map((each) => each.address)
        .join(),
    ).toBe(expected)
    expect(serving(all, addresses, 3001)).toEqual([])
  })

  it('takes `::` for both kinds where nothing on IPv4 has the port', () => {
    const sockets = [socket('::', 3000, true), socket('0.0.0.0', 3001), socket('::', 3001, true), socket('::', 3002)]
    expect(settleDualStack(sockets).map((each) => `${each.address}:${each.port}`)).toEqual([
      ...['*:3000', '0.0.0.0:3001', ':::3001', ':::3002'],
    ])
  })
})
