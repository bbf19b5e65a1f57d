import type { Missed, Row } from './row.ts'

/** Shares are between 0 and 1; 1 where there was nothing to count. */
export interface Totals {
  cases: number
  skipped: Missed[]
  /** Could not be made, or the diagnosis itself ended wrongly. */
  broken: Missed[]
  place: number
  cause: number
  shape: number
  /** Of those with the right cause and place: all that must be cited is. */
  cited: number
  /** Confirmed, and its cause or place is wrong: the worst outcome. */
  wrongConfirmed: string[]
  /** Of the faults that were told rightly. */
  confirmed: number
  /** A verdict where nothing is wrong. */
  falseAlarms: string[]
  seconds: { median: number; worst: number }
  probes: { median: number; worst: number }
  baseline: null | { place: number; cause: number }
}

export interface Aim {
  says: string
  held: boolean
}

export function totalsOf(rows: readonly Row[], skipped: Missed[], broken: Missed[]): Totals {
  const share = (good: readonly unknown[], all: readonly unknown[]) => (all.length === 0 ? 1 : good.length / all.length)
  const isRight = ({ judgement }: Row) => judgement.cause && judgement.place
  const made = [...rows]
  // What could not be made or told counts as told wrongly.
  const all = [...made, ...broken]
  const right = made.filter((row) => row.fault && isRight(row))
  const guesses = made.flatMap(({ guess }) => (guess ? [guess] : []))
  return {
    cases: all.length,
    skipped,
    broken,
    place: share(
      made.filter(({ judgement }) => judgement.place),
      all,
    ),
    cause: share(
      made.filter(({ judgement }) => judgement.cause),
      all,
    ),
    shape: share(
      made.filter(({ judgement }) => judgement.shape),
      all,
    ),
    cited: share(
      made.filter((row) => isRight(row) && row.judgement.cited),
      made.filter(isRight),
    ),
    wrongConfirmed: made.filter((row) => row.confidence === 'confirmed' && !isRight(row)).map(({ name }) => name),
    confirmed: share(
      right.filter(({ confidence }) => confidence === 'confirmed'),
      right,
    ),
    falseAlarms: made.filter((row) => !row.fault && row.verdict).map(({ name }) => name),
    seconds: spread(made.map(({ seconds }) => seconds)),
    probes: spread(made.map(({ probes }) => probes)),
    baseline:
      guesses.length === 0
        ? null
        : {
            place: share(
              guesses.filter(({ placeRight }) => placeRight),
              guesses,
            ),
            cause: share(
              guesses.filter(({ causeRight }) => causeRight),
              guesses,
            ),
          },
  }
}

function spread(numbers: number[]): { median: number; worst: number } {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? 0
  const middle = Math.floor(sorted.length / 2)
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2
  return { median: sorted.length === 0 ? 0 : median, worst: at(sorted.length - 1) }
}

/** What the whole lab must reach. `strict`: nothing may be skipped (CI). */
export function aimsOf(totals: Totals, strict: boolean): Aim[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const aim = (says: string, held: boolean): Aim => ({ says, held })
  return [
    aim(`at least 80 cases: ${totals.cases}`, totals.cases >= 80),
    aim(
      `none skipped${strict ? '' : ' (binds where CI=true)'}: ${totals.skipped.length}`,
      !strict || totals.skipped.length === 0,
    ),
    aim(`right place at least 98 %: ${percent(totals.place)}`, totals.place >= 0.98),
    aim(`right cause at least 95 %: ${percent(totals.cause)}`, totals.cause >= 0.95),
    aim(`none wrong with confidence confirmed: ${totals.wrongConfirmed.length}`, totals.wrongConfirmed.length === 0),
    aim(`of the right ones at least 70 % confirmed: ${percent(totals.confirmed)}`, totals.confirmed >= 0.7),
    aim(`no false alarm: ${totals.falseAlarms.length}`, totals.falseAlarms.length === 0),
    aim(`the evidence cited in every right one: ${percent(totals.cited)}`, totals.cited === 1),
  ]
}

/** How often which truth was told as what; right ones stand on the diagonal. */
export function confusionOf(rows: readonly Row[]): { truth: string; told: string; count: number; right: boolean }[] {
  const cells = new Map<string, { truth: string; told: string; count: number; right: boolean }>()
  for (const { truth, told, judgement } of rows) {
    const key = JSON.stringify([truth, told])
    const cell = cells.get(key) ?? { truth, told, count: 0, right: judgement.cause }
    cell.count += 1
    cells.set(key, cell)
  }
  return [...cells.values()].sort((a, b) => a.truth.localeCompare(b.truth) || a.told.localeCompare(b.told))
}
