import { tryRegex } from '../nginx/config-regex.ts'
import type { AskedRequest } from '../nginx/config-request.ts'
import { fitsGlob } from '../nginx/glob.ts'
import type { Directive } from './config-lines.ts'
import { rewrite, type Sight } from './config-rewrite.ts'
import { type Target, targetOf } from './config-target.ts'
import { type Levels, placeOf } from './config-values.ts'

/** How a request is answered. */
export interface Route {
  /** The sections that hold for it, as levels. */
  levels: Levels
  target: Target | undefined
  /** A status that the configuration itself answers with. */
  returns: { status: number; at: string; file: string } | undefined
  /** Path that the upstream gets. */
  upstreamPath: string
  /** What kept it from being certain; '' when it is. */
  doubt: string
}

/**
 * Leads a request through a server's directives in Apache's order: rewrite rules, then ProxyPass of sections, then of the
 * server in their order, then Redirect, then handlers. Source: the hooks of mod_rewrite, mod_proxy, mod_alias and core.
 * @param outer the main server and the virtual host
 */
export function routeRequest(
  outer: Levels,
  request: AskedRequest,
  documentRoot: string,
  sight: Sight['present'],
): Route {
  const server = outer.at(-1) ?? []
  const rewritten = rewrite(server, request.rawPath, { request, documentRoot, present: sight })
  const path = rewritten.kind === 'nothing' ? rewritten.path : request.rawPath
  const sections = sectionsFor(outer, path, documentRoot)
  const levels = [...outer, ...sections.map(({ block }) => block ?? [])]
  const none = { levels, target: undefined, returns: undefined, upstreamPath: '', doubt: rewritten.doubt }
  if (rewritten.kind === 'status') {
    const { status, at, file } = rewritten
    return { ...none, returns: { status, at, file } }
  }
  if (rewritten.kind === 'proxy') {
    const target = targetOf(rewritten.url, [], rewritten.at, levels)
    return { ...none, target, upstreamPath: target.path || '/' }
  }
  const passed = passOf(outer, sections, path)
  if (passed !== undefined) {
    const target = targetOf(passed.url, passed.words, placeOf(passed.directive), levels)
    return { ...none, target, upstreamPath: joined(target.path, passed.rest) }
  }
  const redirect = redirectOf(levels, path)
  if (redirect !== undefined) return { ...none, returns: { ...redirect, file: '' } }
  const handler = handlerOf(levels)
  if (handler === undefined) return none
  const target = targetOf(handler.url, [], handler.at, levels)
  return { ...none, target, upstreamPath: path }
}

function joined(path: string, rest: string): string {
  if (path === '') return rest.startsWith('/') ? rest : `/${rest}`
  return path.endsWith('/') && rest.startsWith('/') ? `${path}${rest.slice(1)}` : `${path}${rest}`
}

interface Passed {
  directive: Directive
  url: string
  words: string[]
  /** What follows the part of the path that was named. */
  rest: string
}

/** The ProxyPass that takes the path; undefined where none does or `!` excludes it. */
function passOf(outer: Levels, sections: readonly Directive[], path: string): Passed | undefined {
  for (const section of [...sections].reverse()) {
    const own = (section.block ?? []).findLast(({ name }) => name === 'proxypass' || name === 'proxypassmatch')
    const [url = '', ...words] = own?.args ?? []
    if (own === undefined) continue
    if (url === '!') return undefined
    const prefix = section.name === 'location' ? plainPrefix(section.args) : ''
    return { directive: own, url, words, rest: prefix === '' ? path : restOf(prefix, path) }
  }
  for (const directive of [...outer].reverse().flat()) {
    const [from = '', url = '', ...words] = directive.args
    if (directive.name === 'proxypass' && isBelow(from, path)) {
      return url === '!' ? undefined : { directive, url, words, rest: restOf(from, path) }
    }
    if (directive.name !== 'proxypassmatch') continue
    const tried = tryRegex(from, path, false)
    if (tried.kind !== 'match') continue
    if (url === '!') return undefined
    const named = /\$[0-9]/.test(url)
    const filled = url.replace(/\$([0-9])/g, (_, n: string) => tried.groups[Number(n)] ?? '')
    return { directive, url: filled, words, rest: named ? '' : path }
  }
  return undefined
}

/** Is a path the named one, or below it? A name without a slash at its end stands for a whole part. */
function isBelow(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false
  return prefix.endsWith('/') || path.length === prefix.length || path.charAt(prefix.length) === '/'
}

function restOf(prefix: string, path: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path
}

/** `Redirect 503 /path`; a path without a status is a plain 302. */
function redirectOf(levels: Levels, path: string): { status: number; at: string } | undefined {
  for (const directive of [...levels].reverse().flat()) {
    const { name, args } = directive
    if (name === 'redirectpermanent' || name === 'redirecttemp') {
      if (isBelow(args[0] ?? '', path)) return { status: name === 'redirecttemp' ? 302 : 301, at: placeOf(directive) }
      continue
    }
    if (name !== 'redirect' && name !== 'redirectmatch') continue
    const status = statusOf(args[0] ?? '')
    const from = status === undefined ? args[0] : args[1]
    if (from === undefined) continue
    const fits = name === 'redirect' ? isBelow(from, path) : tryRegex(from, path, false).kind === 'match'
    if (fits) return { status: status ?? 302, at: placeOf(directive) }
  }
  return undefined
}

function statusOf(word: string): number | undefined {
  const named: Record<string, number> = { permanent: 301, temp: 302, seeother: 303, gone: 410 }
  return /^[0-9]{3}$/.test(word) ? Number(word) : named[word.toLowerCase()]
}

/** `SetHandler "proxy:…"`, the innermost; any other handler ends the search. */
function handlerOf(levels: Levels): { url: string; at: string } | undefined {
  const directive = [...levels]
    .reverse()
    .flatMap((level) => level.findLast(({ name }) => name === 'sethandler') ?? [])[0]
  const url = /^proxy:(.+)$/i.exec(directive?.args[0] ?? '')?.[1]
  return directive === undefined || url === undefined ? undefined : { url, at: placeOf(directive) }
}

/** The sections that hold for a path, the outermost first: folders, then files, then locations. */
function sectionsFor(outer: Levels, path: string, documentRoot: string): Directive[] {
  const fileName = path.slice(path.lastIndexOf('/') + 1) || index(outer)
  const all = outer.flat().filter(({ block }) => block !== undefined)
  const folders = all.filter(({ name, args }) => inFolder(name, args, `${documentRoot}${path}`))
  const within = [...all, ...folders.flatMap(({ block }) => block ?? [])]
  const files = within.filter(({ name, args, block }) => block !== undefined && isFile(name, args, fileName))
  return [...folders, ...files, ...all.filter(({ name, args }) => isLocation(name, args, path))]
}

/** What a path that ends in a slash stands for. */
function index(outer: Levels): string {
  return outer.flat().findLast(({ name }) => name === 'directoryindex')?.args[0] ?? 'index.html'
}

function inFolder(name: string, args: readonly string[], path: string): boolean {
  const [first = '', second = ''] = args
  if (name === 'directorymatch' || (name === 'directory' && first === '~'))
    return matches(first === '~' ? second : first, path)
  return name === 'directory' && (first === '/' || path === first || path.startsWith(`${first.replace(/\/+$/, '')}/`))
}

function isFile(name: string, args: readonly string[], file: string): boolean {
  const [first = '', second = ''] = args
  if (name === 'filesmatch' || (name === 'files' && first === '~')) return matches(first === '~' ? second : first, file)
  return name === 'files' && fitsGlob(file, first)
}

function isLocation(name: string, args: readonly string[], path: string): boolean {
  const [first = '', second = ''] = args
  if (name === 'locationmatch' || (name === 'location' && first === '~'))
    return matches(first === '~' ? second : first, path)
  return name === 'location' && isBelow(first, path)
}

function plainPrefix(args: readonly string[]): string {
  return args[0] === '~' ? '' : (args[0] ?? '')
}

function matches(pattern: string, subject: string): boolean {
  return tryRegex(pattern, subject, false).kind === 'match'
}
