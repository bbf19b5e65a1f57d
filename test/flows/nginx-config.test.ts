import { describe, expect, it } from 'vitest'
import { DOWN, MAINTENANCE, SOCKET_MISSING, STALE_CONFIG } from './faults.ts'
import { clock } from './http.ts'
import { blind, cut, gatewayProcess, gone, late } from './looks.ts'
import { config, diagnose, type World } from './world.ts'

/** When each of its files was changed last: both long ago. */
const EDITS = [
  '2026-11-20T12:09:52.000Z config /etc/nginx/sites-enabled/shop was changed',
  '2026-11-20T03:49:52.000Z config /etc/nginx/nginx.conf was changed',
]

describe('the nginx that owns the port', () => {
  const at = async (gateway: World['gateway']) => (await diagnose({ gateway })).at('nginx/process')

  it('under a unit, reloaded since: its youngest worker tells', async () => {
    expect(await at(gatewayProcess())).toEqual({
      branch: 'unit',
      says: 'nginx runs as nginx.service since 14:56:32Z, last (re)loaded 00:03:12Z',
      learns: { 'proxy.reloaded': '2026-11-21T00:03:12.000Z', 'proxy.unit': 'nginx.service' },
      go: 'nginx/config',
    })
  })

  it('without a unit', async () => {
    expect(await at(gatewayProcess({ unit: '' }))).toEqual({
      branch: 'bare',
      says: 'nginx (pid 812) runs since 14:56:32Z, last (re)loaded 00:03:12Z',
      learns: { 'proxy.reloaded': '2026-11-21T00:03:12.000Z' },
      go: 'nginx/config',
    })
  })

  it('without workers that could be seen: it was loaded when it started', async () => {
    const seen = await diagnose({ gateway: gatewayProcess({ children: [] }) })
    expect(seen.fact('proxy.reloaded')).toBe('2026-11-20T14:56:32.000Z')
  })

  it('gone in the meantime', async () => {
    expect(await at(gone(812))).toEqual({
      branch: 'gone',
      says: 'pid 812 is gone',
      go: 'locate/response',
    })
  })

  it('closed to this account', async () => {
    expect(await at(blind('no-permission', 'pid 812 exists and /proc does not show it to this account'))).toEqual({
      blind: 'no-permission',
      says: 'pid 812 exists and /proc does not show it to this account',
      go: 'nginx/config',
    })
  })

  it('of another user: what can be seen of it still counts', async () => {
    expect(await at(gatewayProcess({ hidden: ['exe', 'cwd', 'fds'] }))).toEqual({
      branch: 'unit',
      says: 'nginx runs as nginx.service since 14:56:32Z, last (re)loaded 00:03:12Z',
      learns: { 'proxy.reloaded': '2026-11-21T00:03:12.000Z', 'proxy.unit': 'nginx.service' },
      dark: ['pid 812 belongs to another user: its exe, cwd, fds cannot be seen'],
      go: 'nginx/config',
    })
  })
})

describe('what its configuration says of the URL', () => {
  const at = async (text: string, more = {}) => (await diagnose({ config: config(text, more) })).at('nginx/config')

  it('it is passed on: everything about the upstream is learned', async () => {
    expect(await at('location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }')).toEqual({
      branch: 'passes',
      says: '/etc/nginx/sites-enabled/shop:4 sends it to http://127.0.0.1:3000',
      learns: {
        'config.access_log': '/var/log/nginx/access.log',
        'config.access_log_format':
          '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"',
        'config.connect_timeout': 60000,
        'config.keeps_ms': 75000,
        'config.reuse_ms': 0,
        'config.edits': EDITS,
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.handler': 'proxy',
        'config.members': ['127.0.0.1:3000'],
        'config.names': ['shop.example.com'],
        'config.newest': '2026-11-20T12:09:52.000Z',
        'config.newest_file': '/etc/nginx/sites-enabled/shop',
        'config.next_upstream': 'error timeout',
        'config.pass': 'http://127.0.0.1:3000',
        'config.pass_at': '/etc/nginx/sites-enabled/shop:4',
        'config.read_at': '/etc/nginx/nginx.conf:5',
        'config.read_timeout': 30000,
        'config.server_name': 'shop.example.com',
        'upstream.host': '127.0.0.1',
        'upstream.host_header': 'shop.example.com',
        'upstream.path': '/checkout',
        'upstream.port': 3000,
        'upstream.scheme': 'http',
        'upstream.url': 'http://127.0.0.1:3000/checkout',
        'upstream.verify': false,
        'upstream.version': '1.0',
      },
      go: 'nginx/loaded',
    })
  })

  it('it is passed on to a pool, with its limits, over TLS', async () => {
    expect(
      await at(
        'location / { proxy_pass https://shop_app; proxy_connect_timeout 5s; proxy_read_timeout 90s; proxy_http_version 1.1; proxy_ssl_server_name on; proxy_ssl_name app.internal; proxy_ssl_verify on; error_page 502 504 /sorry.html; }',
        { main: 'upstream shop_app { server 10.0.0.7:3000; server 10.0.0.8:3000 backup; }' },
      ),
    ).toEqual({
      branch: 'passes',
      says: '/etc/nginx/sites-enabled/shop:4 sends it to https://shop_app',
      learns: {
        'config.access_log': '/var/log/nginx/access.log',
        'config.access_log_format':
          '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"',
        'config.connect_at': '/etc/nginx/sites-enabled/shop:4',
        'config.connect_timeout': 5000,
        'config.keeps_ms': 75000,
        'config.reuse_ms': 0,
        'config.edits': EDITS,
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.error_page': '/sorry.html',
        'config.claimed': ['10.0.0.7:3000', '10.0.0.8:3000'],
        'config.upstream_name': 'shop_app',
        'pool.members': ['10.0.0.7:3000', '10.0.0.8:3000'],
        'config.handler': 'proxy',
        'config.members': ['10.0.0.7:3000', '10.0.0.8:3000'],
        'config.names': ['shop.example.com', 'shop_app'],
        'config.newest': '2026-11-20T12:09:52.000Z',
        'config.newest_file': '/etc/nginx/sites-enabled/shop',
        'config.next_upstream': 'error timeout',
        'config.pass': 'https://shop_app',
        'config.pass_at': '/etc/nginx/sites-enabled/shop:4',
        'config.read_at': '/etc/nginx/sites-enabled/shop:4',
        'config.read_timeout': 90000,
        'config.server_name': 'shop.example.com',
        'upstream.host': '10.0.0.7',
        'upstream.host_header': 'shop_app',
        'upstream.path': '/checkout',
        'upstream.port': 3000,
        'upstream.scheme': 'https',
        'upstream.sni': 'app.internal',
        'upstream.url': 'https://10.0.0.7:3000/checkout',
        'upstream.verify': true,
        'upstream.version': '1.1',
      },
      go: 'nginx/loaded',
    })
  })

  it('it is passed on to a unix socket: no port is learned, and none is missed', async () => {
    const seen = await diagnose(SOCKET_MISSING)
    expect(seen.at('nginx/config')).toEqual({
      branch: 'passes',
      says: '/etc/nginx/sites-enabled/shop:4 sends it to http://unix:/run/shop/shop.sock',
      learns: {
        'config.access_log': '/var/log/nginx/access.log',
        'config.access_log_format':
          '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"',
        'config.connect_timeout': 60000,
        'config.keeps_ms': 75000,
        'config.reuse_ms': 0,
        'config.edits': EDITS,
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.handler': 'proxy',
        'config.members': ['/run/shop/shop.sock'],
        'config.names': ['shop.example.com'],
        'config.newest': '2026-11-20T12:09:52.000Z',
        'config.newest_file': '/etc/nginx/sites-enabled/shop',
        'config.next_upstream': 'error timeout',
        'config.pass': 'http://unix:/run/shop/shop.sock',
        'config.pass_at': '/etc/nginx/sites-enabled/shop:4',
        'config.read_at': '/etc/nginx/nginx.conf:5',
        'config.read_timeout': 30000,
        'config.server_name': 'shop.example.com',
        'upstream.host_header': 'localhost',
        'upstream.path': '/checkout',
        'upstream.scheme': 'http',
        'upstream.socket': '/run/shop/shop.sock',
        'upstream.verify': false,
        'upstream.version': '1.0',
      },
      go: 'nginx/loaded',
    })
    expect(seen.blindSpots).toEqual([])
  })

  it('it is passed on over FastCGI', async () => {
    const seen = await diagnose({ config: config('location / { fastcgi_pass 127.0.0.1:9000; }') })
    expect(seen.fact('config.handler')).toBe('fastcgi')
    expect(seen.fact('upstream.port')).toBe(9000)
    expect(seen.fact('upstream.scheme')).toBe('fastcgi')
  })

  it('the addresses of other sites are claimed: nobody takes them for this application', async () => {
    const other = 'server { listen 80; server_name blog.example.com; location / { proxy_pass http://127.0.0.1:4000; } }'
    const seen = await diagnose({ config: config(undefined, { main: other }) })
    expect(seen.fact('config.claimed')).toEqual(['127.0.0.1:4000'])
    expect(seen.fact('config.members')).toEqual(['127.0.0.1:3000'])
  })

  it('it is answered by a rule', async () => {
    expect((await diagnose(MAINTENANCE)).at('nginx/config')).toEqual({
      branch: 'returns',
      says: '/etc/nginx/sites-enabled/shop:4 answers this URL with 503 by itself',
      learns: {
        'config.access_log': '/var/log/nginx/access.log',
        'config.access_log_format':
          '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"',
        'config.edits': EDITS,
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.handler': 'return',
        'config.names': ['shop.example.com'],
        'config.newest': '2026-11-20T12:09:52.000Z',
        'config.newest_file': '/etc/nginx/sites-enabled/shop',
        'config.returns': 503,
        'config.returns_at': '/etc/nginx/sites-enabled/shop:4',
        'config.server_name': 'shop.example.com',
      },
      suspects: ['deliberate'],
      go: 'nginx/loaded',
    })
  })

  it('a rule with a status below 400 is no error page', async () => {
    const seen = await diagnose({ config: config('location / { return 301 https://shop.example.com$request_uri; }') })
    expect(seen.at('nginx/config')).toMatchObject({ branch: 'serves', learns: { 'config.handler': 'static' } })
    expect(seen.fact('config.returns')).toBeUndefined()
  })

  it('it is answered from files', async () => {
    expect(await at('root /srv/shop/public;')).toEqual({
      branch: 'serves',
      says: 'nginx answers /checkout by itself (/etc/nginx/sites-enabled/shop:1)',
      learns: {
        'config.access_log': '/var/log/nginx/access.log',
        'config.access_log_format':
          '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"',
        'config.edits': EDITS,
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.handler': 'static',
        'config.names': ['shop.example.com', 'shop'],
        'config.newest': '2026-11-20T12:09:52.000Z',
        'config.newest_file': '/etc/nginx/sites-enabled/shop',
        'config.server_name': 'shop.example.com',
      },
      go: 'nginx/loaded',
    })
  })

  it('no server of it listens on the port', async () => {
    const elsewhere = config().out.replace('listen 80;', 'listen 8080;')
    expect((await diagnose({ config: { ...config(), out: elsewhere } })).at('nginx/config')).toEqual({
      branch: 'other',
      says: '/etc/nginx/nginx.conf holds no server for this URL',
      go: 'locate/response',
    })
  })

  it('it cannot be read', async () => {
    expect(
      (await diagnose({ config: blind('no-permission', 'This user may not read /etc/nginx/nginx.conf') })).at(
        'nginx/config',
      ),
    ).toEqual({
      blind: 'no-permission',
      says: 'This user may not read /etc/nginx/nginx.conf',
      go: 'locate/response',
    })
  })

  it('what was read of it in part still counts', async () => {
    expect((await diagnose({ config: cut(config()) })).path).toContain('nginx/config.passes')
    expect((await diagnose({ config: late(config()) })).path).toContain('nginx/config.passes')
  })

  it('that no server was seen in a part proves nothing', async () => {
    const seen = await diagnose({
      config: cut({ ...config(), out: config().out.replace('listen 80;', 'listen 8080;') }),
    })
    expect(seen.path).toContain('nginx/config.blind')
  })
})

describe('whether it was loaded', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('nginx/loaded')

  it('a file that is newer than the youngest worker', async () => {
    expect(await at({ config: config(undefined, { changed: clock(-60) }) })).toEqual({
      branch: 'newer',
      says: '/etc/nginx/sites-enabled/shop was changed at 02:02:12Z, after the last (re)load at 00:03:12Z: what runs may differ',
      learns: { 'config.unloaded': true },
      suspects: ['config-not-loaded'],
      go: 'locate/response',
    })
  })

  it('a second or two may lie between the file and the reload that read it', async () => {
    expect(await at({ config: config(undefined, { changed: clock(-7198.5) }) })).toMatchObject({ branch: 'same' })
    expect(await at({ config: config(undefined, { changed: clock(-7197.5) }) })).toMatchObject({ branch: 'newer' })
  })

  it('no file is newer', async () => {
    expect(await at({})).toEqual({
      branch: 'same',
      says: 'no configuration file is newer than the last (re)load',
      rulesOut: ['config-not-loaded'],
      go: 'locate/response',
    })
  })

  it('nobody knows when it was loaded', async () => {
    expect(await at({ gateway: blind('no-permission') })).toEqual({ branch: 'unknown', go: 'locate/response' })
  })
})

describe('whether the log and the files name the same upstream', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('nginx/agree')

  it('they do', async () => {
    expect(await at(DOWN)).toEqual({
      branch: 'agrees',
      says: "the log's upstream is the configuration's",
      learns: { 'upstream.url': 'http://127.0.0.1:3000/checkout' },
      rulesOut: ['config-not-loaded'],
      go: 'nginx/agreed',
    })
  })

  it('they do not, and the file is newer than what runs', async () => {
    expect(await at(STALE_CONFIG)).toEqual({
      branch: 'differs',
      says: 'nginx still sends to 127.0.0.1:3000; the configuration on disk names 127.0.0.1:4000',
      suspects: ['config-not-loaded'],
      go: 'loading/refused',
    })
  })

  it('they do not, and the file is old: its name resolves to that address', async () => {
    expect(await at({ ...DOWN, config: config('location / { proxy_pass http://app.internal:3000; }') })).toEqual({
      branch: 'named',
      go: 'names/now',
    })
  })

  it('the files are closed: the log alone tells', async () => {
    expect(await at({ ...DOWN, config: blind('no-permission') })).toBeNull()
  })

  it('both name the same socket', async () => {
    expect(await at(SOCKET_MISSING)).toEqual({
      branch: 'agrees-socket',
      says: "the log's socket is the configuration's",
      rulesOut: ['config-not-loaded'],
      go: 'nginx/agreed',
    })
  })
})
