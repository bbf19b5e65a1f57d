import { matcherOf, type Named, namedMatchers } from './adapt-matcher.ts'
import { adaptFastcgi, adaptProxy } from './adapt-proxy.ts'
import type { Segment } from './caddyfile.ts'
import type { Handler, Matcher, Route } from './model.ts'

/**
 * The order in which Caddy (2.6) takes the directives of a block, whatever their order in the file; only those that
 * decide where a request goes. Source: Caddy's documentation, "Directive order".
 */
const ORDER = [
  'redir',
  'rewrite',
  'uri',
  'forward_auth',
  'handle',
  'handle_path',
  'route',
  'abort',
  'error',
  'respond',
  'reverse_proxy',
  'php_fastcgi',
  'file_server',
]
/** Of these only the first that fits is taken. */
const EXCLUSIVE = new Set(['handle', 'handle_path'])
const MAX_DEPTH = 30

/** The routes that a block's directives come to. `sorted` is false inside of `route`, where the file's order holds. */
export function adaptBlock(block: readonly Segment[], around: Named, sorted = true, depth = 0): Route[] {
  if (depth > MAX_DEPTH) return []
  const named = namedMatchers(block, around)
  const known = block.filter(({ name }) => ORDER.includes(name))
  const steps = known.map((segment) => ({ segment, ...matcherOf(segment, named) }))
  // A stable sort, as Caddy's: what cannot be compared keeps the file's order.
  if (sorted) steps.sort((a, b) => rankOf(a.segment) - rankOf(b.segment) || bySpecific(a.matchers, b.matchers))
  return steps.map(({ segment, matchers, words }) => ({
    match: withoutPrefix(segment) === '' ? matchers : matchers.slice(0, 1),
    handle: handlersOf(segment, words, named, depth),
    group: EXCLUSIVE.has(segment.name) ? 'handle' : '',
    terminal: false,
  }))
}

/** `handle` and `handle_path` stand in one place. */
function rankOf({ name }: Segment): number {
  return ORDER.indexOf(EXCLUSIVE.has(name) ? 'handle' : name)
}

/** Of two single paths the longer one stands first; else what has any matcher before what has none. */
function bySpecific(a: readonly Matcher[], b: readonly Matcher[]): number {
  const [one, other] = [pathLength(a), pathLength(b)]
  if (one > 0 && other > 0) return other - one
  return Number(b.length > 0) - Number(a.length > 0)
}

function pathLength(matchers: readonly Matcher[]): number {
  const { paths } = matchers[0] ?? { paths: undefined }
  return paths?.length === 1 ? (paths[0]?.length ?? 0) : 0
}

/** What `handle_path` takes off. */
function withoutPrefix({ name, args }: Segment): string {
  const [path = ''] = args
  return name === 'handle_path' && path.startsWith('/') ? path.replace(/\/?\*$/, '') : ''
}

function handlersOf(segment: Segment, words: readonly string[], named: Named, depth: number): Handler[] {
  const at = `${segment.file}:${segment.line}`
  const inner = (sorted: boolean): Handler => ({
    kind: 'subroute',
    routes: adaptBlock(segment.block ?? [], named, sorted, depth + 1),
    handlesErrors: false,
  })
  switch (segment.name) {
    case 'reverse_proxy':
      return [{ kind: 'proxy', proxy: adaptProxy(segment, words) }]
    case 'forward_auth':
      return [{ kind: 'asks', proxy: adaptProxy(segment, words) }]
    case 'php_fastcgi':
      return [{ kind: 'proxy', proxy: adaptFastcgi(segment, words) }]
    case 'handle':
      return [inner(true)]
    case 'route':
      return [inner(false)]
    case 'handle_path': {
      const strip = withoutPrefix(segment)
      return strip === '' ? [inner(true)] : [{ kind: 'rewrite', strip, uri: '', other: false }, inner(true)]
    }
    case 'respond':
      return [{ kind: 'respond', status: statusIn(words, segment, 200), abort: false, at }]
    case 'error':
      return [{ kind: 'respond', status: statusIn(words, segment, 500), abort: false, at }]
    case 'abort':
      return [{ kind: 'respond', status: 0, abort: true, at }]
    case 'redir':
      return [{ kind: 'respond', status: redirectStatus(words[1] ?? ''), abort: false, at }]
    case 'file_server':
      // With a matcher-less file server everything that is left ends there.
      return [{ kind: 'files', at }]
    case 'rewrite':
      return [{ kind: 'rewrite', strip: '', uri: words[0] ?? '', other: false }]
    case 'uri':
      return words[0] === 'strip_prefix'
        ? [{ kind: 'rewrite', strip: words[1] ?? '', uri: '', other: false }]
        : [{ kind: 'rewrite', strip: '', uri: '', other: true }]
    default:
      return []
  }
}

/** `respond 503`, `respond "closed" 503`: a single word of three digits is the status. */
function statusIn(words: readonly string[], { block = [] }: Segment, fallback: number): number {
  const candidate = words.length === 1 ? words[0] : words[1]
  if (candidate !== undefined && /^[1-9]\d\d$/.test(candidate)) return Number(candidate)
  const inBlock = block.find(({ name }) => name === 'status')?.args[0]
  return candidate?.startsWith('{') || inBlock ? 0 : fallback
}

function redirectStatus(word: string): number {
  if (word === 'permanent') return 301
  return /^3\d\d$/.test(word) ? Number(word) : 302
}
