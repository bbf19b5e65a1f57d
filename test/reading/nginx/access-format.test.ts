import { describe, expect, it } from 'vitest'
import { compileAccessFormat, parseAccessLine } from '../../../src/reading/nginx/access-line.ts'

const AT = Date.UTC(2026, 10, 21, 4, 3, 7)
const lineOf = (format: string, line: string) => {
  const compiled = compileAccessFormat(format)
  return compiled && parseAccessLine(compiled, line)
}

describe('a line in the format combined', () => {
  const line = (request: string, status: string, agent = 'curl/7.88.1', referer = '-') =>
    `127.0.0.1 - - [21/Nov/2026:04:03:07 +0000] "${request}" ${status} 157 "${referer}" "${agent}"`

  it.each([
    ['GET / HTTP/1.1', '200', 200],
    ['POST /a?b=c HTTP/1.0', '502', 502],
    ['PROPFIND /dav HTTP/1.1', '405', 405],
    ['GET /nothttp HTTP/1.1', '009', 9],
    ['GET /slow HTTP/1.1', '499', 499],
    ['-', '400', 400],
    ['', '408', 408],
    [String.raw`\x16\x03\x01\x02\x00\x01`, '400', 400],
    [String.raw`GET /a\x22b HTTP/1.1`, '404', 404],
    ['GET /refused', '502', 502],
    ['CONNECT shop.example:443 HTTP/1.1', '405', 405],
  ])('%j %s', (request, written, status) => {
    expect(lineOf('combined', line(request, written))).toEqual({
      at: AT,
      status,
      request,
      host: '',
      bare_host: true,
      server: undefined,
      client: '127.0.0.1',
      agent: 'curl/7.88.1',
      tries: [],
    })
  })

  it.each([
    ['an empty agent', '-'],
    ['an agent with quotes', String.raw`Mozilla \x22x\x22`],
    ['our own', 'triage502/0.1.0'],
    ['a bracket', 'a [b] c'],
  ])('%s', (_, agent) => {
    expect(lineOf('', line('GET / HTTP/1.1', '200', agent))?.agent).toBe(agent)
  })

  it.each([
    ['a user', 'GET / HTTP/1.1', '127.0.0.1 - jane [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'],
    [
      'a user with a blank',
      'GET / HTTP/1.1',
      '127.0.0.1 - jane doe [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
    ],
    [
      'a visitor by IPv6',
      'GET / HTTP/1.1',
      '2001:db8::1 - - [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
    ],
    [
      'a visitor by a socket',
      'GET / HTTP/1.1',
      'unix: - - [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
    ],
  ])('with %s', (_, request, text) => {
    expect(lineOf('', text)).toMatchObject({ at: AT, status: 200, request })
  })

  it.each([
    ['cut off', '127.0.0.1 - - [21/Nov/2026:04:03:07 +0000] "GET / HTT'],
    ['its beginning is gone', '[21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'],
    ['no status', '127.0.0.1 - - [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" - 1 "-" "-"'],
    ['a status of four digits', '127.0.0.1 - - [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 2000 1 "-" "-"'],
    ['a month in another language', '127.0.0.1 - - [21/Okt/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'],
    ['a day that there is not', '127.0.0.1 - - [41/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'],
    ['an hour that there is not', '127.0.0.1 - - [21/Nov/2026:25:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'],
    ['no zone', '127.0.0.1 - - [21/Nov/2026:04:03:07] "GET / HTTP/1.1" 200 1 "-" "-"'],
    ['an error log line', '2026/11/21 04:03:07 [error] 1#1: *1 connect() failed'],
    ['zeros', '\u0000\u0000\u0000'],
  ])('is not read when it is %s', (_, text) => {
    expect(lineOf('', text)).toBeUndefined()
  })
})

describe('formats of their own', () => {
  it.each([
    [
      'the status first',
      '$status [$time_local] $request',
      '502 [21/Nov/2026:04:03:07 +0000] GET / HTTP/1.1',
      { at: AT, status: 502, request: 'GET / HTTP/1.1' },
    ],
    [
      'the time last',
      '$status "$request" $time_iso8601',
      '504 "GET /a HTTP/1.1" 2026-11-21T04:03:07+00:00',
      { at: AT, status: 504, request: 'GET /a HTTP/1.1' },
    ],
    [
      'only what is needed',
      '$msec $status',
      '1795233787.000 200',
      { at: AT, status: 200, request: '', client: '', agent: undefined },
    ],
    ['milliseconds', '$msec|$status', '1795233787.123|200', { at: AT + 123, status: 200 }],
    ['east of Greenwich', '[$time_local] $status', '[21/Nov/2026:09:48:07 +0545] 200', { at: AT }],
    ['west of it', '[$time_local] $status', '[20/Nov/2026:20:03:07 -0800] 200', { at: AT }],
    [
      'the host',
      '$host $time_iso8601 $status',
      'shop.example 2026-11-21T04:03:07+00:00 200',
      { host: 'shop.example', bare_host: true },
    ],
    [
      'the host’s header',
      '$http_host $time_iso8601 $status',
      'shop.example:8080 2026-11-21T04:03:07+00:00 200',
      { host: 'shop.example:8080', bare_host: false },
    ],
    [
      'both',
      '$host $http_host $time_iso8601 $status',
      'a b:1 2026-11-21T04:03:07+00:00 200',
      { host: 'b:1', bare_host: false },
    ],
    [
      'the server',
      '$server_name $time_iso8601 $status',
      'shop.example 2026-11-21T04:03:07+00:00 200',
      { server: 'shop.example' },
    ],
    ['the path alone', '$time_iso8601 $status $uri', '2026-11-21T04:03:07+00:00 200 /a', { request: 'GET /a' }],
    [
      'method and path',
      '$time_iso8601 $status $request_method $request_uri',
      '2026-11-21T04:03:07+00:00 200 POST /a?b',
      { request: 'POST /a?b' },
    ],
    [
      'the path as asked before that after rewrites',
      '$time_iso8601 $status $uri $request_uri',
      '2026-11-21T04:03:07+00:00 200 /index.php /a',
      { request: 'GET /a' },
    ],
    [
      'names in braces',
      ['$', '{time_iso8601} $', '{status}ms'].join(''),
      '2026-11-21T04:03:07+00:00 200ms',
      { status: 200 },
    ],
    [
      'tabs',
      '$time_iso8601\t$status\t$request',
      '2026-11-21T04:03:07+00:00\t200\tGET / HTTP/1.1',
      { request: 'GET / HTTP/1.1' },
    ],
    [
      'several upstreams',
      '$time_iso8601 $status "$upstream_addr" "$request"',
      '2026-11-21T04:03:07+00:00 502 "127.0.0.1:1, 127.0.0.1:2" "GET / HTTP/1.1"',
      { request: 'GET / HTTP/1.1' },
    ],
    [
      'JSON',
      '{"time":"$time_iso8601","status":$status,"request":"$request","host":"$host"}',
      '{"time":"2026-11-21T04:03:07+00:00","status":502,"request":"GET /\\"x HTTP/1.1","host":"shop.example"}',
      { at: AT, status: 502, request: 'GET /\\"x HTTP/1.1', host: 'shop.example' },
    ],
    [
      'JSON with numbers in quotes',
      '{"t":"$msec","s":"$status"}',
      '{"t":"1795233787.000","s":"499"}',
      { at: AT, status: 499 },
    ],
    [
      'logfmt',
      'time=$time_iso8601 status=$status path="$request_uri" agent="$http_user_agent"',
      'time=2026-11-21T04:03:07+00:00 status=009 path="/x" agent="triage502/0.1.0"',
      { status: 9, request: 'GET /x', agent: 'triage502/0.1.0' },
    ],
  ])('%s', (_, format, line, expected) => {
    expect(lineOf(format, line)).toMatchObject(expected)
  })

  it.each([
    ['a whole directive', `log_format main '$time_iso8601 $status';`],
    ['in pieces', `log_format main '$time_iso8601 ' '$status';`],
    ['over several lines', `log_format  main  '$time_iso8601 '\n                  "$status";`],
    ['with an escape', `log_format main escape=json '$time_iso8601 $status';`],
    ['without quotes', 'log_format main $time_iso8601 $status'],
    ['the text alone', '$time_iso8601 $status'],
    ['with a blank around', '  $time_iso8601 $status  '],
    ['in quotes', `'$time_iso8601 $status'`],
  ])('%s is read', (_, format) => {
    expect(lineOf(format, '2026-11-21T04:03:07+00:00 200')).toMatchObject({ at: AT, status: 200 })
  })

  it.each([
    ['no status', '$time_local "$request"'],
    ['no time', '$remote_addr $status'],
    ['only the time without a date', '$request_time $status'],
    ['two variables that touch', '$time_iso8601$status'],
    ['two that touch, in braces', ['$', '{time_iso8601}$', '{status}'].join('')],
    ['no variable', 'nothing here'],
  ])('%s: cannot be split', (_, format) => {
    expect(compileAccessFormat(format)).toBeUndefined()
  })

  it.each([
    ['$time_iso8601 $status', false, false],
    ['$time_iso8601 $status $host', true, false],
    ['$time_iso8601 $status $http_host', true, false],
    ['$time_iso8601 $status $server_name', true, false],
    ['$time_iso8601 $status $http_user_agent', false, true],
    ['$time_iso8601 $status $hostname', false, false],
    ['combined', false, true],
  ])('%s: names the host: %s, the agent: %s', (format, names_host, names_agent) => {
    expect(compileAccessFormat(format)).toMatchObject({ names_host, names_agent })
  })

  it.each([
    ['a wrong stamp', '$time_iso8601 $status', '2026-11-21 04:03:07 200'],
    ['a stamp of another kind', '$time_iso8601 $status', '21/Nov/2026:04:03:07 200'],
    ['seconds without a fraction', '$msec $status', '1795233787 200'],
    ['a word for a status', '$time_iso8601 $status', '2026-11-21T04:03:07+00:00 ok'],
    ['more than the format', '$time_iso8601 $status', '2026-11-21T04:03:07+00:00 200 more'],
  ])('a line with %s is not read', (_, format, line) => {
    expect(lineOf(format, line)).toBeUndefined()
  })
})
