import { type Hop, type HopRole, PLACES, type Place } from '../words/vocabulary.ts'
import { compileLiteral, type Literal, matchLiteral } from './literal.ts'

/** What one HTTP response tells about one hop. Every given part must fit. */
export interface Fingerprint {
  id: string
  kind: Place
  vendor: string
  role: HopRole
  /** Any of these statuses. */
  status?: number[]
  /** Header name -> literal with holes its value must match whole; '*' = present. */
  headers?: Record<string, string>
  /** Headers that must not be there. */
  absent?: string[]
  /** Literals with holes that the body must contain, all of them. */
  body?: string[]
  unconfirmed?: boolean
  /** A raw response head and body that it fits: `HTTP/1.1 502 Bad Gateway\r\n…`. */
  example: string
}

/** The parts of a response that fingerprints look at. */
export interface SeenResponse {
  status: number
  headers: readonly { name: string; value: string }[]
  /** As it came; only its first 16 KB are looked at. */
  body: string
}

/** Who made a response, and through whom it came. */
export interface Judgement {
  /** Null when no fingerprint says. */
  made: { kind: Place; vendor: string } | null
  /** The maker is known by the body: it is its own error page. */
  ownPage: boolean
  /** From the outside in; the maker, when known, is the last: whoever passed a response on stands in front. */
  hops: Hop[]
}

const BODY_LOOKED_AT = 16 * 1024

/**
 * The fingerprints that fit a response, in the order given. Never throws for the response; throws
 * (as `compileLiteral` does) for a fingerprint with a malformed literal, which the loader refuses first.
 */
export function matchFingerprints(response: SeenResponse, fingerprints: readonly Fingerprint[]): Fingerprint[] {
  const values = new Map<string, string[]>()
  for (const { name, value } of response.headers) {
    const key = name.toLowerCase()
    const known = values.get(key)
    if (known) known.push(value)
    else values.set(key, [value])
  }
  const body = response.body.slice(0, BODY_LOOKED_AT).replaceAll('\r\n', '\n')
  return fingerprints.filter((fingerprint) => fits(compiled(fingerprint), response.status, values, body))
}

/**
 * The maker and the hops from the fingerprints that fit. A body beats headers, then the more
 * specific wins. Among those that passed it on the order is that of places, from the visitor inwards.
 */
export function judgeFingerprints(fitting: readonly Fingerprint[]): Judgement {
  const makers = fitting.filter((each) => each.role === 'made')
  const [maker] = makers.toSorted((a, b) => authority(b) - authority(a))
  const passed = fitting.filter((each) => each.role === 'passed' || weaker(each, maker))
  const hops = new Map<string, Hop>()
  for (const { kind, vendor } of passed.toSorted((a, b) => PLACES.indexOf(a.kind) - PLACES.indexOf(b.kind))) {
    if (maker?.vendor !== vendor) hops.set(`${kind} ${vendor}`, { kind, vendor, role: 'passed' })
  }
  if (!maker) return { made: null, ownPage: false, hops: [...hops.values()] }
  const { kind, vendor } = maker
  return {
    made: { kind, vendor },
    ownPage: maker.body !== undefined,
    hops: [...hops.values(), { kind, vendor, role: 'made' }],
  }
}

/** A maker by its header only, in front of one known by its body: it was there, and passed it on. */
function weaker(each: Fingerprint, maker: Fingerprint | undefined): boolean {
  if (maker === undefined || each === maker || each.role !== 'made' || each.body !== undefined) return false
  return maker.body !== undefined && PLACES.indexOf(each.kind) < PLACES.indexOf(maker.kind)
}

const BODY_BEATS_HEADERS = 1_000_000

function authority(fingerprint: Fingerprint): number {
  const { headers, body } = compiled(fingerprint)
  const weight = [...body, ...headers.flatMap(([, literal]) => (literal ? [literal] : []))].reduce(
    (sum, literal) => sum + literal.weight,
    headers.length,
  )
  return weight + (body.length > 0 ? BODY_BEATS_HEADERS : 0)
}

interface Compiled {
  status: readonly number[]
  /** Null literal: the header is there. */
  headers: [string, Literal | null][]
  absent: string[]
  body: Literal[]
}

const cache = new WeakMap<Fingerprint, Compiled>()

function compiled(fingerprint: Fingerprint): Compiled {
  const known = cache.get(fingerprint)
  if (known) return known
  const made: Compiled = {
    status: fingerprint.status ?? [],
    headers: Object.entries(fingerprint.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value === '*' ? null : compileLiteral(value),
    ]),
    absent: (fingerprint.absent ?? []).map((name) => name.toLowerCase()),
    body: (fingerprint.body ?? []).map((text) => compileLiteral(text.replaceAll('\r\n', '\n'))),
  }
  cache.set(fingerprint, made)
  return made
}

function fits(wanted: Compiled, status: number, values: ReadonlyMap<string, string[]>, body: string): boolean {
  if (wanted.status.length > 0 && !wanted.status.includes(status)) return false
  if (wanted.absent.some((name) => values.has(name))) return false
  for (const [name, literal] of wanted.headers) {
    const given = values.get(name)
    if (!given) return false
    if (literal && !given.some((value) => matchLiteral(literal, value, { whole: true }) !== null)) return false
  }
  return wanted.body.every((literal) => matchLiteral(literal, body) !== null)
}
