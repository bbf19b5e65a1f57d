/** What a case must be told as, wherever it is diagnosed: live, or from its recording. */
export interface Truth {
  outcome: 'diagnosed' | 'suspected' | 'inconclusive' | 'healthy'
  state: 'failing' | 'intermittent' | 'degraded' | 'recovered' | 'well'
  /** Null: a verdict would be wrong. */
  cause: string | null
  /** Causes that are right too: another name of the same fault. */
  also?: readonly string[]
  /** Any of these is right: where two sides disagree, either may be mended. */
  place?: readonly string[]
  /** The hop that made the error. */
  bornAt?: string | undefined
  /** Several, where it depends on the moment which of them is met. */
  shape?: string | readonly string[]
  /** How sure, where that is a part of the truth. */
  confidence?: string
  /** What the findings or the verdict must cite. */
  cites?: readonly string[]
}

/** The parts of a diagnosis that a truth is about. */
export interface Judged {
  outcome: string
  state: string
  verdict: null | { cause: string; place: string; bornAt: string; shape: string; says: string; confidence?: string }
  findings: { says: string }[]
}

/** Which parts of a diagnosis are as they must be. Where the truth says nothing of a part, it is right. */
export interface Judgement {
  cause: boolean
  place: boolean
  shape: boolean
  /** Everything that must be cited is. */
  cited: boolean
  /** What differs, each as a sentence; empty when all is right. */
  departures: string[]
}

/** Holds a diagnosis against the truth. `cites`: what only the run itself knew, such as a pid. */
export function judge(told: Judged, truth: Truth, cites: readonly string[] = []): Judgement {
  const said: string[] = []
  const isOne = (what: string, got: string | null, allowed: readonly (string | null)[]): boolean => {
    if (allowed.includes(got)) return true
    said.push(`${what} is ${got}, not ${allowed.join(' or ')}`)
    return false
  }
  const { verdict } = told
  isOne('the outcome', told.outcome, [truth.outcome])
  isOne('the state', told.state, [truth.state])
  const cause = isOne('the cause', verdict?.cause ?? null, [truth.cause, ...(truth.also ?? [])])
  // No verdict names no place: that is right only where none should be.
  const place = truth.place ? isOne('the place', verdict?.place ?? null, truth.place) : cause
  if (verdict && truth.bornAt) isOne('the maker', verdict.bornAt, [truth.bornAt])
  const shape = truth.shape ? isOne('the shape', verdict?.shape ?? null, [truth.shape].flat()) : cause
  if (verdict?.confidence && truth.confidence) isOne('the confidence', verdict.confidence, [truth.confidence])
  const words = [verdict?.says ?? '', ...told.findings.map((finding) => finding.says)].join('\n')
  const missing = [...(truth.cites ?? []), ...cites].filter((word) => !words.includes(word))
  for (const word of missing) said.push(`nothing cites ${word}`)
  return { cause, place, shape, cited: missing.length === 0, departures: said }
}

/** What a diagnosis says otherwise than the truth, each as a sentence; empty when it is right. */
export const departures = (told: Judged, truth: Truth, cites: readonly string[] = []): string[] =>
  judge(told, truth, cites).departures
