import { apache, behindApache, pass, shop } from '../apache.ts'
import { behindCaddy, caddy, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case } from '../case.ts'
import { certified, tlsUpstream } from '../certificates.ts'
import { haproxy } from '../haproxy.ts'
import { url } from '../kit.ts'
import { behindVarnish, twoSites, varnish } from '../varnish.ts'

// One fault at the upstream, and what each gateway makes of it: the cells of the table in docs/verdicts.md that no theme of
// a gateway has.

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const made = { ...failing, bornAt: 'proxy' } as const
const closed = { ...made, cause: 'truncated-response', place: ['app'], shape: 'reset' } as const
const cut = { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset' } as const
const malformed = { ...made, cause: 'invalid-header', place: ['app'] } as const

/** Does this with every connection once something was asked. */
const does = (what: string) => `
const net = require('node:net')
net.createServer((socket) => { socket.on('error', () => {}); socket.once('data', () => { ${what} }) })
  .listen(Number(process.env.PORT), '127.0.0.1')
`
/** SO_LINGER 0: the kernel sends RST. */
const RESETS = does('socket.resetAndDestroy()')
/** Begins a body in chunks and never ends it. */
const UNFINISHED = does(
  "socket.end('HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\na\\r\\n0123456789\\r\\n')",
)
const BLANK_IN_NAME = does("socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nX Cart: 7\\r\\n\\r\\nok')")
const NO_COLON = does("socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nX-Cart 7\\r\\n\\r\\nok')")

/** A session in cookies: twelve kilobytes of it. */
const BIG_COOKIES = `
require('node:http').createServer((request, response) => {
  response.setHeader('Set-Cookie', [1, 2, 3, 4].map((n) => 'cart' + n + '=' + 'item-'.repeat(600) + '; Path=/'))
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** An application with one habit behind HAProxy. */
const behindHaproxy =
  (code: string): Case['start'] =>
  async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app) })
    await haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.app}` })
    return { url: url(ports) }
  }

export const CELL_CASES: readonly Case[] = [
  {
    name: 'haproxy-reset',
    says: 'the application resets the connection before it answers: a 502 of HAProxy',
    truth: { ...closed, cites: ['SH', '127.0.0.1:3000'] },
    start: behindHaproxy(RESETS),
  },
  {
    name: 'apache-reset',
    says: 'the application resets the connection before it answers: a 502 of Apache',
    truth: { ...closed, cites: ['127.0.0.1:3000', '502'] },
    start: behindApache(RESETS),
  },
  {
    name: 'varnish-reset',
    says: 'the application resets the connection before it answers: a 503 of Varnish',
    truth: { ...closed, cites: ['127.0.0.1:3000', '503'] },
    start: behindVarnish(RESETS),
  },
  {
    name: 'haproxy-chunked-unfinished',
    says: 'the last chunk never comes, and HAProxy has begun to answer',
    truth: { ...cut, cites: ['SD'] },
    start: behindHaproxy(UNFINISHED),
  },
  {
    name: 'apache-chunked-unfinished',
    says: 'the last chunk never comes, and Apache has begun to answer',
    truth: { ...cut, cites: ['127.0.0.1:3000'] },
    start: behindApache(UNFINISHED),
  },
  {
    name: 'varnish-chunked-unfinished',
    says: 'the last chunk never comes, and Varnish has begun to answer',
    truth: { ...cut, cites: ['127.0.0.1:3000'] },
    start: behindVarnish(UNFINISHED),
  },
  {
    name: 'varnish-invalid-header',
    says: "a header's name has a blank, and Varnish answers 503",
    truth: { ...malformed, cites: ['X Cart', '503'] },
    start: behindVarnish(BLANK_IN_NAME),
  },
  {
    name: 'caddy-invalid-header',
    says: 'a line among the headers has no colon, and Caddy answers 502; a blank in a name it passes on',
    truth: { ...malformed, cites: ['malformed MIME header', '502'] },
    start: behindCaddy(NO_COLON),
  },
  {
    name: 'caddy-header-too-big',
    says: 'twelve kilobytes of cookies are more than Caddy is told to take',
    truth: {
      ...made,
      cause: 'header-too-big',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['4000 bytes', 'Caddyfile:'],
    },
    start: behindCaddy(BIG_COOKIES, { options: transport('\t\t\tmax_response_header 4kb') }),
  },
  {
    name: 'varnish-plain-to-tls',
    says: 'Varnish, which speaks no TLS to a backend, sends to a port of TLS; nginx there says so in a 400',
    truth: { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] },
    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal' }))
      await varnish(lab, ports, twoSites(ports))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-plain-to-tls',
    says: 'Caddy speaks plain HTTP to an application that speaks TLS and closes on it',
    truth: { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] },
    async start(lab, ports) {
      const { key, cert } = await certified(lab, { names: 'DNS:app.internal' })
      const code = `const { readFileSync } = require('node:fs')
require('node:https')
  .createServer({ key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT) }, (request, response) => response.end('hello'))
  .listen(Number(process.env.PORT), '127.0.0.1')
`
      return behindCaddy(code, { env: { KEY: key, CERT: cert } })(lab, ports)
    },
  },
  {
    name: 'apache-tls-version',
    says: 'Apache offers TLS 1.2 at most, and the upstream takes 1.3 alone: a 500',
    truth: { ...made, cause: 'tls-handshake', place: ['proxy', 'app'], cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal' }), 'ssl_protocols TLSv1.3;')
      const lines = `SSLProxyEngine on\nSSLProxyVerify none\nSSLProxyCheckPeerName off\nSSLProxyProtocol TLSv1.2\n${pass(ports, '', 'https')}`
      await apache(lab, { port: ports.site, sites: shop(ports, lines) })
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-tls-sni',
    says: 'Caddy sends the name app.internal in Host, and none in TLS: the upstream refuses that',
    truth: { ...made, cause: 'tls-handshake', place: ['proxy', 'app'], cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const refuses = `server { listen 127.0.0.1:${ports.app} ssl default_server; ssl_reject_handshake on; }`
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal' }), '', refuses)
      const options = `\t\theader_up Host app.internal\n${transport('\t\t\ttls_insecure_skip_verify')}`
      await caddy(lab, ports, sites(ports, reverseProxy(`https://127.0.0.1:${ports.app}`, options)))
      return { url: url(ports) }
    },
  },
]
