import type { Hop } from '../words/vocabulary.ts'
import type { ExplainedAnswer, Explanation } from './explanation.ts'
import { createPaint, type Paint } from './paint.ts'
import { wrap } from './wrap.ts'

const WIDEST = 100
const LONGEST_TEXT = 300

/** An explanation for a person at a terminal. Texts of others are shown as they stand in it: they come masked and visible. */
export function plainExplanation(explanation: Explanation, options: { color: boolean; columns: number }): string {
  const paint = createPaint(options.color)
  const width = Math.min(options.columns, WIDEST)
  const blocks = [
    headOf(explanation, width),
    roundsOf(explanation, width),
    ...explanation.answers.map((answer) => blockOf(answer, paint, width)),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function headOf({ input, answers, hops, nearest }: Explanation, width: number): string[] {
  const paragraph = (text: string) => wrap(text, width, { first: '', rest: '' })
  const stopped = input.ended === 'interrupted' ? ['Stopped: this is what came until then.'] : []
  if (input.kind === 'nothing') return [...stopped, 'Nothing came to be explained.']
  if (input.kind === 'response') return [...stopped, ...paragraph(hopsSay(hops))]
  if (input.kind === 'log') {
    const rest = input.lines - input.known
    const forms = answers.length === 1 ? '1 form is' : `${answers.length} forms are`
    const cut = input.cut === 0 ? '' : ` Of ${input.cut} only the first 64 KiB were looked at.`
    return [
      ...stopped,
      ...paragraph(`${lines(input.lines)}: ${input.known} known (${forms} below), ${rest} not.${cut}`),
    ]
  }
  if (answers.length > 0) return stopped
  const meant = nearest === null ? '' : ` The nearest that is: ${nearest.text}.`
  return [...stopped, ...paragraph(`Nothing is known of that.${meant}`)]
}

/** `14 of 15 failed requests that say how long they took ended at 60.0 to 60.1 s: …` */
function roundsOf({ rounds }: Explanation, width: number): string[] {
  if (rounds === null) return []
  const { failures, count, ms, least, most, whose } = rounds
  const [from, to] = [seconds(least), seconds(most)]
  const when = from === to ? `at ${from} s` : `at ${from} to ${to} s`
  const says = `${count} of ${failures} failed requests that say how long they took ended ${when}. A default is ${ms / 1000} s: ${whose}. Who gave up is a hint, not a proof: look at what that limit is set to.`
  return wrap(says, width, { first: '', rest: '' })
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

function hopsSay(hops: readonly Hop[]): string {
  const maker = hops.find(({ role }) => role === 'made')
  const passed = hops.filter(({ role }) => role === 'passed').map(({ vendor }) => vendor)
  const by = maker ? `Made by ${maker.vendor} (${maker.kind}).` : 'Who made this response cannot be told from it.'
  return passed.length === 0 ? by : `${by} Passed on by ${passed.join(', ')}.`
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`
}

function blockOf(answer: ExplainedAnswer, paint: Paint, width: number): string[] {
  const said = (label: string, text: string) =>
    wrap(text, width, { first: `  ${paint.dim(label)} `, rest: ' '.repeat(label.length + 3) })
  // A line of a log is not broken: whoever copies it must get it whole.
  const quoted = (label: string, text: string) => [`  ${paint.dim(label)} ${short(text)}`]
  const shape = answer.shape === null || answer.shape === 'none' ? '' : `, ${answer.shape}`
  const named = answer.source === '' ? '' : paint.dim(` (${answer.source}${shape})`)
  const out = [`${paint.bold(titleOf(answer))}${named}`]
  if (answer.met) out.push(...metOf(answer.met, said))
  out.push(...wrap(answer.means, width, { first: '  ', rest: '  ' }))
  if (answer.cause !== null) out.push(...said('Likely cause:', causeOf(answer)))
  if (answer.next) out.push(...said('Next:', answer.next.says))
  if (answer.next?.node) out.push(...quoted('     ', `triage502 flows show ${answer.next.node}`))
  if (answer.met) out.push(...quoted('Such as:', answer.met.first.text))
  else if (answer.example !== '') out.push(...quoted('Example:', answer.example))
  if (answer.unconfirmed)
    out.push(...said('Note:', 'told as documents have it; no such line was seen from the program itself.'))
  return out
}

function titleOf({ kind, id, source, codes }: ExplainedAnswer): string {
  if (kind !== 'signature') return id
  return codes[0] ?? id.slice(source.length + 1)
}

function metOf(
  { count, first, last }: NonNullable<ExplainedAnswer['met']>,
  said: (label: string, text: string) => string[],
): string[] {
  const when = ({ line, at }: typeof first) => (at === null ? `line ${line}` : `line ${line} (${at})`)
  const where = count === 1 ? when(first) : `first ${when(first)}, last ${when(last)}`
  return said(`${count} ×`, where)
}

function causeOf({ cause, verdicts }: ExplainedAnswer): string {
  return verdicts.length === 0 ? `${cause}` : `${cause} (${verdicts.join(', ')})`
}

function short(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`
}
