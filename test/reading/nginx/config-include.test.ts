import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { includePath } from '../../../src/reading/nginx/config-expand.ts'
import { fileTests, plainPath } from '../../../src/reading/nginx/config-files.ts'
import { keepConfig } from '../../../src/reading/nginx/config-keep.ts'
import { parseConfig } from '../../../src/reading/nginx/parse-config.ts'
import { dump, readFor } from './config-support.ts'

const MAIN = '/etc/nginx/nginx.conf'
const read = (files: Record<string, string>, url = 'http://a.test/') => readFor(url, dump(files))

describe('include', () => {
  it.each([
    ['a path of its own', 'include /srv/conf/site.conf;', '/srv/conf/site.conf'],
    ['relative to the main file', 'include site.conf;', '/etc/nginx/site.conf'],
    ['relative, in a folder', 'include conf.d/site.conf;', '/etc/nginx/conf.d/site.conf'],
    ['a star', 'include conf.d/*.conf;', '/etc/nginx/conf.d/site.conf'],
    ['a question mark', 'include conf.d/sit?.conf;', '/etc/nginx/conf.d/site.conf'],
    ['a set', 'include conf.d/[a-z]ite.conf;', '/etc/nginx/conf.d/site.conf'],
    ['a star as a folder', 'include */site.conf;', '/etc/nginx/conf.d/site.conf'],
    ['in quotes', 'include "conf.d/*.conf";', '/etc/nginx/conf.d/site.conf'],
    ['a path of its own with a star', 'include /srv/*/nginx.conf;', '/srv/shop/nginx.conf'],
  ])('%s', (_, line, path) => {
    const { value } = read({ [MAIN]: `http { ${line} }`, [path]: 'server { listen 80; return 204; }' })
    expect(value).toMatchObject({ complete: true, returns: 204n, server_at: `${path}:1`, files: 2n, unreadable: [] })
  })

  it.each([
    ['a star needs no file', 'include conf.d/*.conf;', []],
    ['a name does', 'include conf.d/site.conf;', ['/etc/nginx/conf.d/site.conf']],
    ['each missing one once', 'include a; include a; include b;', ['/etc/nginx/a', '/etc/nginx/b']],
  ])('%s', (_, line, unreadable) => {
    const { value } = read({ [MAIN]: `http { ${line} server { listen 80; } }` })
    expect(value).toMatchObject({ unreadable, complete: unreadable.length === 0, server_found: true })
  })

  it('of a folder reads the files in the order of their names', () => {
    const { value } = read({
      [MAIN]: 'http { include sites/*; }',
      '/etc/nginx/sites/b': 'server { listen 80; return 202; }',
      '/etc/nginx/sites/a': 'server { listen 80; return 201; }',
      '/etc/nginx/sites/A': 'server { listen 80; return 203; }',
    })
    expect(value).toMatchObject({ returns: 203n, server_at: '/etc/nginx/sites/A:1' })
  })

  it('leaves out hidden files, backups that the pattern does not name, and folders below', () => {
    const { value } = read({
      [MAIN]: 'http { include sites/*.conf; }',
      '/etc/nginx/sites/.old.conf': 'server { listen 80; return 201; }',
      '/etc/nginx/sites/a.conf.bak': 'server { listen 80; return 202; }',
      '/etc/nginx/sites/sub/a.conf': 'server { listen 80; return 203; }',
      '/etc/nginx/sites/z.conf': 'server { listen 80; return 204; }',
    })
    expect(value.returns).toBe(204n)
  })

  it('stands for its text: in a server, in a location, in an upstream, in a file that is included', () => {
    const { value } = read({
      [MAIN]: 'http { include up.conf; include site.conf; }',
      '/etc/nginx/up.conf': 'upstream app { include members/*; }',
      '/etc/nginx/members/1': 'server 127.0.0.1:3001;',
      '/etc/nginx/members/2': 'server 127.0.0.1:3002 backup;',
      '/etc/nginx/site.conf': 'server {\n listen 80;\n include inside.conf;\n}',
      '/etc/nginx/inside.conf': 'location / {\n include proxy.conf;\n proxy_pass http://app;\n}',
      '/etc/nginx/proxy.conf': 'proxy_read_timeout 7s;\nproxy_set_header Host $host;',
    })
    expect(value).toMatchObject({
      complete: true,
      files: 7n,
      location_at: '/etc/nginx/inside.conf:1',
      pass_at: '/etc/nginx/inside.conf:3',
      read_timeout_ms: 7000n,
      upstream_host_header: 'a.test',
      members: [
        { port: 3001n, backup: false },
        { port: 3002n, backup: true },
      ],
    })
  })

  it('twice stands for its text twice', () => {
    const { value } = read(
      {
        [MAIN]:
          'http { server { listen 80; server_name a.test; include p; } server { listen 80; server_name b.test; include p; } }',
        '/etc/nginx/p': 'location / { proxy_pass http://127.0.0.1:3000; }',
      },
      'http://b.test/',
    )
    expect(value).toMatchObject({ server_name: 'b.test', pass_at: '/etc/nginx/p:1', complete: true })
  })

  it('a file that nothing includes says nothing', () => {
    const { value } = read({
      [MAIN]: 'http { server { listen 80; return 204; } }',
      '/etc/nginx/sites-available/old': 'server { listen 80 default_server; return 201; }',
    })
    expect(value).toMatchObject({ returns: 204n, files: 2n, complete: true })
  })

  it.each([
    ['/etc/x', '/etc/nginx/nginx.conf', '/etc/x'],
    ['x', '/etc/nginx/nginx.conf', '/etc/nginx/x'],
    ['a/b', '/etc/nginx/nginx.conf', '/etc/nginx/a/b'],
    ['x', '/nginx.conf', '/x'],
    ['x', '', 'x'],
    ['x', 'nginx.conf', 'x'],
  ])('%s from %s is %s', (path, main, whole) => {
    expect(includePath(path, main)).toBe(whole)
  })

  it('ends ten deep, and says so', () => {
    const files = (depth: number): Record<string, string> => {
      const all: Record<string, string> = { [MAIN]: 'http { include 1; }' }
      for (let i = 1; i < depth; i++) all[`/etc/nginx/${i}`] = `include ${i + 1};`
      all[`/etc/nginx/${depth}`] = 'server { listen 80; return 204; }'
      return all
    }
    expect(read(files(9)).value).toMatchObject({ complete: true, returns: 204n })
    expect(read(files(40)).value).toMatchObject({ complete: false, server_found: false })
  })
})

describe('a problem in any file is told with its place', () => {
  it.each([
    ['http { server { listen 80 } }', 'unexpected "}"'],
    ['http { } }', 'unexpected "}"'],
    ['http { server { listen 80; location / proxy_pass http://a; } }', 'directive "location" has no opening "{"'],
    ['http { server { listen; } }', 'invalid number of arguments in "listen" directive'],
    ['http { server { proxy_read_timeout 1s 2s; } }', 'invalid number of arguments in "proxy_read_timeout" directive'],
    ['http { server { root; } }', 'invalid number of arguments in "root" directive'],
    ['http { server { return; } }', 'invalid number of arguments in "return" directive'],
    ['http { server { server_name "a"b; } }', 'unexpected character after a closing quote'],
    ['http { server { ; } }', 'unexpected ";"'],
    ['http { { } }', 'unexpected "{"'],
    ['http { include; }', 'invalid number of arguments in "include" directive'],
    ['upstream', 'unexpected end of file, expecting ";" or "}"'],
    ['http { server {', 'unexpected end of file, expecting "}"'],
    ['http { server { return "x } }', 'unexpected end of file, expecting ";" or "}"'],
  ])('%s', (text, says) => {
    const { value, dark } = read({
      [MAIN]: 'http { server { listen 80; } } include broken;',
      '/etc/nginx/broken': text,
    })
    expect(value).toMatchObject({ broken: `${says} in /etc/nginx/broken:1`, complete: false })
    expect(dark.map(({ why }) => why)).toEqual(['not-understood'])
  })

  it('the first of several, by line', () => {
    const { value } = read({ [MAIN]: 'http {\n listen;\n}\n}\n' })
    expect(value.broken).toBe(`invalid number of arguments in "listen" directive in ${MAIN}:2`)
  })

  it.each([
    'http { server { listen 80; return 200 "{;}"; } }',
    "http { server { listen 80; add_header X '}'; } }",
    'http { server { listen 80; # } ; {\n } }',
    'http { map $a $b { default ""; ~^x$ "y;z"; } server { listen 80; } }',
    'http { server { listen 80; location ~ ^/a{2}$ { } } }'.replace('^/a{2}$', '"^/a{2}$"'),
    'worker_processes auto; events { worker_connections 512; } http { }',
    'http { types { text/html html htm; } }',
    'http { server { listen 80; if ($a = "b") { return 204; } } }',
  ])('none in: %s', (text) => {
    expect(read({ [MAIN]: text }).value.broken).toBe('')
  })
})

describe('what is kept', () => {
  it.each([
    'ssl_certificate_key /etc/ssl/private/a.key;',
    'auth_basic_user_file /etc/nginx/htpasswd;',
    'fastcgi_param APP_SECRET s3cret;',
    'uwsgi_param KEY s3cret;',
    'proxy_cookie_path / "/; secret";',
    'proxy_set_body s3cret;',
    'add_header X-Key s3cret;',
    'sub_filter a s3cret;',
    'secure_link_md5 "$secure_link_expires s3cret";',
    'env KEY=s3cret;',
    'map $a $b { x s3cret; }',
    'geo $x { 10.0.0.0/8 s3cret; }',
    'split_clients $a $b { * s3cret; }',
    'js_set $x s3cret;',
    'ssl_password_file /s3cret;',
    'proxy_ssl_certificate_key /s3cret;',
    'unknown_directive s3cret;',
  ])('is nothing of: %s', (line) => {
    for (const text of [
      line,
      `http { ${line} }`,
      `http { server { ${line} } }`,
      `http { server { location / { ${line} } } }`,
    ]) {
      expect(keepConfig(dump(text)).out).not.toContain('s3cret')
      expect(keepConfig(dump(text)).out).not.toContain(line.split(' ')[0])
    }
  })

  it.each([
    ['a missing semicolon', 'proxy_read_timeout 5s\n auth_basic s3cret;'],
    ['a missing brace', 'server listen 80; add_header X s3cret;'],
    ['a quote that never ends', 'root "/srv; add_header X s3cret; }'],
    ['a quote that ends too late', 'root "/srv;\n auth_basic s3cret;\n add_header X "b";'],
    ['a key in a URL', 'location / { proxy_pass http://s3cret@127.0.0.1:1; }'],
    ['a key in a query', 'location / { proxy_pass http://127.0.0.1:1/?k=s3cret; }'],
    ['a token that is set', 'set $token s3cret; proxy_set_header Authorization $token;'],
    ['a token compared', 'if ($http_x_token = s3cret) { return 403; }'],
    ['an answer', 'return 200 s3cret;'],
    ['a header', 'proxy_set_header X-Api-Key s3cret;'],
  ])('is no secret after %s', (_, text) => {
    const { out } = keepConfig(dump(`http { ${text} }`))
    expect(out).not.toMatch(/s3cret/)
  })

  it('never grows without end, and keeps itself', () => {
    const word = fc.constantFrom(
      'http {',
      'server {',
      '}',
      'listen 80;',
      'set $a b;',
      'gzip on;',
      '\n',
      '# c\n',
      'proxy_pass http://$a;',
      "'",
      'return 200 x;',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const once = keepConfig(words.join(' ')).out
        expect(keepConfig(once).out).toBe(once)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the files whose being there decides', () => {
  const tests = (text: string, prefix = '') => fileTests(parseConfig(text, 'f').directives, prefix)
  it.each([
    ['if (-f /srv/down) { }', ['/srv/down']],
    ['if (!-e /srv/down/) { }', ['/srv/down']],
    [
      'server { root /srv/a; if (-f $document_root/down.html) { } }',
      ['/srv/a', '/srv/a/index.html', '/srv/a/down.html'],
    ],
    ['if (-f $request_filename) { }', []],
    ['if ($a = /srv/down) { }', []],
    ['root /srv/a; index a.php b.html;', ['/srv/a', '/srv/a/a.php', '/srv/a/b.html']],
    [
      'root /srv/a; try_files /down.html $uri /x @app;',
      ['/srv/a', '/srv/a/index.html', '/srv/a/down.html', '/srv/a/x'],
    ],
    ['try_files /down.html @app;', []],
    ['root html;', []],
    ['root $root;', []],
  ])('%s: %j', (text, paths) => {
    expect(tests(text)).toEqual(paths)
  })

  it('under the prefix, where the root is relative', () => {
    expect(tests('root html;', '/usr/share/nginx')).toEqual([
      '/usr/share/nginx/html',
      '/usr/share/nginx/html/index.html',
    ])
  })

  it('are 200 at the most', () => {
    expect(tests('if (-f /srv/N) { }'.repeat(1)).length).toBe(1)
    expect(tests(Array.from({ length: 1000 }, (_, i) => `if (-f /srv/${i}) { }`).join(' '))).toHaveLength(200)
  })

  it.each([
    ['/srv//a/', '/srv/a'],
    ['/srv/a', '/srv/a'],
    ['/', '/'],
    ['//', '/'],
  ])('one spelling for %s', (path, plain) => {
    expect(plainPath(path)).toBe(plain)
  })
})
