import { describe, expect, it } from 'vitest'
import { nginxErrorLogFormat } from '../../../src/reading/nginx/error-log-format.ts'
import { OURS, readLog, SHOP, shopLine } from './error-support.ts'
import { context } from './knowledge.ts'

const at = (level: string, says: string): string => `2026/11/21 04:03:07 [${level}] 815#815: ${says}\n`

describe('a line of the process itself', () => {
  it.each([
    ['emerg', 'bind() to 127.0.0.1:23800 failed (98: Address already in use)', 'bind-failed'],
    ['emerg', 'bind() to [::]:80 failed (98: Address already in use)', 'bind-failed'],
    ['emerg', 'bind() to unix:/run/nginx.sock failed (98: Address already in use)', 'bind-failed'],
    ['emerg', 'still could not bind()', 'bind-gave-up'],
    ['emerg', 'bind() to 0.0.0.0:80 failed (13: Permission denied)', 'bind-denied'],
    ['emerg', 'unknown directive "proxy_passs" in /tmp/shop/ng2.conf:12', 'unknown-directive'],
    ['emerg', 'host not found in upstream "nosuch.invalid" in /tmp/shop/ng2.conf:12', 'host-not-found'],
    ['emerg', 'open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)', ''],
    ['alert', 'worker process 20189 exited on signal 9', 'worker-killed'],
    ['alert', 'worker process 20189 exited on signal 11 (core dumped)', 'worker-killed'],
    ['crit', 'pread() "/var/lib/nginx/x" failed (5: Input/output error)', ''],
    ['crit', 'accept4() failed (24: Too many open files)', 'accept-too-many-files'],
    ['alert', '12 worker_connections are not enough', 'worker-connections'],
    [
      'error',
      'send() failed (111: Connection refused) while resolving, resolver: 127.0.0.1:23032',
      'resolver-unreachable',
    ],
    ['notice', 'signal 1 (SIGHUP) received from 19431, reconfiguring', 'signal-reload'],
    ['notice', 'signal 1 (SIGHUP) received, reconfiguring', 'signal-reload'],
    ['notice', 'signal 10 (SIGUSR1) received from 19431, reopening logs', 'signal-reopen'],
    ['notice', 'signal 3 (SIGQUIT) received from 19431, shutting down', 'signal-quit'],
    ['notice', 'signal 15 (SIGTERM) received from 1, exiting', 'signal-stop'],
    ['notice', 'signal 2 (SIGINT) received, exiting', 'signal-stop'],
    ['notice', 'signal 17 (SIGCHLD) received from 19486', 'signal'],
    ['notice', 'reconfiguring', 'reconfiguring'],
    ['notice', 'start worker processes', 'workers-started'],
    ['notice', 'gracefully shutting down', 'shutting-down'],
  ])('[%s] %s: %s', (level, message, signature) => {
    const { value } = readLog(at(level, message))
    expect(value.process).toEqual([{ at: new Date('2026-11-21T04:03:07Z'), level, signature, message }])
    expect(value).toMatchObject({ count: 0n, total: 0n, kinds: [], latest: { found: false } })
  })

  it.each([
    ['notice', 'worker process 19486 exited with code 0'],
    ['notice', 'using the "epoll" event method'],
    ['notice', 'nginx/1.22.1'],
    ['notice', 'start worker process 816'],
    ['notice', 'exiting'],
    ['notice', 'exit'],
    ['info', 'epoll_wait() failed (4: Interrupted system call)'],
    ['warn', 'conflicting server name "shop.example" on 0.0.0.0:80, ignored'],
  ])('[%s] %s is everyday: it is left out', (level, message) => {
    expect(readLog(at(level, message)).value.process).toEqual([])
  })

  it('is never taken for one that our own request caused', () => {
    const { value } = readLog(at('alert', 'worker process 20189 exited on signal 9'), { requests: [OURS] })
    expect(value.ours.found).toBe(false)
  })

  it('is given with the others in the order of the log, at most the last 100', () => {
    const log = Array.from({ length: 150 }, (_, i) => at('alert', `worker process ${i} exited on signal 9`)).join('')
    const { process } = readLog(log).value
    expect(process).toHaveLength(100)
    expect(process[0]?.message).toBe('worker process 50 exited on signal 9')
    expect(process.at(-1)?.message).toBe('worker process 149 exited on signal 9')
  })
})

describe('an everyday line about a request is no failure', () => {
  it.each([
    ['warn', 'a client request body is buffered to a temporary file /tmp/shop/t1/0000000001'],
    [
      'warn',
      'an upstream response is buffered to a temporary file /var/lib/nginx/proxy/1/00/0000000001 while reading upstream',
    ],
    ['warn', 'upstream sent more data than specified in "Content-Length" header while reading upstream'],
    ['warn', 'upstream server temporarily disabled while connecting to upstream'],
    ['error', 'client intended to send too large body: 9000000 bytes'],
    ['error', 'FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream'],
    [
      'error',
      'FastCGI sent in stderr: "PHP message: PHP Fatal error:  Allowed memory size" while reading response header from upstream',
    ],
    ['info', 'client prematurely closed connection while sending request to upstream'],
    [
      'info',
      'epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while sending request to upstream',
    ],
    ['error', 'upstream timed out (110: Connection timed out) while proxying upgraded connection'],
    ['info', 'recv() failed (104: Connection reset by peer) while proxying upgraded connection'],
    ['error', 'open() "/srv/shop/favicon.ico" failed (2: No such file or directory)'],
    ['error', 'directory index of "/srv/shop/" is forbidden'],
    ['error', 'access forbidden by rule'],
    ['error', 'user "admin": password mismatch'],
    ['info', 'client 127.0.0.1 closed keepalive connection'],
    ['info', 'client timed out (110: Connection timed out) while reading client request headers'],
  ])('[%s] %s', (level, says) => {
    const { value } = readLog(shopLine({ says, level }), { requests: [OURS] })
    expect(value).toMatchObject({
      count: 0n,
      total: 0n,
      kinds: [],
      ours: { found: false },
      latest: { found: false },
      process: [],
    })
  })

  it('a message that nobody knows counts when nginx dealt with an upstream, at error and above', () => {
    const says = 'upstream did something new while reading response header from upstream'
    for (const [level, count] of [
      ['warn', 0n],
      ['error', 1n],
      ['crit', 1n],
      ['alert', 1n],
    ] as const) {
      const { value } = readLog(shopLine({ says, level }))
      expect(value.count).toBe(count)
      // Without a signature it is in no total.
      expect(value.total).toBe(0n)
    }
    expect(readLog(shopLine({ says })).value.kinds).toMatchObject([
      { signature: '', shape: '', cause: '', message: says },
    ])
  })

  it('one without an upstream does not', () => {
    expect(readLog(shopLine({ says: 'something new while reading upstream', upstream: '' })).value.count).toBe(0n)
    expect(readLog(shopLine({ says: 'something new while logging request' })).value.count).toBe(0n)
  })
})

describe('what the prober keeps of a long log, by rank', () => {
  const sieve = nginxErrorLogFormat.open(context({ ...SHOP, 'config.members': ['127.0.0.1:3000'] }))
  const refused = 'connect() failed (111: Connection refused) while connecting to upstream'
  const kind = {
    signature: 'connect-refused',
    shape: 'unreachable',
    cause: '',
    host: '127.0.0.1',
    port: 3000,
    socket: '',
  }

  it.each([
    ['its own path', shopLine({ says: refused }), 3, { ...kind, about: true }],
    [
      'another path of its upstream',
      shopLine({ says: refused }).replaceAll('/cart', '/b'),
      2,
      { ...kind, about: true },
    ],
    [
      'another path of another upstream',
      shopLine({ says: refused }).replaceAll('/cart', '/b').replace(':3000', ':4000'),
      1,
      { ...kind, port: 4000, about: false },
    ],
    [
      'another virtual host',
      shopLine({ says: refused }).replaceAll('shop.example', 'blog.example'),
      1,
      { ...kind, about: false },
    ],
    ['an everyday line of its path', shopLine({ says: 'access forbidden by rule' }), 1, { quiet: true }],
    [
      'an everyday line of another path',
      shopLine({ says: 'access forbidden by rule' }).replaceAll('/cart', '/b'),
      0,
      { quiet: true },
    ],
    ['a signal', at('notice', 'signal 1 (SIGHUP) received from 1, reconfiguring'), 2, { process: true }],
    ['a worker that ended', at('notice', 'worker process 1 exited with code 0'), 0, { process: true }],
    ['an alert', at('alert', 'something new'), 2, { process: true }],
    ['no record at all', 'Stack trace:', 0, {}],
  ])('%s', (_, record, rank, key) => {
    expect(sieve.weigh(record.trimEnd())).toEqual({ rank, key })
  })

  it.each([
    ['2026/11/21 04:03:07 [error] 1#1: x', Date.UTC(2026, 10, 21, 4, 3, 7)],
    ['2024/02/29 23:59:60 [error] 1#1: x', Date.UTC(2024, 2, 1, 0, 0, 0)],
    ['1970/01/01 00:00:00 [emerg] 1#1: x', 0],
  ])('a record begins at its stamp, in local time: %s', (line, ms) => {
    expect(sieve.stamp(line)).toEqual({ ms, zoned: false })
  })

  it.each([
    '',
    '#0 {main}',
    ' 2026/11/21 04:03:07 [error] 1#1: x',
    '2026-11-21 04:03:07 [error] 1#1: x',
    '2026/11/21 04:03:07 error',
    '2026/00/21 04:03:07 [error]',
    '2026/11/32 04:03:07 [error]',
    '2026/11/21 24:03:07 [error]',
    '2026/11/21 04:60:07 [error]',
    '2026/11/21 04:03:61 [error]',
    '2026/11/2x 04:03:07 [error]',
  ])('no record begins on: %j', (line) => {
    expect(sieve.stamp(line)).toBeUndefined()
  })
})
