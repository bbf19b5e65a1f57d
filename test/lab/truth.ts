/** What a case must be told as, wherever it is diagnosed: live, or from its recording. */
export interface Truth {
  outcome: 'diagnosed' | 'suspected' | 'inconclusive' | 'healthy'
  state: 'failing' | 'intermittent' | 'degraded' | 'recovered' | 'well'
  /** Null: a verdict would be wrong. */
  cause: string | null
  /** Any of these is right: where two sides disagree, either may be mended. */
  place?: readonly string[]
  /** The hop that made the error. */
  bornAt?: string | undefined
  shape?: string
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

/** What a diagnosis says otherwise than the truth, each as a sentence; empty when it is right. */
export function departures(told: Judged, truth: Truth): string[] {
  const said: string[] = []
  const differs = (what: string, got: string | null, allowed: readonly (string | null)[]) => {
    if (!allowed.includes(got)) said.push(`${what} is ${got}, not ${allowed.join(' or ')}`)
  }
  differs('the outcome', told.outcome, [truth.outcome])
  differs('the state', told.state, [truth.state])
  differs('the cause', told.verdict?.cause ?? null, [truth.cause])
  if (told.verdict && truth.place) differs('the place', told.verdict.place, truth.place)
  if (told.verdict && truth.bornAt) differs('the maker', told.verdict.bornAt, [truth.bornAt])
  if (told.verdict && truth.shape) differs('the shape', told.verdict.shape, [truth.shape])
  if (told.verdict?.confidence && truth.confidence) {
    differs('the confidence', told.verdict.confidence, [truth.confidence])
  }
  const cited = [told.verdict?.says ?? '', ...told.findings.map((finding) => finding.says)].join('\n')
  for (const word of truth.cites ?? []) if (!cited.includes(word)) said.push(`nothing cites ${word}`)
  return said
}
