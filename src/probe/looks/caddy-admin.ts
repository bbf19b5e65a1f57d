import { createRequire } from 'node:module'
import { networkAddress } from '../../reading/caddy/address.ts'
import { compareNamespaces } from './namespaces.ts'
import type { Over } from './outcome.ts'
import { findOwners, readTables } from './socket-tables.ts'

// Required, not imported: importing it would load everything that node:http can lead to.
const { request }: typeof import('node:http') = createRequire(import.meta.url)('node:http')

/** What the admin endpoint told. `off`: there is none; `silent`: nobody answered; `unknown`: it could not be asked from here. */
export interface AdminAnswer {
  state: 'answered' | 'off' | 'silent' | 'unknown'
  /** What was asked, without the path. */
  url: string
  config: string
  upstreams: string
}

const ANSWER_MS = 2000
const MOST_BYTES = 4 * 1024 * 1024
/** Source: Caddy's documentation, global option `admin`. */
const USUAL = 'localhost:2019'

/**
 * Asks a Caddy's admin endpoint for the configuration that runs, and for how it counts its upstreams: two GETs, which change
 * nothing. Only over loopback, and only where process `pid` itself listens there: another's endpoint tells of another gateway.
 * @param configured as in its configuration or environment, '' for the default
 */
export async function askAdmin(pid: number, configured: string, over: Over, signal: AbortSignal): Promise<AdminAnswer> {
  const none: AdminAnswer = { state: 'unknown', url: '', config: '', upstreams: '' }
  if (configured === 'off') return { ...none, state: 'off' }
  const { from: port, socket } = networkAddress(configured || USUAL)
  if (socket !== '' || port === 0) return none
  const { net } = await compareNamespaces(pid)
  if (net !== 'same') return none
  const address = await ownAddress(pid, port, over)
  if (address === undefined) return { ...none, state: 'silent' }
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`
  const config = await get(address, port, host, '/config/', signal)
  if (config === undefined) return { ...none, state: 'silent' }
  const upstreams = over() ? undefined : await get(address, port, host, '/reverse_proxy/upstreams', signal)
  return { state: 'answered', url: `http://${host}`, config, upstreams: upstreams ?? '' }
}

/** The loopback address on which the process listens on the port. */
async function ownAddress(pid: number, port: number, over: Over): Promise<string | undefined> {
  const { sockets } = await readTables(pid, over)
  const there = sockets.filter((each) => each.protocol === 'tcp' && each.port === port)
  const { pids } = await findOwners(new Set(there.map(({ inode }) => inode)), over)
  const own = there.find(({ inode }) => pids.get(inode)?.includes(pid))
  if (own === undefined) return undefined
  if (own.address === '::1') return '::1'
  return /^127\.|^0\.0\.0\.0$|^::$|^\*$/.test(own.address) ? '127.0.0.1' : undefined
}

/** The body of a 200; undefined for anything else. */
function get(
  address: string,
  port: number,
  host: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    const headers = { Host: host, 'User-Agent': 'triage502', Accept: 'application/json', Connection: 'close' }
    const asking = request(
      { host: address, port, path, method: 'GET', headers, agent: false, signal: limit },
      (response) => {
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          bytes += part.length
          if (bytes > MOST_BYTES) response.destroy()
          else parts.push(part)
        })
        response.on('end', () =>
          resolve(response.statusCode === 200 ? Buffer.concat(parts).toString('utf8') : undefined),
        )
        response.on('error', () => resolve(undefined))
        response.on('close', () => resolve(undefined))
      },
    )
    asking.on('error', () => resolve(undefined))
    asking.on('close', () => resolve(undefined))
    asking.end()
  })
}
