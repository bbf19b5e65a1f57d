import { type FileSeen, nextByFiles } from './config-files.ts'
import { chooseLocation, locationParts, namedLocation } from './config-location.ts'
import { normalizePath, type Travel } from './config-request.ts'
import { runRewrites } from './config-rewrite.ts'
import { inherited, type Levels, placeOf, setting } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** Where a request ends up inside a server. */
export interface Route {
  /** main, http, server, locations and an `if` that took over: outermost first. */
  levels: Levels
  /** The innermost location; undefined: the server itself answers. */
  location: Directive | undefined
  /** As people write it: `= /x`, `~ \.php$`, `/`. '' when there is none. */
  locationText: string
  /** A `return`, or a redirect, that answers. */
  returns: { code: number; at: string; file: string } | undefined
  /** What kept the way from being certain; '' when it is. */
  doubt: string
}

const MAX_TURNS = 11

/**
 * Leads a request through a server: its rewrites, the choice of location, the location's rewrites,
 * `try_files`, and the internal redirects that follow from them.
 */
export function routeRequest(outer: Levels, server: Directive, travel: Travel, seen: FileSeen): Route {
  const block = server.block ?? []
  const serverLevels = [...outer, block]
  const route: Route = { levels: serverLevels, location: undefined, locationText: '', returns: undefined, doubt: '' }
  travel.uri = normalizePath(travel.request.rawPath, setting(serverLevels, 'merge_slashes', 'on') !== 'off')

  const first = runRewrites(block, serverLevels, travel, seen)
  noteDoubt(route, first.doubt)
  if (first.returns !== undefined) return { ...route, returns: first.returns }

  let named: string | undefined
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const chain = named === undefined ? choose(route, block, travel) : namedChain(block, named)
    if (chain === undefined) return route
    place(route, serverLevels, chain)
    named = undefined
    const { location } = route
    const ran = location === undefined ? undefined : runRewrites(location.block ?? [], route.levels, travel, seen)
    noteDoubt(route, ran?.doubt ?? '')
    if (ran?.returns !== undefined) return { ...route, returns: ran.returns }
    if (ran?.taken !== undefined) route.levels = [...route.levels, ran.taken]
    if (ran?.moved) continue
    const next = nextByFiles(route.levels, travel, seen)
    if (next === undefined) return route
    if (next.startsWith('@')) named = next
    else redirect(travel, next)
  }
  noteDoubt(route, 'rewrites turn in a circle')
  return route
}

/** Undefined when the answer is nginx's own redirect to the path with a slash. */
function choose(route: Route, block: readonly Directive[], travel: Travel): Directive[] | undefined {
  const choice = chooseLocation(block, travel.uri)
  if (choice.refused) noteDoubt(route, 'a regular expression of a location was not tried')
  if (choice.groups.length > 0) travel.captures = choice.groups
  for (const [name, value] of Object.entries(choice.named)) travel.variables.set(name, value)
  const last = choice.chain.at(-1)
  if (!choice.redirects || last === undefined) return choice.chain
  place(route, route.levels, choice.chain)
  route.returns = { code: 301, at: placeOf(last), file: '' }
  return undefined
}

function namedChain(block: readonly Directive[], name: string): Directive[] {
  const location = namedLocation(block, name)
  return location === undefined ? [] : [location]
}

function place(route: Route, serverLevels: Levels, chain: readonly Directive[]): void {
  const last = chain.at(-1)
  route.levels = [...serverLevels, ...chain.map(({ block }) => block ?? [])]
  route.location = last
  const parts = locationParts(last?.args ?? [])
  route.locationText = last === undefined ? '' : `${parts.modifier} ${parts.pattern}`.trim()
}

function redirect(travel: Travel, uri: string): void {
  travel.uri = uri.startsWith('/') ? uri : `/${uri}`
  travel.unparsed = false
}

function noteDoubt(route: Route, doubt: string): void {
  if (route.doubt === '') route.doubt = doubt
}

/** Does this level or one around it answer with `error_page`? The entries that apply. */
export function errorPages(levels: Levels): { code: bigint; uri: string; override: bigint; at: string }[] {
  return inherited(levels, 'error_page').flatMap((directive) => {
    const { args } = directive
    const uri = args.at(-1) ?? ''
    const response = args.length > 2 ? args.at(-2) : undefined
    const match = /^=(\d{0,3})$/.exec(response ?? '')
    const codes = args.slice(0, match === null ? -1 : -2)
    const override = match === null ? -1n : BigInt(match[1] || 0)
    return codes
      .filter((code) => /^\d{3}$/.test(code))
      .map((code) => ({ code: BigInt(code), uri, override, at: placeOf(directive) }))
  })
}
