import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nginxConfigReader } from '../../../src/reading/nginx/config.ts'
import { askedFor, captured, dump, readFor } from './config-support.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/nginx-config/${name}`, import.meta.url), 'utf8')

const SHOP = dump(
  Object.fromEntries(
    [
      'nginx.conf',
      'mime.types',
      'conf.d/10-upstreams.conf',
      'sites-enabled/admin.conf',
      'sites-enabled/shop.conf',
      'snippets/proxy.conf',
    ].map((name) => [`/etc/nginx/${name}`, fixture(`shop/${name}`)]),
  ),
)
const MAINTENANCE = '/var/www/shop/current/public/maintenance.html'
const seen = (there: boolean) => ({ unreadable: [], prefix: '/usr/share/nginx', present: { [MAINTENANCE]: there } })
const shop = (path: string) => readFor(`http://shop.example.com${path}`, SHOP, seen(false)).value
const one = (body: string, url = 'http://a.test/', meta?: Parameters<typeof readFor>[2]) =>
  readFor(url, dump(`http { ${body} }`), meta).value
const inServer = (body: string, url = 'http://a.test/') => one(`server { listen 80; ${body} }`, url)

describe("Debian's configuration as installed (nginx 1.22.1)", () => {
  it('serves files', () => {
    const { value, dark, lines } = readFor('http://localhost/', fixture('debian-default.nginx-T.txt'))
    expect(value).toMatchObject({
      complete: true,
      conf: '/etc/nginx/nginx.conf',
      files: 4n,
      broken: '',
      listens: true,
      server_found: true,
      server_name: '_',
      location: '/',
      handler: 'static',
      error_log: '/var/log/nginx/error.log',
      access_log: '/var/log/nginx/access.log',
      pass: '',
      members: [],
      claimed: [],
      names: [],
      connect_timeout_ms: 0n,
    })
    expect(dark).toEqual([])
    expect(lines[0]).toBe('/etc/nginx/sites-enabled/default:21: server { server_name _ }')
  })

  it('does not listen for TLS', () => {
    expect(readFor('https://localhost/', fixture('debian-default.nginx-T.txt')).value.listens).toBe(false)
  })
})

describe('a shop behind an upstream', () => {
  it('is found with everything that applies to it', () => {
    const { value, lines } = readFor('http://shop.example.com/cart?x=1', SHOP, seen(false))
    expect(value).toMatchObject({
      complete: true,
      server_found: true,
      server_name: 'shop.example.com',
      server_at: '/etc/nginx/sites-enabled/shop.conf:1',
      location: '/',
      location_at: '/etc/nginx/sites-enabled/shop.conf:16',
      handler: 'proxy',
      pass: 'http://shop_app',
      pass_at: '/etc/nginx/sites-enabled/shop.conf:18',
      scheme: 'http',
      upstream_name: 'shop_app',
      upstream_host_header: 'shop.example.com',
      upstream_path: '/cart',
      http_version: '1.1',
      connect_timeout_ms: 5000n,
      read_timeout_ms: 90_000n,
      send_timeout_ms: 60_000n,
      next_upstream: 'error timeout http_502',
      buffer_bytes: 16_384n,
      keepalive: 16n,
      intercept_errors: true,
      error_log: '/var/log/nginx/shop.error.log',
      error_log_kind: '',
      error_log_level: 'warn',
      access_log: '/var/log/nginx/shop.access.log',
      access_log_format: '$remote_addr [$time_local] "$request" $status $upstream_addr $upstream_response_time $host',
      returns: 0n,
      returns_if_file: '',
      variable: false,
    })
    expect(value.members).toEqual([
      { host: '127.0.0.1', port: 3000n, socket: '', down: false, backup: false },
      { host: '127.0.0.1', port: 3001n, socket: '', down: false, backup: true },
      { host: '', port: 0n, socket: '/run/shop/app.sock', down: true, backup: false },
    ])
    expect(value.names).toEqual(['shop.example.com', 'www.shop.example.com', 'shop_app', 'shop'])
    expect(lines).toEqual([
      '/etc/nginx/sites-enabled/shop.conf:1: server { server_name shop.example.com www.shop.example.com }',
      '/etc/nginx/sites-enabled/shop.conf:16: location /',
      '/etc/nginx/sites-enabled/shop.conf:18: proxy_pass http://shop_app',
      '/etc/nginx/conf.d/10-upstreams.conf:1: upstream shop_app',
    ])
  })

  it('lists what errors become', () => {
    const at = '/etc/nginx/sites-enabled/shop.conf'
    expect(shop('/').error_pages).toEqual([
      { code: 502n, uri: '/50x.html', override: -1n, at: `${at}:10` },
      { code: 503n, uri: '/50x.html', override: -1n, at: `${at}:10` },
      { code: 504n, uri: '/50x.html', override: -1n, at: `${at}:10` },
      { code: 404n, uri: '/empty.gif', override: 200n, at: `${at}:11` },
      { code: 500n, uri: '@fallback', override: 0n, at: `${at}:12` },
    ])
  })

  it('knows whom the addresses belong to that others use', () => {
    const others = shop('/').claimed.map(({ host, port, socket }) => `${host}:${port}${socket}`)
    expect(others).toEqual(['127.0.0.1:4000', '127.0.0.1:50051', 'api.internal:8443', ':0/run/php/php8.2-fpm.sock'])
    expect(shop('/').claimed[0]?.at).toBe('/etc/nginx/sites-enabled/admin.conf:6')
  })

  it('speaks TLS to its API', () => {
    expect(shop('/api/x')).toMatchObject({
      pass: 'https://api.internal:8443/v2/',
      scheme: 'https',
      members: [{ host: 'api.internal', port: 8443n, socket: '', down: false, backup: false }],
      upstream_host_header: 'api.internal:8443',
      upstream_path: '/v2/x',
      read_timeout_ms: 300_000n,
      http_version: '1.0',
      tls_sni: 'api.example.internal',
      tls_verify: true,
    })
  })

  it('has PHP behind a socket', () => {
    expect(shop('/x.php')).toMatchObject({
      handler: 'fastcgi',
      scheme: 'fastcgi',
      members: [{ host: '', port: 0n, socket: '/run/php/php8.2-fpm.sock', down: false, backup: false }],
      read_timeout_ms: 120_000n,
      http_version: '',
    })
  })

  it('answers for itself', () => {
    expect(shop('/health')).toMatchObject({ handler: 'return', returns: 200n, location: '= /health', pass: '' })
  })

  it('is closed while the maintenance file is there', () => {
    expect(readFor('http://shop.example.com/', SHOP, seen(true)).value).toMatchObject({
      handler: 'return',
      returns: 503n,
      returns_at: '/etc/nginx/sites-enabled/shop.conf:14',
      returns_if_file: MAINTENANCE,
    })
  })

  it('is not certain when nobody looked for that file', () => {
    const { value, dark } = readFor('http://shop.example.com/', SHOP)
    expect(value).toMatchObject({ complete: false, returns: 0n, handler: 'proxy' })
    expect(dark[0]?.says).toContain('an "if" at /etc/nginx/sites-enabled/shop.conf:14 may answer')
  })
})

describe('which server', () => {
  const two = `server { listen 80; server_name a.test; return 201; }
    server { listen 127.0.0.1:80; server_name b.test; return 202; }
    server { listen [::]:80 default_server; server_name c.test; return 203; }
    server { listen 8000-8010; server_name d.test; return 204; }
    server { listen unix:/run/x.sock; server_name e.test; return 205; }
    server { listen 443 ssl; server_name f.test; return 206; }`
  it.each([
    ['http://a.test/', 201n, true],
    ['http://127.0.0.1/', 202n, true],
    ['http://[::1]/', 203n, true],
    ['http://192.0.2.1/', 201n, true],
    ['http://c.test/', 203n, true],
    ['http://x:8005/', 204n, true],
    ['https://f.test/', 206n, true],
    // Something in front of nginx listens there.
    ['https://a.test:8443/', 201n, false],
    ['http://e.test:9/', 205n, false],
  ])('answers %s: %d', (url, returns, listens) => {
    expect(one(two, url)).toMatchObject({ server_found: true, returns, listens })
  })

  it('is not told where nobody listens on the port and no name fits', () => {
    expect(one(two, 'http://nobody:9/')).toMatchObject({
      server_found: false,
      listens: false,
      handler: '',
      server_at: '',
    })
  })

  it('is the only one there is, whatever the port in front', () => {
    expect(one('server { listen 8080; return 204; }', 'https://x/')).toMatchObject({
      server_found: true,
      listens: false,
    })
  })

  it('is not certain where only the address decides', () => {
    const { value, dark } = readFor(
      'http://x.test/',
      dump('http { server { listen 80; return 201; } server { listen 192.0.2.1:80; return 202; } }'),
    )
    expect(value).toMatchObject({ returns: 201n, complete: false })
    expect(dark[0]?.says).toContain('the address that the request arrives at decides its server')
  })

  it('is not certain where an expression was too risky to try', () => {
    expect(one('server { listen 80; server_name ~^(a+)+$; return 201; }').complete).toBe(false)
  })
})

describe('oddities that nginx 1.22.1 accepts', () => {
  const text = dump(fixture('oddities.conf'))
  it.each([
    ['/v12/', 204n],
    ['/with%20space', 205n],
    ['/quo%22te', 206n],
    ['/x.PNG', 209n],
    ['/f%7Doo', 210n],
    ['/tight', 211n],
    ['/hat', 212n],
  ])('%s', (path, returns) => {
    expect(readFor(`http://joe.example.com:8080${path}`, text).value).toMatchObject({
      returns,
      broken: '',
      complete: true,
    })
  })

  it('and a pass over three lines', () => {
    expect(readFor('http://x:8080/', text).value).toMatchObject({
      pass: 'http://127.0.0.1:3000',
      pass_at: '/etc/nginx/nginx.conf:8',
    })
  })
})

it('reads around blocks of Lua', () => {
  const text = dump(fixture('openresty.conf'))
  expect(readFor('http://x/', text).value).toMatchObject({ pass: 'http://127.0.0.1:9000', broken: '' })
  expect(readFor('http://x/lua', text).value).toMatchObject({ handler: '', location: '/lua' })
})

// The words are those of nginx 1.22.1.
describe('what nginx refuses', () => {
  it.each([
    ['broken-semicolon.conf', 'invalid number of arguments in "proxy_pass" directive in /etc/nginx/nginx.conf:6'],
    ['broken-brace.conf', 'unexpected end of file, expecting "}" in /etc/nginx/nginx.conf:8'],
  ])('%s', (name, broken) => {
    const { value, dark } = readFor('http://x/', dump(fixture(name)))
    expect(value).toMatchObject({ broken, complete: false, server_found: true })
    expect(dark).toEqual([{ why: 'not-understood', says: `nginx would refuse this configuration: ${broken}` }])
  })

  it('a location without a block', () => {
    expect(inServer('location / proxy_pass http://x;').broken).toContain('directive "location" has no opening "{"')
  })
})

describe('settings', () => {
  it("are nginx's defaults where nothing is written", () => {
    expect(inServer('location / { proxy_pass http://127.0.0.1:3000; }')).toMatchObject({
      connect_timeout_ms: 60_000n,
      read_timeout_ms: 60_000n,
      send_timeout_ms: 60_000n,
      http_version: '1.0',
      next_upstream: 'error timeout',
      buffer_bytes: 4096n,
      tls_sni: '',
      tls_verify: false,
      keepalive: 0n,
      intercept_errors: false,
      resolver: '',
      upstream_host_header: '127.0.0.1:3000',
      error_log_level: 'error',
    })
  })

  it('changed their defaults with 1.29.7', () => {
    const body = 'upstream app { server 127.0.0.1:3000; } server { listen 80; location / { proxy_pass http://app; } }'
    const with_ = (version: string) => one(body, 'http://a.test/', { unreadable: [], prefix: '', version })
    expect(with_('1.29.6')).toMatchObject({ http_version: '1.0', keepalive: 0n })
    expect(with_('1.29.7')).toMatchObject({ http_version: '1.1', keepalive: 32n })
    expect(with_('2.0.0')).toMatchObject({ http_version: '1.1' })
  })

  it.each([
    ['http', 'proxy_pass http://127.0.0.1:80;', '127.0.0.1'],
    ['a socket', 'proxy_pass http://unix:/run/app.sock:/x/;', 'localhost'],
    ['an empty path', 'proxy_pass https://app.internal:443/;', 'app.internal'],
  ])('make a Host header for %s', (_, body, host) => {
    expect(inServer(`location / { ${body} }`).upstream_host_header).toBe(host)
  })

  it.each([
    ['error_log stderr;', '', 'stderr', 'error'],
    ['error_log /dev/stderr warn;', '', 'stderr', 'warn'],
    ['error_log syslog:server=unix:/dev/log crit;', '', 'syslog', 'crit'],
    ['error_log memory:32m debug;', '', 'memory', 'debug'],
    ['error_log /dev/null;', '', '', 'error'],
    ['error_log logs/e.log info;', '/usr/share/nginx/logs/e.log', '', 'info'],
    ['error_log syslog:server=x; error_log /var/log/e.log warn;', '/var/log/e.log', '', 'warn'],
  ])('%s', (body, path, kind, level) => {
    expect(inServer(body)).toMatchObject({ error_log: path, error_log_kind: kind, error_log_level: level })
  })

  it("take the build's log where none is written", () => {
    const meta = { unreadable: [], prefix: '/opt/nginx', errorLog: 'logs/error.log', accessLog: '/var/log/a.log' }
    expect(one('server { listen 80; }', 'http://a.test/', meta)).toMatchObject({
      error_log: '/opt/nginx/logs/error.log',
      access_log: '/var/log/a.log',
    })
  })

  it.each([
    ['access_log off;', '', ''],
    ['access_log /var/log/$host.log;', '/var/log/a.test.log', 'combined'],
    ['access_log syslog:server=x;', '', ''],
    ['access_log /var/log/a.log buffer=32k;', '/var/log/a.log', 'combined'],
  ])('%s', (body, path, format) => {
    const value = inServer(body)
    expect(value.access_log).toBe(path)
    expect(value.access_log_format.startsWith('$remote_addr - $remote_user')).toBe(format === 'combined')
  })
})

describe('targets', () => {
  it('with a variable that nobody can know', () => {
    const value = inServer('resolver 127.0.0.11 valid=5s; location / { proxy_pass http://$backend:3000; }')
    expect(value).toMatchObject({
      variable: true,
      members: [],
      pass: 'http://$backend:3000',
      resolver: '127.0.0.11 valid=5s',
    })
  })

  it('with a variable that is set', () => {
    const value = inServer('set $up app; location / { proxy_pass http://$up:3000; }')
    expect(value).toMatchObject({ variable: true, members: [{ host: 'app', port: 3000n }] })
  })

  it.each([
    ['uwsgi_pass unix:///run/app.sock;', 'uwsgi'],
    ['uwsgi_pass 127.0.0.1:9000;', 'uwsgi'],
    ['scgi_pass 127.0.0.1:9000;', 'scgi'],
    ['grpc_pass grpcs://127.0.0.1:9000;', 'grpc'],
  ])('%s', (body, handler) => {
    expect(inServer(`location / { ${body} }`).handler).toBe(handler)
  })

  it('of uwsgi may write a socket like a URL', () => {
    expect(inServer('location / { uwsgi_pass unix:///run/app.sock; }').members).toMatchObject([
      { socket: '/run/app.sock' },
    ])
  })

  it('on IPv6', () => {
    expect(inServer('location / { proxy_pass http://[::1]:3000; }').members).toMatchObject([
      { host: '::1', port: 3000n },
    ])
  })

  it('of stream are claimed too', () => {
    const text = dump('stream { server { listen 1; proxy_pass 10.0.0.1:5432; } } http { }')
    expect(readFor('http://x/', text).value.claimed).toEqual([
      { host: '10.0.0.1', port: 5432n, socket: '', at: '/etc/nginx/nginx.conf:1' },
    ])
  })

  it('are not inherited by nested locations', () => {
    expect(inServer('location / { proxy_pass http://a; location /x { } }', 'http://a.test/x').handler).toBe('static')
  })

  it('with a slash are redirected to', () => {
    const value = inServer('location /app/ { proxy_pass http://127.0.0.1:1; }', 'http://a.test/app')
    expect(value).toMatchObject({ handler: 'return', returns: 301n, pass: '' })
  })
})

describe('includes', () => {
  it('may be missing', () => {
    const { value, dark } = readFor('http://x/', dump('http { include sites/one.conf; include sites/*.conf; }'))
    expect(value).toMatchObject({ complete: false, unreadable: ['/etc/nginx/sites/one.conf'] })
    expect(dark[0]?.says).toContain('/etc/nginx/sites/one.conf')
  })

  it('may turn in a circle', () => {
    const text = dump({
      '/etc/nginx/nginx.conf': 'http { include a; }',
      '/etc/nginx/a': 'include a; server { listen 80; }',
    })
    expect(readFor('http://x/', text).value).toMatchObject({ complete: false, server_found: true })
  })

  it('do not multiply without end', () => {
    const files: Record<string, string> = { '/n/nginx.conf': 'include f0;' }
    for (let i = 0; i < 9; i++) files[`/n/f${i}`] = `include f${i + 1};\n`.repeat(50)
    files['/n/f9'] = 'listen 80;'
    expect(readFor('http://x/', dump(files)).value.complete).toBe(false)
  }, 3000)

  it('are read from a single file of a site, too', () => {
    const { value } = readFor('http://x/', 'server { listen 80; location / { proxy_pass http://127.0.0.1:3000; } }', {})
    expect(value).toMatchObject({ server_found: true, conf: '', pass: 'http://127.0.0.1:3000' })
  })
})

describe('the files', () => {
  it('tell the newest change', () => {
    const meta = {
      unreadable: [],
      prefix: '',
      files: [
        { path: '/a', mtime: '2026-01-01T00:00:00.000Z' },
        { path: '/b', mtime: '2026-02-01T00:00:00.000Z' },
        { path: '/c', mtime: 'nonsense' },
      ],
    }
    expect(one('', 'http://x/', meta)).toMatchObject({ newest: new Date('2026-02-01T00:00:00Z'), newest_file: '/b' })
  })

  it('that could not be read leave the rest standing', () => {
    expect(one('server { listen 80; }', 'http://x/', { unreadable: ['/etc/nginx/secret.conf'] })).toMatchObject({
      complete: false,
      server_found: true,
      unreadable: ['/etc/nginx/secret.conf'],
    })
  })

  it('may be none', () => {
    const capture = {
      ...captured('', {}),
      outcome: 'blind' as const,
      why: 'no-permission' as const,
      says: 'Not allowed',
    }
    const { value, dark } = nginxConfigReader.read(capture, askedFor('http://x/'))
    expect(value).toMatchObject({ complete: false, server_found: false, files: 0n, newest: new Date(0) })
    expect(dark).toEqual([{ why: 'no-permission', says: 'Not allowed' }])
  })

  it('that were cut are not complete', () => {
    const capture = { ...captured(dump('http {}')), cut: true }
    expect(nginxConfigReader.read(capture, askedFor('http://x/')).value.complete).toBe(false)
  })
})

describe('whatever the text', () => {
  const words = fc.constantFrom(
    ...[
      'http {',
      'server {',
      'location / {',
      'location ~ (a+)+ {',
      'upstream u {',
      'if ($x) {',
      '}',
      ';',
      '"',
      'listen 80;',
    ],
    ...[
      'proxy_pass http://u;',
      'include *;',
      'server_name ~;',
      'return;',
      'rewrite ^ / last;',
      'set $a;',
      'try_files @a;',
    ],
    ...[
      'location @a {',
      'error_page;',
      'server;',
      'listen;',
      'proxy_read_timeout x;',
      '# configuration file /x:\n',
      '\n',
      '{',
    ],
  )
  it('never throws, and reads the same from what is kept', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 40 }).map((all) => all.join(' ')),
        ),
        fc.webUrl(),
        (text, url) => {
          const { value } = readFor(url, text, {})
          expect(value.members.every(({ port }) => port >= 0n)).toBe(true)
        },
      ),
      { numRuns: 400 },
    )
  })

  it.each([
    '{',
    'server { listen 80; ',
    'location /x { ',
    'include x; ',
    'http { server { } } ',
    'set $a $a; ',
    'server { listen [::]:8; } ',
    'location ~ ^(.*)x(.*)y$ { } ',
  ])(
    'takes a megabyte of %j',
    (piece) => {
      const text = `http { ${piece.repeat(Math.ceil(1_000_000 / piece.length))}`
      expect(nginxConfigReader.read(captured(text), askedFor('http://x/x/x')).value.complete).toBe(false)
    },
    3000,
  )
})
