import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseLocation } from '../../../src/reading/nginx/config-location.ts'
import { parseConfig } from '../../../src/reading/nginx/parse-config.ts'
import { inServer, readFor } from './config-support.ts'

const at = (path: string): string => `http://a.test${path}`
const answers = (body: string, path: string): bigint => inServer(body, at(path)).returns

// Each row was held to what nginx 1.22.1 answered.
describe('which location answers', () => {
  describe('prefixes: the longest, whatever the order', () => {
    const body = `location /a/b/ { return 203; } location / { return 201; } location /a { return 202; }
      location /a/b/c { return 204; }`
    it.each([
      ['/', 201n],
      ['/x', 201n],
      ['/a', 202n],
      ['/apple', 202n],
      ['/a/', 202n],
      ['/a/b', 202n],
      ['/a/b/', 203n],
      ['/a/b/x', 203n],
      ['/a/b/c', 204n],
      ['/a/b/cd', 204n],
      ['/A', 201n],
      ['//a//b/', 203n],
      ['/x/../a/b/', 203n],
      ['/a/./b/./c', 204n],
      ['/%61%2Fb/', 203n],
      ['/a%20b', 202n],
    ])('%s: %d', (path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })

  describe('"=": the whole path and nothing else', () => {
    const body =
      'location = / { return 201; } location = /a { return 202; } location /a { return 203; } location / { return 204; }'
    it.each([
      ['/', 201n],
      ['/?x=1', 201n],
      ['/a', 202n],
      ['/a/', 203n],
      ['/a?b', 202n],
      ['/ab', 203n],
      ['/b', 204n],
      ['//', 201n],
      ['/%61', 202n],
    ])('%s: %d', (path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })

  describe('expressions: the first that fits, before any plain prefix', () => {
    const body = String.raw`location / { return 201; } location ~ \.php$ { return 202; } location ~ ^/admin { return 203; }
      location ~* \.(png|JPG)$ { return 204; } location /static/ { return 205; }`
    it.each([
      ['/index.php', 202n],
      ['/admin/x.php', 202n],
      ['/admin', 203n],
      ['/admin/x.png', 203n],
      ['/ADMIN', 201n],
      ['/x.PNG', 204n],
      ['/x.jpg', 204n],
      ['/x.jpg/', 201n],
      ['/x.PHP', 201n],
      ['/static/x.css', 205n],
      ['/static/x.png', 204n],
      ['/static/x.php?y=z.png', 202n],
    ])('%s: %d', (path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })

  describe('"^~": no expression is asked', () => {
    const body = String.raw`location / { return 201; } location ^~ /static/ { return 202; } location /static/php/ { return 203; }
      location ~ \.php$ { return 204; } location = /static/a.php { return 205; }`
    it.each([
      ['/static/x.php', 202n],
      ['/static/', 202n],
      ['/static', 201n],
      ['/static/php/x', 203n],
      // The longest prefix has no ^~.
      ['/static/php/x.php', 204n],
      ['/static/a.php', 205n],
      ['/x.php', 204n],
    ])('%s: %d', (path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })

  describe('locations in locations', () => {
    const body = String.raw`location / {
        location /a/ { return 202; location ~ \.js$ { return 203; } }
        location ~ \.css$ { return 204; }
        return 201;
      }
      location ~ \.js$ { return 205; }
      location ^~ /c/ { return 206; location ~ \.css$ { return 207; } }
      location ~ ^/d/ { location ~ \.txt$ { return 208; } return 209; }`
    it.each([
      ['/', 201n],
      ['/x', 201n],
      ['/a/x', 202n],
      ['/a/x.js', 203n],
      ['/a/x.css', 204n],
      ['/x.css', 204n],
      ['/x.js', 205n],
      ['/c/x.js', 206n],
      ['/c/x.css', 207n],
      ['/d/x', 209n],
      ['/d/x.txt', 208n],
      ['/d/x.js', 205n],
    ])('%s: %d', (path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })

  describe('as people write it', () => {
    it.each([
      ['location / { }', '/', '/'],
      ['location = / { }', '/', '= /'],
      ['location =/x { }', '/x', '= /x'],
      ['location ^~ /s/ { }', '/s/x', '^~ /s/'],
      ['location ^~/s/ { }', '/s/x', '^~ /s/'],
      [String.raw`location ~ \.php$ { }`, '/x.php', String.raw`~ \.php$`],
      [String.raw`location ~* "\.php$" { }`, '/x.PHP', String.raw`~* \.php$`],
      [String.raw`location ~\.php$ { }`, '/x.php', String.raw`~ \.php$`],
      ['location "/with space/" { }', '/with%20space/x', '/with space/'],
      ['location /é/ { }', '/%C3%A9/x', '/é/'],
      ['location / { location /in/ { } }', '/in/x', '/in/'],
      ['location /other { }', '/', ''],
    ])('%s asked for %s: %j', (body, path, location) => {
      expect(inServer(body, at(path)).location).toBe(location)
    })

    it('with its file and line', () => {
      const text =
        '# configuration file /etc/nginx/nginx.conf:\nhttp {\n  server {\n    listen 80;\n    location / {\n    }\n  }\n}\n'
      expect(readFor('http://a.test/', text).value).toMatchObject({
        server_at: '/etc/nginx/nginx.conf:2',
        location_at: '/etc/nginx/nginx.conf:4',
      })
    })
  })

  describe('a pass behind a slash answers its name without one by a redirect', () => {
    it.each([
      ['location /app/ { proxy_pass http://127.0.0.1:3000; }', '/app', 301n],
      ['location ^~ /app/ { proxy_pass http://127.0.0.1:3000; }', '/app', 301n],
      ['location = /app/ { proxy_pass http://127.0.0.1:3000; }', '/app', 301n],
      ['location /app/ { fastcgi_pass 127.0.0.1:3000; }', '/app', 301n],
      ['location /app/ { grpc_pass 127.0.0.1:3000; }', '/app', 301n],
      ['location /app/ { proxy_pass http://127.0.0.1:3000; } location = /app { return 204; }', '/app', 204n],
      ['location /app/ { proxy_pass http://127.0.0.1:3000; } location /app { return 204; }', '/app', 204n],
      ['location /app/ { return 204; }', '/app', 0n],
      ['location /app/ { proxy_pass http://127.0.0.1:3000; }', '/ap', 0n],
      ['location /app/ { proxy_pass http://127.0.0.1:3000; }', '/app/', 0n],
    ])('%s asked for %s: %d', (body, path, code) => {
      expect(answers(body, path)).toBe(code)
    })
  })
})

describe('try_files', () => {
  const present = (there: readonly string[], gone: readonly string[] = []) => ({
    unreadable: [],
    prefix: '/usr/share/nginx',
    present: Object.fromEntries([...there.map((path) => [path, true]), ...gone.map((path) => [path, false])]),
  })
  const shop = `root /srv/shop/public;
    location / { try_files $uri $uri/ @app; }
    location /spa/ { try_files $uri /index.html; }
    location = /index.html { return 201; }
    location /php/ { try_files $uri /index.php?path=$uri; }
    location /maybe/ { try_files $uri =404; }
    location /up/ { try_files /down.html @app; proxy_pass http://127.0.0.1:1; }
    location ~ \\.php$ { fastcgi_pass 127.0.0.1:9000; }
    location @app { proxy_pass http://127.0.0.1:3000; }`

  it.each([
    ['/', '@app', 'proxy', 3000n],
    ['/cart', '@app', 'proxy', 3000n],
    ['/php/x', String.raw`~ \.php$`, 'fastcgi', 9000n],
    ['/up/x', '@app', 'proxy', 3000n],
  ])('%s ends at %s when no file is there', (path, location, handler, port) => {
    const value = inServer(shop, at(path), present([], ['/srv/shop/public/down.html']))
    expect(value).toMatchObject({ location, handler, members: [{ port }] })
  })

  it('a file that is there is served, or the location’s own pass asked', () => {
    const value = inServer(shop, at('/up/x'), present(['/srv/shop/public/down.html']))
    expect(value).toMatchObject({ location: '/up/', handler: 'proxy', members: [{ port: 1n }] })
    expect(inServer(shop, at('/robots.txt'), present(['/srv/shop/public/robots.txt'])).handler).toBe('static')
  })

  it('its last word may be another path, which chooses its location anew', () => {
    expect(inServer(shop, at('/spa/x'))).toMatchObject({ handler: 'return', returns: 201n, location: '= /index.html' })
  })

  it('its last word may be a code: then nothing is passed on', () => {
    expect(inServer(shop, at('/maybe/x'))).toMatchObject({ handler: 'static', location: '/maybe/', members: [] })
  })

  it('to itself turns in a circle, and is not certain', () => {
    const { value, dark } = readFor(
      at('/'),
      '# configuration file /n:\nhttp { server { listen 80; root /srv/a; location / { try_files $uri /nope; } } }',
      { unreadable: [], prefix: '' },
    )
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toContain('rewrites turn in a circle')
  })

  it('to a named location that is not there leaves nothing to pass on', () => {
    expect(inServer('root /srv/a; location / { try_files $uri @nobody; }')).toMatchObject({
      handler: 'static',
      pass: '',
    })
  })

  it('in a location without a root tries nothing and takes the last word', () => {
    const body = 'location / { try_files $uri @app; } location @app { proxy_pass http://127.0.0.1:3000; }'
    expect(inServer(body, at('/x'), { unreadable: [], prefix: '' })).toMatchObject({ location: '@app' })
  })
})

describe('an index', () => {
  const php = `root /srv/wp; index index.php index.html;
    location / { } location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; }`
  const meta = (present: Record<string, boolean>) => ({ unreadable: [], prefix: '', present })

  it.each([
    ['/', { '/srv/wp/index.php': true }, 'fastcgi'],
    ['/', { '/srv/wp/index.php': false, '/srv/wp/index.html': true }, 'static'],
    ['/blog/', { '/srv/wp/blog/index.php': true }, 'fastcgi'],
    ['/blog', { '/srv/wp/index.php': true }, 'static'],
    ['/style.css', { '/srv/wp/style.css': true }, 'static'],
    ['/', {}, 'fastcgi'],
  ])('of %s, where %o is seen: %s', (path, present, handler) => {
    expect(inServer(php, at(path), meta(present)).handler).toBe(handler)
  })

  it('of the location counts before the server’s', () => {
    const body = `root /srv/wp; index index.php; location / { index home.html; }
      location ~ \\.php$ { fastcgi_pass 127.0.0.1:9000; }`
    expect(inServer(body, at('/'), meta({ '/srv/wp/index.php': true })).handler).toBe('static')
  })
})

describe('any path', () => {
  const block = parseConfig(
    String.raw`location / { } location = /a { } location ^~ /b/ { } location ~ ^/c(\d+)$ { } location /d/ { proxy_pass http://x; }`,
    'f',
  ).directives

  it('finds a location, which is the same whatever else stands behind its prefix', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { chain, refused } = chooseLocation(block, `/b/${text}`)
        expect(refused).toBe(false)
        expect(chain.at(-1)?.args).toEqual(['^~', '/b/'])
      }),
    )
  })

  it('without a location in the server there is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(chooseLocation([], `/${text}`).chain).toEqual([])
      }),
    )
  })
})
