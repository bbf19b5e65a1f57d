import { describe, expect, it } from 'vitest'
import { nginxSize, nginxTime } from '../../../src/reading/nginx/config-values.ts'
import { inHttp, inServer } from './config-support.ts'

const PASS = 'proxy_pass http://127.0.0.1:3000;'
const inLocation = (body: string) => inServer(`location / { ${body} ${PASS} }`)

describe("nginx's units", () => {
  it.each([
    ['90', 90_000n],
    ['0', 0n],
    ['10s', 10_000n],
    ['1m', 60_000n],
    ['1h', 3_600_000n],
    ['1d', 86_400_000n],
    ['1w', 604_800_000n],
    ['1M', 2_592_000_000n],
    ['1y', 31_536_000_000n],
    ['500ms', 500n],
    ['1m30s', 90_000n],
    ['1m 30s', 90_000n],
    ['1h 30m 5s 100ms', 5_405_100n],
    ['1s500ms', 1500n],
  ])('the time %s', (text, ms) => {
    expect(nginxTime(text)).toBe(ms)
  })

  it.each(['', 's', '-1s', '1.5s', '10 sec', '1S', '10x', '$timeout', 'off', '1s,2s', ' 1s'])('no time: %j', (text) => {
    expect(nginxTime(text)).toBeUndefined()
  })

  it.each([
    ['4096', 4096n],
    ['0', 0n],
    ['4k', 4096n],
    ['8K', 8192n],
    ['1m', 1_048_576n],
    ['2M', 2_097_152n],
    ['1g', 1_073_741_824n],
  ])('the size %s', (text, bytes) => {
    expect(nginxSize(text)).toBe(bytes)
  })

  it.each(['', 'k', '-1', '1.5k', '4kb', '4 k', '$size', 'off'])('no size: %j', (text) => {
    expect(nginxSize(text)).toBeUndefined()
  })
})

describe('each setting of a proxy', () => {
  it.each([
    ['proxy_connect_timeout 5s;', { connect_timeout_ms: 5000n }],
    ['proxy_connect_timeout 500ms;', { connect_timeout_ms: 500n }],
    ['proxy_connect_timeout 75;', { connect_timeout_ms: 75_000n }],
    ['proxy_read_timeout 10m;', { read_timeout_ms: 600_000n }],
    ['proxy_read_timeout "1m 30s";', { read_timeout_ms: 90_000n }],
    ['proxy_read_timeout 86400;', { read_timeout_ms: 86_400_000n }],
    ['proxy_send_timeout 30s;', { send_timeout_ms: 30_000n }],
    ['proxy_buffer_size 4k;', { buffer_bytes: 4096n }],
    ['proxy_buffer_size 8k;', { buffer_bytes: 8192n }],
    ['proxy_buffer_size 2K;', { buffer_bytes: 2048n }],
    ['proxy_next_upstream off;', { next_upstream: 'off' }],
    [
      'proxy_next_upstream error timeout http_502 non_idempotent;',
      { next_upstream: 'error timeout http_502 non_idempotent' },
    ],
    ['proxy_intercept_errors on;', { intercept_errors: true }],
    ['proxy_intercept_errors off;', { intercept_errors: false }],
    ['proxy_http_version 1.1;', { http_version: '1.1' }],
    ['proxy_http_version 1.0;', { http_version: '1.0' }],
    ['resolver 127.0.0.53;', { resolver: '127.0.0.53' }],
    ['resolver 127.0.0.11 [::1]:5353 valid=10s ipv6=off;', { resolver: '127.0.0.11 [::1]:5353 valid=10s ipv6=off' }],
    // Without TLS these say nothing.
    ['proxy_ssl_server_name on;', { tls_sni: '' }],
    ['proxy_ssl_verify on;', { tls_verify: false }],
  ])('%s', (line, expected) => {
    expect(inLocation(line)).toMatchObject({ handler: 'proxy', ...expected })
  })

  it('the other settings stay as they are when one is written', () => {
    expect(inLocation('proxy_read_timeout 1s;')).toMatchObject({
      connect_timeout_ms: 60_000n,
      read_timeout_ms: 1000n,
      send_timeout_ms: 60_000n,
      buffer_bytes: 4096n,
      next_upstream: 'error timeout',
      intercept_errors: false,
      http_version: '1.0',
      resolver: '',
    })
  })

  it.each([
    ['proxy_read_timeout $timeout;', { read_timeout_ms: 60_000n }],
    ['proxy_buffer_size big;', { buffer_bytes: 4096n }],
  ])('%s is no value that nginx takes: the default stands', (line, expected) => {
    expect(inLocation(line)).toMatchObject(expected)
  })
})

describe('inheritance', () => {
  const levels = (http: string, server: string, location: string) =>
    inHttp(`${http} server { listen 80; ${server} location / { ${location} ${PASS} } }`).read_timeout_ms

  it.each([
    ['http', 'proxy_read_timeout 1s;', '', '', 1000n],
    ['server', '', 'proxy_read_timeout 2s;', '', 2000n],
    ['location', '', '', 'proxy_read_timeout 3s;', 3000n],
    ['server before http', 'proxy_read_timeout 1s;', 'proxy_read_timeout 2s;', '', 2000n],
    ['location before server', '', 'proxy_read_timeout 2s;', 'proxy_read_timeout 3s;', 3000n],
    ['location before http', 'proxy_read_timeout 1s;', '', 'proxy_read_timeout 3s;', 3000n],
    ['location before both', 'proxy_read_timeout 1s;', 'proxy_read_timeout 2s;', 'proxy_read_timeout 3s;', 3000n],
    ['nobody', '', '', '', 60_000n],
  ])('%s', (_, http, server, location, ms) => {
    expect(levels(http, server, location)).toBe(ms)
  })

  it('from an outer location', () => {
    const value = inServer(`location / { proxy_read_timeout 7s; location /in/ { ${PASS} } }`, 'http://a.test/in/x')
    expect(value.read_timeout_ms).toBe(7000n)
  })

  it('not from another location, another server or an upstream', () => {
    const value = inHttp(`
      upstream app { server 127.0.0.1:3000; keepalive_timeout 9s; }
      server { listen 81; proxy_read_timeout 8s; }
      server { listen 80; location /x { proxy_read_timeout 9s; } location / { ${PASS} } }`)
    expect(value.read_timeout_ms).toBe(60_000n)
  })

  it.each([
    ['proxy_connect_timeout 9s;', { connect_timeout_ms: 9000n }],
    ['proxy_send_timeout 9s;', { send_timeout_ms: 9000n }],
    ['proxy_buffer_size 8k;', { buffer_bytes: 8192n }],
    ['proxy_next_upstream timeout;', { next_upstream: 'timeout' }],
    ['proxy_intercept_errors on;', { intercept_errors: true }],
    ['proxy_http_version 1.1;', { http_version: '1.1' }],
    ['resolver 127.0.0.1;', { resolver: '127.0.0.1' }],
  ])('%s of http or the server reaches the location', (line, expected) => {
    expect(inHttp(`${line} server { listen 80; location / { ${PASS} } }`)).toMatchObject(expected)
    expect(inServer(`${line} location / { ${PASS} }`)).toMatchObject(expected)
  })

  it('inside an "if" that held counts first', () => {
    const value = inServer(
      `location / { proxy_read_timeout 1s; if ($request_method = GET) { proxy_pass http://127.0.0.1:4000; } ${PASS} }`,
    )
    expect(value).toMatchObject({ members: [{ port: 4000n }], read_timeout_ms: 1000n })
  })
})

describe('each family has settings of its own name', () => {
  it.each([
    ['fastcgi', 'fastcgi_pass 127.0.0.1:9000;'],
    ['uwsgi', 'uwsgi_pass 127.0.0.1:9000;'],
    ['scgi', 'scgi_pass 127.0.0.1:9000;'],
    ['grpc', 'grpc_pass 127.0.0.1:9000;'],
  ])('%s', (family, pass) => {
    const own = [
      'connect_timeout 1s',
      'read_timeout 2s',
      'send_timeout 3s',
      'buffer_size 8k',
      'intercept_errors on',
      'next_upstream off',
    ]
    const written = (prefix: string) => own.map((setting) => `${prefix}_${setting};`).join(' ')
    expect(inServer(`location / { ${written(family)} ${pass} }`)).toMatchObject({
      handler: family,
      connect_timeout_ms: 1000n,
      read_timeout_ms: 2000n,
      send_timeout_ms: 3000n,
      buffer_bytes: 8192n,
      intercept_errors: true,
      next_upstream: 'off',
    })
    expect(inServer(`location / { ${written('proxy')} ${pass} }`)).toMatchObject({
      connect_timeout_ms: 60_000n,
      read_timeout_ms: 60_000n,
      send_timeout_ms: 60_000n,
      buffer_bytes: 4096n,
      intercept_errors: false,
      next_upstream: 'error timeout',
    })
  })

  it.each([
    ['grpc_pass grpc://127.0.0.1:9000;', '2'],
    ['fastcgi_pass 127.0.0.1:9000;', ''],
    ['uwsgi_pass 127.0.0.1:9000;', ''],
    ['return 204;', ''],
  ])('%s speaks HTTP/%s', (body, version) => {
    expect(inServer(`proxy_http_version 1.1; location / { ${body} }`).http_version).toBe(version)
  })
})

describe('where nothing is passed on', () => {
  it('there are no settings of a pass', () => {
    expect(
      inServer('proxy_read_timeout 5s; proxy_intercept_errors on; resolver 127.0.0.1; location / { return 204; }'),
    ).toMatchObject({
      handler: 'return',
      pass: '',
      pass_at: '',
      scheme: '',
      upstream_name: '',
      upstream_host_header: '',
      upstream_path: '',
      http_version: '',
      connect_timeout_ms: 0n,
      read_timeout_ms: 0n,
      send_timeout_ms: 0n,
      next_upstream: '',
      buffer_bytes: 0n,
      resolver: '127.0.0.1',
      tls_sni: '',
      tls_verify: false,
      keepalive: 0n,
      intercept_errors: false,
      variable: false,
      members: [],
    })
  })
})

describe('TLS to the upstream', () => {
  const tls = (body: string) => inServer(`location / { ${body} }`)
  it.each([
    ['no name is sent unless asked for', 'proxy_pass https://app.internal;', '', false],
    ['the target’s host', 'proxy_ssl_server_name on; proxy_pass https://app.internal;', 'app.internal', false],
    ['without the port', 'proxy_ssl_server_name on; proxy_pass https://app.internal:8443;', 'app.internal', false],
    [
      'the name written',
      'proxy_ssl_server_name on; proxy_ssl_name shop.internal; proxy_pass https://127.0.0.1;',
      'shop.internal',
      false,
    ],
    [
      'the client’s host',
      'proxy_ssl_server_name on; proxy_ssl_name $host; proxy_pass https://127.0.0.1;',
      'a.test',
      false,
    ],
    ['an address is never sent', 'proxy_ssl_server_name on; proxy_pass https://127.0.0.1:8443;', '', false],
    ['nor an IPv6 one', 'proxy_ssl_server_name on; proxy_pass https://[::1]:8443;', '', false],
    [
      'switched off again',
      'proxy_ssl_server_name off; proxy_ssl_name shop.internal; proxy_pass https://127.0.0.1;',
      '',
      false,
    ],
    ['the certificate is looked at', 'proxy_ssl_verify on; proxy_pass https://app.internal;', '', true],
    ['or not', 'proxy_ssl_verify off; proxy_pass https://app.internal;', '', false],
    ['gRPC', 'grpc_ssl_server_name on; grpc_ssl_verify on; grpc_pass grpcs://app.internal:443;', 'app.internal', true],
    ['gRPC without TLS', 'grpc_ssl_server_name on; grpc_ssl_verify on; grpc_pass grpc://app.internal:80;', '', false],
    [
      'uwsgi',
      'uwsgi_ssl_server_name on; uwsgi_ssl_verify on; uwsgi_pass suwsgi://app.internal:3031;',
      'app.internal',
      true,
    ],
  ])('%s', (_, body, tls_sni, tls_verify) => {
    expect(tls(body)).toMatchObject({ tls_sni, tls_verify })
  })

  it('to an upstream block sends the block’s name', () => {
    const body =
      'upstream pool { server 127.0.0.1:8443; } server { listen 80; location / { proxy_ssl_server_name on; proxy_pass https://pool; } }'
    expect(inHttp(body).tls_sni).toBe('pool')
  })

  it('is switched on for a whole server', () => {
    expect(
      inServer('proxy_ssl_server_name on; proxy_ssl_verify on; location / { proxy_pass https://app.internal; }'),
    ).toMatchObject({
      tls_sni: 'app.internal',
      tls_verify: true,
    })
  })
})

describe('keep-alive to the upstream', () => {
  const keepalive = (block: string, version = '') =>
    inHttp(
      `upstream app { server 127.0.0.1:3000; ${block} } server { listen 80; location / { proxy_pass http://app; } }`,
      'http://a.test/',
      {
        unreadable: [],
        prefix: '',
        version,
      },
    ).keepalive

  it.each([
    ['', '1.22.1', 0n],
    ['keepalive 16;', '1.22.1', 16n],
    ['keepalive 16; keepalive_requests 10; keepalive_timeout 5s;', '1.22.1', 16n],
    ['', '1.29.7', 32n],
    ['keepalive 0;', '1.29.7', 0n],
    ['keepalive 4;', '1.31.0', 4n],
    ['', '', 0n],
    ['', '1.29.6', 0n],
    ['', '1.30.0', 32n],
    ['', 'unknown', 0n],
  ])('%j in nginx %s: %d', (block, version, connections) => {
    expect(keepalive(block, version)).toBe(connections)
  })

  it('is only for upstream blocks', () => {
    expect(
      inServer(`location / { ${PASS} }`, 'http://a.test/', { unreadable: [], prefix: '', version: '1.29.7' }),
    ).toMatchObject({
      keepalive: 0n,
      http_version: '1.1',
    })
  })

  it('of FastCGI is none unless written, whatever the version', () => {
    const body = 'upstream php { server 127.0.0.1:9000; } server { listen 80; location / { fastcgi_pass php; } }'
    expect(inHttp(body, 'http://a.test/', { unreadable: [], prefix: '', version: '1.29.7' }).keepalive).toBe(0n)
  })
})
