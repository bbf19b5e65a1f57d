import { Console } from 'node:console'
import { EventEmitter } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { Terminal } from '@xterm/headless'
import { expect } from 'vitest'
import { createEngine } from '../../src/guide/engine.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { createLanguage } from '../../src/guide/language.ts'
import { equivalent } from '../../src/probe/equivalent.ts'
import type { App, View } from '../../src/terminal/app.ts'
import { ERASE_ALL, openScreens, type Streams } from '../../src/terminal/first-frame.ts'
import { paintedFrame } from '../../src/terminal/frame.ts'
import { type Key, typedKeys } from '../../src/terminal/keys.ts'
import { runScreens } from '../../src/terminal/run.tsx'
import { createWizard, type Wizard } from '../../src/terminal/wizard.ts'
import type { World } from '../../src/terminal/world.ts'
import { STARTED } from '../guide/make.ts'
import { incidentLibrary, READERS, SEEN, seen } from './incident.ts'

// Ink makes a console of its own; Vitest's has none to be made of.
console.Console ??= Console

export const ESC: Key = { name: 'escape', char: '' }
export const named = (name: Exclude<Key['name'], 'char'>): Key => ({ name, char: '' })

/** A wizard on the test's own incident, its clock in the test's hand. */
export interface Stage {
  wizard: Wizard
  /** Moves the clock on, in seconds. */
  wait(seconds: number): void
  /** Presses keys, as text or by name, and lets what they begin come to its end. */
  press(...keys: (string | Key)[]): Promise<void>
}

interface Set {
  url?: string
  answers?: typeof SEEN
  world?: Partial<World>
}

export function stage({
  url = 'https://shop.example.com/checkout',
  answers = SEEN,
  world: more = {},
}: Set = {}): Stage {
  let time = Date.parse('2026-11-21T02:07:12Z')
  const now = () => new Date(time)
  const library = incidentLibrary()
  const language = createLanguage(library)
  const guide = createGuide(library, READERS, language)
  const engine = createEngine(guide, { start: { ...STARTED, url } as typeof STARTED }, { append: () => {} }, now)
  const { hostname, port, protocol } = new URL(url)
  const facts = {
    'url.text': url,
    'url.host': hostname,
    'url.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  }
  engine.dispatch({
    type: 'begin',
    facts: Object.entries(facts).map(([name, value]) => ({ name, value, origin: { by: 'url' } })),
    vantages: [],
  })
  const look: World['look'] = async (request) => ({ ...seen(request, answers), startedAt: now().toISOString() })
  const world: World = {
    guide,
    library,
    language,
    engine,
    look,
    pasted: (request, out) => ({
      ...seen(request, answers),
      out,
      exit: null,
      ms: 0,
      pasted: true,
      argv: equivalent(request),
    }),
    equivalent,
    refuses: (argv) => (argv[0] === 'ss' ? null : 'It is not known to only read, so it is not run here.'),
    act: async () => ({ exit: 0, ms: 840, out: '' }),
    sample: async () => ({ well: true, says: '200 after 12 ms' }),
    writeTranscript: () => '/home/oncall/2026-11-21T0203-shop-k3f9.md',
    mask: (text) => text,
    now,
    // Nobody waits in a test; what else is due comes first.
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
    copy: () => 'Copied, if your terminal can.',
    recorded: null,
    kept: true,
    answers: new Map(),
    ...more,
  }
  const wizard = createWizard(world, { columns: 80, rows: 24 })
  return {
    wizard,
    wait(seconds) {
      time += seconds * 1000
      wizard.tick()
    },
    async press(...keys) {
      for (const key of keys) {
        wizard.press(typeof key === 'string' ? typedKeys(key) : [key], typeof key === 'string' ? key : '')
        await new Promise(setImmediate)
      }
    },
  }
}

/** A terminal that is drawn on: `rows` is what stands on it. */
export interface Drawn {
  rows(): string[]
  resize(columns: number, rows: number): Promise<void>
  /** All that was written to it. */
  bytes(): number
  /** Resolves when the frame of the state as it is stands there. */
  stands(): Promise<void>
  end(): Promise<void>
}

/** Draws an app by the real components on a real screen; resolves when the frame stands there. */
export async function draw(app: App, columns: number, rows: number): Promise<Drawn> {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  let bytes = 0
  let raw = false
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    writable: true,
    write(text: string, then?: unknown) {
      if (bytes === 0 && !raw) throw new Error('a key pressed now would be echoed into the frame')
      bytes += Buffer.byteLength(text)
      terminal.write(text)
      if (typeof then === 'function') then()
      return true
    },
  })
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setEncoding: () => {},
    setRawMode: (on: boolean) => {
      raw = on
    },
    read: () => null,
    ref: () => {},
    unref: () => {},
    resume: () => {},
    pause: () => {},
  })
  const ending = new AbortController()
  const streams = { stdin, stdout, stderr: stdout } as unknown as Streams
  const shown = () => screenRows(terminal)
  // Whether a blank was written at the end of a row cannot be seen.
  const trimmed = () => shown().map((row) => row.trimEnd())
  openScreens(app, streams)
  await settled()
  // What draws all others draws the same: looked at on an empty screen, since it writes over the first.
  const first = trimmed()
  terminal.write(ERASE_ALL)
  const done = runScreens(app, streams, ending.signal)
  await settled()
  expect(trimmed()).toEqual(first)
  return {
    rows: shown,
    bytes: () => bytes,
    stands: settled,
    async resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows)
      Object.assign(stdout, { columns: newColumns, rows: newRows })
      stdout.emit('resize')
      await settled()
    },
    async end() {
      ending.abort()
      await done
      terminal.dispose()
    },
  }

  /** Looks until all rows stand as the app has them. */
  async function settled(): Promise<void> {
    const wanted = paintedFrame(app).map((row) => stripVTControlCharacters(row).trimEnd())
    const until = performance.now() + 5000
    for (;;) {
      await new Promise<void>((resolve) => terminal.write('', resolve))
      const rows = trimmed()
      if (rows.slice(0, wanted.length).join('\n') === wanted.join('\n')) return
      if (performance.now() > until) {
        throw new Error(`the frame never stood there:\n${wanted.join('\n')}\n--- but:\n${rows.join('\n')}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

function screenRows(terminal: Terminal): string[] {
  const { active } = terminal.buffer
  return Array.from(
    { length: terminal.rows },
    (_, at) => active.getLine(active.viewportY + at)?.translateToString(true) ?? '',
  )
}

/** An app that shows one view, or a wizard as it is now and becomes by resizing. */
export function showing(what: Wizard | (View & { kind: 'start' })): App {
  const listeners = new Set<() => void>()
  let start = 'kind' in what ? what : null
  const wizard = 'kind' in what ? null : what
  let state = wizard?.state
  let view: View | null = null
  const tell = () => {
    view = null
    for (const listener of listeners) listener()
  }
  wizard?.subscribe(() => {
    state = wizard.state
    tell()
  })
  return {
    get view(): View {
      if (view) return view
      if (start) view = start
      else if (wizard && state) view = { kind: 'wizard', wizard, state }
      else throw new Error('nothing to show')
      return view
    },
    over: false,
    wizard,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    press: () => {},
    paste: () => {},
    resize(columns, rows) {
      if (start) start = { ...start, columns, rows }
      wizard?.resize(columns, rows)
      tell()
    },
    say: () => {},
    tick: () => {},
    stop: () => {},
  }
}
