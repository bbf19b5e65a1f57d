import type { Guess } from '../baseline/guess.ts'
import type { AnyCase } from '../case.ts'
import { summary } from '../diagnosis.ts'
import { type Judgement, judge } from '../truth.ts'
import type { Ran } from './ran.ts'

/** What became of one case. */
export interface Row {
  name: string
  /** What it is, in short: its cause, or how well it is. */
  truth: string
  /** What was said, in the same words. */
  told: string
  confidence: string | null
  /** A fault, for which a verdict is right. Otherwise a verdict is a false alarm. */
  fault: boolean
  /** A verdict was given. */
  verdict: boolean
  judgement: Judgement
  /** The whole diagnosis, where it is not as it must be: findings and blind spots. */
  diagnosis: string | null
  seconds: number
  probes: number
  guess: (Guess & { cause: string | null; causeRight: boolean; placeRight: boolean }) | null
}

/** A case that was not run, or could not be made. */
export interface Missed {
  name: string
  why: string
}

export function rowOf({ name, truth }: AnyCase, { told, seconds, cites, guess }: Ran): Row {
  const judgement = judge(told, truth, cites)
  const causes = [truth.cause, ...(truth.also ?? [])]
  return {
    name,
    truth: truth.cause ?? truth.outcome,
    told: told.verdict?.cause ?? told.outcome,
    confidence: told.verdict?.confidence ?? null,
    fault: truth.cause !== null,
    verdict: told.verdict !== null,
    judgement,
    diagnosis: judgement.departures.length > 0 ? summary(told) : null,
    seconds,
    probes: told.probes.length,
    guess: guess
      ? {
          ...guess,
          causeRight: causes.includes(guess.cause),
          placeRight: truth.place ? guess.place !== null && truth.place.includes(guess.place) : guess.place === null,
        }
      : null,
  }
}
