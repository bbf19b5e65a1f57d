import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nginxErrorLogReader } from '../../../src/reading/nginx/error-log.ts'
import type { OwnRequest } from '../../../src/reading/reader.ts'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { capturedLog, context } from './knowledge.ts'

const shop = (path: string, more: Record<string, Value> = {}): Record<string, Value> => ({
  'url.host': 'shop.example',
  'url.port': 23800n,
  'url.path': path,
  'config.server_name': 'shop.example',
  'config.error_log_level': 'error',
  ...more,
})

function read(
  log: string,
  facts: Record<string, Value>,
  more: { meta?: JsonObject; requests?: OwnRequest[]; capture?: Partial<Capture> } = {},
) {
  const capture = logCapture(log, { ...WHOLE, ...more.meta }, more.capture)
  return nginxErrorLogReader.read(capture, context(facts, { requests: more.requests ?? [] }))
}

const info = capturedLog('error-info.log')
const without = (key: string) => Object.fromEntries(Object.entries(shop('/refused')).filter(([name]) => name !== key))

describe('what kind of failure a line tells', () => {
  it.each([
    ['/refused', 'connect-refused', 'unreachable', '', '127.0.0.1', 23099n],
    ['/refused6', 'connect-refused', 'unreachable', '', '::1', 23099n],
    ['/premature', 'premature-close', 'reset', '', '127.0.0.1', 23002n],
    ['/reset', 'reset-before-head', 'reset', '', '127.0.0.1', 23003n],
    ['/slow', 'read-timeout', 'slow', '', '127.0.0.1', 23004n],
    ['/bodystall', 'body-timeout', 'slow', '', '127.0.0.1', 23005n],
    ['/bodycut', 'cut-in-body', 'reset', '', '127.0.0.1', 23006n],
    ['/bodyrst', 'reset-in-body', 'reset', '', '127.0.0.1', 23007n],
    ['/nothttp', 'not-http', 'garbage', '', '127.0.0.1', 23008n],
    ['/badheader', 'invalid-header', 'garbage', 'invalid-header', '127.0.0.1', 23009n],
    ['/bigheader', 'header-too-big', 'garbage', 'header-too-big', '127.0.0.1', 23010n],
    ['/tlsplain', 'tls-wrong-version', 'garbage', 'protocol-mismatch', '127.0.0.1', 23001n],
    ['/tlsdrop', 'tls-closed', 'reset', 'tls-handshake', '127.0.0.1', 23011n],
    ['/tlsfin', 'tls-closed', 'reset', 'tls-handshake', '127.0.0.1', 23012n],
    ['/tlsslow', 'tls-timeout', 'slow', '', '127.0.0.1', 23021n],
    ['/certverify', 'cert-verify', 'reset', 'cert-invalid', '127.0.0.1', 23013n],
    ['/sni', 'tls-unrecognized-name', 'reset', 'tls-handshake', '127.0.0.1', 23024n],
    ['/badchunk', 'invalid-chunk', 'garbage', '', '127.0.0.1', 23015n],
    ['/fcgiclose', 'fastcgi-closed-early', 'reset', '', '127.0.0.1', 23018n],
    ['/fcgistatus', 'invalid-status', 'garbage', 'invalid-header', '127.0.0.1', 23019n],
    ['/fcgitype', 'fastcgi-record-type', 'garbage', 'protocol-mismatch', '127.0.0.1', 23020n],
    ['/fcgihttp', 'fastcgi-version', 'garbage', 'protocol-mismatch', '127.0.0.1', 23001n],
    ['/sockstale', 'connect-refused', 'unreachable', '', '', 0n],
    ['/sockfull', 'socket-queue-full', 'unreachable', '', '', 0n],
    ['/sockdenied', 'socket-permission', 'unreachable', 'socket-permission', '', 0n],
    ['/conntimeout', 'connect-timeout', 'unreachable', '', '127.0.0.1', 23030n],
    ['/pair', 'no-live-upstreams', 'unreachable', 'no-healthy-upstream', 'pair', 0n],
    ['/noresolver', 'no-resolver', 'unreachable', 'proxy-config', '', 0n],
    ['/nxdomain', 'name-not-resolved', 'unreachable', 'dns-failure', '', 0n],
    ['/limited', 'rate-limit', 'none', 'rate-limited', '', 0n],
    ['/connlimited', 'read-timeout', 'slow', '', '127.0.0.1', 23004n],
    ['/sendslow', 'send-timeout', 'slow', '', '127.0.0.1', 23021n],
    ['/badbind', 'bind-address-missing', 'none', 'proxy-config', '127.0.0.1', 23001n],
  ])('%s: %s', (path, signature, shape, cause, host, port) => {
    const { latest } = read(info, shop(path, { 'config.members': [] })).value
    expect(latest).toMatchObject({ found: true, signature, shape, cause, host, port, path, server: 'shop.example' })
  })

  it('a unix socket is named', () => {
    expect(read(info, shop('/sockmissing')).value.latest).toMatchObject({
      signature: 'socket-missing',
      socket: '/tmp/shop/none.sock',
      errno: 2n,
      level: 'crit',
    })
    expect(read(info, shop('/fcgisock')).value.latest.socket).toBe('/tmp/shop/php.sock')
  })

  it.each(['/static/x', '/forbidden', '/small', '/moredata', '/fcgierr', '/ok'])(
    '%s: an everyday line is no failure',
    (path) => {
      const { value } = read(info, shop(path, { 'config.members': ['127.0.0.1:1'] }))
      expect(value).toMatchObject({ complete: true, count: 0n, kinds: [] })
      expect(value.latest.found).toBe(false)
      expect(value.latest.at).toEqual(NEVER)
    },
  )
})

describe('which lines are about this URL', () => {
  it('counts one server block under all its names, by kind, the most frequent first', () => {
    const { value } = read(info, shop('/refused', { 'config.members': ['127.0.0.1:23099'] }))
    // Plain, ?x=1 as the alias, our User-Agent, by unix socket, /a"b, hostile referrer, cut one, %22.
    expect(value.kinds[0]).toMatchObject({ signature: 'connect-refused', host: '127.0.0.1', port: 23099n, count: 7n })
    expect(value.kinds.map(({ port }) => port)).not.toContain(23098n)
    expect(value.first).toEqual(new Date('2026-11-21T04:02:58Z'))
    expect(value.last).toEqual(new Date('2026-11-21T04:03:07Z'))
  })

  it("leaves out the other virtual host's lines in a shared log, with and without the configuration", () => {
    const blog = { 'url.host': 'blog.example', 'url.port': 23800n, 'url.path': '/', 'config.error_log_level': 'error' }
    for (const facts of [blog, { ...blog, 'config.server_name': 'blog.example' }]) {
      const { value } = read(info, facts)
      expect(value).toMatchObject({ count: 1n, kinds: [{ host: '127.0.0.1', port: 23098n, count: 1n }] })
    }
    expect(read(info, shop('/')).value.kinds.every(({ port }) => port !== 23098n)).toBe(true)
  })

  it('the same path on the other host does not count', () => {
    const line = (host: string) =>
      `2026/11/21 04:03:07 [error] 1#1: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: ${host}, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:3000/", host: "${host}"\n`
    const facts = { 'url.host': 'a.example', 'url.port': 80n, 'url.path': '/', 'config.error_log_level': 'error' }
    expect(read(line('a.example') + line('b.example'), facts).value.count).toBe(1n)
    expect(
      read(line('b.example'), { ...facts, 'config.members': ['127.0.0.1:3000'], 'config.server_name': 'a.example' })
        .value.count,
    ).toBe(0n)
  })

  it('another location of the same server, with another upstream, does not count; the same path always does', () => {
    const facts = shop('/refused', { 'config.members': ['127.0.0.1:4000'] })
    const { value } = read(info, facts)
    // nginx still runs an older configuration, that sends /refused to 23099.
    expect(value.kinds.filter(({ host, port }) => host !== '' && port !== 0n)).toMatchObject([{ port: 23099n }])
  })

  it('a server without a name is told by the port in the Host', () => {
    const facts = {
      'url.host': '127.0.0.1',
      'url.port': 23801n,
      'url.path': '/a',
      'config.server_name': '',
      'config.error_log_level': 'error',
    }
    expect(read(info, facts).value).toMatchObject({ count: 1n, latest: { port: 23097n, path: '/a' } })
    expect(read(info, { ...facts, 'url.port': 23805n }).value.count).toBe(0n)
  })

  it('without any fact every failure counts', () => {
    const { value } = read(info, {})
    expect(value.count).toBe(value.total)
    expect(value.count).toBeGreaterThan(50n)
  })
})

describe('the line that our own request caused', () => {
  const request = (from: string, to: string): OwnRequest => ({
    startedAt: new Date(from),
    endedAt: new Date(to),
    status: 502,
  })
  const ours = request('2026-11-21T04:03:07.400Z', '2026-11-21T04:03:07.450Z')

  it('is found by path and second, and is not counted', () => {
    const members = { 'config.members': ['127.0.0.1:23002'] }
    const early = request('2026-11-21T04:02:58.100Z', '2026-11-21T04:02:58.120Z')
    const { value } = read(info, shop('/premature', members), { requests: [early] })
    expect(value.ours).toMatchObject({ found: true, signature: 'premature-close', port: 23002n })
    expect(value.latest).toMatchObject({ found: true, signature: 'premature-close' })
    expect(value.kinds.every(({ signature }) => signature !== 'premature-close')).toBe(true)
    expect(read(info, shop('/premature', members)).value.count).toBe(value.count + 1n)
  })

  it('is the last one where several fit', () => {
    const { value } = read(info, shop('/refused'), { requests: [ours] })
    expect(value.ours).toMatchObject({
      found: true,
      request: 'GET /refused HTTP/1.1',
      at: new Date('2026-11-21T04:03:07Z'),
    })
  })

  it('takes all lines of its connection: nginx tries the members one after the other', () => {
    const pair = request('2026-11-21T04:03:03.000Z', '2026-11-21T04:03:03.500Z')
    const onlyFirst = info
      .split('\n')
      .filter((line) => !line.includes('*75 '))
      .join('\n')
    const { value } = read(onlyFirst, shop('/pair', { 'config.members': ['127.0.0.1:23090', '127.0.0.1:23091'] }), {
      requests: [pair],
    })
    expect(value.ours).toMatchObject({ found: true, port: 23091n })
    expect(value.kinds.filter(({ port }) => port === 23090n || port === 23091n)).toEqual([])
  })

  it('prefers a client on this machine', () => {
    const line = (client: string, port: number) =>
      `2026/11/21 04:03:07 [error] 1#1: *${port} connect() failed (111: Connection refused) while connecting to upstream, client: ${client}, server: shop.example, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:${port}/", host: "shop.example"\n`
    const { value } = read(line('127.0.0.1', 1) + line('10.0.0.1', 2), shop('/'), { requests: [ours] })
    expect(value).toMatchObject({ ours: { port: 1n }, count: 1n, kinds: [{ port: 2n }] })
  })

  it("is not another path's, another host's or another minute's", () => {
    const later = request('2026-11-21T04:05:00Z', '2026-11-21T04:05:01Z')
    expect(read(info, shop('/refused'), { requests: [later] }).value.ours.found).toBe(false)
    expect(read(info, shop('/nothing'), { requests: [ours] }).value.ours.found).toBe(false)
    const other = { ...without('config.server_name'), 'url.host': 'elsewhere.example' }
    expect(read(info, other, { requests: [ours] }).value.ours.found).toBe(false)
  })

  it('is found in the zone of the log', () => {
    const log = capturedLog('error-kathmandu.log')
    const request_ = request('2026-11-21T04:04:36.200Z', '2026-11-21T04:04:36.300Z')
    const meta = { zone_minutes: 345, zone_from: 'env' }
    expect(read(log, shop('/refused'), { meta, requests: [request_] }).value.ours).toMatchObject({
      found: true,
      at: new Date('2026-11-21T04:04:36Z'),
    })
    expect(read(log, shop('/refused'), { requests: [request_] }).value.ours.found).toBe(false)
  })
})

describe('the process itself', () => {
  it('what it was told and what it could not do', () => {
    const signatures = read(info, shop('/')).value.process.map(({ signature }) => signature)
    expect(signatures).toContain('signal-reload')
    expect(signatures).toContain('signal-reopen')
    expect(signatures).toContain('signal-quit')
    expect(signatures).not.toContain('worker-exited')
    const starts = read(capturedLog('error-hostile-and-start.log') + capturedLog('error-start-stderr.log'), shop('/'))
      .value.process
    expect(starts.map(({ level, signature }) => `${level} ${signature}`)).toEqual([
      ...Array(5).fill('emerg bind-failed'),
      'emerg bind-gave-up',
      'emerg host-not-found',
      'emerg unknown-directive',
    ])
  })

  it('files and connections that ran out', () => {
    const files = read(capturedLog('error-files.log'), shop('/slow')).value
    expect(files.process.map(({ signature }) => signature)).toContain('worker-killed')
    expect(files.kinds.map(({ signature }) => signature)).toContain('socket-too-many-files')
    const meta = { zone_minutes: 345 }
    const connections = read(capturedLog('error-kathmandu.log'), shop('/slow'), { meta }).value
    expect(connections.process.map(({ signature }) => signature)).toEqual(Array(3).fill('worker-connections'))
  })
})

describe('complete: absence counts only where it could have been seen', () => {
  const dark = (facts: Record<string, Value>, more: Parameters<typeof read>[2] = {}, log = '') => {
    const { value, dark } = read(log, facts, more)
    expect(value.complete).toBe(dark.length === 0)
    return dark.map(({ says }) => says).join('; ')
  }

  it('nothing dark in a log that was seen whole', () => {
    expect(dark(shop('/'), { meta: { records: 0 } })).toBe('')
    expect(dark(shop('/'), {}, info)).toBe('')
  })

  it.each(['debug', 'info', 'notice', 'warn', 'error'])('level %s lets errors through', (level) => {
    expect(dark(shop('/', { 'config.error_log_level': level }))).toBe('')
  })

  it.each(['crit', 'alert', 'emerg'])('level %s does not', (level) => {
    const log = capturedLog('error-crit-kathmandu.log')
    const says = dark(shop('/refused', { 'config.error_log_level': level }), { meta: { zone_minutes: 345 } }, log)
    expect(says).toContain(`error_log is at level ${level}: connection errors at level error are not written`)
  })

  it('an unknown level is proven by a line of level error, not by one of level crit', () => {
    expect(dark(without('config.error_log_level'), {}, info)).toBe('')
    expect(dark(without('config.error_log_level'), {}, capturedLog('error-crit-kathmandu.log'))).toContain('level')
    expect(dark(without('config.error_log_level'))).toContain('level')
  })

  it.each([
    ['held', 'unknown', 'could not be seen'],
    ['held', 'no', 'writes elsewhere'],
    ['reached', false, 'start of the window'],
    ['full', true, 'disk'],
    ['gaps', ['error.log.2.xz is packed'], 'packed'],
    ['zone_sure', false, 'time zone'],
  ] as const)('%s %s', (name, value, says) => {
    const meta: JsonObject = { [name]: typeof value === 'object' ? [...value] : value }
    expect(dark(shop('/'), { meta }, info)).toContain(says)
  })

  it('no line at all needs no zone', () => {
    const { zone_minutes: _, zone_from: __, zone_sure: ___, ...meta } = WHOLE
    const capture = logCapture('', { ...meta, records: 0 })
    expect(nginxErrorLogReader.read(capture, context(shop('/'))).value.complete).toBe(true)
  })

  it('blind, cut, timed out and pasted', () => {
    const blind: Partial<Capture> = { outcome: 'blind', why: 'no-permission', says: 'this account may not read it' }
    expect(dark(shop('/'), { capture: blind })).toBe('this account may not read it')
    expect(dark(shop('/'), { capture: { cut: true, why: 'cut', says: 'cut short' } })).toContain('cut short')
    expect(dark(shop('/'), { capture: { timedOut: true } })).toContain('in time')
    expect(dark(shop('/'), { capture: { pasted: true } }, info)).toContain('pasted')
  })

  it('what is seen in a part still counts', () => {
    const { value } = read(info, shop('/refused'), { capture: { pasted: true }, meta: { held: 'unknown' } })
    expect(value.complete).toBe(false)
    expect(value.latest).toMatchObject({ found: true, signature: 'connect-refused' })
  })
})

describe('what the prober counted and did not keep', () => {
  it('is added to the kinds and the totals', () => {
    const key = {
      about: true,
      signature: 'connect-refused',
      shape: 'unreachable',
      cause: '',
      host: '127.0.0.1',
      port: 23099,
      socket: '',
    }
    const other = { ...key, about: false }
    const first = Date.parse('2026-11-21T03:50:00Z')
    const left = [
      { key, count: 1000, first, last: first + 1000 },
      { key: other, count: 50, first, last: first },
    ]
    const facts = shop('/refused', { 'config.members': ['127.0.0.1:23099'] })
    const [plain, more] = [read(info, facts).value, read(info, facts, { meta: { left } }).value]
    expect(more.count).toBe(plain.count + 1000n)
    expect(more.total).toBe(plain.total + 1050n)
    expect(more.kinds[0]).toMatchObject({ signature: 'connect-refused', count: 1007n, first: new Date(first) })
    expect(more.kinds[0]?.message).toContain('connect() failed')
  })
})

describe('any input', () => {
  it('never throws and misses no field', () => {
    const lines = info.split('\n')
    const torn = fc
      .tuple(fc.constantFrom(...lines), fc.nat(300), fc.string())
      .map(([line, at, text]) => line.slice(0, at) + text + line.slice(at))
    const meta = fc.dictionary(
      fc.constantFrom(...Object.keys(WHOLE)),
      fc.oneof(fc.string(), fc.integer(), fc.constant<Json>(null), fc.constant<Json>([{ key: {}, count: 1 }])),
    )
    const fields = Object.keys(nginxErrorLogReader.output.fields).sort()
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), torn), { maxLength: 8 }), meta, (text, odd) => {
        const { value, lines } = nginxErrorLogReader.read(logCapture(text.join('\n'), odd), context(shop('/refused')))
        expect(Object.keys(value).sort()).toEqual(fields)
        expect(Number.isNaN(value.first.getTime())).toBe(false)
        expect(lines.length).toBeLessThanOrEqual(5)
      }),
      { numRuns: 300 },
    )
  })
})
