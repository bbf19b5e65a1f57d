import { describe, expect, it } from 'vitest'
import { dump, inHttp, inServer, readFor } from './config-support.ts'

const ZONES = 'limit_req_zone $binary_remote_addr zone=shop:10m rate=10r/s; limit_conn_zone $server_name zone=all:1m;'
const site = (body: string, more = '') => inHttp(`${ZONES} ${more} server { listen 80; location / { ${body} } }`)

describe('limits', () => {
  it('of requests, with their zone', () => {
    expect(site('limit_req zone=shop burst=5 nodelay;').limits).toEqual([
      {
        kind: 'requests',
        zone: 'shop',
        key: '$binary_remote_addr',
        most: '10r/s',
        burst: 5n,
        status: 503n,
        at: '/etc/nginx/nginx.conf:1',
        zone_at: '/etc/nginx/nginx.conf:1',
      },
    ])
  })

  it('of connections, with their zone', () => {
    expect(site('limit_conn all 3;').limits).toMatchObject([
      { kind: 'connections', zone: 'all', key: '$server_name', most: '3', burst: 0n, status: 503n },
    ])
  })

  it.each([
    ['limit_req zone=shop; limit_req_status 429;', 429n],
    ['limit_req zone=shop; limit_conn_status 429;', 503n],
    ['limit_conn all 3; limit_conn_status 444;', 444n],
    ['limit_req zone=shop; limit_req_status many;', 503n],
  ])('%s answers with %s', (body, status) => {
    expect(site(body).limits).toMatchObject([{ status }])
  })

  it('are inherited where a level has none of its own', () => {
    expect(site('', 'limit_req zone=shop;').limits).toMatchObject([{ zone: 'shop' }])
    expect(site('limit_req zone=other;', 'limit_req zone=shop;').limits).toMatchObject([{ zone: 'other', most: '' }])
  })

  it('that only pretend are none', () => {
    expect(site('limit_req zone=shop; limit_req_dry_run on;').limits).toEqual([])
    expect(site('limit_conn all 3; limit_conn_dry_run on;').limits).toEqual([])
  })

  it('are none where none are', () => {
    expect(site('').limits).toEqual([])
    expect(inServer('server_name other;', 'https://a.test/').limits).toEqual([])
  })
})

describe('what one worker may have open', () => {
  it('is what the main level says', () => {
    const text = 'worker_rlimit_nofile 1024;\nevents {\n  worker_connections 512;\n}\nhttp { server { listen 80; } }'
    expect(readFor('http://a.test/', dump(text)).value).toMatchObject({
      worker_files: 1024n,
      worker_files_at: '/etc/nginx/nginx.conf:1',
      worker_connections: 512n,
      worker_connections_at: '/etc/nginx/nginx.conf:3',
    })
  })

  it('is not said by default', () => {
    expect(inServer('')).toMatchObject({
      worker_files: 0n,
      worker_files_at: '',
      worker_connections: 0n,
      worker_connections_at: '',
    })
  })
})

describe('TLS to the upstream', () => {
  const over = (more: string, version = '1.22.1') =>
    inServer(`location / { proxy_pass https://10.0.0.7:8443; ${more} }`, 'http://a.test/', {
      unreadable: [],
      prefix: '/etc/nginx',
      version,
    })

  it('checks the name of proxy_pass, or the one that is set, whether it is sent or not', () => {
    expect(over('')).toMatchObject({ tls_name: '10.0.0.7', tls_sni: '', tls_verify: false, tls_trusted: '' })
    expect(over('proxy_ssl_name app.internal;')).toMatchObject({ tls_name: 'app.internal', tls_sni: '' })
    expect(over('proxy_ssl_name app.internal; proxy_ssl_server_name on;').tls_sni).toBe('app.internal')
  })

  it('offers versions by its own age', () => {
    expect(over('').tls_protocols).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2'])
    expect(over('', '1.23.4').tls_protocols).toEqual(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
    expect(over('', '').tls_protocols).toEqual([])
    expect(over('proxy_ssl_protocols TLSv1.2 TLSv1.3;').tls_protocols).toEqual(['TLSv1.2', 'TLSv1.3'])
  })

  it('trusts a file, relative to its prefix, and says where', () => {
    const seen = over('proxy_ssl_verify on; proxy_ssl_trusted_certificate ca.pem; proxy_ssl_ciphers HIGH:!aNULL;')
    expect(seen).toMatchObject({
      tls_verify: true,
      tls_trusted: '/etc/nginx/ca.pem',
      tls_ciphers: 'HIGH:!aNULL',
      tls_at: '/etc/nginx/nginx.conf:1',
    })
  })

  it('is nothing where none is spoken', () => {
    const plain = inServer('location / { proxy_pass http://10.0.0.7; proxy_ssl_name x; proxy_ssl_protocols TLSv1.2; }')
    expect(plain).toMatchObject({ tls_name: '', tls_protocols: [], tls_at: '' })
  })

  it('leaves room for a head, and says where that is set', () => {
    expect(over('proxy_buffer_size 16k;')).toMatchObject({
      buffer_bytes: 16_384n,
      buffer_at: '/etc/nginx/nginx.conf:1',
    })
    expect(over('')).toMatchObject({ buffer_bytes: 4096n, buffer_at: '' })
  })
})
