import { describe, expect, it } from 'vitest'
import { parseTcpConnection, parseUnixConnection } from '../../../src/reading/process/connections.ts'

// Lines of /proc/net/tcp and /proc/net/unix while PHP-FPM 8.2 had both its workers busy and one connection waiting.
const TCP = {
  header: '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  listens:
    '   2: 0100007F:98D0 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 1090448 2 0000000 100 0 0 10 0',
  held: '  20: 0100007F:98D0 0100007F:B526 01 00000000:00000008 00:00000000 00000000    33        0 1095909 1 0000000 20 4 0 10 -1',
  leaving:
    '  24: 0100007F:98D0 0100007F:8266 06 00000000:00000000 03:00000651 00000000     0        0 0 3 0000000010cf157',
  given_up:
    '  25: 0100007F:98D0 0100007F:8270 08 00000000:00000009 00:00000000 00000000    33        0 1095910 1 0000000 20 4 0 10 -1',
  waiting:
    ' 145: 0100007F:98D0 0100007F:B53A 01 00000000:00000220 00:00000000 00000000     0        0 0 1 00000000f5b58a6 20 4 0 10 -1',
  client:
    '  83: 0100007F:B526 0100007F:98D0 01 00000000:00000000 00:00000000 00000000 65534        0 1115190 1 0000000 20 4 0 10 -1',
  six: '   4: 00000000000000000000000001000000:98D0 00000000000000000000000001000000:B526 01 00000000:00000000 00:00000000 00000000     0        0 77 1 0000000 20 4 0 10 -1',
}

describe('a connection over TCP', () => {
  it.each([
    ['that somebody took', TCP.held, { inode: '1095909' }],
    ['that its other side gave up, while the work goes on', TCP.given_up, { inode: '1095910' }],
    ['that nobody took yet has no inode', TCP.waiting, { inode: '0' }],
    ['over IPv6', TCP.six, { inode: '77' }],
    ['is not a listener', TCP.listens, undefined],
    ['is not what is only left of one', TCP.leaving, undefined],
    ['is not its other side', TCP.client, undefined],
    ['is not the header', TCP.header, undefined],
    ['is not nothing', '', undefined],
    ['is not a torn line', TCP.held.slice(0, 40), undefined],
  ])('%s', (_, line, connection) => {
    expect(parseTcpConnection(line, 39_120)).toEqual(connection)
  })

  it('is of its own port only', () => {
    expect(parseTcpConnection(TCP.held, 3000)).toBeUndefined()
    expect(parseTcpConnection(TCP.client, 0xb526)).toEqual({ inode: '1115190' })
  })
})

describe('a connection over a unix socket', () => {
  const at = '/run/my pools/fpm.sock'
  it.each([
    ['that somebody took', `0000000000000000: 00000003 00000000 00000000 0001 03 88123 ${at}`, { inode: '88123' }],
    ['that nobody took yet', `0000000000000000: 00000003 00000000 00000000 0001 02     0 ${at}`, { inode: '0' }],
    ['is not the listener', `0000000000000000: 00000002 00000000 00010000 0001 01 88000 ${at}`, undefined],
    [
      'is not its other side, which has no path',
      '0000000000000000: 00000003 00000000 00000000 0001 03 88124',
      undefined,
    ],
    ['is not another socket', `0000000000000000: 00000003 00000000 00000000 0001 03 88123 ${at}.old`, undefined],
    ['is not the header', 'Num       RefCount Protocol Flags    Type St Inode Path', undefined],
  ])('%s', (_, line, connection) => {
    expect(parseUnixConnection(line, at)).toEqual(connection)
  })
})
