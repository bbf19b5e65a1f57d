import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { openNew } from '../../src/command/opening.ts'
import { parseLooking } from '../../src/command/options.ts'
import { recordingNames } from '../../src/command/recordings.ts'
import { worldOf } from '../../src/command/world.ts'
import { fieldOf } from '../../src/terminal/field.ts'
import { type Key, typedKeys } from '../../src/terminal/keys.ts'
import { layout } from '../../src/terminal/layout.ts'
import { startFrame } from '../../src/terminal/pages/start.ts'
import { startState } from '../../src/terminal/start.ts'
import type { Overlay, Screen, State } from '../../src/terminal/state.ts'
import { lineWidth } from '../../src/terminal/text.ts'
import { createWizard } from '../../src/terminal/wizard.ts'
import type { World } from '../../src/terminal/world.ts'
import { testIo } from '../command/io.ts'

// Whatever was walked, at whatever step, on whatever screen of whatever size: the frame fits exactly.

const ENTER: Key = { name: 'enter', char: '' }
/** Enough of them that every flow is seen; all would only take longer. */
const WALKED = 12
/** Steps of one walk at most. */
const MOST = 60

interface Walk {
  name: string
  world: World
  states: State[]
}

const walks: Walk[] = []

beforeAll(async () => {
  const library = loadShipped()
  const names = recordingNames()
  const every = Math.max(1, Math.floor(names.length / WALKED))
  for (const name of names.filter((_, at) => at % every === 0)) {
    const io = testIo({ XDG_STATE_HOME: '/nonexistent', HOME: '/nonexistent' })
    const options = parseLooking(['--recorded', name, '--no-save'], library, io.env)
    const opened = await openNew({ options, library, io, byPerson: false })
    const world: World = {
      ...worldOf(opened, options, io),
      act: async () => ({ exit: 1, ms: 3, out: 'it failed\n' }),
      sample: async () => ({ well: false, says: '502' }),
    }
    const wizard = createWizard(world, { columns: 80, rows: 24 })
    const states = [wizard.state]
    while (states.length < MOST && wizard.state.prompt.kind !== 'reached') {
      wizard.press([ENTER])
      await new Promise(setImmediate)
      states.push(wizard.state)
    }
    walks.push({ name, world, states })
  }
}, 120_000)

const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 200 }))
const field = text.map((typed) => fieldOf(typed.replace(/[\u0000-\u001f\u007f-\u009f]/g, '')))
const size = fc.record({ columns: fc.integer({ min: 60, max: 200 }), rows: fc.integer({ min: 16, max: 60 }) })
const pane = fc.constantFrom('help', 'map', 'transcript', 'output', 'evidence', 'notes')
const overlay: fc.Arbitrary<Overlay | null> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  fc.record({
    kind: fc.constant('pane' as const),
    pane,
    scroll: fc.nat({ max: 400 }),
    search: fc.option(fc.record({ typing: fc.boolean(), field })),
  }),
  field.map((typed) => ({ kind: 'note' as const, field: typed })),
  fc.nat({ max: 2 }).map((at) => ({ kind: 'moment' as const, at })),
  fc.constant({ kind: 'quit' as const }),
)
const live = fc.record({ since: fc.constant(0), tail: fc.array(text, { maxLength: 50 }), lines: fc.nat() })

/** Screens that this state could show, beside the one it does. */
function screensOf(state: State, world: World): fc.Arbitrary<Screen> {
  const { session } = state
  const probes = session.probes.length
  const own = fc.constant(state.screen)
  const made: fc.Arbitrary<Screen>[] = [
    fc.constant({ kind: 'prompt' }),
    field.chain((typed) => text.map((problem) => ({ kind: 'edit' as const, field: typed, problem }))),
    field.chain((typed) => text.map((problem) => ({ kind: 'fact' as const, field: typed, problem }))),
    text.chain((pasted) => text.map((problem) => ({ kind: 'paste' as const, text: pasted, problem }))),
    fc.constant({ kind: 'confirm', step: 0 }),
    live.map((shown) => ({ kind: 'fixing' as const, n: 1, step: 0, live: shown })),
    fc.constant({ kind: 'fixed', n: 1, step: 0 }),
    fc.constant({ kind: 'verified', n: 1 }),
    fc
      .array(fc.record({ well: fc.boolean(), says: text, at: fc.constant(session.startedAt) }), { maxLength: 150 })
      .map((samples) => ({ kind: 'verifying' as const, n: 1, samples, inRow: samples.length % 6, asking: true })),
  ]
  if (state.prompt.kind === 'probe') made.push(fc.constant({ kind: 'known', ways: world.guide.ways(session) }))
  if (probes > 0) {
    const n = fc.integer({ min: 1, max: probes })
    made.push(n.chain((one) => live.map((shown) => ({ kind: 'running' as const, n: one, live: shown }))))
    made.push(n.map((one) => ({ kind: 'result' as const, n: one, visit: session.visits[one - 1]?.visit ?? 1 })))
  }
  return fc.oneof({ weight: 4, arbitrary: own }, ...made)
}

describe('any session at any step, on any screen of any size', () => {
  it('fills exactly all rows but the last, none wider than the window, and shows what is marked', () => {
    const where = fc.nat({ max: walks.length - 1 }).chain((at) => {
      const walk = walks[at]
      if (!walk) throw new Error('no walk')
      return fc.nat({ max: walk.states.length - 1 }).chain((step) => {
        const state = walk.states[step]
        if (!state) throw new Error('no step')
        return fc.record({
          walk: fc.constant(at),
          step: fc.constant(step),
          screen: screensOf(state, walk.world),
          overlay,
          size,
          at: fc.nat({ max: 12 }),
          scroll: fc.nat({ max: 200 }),
          why: fc.boolean(),
          onItsOwn: fc.boolean(),
          notice: fc.oneof(fc.constant(''), text),
          elapsed: fc.integer({ min: 0, max: 90_000_000 }),
        })
      })
    })
    fc.assert(
      fc.property(where, ({ walk: which, step, size: { columns, rows }, at, ...more }) => {
        const walk = walks[which]
        const state = walk?.states[step]
        if (!walk || !state) throw new Error('no such step')
        const shown = { ...state, ...more, columns, rows, at: 0 }
        const { menu: first } = layout(shown, walk.world)
        const marked = first ? at % first.items.length : 0
        const { above, menu, below } = layout({ ...shown, at: marked }, walk.world)
        expect(above.length + (menu?.limit ?? 0) + below.length).toBe(rows - 1)
        for (const line of [...above, ...below])
          expect(lineWidth(line), JSON.stringify(line)).toBeLessThanOrEqual(columns)
        for (const line of [...above, ...below])
          for (const part of line) expect(part.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
        if (menu) {
          expect(menu.limit).toBeGreaterThan(0)
          expect(menu.at).toBeLessThan(menu.items.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the menu on the screen wherever there is one', () => {
    for (const { world, states } of walks) {
      for (const state of states) {
        const { menu } = layout({ ...state, columns: 60, rows: 16 }, world)
        const wide = layout({ ...state, columns: 200, rows: 60 }, world)
        expect(menu === null).toBe(wide.menu === null)
        if (menu && wide.menu) expect(menu.limit).toBeGreaterThanOrEqual(Math.min(3, wide.menu.items.length))
      }
    }
  })
})

describe('the start screen of any size', () => {
  it('fits too', () => {
    const choice = fc.record({
      group: fc.constantFrom('service', 'unfinished', 'recorded'),
      id: fc.string(),
      label: text,
      hint: text,
    })
    fc.assert(
      fc.property(
        size,
        fc.array(choice, { maxLength: 60 }),
        field,
        text,
        text,
        fc.nat(),
        (window, choices, typed, problem, opening, mark) => {
          const state = {
            ...startState(choices),
            field: typed,
            problem,
            opening,
            at: (mark % (choices.length + 1)) - 1,
          }
          const { above, menu, below } = startFrame(state, window.columns, window.rows)
          expect(above.length + (menu?.limit ?? 0) + below.length).toBe(window.rows - 1)
          for (const line of [...above, ...below])
            expect(lineWidth(line), JSON.stringify(line)).toBeLessThanOrEqual(window.columns)
        },
      ),
    )
  })
})

it('takes keys from text as a terminal sends it', () => {
  expect(typedKeys('a\r')).toEqual([{ name: 'char', char: 'a' }, ENTER])
})
