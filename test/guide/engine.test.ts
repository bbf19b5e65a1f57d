import { describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/guide/engine.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { createLanguage } from '../../src/guide/language.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { branch, end, fork, library, STARTED } from './make.ts'

const LIBRARY = library([
  fork('locate/which', [
    branch('on', 'locate/then', { when: 'true', found: 'it goes on' }),
    branch('off', 'locate/none'),
  ]),
  fork('locate/then', [branch('here', 'locate/none')]),
  end('locate/none'),
])
const GUIDE = createGuide(LIBRARY, {}, createLanguage(LIBRARY))
const NOW = () => new Date('2026-11-21T02:03:00Z')

function begun() {
  const written: (readonly JournalEntry[])[] = []
  const sink = {
    append: (made: readonly JournalEntry[]) => void written.push(made),
  }
  return { written, engine: createEngine(GUIDE, { start: STARTED }, sink, NOW) }
}

describe('an engine', () => {
  it('writes what an action leads to at once, numbered on', () => {
    const { written, engine } = begun()
    engine.dispatch({ type: 'begin', facts: [], vantages: [] })
    engine.dispatch({ type: 'note', text: 'restarted it' })
    expect(written.map((made) => made.map(({ seq }) => seq))).toEqual([[1], [2, 3, 4, 5, 6, 7], [8]])
    expect(fold(written.flat())).toEqual(engine.session)
  })

  it('writes an action before it counts', () => {
    const counted: number[] = []
    let engine: Engine | null = null
    engine = createEngine(GUIDE, { start: STARTED }, { append: () => void counted.push(engine?.session.seq ?? 0) }, NOW)
    engine.dispatch({ type: 'begin', facts: [], vantages: [] })
    engine.dispatch({ type: 'note', text: 'restarted it' })
    expect(counted).toEqual([0, 1, 7])
  })

  it('stays where it was when an action cannot be written', () => {
    let full = false
    const append = () => {
      if (full) throw new Error('no room')
    }
    const engine = createEngine(GUIDE, { start: STARTED }, { append }, NOW)
    full = true
    expect(() => engine.dispatch({ type: 'note', text: 'x' })).toThrow('no room')
    expect(engine.session.seq).toBe(1)
    expect(engine.session.notes).toEqual([])
  })
})
