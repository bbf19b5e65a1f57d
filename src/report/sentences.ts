import type { Confidence, Place, Shape, State } from '../words/vocabulary.ts'
import type { Diagnosis, DiagnosisVerdict } from './document.ts'

/** What stands first in every report: the answer to "what is it?" in one sentence. */
export function headline(diagnosis: Diagnosis): string {
  const { verdict, outcome, state } = diagnosis
  if (verdict) return outcome === 'suspected' ? `Probably: ${verdict.says}` : verdict.says
  if (outcome === 'healthy') {
    return state === 'degraded'
      ? 'Every request was answered, but not everything is well.'
      : 'All is well: every request was answered.'
  }
  if (diagnosis.ended === 'budget') return 'The time was up before a cause was found.'
  if (diagnosis.ended === 'interrupted') return 'Not finished: no cause was found so far.'
  return 'No cause was found. Below is what it is not, and what could not be looked at.'
}

const CONFIDENCE: Record<Confidence, string> = {
  confirmed: 'confirmed: seen from here, and what looks alike is ruled out',
  likely: 'likely: a proof was seen, but something else is still possible',
  reported: 'reported: it rests on what could not be checked from here',
}

export function confidenceSays(verdict: DiagnosisVerdict): string {
  return CONFIDENCE[verdict.confidence]
}

const PLACE: Record<Place, string> = {
  visitor: "the visitor's side",
  cdn: 'the CDN',
  'load-balancer': 'the load balancer',
  proxy: 'the proxy',
  platform: 'the platform',
  app: 'the app',
}

/** `the app (the proxy made the error page)`. */
export function placeSays({ place, sides, bornAt }: DiagnosisVerdict): string {
  const others = sides.filter((side) => side !== place).map((side) => PLACE[side])
  const where = [PLACE[place], ...others].join(' or ')
  return bornAt === place ? where : `${where} (the error was made by ${PLACE[bornAt]})`
}

const SHAPE: Record<Shape, string> = {
  unreachable: 'it could not be reached',
  slow: 'it was too slow',
  reset: 'it broke the connection off',
  garbage: 'its answer was not understood',
  none: 'no upstream was tried',
}

export function causeSays({ cause, shape, was }: DiagnosisVerdict): string {
  return was ? `${cause}; it was ${was.cause} (${was.confidence})` : `${cause} (${shape}: ${SHAPE[shape]})`
}

const STATE: Record<State, string> = {
  failing: 'still failing',
  intermittent: 'comes and goes',
  degraded: 'works, with a part of it down',
  recovered: 'over for now',
  well: 'well',
}

export function stateSays({ state }: Diagnosis): string {
  return STATE[state]
}

/** What our own request got, as a sentence; '' when there was none. */
export function answerSays({ answer }: Diagnosis): string {
  if (!answer) return ''
  const status = answer.status === 0 ? '' : ` (status ${answer.status})`
  switch (answer.class) {
    case 'ok':
      return `answered${status}`
    case 'app-error':
      return `an error of the app itself${status}`
    case 'gateway-error':
      return `an error made on the way${status}`
    case 'cut':
      return `an answer that broke off${status}`
    case 'not-http':
      return 'something that is not HTTP'
    case 'no-answer':
      return 'no answer'
  }
}
