import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { records } from '../../../src/reading/log-format.ts'
import { errorStamp, parseErrorLine } from '../../../src/reading/nginx/error-line.ts'
import { parseUpstream } from '../../../src/reading/nginx/upstream-address.ts'
import { capturedLog } from './knowledge.ts'

const all = (name: string) => records(capturedLog(name), (line) => errorStamp(line) !== undefined)
const find = (name: string, part: string) => {
  const record = all(name).find((each) => each.includes(part))
  if (record === undefined) throw new Error(`no line with ${part}`)
  return parseErrorLine(record)
}

describe('a line of the error log', () => {
  it('is cut into its fields', () => {
    expect(find('error-info.log', 'GET /refused?x=1')).toEqual({
      stamp: Date.UTC(2026, 10, 21, 4, 3, 7),
      level: 'error',
      pid: 19486,
      connection: 106,
      message: 'connect() failed (111: Connection refused) while connecting to upstream',
      errno: 111,
      action: 'connecting to upstream',
      client: '127.0.0.1',
      server: 'shop.example',
      request_line: true,
      request: 'GET /refused?x=1 HTTP/1.1',
      subrequest: '',
      upstream: 'http://127.0.0.1:23099/refused?x=1',
      host: 'shop-alias.example:23800',
      referrer: '',
    })
  })

  it('of a request that nginx makes besides has its URI', () => {
    const line =
      '2026/11/21 04:02:57 [error] 812#812: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: , request: "GET /checkout HTTP/1.1", subrequest: "/auth", upstream: "http://127.0.0.1:3001/auth", host: "shop.example"'
    expect(parseErrorLine(line)).toMatchObject({
      request: 'GET /checkout HTTP/1.1',
      subrequest: '/auth',
      upstream: 'http://127.0.0.1:3001/auth',
      host: 'shop.example',
    })
  })

  it('of a server without a name has an empty server', () => {
    expect(find('error-info.log', 'GET /a?token')).toMatchObject({ server: '', host: '127.0.0.1:23801' })
  })

  it('of the process has no client', () => {
    expect(find('error-info.log', 'SIGHUP')).toMatchObject({
      level: 'notice',
      connection: 0,
      message: 'signal 1 (SIGHUP) received from 19431, reconfiguring',
      request_line: false,
    })
    expect(find('error-info.log', 'resolver: 127')).toMatchObject({ errno: 111, request_line: false, client: '' })
  })

  it('from a unix socket has the client unix:', () => {
    expect(find('error-info.log', 'client: unix:, server')).toMatchObject({ client: 'unix:', server: 'shop.example' })
  })

  it("keeps the lines of a FastCGI app's standard error together", () => {
    expect(find('error-info.log', 'FastCGI sent in stderr')).toMatchObject({
      message:
        'FastCGI sent in stderr: "PHP message: PHP Fatal error:  Allowed memory size\nStack trace:\n#0 {main}" while reading response header from upstream',
      request: 'GET /fcgierr HTTP/1.1',
      upstream: 'fastcgi://127.0.0.1:23017',
    })
  })

  it('cut at 2 KB keeps what is there', () => {
    const line = find('error-info.log', 'GET /refused/aaaa')
    expect(line).toMatchObject({ server: 'shop.example', host: '', upstream: '' })
    expect(line?.request.length).toBeGreaterThan(1500)
  })

  it('every captured record can be read', () => {
    const names = [
      'error-info.log',
      'error-hostile-and-start.log',
      'error-crit-kathmandu.log',
      'error-kathmandu.log',
      'error-files.log',
    ]
    for (const name of names) for (const record of all(name)) expect(parseErrorLine(record), record).toBeDefined()
  })
})

describe("a stranger's text", () => {
  it('a quote in the path ends neither request nor upstream', () => {
    expect(find('error-info.log', '/refused/a"b')).toMatchObject({
      request: 'GET /refused/a"b HTTP/1.1',
      upstream: 'http://127.0.0.1:23099/refused/a"b',
      host: 'shop.example',
    })
  })

  it('a quote in the Host stays in the host', () => {
    expect(find('error-hostile-and-start.log', 'sh"op')).toMatchObject({ host: 'sh"op.example', referrer: '' })
  })

  it('a referrer that looks like fields changes none of them', () => {
    expect(find('error-info.log', 'referrer: ')).toMatchObject({
      server: 'shop.example',
      host: 'shop.example',
      referrer: 'x", host: "blog.example',
    })
    expect(find('error-hostile-and-start.log', '10.0.0.1')).toMatchObject({
      client: '127.0.0.1',
      server: 'shop.example',
      request: 'GET /refused HTTP/1.1',
      host: 'shop.example',
    })
  })

  it('HTTP/0.9 and absolute request lines are read', () => {
    expect(find('error-hostile-and-start.log', 'request: "GET /refused",')).toMatchObject({
      request: 'GET /refused',
      upstream: 'http://127.0.0.1:23099/refused',
      host: '',
    })
    expect(find('error-hostile-and-start.log', 'HTTP/1.0')).toMatchObject({
      request: 'GET http://shop.example/refused HTTP/1.0',
    })
  })
})

describe('where an upstream points', () => {
  it.each([
    ['http://127.0.0.1:3000/path?a=b:c', '127.0.0.1', 3000, ''],
    ['https://[2001:db8::1]:8443/', '2001:db8::1', 8443, ''],
    ['http://unix:/run/x.sock:/path', '', 0, '/run/x.sock'],
    ['fastcgi://unix:/run/php/php8.2-fpm.sock:', '', 0, '/run/php/php8.2-fpm.sock'],
    ['fastcgi://127.0.0.1:9000', '127.0.0.1', 9000, ''],
    ['http://backend/path', 'backend', 0, ''],
    ['10.0.0.1:80', '10.0.0.1', 80, ''],
    ['unix:/run/x.sock', '', 0, '/run/x.sock'],
    ['app.internal:3000', 'app.internal', 3000, ''],
    ['::1', '::1', 0, ''],
    ['http://127.0.0.1:99999/', '127.0.0.1', 0, ''],
    ['http://[::1', '', 0, ''],
    ['', '', 0, ''],
  ])('%s', (text, host, port, socket) => {
    expect(parseUpstream(text)).toEqual({ host, port, socket })
  })
})

describe('any text', () => {
  const stamped = fc.string().map((rest) => `2026/11/21 04:03:07 [error] 1#1: *1 ${rest}`)
  const fields = fc
    .array(
      fc.constantFrom(
        ', client: 127.0.0.1',
        ', server: a',
        ', request: "',
        'GET / HTTP/1.1"',
        ', upstream: "',
        '"',
        ', host: "b"',
        ' while ',
      ),
    )
    .map((parts) => `2026/11/21 04:03:07 [error] 1#1: *1 ${parts.join('')}`)

  it('is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), stamped, fields), (text) => {
        const line = parseErrorLine(text)
        if (line) parseUpstream(line.upstream)
        parseUpstream(text)
      }),
      { numRuns: 1000 },
    )
  })

  it('no stamp, no record', () => {
    for (const text of [
      '',
      'x',
      '2026/13/01 00:00:00 [error]',
      '2026/11/21 4:03:07 [error] 1#1: x',
      '2026/11/21 04:03:07 error',
    ]) {
      expect(parseErrorLine(text)).toBeUndefined()
    }
  })
})
