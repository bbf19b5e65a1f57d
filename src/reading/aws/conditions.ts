import type { JsonObject } from '../../words/json.ts'
import { object, objects, text, texts } from '../process/found.ts'

/** The request that a rule is asked about: ours. */
export interface AskedFor {
  /** In lower case, without a port. */
  host: string
  /** With a slash in front, without a query. */
  path: string
}

/** `unknown`: it asks for something that is not known of the request (its headers, its source, its query). */
export type Holds = 'yes' | 'no' | 'unknown'

/** Do all conditions of a rule hold for a request? A rule has at most five; the default rule has none. */
export function ruleHolds(rule: JsonObject, asked: AskedFor): Holds {
  const each = objects(rule, 'Conditions').map((condition) => conditionHolds(condition, asked))
  if (each.includes('no')) return 'no'
  return each.includes('unknown') ? 'unknown' : 'yes'
}

/** What a rule asks for, for people: `host shop.example.com, path /api/*`. */
export function conditionsOf(rule: JsonObject): string {
  const said = objects(rule, 'Conditions').map((condition) => {
    const field = text(condition, 'Field')
    const values = valuesOf(condition, field)
    return `${NAMES[field] ?? field}${values.length > 0 ? ` ${values.join(' or ')}` : ''}`
  })
  return said.join(', ').slice(0, 300)
}

const NAMES: Record<string, string> = {
  'host-header': 'host',
  'path-pattern': 'path',
  'http-request-method': 'method',
  'http-header': 'a header',
  'query-string': 'a query',
  'source-ip': 'the visitor’s address',
}

/** A field that the API writes anew keeps its old place too: `Values` is there for hosts and paths of older rules. */
const CONFIGS: Record<string, string> = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
  'http-request-method': 'HttpRequestMethodConfig',
}

function valuesOf(condition: JsonObject, field: string): string[] {
  const config = CONFIGS[field]
  const values = config === undefined ? [] : texts(object(condition, config), 'Values')
  return values.length > 0 ? values : texts(condition, 'Values')
}

function conditionHolds(condition: JsonObject, { host, path }: AskedFor): Holds {
  const field = text(condition, 'Field')
  const values = valuesOf(condition, field)
  // Values that are expressions (`RegexValues`) and fields that a later API may bring are not judged.
  if (values.length === 0) return 'unknown'
  switch (field) {
    case 'host-header':
      return yes(values.some((value) => fits(value.toLowerCase(), host)))
    case 'path-pattern':
      return yes(values.some((value) => fits(value, path)))
    case 'http-request-method':
      return yes(values.includes('GET'))
    default:
      return 'unknown'
  }
}

const yes = (holds: boolean): Holds => (holds ? 'yes' : 'no')

/** `*` is any text, `?` one character (ALB user guide, "Host conditions" and "Path conditions"). Not recursive. */
export function fits(pattern: string, given: string): boolean {
  let [at, p, star, after] = [0, 0, -1, 0]
  // Bounded: an ALB's value has at most 128 characters.
  if (pattern.length > 512 || given.length > 8192) return false
  while (at < given.length) {
    const c = pattern[p]
    if (c === '*') {
      star = p++
      after = at
    } else if (c !== undefined && (c === '?' || c === given[at])) {
      p++
      at++
    } else if (star >= 0) {
      p = star + 1
      at = ++after
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
