import type { FlowNode, Library } from '../../src/flow/types.ts'
import { createEngine } from '../../src/guide/engine.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { createLanguage } from '../../src/guide/language.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { type Key, typedKeys } from '../../src/terminal/keys.ts'
import { menuOf } from '../../src/terminal/menus.ts'
import { createWizard, type Wizard } from '../../src/terminal/wizard.ts'
import type { Acted, Sample, World } from '../../src/terminal/world.ts'
import type { Capture, LookRequest, Watch } from '../../src/words/look.ts'
import { capture, library, STARTED } from '../guide/make.ts'
import { READERS } from '../guide/walker.ts'

/** A look that was asked for and waits until the test answers it. */
export interface Waiting {
  request: LookRequest
  signal: AbortSignal
  watch: Watch
  answer(out: string, more?: Partial<Capture>): Promise<void>
}

export interface FakeWorld {
  world: World
  wizard: Wizard
  journal: JournalEntry[]
  /** Looks that nobody has answered yet, oldest first. */
  looks: Waiting[]
  acts: { argv: readonly string[]; signal: AbortSignal; end(acted: Partial<Acted>): Promise<void> }[]
  copied: string[]
  samples: Sample[]
  /** Keys by their names, characters by themselves: `down`, `w`, `enter`. */
  press(...keys: string[]): void
  /** Types a text, character by character. */
  type(text: string): void
  /** What the menu offers; the marked one with `❯ ` in front. */
  menu(): string[]
  types(): string[]
}

const START_AT = Date.parse('2026-11-21T02:03:00Z')

/** A wizard on a library of these nodes, with a world that does only what the test says. */
export function fakeWorld(
  nodes: FlowNode[],
  more: {
    facts?: Record<string, string | number>
    vantages?: ('proxy' | 'app')[]
    library?: Partial<Library>
    world?: Partial<World>
    size?: { columns: number; rows: number }
  } = {},
): FakeWorld {
  const held = library(nodes, more.library)
  const language = createLanguage(held)
  const guide = createGuide(held, READERS, language)
  const journal: JournalEntry[] = []
  let clock = START_AT
  const now = () => {
    clock += 1000
    return new Date(clock)
  }
  const engine = createEngine(guide, { start: STARTED }, { append: (made) => void journal.push(...made) }, now)
  engine.dispatch({
    type: 'begin',
    facts: Object.entries(more.facts ?? {}).map(([name, value]) => ({ name, value, origin: { by: 'flag' } })),
    vantages: more.vantages ?? [],
  })
  const looks: Waiting[] = []
  const acts: FakeWorld['acts'] = []
  const copied: string[] = []
  const samples: Sample[] = []
  const world: World = {
    guide,
    library: held,
    language,
    engine,
    look: (request, signal, watch) =>
      new Promise((resolve) => {
        looks.push({ request, signal, watch, answer: settle(resolve, (out, seen) => capture(out, seen)) })
      }),
    pasted: (request, text) => capture(text, { kind: request.kind, at: 'pasted', pasted: true }),
    equivalent: (request) => (request.kind === 'run' ? (request.commands[0] ?? []) : [request.kind]),
    refuses: (argv) => (argv[0] === 'rm' ? 'It is not known to only read.' : null),
    act: (argv, signal) =>
      new Promise((resolve) => {
        const end = settle(resolve, (given: Partial<Acted>) => ({ exit: 0, ms: 5, out: '', ...given }))
        acts.push({ argv, signal, end: (acted) => end(acted) })
      }),
    sample: () => Promise.resolve(samples.shift() ?? { well: true, says: '200 after 3 ms' }),
    writeTranscript: () => '/tmp/transcript.md',
    mask: (text) => text.replaceAll('hunter2', '[masked]'),
    now,
    // Nobody waits in a test; what else is due comes first.
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
    copy: (text) => {
      copied.push(text)
      return 'Copied, if your terminal can.'
    },
    answers: new Map(),
    recorded: null,
    kept: true,
    ...more.world,
  }
  const wizard = createWizard(world, more.size ?? { columns: 80, rows: 24 })
  return {
    world,
    wizard,
    journal,
    looks,
    acts,
    copied,
    samples,
    press: (...keys) => {
      for (const key of keys) wizard.press(key.length === 1 ? typedKeys(key) : [{ name: key, char: '' } as Key], '')
    },
    type: (text) => wizard.press(typedKeys(text), ''),
    menu: () => menuOf(wizard.state, world).map(({ label }, at) => (at === wizard.state.at ? `❯ ${label}` : label)),
    types: () => journal.map(({ event }) => event.type),
  }
}

/** Answers, and lets everything that waits for the answer happen. */
function settle<Given, More, Out>(resolve: (out: Out) => void, make: (given: Given, more?: More) => Out) {
  return async (given: Given, more?: More) => {
    resolve(make(given, more))
    await new Promise((done) => setImmediate(done))
  }
}
