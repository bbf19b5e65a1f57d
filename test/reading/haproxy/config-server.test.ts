import { describe, expect, it } from 'vitest'
import { bindsOf, serverAddress, takesAddress, takesPort } from '../../../src/reading/haproxy/config-address.ts'
import { serversOf } from '../../../src/reading/haproxy/config-server.ts'
import { wordsOf } from '../../../src/reading/haproxy/parse-config.ts'

describe('the address of a server', () => {
  it.each([
    ['10.0.0.7:80', { host: '10.0.0.7', port: 80 }],
    ['App.Internal:3000', { host: 'app.internal', port: 3000 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['ipv4@10.0.0.7:80', { host: '10.0.0.7', port: 80 }],
    ['10.0.0.7', { host: '10.0.0.7', port: 0, relative: true }],
    ['10.0.0.7:+1000', { host: '10.0.0.7', port: 1000, relative: true }],
    ['/run/shop.sock', { socket: '/run/shop.sock' }],
    ['unix@/run/shop.sock', { socket: '/run/shop.sock' }],
    ['abns@shop', { socket: '@shop' }],
    ['sockpair@3', {}],
  ])('%s', (text, expected) => {
    expect(serverAddress(text)).toEqual({ host: '', port: 0, socket: '', relative: false, ...expected })
  })
})

describe('the addresses of a bind line', () => {
  const binds = (line: string) => bindsOf(wordsOf(line), '/h:1').map(({ host, from, to, tls }) => [host, from, to, tls])
  it.each([
    ['bind :80', [['*', 80, 80, false]]],
    ['bind *:443 ssl crt /x.pem', [['*', 443, 443, true]]],
    [
      'bind 127.0.0.1:80,[::1]:8080-8090',
      [
        ['127.0.0.1', 80, 80, false],
        ['::1', 8080, 8090, false],
      ],
    ],
    ['bind /run/front.sock', []],
    ['bind ipv4@10.0.0.1:80', [['10.0.0.1', 80, 80, false]]],
    ['bind fd@3', []],
  ])('%s', (line, expected) => {
    expect(binds(line)).toEqual(expected)
  })

  it('take a port of their range, and an address that they cover', () => {
    const bind = { host: '10.0.0.1', from: 80, to: 90, tls: false, at: '' }
    expect([79, 80, 90, 91].map((port) => takesPort(bind, port))).toEqual([false, true, true, false])
    expect(takesAddress(bind, '10.0.0.1')).toBe(true)
    expect(takesAddress(bind, '10.0.0.2')).toBe(false)
    expect(takesAddress(bind, 'shop.example.com')).toBe(true)
    expect(takesAddress({ ...bind, host: '*' }, '10.0.0.2')).toBe(true)
  })
})

describe('a server line', () => {
  const servers = (text: string) =>
    serversOf(
      text.split('\n').map((line, i) => ({ words: wordsOf(line), at: `/h:${i + 1}`, conditional: false })),
      { verifyByDefault: true, caBase: '/etc/ssl' },
    )

  it('takes what default-server lines before it say, and overrules it', () => {
    const [a, b] = servers(
      'default-server check inter 1s maxconn 5\nserver a 10.0.0.1:80\nserver b 10.0.0.2:80 no-check backup maxconn 9',
    )
    expect(a).toMatchObject({ name: 'a', check: true, backup: false, maxconn: 5, at: '/h:2' })
    expect(b).toMatchObject({ name: 'b', check: false, backup: true, maxconn: 9 })
    expect(servers('server a 10.0.0.1:80\ndefault-server check')[0]?.check).toBe(false)
  })

  it('is as many servers as a template says, and no more than fifty', () => {
    expect(servers('server-template web 3 10.0.0.1:80 check').map(({ name }) => name)).toEqual(['web1', 'web2', 'web3'])
    expect(servers('server-template web 1-9999 10.0.0.1:80')).toHaveLength(50)
    expect(servers('server-template web many 10.0.0.1:80')).toHaveLength(0)
  })

  it('verifies by default, and trusts what ca-file names', () => {
    expect(servers('server a 10.0.0.1:443 ssl ca-file own.pem')[0]).toMatchObject({
      tls: true,
      verify: true,
      trusted: '/etc/ssl/own.pem',
    })
    expect(servers('server a 10.0.0.1:443 ssl verify none')[0]).toMatchObject({ tls: true, verify: false })
    expect(servers('server a 10.0.0.1:80 verify required')[0]).toMatchObject({ tls: false, verify: false })
    expect(servers('server a 10.0.0.1:443 ssl ca-file @system-ca')[0]?.trusted).toBe('@system-ca')
  })

  it('sends a fixed server name, or one of the request', () => {
    expect(servers('server a 10.0.0.1:443 ssl sni str(app.internal) verifyhost app.internal')[0]).toMatchObject({
      sni: 'app.internal',
      verifyName: 'app.internal',
    })
    expect(servers('server a 10.0.0.1:443 ssl sni req.hdr(host)')[0]).toMatchObject({
      sni: '',
      sniFrom: 'req.hdr(host)',
    })
  })

  it.each([
    ['force-tlsv12', ['TLSv1.2']],
    ['ssl-min-ver TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['ssl-max-ver TLSv1.2', ['TLSv1.2']],
    ['ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1', ['TLSv1.0', 'TLSv1.1']],
    ['no-tlsv13', ['TLSv1.2']],
    ['', []],
  ])('offers versions: %s', (words, expected) => {
    expect(servers(`server a 10.0.0.1:443 ssl ${words}`)[0]?.versions).toEqual(expected)
  })

  it('may be disabled, speak another protocol, or put the PROXY protocol in front', () => {
    expect(servers('server a 10.0.0.1:80 disabled port 8081 proto h2 send-proxy-v2 resolvers dns')[0]).toMatchObject({
      disabled: true,
      checkPort: 8081,
      protocol: 'h2',
      proxyProtocol: true,
      resolvers: 'dns',
    })
  })
})
