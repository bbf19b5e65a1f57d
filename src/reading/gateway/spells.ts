/** One request of a log, in the order of writing. */
export interface Answer {
  method: string
  /** Without its query. */
  path: string
  failed: boolean
}

/** What the log says of whether a fault is over. */
export interface Spells {
  /** The longest run of good answers between two failures of the same kind of request (method and path). */
  between: number
  /** Good answers to that kind since its last failure. */
  since: number
  /** How many times failures of that kind began anew, good answers in between. */
  runs: number
  /** The method, where only requests that are no GET failed, and none of that method and path was answered well since; '' otherwise. */
  method: string
}

interface Kind {
  method: string
  failures: number
  since: number
  between: number
  runs: number
}

const READS = new Set(['GET', 'HEAD'])
/** Paths may be without number. */
const MOST_KINDS = 5000

/**
 * Do failures come and go? A fault that meets every twentieth request leaves up to nineteen good answers in between, so that a few
 * good ones since the last failure prove nothing; and one that meets POST alone is not seen by our own GET.
 */
export function spellsOf(answers: Iterable<Answer>): Spells {
  const kinds = new Map<string, Kind>()
  for (const { method, path, failed } of answers) {
    const name = `${method} ${path}`
    const kind = kinds.get(name) ?? { method, failures: 0, since: 0, between: 0, runs: 0 }
    if (kinds.size < MOST_KINDS) kinds.set(name, kind)
    if (!failed) kind.since += 1
    else {
      if (kind.failures === 0 || kind.since > 0) kind.runs += 1
      if (kind.failures > 0) kind.between = Math.max(kind.between, kind.since)
      kind.failures += 1
      kind.since = 0
    }
  }
  const ill = [...kinds.values()].filter(({ failures }) => failures > 0)
  const [worst] = ill.toSorted((a, b) => b.between + b.runs - b.since - (a.between + a.runs - a.since))
  const [open] = ill.every(({ method }) => method !== '' && !READS.has(method))
    ? ill.filter(({ since }) => since === 0)
    : []
  return { between: worst?.between ?? 0, since: worst?.since ?? 0, runs: worst?.runs ?? 0, method: open?.method ?? '' }
}

/** The method of a request line (`GET /checkout HTTP/1.1`), '' where it has none. */
export function methodOf(request: string): string {
  return /^[A-Z]{1,20}(?= )/.exec(request)?.[0] ?? ''
}
