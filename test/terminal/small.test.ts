import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/terminal/app.ts'
import { typedKeys } from '../../src/terminal/keys.ts'
import { type Frame, layout } from '../../src/terminal/layout.ts'
import { startFrame } from '../../src/terminal/pages/start.ts'
import { isSmall, smallFrame } from '../../src/terminal/small.ts'
import { startState } from '../../src/terminal/start.ts'
import { branch, end, probe } from '../guide/make.ts'
import { fakeWorld } from './fake-world.ts'

const NODES = [
  probe('locate/port', {
    title: 'Is anything on 3000?',
    branches: [branch('nothing', 'locate/dark', { found: 'nothing listens', suspects: ['process-down'] })],
    blind: 'locate/dark',
  }),
  end('locate/dark'),
]

const rowsOf = ({ above, below }: Frame) => [...above, ...below].map((line) => line.map(({ text }) => text).join(''))

const said = (columns: number, rows: number) =>
  rowsOf(smallFrame({ columns, rows })).join(' ').replace(/\s+/g, ' ').trim()

describe('a window that is too small', () => {
  it('is one below 60 columns or 16 rows', () => {
    expect(isSmall({ columns: 60, rows: 16 })).toBe(false)
    expect(isSmall({ columns: 59, rows: 50 })).toBe(true)
    expect(isSmall({ columns: 200, rows: 15 })).toBe(true)
  })

  it('is told in the longest sentence that fits', () => {
    expect(said(59, 30)).toBe('The window is too small: at least 60x16. Enlarge it, or q leaves')
    expect(said(20, 6)).toBe('The window is too small: at least 60x16. Enlarge it, or q leaves')
    expect(said(20, 3)).toBe('Too small: at least 60x16. q leaves')
    expect(said(20, 2)).toBe('Too small: 60x16')
    expect(said(6, 2)).toBe('60x16')
    expect(said(80, 1)).toBe('')
  })

  it('has frames that fit into any window', () => {
    for (let columns = 1; columns < 70; columns++) {
      for (let rows = 1; rows < 16; rows++) {
        const frame = rowsOf(smallFrame({ columns, rows }))
        expect(frame).toHaveLength(rows - 1)
        expect(Math.max(0, ...frame.map((row) => row.length))).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('stands in place of a step and of the start', () => {
    const { wizard, world } = fakeWorld(NODES)
    expect(rowsOf(layout({ ...wizard.state, rows: 10 }, world)).join('\n')).toMatch(/^The window is too small/)
    expect(rowsOf(startFrame(startState([]), 40, 24))[0]).toMatch(/^The window is too small/)
  })
})

describe('keys in a window that is too small', () => {
  const size = { columns: 80, rows: 24 }

  it('choose nothing that cannot be seen, and everything is back when it grows', () => {
    const { world, looks } = fakeWorld(NODES)
    let now = 1000
    const app = createApp({ world }, size, () => now)
    app.resize(40, 24)
    app.press(typedKeys('5b'), '5b')
    app.press([{ name: 'enter', char: '' }], '\r')
    app.paste('State LISTEN')
    expect(looks).toHaveLength(0)
    app.resize(80, 24)
    const { view } = app
    if (view.kind !== 'wizard') throw new Error('there is no wizard')
    expect(view.state.screen).toEqual({ kind: 'prompt' })
    expect(rowsOf(layout(view.state, world)).join('\n')).toContain('Is anything on 3000?')
    // Typed while it was small, and read late.
    now += 149
    app.press([{ name: 'enter', char: '' }], '\r')
    app.paste('State LISTEN')
    expect(looks).toHaveLength(0)
    expect(view.state.screen).toEqual({ kind: 'prompt' })
    now += 1
    app.press([{ name: 'enter', char: '' }], '\r')
    expect(looks).toHaveLength(1)
    app.stop()
  })

  it('leave with q, also out of a text and while a look runs; the session stays open', () => {
    const typing = fakeWorld(NODES)
    const first = createApp({ world: typing.world }, size)
    first.press(typedKeys('nq'), 'nq')
    expect(first.over).toBe(false)
    first.resize(80, 8)
    first.press(typedKeys('q'), 'q')
    expect(first.over).toBe(true)

    const busy = fakeWorld(NODES)
    const second = createApp({ world: busy.world }, size)
    second.press([{ name: 'enter', char: '' }], '\r')
    second.resize(30, 8)
    second.press([{ name: 'ctrl-c', char: '' }], '')
    expect(second.over).toBe(true)
    expect(busy.looks[0]?.signal.aborted).toBe(true)
    expect(busy.world.engine.session.ended).toBeNull()
  })

  it('leave the start', () => {
    const app = createApp({ choices: [], open: () => Promise.reject(new Error('no')) }, { columns: 30, rows: 8 })
    app.press(typedKeys('x'), 'x')
    expect(app.over).toBe(false)
    app.press(typedKeys('q'), 'q')
    expect(app.over).toBe(true)
  })
})
