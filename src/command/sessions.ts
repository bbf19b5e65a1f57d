import { jsonText } from '../report/json-text.ts'
import { oneLine } from '../report/shown.ts'
import { openStore, type SessionRow } from '../session/store.ts'
import { type Io, UsageError } from './io.ts'
import { parseStrict } from './options.ts'

/** `triage502 sessions [--json]`: the sessions kept here, newest first. Gives the exit code. */
export async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseStrict(argv, { json: { type: 'boolean' }, 'no-color': { type: 'boolean' } })
  if (positionals.length > 0) {
    throw new UsageError(
      `sessions takes no ${JSON.stringify(positionals[0])}`,
      'To read one session: triage502 export SESSION.',
    )
  }
  const rows = openStore(io.env).list()
  if (values.json) io.out(jsonText(rows.map(document)))
  else
    io.out(rows.length === 0 ? 'No session is kept yet. Begin one: triage502 diagnose URL\n' : table(rows, io.columns))
  return 0
}

function document({ id, url, started, minutes, outcome, cause, open, damaged }: SessionRow) {
  return { id, url, started, minutes, outcome, cause, open, ...(damaged === '' ? {} : { damaged }) }
}

const TITLES = ['SESSION', 'STARTED (UTC)', 'MIN', 'OUTCOME', 'CAUSE', 'URL'] as const

/** Columns as wide as what they hold; the URL takes what is left and is cut there. */
function table(rows: SessionRow[], columns: number): string {
  const cells = [[...TITLES], ...rows.map(cellsOf)]
  const widths = TITLES.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)))
  const lines = cells.map((row) => {
    const line = row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
    return line.length > columns ? `${line.slice(0, Math.max(columns - 1, 20))}…` : line
  })
  return `${lines.join('\n')}\n`
}

function cellsOf(row: SessionRow): string[] {
  const started = row.started.slice(0, 16).replace('T', ' ')
  const outcome = row.damaged !== '' ? 'damaged' : row.open ? 'open' : (row.outcome ?? '')
  const last = row.damaged !== '' ? row.damaged : row.url
  return [
    row.id,
    started,
    row.damaged === '' ? String(Math.round(row.minutes)) : '',
    outcome,
    row.cause ?? '',
    oneLine(last),
  ]
}
