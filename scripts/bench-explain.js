// `explain` on a log of 100,000 mixed lines, beside grep for the same words.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LINES = 100_000
const ORDINARY = [
  '192.0.2.7 - - [21/Nov/2026:05:11:02 +0000] "GET /cart/17 HTTP/1.1" 200 5120 "https://shop.example.com/" "Mozilla/5.0"',
  '2026-11-21T05:11:02.345Z info request finished method=GET path=/cart status=200 ms=12',
  '{"level":30,"time":1795226591123,"pid":42,"msg":"request completed","req":{"method":"GET","url":"/cart"}}',
]

/** Writes the log and the words; gives their paths. Every known form stands in it, in turn, in two of five lines. */
export function mixedLog(root, work) {
  const { signatures } = JSON.parse(readFileSync(join(root, 'dist/flows.json'), 'utf8'))
  const examples = signatures.map(({ example }) => example).filter((example) => !example.includes('\n'))
  let text = ''
  for (let line = 0; line < LINES; line++) {
    const known = line % 5 < 2
    text += known
      ? `2026-11-21T05:11:02Z shop ${examples[line % examples.length]}\n`
      : `${ORDINARY[line % ORDINARY.length]}\n`
  }
  const log = join(work, 'mixed.log')
  writeFileSync(log, text)
  const words = signatures.map(({ match }) => longestWord(match)).filter((word) => word.length > 2)
  const list = join(work, 'words.txt')
  writeFileSync(list, `${words.join('\n')}\n`)
  return { log, list, words, megabytes: Math.round(text.length / 1e5) / 10 }
}

/** The longest literal part of a pattern: what one would grep for. */
function longestWord(match) {
  const parts = match
    .replaceAll('{{', '\u0001')
    .replaceAll('}}', '\u0002')
    .split(/\{[^}]*\}/)
  return parts
    .map((part) => part.replaceAll('\u0001', '{').replaceAll('\u0002', '}'))
    .reduce((best, part) => (part.length > best.length ? part : best), '')
}

/** Milliseconds and MB, medians of a few runs in turns. `timed` runs a command to its end, with this file as its input. */
export function measureExplain(root, work, program, { timed, meter, median, runs }) {
  const { log, list, words, megabytes } = mixedLog(root, work)
  const told = []
  const greps = []
  const single = []
  for (let run = 0; run < Math.min(runs, 5); run++) {
    told.push(timed([program, 'explain', '--json'], { measure: meter, input: log }))
    greps.push(timed(['grep', '-cF', '-f', list], { input: log }).ms)
    const word = words[(run * 37) % words.length]
    single.push(timed(['grep', '-cF', '-e', word], { input: log }).ms)
  }
  const memory = told.map((one) => one.megabytes).filter((value) => value !== null)
  return {
    lines: LINES,
    megabytes,
    known: JSON.parse(told[0].out).input.known,
    ms: median(told.map((one) => one.ms)),
    memoryMb: memory.length === 0 ? null : median(memory),
    grepAllMs: median(greps),
    grepEachMs: median(single) * words.length,
    words: words.length,
  }
}
