import { type Diagnosis, type DiagnosisRung, FOR_EVER_MS, type RungLimit } from './document.ts'

/** The ladder as a table: its head, a row for each hop, and a sentence for each pair in the wrong order. */
export interface LadderTable {
  head: string[]
  rows: string[][]
  /** Where the values that somebody set stand, a sentence each. */
  places: string[]
  notes: string[]
}

const HEAD = ['hop', 'connects', 'waits', 'uses idle again', 'keeps idle']

/**
 * The table, where it says something: the failure is one of time or of a lost connection, or two hops whose times are known are in
 * the wrong order. Null elsewhere.
 */
export function ladderTable({ ladder, verdict }: Diagnosis): LadderTable | null {
  const known = ladder.some(({ inversions }) => inversions.some((each) => each.known))
  const shape = verdict?.shape ?? ''
  if (ladder.length === 0 || !(known || shape === 'slow' || shape === 'reset')) return null
  const notes = ladder.flatMap(({ inversions }) =>
    inversions.map((each) => `${each.says}${each.known ? '' : ', unless somebody set it otherwise'} (${each.cause})`),
  )
  return { head: HEAD, rows: ladder.map(row), places: ladder.flatMap(places), notes }
}

function row({ name, connect, read, reuse, keeps }: DiagnosisRung): string[] {
  return [name, limit(connect), limit(read, 'for ever'), limit(reuse, 'never'), limit(keeps, 'never')]
}

const WORDS = [
  ['connect', 'waits', 'for a connection'],
  ['read', 'waits', ''],
  ['reuse', 'uses an idle connection again for', ''],
  ['keeps', 'keeps an idle connection', ''],
] as const

/** `HAProxy waits 10 s: /etc/haproxy/haproxy.cfg:14` */
function places(rung: DiagnosisRung): string[] {
  return WORDS.flatMap(([of, does, what]) => {
    const set = rung[of]
    if (set === null || set.at === '' || !(set.from === 'configuration' || set.from === 'command-line')) return []
    const words = [rung.name, does, limit(set, of === 'read' ? 'for ever' : '0 s'), what]
    return [`${words.filter((word) => word !== '').join(' ')}: ${set.at}`]
  })
}

/** `60 s`, `2.0 s measured`, `5 s*`: the star marks what it does by itself, unless somebody set it otherwise. */
function limit(value: RungLimit | null, zero = '0 s'): string {
  if (value === null) return '-'
  const { ms, from } = value
  const time =
    ms === 0
      ? zero
      : ms >= FOR_EVER_MS
        ? 'while open'
        : ms % 1000 === 0
          ? `${ms / 1000} s`
          : `${(ms / 1000).toFixed(1)} s`
  switch (from) {
    case 'known-default':
      return `${time}*`
    case 'unconfirmed-default':
      return `${time}?`
    case 'longer':
      return `over ${time}`
    case 'measured':
      return `${time} measured`
    default:
      return time
  }
}

export const STAR = '* what it does by itself, ? so they say: nobody looked whether it was set otherwise'

/** The rows in columns, for a screen or a terminal. */
export function columnsOf({ head, rows }: LadderTable): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)))
  return all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
