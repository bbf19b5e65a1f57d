import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Library } from '../../src/flow/types.ts'
import { replay } from '../replay.ts'
import { BORN_AT, drawTable, readTable, SEEN } from './table.ts'

const root = join(import.meta.dirname, '../..')
const library = JSON.parse(readFileSync(join(root, 'dist/flows.json'), 'utf8')) as Library
const cells = readTable()

interface Told {
  outcome: string
  verdict: null | { bornAt: string; shape: string; id: string }
  facts: Record<string, { value: unknown }>
}

describe('five places and four shapes', () => {
  it('each pair stands in the table once', () => {
    const pairs = BORN_AT.flatMap((place) => SEEN.map((shape) => `${place} ${shape}`))
    expect(cells.map(({ bornAt, shape }) => `${bornAt} ${shape}`).sort()).toEqual(pairs.sort())
  })

  it('is drawn with a name in each cell', () => {
    const drawn = drawTable(cells).split('\n')
    expect(drawn).toHaveLength(BORN_AT.length + 1)
    expect(drawn.join('\n')).not.toMatch(/ - | -$/m)
    expect(drawTable([])).toContain('-')
  })

  it.each(cells.flatMap((cell) => (cell.recorded ?? []).map((name) => ({ ...cell, name }))))(
    '$bornAt, $shape: $name',
    async ({ bornAt, shape, call, name }) => {
      const { outcome, verdict, facts } = await replay<Told>(name)
      expect(outcome).toBe('diagnosed')
      expect(verdict?.bornAt).toBe(bornAt)
      expect(call ? facts['call.shape']?.value : verdict?.shape).toBe(shape)
    },
  )

  it.each(cells.filter(({ recorded = [] }) => recorded.length === 0))(
    '$bornAt, $shape: not recorded, for a reason, and reached by a test',
    ({ bornAt, shape, why, documented }) => {
      expect(why?.length).toBeGreaterThan(20)
      expect(documented?.verdicts.length).toBeGreaterThan(0)
      expect(existsSync(join(root, documented?.test ?? ''))).toBe(true)
      const told = readFileSync(join(root, documented?.test ?? ''), 'utf8')
      for (const id of documented?.verdicts ?? []) {
        const node = library.nodes[id]
        expect(node).toMatchObject({ kind: 'verdict', bornAt })
        expect(node?.kind === 'verdict' && node.shapes).toContain(shape)
        expect(told).toContain(id)
      }
    },
  )
})
