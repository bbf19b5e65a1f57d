import type { AskedRequest } from './config-request.ts'
import type { ServerBlock } from './config-server.ts'
import { isLoopback } from './own-requests.ts'

/** Where a server can be asked on its own machine. '' and 0 where it listens on unix sockets only. */
export interface OwnAddress {
  host: string
  port: number
  scheme: string
  /** All its ports are on loopback: what stands in front of its machine cannot call it. */
  inner: boolean
}

/**
 * Of the places where a server listens, the one that is most like the URL: its port, else its scheme, else the first. A
 * server on any address is asked on loopback.
 */
export function ownAddress(server: ServerBlock | undefined, { port, scheme }: AskedRequest): OwnAddress {
  const listens = (server?.listens ?? []).filter((listen) => listen.socket === '' && listen.ports.from > 0)
  const tls = scheme === 'https'
  const best =
    listens.find(({ ports }) => port >= ports.from && port <= ports.to) ??
    listens.find((listen) => listen.tls === tls) ??
    listens[0]
  if (best === undefined) return { host: '', port: 0, scheme: '', inner: false }
  const host = best.host === '*' ? '127.0.0.1' : best.host === '::' ? '::1' : best.host
  const inner = listens.every((listen) => isLoopback(listen.host) || listen.host === 'localhost')
  const within = port >= best.ports.from && port <= best.ports.to
  return { host, port: within ? port : best.ports.from, scheme: best.tls ? 'https' : 'http', inner }
}
