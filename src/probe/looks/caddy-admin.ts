import { networkAddress } from '../../reading/caddy/address.ts'
import { compareNamespaces } from './namespaces.ts'
import type { Over } from './outcome.ts'
import { getOwn, hostPort, ownAddress } from './own-endpoint.ts'

/** What the admin endpoint told. `off`: there is none; `silent`: nobody answered; `unknown`: it could not be asked from here. */
export interface AdminAnswer {
  state: 'answered' | 'off' | 'silent' | 'unknown'
  /** What was asked, without the path. */
  url: string
  config: string
  upstreams: string
}

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
  const config = await getOwn(address, port, '/config/', MOST_BYTES, signal)
  if (config === undefined) return { ...none, state: 'silent' }
  const upstreams = over() ? undefined : await getOwn(address, port, '/reverse_proxy/upstreams', MOST_BYTES, signal)
  const url = `http://${hostPort(address, port)}`
  return { state: 'answered', url, config: config.body, upstreams: upstreams?.body ?? '' }
}
