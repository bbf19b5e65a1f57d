import { describe, expect, it } from 'vitest'
import { apacheErrorLogReader } from '../../../src/reading/apache/error-log.ts'
import type { OwnRequest } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { NEVER } from '../../../src/words/value.ts'
import { asked, capturedLog, context, errorCapture, SHOP } from './knowledge.ts'

function read(
  log: string,
  more: { facts?: Record<string, Value>; requests?: OwnRequest[]; meta?: JsonObject; capture?: Partial<Capture> } = {},
) {
  const capture = errorCapture(log, more.meta ?? {}, more.capture ?? {})
  return apacheErrorLogReader.read(capture, context({ ...SHOP, ...more.facts }, more.requests ?? []))
}

const HTTP = capturedLog('error.log')
const TLS = capturedLog('error-tls.log')

/** What the log says of a request that was sent from this port. */
const ours = (log: string, port: number, members = ['127.0.0.1:3000']) =>
  read(log, { facts: { 'config.members': members }, requests: [asked('09:48:00', '09:50:30', port)] }).value.ours

describe('what happened to our own request, by the port that it came from', () => {
  it.each([
    ['refused', 60188, 'connect-refused', 'unreachable', '', '127.0.0.1:4100', ''],
    ['closed', 60192, 'premature-close', 'reset', '', '127.0.0.1:4101', '/closes'],
    ['reset', 60200, 'reset-before-head', 'reset', '', '127.0.0.1:4102', '/rst'],
    ['mute', 60202, 'read-timeout', 'slow', '', '127.0.0.1:4103', '/mute'],
    ['cut', 60210, 'cut-in-body', 'reset', '', '', ''],
    ['a header too large', 60224, 'header-too-big', 'garbage', 'header-too-big', '', '/big'],
    ['a header that is none', 60234, 'header-name-invalid', 'garbage', 'invalid-header', '', ''],
    ['slow', 60256, 'read-timeout', 'slow', '', '127.0.0.1:4109', '/slow'],
    ['chunks without an end', 60266, 'cut-in-body', 'reset', '', '', ''],
    ['TLS to a plain port', 60270, 'tls-handshake', 'reset', '', '127.0.0.1:4110', '/tlsplain'],
    ['no such name', 60280, 'name-not-resolved', 'unreachable', 'dns-failure', '', '/nodns'],
    ['FastCGI refused', 60286, 'connect-refused', 'unreachable', '', '127.0.0.1:4100', ''],
    ['FastCGI mute', 60292, 'fastcgi-read-timeout', 'slow', '', '', ''],
    ['FastCGI closed', 60294, 'fastcgi-closed-early', 'reset', '', '', ''],
    ['FastCGI that is HTTP', 60306, 'fastcgi-version', 'garbage', 'protocol-mismatch', '', ''],
    ['no socket for FastCGI', 60316, 'socket-missing', 'unreachable', '', '/srv/lab/run/none.sock', ''],
    ['no socket for HTTP', 60322, 'socket-missing', 'unreachable', '', '/srv/lab/run/none.sock', ''],
    ['refused by a router', 60334, 'connect-refused', 'unreachable', '', '192.0.2.1:4110', ''],
    ['a protocol that no module speaks', 60338, 'no-protocol-handler', 'none', 'proxy-config', '', '/ajp'],
  ])('%s', (_, port, signature, shape, cause, upstream, path) => {
    expect(ours(HTTP, port)).toMatchObject({ found: true, signature, shape, cause, upstream, path })
  })

  it.each([
    ['of another name: Apache does not say why', 35170, 'tls-handshake', '', '127.0.0.1:4201'],
    ['that ended', 35176, 'cert-verify', 'cert-invalid', '127.0.0.1:4202'],
    ['signed by itself', 35190, 'cert-verify', 'cert-invalid', '127.0.0.1:4203'],
    ['that is asked in plain HTTP', 35200, 'premature-close', '', '127.0.0.1:4201'],
    ['of no version in common', 35236, 'tls-handshake', '', '127.0.0.1:4204'],
    ['that ended, though nobody asked to verify it', 35262, 'cert-verify', 'cert-invalid', '127.0.0.1:4202'],
  ])('a certificate %s', (_, port, signature, cause, upstream) => {
    expect(ours(TLS, port)).toMatchObject({ found: true, signature, cause, upstream })
  })

  it('the name that does not resolve is told', () => {
    expect(ours(HTTP, 60280).name).toBe('no-such.invalid')
  })

  it('the limit of a header and the header are told', () => {
    expect(ours(HTTP, 60224)).toMatchObject({ limit: 8192n, header: expect.stringMatching(/^Set-Cookie/) })
  })

  it('a line that names no visitor belongs to the request in whose thread it stands: SSLProxyEngine', () => {
    const line = TLS.split('\n').find((each) => each.includes('AH01961')) ?? ''
    expect(
      read(line, { facts: { 'config.members': ['127.0.0.1:4201'] }, requests: [asked('09:49:59', '09:50:00', 35230)] })
        .value.ours,
    ).toMatchObject({
      signature: 'tls-no-engine',
      cause: 'proxy-config',
      upstream: '127.0.0.1:4201',
    })
  })

  it('every try of a balancer is of one request: the last one is told, and how many there were', () => {
    const { value } = read(HTTP, { requests: [asked('09:48:58', '09:48:59', 60346)] })
    expect(value.ours).toMatchObject({ signature: 'connect-refused', upstream: '127.0.0.1:4099' })
    expect(value.tries).toBe(2n)
  })

  it('a balancer that asks nobody', () => {
    expect(ours(TLS, 35206)).toMatchObject({ signature: 'no-live-upstreams', shape: 'unreachable', host: 'shop' })
  })
})

describe('whose a failure is', () => {
  const REFUSED = HTTP.split('\n').slice(2, 4).join('\n')

  it('without a port of ours the time decides, for what is about this upstream', () => {
    const facts = { 'config.members': ['127.0.0.1:4100'] }
    const late = read(REFUSED, { facts, requests: [asked('09:48:52', '09:48:53')] }).value
    expect(late.ours.found).toBe(true)
    expect(late.count).toBe(0n)
    const early = read(REFUSED, { facts, requests: [asked('09:47:52', '09:47:53')] }).value
    expect(early.ours.found).toBe(false)
    expect(early.count).toBe(1n)
  })

  it('another visitor from this machine in the same second is not us', () => {
    const facts = { 'config.members': ['127.0.0.1:4100'] }
    const { value } = read(REFUSED, { facts, requests: [asked('09:48:52', '09:48:53', 44444)] })
    expect(value.ours.found).toBe(false)
    expect(value.count).toBe(1n)
  })

  it('through another machine the port is another one: then time and upstream decide', () => {
    const facts = { 'config.members': ['127.0.0.1:4100'] }
    const log = REFUSED.replaceAll('client 127.0.0.1', 'client 192.0.2.9')
    expect(read(log, { facts, requests: [asked('09:48:52', '09:48:53', 44444)] }).value.ours.found).toBe(true)
  })

  it.each([
    ['another port', ['127.0.0.1:4999'], 0n],
    ['another host', ['10.0.0.7:4100'], 0n],
    ['a name, which may be any address', ['app.internal:4100'], 1n],
    ['a name with another port', ['app.internal:4999'], 0n],
    ['several', ['127.0.0.1:4999', '127.0.0.1:4100'], 1n],
    ['a socket', ['/run/shop.sock'], 0n],
    ['nothing: the configuration is not known', [], 1n],
  ])('where this URL is sent to %s', (_, members, count) => {
    expect(read(REFUSED, { facts: { 'config.members': members } }).value.count).toBe(count)
  })

  it('a failure that names this path counts, wherever it was sent', () => {
    const facts = { 'url.path': '/closes?now=1', 'config.members': ['127.0.0.1:4999'] }
    expect(read(HTTP, { facts }).value).toMatchObject({ count: 1n, latest: { path: '/closes' } })
  })

  it('what failed is counted by kind, the most frequent first', () => {
    const { value } = read(HTTP, { facts: { 'config.members': ['127.0.0.1:4100', '127.0.0.1:4099'] } })
    expect(value.kinds.map(({ signature, port, count }) => [signature, port, count])).toEqual([
      ['connect-refused', 4100n, 5n],
      ['connect-refused', 4099n, 2n],
    ])
    expect(value.first.toISOString()).toBe('2026-11-21T09:48:52.179Z')
    expect(value.last.toISOString()).toBe('2026-11-21T09:48:58.375Z')
    expect(value.total).toBeGreaterThan(20n)
  })

  it('a connection that is kept open may fail twice: two failures', () => {
    const line = (ms: string) =>
      `[Sat Nov 21 09:48:52.${ms} 2026] [proxy_http:error] [pid 1:tid 2] (104)Connection reset by peer: [client 127.0.0.1:5] AH01102: error reading status line from remote server 127.0.0.1:3000`
    expect(read(`${line('100')}\n${line('300')}\n`).value.count).toBe(2n)
  })

  it('lines of two threads are not mixed up', () => {
    const one = HTTP.split('\n').slice(2, 4)
    const other = one.map((line) =>
      line.replace('tid 26514', 'tid 99').replace('60188', '60999').replaceAll('4100', '4555'),
    )
    const mixed = [one[0], other[0], one[1], other[1]].join('\n')
    expect(ours(mixed, 60188)).toMatchObject({ upstream: '127.0.0.1:4100' })
    expect(ours(mixed, 60999)).toMatchObject({ upstream: '127.0.0.1:4555' })
  })
})

describe('what Apache and the application say besides', () => {
  const line = (words: string, level = 'error', about = '[client 127.0.0.1:5] ') =>
    `[Sat Nov 21 09:48:52.100000 2026] [proxy_fcgi:${level}] [pid 1:tid 2] ${about}${words}\n`

  it('what PHP wrote to its standard error is told, and is no failure of Apache’s', () => {
    const { value } = read(
      line("AH01071: Got error 'PHP message: PHP Fatal error:  Uncaught Error in /srv/shop/page.php:1'"),
      {
        requests: [asked('09:48:52', '09:48:53', 5)],
      },
    )
    expect(value.said).toBe('PHP message: PHP Fatal error:  Uncaught Error in /srv/shop/page.php:1')
    expect(value.ours.found).toBe(false)
  })

  it('a failure in words that nobody knows is a failure', () => {
    const { value } = read(line('AH09999: something new happened'), { requests: [asked('09:48:52', '09:48:53', 5)] })
    expect(value.ours).toMatchObject({ found: true, signature: '', message: 'AH09999: something new happened' })
  })

  it('a warning in unknown words is none', () => {
    const { value } = read(line('AH09999: something odd', 'warn'), { requests: [asked('09:48:52', '09:48:53', 5)] })
    expect(value.ours.found).toBe(false)
  })

  it('what it tells of itself stands apart', () => {
    expect(read(HTTP).value.process.map(({ signature }) => signature)).toContain('started')
    const full = line(
      'AH00484: server reached MaxRequestWorkers setting, consider raising the MaxRequestWorkers setting',
      'error',
      '',
    )
    expect(read(full).value.process).toMatchObject([{ signature: 'workers-reached', level: 'error' }])
    expect(
      read(line('AH00052: child pid 4711 exit signal Segmentation fault (11)', 'notice', '')).value.process,
    ).toMatchObject([{ signature: 'child-died' }])
    expect(read(line('AH00128: whatever it is', 'notice', '')).value.process).toEqual([])
    expect(read(line('AH00128: whatever it is', 'emerg', '')).value.process).toHaveLength(1)
  })
})

describe('whether silence proves anything', () => {
  const reasons = (more: Parameters<typeof read>[1]) => read('', more).dark.map(({ says }) => says)

  it('of a log that was seen whole', () => {
    expect(read('').value).toMatchObject({ complete: true, count: 0n, ours: { found: false, at: NEVER } })
  })

  it.each([
    [{ facts: { 'config.error_log_level': 'crit' } }, 'LogLevel is crit'],
    [{ facts: { 'config.error_log_level': 'emerg' } }, 'LogLevel is emerg'],
    [{ meta: { zone_sure: false } }, 'time zone'],
    [{ meta: { held: 'no' } }, 'does not hold'],
    [{ meta: { held: 'unknown' } }, 'whether Apache writes'],
    [{ meta: { reached: false } }, 'does not reach back'],
    [{ meta: { full: true } }, 'disk'],
    [{ capture: { cut: true } }, 'was not read as far back'],
    [{ capture: { pasted: true } }, 'pasted'],
    [{ capture: { outcome: 'blind', why: 'no-permission', says: 'may not read it' } as const }, 'may not read it'],
  ])('%j', (more, says) => {
    expect(reasons(more).join()).toContain(says)
    expect(read('', more).value.complete).toBe(false)
  })

  it.each(['error', 'warn', 'notice', 'info', 'debug', ''])('level %j lets failures through', (level) => {
    expect(read('', { facts: { 'config.error_log_level': level } }).value.complete).toBe(true)
  })

  it('lines that were counted and not kept count', () => {
    const key = {
      about: true,
      signature: 'connect-refused',
      shape: 'unreachable',
      cause: '',
      host: '127.0.0.1',
      port: 3000,
      socket: '',
    }
    const times = { first: Date.UTC(2026, 10, 21, 8), last: Date.UTC(2026, 10, 21, 9) }
    const left = [
      { key, count: 400, ...times },
      { key: { ...key, about: false }, count: 7, ...times },
      { key: { quiet: true }, count: 9, ...times },
    ]
    const { value } = read('', { meta: { left } })
    expect(value).toMatchObject({ count: 400n, total: 407n, first: new Date(times.first), last: new Date(times.last) })
    expect(value.kinds).toMatchObject([{ signature: 'connect-refused', count: 400n, port: 3000n }])
  })

  it('pasted lines stand for our own request, unless it was answered well', () => {
    const log = HTTP.split('\n').slice(2, 4).join('\n')
    const capture = { pasted: true }
    const facts = { 'config.members': ['127.0.0.1:4100'] }
    expect(read(log, { capture, facts }).value.ours.signature).toBe('connect-refused')
    expect(read(log, { capture, facts: { ...facts, 'answer.class': 'ok' } }).value.ours.found).toBe(false)
  })
})
