import { describe, expect, it } from 'vitest'
import { haproxyConfigReader } from '../../../src/reading/haproxy/config.ts'
import { asked, config, look } from './support.ts'

const DEFAULTS = `global
    log /dev/log local0
    stats socket /run/haproxy/admin.sock mode 660 level admin
    chroot /var/lib/haproxy
    maxconn 4000
defaults
    mode http
    log global
    option httplog
    timeout connect 5s
    timeout client 50s
    timeout server 30s
`

describe('the way of a request', () => {
  const text = `${DEFAULTS}frontend web
    bind *:80
    bind *:443 ssl crt /etc/x.pem
    acl for_blog hdr(host) -i blog.example.com
    use_backend blog if for_blog
    use_backend shop_be if { path_beg /cart }
    default_backend rest
backend shop_be
    server app1 10.0.0.7:3000 check
    server app2 10.0.0.8:3000 check backup
    server app3 10.0.0.9:3000 disabled
backend blog
    server blog1 10.0.0.7:4100
backend rest
    server rest1 app.internal:3000
`
  it('leads to the backend of the first rule that holds', () => {
    const { value, dark } = config(text)
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      listens: true,
      frontend: 'web',
      frontend_at: '/etc/haproxy/haproxy.cfg:13',
      backend: 'shop_be',
      chosen_at: '/etc/haproxy/haproxy.cfg:18',
      handler: 'proxy',
      in_service: 1n,
      scheme: 'http',
      upstream_path: '/cart',
      upstream_host_header: '127.0.0.1',
      connect_timeout_ms: 5000n,
      server_timeout_ms: 30_000n,
      queue_timeout_ms: 5000n,
      server_timeout_at: '/etc/haproxy/haproxy.cfg:12',
      retries: 3n,
      redispatch: false,
      check: 'connect',
      log_targets: ['/dev/log'],
      log_format: 'httplog',
      stats_sockets: ['/run/haproxy/admin.sock'],
      chroot: '/var/lib/haproxy',
      maxconn: 4000n,
      buffer_bytes: 15_360n,
      newest_file: '/etc/haproxy/haproxy.cfg',
      claimed: ['10.0.0.7:4100', 'app.internal:3000'],
      backends: ['shop_be', 'blog', 'rest'],
    })
    expect(value.members.map(({ name, host, port, backup, disabled }) => [name, host, port, backup, disabled])).toEqual(
      [
        ['app1', '10.0.0.7', 3000n, false, false],
        ['app2', '10.0.0.8', 3000n, true, false],
        ['app3', '10.0.0.9', 3000n, false, true],
      ],
    )
  })

  it('leads by the Host, or to the default backend, whose server is a name', () => {
    expect(config(text, 'http://blog.example.com/cart').value).toMatchObject({
      backend: 'blog',
      names: expect.arrayContaining(['blog.example.com']),
    })
    expect(config(text, 'http://127.0.0.1/other').value).toMatchObject({
      backend: 'rest',
      named: ['app.internal:3000'],
    })
  })

  it("is the log's where it names the backend", () => {
    expect(config(text, 'http://127.0.0.1/cart', { 'log.backend': 'blog' }).value.backend).toBe('blog')
  })

  it('does not begin where no frontend binds the port', () => {
    expect(config(text, 'http://127.0.0.1:8080/cart').value).toMatchObject({
      listens: false,
      complete: false,
      handler: '',
    })
  })

  it('is in doubt where a rule depends on what the files do not say', () => {
    const unsure = text.replace('{ path_beg /cart }', '{ src 10.0.0.0/8 }')
    expect(config(unsure)).toMatchObject({
      value: { complete: false, backend: 'rest', doubt: expect.stringContaining('haproxy.cfg:18') },
      dark: [{ why: 'not-understood' }],
    })
    const made = text.replace('use_backend blog if for_blog', 'use_backend %[path,word(1,/)]')
    expect(config(made).value).toMatchObject({
      backend: '',
      doubt: expect.stringContaining("makes the backend's name"),
    })
    const macro = text.replace('    use_backend shop_be', '.if env(X)\n    use_backend shop_be\n.endif')
    expect(config(macro).value.doubt).toContain('cannot be told')
  })

  it('goes nowhere without a rule and a default', () => {
    const nowhere = text.replace('    default_backend rest\n', '')
    expect(config(nowhere, 'http://127.0.0.1/other').value).toMatchObject({ backend: '', handler: '', complete: true })
  })
})

describe('of several frontends', () => {
  const two = (a: string, b: string) =>
    `${DEFAULTS}frontend a\n bind ${a}\n default_backend x\nfrontend b\n bind ${b}\n default_backend x\nbackend x\n server s 10.0.0.1:80\n`
  it('that of the address counts before that of any', () => {
    expect(config(two('*:80', '127.0.0.1:80')).value.frontend).toBe('b')
    expect(config(two('10.0.0.5:80', '*:80')).value.frontend).toBe('b')
    expect(config(two('10.0.0.5:80', '10.0.0.6:80')).value.listens).toBe(false)
  })

  it('a name says nothing of the address', () => {
    expect(config(two('10.0.0.5:80', '10.0.0.6:80'), 'http://shop.example.com/').value.doubt).toContain(
      '2 frontends bind port 80',
    )
    expect(
      config(two('10.0.0.5:80', '10.0.0.6:80'), 'http://shop.example.com/', { 'url.address': '10.0.0.6' }).value
        .frontend,
    ).toBe('b')
  })
})

describe('a listen section, named defaults and tcp', () => {
  it("is frontend and backend in one; a port that is left out is the visitor's", () => {
    const { value } = config(
      'defaults base\n mode http\n timeout server 7s\ndefaults other from base\n retries 1\nlisten shop from other\n bind :80\n server a 10.0.0.1\n server b 10.0.0.1:+1\n',
    )
    expect(value).toMatchObject({
      frontend: 'shop',
      backend: 'shop',
      handler: 'proxy',
      server_timeout_ms: 7000n,
      retries: 1n,
    })
    expect(value.members.map(({ port }) => port)).toEqual([80n, 81n])
  })

  it('is tcp where nobody says http', () => {
    expect(config('listen db\n bind :80\n server a 10.0.0.1:5432\n').value).toMatchObject({
      mode: 'tcp',
      handler: 'tcp',
      retries: 3n,
    })
  })
})

describe('answers of its own', () => {
  const own = (...rules: string[]) =>
    config(
      `${DEFAULTS}frontend web\n bind :80\n${rules.map((rule) => ` ${rule}\n`).join('')} default_backend x\nbackend x\n http-request deny deny_status 503 if { path /closed }\n server s 10.0.0.1:80\n`,
      'http://127.0.0.1/closed',
    )
  it.each([
    ['http-request return status 503 content-type text/plain string x', 503n],
    ['http-request deny', 403n],
    ['http-request deny deny_status 429 if { path /closed }', 429n],
    ['http-request tarpit', 500n],
    ['http-request redirect location /x code 301', 301n],
    ['redirect location /x', 302n],
    ['tcp-request content reject', 0n],
    ['monitor-uri /closed', 200n],
    ['http-request deny if { path /other }', 503n],
  ])('%s', (rule, status) => {
    expect(own(rule).value.returns).toBe(status)
  })

  it('are only possible where a rule counts, and then told with their bound', () => {
    const { value } = own(
      'http-request track-sc0 src',
      'http-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }',
    )
    expect(value.returns).toBe(503n)
    expect(value.answers[0]).toMatchObject({ status: 429n, limit: true, bound: 'sc_http_req_rate(0) gt 20' })
    expect(value.answers[1]).toMatchObject({ status: 503n, limit: false, bound: '' })
  })

  it('ends the way at the first that surely holds', () => {
    expect(own('http-request deny', 'http-request return status 503').value.answers).toHaveLength(1)
    expect(own('http-request deny').value.handler).toBe('return')
  })
})

describe('how a server is asked', () => {
  const back = (...lines: string[]) =>
    config(
      `${DEFAULTS}resolvers dns\n nameserver a udp@10.0.0.53:53\n nameserver b 10.0.0.54:53\nfrontend web\n bind :80\n default_backend x\nbackend x\n${lines.map((line) => ` ${line}\n`).join('')}`,
    ).value

  it('over TLS, with a name and an authority', () => {
    expect(
      back(
        'server s 10.0.0.1:443 ssl verify required ca-file /ca.pem sni str(app.internal) ssl-min-ver TLSv1.3 ciphers HIGH',
      ),
    ).toMatchObject({
      scheme: 'https',
      tls_verify: true,
      tls_sni: 'app.internal',
      tls_name: 'app.internal',
      tls_trusted: '/ca.pem',
      tls_protocols: ['TLSv1.3'],
      tls_ciphers: 'HIGH',
    })
  })

  it('with a path and a Host of a rule, which may be made for each request', () => {
    expect(back('http-request set-header Host shop.internal', 'server s 10.0.0.1:80').upstream_host_header).toBe(
      'shop.internal',
    )
    expect(back('http-request set-header Host %[path]', 'server s 10.0.0.1:80').upstream_host_header).toBe('')
    expect(back('http-request set-path /v2%[path]', 'server s 10.0.0.1:80').upstream_path).toBe('')
  })

  it.each([
    ['a connection', ['server s 10.0.0.1:80 check port 8081'], { check: 'connect', check_port: 8081n }],
    ['nothing', ['server s 10.0.0.1:80'], { check: '' }],
    [
      'OPTIONS of the root',
      ['option httpchk', 'server s 10.0.0.1:80 check'],
      { check: 'http', check_method: 'OPTIONS', check_path: '/' },
    ],
    [
      'a path alone',
      ['option httpchk /health', 'server s 10.0.0.1:80 check'],
      { check_method: 'OPTIONS', check_path: '/health' },
    ],
    [
      'a method and a path',
      ['option httpchk GET /health HTTP/1.1\\r\\nHost:\\ www', 'server s 10.0.0.1:80 check'],
      { check_method: 'GET', check_path: '/health', check_host: 'www' },
    ],
    [
      'what http-check says',
      [
        'option httpchk',
        'http-check send meth HEAD uri /up hdr Host shop',
        'http-check expect status 204',
        'server s 10.0.0.1:80 check',
      ],
      { check_method: 'HEAD', check_path: '/up', check_host: 'shop', check_expects: 'status 204' },
    ],
    ['another protocol', ['option redis-check', 'server s 10.0.0.1:6379 check'], { check: 'redis-check' }],
  ])('its health by %s', (_, lines, expected) => {
    expect(back(...lines)).toMatchObject(expected)
  })

  it('by name servers of its own', () => {
    expect(back('server s app.internal:80 resolvers dns').resolver).toBe('10.0.0.53:53 10.0.0.54:53')
    expect(back('server s app.internal:80').resolver).toBe('')
  })

  it('by the gateway alone where it wants another protocol, or the PROXY protocol in front', () => {
    expect(back('server s 10.0.0.1:80').askable).toBe(true)
    expect(back('server s 10.0.0.1:80 proto h1').askable).toBe(true)
    expect(back('server s 10.0.0.1:80 proto h2').askable).toBe(false)
    expect(back('server s 10.0.0.1:80', 'server t 10.0.0.2:80 send-proxy').askable).toBe(false)
    expect(back('mode tcp', 'server s 10.0.0.1:80')).toMatchObject({ askable: true, handler: 'proxy' })
    expect(back('use-fcgi-app php', 'server s 10.0.0.1:9000 proto fcgi')).toMatchObject({
      handler: 'fastcgi',
      askable: false,
    })
  })

  it('over TLS that goes through, where the front does not end it', () => {
    const through = (bind: string) =>
      config(`listen a\n mode tcp\n bind :443${bind}\n server s 10.0.0.1:8443\n`, 'https://127.0.0.1/').value.scheme
    expect(through('')).toBe('https')
    expect(through(' ssl crt /x.pem')).toBe('http')
  })

  it('by names that it needs when it starts, whichever backend they are of', () => {
    const more = [
      'server a db.internal:80',
      'server b opt.internal:80 init-addr last,libc,none',
      'server c 10.0.0.1:80',
    ]
    expect(back(...more, 'server d old.internal:80 init-addr libc,10.0.0.9').needed).toEqual(['db.internal:80'])
  })

  it.each([
    ['http-check expect status 204', { check_wants: '204', check_least: 204n, check_most: 204n }],
    ['http-check expect status 200-299', { check_wants: '200-299', check_least: 200n, check_most: 299n }],
    ['http-check expect string ok', { check_wants: '', check_least: 0n, check_most: 0n }],
    ['', { check_wants: '2xx or 3xx', check_least: 200n, check_most: 399n }],
  ])('and is well by %j', (line, expected) => {
    expect(back('option httpchk GET /up', line, 'server s 10.0.0.1:80 check')).toMatchObject(expected)
  })

  it('with a page of your own for its errors', () => {
    expect(back('errorfile 503 /etc/503.http', 'errorfile x /y', 'server s 10.0.0.1:80').error_files).toEqual([
      { code: 503n, path: '/etc/503.http', at: '/etc/haproxy/haproxy.cfg:20' },
    ])
  })
})

describe('its log', () => {
  const logs = (proxy: string) =>
    config(`global\n log /dev/log local0\n log 10.0.0.9:514 local1\ndefaults\n mode http\n${proxy}`).value
  it.each([
    ['listen a\n log global\n bind :80\n server s 10.0.0.1:80\n', ['/dev/log', '10.0.0.9:514'], 'short'],
    ['listen a\n log stdout format raw daemon\n option httpslog\n bind :80\n', ['stdout'], 'httpslog'],
    ['listen a\n log global\n no log\n option httplog clf\n bind :80\n', [], 'clf'],
    ['listen a\n option httplog\n log-format "%ci %b"\n bind :80\n', [], 'custom'],
    ['listen a\n option tcplog\n bind :80\n', [], 'tcplog'],
  ])('%j', (proxy, targets, form) => {
    expect(logs(proxy)).toMatchObject({ log_targets: targets, log_format: form })
  })
})

describe('what was not read', () => {
  it('leaves all dark', () => {
    const blind = haproxyConfigReader.read(
      look('', {}, { outcome: 'blind', why: 'no-permission', says: 'closed' }),
      asked('http://127.0.0.1/'),
    )
    expect(blind).toMatchObject({
      value: { complete: false, listens: false },
      dark: [{ why: 'no-permission', says: 'closed' }],
    })
  })

  it('leaves something dark where files are missing', () => {
    const part = haproxyConfigReader.read(
      look('frontend a\n bind :80\n', {}, { why: 'no-permission', says: 'part' }),
      asked('http://127.0.0.1/'),
    )
    expect(part).toMatchObject({ value: { complete: false, listens: true }, dark: [{ says: 'part' }] })
  })

  it('never throws, whatever stands there', () => {
    for (const text of [
      '\0\0',
      'frontend\n bind\n',
      'backend b\n server\n server x\n',
      'listen a\n bind :99999999\n',
      '} { if',
      'frontend a\n bind :80\n use_backend\n acl\n',
    ])
      expect(() => config(text)).not.toThrow()
  })
})
