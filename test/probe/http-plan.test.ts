import { describe, expect, it } from 'vitest'
import { ChunkDecoder } from '../../src/probe/http/chunks.ts'
import { curlArgv, shownArgv } from '../../src/probe/http/curl-argv.ts'
import { parseCurlReport } from '../../src/probe/http/curl-report.ts'
import type { Ask } from '../../src/probe/http/exchange.ts'
import { masker, maskJson } from '../../src/probe/http/mask.ts'
import { nodeFailure } from '../../src/probe/http/node-errors.ts'
import { followedBy, parseTarget, planAsk } from '../../src/probe/http/plan.ts'
import { type Measured, NOTHING_MEASURED } from '../../src/reading/http/measured.ts'
import { isWell } from '../../src/reading/http/samples.ts'
import { lookAt, options } from './http-servers.ts'

function plan(url: string, look: Parameters<typeof lookAt>[1] = {}, more: Parameters<typeof options>[0] = {}): Ask {
  const asked = planAsk(lookAt(url, look), options(more))
  if (typeof asked === 'string') throw new Error(asked)
  return asked
}

describe('the path of a URL stays as it was written', () => {
  it.each([
    ['http://a.example/', '/'],
    ['http://a.example', '/'],
    ['http://a.example/a//b', '/a//b'],
    ['http://a.example/a/./b/..', '/a/./b/..'],
    ['http://a.example/%2e%2E/x', '/%2e%2E/x'],
    ['http://a.example/a;b=c,d?x=1&x=2', '/a;b=c,d?x=1&x=2'],
    ['http://a.example/?', '/?'],
    ['http://a.example/x#y?z', '/x'],
    ['http://a.example?x#y', '/?x'],
    ['http://a.example:8080/x', '/x'],
    ['http://[::1]:8080/x', '/x'],
    ['http://a.example/"<>`{}|^', '/"<>`{}|^'],
    ['http://a.example/a b', '/a%20b'],
    ['http://a.example/日本', '/%E6%97%A5%E6%9C%AC'],
    ['http://a.example\\x', '/x'],
  ])('%s', (url, target) => {
    expect(parseTarget(url)?.target).toBe(target)
  })

  it.each(['a.example', 'ftp://a/', 'mailto:a@b', 'http://', 'https:///', '', ' ', 'javascript:1'])(
    '%j is none to ask',
    (url) => {
      const target = parseTarget(url)
      expect(target === null || target.url.hostname !== '').toBe(true)
      if (url !== 'https:///') expect(target).toBeNull()
    },
  )
})

describe('what is decided of a request', () => {
  it.each([
    ['the person’s own URL is verified', { own: true }, {}, true],
    ['unless the person said otherwise', { own: true }, { insecure: true }, false],
    ['or the flow did', { own: true, verify: false }, {}, false],
    ['a hop is asked as a proxy asks', { own: false }, {}, false],
    ['unless the proxy verifies', { own: false, verify: true }, {}, true],
    [
      'which --insecure, for the own URL alone, does not change',
      { own: false, verify: true },
      { insecure: true },
      true,
    ],
  ])('%s', (_, look, more, verify) => {
    expect(plan('https://a.example/', look, more).verify).toBe(verify)
  })

  it.each([
    ['1.0', '1.0'],
    ['1.1', '1.1'],
    ['2', '2'],
    ['3', '1.1'],
    ['', '1.1'],
  ])('version %j is asked as %s', (version, asked) => {
    expect(plan('http://a.example/', { version }).version).toBe(asked)
  })

  it('pins and headers of the person are for the person’s own URL', () => {
    const more = {
      headers: [{ name: 'X-Token', value: 'x' }],
      resolve: [{ host: 'a.example', port: 80, address: '127.0.0.1' }],
    }
    expect(plan('http://a.example/', { own: true }, more)).toMatchObject(more)
    expect(plan('http://a.example/', { own: false }, more)).toMatchObject({ headers: [], resolve: [] })
  })

  it.each([
    [{ name: 'X Token', value: 'x' }],
    [{ name: '', value: 'x' }],
    [{ name: 'X:', value: 'x' }],
    [{ name: 'X-Token', value: 'a\nb' }],
    [{ name: 'X-Token', value: 'a\0' }],
    [{ name: 'X-Töken', value: 'x' }],
  ])('the header %j is not sent', (header) => {
    expect(plan('http://a.example/', { own: true }, { headers: [header] }).headers).toEqual([])
  })

  it.each([
    ['an address with a blank', { address: '127.0.0.1 x' }],
    ['an address that is an option', { address: '--output' }],
    ['a name for TLS with a slash', { sni: 'a/b' }],
    ['a Host with a line feed', { host: 'a\nb' }],
    ['a socket with NUL', { socket: '/run/a\0b' }],
  ])('%s cannot be asked', (_, look) => {
    expect(typeof planAsk(lookAt('http://a.example/', look), options())).toBe('string')
  })
})

describe('where a redirect leads', () => {
  const next = (status: number, location: string, from = plan('http://a.example/x/y?z')) => {
    const to = followedBy(from, status, location, 'triage502/test')
    return to === null ? null : `${to.url.origin}${to.target}`
  }

  it.each<[number, string, string | null]>([
    [301, '/new', 'http://a.example/new'],
    [302, 'new', 'http://a.example/x/new'],
    [303, '?q', 'http://a.example/x/y?q'],
    [307, '../up', 'http://a.example/up'],
    [308, 'https://a.example/', 'https://a.example/'],
    [302, '//b.example/z', 'http://b.example/z'],
    [302, 'http://b.example', 'http://b.example/'],
    [302, 'HTTP://B.EXAMPLE/Z', 'http://b.example/Z'],
    [302, '', null],
    [302, 'ftp://b.example/', null],
    [302, 'javascript:alert(1)', null],
    [302, 'file:///etc/passwd', null],
    [302, 'http://', null],
    [200, '/new', null],
    [300, '/new', null],
    [304, '/new', null],
    [305, '/new', null],
    [502, '/new', null],
  ])('%i to %j: %s', (status, location, want) => {
    expect(next(status, location)).toBe(want)
  })

  it('the way to connect stays with the host, and is left behind by any other', () => {
    const from = plan('http://127.0.0.1/old', { socket: '/run/app.sock', host: 'shop.example', own: false })
    expect(followedBy(from, 302, '/new', 'ua')).toMatchObject({ socket: '/run/app.sock', host: 'shop.example' })
    expect(followedBy(from, 302, 'http://shop.example/new', 'ua')).toMatchObject({ socket: '/run/app.sock' })
    for (const to of ['https://shop.example/new', 'http://shop.example:81/', 'http://127.0.0.1/new']) {
      expect(followedBy(from, 302, to, 'ua')).toMatchObject({ socket: '', host: '', connectTo: '', headers: [] })
    }
  })
})

describe('secrets of the person', () => {
  it.each<[string[], string, string]>([
    [['Bearer abcdef'], 'got Bearer abcdef', 'got [masked]'],
    [['Bearer abcdef'], 'got abcdef', 'got [masked]'],
    [['abc'], 'abc', 'abc'],
    [['abcd', 'abcdefgh'], 'abcdefgh abcd', '[masked] [masked]'],
    [['  spaced out  '], 'spaced out', '[masked]'],
    [['a.b*c$'], 'a.b*c$ axbxc', '[masked] axbxc'],
    [[], 'nothing', 'nothing'],
  ])('%j in %j', (values, text, want) => {
    expect(masker(values.map((value) => ({ value })))(text)).toBe(want)
  })

  it('are masked wherever they stand in what was measured', () => {
    const mask = masker([{ value: 's3cr3t' }])
    expect(maskJson({ a: 's3cr3t', b: ['x s3cr3t', 1, null, { c: 's3cr3t' }], d: true }, mask)).toEqual({
      a: '[masked]',
      b: ['x [masked]', 1, null, { c: '[masked]' }],
      d: true,
    })
  })

  it('are no part of the command that is shown, and a login in the URL is the person’s to see', () => {
    const ask = plan('http://a.example/', {}, { headers: [{ name: 'X-Token', value: 's3cr3t' }] })
    expect(shownArgv(ask, 0).join(' ')).not.toContain('s3cr3t')
    expect(curlArgv(ask).join(' ')).toContain('X-Token: s3cr3t')
  })
})

describe('failures of sockets, in curl’s numbers', () => {
  const failure = (code: string, more: Partial<Measured> = {}, answered = false) =>
    nodeFailure(Object.assign(new Error(`x ${code}`), { code }), { ...NOTHING_MEASURED, ...more }, answered)
  const http = { url: 'http://a/', connected: true }
  const https = { url: 'https://a/', connected: true }

  it.each<[string, Partial<Measured>, boolean, object]>([
    ['ECONNREFUSED', {}, false, { exitcode: 7, errno: 'refused', errormsg: 'Connection refused' }],
    ['EHOSTUNREACH', {}, false, { exitcode: 7, errno: 'unreachable' }],
    ['ENETUNREACH', {}, false, { exitcode: 7, errno: 'unreachable' }],
    ['EACCES', {}, false, { exitcode: 7, errno: 'denied' }],
    ['ENOENT', {}, false, { exitcode: 7, errno: 'missing' }],
    ['ETIMEDOUT', {}, false, { exitcode: 7, errno: 'timeout' }],
    ['ENOTFOUND', {}, false, { exitcode: 6 }],
    ['EAI_AGAIN', {}, false, { exitcode: 6 }],
    ['EMFILE', {}, false, { exitcode: 7, errno: '' }],
    ['ECONNRESET', http, false, { exitcode: 56, errno: 'reset', errormsg: 'Recv failure: Connection reset by peer' }],
    ['ECONNRESET', http, true, { exitcode: 56, errno: 'reset' }],
    ['EPIPE', http, false, { exitcode: 56, errno: 'reset' }],
    ['ECONNRESET', https, false, { exitcode: 35, errno: 'reset' }],
    ['ERR_SSL_WRONG_VERSION_NUMBER', https, false, { exitcode: 35, errno: '' }],
    ['EIO', http, false, { exitcode: 56, errno: '' }],
    ['EIO', http, true, { exitcode: 18, errno: '' }],
  ])('%s: %j', (code, measured, answered, want) => {
    expect(failure(code, measured, answered)).toMatchObject(want)
  })

  it('of several addresses, a refusal tells the most, else the last', () => {
    const error = (code: string) => Object.assign(new Error(code), { code })
    const all = (...codes: string[]) => nodeFailure(new AggregateError(codes.map(error)), NOTHING_MEASURED, false).errno
    expect(all('ENETUNREACH', 'ECONNREFUSED', 'ETIMEDOUT')).toBe('refused')
    expect(all('ETIMEDOUT', 'EHOSTUNREACH')).toBe('unreachable')
    expect(all()).toBe('')
  })
})

describe('chunks, however they come', () => {
  const decode = (...parts: string[]) => {
    const decoder = new ChunkDecoder()
    const all = parts.map((part) => decoder.push(Buffer.from(part)))
    const last = all.at(-1)
    const text = all.flatMap(({ data }) => data.map(String)).join('')
    return { text, done: last?.done, wrong: all.some(({ wrong }) => wrong) }
  }

  it.each<[string[], string, boolean]>([
    [['2\r\nok\r\n0\r\n\r\n'], 'ok', true],
    [['2', '\r', '\n', 'o', 'k', '\r', '\n0\r\n\r', '\n'], 'ok', true],
    [['2\nok\n0\n\n'], 'ok', true],
    [['2 \r\nok\r\n0\r\n\r\n'], 'ok', true],
    [['2;a=b;c="d"\r\nok\r\n0;last\r\n\r\n'], 'ok', true],
    [['0\r\nT: 1\r\nU: 2\r\n\r\n'], '', true],
    [['0\r\nT: 1\r\n'], '', false],
    [['000000000002\r\nok\r\n0\r\n\r\n'], 'ok', true],
    [['aB\r\n'], '', false],
    [['2\r\nok'], 'ok', false],
  ])('%j', (parts, text, done) => {
    expect(decode(...parts)).toEqual({ text, done, wrong: false })
  })

  it('what follows the end is not looked at', () => {
    expect(decode('0\r\n\r\nHTTP/1.1 200 OK')).toEqual({ text: '', done: true, wrong: false })
  })
})

describe('whether an answer is well', () => {
  const measured = (more: Partial<Measured>): Measured => ({
    ...NOTHING_MEASURED,
    exitcode: 0,
    connected: true,
    ...more,
  })

  it.each([
    [{ status: 200 }, true],
    [{ status: 404 }, true],
    [{ status: 499 }, true],
    [{ status: 500 }, false],
    [{ status: 503 }, false],
    [{ status: 0 }, false],
    [{ status: 200, exitcode: 18 }, false],
    [{ status: 200, timed_out: true }, false],
    [{ status: 200, flood: true }, true],
    [{ status: 0, exitcode: 7, connected: false }, false],
  ])('%j: %s', (more, well) => {
    expect(isWell(measured(more))).toBe(well)
  })
})

describe('curl’s own report', () => {
  it.each(['', '{', 'null', '7', '"x"', '[]', '{"a":1'])('%j is none', (text) => {
    expect(parseCurlReport(text)).toBeNull()
  })

  it('what is missing or of another type is as if it were not there', () => {
    expect(parseCurlReport('{"time_total":"1","remote_port":null,"errormsg":3,"http_version":"0"}')).toMatchObject({
      total: 0,
      port: 0,
      errormsg: '',
      httpVersion: '',
      version: 'curl',
    })
  })

  it('only its first line counts', () => {
    expect(
      parseCurlReport('{"size_download":3,"curl_version":"libcurl/7.88.1 OpenSSL/3"}\n{"size_download":9}'),
    ).toMatchObject({
      bodyBytes: 3,
      version: 'curl 7.88.1',
    })
  })
})
