import { arity } from './config-arity.ts'
import { conditionWords, HIDDEN } from './config-condition.ts'
import type { Directive } from './parse-config.ts'

const BLOCKS = new Set(['http', 'server', 'location', 'upstream', 'events', 'if', 'limit_except', 'stream'])
const FAMILIES = ['proxy', 'fastcgi', 'uwsgi', 'scgi', 'grpc'] as const
const PER_FAMILY = [
  'connect_timeout',
  'read_timeout',
  'send_timeout',
  'next_upstream',
  'buffer_size',
  'intercept_errors',
  'ssl_server_name',
  'ssl_name',
  'ssl_verify',
  'ssl_protocols',
  'ssl_ciphers',
  'ssl_trusted_certificate',
]
const WHOLE = new Set([
  ...FAMILIES.flatMap((family) => PER_FAMILY.map((name) => `${family}_${name}`)),
  ...['include', 'listen', 'server_name', 'server', 'root', 'alias', 'index', 'break', 'merge_slashes', 'internal'],
  ...['limit_req_zone', 'limit_req', 'limit_req_status', 'limit_req_dry_run', 'worker_rlimit_nofile'],
  ...['limit_conn_zone', 'limit_conn', 'limit_conn_status', 'limit_conn_dry_run', 'worker_connections'],
  ...['error_log', 'log_format', 'proxy_http_version', 'resolver', 'keepalive', 'keepalive_timeout'],
])
/** Directives that answer a request themselves: only their name is needed. */
const NAME_ONLY =
  /^(content_by_lua(_block|_file)?|rewrite_by_lua(_block|_file)?|access_by_lua(_block|_file)?|js_content|perl|stub_status|empty_gif)$/
/** `127.0.0.1:3000`, `http://app:3000`, `[::1]:3000`: with a port, as nothing else that a map may hold. */
const TARGET = /^(?:https?:\/\/)?(?:\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9_.-]{1,253}):\d{1,5}(?:\/[^\s@]{0,200})?$/
const PASS = /^(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass$/

/** `proxy_pass` and its relatives. */
export function isPass(name: string): boolean {
  return PASS.test(name)
}

/** Leaves of several files' trees only what the reader needs; doing it twice changes nothing more. */
export function pruneTrees(trees: readonly (readonly Directive[])[]): Directive[][] {
  const routed = routedVariables(trees)
  return trees.map((tree) => prune(tree, routed))
}

function prune(tree: readonly Directive[], routed: ReadonlySet<string>): Directive[] {
  const kept: Directive[] = []
  for (const directive of tree) {
    const args = keptArgs(directive, routed)
    if (args === undefined) continue
    const { block } = directive
    if (block !== undefined && choosesTarget(directive, routed)) {
      kept.push({ ...directive, args, block: targetsOf(block) })
      continue
    }
    kept.push({ ...directive, args, ...(block === undefined ? {} : { block: prune(block, routed) }) })
  }
  return kept
}

/** A `map` that gives a variable its value which decides where requests go. */
function choosesTarget({ name, args }: Directive, routed: ReadonlySet<string>): boolean {
  return name === 'map' && routed.has(plainName(args[1] ?? ''))
}

/** Of a map's lines only addresses, each without what it is chosen by. */
function targetsOf(block: readonly Directive[]): Directive[] {
  return block.flatMap((entry) => {
    const value = address(entry.args[0] ?? '')
    return TARGET.test(value) ? [{ ...entry, name: 'to', args: [value] }] : []
  })
}

/** Names of the variables that decide where requests go, and under which Host: their values are needed. */
function routedVariables(trees: readonly (readonly Directive[])[]): Set<string> {
  const routed = new Set<string>()
  const values = new Map<string, string[]>()
  const walk = (tree: readonly Directive[]): void => {
    for (const { name, args, block } of tree) {
      const [first = '', second = ''] = args
      if (isPass(name)) for (const one of variablesIn(address(first))) routed.add(one)
      else if (setsHost(name, first)) for (const one of variablesIn(second)) routed.add(one)
      else if (name === 'set') {
        const known = values.get(plainName(first))
        if (known === undefined) values.set(plainName(first), [second])
        else known.push(second)
      }
      if (block !== undefined && BLOCKS.has(name)) walk(block)
    }
  }
  for (const tree of trees) walk(tree)
  // A set grows while it is walked: what a routed variable is made of is routed too.
  for (const name of routed) {
    for (const value of values.get(name) ?? []) for (const one of variablesIn(value)) routed.add(one)
  }
  return routed
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? '')
}

function plainName(variable: string): string {
  return variable.replace(/^\$/, '')
}

function setsHost(name: string, header: string): boolean {
  return (name === 'proxy_set_header' || name === 'grpc_set_header') && header.toLowerCase() === 'host'
}

/** What a Connection header says of keeping the connection: the words of RFC 9110, or a variable. */
function connects(header: string, value: string): boolean {
  return header.toLowerCase() === 'connection' && /^(|close|keep-alive|upgrade|\$\w{1,40})$/i.test(value)
}

/** The arguments that may be kept; undefined: nothing of the directive. */
function keptArgs(directive: Directive, routed: ReadonlySet<string>): string[] | undefined {
  const { name, block } = directive
  if (block !== undefined && choosesTarget(directive, routed)) return [HIDDEN, directive.args[1] ?? '']
  if (block !== undefined && !BLOCKS.has(name)) return undefined
  if (name === 'if') return conditionWords(directive.args)
  const shown = knownArgs(directive, routed)
  if (shown === undefined) return undefined
  // Words beyond what the directive takes are of the next one, whose `;` was forgotten before.
  const [, most] = arity(name)
  return shown.map((arg, i) => (i < most ? arg : HIDDEN))
}

function knownArgs({ name, args, block }: Directive, routed: ReadonlySet<string>): string[] | undefined {
  // A block that lost its braces is still worth a complaint.
  if (BLOCKS.has(name)) return block === undefined && name !== 'server' ? args.map(() => HIDDEN) : args
  if (WHOLE.has(name)) return args
  if (isPass(name)) return args.map(address)
  if (NAME_ONLY.test(name)) return []
  switch (name) {
    case 'access_log':
      return args.map((arg, i) => (i < 2 ? arg : HIDDEN))
    case 'return':
      return returnArgs(args)
    case 'rewrite':
    case 'error_page':
    case 'try_files':
      return args.map((arg, i) => (name === 'rewrite' && i === 0 ? arg : needlessQuery(arg)))
    case 'set':
      return args.map((arg, i) => (i === 1 ? setValue(args[0] ?? '', arg, routed) : arg))
    case 'proxy_set_header':
    case 'grpc_set_header':
      return args.map((arg, i) =>
        i === 0 || setsHost(name, args[0] ?? '') || connects(args[0] ?? '', arg) ? arg : HIDDEN,
      )
    default:
      return undefined
  }
}

/** The code; texts and addresses that are answered are nobody's business here. */
function returnArgs(args: readonly string[]): string[] {
  const [first = ''] = args
  if (args.length === 1) return [/^\d{3}$/.test(first) ? first : '302']
  if (args.length === 2 && /^\d{3}$/.test(first)) return [first]
  return args.map((arg, i) => (i === 0 && /^\d{3}$/.test(arg) ? arg : HIDDEN))
}

/** Anything may be `set`; kept are flags, and the values of variables that a pass uses. */
function setValue(variable: string, value: string, routed: ReadonlySet<string>): string {
  if (isFlag(value)) return value
  return routed.has(plainName(variable)) && value.length <= 256 && !/\s/.test(value) ? address(value) : HIDDEN
}

/** A value that cannot be a secret. */
function isFlag(value: string): boolean {
  return /^(\d{1,3}|on|off|true|false|yes|no|[A-Z]{1,8}|)$/.test(value)
}

/** An address without userinfo and query. */
function address(value: string): string {
  return needlessQuery(value).replace(/\/\/[^/@]*@/, '//')
}

/** What stands before the query. */
function needlessQuery(value: string): string {
  const at = value.indexOf('?')
  return at < 0 ? value : value.slice(0, at)
}
