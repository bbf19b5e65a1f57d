import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { type Certified, certified, tlsUpstream } from '../certificates.ts'
import { behind, site, url } from '../kit.ts'
import type { Lab } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'] } as const
const handshake = { ...failing, cause: 'tls-handshake', place: ['proxy', 'app'], shape: 'reset' } as const
const certificate = { ...failing, cause: 'cert-invalid', place: ['app', 'proxy'], shape: 'reset' } as const

/** nginx in front of an nginx that speaks TLS. */
function overTls(
  wanted: Parameters<typeof certified>[1],
  front: (made: Certified, lab: Lab) => string,
  upstream = '',
  more = '',
): Case['start'] {
  return async (lab, ports) => {
    const made = await certified(lab, wanted)
    await tlsUpstream(lab, ports, made, upstream, more.replaceAll('APP', String(ports.app)))
    const pass = `proxy_pass https://127.0.0.1:${ports.app}; ${front(made, lab)}`
    await lab.nginx({ port: ports.site, http: site(ports, pass) })
    return { url: url(ports) }
  }
}

const verified = ({ ca }: Certified) =>
  `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${ca}; proxy_ssl_name app.internal; proxy_ssl_server_name on;`

/** Waits for more, whatever it is sent: what a line-oriented server does with a TLS hello. */
const WAITS_FOR_LINES = `
const http = require('node:http')
const net = require('node:net')
const app = http.createServer((request, response) => response.end('hello'))
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', (first) => {
    if (first[0] === 0x16) return
    socket.unshift(first)
    app.emit('connection', socket)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Resets on what it does not understand. */
const RESETS_HELLOS = WAITS_FOR_LINES.replace('return', 'return socket.resetAndDestroy()')

export const TLS_CASES: readonly Case[] = [
  {
    name: 'tls-to-plain',
    says: 'nginx speaks TLS to an application that speaks plain HTTP',
    truth: { ...mismatch, shape: 'garbage', cites: ['127.0.0.1:3000', 'proxy_pass https', 'nginx.conf:'] },

    start: behind(apps.WELL, '', { scheme: 'https' }),
  },
  {
    name: 'tls-to-plain-mute',
    says: 'nginx speaks TLS to an application that waits for a line',
    truth: { ...mismatch, shape: 'slow', cites: ['127.0.0.1:3000'] },

    start: behind(WAITS_FOR_LINES, 'proxy_connect_timeout 1s;', { scheme: 'https', args: ['--timeout', '6s'] }),
  },
  {
    name: 'tls-to-plain-reset',
    says: 'nginx speaks TLS to an application that resets on it',
    truth: { ...mismatch, shape: 'reset', cites: ['127.0.0.1:3000'] },

    start: behind(RESETS_HELLOS, '', { scheme: 'https' }),
  },
  {
    name: 'plain-to-tls-400',
    says: 'nginx speaks plain HTTP to a TLS port, which answers 400',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['127.0.0.1:3000 speaks TLS'],
    },

    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal', selfSigned: true }))
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://127.0.0.1:${ports.app};`) })
      return { url: url(ports) }
    },
  },
  {
    name: 'upstream-cert-expired',
    says: "the upstream's certificate is over, and nginx verifies it",
    truth: { ...certificate, cites: ['2026-02-01'] },

    start: overTls({ names: 'DNS:app.internal', from: '260101000000Z', to: '260201000000Z' }, verified),
  },
  {
    name: 'upstream-cert-name',
    says: "the upstream's certificate is for another name than nginx checks",
    truth: { ...certificate, cites: ['old.internal', 'app.internal'] },

    start: overTls({ names: 'DNS:old.internal,DNS:older.internal' }, verified),
  },
  {
    name: 'upstream-cert-self-signed',
    says: "the upstream's certificate is signed by itself, and nginx trusts another",
    truth: { ...certificate, cites: ['signed by itself'] },

    async start(lab, ports) {
      const trusted = (await certified(lab, { names: 'DNS:app.internal' })).ca
      return overTls({ names: 'DNS:app.internal', selfSigned: true }, (made) => verified({ ...made, ca: trusted }))(
        lab,
        ports,
      )
    },
  },
  {
    name: 'tls-version',
    says: 'nginx offers TLS 1.2 at most, the upstream takes 1.3 alone',
    truth: { ...handshake, cites: ['TLSv1.2', 'TLSv1.3'] },

    start: overTls({ names: 'DNS:app.internal' }, () => 'proxy_ssl_protocols TLSv1.2;', 'ssl_protocols TLSv1.3;'),
  },
  {
    name: 'tls-ciphers',
    says: 'nginx and the upstream share no cipher',
    truth: { ...handshake, cites: ['AES128-SHA256'] },

    start: overTls(
      { names: 'DNS:app.internal' },
      () => 'proxy_ssl_ciphers AES128-SHA256; proxy_ssl_protocols TLSv1.2;',
      'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;',
    ),
  },
  {
    name: 'tls-sni',
    says: 'the upstream wants a server name, and nginx sends none',
    truth: { ...handshake, cites: ['app.internal'] },

    start: overTls(
      { names: 'DNS:app.internal' },
      () => 'proxy_set_header Host app.internal;',
      '',
      'server { listen 127.0.0.1:APP ssl default_server; ssl_reject_handshake on; }',
    ),
  },
]
