import { isIP } from 'node:net'
import type { Capture } from '../../words/look.ts'
import { NEVER, type Value } from '../../words/value.ts'
import { editsOf } from '../machine/edits.ts'
import { askedRequest } from '../nginx/config-asked.ts'
import { objects, text } from '../process/found.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { type Asked, aclsOf } from './config-acl.ts'
import { checkOf, checkWants } from './config-check.ts'
import { keepConfig, sectionsOf } from './config-keep.ts'
import { globalOf, logFormat, logTargets, nameServers } from './config-logs.ts'
import { hasOption, lastLine, modeOf, type ProxySection, proxiesOf } from './config-proxy.ts'
import { boundOf } from './config-rules.ts'
import { addressText, claimedBy, membersOf, neededBy, type Route, routeOf, siteNames } from './config-site.ts'
import { timesOf } from './config-times.ts'
import { type HaproxyConfig, haproxyConfig } from './types.ts'

/**
 * Reads HAProxy's configuration, as the look `haproxy-config` gives it, for one URL: which frontend takes it,
 * which backend gets it, how its servers are reached. HAProxy's own rules, from its configuration manual.
 */
export const haproxyConfigReader = reader({
  name: 'haproxy-config',
  output: haproxyConfig,
  consults: [
    'url.scheme',
    'url.host',
    'url.port',
    'url.path',
    'url.address',
    'gateway.scheme',
    'gateway.port',
    'gateway.address',
    'gateway.host',
    'gateway.path',
    'log.backend',
  ],
  keep: keepConfig,
  read,
})

function read(capture: Capture, { facts }: ReadContext): Reading<HaproxyConfig> {
  const sections = sectionsOf(capture.out)
  const global = globalOf(sections)
  const proxies = proxiesOf(sections)
  const asked = askedOf(facts)
  const address = textOf(facts, 'gateway.address') || textOf(facts, 'url.address') || asked.host
  const route = routeOf(proxies, asked, address, { backend: textOf(facts, 'log.backend') })
  const newest = newestOf(capture)
  const files = objects(capture.meta, 'files').map((file) => text(file, 'path'))
  const cut = capture.outcome !== 'ok' || capture.cut || capture.timedOut || capture.why !== undefined
  const dark: Dark[] = []
  if (cut) {
    dark.push({ why: capture.why ?? 'cut', says: capture.says ?? "HAProxy's configuration was read in part only" })
  }
  if (route.doubt !== '') dark.push({ why: 'not-understood', says: `HAProxy's configuration: ${route.doubt}` })
  const value = {
    ...siteOf(route, asked, global),
    needed: neededBy(proxies, global, asked.port),
    resolver: nameServers(sections, membersOf(route.backend, global, asked.port)[0]?.resolvers ?? ''),
    conf: text(capture.meta, 'conf') || (files[0] ?? ''),
    complete: dark.length === 0 && route.frontend !== undefined,
    newest: newest.at,
    newest_file: newest.path,
    edits: editsOf(capture.meta),
    claimed: claimedBy(proxies, global, asked.port, membersOf(route.backend, global, asked.port)),
    backends: proxies.flatMap(({ kind, name }) => (kind === 'frontend' ? [] : [name])).slice(0, 100),
    stats_sockets: global.statsSockets,
    chroot: global.chroot,
    maxconn: BigInt(global.maxconn),
    maxconn_at: global.maxconnAt,
    buffer_bytes: BigInt(global.room),
    buffer_at: global.roomAt,
  }
  return { value, dark, lines: telling(route) }
}

type Site = Omit<
  HaproxyConfig,
  | 'conf'
  | 'complete'
  | 'newest'
  | 'newest_file'
  | 'edits'
  | 'claimed'
  | 'needed'
  | 'backends'
  | 'stats_sockets'
  | 'chroot'
  | 'maxconn'
  | 'maxconn_at'
  | 'buffer_bytes'
  | 'buffer_at'
>

/** What the URL's own frontend and backend say. */
function siteOf(route: Route, asked: Asked, global: ReturnType<typeof globalOf>): Site {
  const { frontend, backend } = route
  const front = frontend?.lines ?? []
  const back = backend?.lines ?? []
  const servers = membersOf(backend, global, asked.port)
  const [first] = servers
  const sure = route.answers.find((each) => each.holds === true && !each.limit)
  const acls = aclsOf([...front, ...back])
  const rules = [...front, ...(backend === frontend ? [] : back)]
  const check = checkOf(back, servers)
  const mode = modeOf(front)
  return {
    doubt: route.doubt,
    listens: frontend !== undefined,
    frontend: frontend?.name ?? '',
    frontend_at: frontend?.at ?? '',
    mode: frontend === undefined ? '' : mode,
    backend: backend?.name ?? '',
    backend_at: backend?.at ?? '',
    chosen_at: route.chosenAt,
    handler: handlerOf(route, sure !== undefined, mode, servers.length),
    askable: mode === 'http' && servers.every(({ protocol, proxyProtocol }) => !proxyProtocol && plainHttp(protocol)),
    returns: BigInt(sure?.status ?? 0),
    returns_at: sure?.at ?? '',
    answers: route.answers.map(({ status, action, at, rule, limit }) => ({
      status: BigInt(status),
      action,
      at,
      rule,
      limit,
      bound: boundOf(rules.find((line) => line.at === at)?.words ?? [], acls),
    })),
    members: servers.map(({ name, host, port, socket, backup, disabled, check: checked, maxconn, at }) => ({
      ...{ name, host, port: BigInt(port), socket, backup, disabled, check: checked, maxconn: BigInt(maxconn), at },
    })),
    named: servers.flatMap((each) => (each.socket === '' && isIP(each.host) === 0 ? [addressText(each)] : [])),
    in_service: BigInt(servers.filter(({ backup, disabled }) => !backup && !disabled).length),
    scheme: first?.tls === true || passesTls(route, asked) ? 'https' : 'http',
    upstream_path: pathMade(rules) ? '' : asked.path,
    upstream_host_header: hostMade(rules) ?? hostHeader(asked),
    protocol: first?.protocol ?? '',
    proxy_protocol: servers.some(({ proxyProtocol }) => proxyProtocol),
    ...timesOf(front, back, first),
    retries: BigInt(lastLine(back, 'retries')?.words[1]?.match(/^\d{1,4}$/)?.[0] ?? 3),
    redispatch: hasOption(back, 'redispatch'),
    error_files: [...front, ...back].flatMap(({ words, at }) =>
      words[0] === 'errorfile' && /^\d{3}$/.test(words[1] ?? '')
        ? [{ code: BigInt(words[1] ?? 0), path: words[2] ?? '', at }]
        : [],
    ),
    check: check.kind,
    check_method: check.method,
    check_path: check.path,
    check_host: check.host,
    check_expects: check.expects,
    ...checkWants(check),
    check_port: BigInt(check.port),
    check_at: check.at,
    resolver: '',
    tls_sni: first?.sni ?? '',
    tls_verify: first?.verify ?? false,
    tls_name: first?.verifyName || first?.sni || '',
    tls_protocols: first?.versions ?? [],
    tls_ciphers: first?.ciphers ?? '',
    tls_trusted: first?.trusted ?? '',
    tls_at: first?.tls === true ? first.at : '',
    log_targets: logTargets(front, global),
    log_format: logFormat(front),
    frontend_maxconn: BigInt(lastLine(front, 'maxconn')?.words[1]?.match(/^\d{1,9}$/)?.[0] ?? 0),
    names: siteNames(route),
  }
}

function handlerOf(route: Route, answered: boolean, mode: string, servers: number): string {
  if (route.frontend === undefined) return ''
  if (answered) return 'return'
  if (servers === 0) return ''
  if (route.backend?.lines.some(({ words }) => words[0] === 'use-fcgi-app') === true) return 'fastcgi'
  return mode === 'http' ? 'proxy' : mode
}

/** Words of `proto` that leave the server to HTTP/1. */
function plainHttp(protocol: string): boolean {
  return protocol === '' || protocol === 'h1' || protocol === 'none'
}

/** In mode tcp, TLS that is not ended in front goes through to the server. */
function passesTls({ frontend, passes }: Route, asked: Asked): boolean {
  return frontend !== undefined && asked.scheme === 'https' && modeOf(frontend.lines) === 'tcp' && passes
}

/** A rule may make another path than the visitor's. */
function pathMade(lines: ProxySection['lines']): boolean {
  return lines.some(
    ({ words }) => words[0] === 'http-request' && /^(set-path|replace-path|set-uri)$/.test(words[1] ?? ''),
  )
}

/** The Host that a rule sets; '' where it is made for each request, undefined where none is set. */
function hostMade(lines: ProxySection['lines']): string | undefined {
  const rule = lastLine(lines, 'http-request', 'set-header')
  if (rule === undefined) return undefined
  const value = rule.words[3] ?? ''
  return value.includes('%[') || rule.words.includes('if') || rule.words.includes('unless') ? '' : value
}

/** HAProxy passes the visitor's Host on as it is. */
function hostHeader({ scheme, host, port }: Asked): string {
  const name = host.includes(':') ? `[${host}]` : host
  return (scheme === 'https' ? 443 : 80) === port ? name : `${name}:${port}`
}

function askedOf(facts: ReadonlyMap<string, Value>): Asked {
  // Behind a CDN or a balancer the site's requests come in elsewhere than at the URL's own port.
  const scheme = textOf(facts, 'gateway.scheme') || textOf(facts, 'url.scheme') || 'http'
  const port = Number(facts.get('gateway.port') ?? facts.get('url.port') ?? 0)
  const path = (textOf(facts, 'gateway.path') || textOf(facts, 'url.path')).split(/[?#]/)[0] ?? ''
  return {
    scheme,
    host: askedRequest(facts).host,
    port: Number.isInteger(port) && port > 0 ? port : scheme === 'https' ? 443 : 80,
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

function textOf(facts: ReadonlyMap<string, Value>, name: string): string {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}

function newestOf(capture: Capture): { at: Date; path: string } {
  let newest = { at: NEVER, path: '' }
  for (const file of objects(capture.meta, 'files')) {
    const at = new Date(text(file, 'mtime'))
    if (!Number.isNaN(at.getTime()) && at > newest.at) newest = { at, path: text(file, 'path') }
  }
  return newest
}

function telling({ frontend, backend, chosenAt }: Route): string[] {
  return [
    frontend === undefined ? '' : `${frontend.at}: ${frontend.kind} ${frontend.name}`,
    backend === undefined || backend === frontend ? '' : `${chosenAt}: ${backend.name}`,
    ...(backend?.lines ?? [])
      .filter(({ words }) => words[0] === 'server')
      .map(({ words, at }) => `${at}: ${words.slice(0, 3).join(' ')}`),
  ]
    .filter((line) => line !== '')
    .slice(0, 5)
}
