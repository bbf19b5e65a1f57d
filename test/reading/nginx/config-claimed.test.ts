import { describe, expect, it } from 'vitest'
import { siteNames } from '../../../src/reading/nginx/config-names.ts'
import { parseConfig } from '../../../src/reading/nginx/parse-config.ts'
import { inHttp, readFor } from './config-support.ts'

const OWN = 'server { listen 80; server_name a.test; location / { proxy_pass http://127.0.0.1:3000; } }'
const claimed = (http: string, url = 'http://a.test/') =>
  inHttp(http, url).claimed.map(({ host, port, socket }) => (socket === '' ? `${host}:${port}` : `unix:${socket}`))

describe('addresses that belong to others', () => {
  it.each([
    ['none', '', []],
    [
      'another server’s',
      'server { listen 80; server_name b.test; location / { proxy_pass http://127.0.0.1:4000; } }',
      ['127.0.0.1:4000'],
    ],
    ['another location’s', '', []],
    ['FastCGI', 'server { listen 81; location / { fastcgi_pass unix:/run/php.sock; } }', ['unix:/run/php.sock']],
    ['uwsgi', 'server { listen 81; location / { uwsgi_pass 127.0.0.1:3031; } }', ['127.0.0.1:3031']],
    ['SCGI', 'server { listen 81; location / { scgi_pass 127.0.0.1:4001; } }', ['127.0.0.1:4001']],
    ['gRPC', 'server { listen 81; location / { grpc_pass grpc://127.0.0.1:50051; } }', ['127.0.0.1:50051']],
    ['memcached', 'server { listen 81; location / { memcached_pass 127.0.0.1:11211; } }', ['127.0.0.1:11211']],
    [
      'all members of an upstream',
      'upstream b { server 127.0.0.1:5001; server 127.0.0.1:5002 backup; server unix:/run/b.sock; } server { listen 81; location / { proxy_pass http://b; } }',
      ['127.0.0.1:5001', '127.0.0.1:5002', 'unix:/run/b.sock'],
    ],
    ['an upstream that nothing uses', 'upstream b { server 127.0.0.1:5001; }', []],
    ['a variable', 'server { listen 81; set $x b; location / { proxy_pass http://$x:1; } }', []],
    ['the same as ours', 'server { listen 81; location / { proxy_pass http://127.0.0.1:3000/x; } }', []],
    ['ours by another name', 'server { listen 81; location / { proxy_pass http://localhost:3000; } }', []],
    ['ours by its IPv6 name', 'server { listen 81; location / { proxy_pass http://[::1]:3000; } }', []],
    [
      'the same twice',
      'server { listen 81; location / { proxy_pass http://127.0.0.1:7; } location /x { proxy_pass http://127.0.0.1:7/y; } }',
      ['127.0.0.1:7'],
    ],
    ['in an if', 'server { listen 81; location / { if ($x) { proxy_pass http://127.0.0.1:8; } } }', ['127.0.0.1:8']],
    [
      'in a location of a location',
      'server { listen 81; location / { location /x { proxy_pass http://127.0.0.1:9; } } }',
      ['127.0.0.1:9'],
    ],
    ['with no port', 'server { listen 81; location / { proxy_pass http://b.internal; } }', ['b.internal:80']],
    ['with TLS and no port', 'server { listen 81; location / { proxy_pass https://b.internal; } }', ['b.internal:443']],
  ])('%s', (_, others, expected) => {
    expect(claimed(`${others} ${OWN}`)).toEqual(expected)
  })

  it('another location of the same server is another’s', () => {
    const body =
      'server { listen 80; location / { proxy_pass http://127.0.0.1:3000; } location /api { proxy_pass http://127.0.0.1:3001; } }'
    expect(claimed(body)).toEqual(['127.0.0.1:3001'])
    expect(claimed(body, 'http://a.test/api')).toEqual(['127.0.0.1:3000'])
  })

  it('are told with the place where they were met first', () => {
    const text =
      '# configuration file /n:\nhttp {\n server {\n  location / {\n   proxy_pass http://127.0.0.1:5;\n  }\n }\n}\nstream {\n server {\n  listen 1;\n  proxy_pass 127.0.0.1:6;\n }\n}'
    expect(readFor('http://a.test:99/', text).value.claimed).toEqual([
      { host: '127.0.0.1', port: 6n, socket: '', at: '/n:11' },
    ])
  })

  it('of stream have upstreams of their own', () => {
    const text =
      'stream { upstream db { server 127.0.0.1:5432; } server { listen 1; proxy_pass db; } } http { upstream db { server 127.0.0.1:1; } }'
    expect(readFor('http://a.test/', text).value.claimed.map(({ port }) => port)).toEqual([5432n])
  })

  it('are 500 at the most, however many there are', () => {
    const many = Array.from(
      { length: 800 },
      (_, i) => `location /${i} { proxy_pass http://127.0.0.1:${10_000 + i}; }`,
    ).join(' ')
    expect(claimed(`server { listen 81; ${many} } ${OWN}`)).toHaveLength(500)
  })
})

describe('words that name a site', () => {
  const names = (serverNames: string[], upstream = '', server = '', location = '') =>
    siteNames(serverNames, upstream, [
      [],
      parseConfig('root /srv/everybody;', 'f').directives,
      parseConfig(server, 'f').directives,
      parseConfig(location, 'f').directives,
    ])

  it.each([
    ['server names', ['a.test', 'www.a.test'], '', '', ['a.test', 'www.a.test', 'everybody']],
    ['no star', ['*.a.test', '.b.test', 'shop.*'], '', '', ['a.test', 'b.test', 'shop', 'everybody']],
    ['no expression, no variable, no catch-all', ['~^a$', '$hostname', '_', ''], '', '', ['everybody']],
    ['the upstream', ['a.test'], 'shop_app', '', ['a.test', 'shop_app', 'everybody']],
    ['no word that names nothing', ['localhost'], 'backend', '', ['everybody']],
    ['the last telling folder of a root', [], '', 'root /var/www/shop/current/public;', ['shop']],
    ['of an alias', [], '', 'alias /srv/blog/static/;', ['blog']],
    ['no folder that names nothing', [], '', 'root /var/www/html;', []],
    ['no folder out of a variable', [], '', 'root /srv/$host;', []],
    ['each once', ['shop', 'shop'], 'shop', 'root /srv/shop;', ['shop']],
  ])('%s', (_, serverNames, upstream, server, expected) => {
    expect(names(serverNames, upstream, server)).toEqual(expected)
  })

  it('of the server and of the location', () => {
    expect(names([], '', 'root /srv/shop;', 'root /srv/docs;')).toEqual(['shop', 'docs'])
  })

  it('are none where no server answers', () => {
    expect(
      inHttp('root /srv/everybody; server { listen 81; server_name a; } server { listen 82; server_name b; }').names,
    ).toEqual([])
  })
})
