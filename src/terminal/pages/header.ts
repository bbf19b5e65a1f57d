import { visible } from '../../words/visible.ts'
import { STEPS, type Step } from '../../words/vocabulary.ts'
import type { State } from '../state.ts'
import { type Line, lineWidth, span, spread, trimmed, widthOf } from '../text.ts'
import type { World } from '../world.ts'
import { pathLine } from './path.ts'

const LIMIT_MS = 600_000
const BARS = 10
/** Narrower windows need the room for the URL. */
const NARROW = 76

const NAMES: Record<Step, string> = {
  'gateway-log': 'gateway log',
  'upstream-direct': 'upstream direct',
  'upstream-log': 'upstream log',
  deploy: 'deploy',
  resources: 'resources',
}

/** Where the names do not fit. */
const SHORT: Record<Step, string> = {
  'gateway-log': 'gw log',
  'upstream-direct': 'direct',
  'upstream-log': 'app log',
  deploy: 'deploy',
  resources: 'resources',
}

/** Three rows that are always there: what is looked at and for how long, the path, the five steps. */
export function header(state: State, world: World): Line[] {
  const { columns } = state
  const shown = title(state, world)
  // The bars are the first to go where the URL needs their room.
  const bars = columns - lineWidth(shown) - lineWidth(clock(state.elapsed, true)) > 0
  const first = spread(shown, clock(state.elapsed, bars), columns)
  return [first, pathLine(state.session, columns), stepsLine(state, world)]
}

function title(state: State, world: World): Line {
  const url = visible(state.session.url, { lines: false })
  const mark = state.columns < NARROW ? ' recorded ' : ' recorded incident '
  const recorded = world.recorded === null ? [] : [span(mark, 'mark'), span(' ')]
  return [span(' triage502 ', 'accent'), span(' '), ...recorded, span(url)]
}

/** `04:12 of 10:00`, with ten bars where there is room; after ten minutes it says so. */
function clock(elapsed: number, bars: boolean): Line {
  const seconds = Math.floor(elapsed / 1000)
  const shown = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
  const tone = elapsed > LIMIT_MS ? 'warn' : 'dim'
  const of = elapsed > LIMIT_MS ? `${shown}, over 10:00` : `${shown} of 10:00`
  if (!bars) return [span(`${of} `, tone)]
  const full = Math.min(BARS, Math.floor((elapsed / LIMIT_MS) * BARS))
  return [span(`${of} `, tone), span(`${'▰'.repeat(full)}${'▱'.repeat(BARS - full)} `, tone)]
}

/** The five steps of the first ten minutes: done, here, still to come. */
function stepsLine({ session, columns }: State, world: World): Line {
  const here = session.here === null ? undefined : world.library.nodes[session.here]?.step
  const left = new Map<Step, boolean>()
  for (const visit of session.visits) {
    const step = world.library.nodes[visit.node]?.step
    if (!step || visit.left === null) continue
    left.set(step, (left.get(step) ?? false) || visit.left !== 'blind')
  }
  const parts = STEPS.map((step) => {
    const seen = left.get(step)
    if (step === here) return { mark: '●', step, tone: 'accent' as const }
    if (seen === true) return { mark: '✓', step, tone: 'good' as const }
    if (seen === false) return { mark: '?', step, tone: 'warn' as const }
    return { mark: '○', step, tone: 'dim' as const }
  })
  const long = parts.reduce((sum, { step }) => sum + widthOf(NAMES[step]) + 5, 1)
  return trimmed([
    span(' '),
    ...parts.flatMap(({ mark, step, tone }) => [
      span(`${mark} `, tone),
      span(`${long <= columns ? NAMES[step] : SHORT[step]}  `, step === here ? 'strong' : 'dim'),
    ]),
  ])
}
