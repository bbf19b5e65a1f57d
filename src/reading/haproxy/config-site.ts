import { plainAddress } from '../process/addresses.ts'
import { type Asked, aclsOf } from './config-acl.ts'
import { bindsOf, takesAddress, takesPort } from './config-address.ts'
import type { Global } from './config-logs.ts'
import type { ProxySection } from './config-proxy.ts'
import { chosenBackend, type OwnAnswer, ownAnswers } from './config-rules.ts'
import { type Server, serversOf } from './config-server.ts'

/** The way of one request through the configuration. */
export interface Route {
  frontend: ProxySection | undefined
  backend: ProxySection | undefined
  chosenAt: string
  doubt: string
  answers: OwnAnswer[]
  /** The bind that takes the connection does not end TLS. */
  passes: boolean
}

/**
 * The frontend that takes the URL's connections and the backend that gets its requests. `seen`: the names that
 * the log or the runtime socket told of a request of ours; they decide where the files do not.
 */
export function routeOf(
  proxies: readonly ProxySection[],
  asked: Asked,
  address: string,
  seen: { backend: string },
): Route {
  const fronts = proxies.filter(({ kind }) => kind !== 'backend')
  const takers = fronts.filter(({ lines }) =>
    bindLines(lines).some((bind) => takesPort(bind, asked.port) && takesAddress(bind, address)),
  )
  const frontend = mostExact(takers, asked.port, address)
  if (frontend === undefined)
    return { frontend, backend: undefined, chosenAt: '', doubt: '', answers: [], passes: false }
  const several = takers.length > 1 && plainAddress(address) === ''
  const doubts = several ? [`${takers.length} frontends bind port ${asked.port}`] : []
  const chosen = chosenBackend(frontend.lines, asked)
  const answers = ownAnswers(frontend.lines, asked)
  const name = seen.backend || chosen.name
  if (chosen.doubt !== '' && seen.backend === '') doubts.push(chosen.doubt)
  const own = frontend.kind === 'listen' && (name === '' || name === frontend.name)
  const backend = own ? frontend : proxies.find((each) => each.kind !== 'frontend' && each.name === name)
  const rest = backend === undefined || own ? [] : ownAnswers(backend.lines, asked)
  const binds = bindLines(frontend.lines).filter((bind) => takesPort(bind, asked.port) && takesAddress(bind, address))
  const passes = binds.every(({ tls }) => !tls)
  // A rule that surely answers ends the way.
  const all = answers.some((each) => each.holds === true) ? answers : [...answers, ...rest]
  return { frontend, backend, chosenAt: chosen.at || frontend.at, doubt: doubts.join('; '), answers: all, passes }
}

function bindLines(lines: ProxySection['lines']) {
  return lines.flatMap(({ words, at }) => (words[0] === 'bind' ? bindsOf(words, at) : []))
}

/** Of several, the one that binds the address itself gets its connections before one that binds any. */
function mostExact(takers: readonly ProxySection[], port: number, address: string): ProxySection | undefined {
  const plain = plainAddress(address)
  const exact = takers.find(({ lines }) =>
    bindLines(lines).some((bind) => takesPort(bind, port) && bind.host === plain),
  )
  return exact ?? takers[0]
}

/** The servers of a backend, with those ports that follow the visitor's own filled in. */
export function membersOf(backend: ProxySection | undefined, global: Global, port: number): Server[] {
  if (backend === undefined) return []
  return serversOf(backend.lines, global).map((server) =>
    server.socket === '' && server.host !== '' && server.relative ? { ...server, port: port + server.port } : server,
  )
}

/** `host:port`, `[v6]:port` or a socket's path. */
export function addressText({ host, port, socket }: Pick<Server, 'host' | 'port' | 'socket'>): string {
  if (socket !== '') return socket
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Every address of another backend's server. */
export function claimedBy(
  proxies: readonly ProxySection[],
  global: Global,
  port: number,
  own: readonly Server[],
): string[] {
  const mine = new Set(own.map(addressText))
  const all = proxies.flatMap((proxy) => (proxy.kind === 'frontend' ? [] : membersOf(proxy, global, port)))
  return [...new Set(all.map(addressText))].filter((text) => !mine.has(text)).slice(0, 200)
}

const GENERIC = new Set(
  'app apps web www http https backend frontend server servers api default main site sites static nodes pool local'.split(
    ' ',
  ),
)

/** Words that name a site: its backend, and the hosts of the conditions that choose it. */
export function siteNames({ frontend, backend }: Route): string[] {
  const hosts = [...aclsOf(frontend?.lines ?? []).values()].flat()
  const inline = (frontend?.lines ?? []).flatMap(({ words }) => (words[0] === 'use_backend' ? [words.slice(2)] : []))
  const named = [...hosts, ...inline].flatMap((words) =>
    words.some((word) => /hdr(_\w+)?\(host\)/i.test(word))
      ? words.filter((word) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(word))
      : [],
  )
  const backendName = (backend?.name ?? '').replace(/^(be|bk|backend)[_-]|[_-](be|bk|backend|servers?|pool)$/gi, '')
  return [...new Set([backendName, ...named])].filter((word) => word.length > 1 && !GENERIC.has(word.toLowerCase()))
}

/** The names that HAProxy looks up when it starts, and without which it does not. */
export function neededBy(proxies: readonly ProxySection[], global: Global, port: number): string[] {
  const all = proxies.flatMap((proxy) => (proxy.kind === 'frontend' ? [] : membersOf(proxy, global, port)))
  const named = all.filter((each) => each.socket === '' && each.host !== '' && plainAddress(each.host) === '')
  return [...new Set(named.filter(({ optional }) => !optional).map(addressText))].slice(0, 50)
}
