import type { AnyCase } from '../case.ts'
import { keep, recordedNames } from './keep.ts'
import { readiness } from './needs.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { confusionLines, departed, tableHead, tableRow, totalLines } from './print.ts'
import type { Ran } from './ran.ts'
import { type Missed, type Row, rowOf } from './row.ts'
import { runCases } from './runner.ts'
import { aimsOf, confusionOf, totalsOf } from './totals.ts'

const out = (text: string) => process.stdout.write(`${text}\n`)
const err = (text: string) => process.stderr.write(`${text}\n`)

/** `npm run lab`. Gives the exit code: 0 where all aims hold, 1 where not, 2 for a mistake, 130 when interrupted. */
export async function lab(argv: string[]): Promise<number> {
  let options: Options
  try {
    options = readOptions(argv, recordedNames())
  } catch (error) {
    err(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    return 2
  }
  if (options.list) {
    for (const { name, says } of options.cases) out(`${name.padEnd(30)} ${says}`)
    return 0
  }
  return run(options)
}

async function run(options: Options): Promise<number> {
  const why = await readiness()
  const skipped: Missed[] = []
  const cases: AnyCase[] = []
  for (const one of options.cases) {
    const reason = why(one)
    if (reason === '') cases.push(one)
    else skipped.push({ name: one.name, why: reason })
  }
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)

  const board = new Board(options, cases.length * (options.twice ? 2 : 1))
  if (!options.json) out(tableHead())
  const rounds: Row[][] = []
  for (const _ of options.twice ? [1, 2] : [1]) {
    const rows: Row[] = []
    rounds.push(rows)
    await runCases(cases, { ...options, signal: stopping.signal }, board.watch(rows))
    if (stopping.signal.aborted) return board.interrupted()
  }
  const rows = rounds[0] ?? []
  const differing = options.twice ? differences(rows, rounds[1] ?? []) : []
  const totals = totalsOf(rows, skipped, board.broken)
  const strict = process.env.CI === 'true'
  const aims = options.partial ? null : aimsOf(totals, strict)
  if (options.json) {
    const confusion = confusionOf(rows)
    out(JSON.stringify({ cases: rows, totals, aims, confusion, differing, notKept: board.notKept }, null, 1))
  } else {
    out('')
    for (const line of confusionLines(rows)) out(line)
    out('')
    for (const line of totalLines(totals, aims)) out(line)
    if (options.twice) out(`told otherwise the second time: ${differing.length === 0 ? 'none' : differing.join('; ')}`)
    for (const { name, why } of board.notKept) out(`not recorded ${name}: ${why}`)
  }
  const asTheyMust = rows.every(({ judgement }) => judgement.departures.length === 0) && board.broken.length === 0
  const reached = aims ? aims.every(({ held }) => held) : asTheyMust && !(strict && skipped.length > 0)
  return reached && differing.length === 0 && board.notKept.length === 0 ? 0 : 1
}

/** What is shown while it runs, and what went wrong. */
class Board {
  readonly broken: Missed[] = []
  readonly notKept: Missed[] = []
  readonly #options: Options
  readonly #all: number
  readonly #underWay = new Set<string>()
  #done = 0

  constructor(options: Options, all: number) {
    this.#options = options
    this.#all = all
  }

  watch(rows: Row[]): Parameters<typeof runCases>[2] {
    return {
      began: ({ name }) => {
        this.#underWay.add(name)
        this.#status()
      },
      ran: async (one, ran) => {
        const row = rowOf(one, ran)
        rows.push(row)
        const told = row.judgement.departures.length === 0 ? '' : `\n${departed(row)}`
        this.#print(one.name, `${tableRow(row)}${told}`)
        if (this.#options.record) await this.#keep(one, ran, row)
      },
      failed: ({ name }, why) => {
        this.broken.push({ name, why })
        this.#print(name, `${name}: it could not be told: ${why}`)
      },
    }
  }

  interrupted(): number {
    err(`interrupted after ${this.#done} of ${this.#all}; what was started has ended`)
    return 130
  }

  async #keep({ name, truth }: AnyCase, ran: Ran, row: Row): Promise<void> {
    const why = row.judgement.departures.length > 0 ? 'it was told otherwise' : await keep(name, truth, ran)
    if (why !== null) this.notKept.push({ name, why })
  }

  #print(name: string, text: string): void {
    this.#underWay.delete(name)
    this.#done += 1
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    if (this.#options.json) err(`${this.#done}/${this.#all} ${name}`)
    else out(text)
    this.#status()
  }

  /** The last line of a terminal says what is under way. */
  #status(): void {
    if (!process.stderr.isTTY) return
    const width = process.stderr.columns ?? 80
    const says = `${this.#done}/${this.#all} done; now ${[...this.#underWay].join(', ')}`
    process.stderr.write(`\r\x1b[K${says.slice(0, width - 1)}`)
  }
}

/** Which cases were told otherwise the second time. */
function differences(first: readonly Row[], second: readonly Row[]): string[] {
  const said = (row: Row | undefined) => (row ? `${row.told} (${row.confidence ?? 'no verdict'})` : 'nothing')
  const later = new Map(second.map((row) => [row.name, row]))
  return first
    .filter((row) => said(row) !== said(later.get(row.name)))
    .map((row) => `${row.name}: ${said(row)}, then ${said(later.get(row.name))}`)
}
