import { describe, expect, it } from 'vitest'
import { conditionWords, parseCondition } from '../../../src/reading/nginx/config-condition.ts'
import { normalizePath } from '../../../src/reading/nginx/config-request.ts'
import { dump, inHttp, inServer, readFor } from './config-support.ts'

const at = (path: string): string => `http://a.test${path}`

// Each row was held to what nginx 1.22.1 answered.
describe('return', () => {
  it.each([
    ['return 204;', 204n],
    ['return 503;', 503n],
    ['return 502 "down";', 502n],
    ['return 301 https://b.test/;', 301n],
    ['return 302 /x;', 302n],
    ['return 307 /x;', 307n],
    ['return 308 /x;', 308n],
    ['return https://b.test/;', 302n],
    ['return http://b.test$request_uri;', 302n],
    ['return $scheme://b.test/;', 302n],
    ['return 204; return 205;', 204n],
  ])('%s', (line, code) => {
    expect(inServer(line)).toMatchObject({ handler: 'return', returns: code, pass: '', members: [] })
    expect(inServer(`location / { ${line} }`)).toMatchObject({ handler: 'return', returns: code })
  })

  it('of the server comes before any location', () => {
    expect(inServer('location / { return 201; } return 202;')).toMatchObject({ returns: 202n, location: '' })
  })

  it('of a location comes before its pass', () => {
    expect(inServer('location / { proxy_pass http://127.0.0.1:3000; return 503; }')).toMatchObject({
      handler: 'return',
      returns: 503n,
      pass: '',
    })
  })

  it('says where it stands', () => {
    const { value } = readFor(
      at('/'),
      dump('http {\n server {\n  listen 80;\n  location / {\n   return 503;\n  }\n }\n}'),
    )
    expect(value).toMatchObject({ returns: 503n, returns_at: '/etc/nginx/nginx.conf:5', returns_if_file: '' })
  })
})

describe('if', () => {
  it.each([
    ['($request_method = GET)', 201n],
    ['($request_method = POST)', 202n],
    ['($request_method != POST)', 201n],
    ['($request_method ~ ^(GET|HEAD)$)', 201n],
    ['($request_method !~ ^(GET|HEAD)$)', 202n],
    ['($request_method ~* ^get$)', 201n],
    ['($request_method ~ ^get$)', 202n],
    ['($scheme = http)', 201n],
    ['($scheme = https)', 202n],
    ['($host = a.test)', 201n],
    ['($host != a.test)', 202n],
    ['($host ~* A\\.TEST)', 201n],
    ['($http_host = "a.test")', 201n],
    ['($uri = /x)', 201n],
    ['($uri ~ ^/y)', 202n],
    ['($request_uri = /x)', 201n],
    ['($server_port = 80)', 201n],
    ['($https)', 202n],
    ['($https = "")', 201n],
    ['($args)', 202n],
    ['($arg_debug)', 202n],
    ['($http_x_debug)', 202n],
    ['($http_cookie ~* "session")', 202n],
    ['($cookie_beta = 1)', 202n],
    ['($is_args)', 202n],
    ['( $scheme = http )', 201n],
    ['($uri)', 201n],
  ])('%s: %d', (condition, code) => {
    expect(inServer(`if ${condition} { return 201; } return 202;`, at('/x')).returns).toBe(code)
    expect(inServer(`location / { if ${condition} { return 201; } return 202; }`, at('/x')).returns).toBe(code)
  })

  it.each([
    ['set $off 0; if ($off) { return 201; } return 202;', 202n],
    ['set $on 1; if ($on) { return 201; } return 202;', 201n],
    ['set $empty ""; if ($empty) { return 201; } return 202;', 202n],
    ['set $a 1; if ($scheme = http) { set $a 0; } if ($a) { return 201; } return 202;', 202n],
    ['set $a 0; if ($scheme = https) { set $a 1; } if ($a) { return 201; } return 202;', 202n],
    ['set $m off; if ($m = on) { return 201; } return 202;', 202n],
    ['set $m on; if ($m = on) { return 201; } return 202;', 201n],
  ])('with variables that were set: %s', (body, code) => {
    expect(inServer(body).returns).toBe(code)
  })

  it('that holds has a pass of its own', () => {
    const body =
      'location / { if ($request_method = GET) { proxy_pass http://127.0.0.1:4000; } proxy_pass http://127.0.0.1:3000; }'
    expect(inServer(body).members).toMatchObject([{ port: 4000n }])
    expect(inServer(body.replace('GET', 'PUT')).members).toMatchObject([{ port: 3000n }])
  })

  it('that holds and has none uses the location’s', () => {
    const body = 'location / { if ($request_method = GET) { set $x 1; } proxy_pass http://127.0.0.1:3000; }'
    expect(inServer(body).members).toMatchObject([{ port: 3000n }])
  })

  it.each([
    ['if ($remote_addr = 10.0.0.1) { return 403; }'],
    ['if ($http_user_agent ~* bot) { return 403; }'],
    ['if ($ssl_client_verify != SUCCESS) { return 403; }'],
  ])('%s is not known: the rest is read, with a doubt', (line) => {
    const { value, dark } = readFor(
      at('/'),
      dump(`http { server { listen 80; ${line} location / { proxy_pass http://127.0.0.1:3000; } } }`),
    )
    expect(value).toMatchObject({ handler: 'proxy', returns: 0n, complete: false })
    expect(dark).toMatchObject([{ why: 'not-understood' }])
    expect(dark[0]?.says).toContain('an "if" at /etc/nginx/nginx.conf:1 may answer')
  })

  it.each([['set $x 1;'], ['add_header X-A b;'], ['access_log off;']])(
    'that is not known and only does “%s” is no doubt',
    (line) => {
      const { value } = readFor(
        at('/'),
        dump(
          `http { server { listen 80; location / { if ($remote_addr = 10.0.0.1) { ${line} } proxy_pass http://127.0.0.1:3000; } } }`,
        ),
      )
      expect(value).toMatchObject({ handler: 'proxy', complete: true })
    },
  )
})

describe('if a file is there', () => {
  const file = '/srv/shop/maintenance.on'
  const meta = (there?: boolean) => ({
    unreadable: [],
    prefix: '',
    present: there === undefined ? {} : { [file]: there },
  })
  it.each([
    ['-f', true, 503n, file],
    ['-f', false, 0n, ''],
    ['!-f', true, 0n, ''],
    ['!-f', false, 503n, ''],
    ['-e', true, 503n, file],
    ['!-e', false, 503n, ''],
  ])('%s, there: %s', (test, there, code, named) => {
    const value = inServer(
      `if (${test} ${file}) { return 503; } location / { proxy_pass http://127.0.0.1:1; }`,
      at('/'),
      meta(there),
    )
    expect(value).toMatchObject({ returns: code, returns_if_file: named, complete: true })
  })

  it('that nobody looked for leaves a doubt', () => {
    const value = inServer(
      `if (-f ${file}) { return 503; } location / { proxy_pass http://127.0.0.1:1; }`,
      at('/'),
      meta(),
    )
    expect(value).toMatchObject({ handler: 'proxy', complete: false })
  })

  it('under $document_root', () => {
    const body = `root /srv/shop; if (-f $document_root/maintenance.on) { return 503; }`
    expect(inServer(body, at('/'), meta(true))).toMatchObject({ returns: 503n, returns_if_file: file })
  })

  it('that a request asks for', () => {
    const body = 'root /srv/shop; location / { if (!-f $request_filename) { proxy_pass http://127.0.0.1:3000; } }'
    expect(inServer(body, at('/maintenance.on'), meta(false))).toMatchObject({
      handler: 'proxy',
      members: [{ port: 3000n }],
    })
    expect(inServer(body, at('/maintenance.on'), meta(true))).toMatchObject({ handler: 'static' })
  })
})

describe('rewrite', () => {
  const places = 'location / { return 201; } location /new/ { return 202; } location /other/ { return 203; }'
  it.each([
    ['of the server, before a location is chosen', 'rewrite ^/old/(.*)$ /new/$1;', '/old/x', 202n],
    ['that does not fit', 'rewrite ^/old/(.*)$ /new/$1;', '/x', 201n],
    ['one after the other', 'rewrite ^/a/ /b/; rewrite ^/b/ /new/;', '/a/', 202n],
    ['last ends them', 'rewrite ^/a/ /b/ last; rewrite ^/b/ /new/;', '/a/', 201n],
    ['break ends them', 'rewrite ^/a/ /b/ break; rewrite ^/b/ /new/;', '/a/', 201n],
    ['to another host is a redirect', 'rewrite ^/old/ http://b.test/;', '/old/', 302n],
    ['to its scheme is a redirect', 'rewrite ^/old/ $scheme://b.test/;', '/old/', 302n],
    ['redirect', 'rewrite ^/old/ /new/ redirect;', '/old/', 302n],
    ['permanent', 'rewrite ^/old/ /new/ permanent;', '/old/', 301n],
    ['of everything', 'rewrite ^ /new/x;', '/anything', 202n],
    ['with a group that is empty', 'rewrite ^/old(/x)?$ /new/$1;', '/old', 202n],
    ['sees the decoded path', 'rewrite "^/with space$" /new/;', '/with%20space', 202n],
    ['in an if', 'if ($scheme = http) { rewrite ^ /other/; }', '/x', 203n],
    ['with a query', 'rewrite ^/q$ /new/?a=b;', '/q', 202n],
  ])('%s', (_, line, path, code) => {
    expect(inServer(`${line} ${places}`, at(path)).returns).toBe(code)
  })

  it('in a location leads to another one', () => {
    expect(
      inServer(`location /api/ { rewrite ^/api/(.*)$ /new/$1 last; return 204; } ${places}`, at('/api/x')).returns,
    ).toBe(202n)
    expect(inServer(`location /api/ { rewrite ^/api/(.*)$ /new/$1; } ${places}`, at('/api/x')).returns).toBe(202n)
  })

  it('with break in a location stays in it', () => {
    const body = `location /api/ { rewrite ^/api/(.*)$ /new/$1 break; proxy_pass http://127.0.0.1:3000; } ${places}`
    expect(inServer(body, at('/api/x'))).toMatchObject({ location: '/api/', upstream_path: '/new/x' })
  })

  it('that never ends is a doubt, as nginx answers 500', () => {
    const { value, dark } = readFor(at('/a'), dump('http { server { listen 80; location / { rewrite ^ /x last; } } }'))
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toContain('rewrites turn in a circle')
  })

  it('whose expression is not tried is a doubt', () => {
    expect(inServer('rewrite (a+)+$ /x; location / { return 201; }')).toMatchObject({ returns: 201n, complete: false })
  })

  it('to something unknown is a doubt', () => {
    expect(inServer('rewrite ^/(.*)$ /$remote_addr/$1; location / { return 201; }', at('/x'))).toMatchObject({
      returns: 201n,
      complete: false,
    })
  })

  it('to a variable whose value is not kept is a doubt', () => {
    const body = 'set $to /other/; rewrite ^/v$ $to; location / { return 201; }'
    expect(inServer(body, at('/v')).complete).toBe(false)
    expect(inServer(body, at('/x'))).toMatchObject({ complete: true, returns: 201n })
  })

  it('break ends set and return, too', () => {
    expect(inServer('break; return 503; location / { return 201; }').returns).toBe(201n)
    expect(inServer('if ($scheme = http) { break; } return 503; location / { return 201; }').returns).toBe(201n)
  })
})

describe('the words of a condition', () => {
  it.each([
    [['($a)'], { kind: 'truth', left: '$a' }],
    [['(', '$a', ')'], { kind: 'truth', left: '$a' }],
    [['($a', '=', 'b)'], { kind: 'compare', left: '$a', op: '=', right: 'b' }],
    [['($a', '=', 'b', ')'], { kind: 'compare', left: '$a', op: '=', right: 'b' }],
    [['($a', '=', 'b c', ')'], { kind: 'compare', left: '$a', op: '=', right: 'b c' }],
    [['($a', '=', '', ')'], { kind: 'compare', left: '$a', op: '=', right: '' }],
    [['($a', '!~*', '^x$)'], { kind: 'compare', left: '$a', op: '!~*', right: '^x$' }],
    [['(-f', '/x)'], { kind: 'file', test: 'f', negated: false, path: '/x' }],
    [['(!-d', '/x', ')'], { kind: 'file', test: 'd', negated: true, path: '/x' }],
    [['(-e', '$request_filename)'], { kind: 'file', test: 'e', negated: false, path: '$request_filename' }],
    [['(-x', '/x)'], { kind: 'file', test: 'x', negated: false, path: '/x' }],
    [['(-q', '/x)'], { kind: 'unknown' }],
    [['(a', '=', 'b)'], { kind: 'unknown' }],
    [['($a', '=', '…)'], { kind: 'unknown' }],
    [['($a', '=)'], { kind: 'unknown' }],
    [[], { kind: 'unknown' }],
  ])('%j', (words, condition) => {
    expect(parseCondition(words)).toEqual(condition)
    expect(parseCondition(conditionWords(words)).kind).toMatch(
      condition.kind === 'compare' ? /compare|unknown/ : condition.kind,
    )
  })

  it.each([
    [
      ['($http_authorization', '=', 'Bearer-s3cret)'],
      ['(', '$http_authorization', '=', '…', ')'],
    ],
    [
      ['($arg_key', '!=', 's3cret', ')'],
      ['(', '$arg_key', '!=', '…', ')'],
    ],
    [
      ['($request_method', '=', 'POST)'],
      ['(', '$request_method', '=', 'POST', ')'],
    ],
    [
      ['($host', '~', 'shop.test)'],
      ['(', '$host', '~', 'shop.test', ')'],
    ],
    [
      ['($flag', '=', 'on)'],
      ['(', '$flag', '=', 'on', ')'],
    ],
    [
      ['(-f', '/srv/x)'],
      ['(', '-f', '/srv/x', ')'],
    ],
  ])('of %j only what is no secret is kept', (words, kept) => {
    expect(conditionWords(words)).toEqual(kept)
    expect(conditionWords(kept)).toEqual(kept)
  })
})

describe('the path that is matched', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['//a///b', '/a/b'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/../../a', '/a'],
    ['/a%20b', '/a b'],
    ['/%2e%2e/a', '/a'],
    ['/a%2fb', '/a/b'],
    ['/%C3%A9', '/é'],
    ['/%zz', '/%zz'],
    ['/%', '/%'],
    ['/a%2', '/a%2'],
    ['/...', '/...'],
    ['/.hidden', '/.hidden'],
  ])('%s: %s', (raw, path) => {
    expect(normalizePath(raw, true)).toBe(path)
  })

  it('keeps double slashes where they are not merged', () => {
    expect(normalizePath('//a//b', false)).toBe('//a//b')
    const body = 'merge_slashes off; location /a/ { return 201; } location / { return 202; }'
    expect(inHttp(`server { listen 80; ${body} }`, 'http://a.test//a/').returns).toBe(202n)
    expect(inHttp(`server { listen 80; ${body.replace('off', 'on')} }`, 'http://a.test//a/').returns).toBe(201n)
  })
})
