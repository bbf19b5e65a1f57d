import type { Row } from './row.ts'
import { type Aim, confusionOf, type Totals } from './totals.ts'

// What `npm run lab` prints. Everything here is text of the arguments alone.

const WIDTHS = [30, 22, 22, 10, 5, 5, 5, 5, 6, 6, 22]
const HEAD = ['case', 'truth', 'told', 'confidence', 'place', 'shape', 'cause', 'cites', 'probes', 'secs', 'checklist']
const NUMBERS = new Set(['probes', 'secs'])

/** One line of the table; numbers stand to the right. */
function line(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i] ?? 0
    return NUMBERS.has(HEAD[i] ?? '') ? cell.padStart(width) : cell.padEnd(width)
  })
  return padded.join(' ').trimEnd()
}

export const tableHead = (): string => line(HEAD)

export function tableRow(row: Row): string {
  const { judgement } = row
  const mark = (right: boolean) => (right ? 'ok' : 'WRONG')
  return line([
    row.name,
    row.truth,
    row.told,
    row.confidence ?? '-',
    mark(judgement.place),
    mark(judgement.shape),
    mark(judgement.cause),
    mark(judgement.cited),
    String(row.probes),
    row.seconds.toFixed(1),
    row.guess ? `${row.guess.causeRight ? '' : 'WRONG '}${row.guess.cause ?? '-'}` : '',
  ])
}

/** The diagnosis beside the truth, for a row that is not as it must be. */
export function departed(row: Row): string {
  const said = row.judgement.departures.map((each) => `      ${each}`)
  const diagnosis = (row.diagnosis ?? '').split('\n').map((each) => `      ${each}`)
  return [`    ${row.name} must be told otherwise:`, ...said, ...diagnosis].join('\n')
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

export function totalLines(totals: Totals, aims: readonly Aim[] | null): string[] {
  const { seconds, probes, baseline } = totals
  const names = (list: readonly string[]) => (list.length === 0 ? '' : `: ${list.join(', ')}`)
  return [
    `${totals.cases} cases, ${totals.skipped.length} skipped, ${totals.broken.length} broken`,
    ...totals.skipped.map(({ name, why }) => `  skipped ${name}: ${why}`),
    ...totals.broken.map(({ name, why }) => `  broken  ${name}: ${why.split('\n')[0] ?? ''}`),
    `right place ${percent(totals.place)}, right cause ${percent(totals.cause)}, right shape ${percent(totals.shape)}, evidence cited ${percent(totals.cited)}`,
    ...(baseline
      ? [
          `the checklist as a script, on the same cases: right place ${percent(baseline.place)}, right cause ${percent(baseline.cause)}`,
        ]
      : []),
    `wrong with confidence confirmed ${totals.wrongConfirmed.length}${names(totals.wrongConfirmed)}`,
    `of the right ones ${percent(totals.confirmed)} are confirmed`,
    `false alarms ${totals.falseAlarms.length}${names(totals.falseAlarms)}`,
    `seconds: median ${seconds.median.toFixed(1)}, worst ${seconds.worst.toFixed(1)}; probes: median ${probes.median}, worst ${probes.worst}`,
    ...(aims ?? []).map(({ says, held }) => `${held ? 'ok  ' : 'FAIL'} ${says}`),
  ]
}

/** A row for each truth that was met, with what it was told as and how often. */
export function confusionLines(rows: readonly Row[]): string[] {
  const cells = confusionOf(rows)
  const truths = [...new Set(cells.map(({ truth }) => truth))]
  const lines = truths.map((truth) => {
    const told = cells
      .filter((cell) => cell.truth === truth)
      .map((cell) => `${cell.right ? '' : 'WRONG '}${cell.told} ${cell.count}`)
    return `  ${truth.padEnd(24)} told as ${told.join(', ')}`
  })
  return ['what was told as what', ...lines]
}
