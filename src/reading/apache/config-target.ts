import type { Directive } from './config-lines.ts'
import { type Levels, milliseconds, pairs, placeOf } from './config-values.ts'

/** One address that requests are sent to. */
export interface Member {
  host: string
  port: number
  socket: string
  /** Taken out of service (`status=+D`). */
  down: boolean
  backup: boolean
}

/** Where a request is sent. */
export interface Target {
  /** As written. */
  text: string
  at: string
  /** http | https | fcgi | … of what is spoken. */
  scheme: string
  members: Member[]
  /** The balancer's name, '' for a single address. */
  balancer: string
  /** What stands behind the address: the path that the rest of the URL's path is put to. */
  path: string
  /** The target holds something that only a request decides. */
  variable: boolean
  /** Settings of the worker or of the members. */
  timeoutMs: number
  connectTimeoutMs: number
  retrySeconds: number
  /** `ttl=` in ms: an idle connection older than that is not used again; 0 where nothing is set. */
  ttlMs: number
  /** `disablereuse=on`: each connection is for one request. */
  closes: boolean
  /** ResponseFieldSize in bytes, 0 for Apache's default. */
  fieldBytes: number
  /** Members that are all in error are asked all the same (the default). */
  forced: boolean
}

const DEFAULT_PORTS: Record<string, number> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  h2: 443,
  h2c: 80,
  ajp: 8009,
  fcgi: 8000,
  scgi: 4000,
  uwsgi: 3031,
}

/**
 * What a target of ProxyPass, SetHandler or a rewrite leads to, with the settings of its worker.
 * @param words the words behind the target: `timeout=5 retry=0`
 */
export function targetOf(text: string, words: readonly string[], at: string, levels: Levels): Target {
  const own = pairs(words)
  const name = /^balancer:\/\/([^/]+)/i.exec(text)?.[1]?.toLowerCase()
  if (name !== undefined) return balanced(text, name, own, at, levels)
  const [scheme, rest, socket] = partsOf(text)
  const settings = new Map([...proxySet(levels, text), ...own])
  return {
    ...common(settings),
    text,
    at,
    scheme,
    balancer: '',
    path: pathOf(rest),
    variable: isVariable(rest),
    members: [memberOf(scheme, rest, socket)],
  }
}

function balanced(text: string, name: string, own: Map<string, string>, at: string, levels: Levels): Target {
  const sections = proxySections(levels).filter(({ args }) => args[0]?.toLowerCase() === `balancer://${name}`)
  const lines = sections.flatMap(({ block }) => (block ?? []).filter((each) => each.name === 'balancermember'))
  const outside = levels
    .flat()
    .filter((each) => each.name === 'balancermember' && each.args[0]?.toLowerCase() === `balancer://${name}`)
  const words = [...lines.map(({ args }) => args), ...outside.map(({ args }) => args.slice(1))].filter(
    ([url]) => url !== undefined,
  )
  const settings = new Map([...proxySet(levels, `balancer://${name}`), ...own])
  const first = pairs(words[0]?.slice(1) ?? [])
  const [scheme = 'http'] = words.map(([url = '']) => partsOf(url)[0])
  const members = words.map(([url = '', ...more]) => {
    const [its, rest, socket] = partsOf(url)
    const status = pairs(more).get('status') ?? ''
    return {
      ...memberOf(its, rest, socket),
      down: /D|S/i.test(status.replace(/-[DS]/gi, '')),
      backup: /[HR]/i.test(status),
    }
  })
  // The path of a member stands before the balancer's.
  const before = pathOf(partsOf(words[0]?.[0] ?? '')[1]).replace(/\/$/, '')
  return {
    ...common(new Map([...first, ...settings])),
    text,
    at,
    scheme,
    balancer: name,
    path: `${before}${pathOf(text.slice('balancer://'.length))}`,
    variable: isVariable(text),
    members,
  }
}

function common(settings: ReadonlyMap<string, string>) {
  const get = (key: string): string => settings.get(key) ?? ''
  const timeoutMs = milliseconds(get('timeout'))
  return {
    timeoutMs,
    connectTimeoutMs: milliseconds(get('connectiontimeout')) || timeoutMs,
    ttlMs: milliseconds(get('ttl')),
    closes: get('disablereuse').toLowerCase() === 'on' || get('enablereuse').toLowerCase() === 'off',
    retrySeconds: /^[0-9]{1,9}$/.test(get('retry')) ? Number(get('retry')) : 60,
    fieldBytes: /^[0-9]{1,9}$/.test(get('responsefieldsize')) ? Number(get('responsefieldsize')) : 0,
    forced: get('forcerecovery').toLowerCase() !== 'off',
  }
}

/** `unix:/run/x.sock|fcgi://localhost/srv` and `http://host:port/path` as scheme, the rest, and the socket. */
function partsOf(text: string): [scheme: string, rest: string, socket: string] {
  const unix = /^unix:([^|]*)\|?(.*)$/is.exec(text)
  const url = unix === null ? text : (unix[2] ?? '')
  const match = /^([a-z][a-z0-9]*):\/\/(.*)$/is.exec(url)
  const scheme = (match?.[1] ?? /^([a-z][a-z0-9]*):/i.exec(url)?.[1] ?? 'http').toLowerCase()
  return [scheme, match?.[2] ?? '', unix?.[1] ?? '']
}

function memberOf(scheme: string, rest: string, socket: string): Member {
  const none = { socket, down: false, backup: false }
  if (socket !== '') return { ...none, host: '', port: 0 }
  const authority = rest.slice(0, rest.search(/[/?#]|$/))
  const bracket = /^\[([0-9a-f:.]+)\](?::([0-9]{1,5}))?$/i.exec(authority)
  if (bracket !== null)
    return { ...none, host: (bracket[1] ?? '').toLowerCase(), port: Number(bracket[2] ?? portFor(scheme)) }
  const plain = /^([^:]*)(?::([0-9]{1,5}))?$/.exec(authority)
  return { ...none, host: (plain?.[1] ?? '').toLowerCase(), port: Number(plain?.[2] ?? portFor(scheme)) }
}

function portFor(scheme: string): number {
  return DEFAULT_PORTS[scheme] ?? 0
}

/** Everything from the first slash on. */
function pathOf(rest: string): string {
  const slash = rest.indexOf('/')
  return slash < 0 ? '' : rest.slice(slash)
}

function isVariable(rest: string): boolean {
  return /\$[0-9{]|%[{0-9]/.test(rest)
}

/** `<Proxy …>` sections of all levels. */
function proxySections(levels: Levels): Directive[] {
  return levels.flat().filter(({ name, block }) => name === 'proxy' && block !== undefined)
}

/** What `ProxySet` says of a worker, in its section or outside. */
function proxySet(levels: Levels, url: string): Map<string, string> {
  const wanted = plain(url)
  const inside = proxySections(levels)
    .filter(({ args }) => plain(args[0] ?? '') === wanted)
    .flatMap(({ block }) => (block ?? []).filter(({ name }) => name === 'proxyset'))
  const outside = levels.flat().filter(({ name, args }) => name === 'proxyset' && plain(args[0] ?? '') === wanted)
  return pairs([...inside, ...outside].flatMap(({ args }) => args))
}

function plain(url: string): string {
  return url.toLowerCase().replace(/\/+$/, '')
}

/** Every address that this configuration sends anything to, with where it says so. */
export function allTargets(tree: readonly Directive[]): (Member & { at: string })[] {
  const found: (Member & { at: string })[] = []
  const walk = (level: readonly Directive[], inLocation: boolean): void => {
    for (const directive of level) {
      if (directive.block !== undefined) {
        walk(directive.block, /^location/.test(directive.name))
        continue
      }
      const url = sentTo(directive, inLocation)
      if (url === undefined || /^balancer:/i.test(url)) continue
      const [scheme, rest, socket] = partsOf(url)
      const member = memberOf(scheme, rest, socket)
      if (member.socket !== '' || (member.host !== '' && !isVariable(member.host)))
        found.push({ ...member, at: placeOf(directive) })
    }
  }
  walk(tree, false)
  return found
}

/** The address in one directive, if it sends anywhere. */
function sentTo({ name, args }: Directive, inLocation: boolean): string | undefined {
  if (name === 'proxypass' || name === 'proxypassmatch') {
    const url = args.find((arg, i) => (inLocation || i > 0) && /^[a-z]+:/i.test(arg))
    return url
  }
  if (name === 'balancermember') return args.find((arg) => /^(?!balancer:)[a-z]+:/i.test(arg))
  if (name === 'sethandler') return /^proxy:(.+)$/i.exec(args[0] ?? '')?.[1]
  if (name === 'rewriterule' && /\bP\b/.test(args[2] ?? ''))
    return /^[a-z]+:/i.test(args[1] ?? '') ? args[1] : undefined
  return undefined
}
