import { adaptBlock } from './adapt.ts'
import { networkAddress } from './address.ts'
import type { Segment } from './caddyfile.ts'
import type { ExpandedCaddyfile } from './expand.ts'
import { ANY, type CaddyModel, DEFAULT_LOG, type LogTarget, type Matcher, type Route, type Server } from './model.ts'

/** Where sites listen that name no port. */
interface Ports {
  http: number
  https: number
}

/** Reads what a Caddyfile comes to, by the rules of Caddy's own adapter. Never throws. */
export function modelOfCaddyfile({ segments, missing, whole }: ExpandedCaddyfile): CaddyModel {
  const options = segments.find(({ name, block }) => name === '' && block !== undefined)?.block ?? []
  const value = (name: string) => options.find((each) => each.name === name)?.args[0] ?? ''
  const ports = { http: portOf(value('http_port'), 80), https: portOf(value('https_port'), 443) }
  const sites = segments.filter(({ name, block }) => name !== '' && block !== undefined)
  const doubt = whole ? '' : 'the file could not be read to its end'
  return {
    servers: serversOf(sites, ports),
    admin: value('admin'),
    log: logOf(options),
    doubt: missing.length > 0 ? `not read, though imported: ${missing.slice(0, 3).join(', ')}` : doubt,
  }
}

function portOf(text: string, usual: number): number {
  return /^\d{1,5}$/.test(text) ? Number(text) : usual
}

/** `log { … }` and `log default { … }` among the global options are the default logger. */
function logOf(options: readonly Segment[]): LogTarget {
  const log = options.find(({ name, args }) => name === 'log' && (args[0] ?? 'default') === 'default')
  const [kind = DEFAULT_LOG.kind, path = ''] = log?.block?.find(({ name }) => name === 'output')?.args ?? []
  return { kind, path, level: log?.block?.find(({ name }) => name === 'level')?.args[0] ?? '' }
}

interface Site {
  match: Matcher[]
  listen: Server['listen'][number]
  route: Route
  handlesErrors: boolean
}

function serversOf(sites: readonly Segment[], ports: Ports): Server[] {
  const servers = new Map<string, Site[]>()
  for (const site of sites.flatMap((segment) => sitesOf(segment, ports))) {
    const key = JSON.stringify(site.listen)
    servers.set(key, [...(servers.get(key) ?? []), site])
  }
  return [...servers.values()].map((of, at) => ({
    name: `srv${at}`,
    listen: of.slice(0, 1).map(({ listen }) => listen),
    // The more a name says, the earlier it is asked; the nameless one takes the rest.
    routes: of.sort((a, b) => weight(b) - weight(a)).map(({ route }) => route),
    idleMs: 0,
    handlesErrors: false,
  }))
}

function weight({ match }: Site): number {
  const host = match[0]?.hosts?.[0] ?? ''
  if (host === '') return 0
  return host.includes('*') ? host.length : 1000 + host.length
}

/** A site for each of its addresses. */
function sitesOf({ name, args, block = [] }: Segment, ports: Ports): Site[] {
  const addresses = [name, ...args].flatMap((word) => word.split(',')).filter((word) => word !== '')
  const bound = block.find((each) => each.name === 'bind')?.args ?? ['']
  const handlesErrors = block.some((each) => each.name === 'handle_errors')
  const routes = adaptBlock(block, new Map())
  return addresses.flatMap((address) => {
    const { host, port, path } = siteAddress(address, ports)
    const match: Matcher[] =
      host === '' && path === ''
        ? []
        : [{ ...ANY, hosts: host === '' ? undefined : [host], paths: path === '' ? undefined : [path] }]
    const route: Route = { match, handle: [{ kind: 'subroute', routes, handlesErrors }], group: '', terminal: true }
    return bound.map((on) => ({
      match,
      listen: { host: networkAddress(on).host, from: port, to: port },
      route,
      handlesErrors,
    }))
  })
}

/** `https://shop.example.com:8443/x`, `shop.example.com`, `:8080`. */
function siteAddress(text: string, ports: Ports): { host: string; port: number; path: string } {
  const [, scheme = '', rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(text) ?? []
  const slash = rest.indexOf('/')
  const { host, from } = networkAddress(slash < 0 ? rest : rest.slice(0, slash))
  const usual = scheme === 'http' ? ports.http : ports.https
  return { host: host === '0.0.0.0' ? '' : host, port: from || usual, path: slash < 0 ? '' : rest.slice(slash) }
}
