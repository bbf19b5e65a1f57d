import type { Diagnosis, DiagnosisFinding, DiagnosisFix, DiagnosisVerdict } from './document.ts'
import { columnsOf, ladderTable, STAR } from './ladder-table.ts'
import { changedSays, clock } from './onset.ts'
import { createPaint, type Paint } from './paint.ts'
import { answerSays, causeSays, confidenceSays, headline, placeSays, stateSays } from './sentences.ts'
import { commandLine, oneLine } from './shown.ts'
import { wrap } from './wrap.ts'

export interface PlainOptions {
  color: boolean
  /** Width in characters; more than 100 is not used, long lines are hard to read. */
  columns: number
  /** Is the session kept, so that it can be exported? Default true. */
  kept?: boolean
}

const WIDEST = 100

/** The diagnosis for a person at a terminal: the answer first, then why, then what to do. */
export function plainDiagnosis(diagnosis: Diagnosis, options: PlainOptions): string {
  const page = createPage(Math.min(options.columns, WIDEST), createPaint(options.color))
  top(page, diagnosis)
  const { verdict } = diagnosis
  evidence(page, diagnosis)
  ladder(page, diagnosis)
  if (verdict) remedies(page, verdict)
  alternatives(page, diagnosis)
  page.list('Ruled out', byFinding(diagnosis.ruledOut))
  page.list(
    'Left open',
    diagnosis.openQuestions.map(({ says }) => says),
  )
  page.list(
    'Could not be seen',
    diagnosis.blindSpots.map(({ why, says }) => (says === '' ? why : `${says} (${why})`)),
  )
  if (options.kept ?? true) foot(page, diagnosis)
  return page.text()
}

/** Causes that one finding excludes stand together: `by 6: slow-app, app-hung`. */
function byFinding(ruledOut: Diagnosis['ruledOut']): string[] {
  const causes = new Map<number, string[]>()
  for (const { cause, because } of ruledOut) causes.set(because, [...(causes.get(because) ?? []), cause])
  return [...causes].map(([finding, names]) => `by finding ${finding}: ${names.join(', ')}`)
}

function top(page: Page, diagnosis: Diagnosis): void {
  const { verdict, outcome } = diagnosis
  const tone = outcome === 'healthy' ? 'green' : outcome === 'diagnosed' ? 'red' : 'yellow'
  page.headline(headline(diagnosis), tone)
  if (diagnosis.end) page.paragraph(diagnosis.end)
  if (diagnosis.ended !== 'complete' && verdict) {
    page.paragraph(
      diagnosis.ended === 'budget'
        ? 'The time was up: this is what was found.'
        : 'Not finished: this is what was found so far.',
    )
  }
  page.gap()
  page.field('URL', diagnosis.url)
  const answer = answerSays(diagnosis)
  if (answer !== '') page.field('Got', answer)
  page.field('State', stateSays(diagnosis))
  if (verdict) {
    page.field('Certainty', confidenceSays(verdict))
    page.field('Where', placeSays(verdict))
    page.field('Cause', causeSays(verdict))
    if (verdict.symptoms.length > 0) page.field('Explains', verdict.symptoms.join(', '))
  }
  const { firstError } = diagnosis.onset
  if (firstError !== null) page.field('Since', clock(firstError))
  for (const [at, line] of changedSays(diagnosis).entries()) page.field(at === 0 ? 'Changed' : '', line)
}

/** The findings that carry the verdict; without a verdict all of them. */
function evidence(page: Page, { verdict, findings, probes }: Diagnosis): void {
  const carries = (finding: DiagnosisFinding) => !verdict || verdict.findings.includes(finding.n)
  const shown = findings.filter(carries)
  const others = findings.filter((finding) => !carries(finding))
  if (shown.length > 0) page.title(verdict ? 'Why' : 'What was found')
  for (const { n, says, probe, by } of shown) {
    page.item(`${n}  `.padStart(5), by === 'person' ? `${says} (you said so)` : says)
    const look = probes.find((candidate) => candidate.n === probe)
    if (look && look.argv.length > 0) page.command(look.argv, look.at === 'local' ? '' : `at ${look.at}`)
  }
  if (others.length > 0) page.title('Also found')
  for (const { n, says } of others) page.item(`${n}  `.padStart(5), says)
}

/** How long each hop waits, where that says something. */
function ladder(page: Page, diagnosis: Diagnosis): void {
  const table = ladderTable(diagnosis)
  if (!table) return
  page.title('How long each hop waits')
  for (const row of columnsOf(table)) page.row(row)
  if (table.rows.some((row) => row.some((cell) => /[*?]$/.test(cell)))) page.item('  ', STAR)
  for (const place of table.places) page.item('  ', place)
  for (const note of table.notes) page.item('  - ', note)
}

function remedies(page: Page, verdict: DiagnosisVerdict): void {
  if (verdict.fix.length > 0) page.title('What to do')
  for (const [at, step] of verdict.fix.entries()) fixStep(page, step, at + 1)
  page.list(
    'Then check',
    verdict.verify.map(({ says, id }) => `${says} (${id})`),
  )
  page.list(
    'So that it does not come back',
    verdict.prevent.map(({ says }) => says),
  )
}

function fixStep(page: Page, { say, run, effect }: DiagnosisFix, n: number): void {
  const mark = `${n}. `.padStart(5)
  const note = effect === 'changes' ? 'changes something: read it first' : ''
  if (say !== undefined) page.item(mark, say)
  else if (run) page.item(mark, effect === 'changes' ? 'Run, after reading it:' : 'Look at:')
  if (run) page.command(run, say === undefined ? '' : note)
}

function alternatives(page: Page, diagnosis: Diagnosis): void {
  page.list(
    'Also possible',
    diagnosis.alternatives.map(({ says, cause, confidence }) => `${says} (${cause}, ${confidence})`),
  )
}

function foot(page: Page, { session }: Diagnosis): void {
  page.gap()
  page.quiet(`Session ${session}`)
  page.quiet(`For the postmortem: triage502 export ${session}`)
}

interface Page {
  headline(text: string, tone: 'red' | 'green' | 'yellow'): void
  paragraph(text: string): void
  title(text: string): void
  field(name: string, text: string): void
  item(mark: string, text: string): void
  /** A titled list; nothing at all when it is empty. */
  list(title: string, items: string[]): void
  /** Never broken over lines, so that it can be copied. */
  command(argv: readonly string[], note: string): void
  /** Of a table: never broken over lines. */
  row(text: string): void
  quiet(text: string): void
  gap(): void
  text(): string
}

const FIELD = 11

function createPage(width: number, paint: Paint): Page {
  const lines: string[] = []
  const put = (text: string, first: string, rest: string, painted: (line: string) => string = (line) => line) => {
    for (const line of wrap(oneLine(text), width, { first, rest })) lines.push(painted(line))
  }
  const page: Page = {
    headline: (text, tone) => put(text, '', '', (line) => paint.bold(paint[tone](line))),
    paragraph: (text) => put(text, '', ''),
    title(text) {
      lines.push('', paint.bold(text))
    },
    field: (name, text) => put(text, `  ${name.padEnd(FIELD)}`, ' '.repeat(FIELD + 2)),
    item: (mark, text) => put(text, mark, ' '.repeat(mark.length)),
    list(title, items) {
      if (items.length === 0) return
      page.title(title)
      for (const item of items) page.item('  - ', item)
    },
    command(argv, note) {
      lines.push(`     ${paint.dim(`$ ${commandLine(argv)}`)}${note === '' ? '' : `   (${oneLine(note)})`}`)
    },
    row: (text) => void lines.push(`  ${oneLine(text)}`),
    quiet: (text) => put(text, '', '', paint.dim),
    gap: () => void lines.push(''),
    text: () => `${lines.join('\n')}\n`,
  }
  return page
}
