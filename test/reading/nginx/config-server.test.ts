import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress, parseListen } from '../../../src/reading/nginx/config-address.ts'
import { dump, inHttp, readFor } from './config-support.ts'

describe('the words of "listen"', () => {
  const plain = { socket: '', isDefault: false, tls: false }
  it.each([
    ['80', { ...plain, host: '*', ports: { from: 80, to: 80 } }],
    ['8080', { ...plain, host: '*', ports: { from: 8080, to: 8080 } }],
    ['*:80', { ...plain, host: '*', ports: { from: 80, to: 80 } }],
    ['0.0.0.0:80', { ...plain, host: '*', ports: { from: 80, to: 80 } }],
    ['127.0.0.1:8080', { ...plain, host: '127.0.0.1', ports: { from: 8080, to: 8080 } }],
    ['127.0.0.1', { ...plain, host: '127.0.0.1', ports: { from: 80, to: 80 } }],
    ['localhost', { ...plain, host: 'localhost', ports: { from: 80, to: 80 } }],
    ['LOCALHOST:81', { ...plain, host: 'localhost', ports: { from: 81, to: 81 } }],
    ['[::]:80', { ...plain, host: '::', ports: { from: 80, to: 80 } }],
    ['[::1]:8080', { ...plain, host: '::1', ports: { from: 8080, to: 8080 } }],
    ['[2001:DB8::1]:443 ssl', { ...plain, host: '2001:db8::1', ports: { from: 443, to: 443 }, tls: true }],
    ['[::]:80 ipv6only=off', { ...plain, host: '::', ports: { from: 80, to: 80 } }],
    ['80 default_server', { ...plain, host: '*', ports: { from: 80, to: 80 }, isDefault: true }],
    ['80 default', { ...plain, host: '*', ports: { from: 80, to: 80 }, isDefault: true }],
    ['443 ssl http2', { ...plain, host: '*', ports: { from: 443, to: 443 }, tls: true }],
    ['443 quic reuseport', { ...plain, host: '*', ports: { from: 443, to: 443 }, tls: true }],
    ['443 default_server ssl', { ...plain, host: '*', ports: { from: 443, to: 443 }, tls: true, isDefault: true }],
    ['80 reuseport backlog=4096 rcvbuf=8k', { ...plain, host: '*', ports: { from: 80, to: 80 } }],
    ['80 proxy_protocol', { ...plain, host: '*', ports: { from: 80, to: 80 } }],
    ['8000-8010', { ...plain, host: '*', ports: { from: 8000, to: 8010 } }],
    ['127.0.0.1:8000-8010', { ...plain, host: '127.0.0.1', ports: { from: 8000, to: 8010 } }],
    ['unix:/run/nginx.sock', { ...plain, host: '', ports: { from: 0, to: 0 }, socket: '/run/nginx.sock' }],
    [
      'unix:/run/nginx.sock default_server',
      { ...plain, host: '', ports: { from: 0, to: 0 }, socket: '/run/nginx.sock', isDefault: true },
    ],
  ])('listen %s', (text, listen) => {
    expect(parseListen(text.split(' '))).toEqual(listen)
  })
})

describe('an address', () => {
  it.each([
    ['127.0.0.1:3000', { host: '127.0.0.1', port: 3000, socket: '' }],
    ['127.0.0.1', { host: '127.0.0.1', port: 0, socket: '' }],
    ['app', { host: 'app', port: 0, socket: '' }],
    ['app.internal:80', { host: 'app.internal', port: 80, socket: '' }],
    ['[::1]', { host: '::1', port: 0, socket: '' }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80, socket: '' }],
    ['unix:/run/a.sock', { host: '', port: 0, socket: '/run/a.sock' }],
    ['unix:///run/a.sock', { host: '', port: 0, socket: '/run/a.sock' }],
    ['unix:run/a.sock', { host: '', port: 0, socket: 'run/a.sock' }],
    ['', { host: '', port: 0, socket: '' }],
    [':80', { host: '', port: 80, socket: '' }],
    ['a:b', { host: 'a:b', port: 0, socket: '' }],
    ['a:123456', { host: 'a:123456', port: 0, socket: '' }],
    ['::1', { host: '::1', port: 0, socket: '' }],
  ])('%j', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
  })

  it('of any text has a port that a number can hold', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { port } = parseAddress(text)
        expect(Number.isInteger(port) && port >= 0 && port < 100_000).toBe(true)
        const { from, to } = parseListen([text]).ports
        expect(from <= 99_999 && to <= 99_999).toBe(true)
      }),
    )
  })
})

// Each row was held to what nginx 1.22.1 answered.
describe('names', () => {
  const body = String.raw`
    server { listen 80 default_server; server_name _; return 201; }
    server { listen 80; server_name example.test www.example.test; return 202; }
    server { listen 80; server_name *.example.test; return 203; }
    server { listen 80; server_name *.deep.example.test; return 204; }
    server { listen 80; server_name mail.*; return 205; }
    server { listen 80; server_name .dotted.test; return 206; }
    server { listen 80; server_name ~^api\d+\.; return 207; }
    server { listen 80; server_name ~^api(?<n>\d)\.example\.org$; return 208; }
    server { listen 80; server_name UPPER.test; return 209; }
    server { listen 80; server_name mail.long.*; return 210; }
    server { listen 80; server_name ""; return 211; }`
  it.each([
    ['example.test', 202n],
    ['www.example.test', 202n],
    ['WWW.Example.Test', 202n],
    ['example.test.', 202n],
    ['shop.example.test', 203n],
    ['a.b.example.test', 203n],
    ['x.deep.example.test', 204n],
    ['deep.example.test', 203n],
    ['mail.example.test', 203n],
    ['mail.example.org', 205n],
    ['mail.org', 205n],
    ['mail.long.org', 210n],
    ['mail.longer.org', 205n],
    ['dotted.test', 206n],
    ['x.dotted.test', 206n],
    ['xdotted.test', 201n],
    ['api7.example.org', 207n],
    ['api7.example.test', 203n],
    ['api.example.org', 201n],
    ['upper.test', 209n],
    ['nobody.test', 201n],
    ['_', 201n],
    ['test', 201n],
  ])('%s: %d', (host, code) => {
    expect(inHttp(body, `http://${host}/`)).toMatchObject({ returns: code, listens: true, server_found: true })
  })
})

describe('the server that answers when no name fits', () => {
  it.each([
    [
      'the first in the file',
      'server { listen 80; server_name a.test; return 201; } server { listen 80; server_name b.test; return 202; }',
      201n,
    ],
    [
      'the one that says so',
      'server { listen 80; server_name a.test; return 201; } server { listen 80 default_server; server_name b.test; return 202; }',
      202n,
    ],
    [
      'the first with several listens',
      'server { listen 81; return 201; } server { listen 82; listen 80; return 202; } server { listen 80; return 203; }',
      202n,
    ],
    ['a server without listen, on port 80', 'server { server_name a.test; return 201; }', 201n],
    ['a server without listen, before one with', 'server { return 201; } server { listen 80; return 202; }', 201n],
    [
      'none of another port',
      'server { listen 8080 default_server; return 201; } server { listen 80; return 202; }',
      202n,
    ],
  ])('%s', (_, body, code) => {
    expect(inHttp(body, 'http://x.test/')).toMatchObject({ returns: code, listens: true })
  })
})

describe('an address of its own comes before any address', () => {
  const body = `server { listen 80; server_name any.test; return 201; }
    server { listen 127.0.0.1:80; server_name local.test; return 202; }
    server { listen 127.0.0.1:80; server_name second.test; return 203; }
    server { listen [::1]:80; server_name six.test; return 204; }`
  it.each([
    ['http://127.0.0.1/', 202n],
    ['http://[::1]/', 204n],
    ['http://192.0.2.1/', 201n],
    ['http://192.0.2.2/', 201n],
  ])('%s: %d', (url, code) => {
    expect(inHttp(body, url).returns).toBe(code)
  })

  it('names are looked for only among the servers of that address', () => {
    const { value } = readFor('http://127.0.0.1/', dump(`http { ${body} }`))
    expect(value).toMatchObject({ server_name: 'local.test', complete: true })
  })

  it('a name that may mean either address is not certain when both know it', () => {
    const both =
      'server { listen 80; server_name a.test; return 201; } server { listen 192.0.2.1:80; server_name a.test; return 202; }'
    const { value, dark } = readFor('http://a.test/', dump(`http { ${both} }`))
    expect(value.complete).toBe(false)
    expect(dark[0]?.why).toBe('not-understood')
  })

  it('a name that only one of them knows is', () => {
    const one = 'server { listen 80; return 201; } server { listen 192.0.2.1:80; server_name a.test; return 202; }'
    expect(readFor('http://a.test/', dump(`http { ${one} }`)).value).toMatchObject({ complete: true, returns: 202n })
  })
})

describe('ports', () => {
  const body = `server { listen 80; server_name a.test; return 301 https://$host$request_uri; }
    server { listen 443 ssl; server_name a.test; return 202; }
    server { listen 8443 ssl; server_name b.test; return 203; }
    server { listen 9000-9002; server_name c.test; return 204; }`
  it.each([
    ['http://a.test/', 301n, true],
    ['https://a.test/', 202n, true],
    ['https://b.test:8443/', 203n, true],
    ['http://c.test:9000/', 204n, true],
    ['http://c.test:9002/', 204n, true],
    // By its name, since something in front must listen there.
    ['http://c.test:9003/', 204n, false],
    ['https://b.test:4430/', 203n, false],
    // The name of another port does not count where somebody listens.
    ['http://b.test/', 301n, true],
  ])('%s: %d, somebody listens: %s', (url, code, listens) => {
    expect(inHttp(body, url)).toMatchObject({ returns: code, listens })
  })

  it('that nobody has, for a name that nobody has, find nobody', () => {
    expect(inHttp(body, 'http://z.test:7000/')).toMatchObject({
      listens: false,
      server_found: false,
      server_name: '',
      location: '',
      handler: '',
      returns: 0n,
      error_pages: [],
      names: [],
    })
  })
})

describe('a host that is unknown or odd', () => {
  const body = 'server { listen 80 default_server; return 201; } server { listen 80; server_name ""; return 202; }'
  it('an empty one fits the empty name', () => {
    expect(inHttp(body, 'http:///').returns).toBe(202n)
  })

  it('never throws, and always finds the default', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,30}[a-z0-9]$/), (host) => {
        expect(inHttp(body, `http://${host}/`).returns).toBe(201n)
      }),
    )
  })
})
