import { isPass } from './config-allow.ts'
import { MAX_TRIES, tryRegex } from './config-regex.ts'
import type { Directive } from './parse-config.ts'

/** A location that a URI leads to, with those it is nested in. */
export interface LocationChoice {
  /** Outermost first; empty: no location fits and the server itself answers. */
  chain: Directive[]
  /** nginx answers 301 with a slash appended instead of using the location. */
  redirects: boolean
  /** Groups of the regular expression that decided; empty when none did. */
  groups: string[]
  named: Record<string, string>
  /** A regular expression on the way could not be tried. */
  refused: boolean
  /** Regular expressions looked at. */
  tries: number
}

type Kind = 'exact' | 'prefix' | 'final' | 'regex' | 'named'

interface Location {
  directive: Directive
  block: readonly Directive[]
  kind: Kind
  pattern: string
  ignoreCase: boolean
}

/** The modifier and pattern of a `location`, also written together (`location =/x`). */
export function locationParts(args: readonly string[]): { modifier: string; pattern: string } {
  const [first = '', second] = args
  if (second !== undefined) return { modifier: first, pattern: second }
  const match = /^(=|\^~|~\*|~)(.*)$/s.exec(first)
  return { modifier: match?.[1] ?? '', pattern: match?.[2] ?? first }
}

const KINDS: Record<string, Kind> = { '=': 'exact', '^~': 'final', '~': 'regex', '~*': 'regex', '': 'prefix' }

function locationsOf(block: readonly Directive[]): Location[] {
  return block.flatMap((directive) => {
    if (directive.name !== 'location' || directive.block === undefined) return []
    const { modifier, pattern } = locationParts(directive.args)
    const kind = pattern.startsWith('@') ? 'named' : (KINDS[modifier] ?? 'prefix')
    return [{ directive, block: directive.block, kind, pattern, ignoreCase: modifier === '~*' }]
  })
}

/** The location `@name` of a server, or undefined. */
export function namedLocation(server: readonly Directive[], name: string): Directive | undefined {
  return locationsOf(server).find(({ kind, pattern }) => kind === 'named' && pattern === name)?.directive
}

type Found = 'none' | 'prefix' | 'exact' | 'redirect'

/**
 * Chooses the location for a normalized URI exactly in nginx's order: an equal `=`, else the longest
 * prefix and what is nested in it, else (unless `^~`) the first regular expression and what is nested
 * in it, else that prefix. Source: nginx.org, "location"; ngx_http_core_find_location.
 */
export function chooseLocation(server: readonly Directive[], uri: string): LocationChoice {
  const choice: LocationChoice = { chain: [], redirects: false, groups: [], named: {}, refused: false, tries: 0 }
  choice.redirects = find(server, uri, choice, 0) === 'redirect'
  return choice
}

function find(block: readonly Directive[], uri: string, choice: LocationChoice, depth: number): Found {
  const locations = locationsOf(block)
  const fixed = findFixed(locations, uri)
  let found: Found = fixed?.how ?? 'none'
  if (fixed !== undefined) {
    choice.chain.splice(depth, Number.POSITIVE_INFINITY, fixed.location.directive)
    if (found === 'exact' || found === 'redirect') return found
    const nested = find(fixed.location.block, uri, choice, depth + 1)
    if (nested === 'exact' || nested === 'redirect') return nested
    found = 'prefix'
    if (fixed.location.kind === 'final') return found
  }
  for (const location of locations) {
    if (location.kind !== 'regex') continue
    if (++choice.tries > MAX_TRIES) {
      choice.refused = true
      break
    }
    const tried = tryRegex(location.pattern, uri, location.ignoreCase)
    if (tried.kind === 'refused') choice.refused = true
    if (tried.kind !== 'match') continue
    choice.chain.splice(depth, Number.POSITIVE_INFINITY, location.directive)
    choice.groups = tried.groups
    choice.named = tried.named
    find(location.block, uri, choice, depth + 1)
    return 'exact'
  }
  return found
}

function findFixed(locations: readonly Location[], uri: string): { location: Location; how: Found } | undefined {
  const equal = locations.find(({ kind, pattern }) => kind === 'exact' && pattern === uri)
  if (equal !== undefined) return { location: equal, how: 'exact' }
  const fixed = locations.filter(({ kind }) => kind === 'prefix' || kind === 'final')
  const whole = fixed.find(({ pattern }) => pattern === uri)
  if (whole !== undefined) return { location: whole, how: 'prefix' }
  const slashed = locations.find(
    (location) => location.kind !== 'regex' && location.pattern === `${uri}/` && redirectsToSlash(location),
  )
  if (slashed !== undefined) return { location: slashed, how: 'redirect' }
  let longest: Location | undefined
  for (const location of fixed) {
    const { pattern } = location
    if (uri.startsWith(pattern) && pattern.length > (longest?.pattern.length ?? -1)) longest = location
  }
  return longest === undefined ? undefined : { location: longest, how: 'prefix' }
}

/** A location `/x/` that passes requests on answers `/x` with a redirect. */
function redirectsToSlash({ block }: Location): boolean {
  return block.some(({ name }) => isPass(name))
}
