import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { front, later, passes, site, statusOf, url, visitors, well } from '../kit.ts'
import { listening } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const down = { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const
const healthy = { outcome: 'healthy', state: 'well', cause: null } as const
/** A site for which nginx asks the service on the other port first whether the visitor may pass. */
const askingFirst = (ports: Ports) =>
  site(
    ports,
    `auth_request /auth; proxy_pass http://127.0.0.1:${ports.app};`,
    `location = /auth { internal; proxy_pass http://127.0.0.1:${ports.other}; }`,
  )
const port = (n: number) => ({ PORT: String(n) })

function post(address: string): Promise<number> {
  return new Promise((resolve) => {
    const asking = request(address, { method: 'POST', agent: false, timeout: 10_000 }, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    })
    asking.once('error', () => resolve(0))
    asking.end('a=b')
  })
}

const POST_HANGS = `
require('node:http').createServer((request, response) => { if (request.method !== 'POST') response.end('hello\\n') }).listen(Number(process.env.PORT), '127.0.0.1')
`
const WELL_BUT_LARGE = `
require('node:http').createServer((q, r) => r.end(q.url === '/large' ? Buffer.alloc(5e7) : 'hello\\n')).listen(Number(process.env.PORT), '127.0.0.1')
`
const EVERY_20TH = `
let n = 0
require('node:http').createServer((request, response) => (++n % 20 === 0 ? request.socket.destroy() : response.end('hello\\n'))).listen(Number(process.env.PORT), '127.0.0.1')
`
const ONE_PATH = `
require('node:http').createServer((request, response) => { if (request.url === '/checkout') response.statusCode = 503; response.end('hello from ' + request.url + '\\n') }).listen(Number(process.env.PORT), '127.0.0.1')
`
const OWN_503 = `
require('node:http').createServer((request, response) => { response.statusCode = 503; response.end('busy\\n') }).listen(Number(process.env.PORT), '127.0.0.1')
`
export const BESIDE_CASES: readonly Case[] = [
  {
    name: 'auth-service-down',
    says: 'the application is well; the service that nginx asks with auth_request is down',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3001'],
    },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: askingFirst(ports),
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'auth-service-errors',
    says: 'the application is well; the service that nginx asks with auth_request answers 503',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.app('auth', OWN_503, ports.other, port(ports.other))
      await lab.nginx({
        port: ports.site,
        http: askingFirst(ports),
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'mirror-down',
    says: 'the site is well; what nginx mirrors its requests to is down, and its log is full of it',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['/mirror'] },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: site(
          ports,
          `mirror /mirror; proxy_pass http://127.0.0.1:${ports.app};`,
          `location = /mirror { internal; proxy_pass http://127.0.0.1:${ports.other}$request_uri; }`,
        ),
      })
      await visitors(url(ports), 5)
      return { url: url(ports) }
    },
  },
  {
    name: 'scary-log-healthy',
    says: 'the site is well; its log holds what strangers and browsers do: missing files, forbidden paths, bodies too large',
    truth: healthy,
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: site(
          ports,
          `client_max_body_size 1; proxy_pass http://127.0.0.1:${ports.app};`,
          `location /static/ { root /nowhere; } location /.git { deny all; }`,
        ),
      })
      for (const path of ['/static/a.png', '/.git/config', '/static/b.js']) await statusOf(url(ports, path))
      for (let n = 0; n < 3; n++) await post(url(ports))
      return { url: url(ports) }
    },
  },
  {
    name: 'post-hangs',
    says: 'the application hangs on POST alone; visitors met it a few seconds ago, and our GET is well',
    truth: { outcome: 'inconclusive', state: 'intermittent', cause: null },
    async start(lab, ports) {
      await lab.app('shop', POST_HANGS, ports.app, port(ports.app))
      await front(lab, ports, 'proxy_read_timeout 1s;')
      await visitors(url(ports), 3)
      for (let n = 0; n < 3; n++) await post(url(ports))
      await later(2500)
      await visitors(url(ports), 2)
      return { url: url(ports) }
    },
  },
  {
    name: 'fails-every-20th',
    says: 'the application closes on every twentieth request, and goes on doing so',
    truth: { outcome: 'inconclusive', state: 'intermittent', cause: null },
    async start(lab, ports) {
      await lab.app('shop', EVERY_20TH, ports.app, port(ports.app))
      await front(lab, ports)
      await visitors(url(ports), 61)
      await later(1500)
      return { url: url(ports) }
    },
  },
  {
    name: 'unlogged-down',
    says: 'the application is down; nginx writes no access log and its error log goes to /dev/null',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await front(lab, ports, '', 'access_log off; error_log /dev/null crit;')
      return { url: url(ports) }
    },
  },
  {
    name: 'unlogged-own-502',
    says: "the application's own 502; nginx writes no access log and its error log goes to /dev/null",
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none' },
    async start(lab, ports) {
      await lab.app('shop', apps.OWN_502, ports.app, port(ports.app))
      await front(lab, ports, '', 'access_log off; error_log /dev/null crit;')
      return { url: url(ports) }
    },
  },
  {
    name: 'ipv6-down',
    says: 'nginx sends to [::1], and nobody listens there or anywhere',
    truth: { ...down, cites: ['[::1]:3000'] },
    async start(lab, ports) {
      await passes(lab, ports, `proxy_pass http://[::1]:${ports.app};`)
      return { url: url(ports) }
    },
  },
  {
    name: 'ipv6-healthy',
    says: 'nginx sends to [::1], where the application is well',
    truth: healthy,
    async start(lab, ports) {
      await well(lab, 'shop', ports.app, '::1')
      await passes(lab, ports, `proxy_pass http://[::1]:${ports.app};`)
      return { url: url(ports) }
    },
  },
  {
    name: 'map-down',
    says: 'a map chooses the upstream by the path; that of the checkout is down, the other is well',
    truth: { ...down, cites: ['127.0.0.1:3001'] },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: `map $uri $to { default 127.0.0.1:${ports.app}; ~^/checkout 127.0.0.1:${ports.other}; } ${site(ports, 'proxy_pass http://$to;')}`,
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'rewritten-path-error',
    says: 'the application answers 503 on one path; nginx asks it for that by a rewrite',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none' },
    async start(lab, ports) {
      await lab.app('shop', ONE_PATH, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: `server { listen 127.0.0.1:${ports.site}; location /v1/ { rewrite ^/v1/(.*)$ /$1 break; proxy_pass http://127.0.0.1:${ports.app}; } }`,
      })
      return { url: url(ports, '/v1/checkout') }
    },
  },
  {
    name: 'fallback-down-too',
    says: 'the application answers 503, and the fallback to which nginx sends such requests is down',
    truth: { ...failing, cause: 'process-down', also: ['app-error'], place: ['app'], bornAt: 'proxy', cites: ['3001'] },
    async start(lab, ports) {
      await lab.app('shop', OWN_503, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: site(
          ports,
          `proxy_pass http://127.0.0.1:${ports.app}; proxy_intercept_errors on; error_page 503 = @fallback;`,
          `location @fallback { proxy_pass http://127.0.0.1:${ports.other}; }`,
        ),
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'redirect-to-dead-https',
    says: 'the site sends everybody to https, where nobody listens',
    truth: { ...failing, cause: 'proxy-down', place: ['proxy'], shape: 'unreachable', cites: ['8443'] },
    async start(lab, ports) {
      await passes(lab, ports, 'return 301 https://127.0.0.1:8443$request_uri;')
      return { url: url(ports) }
    },
  },
  {
    name: 'pool-both-ill',
    says: 'of two members one is down and the other hangs',
    truth: { ...failing, cause: 'app-hung', also: ['process-down', 'no-healthy-upstream'], place: ['app'] },
    async start(lab, ports) {
      await lab.app('shop', apps.MUTE, ports.other, port(ports.other))
      await lab.nginx({
        port: ports.site,
        http: `upstream shop { server 127.0.0.1:${ports.app}; server 127.0.0.1:${ports.other}; } ${site(ports, 'proxy_pass http://shop; proxy_read_timeout 1s;')}`,
      })
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'down-and-unrelated-edit',
    says: 'the application is down; and in the file another server was edited a moment ago and not loaded',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const { conf } = await lab.nginx({
        port: ports.site,
        http: `${site(ports, `proxy_pass http://127.0.0.1:${ports.app};`)} server { listen 127.0.0.1:8099; server_name other.example.com; return 204; }`,
      })
      await later()
      writeFileSync(conf, readFileSync(conf, 'utf8').replace('return 204', 'return 200'))
      return { url: url(ports) }
    },
  },
  {
    name: 'auth-service-down-and-edit',
    says: 'the service that nginx asks with auth_request is down; and in the file another server was edited and not loaded',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3001'],
    },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      const { conf } = await lab.nginx({
        port: ports.site,
        http: `${askingFirst(ports)} server { listen 127.0.0.1:8099; server_name other.example.com; return 204; }`,
      })
      await later()
      writeFileSync(conf, readFileSync(conf, 'utf8').replace('return 204', 'return 200'))
      return { url: url(ports) }
    },
  },
  {
    name: 'map-names-down',
    says: 'a map chooses among named upstreams; that of the checkout is down, the other is well',
    truth: { ...down, cites: ['127.0.0.1:3001'] },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await lab.nginx({
        port: ports.site,
        http: `upstream web { server 127.0.0.1:${ports.app}; } upstream pay { server 127.0.0.1:${ports.other}; } map $uri $to { default web; ~^/checkout pay; } ${site(ports, 'proxy_pass http://$to;')}`,
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-forward-auth-down',
    says: 'the application is well; the service that Caddy asks with forward_auth is down',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3001'],
    },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await caddy(
        lab,
        ports,
        sites(
          ports,
          `\tforward_auth 127.0.0.1:${ports.other} {\n\t\turi /auth\n\t}\n${reverseProxy(`127.0.0.1:${ports.app}`)}`,
        ),
      )
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-path-rule-down',
    says: 'HAProxy sends the checkout to a backend of its own, which is down; the other is well',
    truth: { ...down, cites: ['127.0.0.1:3001'] },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await haproxy(lab, ports, {
        front: 'use_backend pay if { path_beg /checkout }',
        back: `server app1 127.0.0.1:${ports.app}`,
        more: `backend pay\n    server pay1 127.0.0.1:${ports.other}`,
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-socket-owner',
    says: "the application's socket belongs to another user than HAProxy runs as",
    truth: {
      ...failing,
      cause: 'socket-permission',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['app.sock'],
    },
    async start(lab, ports) {
      const sock = lab.path('run/app.sock')
      await lab.app('shop', apps.WELL, sock, { LISTEN: sock })
      const { chmodSync } = await import('node:fs')
      chmodSync(sock, 0o600)
      await haproxy(lab, ports, { global: 'user www-data\n    group www-data', back: `server app1 unix@${sock}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-rewrite-p-down',
    says: 'Apache proxies by a RewriteRule [P]; the application is down',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await apache(lab, {
        port: ports.site,
        sites: shop(ports, `RewriteEngine On\nRewriteRule ^/(.*)$ http://127.0.0.1:${ports.app}/$1 [P]`),
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'metrics-of-the-site',
    says: "the application is down; its worker's metrics port, in the same folder, answers 404 to the site's paths",
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const code = `require('node:http').createServer((q, r) => { r.statusCode = q.url === '/metrics' ? 200 : 404; r.end('x') }).listen(Number(process.env.PORT), '127.0.0.1')`
      const app = await lab.app('shop', apps.WELL, ports.app, port(ports.app))
      await front(lab, ports)
      await statusOf(url(ports))
      await lab.stop(app)
      await lab.app('shop/worker', code, 9464, port(9464))
      return { url: url(ports) }
    },
  },
  {
    name: 'range-of-large',
    says: 'the site is well; visitors broke off large downloads, which stands in the log as errors',
    truth: healthy,
    async start(lab, ports) {
      await lab.app('shop', WELL_BUT_LARGE, ports.app, port(ports.app))
      await front(lab, ports)
      const { connect } = await import('node:net')
      for (let n = 0; n < 4; n++) {
        await new Promise<void>((resolve) => {
          const socket = connect(ports.site, '127.0.0.1')
          socket.on('error', () => {})
          socket.write('GET /large HTTP/1.1\r\nHost: shop.example.com\r\n\r\n')
          socket.once('data', () => {
            socket.resetAndDestroy()
            resolve()
          })
        })
      }
      await later(500)
      return { url: url(ports) }
    },
  },
  {
    name: 'abandoned-by-visitors',
    says: 'the site is well and slow (2 s); impatient visitors hung up, which stands in the log as 499',
    truth: healthy,
    async start(lab, ports) {
      await lab.app('shop', apps.SLOW, ports.app, { ...port(ports.app), SLOW_MS: '1500' })
      await front(lab, ports)
      const { connect } = await import('node:net')
      for (let n = 0; n < 3; n++) {
        const socket = connect(ports.site, '127.0.0.1')
        socket.on('error', () => {})
        socket.write('GET /checkout HTTP/1.1\r\nHost: shop.example.com\r\n\r\n')
        await later(300)
        socket.destroy()
      }
      await later(500)
      return { url: url(ports) }
    },
  },
  {
    name: 'empty-logs-down',
    says: "the application is down; somebody emptied nginx's logs a moment ago",
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const { errorLog, accessLog } = await front(lab, ports)
      await visitors(url(ports), 3)
      for (const log of [errorLog, accessLog]) writeFileSync(log, '')
      return { url: url(ports) }
    },
  },
  {
    name: 'breaks-meanwhile',
    says: 'the application answers us 500 once and then goes down while we look',
    truth: { ...failing, cause: 'process-down', also: ['crashed-mid-response', 'app-error'], place: ['app'] },
    async start(lab, ports) {
      const code = `let n = 0; require('node:http').createServer((q, r) => { r.statusCode = 500; r.end('oops'); r.once('close', () => process.exit(1)) }).listen(Number(process.env.PORT), '127.0.0.1')`
      await lab.app('shop', code, ports.app, port(ports.app))
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-socket-owner',
    says: "the application's socket may be written by its owner alone, and Caddy is another",
    truth: {
      ...failing,
      cause: 'socket-permission',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['app.sock'],
    },
    async start(lab, ports) {
      const sock = lab.path('run/app.sock')
      await lab.app('shop', apps.WELL, sock, { LISTEN: sock })
      const { chmodSync } = await import('node:fs')
      chmodSync(sock, 0o600)
      const { caddyfile } = await import('../caddy.ts')
      const file = lab.write('caddy/Caddyfile', caddyfile(sites(ports, reverseProxy(`unix/${sock}`)), '', ''))
      const home = lab.path('caddy/home/.keep').replace(/\/\.keep$/, '')
      const log = lab.write('caddy/caddy.log', '')
      const { chownSync: own } = await import('node:fs')
      own(home, 33, 33)
      lab.start(
        [
          'setpriv',
          '--reuid=33',
          '--regid=33',
          '--clear-groups',
          '/usr/bin/caddy',
          'run',
          '--config',
          file,
          '--adapter',
          'caddyfile',
        ],
        { env: { HOME: home, XDG_CONFIG_HOME: `${home}/c`, XDG_DATA_HOME: `${home}/d` }, stderr: log },
      )
      await listening(ports.site, '127.0.0.1')
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-socket-owner',
    says: "the application's socket may be written by its owner alone, and Apache's children are another",
    truth: {
      ...failing,
      cause: 'socket-permission',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['app.sock'],
    },
    async start(lab, ports) {
      const sock = lab.path('run/app.sock')
      await lab.app('shop', apps.WELL, sock, { LISTEN: sock })
      const { chmodSync } = await import('node:fs')
      chmodSync(sock, 0o600)
      await apache(lab, { port: ports.site, sites: shop(ports, `ProxyPass / unix:${sock}|http://localhost/`) })
      return { url: url(ports) }
    },
  },
]
