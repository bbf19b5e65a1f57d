import { createInterface } from 'node:readline/promises'
import { type Io, UsageError } from './io.ts'
import { recordingNames } from './recordings.ts'

/**
 * `triage502 [URL]`: the start screen. Plain and numbered: a URL, a saved service, a recorded
 * incident. What is chosen is then diagnosed by the same engine that every driver uses.
 */
export async function run(argv: string[], io: Io): Promise<number> {
  const { run: diagnose } = await import('./diagnose.ts')
  if (argv.some((word) => !word.startsWith('-') || /^--(service|recorded)=/.test(word))) return diagnose(argv, io)
  if (!io.stdinTty || !io.stdoutTty) {
    throw new UsageError(
      'there is no URL, and no terminal to ask on',
      'Give one: triage502 diagnose https://shop.example.com/',
    )
  }
  const choices = await offered(io)
  io.out(startScreen(choices, io.columns))
  const line = createInterface({ input: process.stdin, output: process.stdout })
  try {
    for (let tries = 0; tries < 5; tries++) {
      const typed = (await line.question('> ')).trim()
      if (typed === '' || typed === 'q') return 0
      const words = wordsFor(typed, choices)
      if (words === null) {
        io.out(`  There is no ${typed}. Type a number from 1 to ${choices.length}, or a URL.\n`)
        continue
      }
      line.close()
      return await diagnose([...words, ...argv], io)
    }
    return 2
  } finally {
    line.close()
  }
}

/** Services first, recorded incidents under them; two columns where they fit, so that 24 rows hold it. */
function startScreen(choices: Choice[], columns: number): string {
  const numbered = choices.map((choice, at) => ({ ...choice, row: `${String(at + 1).padStart(4)}  ${choice.label}` }))
  const services = numbered.filter((choice) => choice.kind === 'service').map((choice) => choice.row)
  const incidents = numbered.filter((choice) => choice.kind === 'incident').map((choice) => choice.row)
  return [
    'triage502: which URL answers 502, 503 or 504?  Type it, or a number.  q quits.',
    ...(services.length > 0 ? ['', '  Services', ...services] : []),
    '',
    '  Recorded incidents, to see what it does',
    ...inColumns(incidents, columns >= 70 ? 2 : 1),
    '',
    '',
  ].join('\n')
}

function inColumns(rows: string[], count: number): string[] {
  const height = Math.ceil(rows.length / count)
  const width = Math.max(0, ...rows.map((row) => row.length)) + 2
  return rows.slice(0, height).map((row, at) => `${row.padEnd(width)}${rows[at + height] ?? ''}`.trimEnd())
}

interface Choice {
  kind: 'service' | 'incident'
  label: string
  words: string[]
}

async function offered(io: Io): Promise<Choice[]> {
  const { openPreferences } = await import('./preferences.ts')
  const services = Object.entries(openPreferences(io.env.TRIAGE502_CONFIG_DIR).services())
  return [
    ...services.map(([name, service]) => ({
      kind: 'service' as const,
      label: `${name} (${service.url})`,
      words: ['--service', name],
    })),
    ...recordingNames().map((name) => ({ kind: 'incident' as const, label: name, words: ['--recorded', name] })),
  ]
}

function wordsFor(typed: string, choices: Choice[]): string[] | null {
  if (!/^\d+$/.test(typed)) return [typed]
  return choices[Number(typed) - 1]?.words ?? null
}
