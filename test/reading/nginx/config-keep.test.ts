import { readdirSync, readFileSync, statSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepConfig, keptFiles, splitDump } from '../../../src/reading/nginx/config-keep.ts'
import { dump, readFor } from './config-support.ts'

const folder = new URL('../../fixtures/nginx-config/', import.meta.url)
const fixtures = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => /\.(conf|txt)$/.test(name) && statSync(new URL(name, folder)).isFile())
const text = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const asDump = (name: string): string => (name.endsWith('.txt') ? text(name) : dump(text(name)))

describe.each(fixtures)('%s', (name) => {
  it.each(['http://shop.example.com/', 'http://shop.example.com:8080/v12/x.php', 'https://127.0.0.1/api/y'])(
    'reads the same when only what is needed was kept: %s',
    (url) => {
      // `readFor` compares both readings whole.
      expect(readFor(url, asDump(name)).value.conf).toBe('/etc/nginx/nginx.conf')
    },
  )

  it('keeps nothing of a secret and no comment', () => {
    const { out } = keepConfig(asDump(name))
    expect(out).not.toMatch(/hunter2|htpasswd|aHVudGVyMjpz|sk_live/)
    expect(out.replaceAll(/^# configuration file .*:$/gm, '').replaceAll(/^#!problem .*$/gm, '')).not.toMatch(/(^|\s)#/)
  })

  it('keeps the same when it is asked twice', () => {
    const once = keepConfig(asDump(name)).out
    expect(keepConfig(once)).toEqual({ out: once, leftOut: '' })
  })
})

it('keeps every directive on its line', () => {
  const { out, leftOut } = keepConfig(dump('# a\nhttp {\n  gzip on;\n  server { # b\n    listen\n      80;\n  }\n}\n'))
  expect(out.split('\n')).toEqual([
    '# configuration file /etc/nginx/nginx.conf:',
    '',
    'http {',
    '',
    '  server {',
    '    listen 80;',
    '',
    '  }',
    '}',
  ])
  expect(leftOut).toBe('… 3 lines left out')
})

describe('what is kept of', () => {
  const kept = (line: string): string => keepConfig(line).out.trim()
  it.each([
    ['proxy_set_header Host $host;', 'proxy_set_header Host $host;'],
    // That it is there matters: it ends the inheritance of the others.
    ['proxy_set_header X-Key s3cret;', 'proxy_set_header X-Key …;'],
    ['proxy_pass http://user:s3cret@app:1/x?token=s3cret;', 'proxy_pass http://app:1/x;'],
    ['return 200 s3cret;', 'return 200;'],
    ['return https://x/?s3cret;', 'return 302;'],
    ['return s3cret a;', 'return … …;'],
    // A forgotten `;` makes the next directive part of this one.
    ['proxy_pass http://a\n proxy_set_header Authorization s3cret;', 'proxy_pass http://a … … …;'],
    ['location s3cret;', 'location …;'],
    ['set $x s3cret;', 'set $x …;'],
    ['set $x 1;', 'set $x 1;'],
    ['set $x app:3000; proxy_pass http://$x;', 'set $x app:3000; proxy_pass http://$x;'],
    ['if ($http_x_key != s3cret) { return 403; }', 'if ( $http_x_key != … ) { return 403; }'],
    ['if ($request_method = POST) { return 405; }', 'if ( $request_method = POST ) { return 405; }'],
    ['if (-f /srv/down) { return 503; }', 'if ( -f /srv/down ) { return 503; }'],
    ['rewrite ^/(.*)$ /x?key=s3cret last;', 'rewrite ^/(.*)$ /x last;'],
    ['error_page 502 /x.html?s3cret;', 'error_page 502 /x.html;'],
    ['access_log /x main if=$s3cret;', 'access_log /x main …;'],
    ['fastcgi_param DB_PASSWORD s3cret;', ''],
    ['auth_basic "s3cret";', ''],
    ['ssl_certificate_key /etc/s3cret;', ''],
    ['map $x $y { default s3cret; }', ''],
    ['content_by_lua_block { s3cret }', 'content_by_lua_block;'],
    ['root:$y$s3cret:19000:0:99999:7:::', '#!problem 1 unexpected end of file, expecting ";" or "}"'],
    ['-----BEGIN PRIVATE KEY-----\ns3cret\n', '#!problem 2 unexpected end of file, expecting ";" or "}"'],
  ])('%s', (line, expected) => {
    expect(kept(line)).toBe(expected)
  })
})

it('writes words so that they are read again as they were', () => {
  const word = fc.string({
    minLength: 0,
    maxLength: 12,
    unit: fc.constantFrom('a', '"', "'", '\\', ' ', '\n', '\t', '{', '}', ';', '#', '$', 'é'),
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const quoted = words.map((one) => `"${one.replace(/["\\]/g, '\\$&')}"`).join(' ')
      const [before] = keptFiles(`server_name ${quoted};`)
      const [after] = keptFiles(keepConfig(`server_name ${quoted};`).out)
      expect(before?.directives[0]?.args).toEqual(words)
      expect(after?.directives).toEqual(before?.directives)
    }),
  )
})

describe('a dump', () => {
  it('is split at its headers', () => {
    expect(splitDump(dump({ '/a': 'x;', '/b': 'y;\nz;' }))).toEqual([
      { path: '/a', text: 'x;\n' },
      { path: '/b', text: 'y;\nz;\n' },
    ])
  })

  it("may begin with nginx's own words", () => {
    const words = 'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n'
    expect(splitDump(words + dump({ '/a': 'x;' })).map(({ path }) => path)).toEqual(['/a'])
  })

  it('without headers is one file', () => {
    expect(splitDump('x;')).toEqual([{ path: '', text: 'x;' }])
  })
})
