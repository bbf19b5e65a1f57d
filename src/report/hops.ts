import type { Finding } from '../session/session.ts'
import { type Hop, PLACES } from '../words/vocabulary.ts'
import type { DiagnosisHop } from './document.ts'

/**
 * The hops of the request's path from the outside in, from what findings show. Later findings know
 * more: they override what was said of the same hop, and there is one maker, the last one named.
 */
export function hopsOf(findings: readonly Finding[]): DiagnosisHop[] {
  let hops: DiagnosisHop[] = []
  for (const finding of findings) {
    for (const hop of finding.hops) {
      hops = [...hops.filter((known) => !isReplacedBy(known, hop)), { ...hop, because: finding.n }]
    }
  }
  return hops
    .map((hop, order) => ({ hop, order }))
    .sort((a, b) => PLACES.indexOf(a.hop.kind) - PLACES.indexOf(b.hop.kind) || a.order - b.order)
    .map(({ hop }) => hop)
}

function isReplacedBy(known: DiagnosisHop, hop: Hop): boolean {
  if (known.role === 'made' && hop.role === 'made') return true
  return known.kind === hop.kind && (known.vendor === hop.vendor || known.vendor === '')
}
