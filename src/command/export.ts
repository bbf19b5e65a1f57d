import { closeSync, openSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Library } from '../flow/types.ts'
import { conclude } from '../guide/conclusion.ts'
import type { Language } from '../guide/judge.ts'
import { composeDiagnosis, type Diagnosis } from '../report/diagnosis.ts'
import { html } from '../report/html.ts'
import { jsonText } from '../report/json-text.ts'
import { knownHosts } from '../report/known-hosts.ts'
import { LEVELS, type Level, mapJson, tokenizer } from '../report/levels.ts'
import { markdown } from '../report/markdown.ts'
import { mapTexts } from '../report/outline.ts'
import { transcript } from '../report/transcript.ts'
import type { JournalEntry } from '../session/events.ts'
import { fold } from '../session/evolve.ts'
import { readJournal } from '../session/journal.ts'
import { formatLine } from '../session/line.ts'
import type { Session } from '../session/session.ts'
import { openStore } from '../session/store.ts'
import type { Json } from '../words/json.ts'
import { type Io, UsageError } from './io.ts'
import { parseStrict } from './options.ts'

const FORMATS = ['md', 'html', 'json'] as const
type Format = (typeof FORMATS)[number]

/** What a session is judged by. */
export interface Knowledge {
  library: Library
  language: Language
}

/**
 * `triage502 export SESSION [--format md|html|json] [--level local|team|public] [--out FILE]`: the
 * postmortem transcript, on standard output or into a new file of mode 0600. Gives the exit code.
 */
export async function run(argv: string[], io: Io, load: () => Promise<Knowledge> = shipped): Promise<number> {
  const { values, positionals } = parseStrict(argv, {
    format: { type: 'string' },
    level: { type: 'string' },
    out: { type: 'string' },
    'no-color': { type: 'boolean' },
  })
  const [id, extra] = positionals
  if (id === undefined) throw new UsageError('no session is named', 'Name one from `triage502 sessions`.')
  if (extra !== undefined)
    throw new UsageError(`${JSON.stringify(extra)} is one too many`, 'Export one session at a time.')
  const format = oneOf('--format', values.format ?? 'md', FORMATS)
  const level = oneOf('--level', values.level ?? 'local', LEVELS)
  const read = readSession(openStore(io.env).find(id).path, io)
  const { library, language } = await load()
  if (read.session.library !== library.digest) {
    io.err('triage502: the flows have changed since this session: it is judged by the new ones\n')
  }
  const diagnosis = composeDiagnosis(read.session, conclude(read.session, library, language), library, language)
  const text = render(format, level, { ...read, diagnosis })
  if (values.out === undefined) io.out(text)
  else writeNew(isAbsolute(values.out) ? values.out : join(io.cwd, values.out), text)
  return 0
}

async function shipped(): Promise<Knowledge> {
  const { loadShipped } = await import('./library.ts')
  const { createLanguage } = await import('../guide/language.ts')
  const library = loadShipped()
  return { library, language: createLanguage(library) }
}

function oneOf<T extends string>(option: string, given: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === given)
  if (word === undefined) {
    throw new UsageError(`${option} ${JSON.stringify(given)} is not known`, `Use one of: ${words.join(', ')}.`)
  }
  return word
}

/** What is sound in a damaged journal is still worth a report. */
function readSession(path: string, io: Io): { entries: JournalEntry[]; session: Session } {
  const { entries, torn, problems } = readJournal(path)
  if (torn) io.err('triage502: the last line of the journal was torn and is dropped\n')
  for (const problem of problems) io.err(`triage502: the journal is damaged, read up to there: ${problem}\n`)
  const session = fold(entries)
  if (!session) throw new UsageError('there is nothing in this journal that can be read', 'See `triage502 sessions`.')
  return { entries, session }
}

interface Material {
  entries: JournalEntry[]
  session: Session
  diagnosis: Diagnosis
}

function render(format: Format, level: Level, { entries, session, diagnosis }: Material): string {
  const change = tokenizer(level, { hosts: knownHosts(session), session: session.id })
  if (format === 'json') {
    const journal = entries.map((entry): Json => JSON.parse(formatLine(entry)))
    const whole: Json = { diagnosis: JSON.parse(JSON.stringify(diagnosis)), journal }
    mapJson(whole, change)
    return jsonText(mapJson(whole, change))
  }
  const blocks = transcript(session, diagnosis)
  // Once to learn every host that is written as one somewhere, once to replace them everywhere.
  mapTexts(blocks, change)
  return (format === 'html' ? html : markdown)(mapTexts(blocks, change))
}

/** A postmortem that somebody has edited is not written over. */
function writeNew(path: string, text: string): void {
  let fd: number
  try {
    fd = openSync(path, 'wx', 0o600)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const says = code === 'EEXIST' ? 'is there already' : `cannot be written (${String(code)})`
    throw new UsageError(`${path} ${says}`, 'Choose another name for --out.', { cause: error })
  }
  try {
    writeFileSync(fd, text)
  } finally {
    closeSync(fd)
  }
}
