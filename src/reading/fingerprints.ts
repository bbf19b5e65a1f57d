import { type Cause, type Hop, type HopRole, PLACES, type Place, type Shape } from '../words/vocabulary.ts'
import { compileLiteral, type Literal } from './literal.ts'
import { matchLiteral } from './literal-match.ts'

/** What one HTTP response tells about one hop. Every given part must fit. */
export interface Fingerprint {
  id: string
  kind: Place
  vendor: string
  role: HopRole
  /** Any of these statuses. */
  status?: number[]
  /** Literal with holes that the status line's words must match whole; HTTP/2 has none. */
  reason?: string
  /** Header name -> literal with holes its value must match whole; '*' = present. */
  headers?: Record<string, string>
  /** Headers that must not be there. */
  absent?: string[]
  /** Literals with holes that the body must contain, all of them. */
  body?: string[]
  /** Literals with holes that a browser shows of the page, all of them: blanks and line ends count as one blank. */
  shown?: string[]
  /** What the page says, in a sentence. */
  means?: string
  /** What its maker met, where the page tells it. */
  shape?: Shape
  /** The likely cause, where the page tells it. */
  cause?: Cause
  /** What to look at next, where it is another than its cause asks for. */
  next?: string
  unconfirmed?: boolean
  /** Where the knowledge and the example are from. */
  source?: string
  /** A raw response head and body that it fits: `HTTP/1.1 502 Bad Gateway\r\n…`. */
  example: string
}

/** The parts of a response that fingerprints look at. */
export interface SeenResponse {
  status: number
  /** The words of the status line, '' where there are none. */
  reason?: string
  headers: readonly { name: string; value: string }[]
  /** As it came; only its first 16 KB are looked at. */
  body: string
}

/** What fingerprints were held against: a response with its head, or a page of which only the text is known. */
type Seen = 'response' | 'page'

/** Who made a response, and through whom it came. */
export interface Judgement {
  /** Null when no fingerprint says. */
  made: { kind: Place; vendor: string } | null
  /** The maker is known by the body: it is its own error page. */
  ownPage: boolean
  /** What says most of the message: of the maker's fingerprints the most specific one that has a meaning. */
  message: Fingerprint | null
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
  return fingerprints.filter((fingerprint) => fits(fingerprint, response, values, body))
}

/**
 * The fingerprints that fit a page of which only the text is known: what a browser shows of it, and its source where
 * that is what was copied. Statuses and headers are not known, so a page that needs them to be told is not.
 */
export function matchPage(
  page: { shown: string; source: string },
  fingerprints: readonly Fingerprint[],
): Fingerprint[] {
  const shown = page.shown.slice(0, BODY_LOOKED_AT)
  const source = page.source.slice(0, BODY_LOOKED_AT).replaceAll('\r\n', '\n')
  const made = fingerprints.filter(({ role }) => role === 'made')
  const bySource = made.filter((each) => (each.headers ? false : all(literalsOf(each.body), source)))
  const byShown = made.filter((each) => !bySource.includes(each) && all(literalsOf(each.shown), shown))
  // Two pages may show the same words; their sources differ.
  const vendors = new Set(bySource.map(({ vendor }) => vendor))
  return [...bySource, ...byShown.filter(({ vendor }) => vendors.size === 0 || vendors.has(vendor))]
}

function all(literals: readonly Literal[], text: string): boolean {
  return literals.length > 0 && literals.every((literal) => matchLiteral(literal, text) !== null)
}

/**
 * The maker and the hops from the fingerprints that fit. A body beats headers, then the more
 * specific wins. Among those that passed it on the order is that of places, from the visitor inwards.
 */
export function judgeFingerprints(fitting: readonly Fingerprint[], of: Seen = 'response'): Judgement {
  const makers = fitting.filter((each) => each.role === 'made').toSorted((a, b) => authority(b, of) - authority(a, of))
  const [maker] = makers
  const passed = fitting.filter((each) => each.role === 'passed' || weaker(each, maker))
  const hops = new Map<string, Hop>()
  for (const { kind, vendor } of passed.toSorted((a, b) => PLACES.indexOf(a.kind) - PLACES.indexOf(b.kind))) {
    if (maker?.vendor !== vendor) hops.set(`${kind} ${vendor}`, { kind, vendor, role: 'passed' })
  }
  if (!maker) return { made: null, ownPage: false, message: null, hops: [...hops.values()] }
  const { kind, vendor } = maker
  return {
    made: { kind, vendor },
    ownPage: maker.body !== undefined || maker.shown !== undefined,
    message: makers.find((each) => each.vendor === vendor && each.means !== undefined) ?? null,
    hops: [...hops.values(), { kind, vendor, role: 'made' }],
  }
}

/** A maker by its header only, in front of one known by its body: it was there, and passed it on. */
function weaker(each: Fingerprint, maker: Fingerprint | undefined): boolean {
  if (maker === undefined || each === maker || each.role !== 'made' || each.body !== undefined) return false
  return maker.body !== undefined && PLACES.indexOf(each.kind) < PLACES.indexOf(maker.kind)
}

const BODY_BEATS_HEADERS = 1_000_000

/** How much a fingerprint says: of a response by its body and headers, of a page by what is shown, too. */
function authority(fingerprint: Fingerprint, of: Seen): number {
  const { status = [], reason } = fingerprint
  const headers = headersOf(fingerprint)
  const body = literalsOf(fingerprint.body)
  const words = [
    ...(reason === undefined ? [] : [compileLiteral(reason)]),
    ...headers.flatMap(([, literal]) => (literal ? [literal] : [])),
  ]
  const text = of === 'page' ? [...body, ...literalsOf(fingerprint.shown)] : body
  const weight = [...text, ...words].reduce((sum, literal) => sum + literal.weight, headers.length)
  const narrow = status.length > 0 ? 1 / status.length : 0
  return weight + narrow + (text.length > 0 ? BODY_BEATS_HEADERS : 0)
}

const lists = new WeakMap<readonly string[], readonly Literal[]>()

/** The literals of a body or of what is shown, compiled when they are first needed. */
function literalsOf(texts: readonly string[] | undefined): readonly Literal[] {
  if (texts === undefined) return []
  const known = lists.get(texts)
  if (known) return known
  const made = texts.map((text) => compileLiteral(text.replaceAll('\r\n', '\n')))
  lists.set(texts, made)
  return made
}

type HeaderLiteral = readonly [name: string, literal: Literal | null]
const headerLists = new WeakMap<Record<string, string>, readonly HeaderLiteral[]>()

/** The wanted headers, names in small letters. Null literal: the header is there. */
function headersOf({ headers }: Fingerprint): readonly HeaderLiteral[] {
  if (headers === undefined) return []
  const known = headerLists.get(headers)
  if (known) return known
  const made = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value === '*' ? null : compileLiteral(value)] as const,
  )
  headerLists.set(headers, made)
  return made
}

/** The values of a response's headers by their names in small letters. */
type Values = ReadonlyMap<string, string[]>

/** What needs no literal to be compiled comes first: that is more work than to hold it against a response, and most are out. */
function fits(wanted: Fingerprint, seen: SeenResponse, values: Values, body: string): boolean {
  const { status = [], reason, headers = {}, absent = [] } = wanted
  if (isOnlyShown(wanted)) return false
  if (status.length > 0 && !status.includes(seen.status)) return false
  if (absent.some((name) => values.has(name.toLowerCase()))) return false
  if (!Object.keys(headers).every((name) => values.has(name.toLowerCase()))) return false
  if (reason !== undefined && matchLiteral(compileLiteral(reason), seen.reason ?? '', { whole: true }) === null)
    return false
  const headersFit = headersOf(wanted).every(
    ([name, literal]) =>
      literal === null || values.get(name)?.some((value) => matchLiteral(literal, value, { whole: true }) !== null),
  )
  return headersFit && literalsOf(wanted.body).every((literal) => matchLiteral(literal, body) !== null)
}

/** Known by what a browser shows only: no response fits it. */
function isOnlyShown({ body = [], shown = [], headers = {}, reason }: Fingerprint): boolean {
  return body.length === 0 && shown.length > 0 && Object.keys(headers).length === 0 && reason === undefined
}
