import { fitsGlob } from '../nginx/glob.ts'
import type { Matcher } from './model.ts'

/** The request that is followed through a configuration; `path` changes on its way. */
export interface Followed {
  host: string
  port: number
  path: string
}

/** Does one of the matchers fit? Undefined where that depends on what cannot be judged from outside. */
export function fitsAny(matchers: readonly Matcher[], request: Followed): boolean | undefined {
  if (matchers.length === 0) return true
  const fits = matchers.map((matcher) => fitsAll(matcher, request))
  if (fits.includes(true)) return true
  return fits.includes(undefined) ? undefined : false
}

function fitsAll(matcher: Matcher, request: Followed): boolean | undefined {
  const { hosts, paths, methods, not, others } = matcher
  if (hosts && !hosts.some((host) => fitsHost(host, request.host))) return false
  if (paths && !paths.some((path) => fitsPath(path, request.path))) return false
  // Our own request is a GET, and so is a visitor's who opens a page.
  if (methods && !methods.some((method) => method.toUpperCase() === 'GET')) return false
  const negated = not.map((each) => fitsAll(each, request))
  if (negated.includes(true)) return false
  return others.length > 0 || negated.includes(undefined) ? undefined : true
}

/** A name, or one with a `*` in place of whole labels. */
export function fitsHost(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase().replace(/^\[|\]$/g, '')
  if (wanted === '' || wanted === host) return true
  if (!wanted.includes('*')) return false
  const [labels, parts] = [wanted.split('.'), host.split('.')]
  return labels.length === parts.length && labels.every((label, at) => label === '*' || label === parts[at])
}

/** Caddy's rules: exact without a star; a star at an end stands for anything, in the middle for a part between slashes. */
export function fitsPath(pattern: string, path: string): boolean {
  const [wanted, has] = [pattern.toLowerCase(), path.toLowerCase()]
  if (wanted === '*' || wanted === '') return true
  const inner = wanted.replace(/^\*|\*$/g, '')
  if (!inner.includes('*')) {
    const [open, close] = [wanted.startsWith('*'), wanted.endsWith('*')]
    if (open && close) return has.includes(inner)
    if (open) return has.endsWith(inner)
    return close ? has.startsWith(inner) : has === wanted
  }
  const [labels, parts] = [wanted.split('/'), has.split('/')]
  return labels.length === parts.length && labels.every((label, at) => fitsGlob(parts[at] ?? '', label))
}
