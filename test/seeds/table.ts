import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Place, Shape } from '../../src/words/vocabulary.ts'

/** The places where the articles say that an error is born; a visitor's own side is none of theirs. */
export const BORN_AT = ['cdn', 'load-balancer', 'proxy', 'platform', 'app'] as const satisfies readonly Place[]
export const SEEN = ['unreachable', 'slow', 'reset', 'garbage'] as const satisfies readonly Shape[]

/** One place and one shape. */
export interface Cell {
  bornAt: (typeof BORN_AT)[number]
  shape: (typeof SEEN)[number]
  /** Names of recordings that end there. */
  recorded?: string[]
  /** The shape is what the application's own call saw: the fact `call.shape`. */
  call?: boolean
  /** Verdicts that no recording reaches, and the test that does. */
  documented?: { verdicts: string[]; test: string }
  /** Why nothing is recorded. */
  why?: string
}

/** The table as it is written down. */
export function readTable(): Cell[] {
  const file = join(import.meta.dirname, 'table.yaml')
  return (parse(readFileSync(file, 'utf8')) as { cells: Cell[] }).cells
}

/** The table as text: a line a place, a column a shape; `-` where nothing reaches it. */
export function drawTable(cells: readonly Cell[]): string {
  const rows = BORN_AT.map((place) => [
    place,
    ...SEEN.map((shape) => {
      const cell = cells.find((each) => each.bornAt === place && each.shape === shape)
      return [...(cell?.recorded ?? []), ...(cell?.documented?.verdicts ?? [])][0] ?? '-'
    }),
  ])
  const all = [['born at', ...SEEN], ...rows]
  const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row
        .map((word, i) => word.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
