import { createReadStream, existsSync, fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { createMasker } from '../probe/mask/index.ts'
import { plainExplanation } from '../report/explained.ts'
import type { Explanation } from '../report/explanation.ts'
import { jsonText } from '../report/json-text.ts'
import { wantsColor } from '../report/paint.ts'
import { Explainer } from './explain-answers.ts'
import { readInput } from './explain-input.ts'
import { type Io, UsageError } from './io.ts'
import { loadShipped } from './library.ts'
import { parseStrict } from './options.ts'

/**
 * `triage502 explain [TEXT…]`: what a line, a code, a word or a response means; without a text, what standard input holds.
 * Exit: 0 where something is known, 4 where nothing is, 130 when it was interrupted.
 */
export async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseStrict(argv, {
    json: { type: 'boolean' },
    'exit-zero': { type: 'boolean' },
    'no-color': { type: 'boolean' },
    verbose: { type: 'boolean' },
  })
  const explainer = new Explainer(loadShipped(), createMasker(), io.now())
  const text = positionals.join(' ')
  const piped = positionals.length === 0 || text === '-'
  if (piped && io.stdinTty && text !== '-') {
    throw new UsageError(
      'there is nothing to explain',
      "Give a line or a code, such as `triage502 explain 'upstream timed out'`, or pipe a log in: `triage502 explain < error.log`.",
    )
  }
  const explanation = piped ? await ofInput(explainer, io) : explainer.ofText(text)
  if (values.json) io.out(jsonText(explanation))
  else {
    const color = !values['no-color'] && wantsColor(io.stdoutTty, io.env)
    io.out(plainExplanation(explanation, { color, columns: io.columns }))
    if (!piped && explanation.answers.length === 0) hintOfFile(text, io)
  }
  if (explanation.input.ended === 'interrupted') return 130
  const found = explanation.answers.length + explanation.hops.length > 0 || explanation.rounds !== null
  return found || values['exit-zero'] ? 0 : 4
}

async function ofInput(explainer: Explainer, io: Io): Promise<Explanation> {
  const reader = explainer.log()
  const durations = explainer.durations()
  const { whole, ended } = await readInput(io.input ?? standardInput(), (piece) => {
    reader.push(piece)
    durations.push(piece)
  })
  if (whole === null) return explainer.ofLog(reader.end(), ended, durations.end())
  return explainer.ofText(new TextDecoder().decode(whole), ended)
}

const PIECE = 1024 * 1024

/** A file is read in larger pieces than a pipe gives; a read of it ends by itself, so that nothing waits for it after Ctrl-C. */
function standardInput(): AsyncIterable<Uint8Array> & { destroy(): unknown } {
  return fstatSync(0).isFile() ? createReadStream('', { fd: 0, autoClose: false, highWaterMark: PIECE }) : process.stdin
}

/** A person who names a log wants it read. */
function hintOfFile(text: string, io: Io): void {
  if (!text.includes('/') && !text.includes('.')) return
  if (text.length < 4096 && existsSync(resolve(io.cwd, text))) {
    io.err(`triage502: that is a file; to have its lines explained: triage502 explain < ${text}\n`)
  }
}
