import { type Followed, fitsAny } from './match.ts'
import type { CaddyModel, Handler, Relay, Route, Server } from './model.ts'

/** What becomes of one request. */
export interface Fate {
  /** Caddy listens on the port. */
  listens: boolean
  /** A site takes the request. */
  found: boolean
  /** Host names of the site, without addresses. */
  names: string[]
  handler: 'proxy' | 'fastcgi' | 'return' | 'abort' | 'static' | ''
  proxy: Relay | undefined
  /** Of `return`: the status, 0 where it is computed. */
  status: number
  at: string
  /** The path that the upstream gets; '' where it cannot be told. */
  path: string
  handlesErrors: boolean
  /** How long the server keeps a visitor's idle connection, in ms; 0 where nothing is set. */
  idleMs: number
  /** Matchers on the way that could not be judged, '' when none was. */
  doubt: string
}

/** Follows a request through a configuration, as Caddy's routes do: in order, by matchers, groups and rewrites. */
export function fateOf(model: CaddyModel, asked: Followed): Fate {
  const fate: Fate = {
    listens: false,
    found: false,
    names: [],
    handler: '',
    proxy: undefined,
    status: 0,
    at: '',
    path: asked.path,
    handlesErrors: false,
    idleMs: 0,
    doubt: '',
  }
  const server = serverOf(model.servers, asked)
  if (server === undefined) return fate
  fate.listens = true
  fate.handlesErrors = server.handlesErrors
  fate.idleMs = server.idleMs
  follow(server.routes, { ...asked }, fate)
  return fate
}

function serverOf(servers: readonly Server[], { host, port }: Followed): Server | undefined {
  const fits = (server: Server, exact: boolean) =>
    server.listen.some(
      (each) => each.from <= port && port <= each.to && (exact ? each.host === host : each.host !== host),
    )
  return servers.find((each) => fits(each, true)) ?? servers.find((each) => fits(each, false))
}

/** True where the request ends here. */
function follow(routes: readonly Route[], request: Followed, fate: Fate): boolean {
  const taken = new Set<string>()
  for (const route of routes) {
    if (route.group !== '' && taken.has(route.group)) continue
    const fits = fitsAny(route.match, request)
    if (fits === undefined)
      fate.doubt ||= `a matcher (${othersOf(route)}) decides there, which cannot be judged from outside`
    if (fits !== true) continue
    if (route.group !== '') taken.add(route.group)
    const hosts = route.match.flatMap((matcher) => matcher.hosts ?? [])
    if (hosts.length > 0) {
      fate.found = true
      fate.names = hosts.filter((host) => /[a-z]/i.test(host) && !host.includes(':') && host !== 'localhost')
    }
    for (const handler of route.handle) if (handle(handler, request, fate)) return true
    if (route.terminal) return true
  }
  return false
}

function handle(handler: Handler, request: Followed, fate: Fate): boolean {
  switch (handler.kind) {
    case 'subroute':
      if (handler.handlesErrors) fate.handlesErrors = true
      return follow(handler.routes, request, fate)
    case 'rewrite':
      rewrite(handler, request, fate)
      return false
    case 'proxy':
      fate.found = true
      fate.handler = handler.proxy.scheme === 'fastcgi' ? 'fastcgi' : 'proxy'
      fate.proxy = handler.proxy
      fate.at = handler.proxy.at
      if (fate.path !== '') fate.path = request.path
      return true
    case 'respond':
      fate.found = true
      fate.handler = handler.abort ? 'abort' : 'return'
      fate.status = handler.status
      fate.at = handler.at
      return true
    case 'files':
      fate.found = true
      fate.handler = 'static'
      fate.at = handler.at
      return true
    case 'asks':
    case 'other':
      return false
  }
}

function rewrite(handler: Extract<Handler, { kind: 'rewrite' }>, request: Followed, fate: Fate): void {
  if (handler.other) fate.path = ''
  if (handler.strip !== '' && request.path.startsWith(handler.strip)) {
    const rest = request.path.slice(handler.strip.length)
    request.path = rest.startsWith('/') ? rest : `/${rest}`
  }
  if (handler.uri === '') return
  const uri = (handler.uri.split('?', 1)[0] ?? '').replaceAll('{http.request.uri}', request.path)
  const written = uri
    .replaceAll('{uri}', request.path)
    .replaceAll('{http.request.uri.path}', request.path)
    .replaceAll('{path}', request.path)
  // Any other placeholder is filled at run time.
  if (written.includes('{') || !written.startsWith('/')) fate.path = ''
  else request.path = written
}

function othersOf(route: Route): string {
  const names = route.match.flatMap(({ others, not }) => [...others, ...not.flatMap((each) => each.others)])
  return [...new Set(names)].slice(0, 3).join(', ')
}

/** Every proxy of a configuration. */
export function proxiesOf(model: CaddyModel): Relay[] {
  const all = (routes: readonly Route[]): Relay[] =>
    routes.flatMap(({ handle }) =>
      handle.flatMap((each) =>
        each.kind === 'proxy' || each.kind === 'asks' ? [each.proxy] : each.kind === 'subroute' ? all(each.routes) : [],
      ),
    )
  return model.servers.flatMap(({ routes }) => all(routes))
}
