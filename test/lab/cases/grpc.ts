import { behindApache } from '../apache.ts'
import * as apps from '../apps.ts'
import { behindCaddy } from '../caddy.ts'
import type { Case } from '../case.ts'
import { front, passes, url, visitors } from '../kit.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const PATIENCE = ['--timeout', '6s']
const atApp = { ...failing, place: ['app'], bornAt: 'proxy' } as const

/** Speaks HTTP/2 without TLS, as servers of gRPC do, and does this with a request. */
const HTTP2 = (habit: string) => `
require('http2')
  .createServer((request, response) => { ${habit} })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** nginx that speaks HTTP/2 to an application with this habit. */
const behindGrpc =
  (code: string | null, settings = '', { traffic = 0, args = [] as string[] } = {}): Case['start'] =>
  async (lab, ports) => {
    if (code !== null) await lab.app('shop', code, ports.app, { PORT: String(ports.app) })
    await passes(lab, ports, `grpc_pass grpc://127.0.0.1:${ports.app}; ${settings}`)
    await visitors(url(ports), traffic)
    return { url: url(ports), args }
  }

/** Behind grpc_pass: the application speaks HTTP/2, and must be asked in it. */
export const GRPC_CASES: readonly Case[] = [
  {
    name: 'grpc-healthy',
    says: 'nginx speaks HTTP/2 to the application, and both are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behindGrpc(HTTP2(`response.end('shop\\n')`), '', { traffic: 3 }),
  },
  {
    name: 'grpc-down',
    says: 'nobody listens where grpc_pass sends',
    truth: { ...atApp, cause: 'process-down', shape: 'unreachable', cites: ['127.0.0.1:3000'] },
    start: behindGrpc(null),
  },
  {
    name: 'grpc-silent',
    says: 'the application takes the request in HTTP/2 and never answers; nginx gives up after a second',
    truth: { ...atApp, cause: 'app-hung', shape: 'slow', cites: ['127.0.0.1:3000'] },
    start: behindGrpc(HTTP2(''), 'grpc_read_timeout 1s;', { args: PATIENCE }),
  },
  {
    name: 'grpc-slow',
    says: 'the application answers in HTTP/2 after three seconds; nginx waits one',
    truth: { ...atApp, cause: 'slow-app', shape: 'slow', cites: ['1000 ms', 'answers 200 after 3'] },
    start: behindGrpc(HTTP2(`setTimeout(() => response.end('late\\n'), 3000)`), 'grpc_read_timeout 1s;'),
  },
  {
    name: 'grpc-own-error',
    says: 'the application answers 503 in HTTP/2 itself',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['answers 503'] },
    start: behindGrpc(HTTP2(`response.statusCode = 503; response.end('no stock\\n')`)),
  },
  {
    name: 'grpc-resets',
    says: 'the application resets each request in HTTP/2 (INTERNAL_ERROR)',
    truth: { ...atApp, cause: 'truncated-response', shape: 'garbage', cites: ['127.0.0.1:3000'] },
    start: behindGrpc(HTTP2(`request.stream.close(2)`)),
  },
  {
    name: 'grpc-to-http1',
    says: 'grpc_pass sends to an application that speaks HTTP/1.1',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'garbage',
      cites: ['speaks HTTP/1.1', 'grpc'],
    },
    start: behindGrpc(apps.WELL),
  },
  {
    name: 'http1-to-grpc',
    says: 'proxy_pass sends to an application that speaks HTTP/2 only',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['speaks http2', '127.0.0.1:3000'],
    },
    async start(lab, ports) {
      await lab.app('shop', HTTP2(`response.end('shop\\n')`), ports.app, { PORT: String(ports.app) })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-h2c-healthy',
    says: 'Caddy speaks HTTP/2 without TLS to the application, and both are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behindCaddy(HTTP2(`response.end('shop\\n')`), { scheme: 'h2c://' }),
  },
  {
    name: 'caddy-h2c-error',
    says: 'behind h2c:// of Caddy the application answers 503 itself',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['answers 503'] },
    start: behindCaddy(HTTP2(`response.statusCode = 503; response.end('no stock\\n')`), { scheme: 'h2c://' }),
  },
  {
    name: 'apache-h2c-error',
    says: 'behind h2c:// of Apache the application answers 503 itself',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['answers 503'] },
    start: behindApache(
      HTTP2(`response.statusCode = 503; response.end('no stock\\n')`),
      (ports) => `ProxyPass / h2c://127.0.0.1:${ports.app}/`,
      { main: 'LoadModule proxy_http2_module /usr/lib/apache2/modules/mod_proxy_http2.so' },
    ),
  },
]
