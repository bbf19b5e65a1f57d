import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import type { Home } from './home.ts'
import { WIDTHS } from './widths.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** The Node that npm installed for the program; the one that runs the tests where there is none. */
const node = join(root, 'node_modules/node/bin/node')
const program = join(root, 'bin/triage502.js')

/** Nothing takes longer than this on a machine that has other things to do. Milliseconds. */
const LIMIT_MS = 12_000
/** A program that does not end after this is ended. */
const END_MS = 3000

export interface Options {
  home: Home
  columns?: number
  rows?: number
  env?: Record<string, string | undefined>
  /** Node code that is loaded before the program: to plant a crash, or noise, in the real one. */
  plant?: string
  /** Standard input from here instead of the terminal. */
  stdin?: string
  cwd?: string
}

/** What the program's end left behind, as the shell that started it finds it. */
export interface Left {
  exit: number
  /** Lines are edited and echoed by the terminal again. */
  cooked: boolean
  cursor: boolean
  bracketedPaste: boolean
  normalScreen: boolean
  /** Everything on the normal screen and in its scrollback, without the shell's own words. */
  text: string
}

/** What the shell prints before and after, so that a test sees what is whose. */
const BEFORE = 'the shell was here first'
const AFTER = 'the shell goes on'
/** Frames are written as synchronized updates. */
const FRAME_ENDS = '\u001b[?2026l'

/** The real program in a real pseudo-terminal, with a real screen at its other end. */
export class Pty {
  readonly #pty: IPty
  readonly #screen: xterm.Terminal
  readonly #watching = new Set<() => void>()
  readonly #said = { cursorHidden: false, drawing: false }
  /** Bytes that the program wrote. */
  bytes = 0
  /** All of them, as text. */
  raw = ''
  #ended: { exitCode: number } | null = null

  private constructor(file: string, argv: string[], { home, columns = 80, rows = 24, env, cwd }: Options) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 })
    this.#screen.unicode.register(WIDTHS)
    this.#screen.unicode.activeVersion = WIDTHS.version
    this.#follow('h')
    this.#follow('l')
    this.#pty = spawn(file, argv, {
      name: env?.TERM ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: cwd ?? home.work,
      env: cleanEnv(home, env),
    })
    this.#pty.onData((text) => {
      this.bytes += Buffer.byteLength(text)
      this.raw += text
      this.#screen.write(text, () => this.#look())
    })
    this.#pty.onExit((ended) => {
      // What it wrote last may still be on its way through the screen.
      this.#screen.write('', () => {
        this.#ended = ended
        this.#look()
      })
    })
    // A terminal answers when it is asked who it is.
    this.#screen.onData((answer) => {
      if (!this.#ended) this.#pty.write(answer)
    })
  }

  /** Starts `triage502 …` as a shell would: in the foreground, and afterwards the shell goes on. */
  static start(args: readonly string[], options: Options): Pty {
    const planted = options.plant === undefined ? [] : ['--import', `data:text/javascript,${encode(options.plant)}`]
    const argv = [node, ...planted, program, ...args]
    const script = `printf '%s\\n' '${BEFORE}'; "$@" ${options.stdin === undefined ? '' : `<'${options.stdin}'`}
code=$?; printf '\\n%s %s\\n' '${AFTER}' "$code"; stty -a; exit "$code"`
    return new Pty('/bin/sh', ['-c', script, 'sh', ...argv], options)
  }

  /** An interactive shell with job control, as a person has it. Its prompt is `$ `. */
  static shell(options: Options): Pty {
    return new Pty('/bin/bash', ['--norc', '--noprofile', '-i'], {
      ...options,
      env: { ...options.env, PS1: 'ready$ ' },
    })
  }

  /** How the program is called in a shell. */
  static command(args: readonly string[]): string {
    return [node, program, ...args].map((word) => `'${word}'`).join(' ')
  }

  /** The process id of the program itself, the child of the shell that started it. */
  async pid(): Promise<number> {
    const shell = this.#pty.pid
    return this.until(() => {
      const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim()
      return children === '' ? undefined : Number(children.split(' ')[0])
    }, 'the program runs')
  }

  /** The rows on the screen, without blanks at their ends. */
  rows(): string[] {
    const { active } = this.#screen.buffer
    return Array.from({ length: this.#screen.rows }, (_, at) => textOf(active.getLine(active.viewportY + at)))
  }

  screen(): string {
    return this.rows().join('\n')
  }

  /** Rows that run on in the next one, because they were longer than the screen is wide. */
  tooWide(): string[] {
    const { active } = this.#screen.buffer
    return Array.from({ length: active.length }, (_, at) => active.getLine(at))
      .filter((line) => line?.isWrapped === true)
      .map(textOf)
  }

  /** The normal screen and its scrollback. */
  normal(): string {
    const { normal } = this.#screen.buffer
    return Array.from({ length: normal.length }, (_, at) => textOf(normal.getLine(at)))
      .join('\n')
      .trimEnd()
  }

  modes(): { alternate: boolean; bracketedPaste: boolean; cursor: boolean } {
    return {
      alternate: this.#screen.buffer.active.type === 'alternate',
      bracketedPaste: this.#screen.modes.bracketedPasteMode,
      cursor: !this.#said.cursorHidden,
    }
  }

  /** Writes at once, in one piece. */
  type(text: string): void {
    this.#pty.write(text)
  }

  /** As a terminal pastes when bracketed paste is on. */
  paste(text: string): void {
    this.#pty.write(`\u001b[200~${text}\u001b[201~`)
  }

  /** Somebody else writes on the same terminal: `wall`, a job in the background. */
  scribble(text: string): void {
    this.#screen.write(text, () => this.#look())
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  /** The terminal's window is closed: the kernel tells whoever runs in it. */
  hangUp(): void {
    this.#pty.kill('SIGHUP')
  }

  get over(): boolean {
    return this.#ended !== null
  }

  /** Waits by looking, each time that something was drawn, until the screen holds it. Gives the screen. */
  async waitFor(wanted: string | RegExp, limitMs = LIMIT_MS): Promise<string> {
    const holds = (text: string) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))
    return this.until(() => (holds(this.screen()) ? this.screen() : undefined), `${wanted} is seen`, limitMs)
  }

  async waitGone(unwanted: string, limitMs = LIMIT_MS): Promise<void> {
    await this.until(() => (this.screen().includes(unwanted) ? undefined : true), `${unwanted} is gone`, limitMs)
  }

  /** Waits until a look gives something. It looks again whenever the screen changes, and now and then besides. */
  until<T>(look: () => T | undefined, what: string, limitMs = LIMIT_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = setInterval(() => attempt(), 50)
      const last = setTimeout(() => fail('in time'), limitMs)
      const attempt = () => {
        // A terminal shows a frame when it is whole.
        if (this.#said.drawing && !this.#ended) return
        try {
          const found = look()
          if (found !== undefined) settle(() => resolve(found))
          else if (this.#ended) fail(`before it ended with ${this.#ended.exitCode}`)
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const settle = (then: () => void) => {
        clearInterval(again)
        clearTimeout(last)
        this.#watching.delete(attempt)
        then()
      }
      const fail = (when: string) =>
        settle(() => reject(new Error(`it did not come to pass ${when} that ${what}. The screen:\n${this.framed()}`)))
      this.#watching.add(attempt)
      attempt()
    })
  }

  /** The screen with a frame round it, for a message. */
  framed(): string {
    const { alternate } = this.modes()
    const shown = alternate || !this.#ended ? this.rows() : this.normal().split('\n').slice(-40)
    return shown.map((row) => `│ ${row}`).join('\n')
  }

  /** Waits for the program's end and tells what it left behind. */
  async left(limitMs = LIMIT_MS): Promise<Left> {
    const end = await this.until(() => this.#ended ?? undefined, 'it ends', limitMs)
    const all = this.normal()
    const from = all.indexOf(BEFORE)
    const to = all.lastIndexOf(AFTER)
    const stty = all.slice(to)
    const { alternate, bracketedPaste, cursor } = this.modes()
    return {
      exit: end.exitCode,
      cooked: ['icanon', 'echo', 'isig'].every((flag) => stty.split(/\s+/).includes(flag)),
      cursor,
      bracketedPaste,
      normalScreen: !alternate,
      text: all.slice(from + BEFORE.length, to).trim(),
    }
  }

  /** The last whole frame before it was killed, as the screen showed it: the shell's words behind it left out. */
  async lastFrame(): Promise<string[]> {
    const until = this.raw.lastIndexOf(FRAME_ENDS)
    const screen = new xterm.Terminal({ cols: this.#screen.cols, rows: this.#screen.rows, allowProposedApi: true })
    const text = until < 0 ? '' : this.raw.slice(0, until + FRAME_ENDS.length)
    await new Promise<void>((resolve) => screen.write(text, resolve))
    const rows = Array.from({ length: screen.rows }, (_, at) => textOf(screen.buffer.active.getLine(at)))
    screen.dispose()
    return rows
  }

  /** Ends what still runs, by its process id. */
  async end(): Promise<void> {
    if (this.#ended) return
    const shell = this.#pty.pid
    const ids = [...childrenOf(shell), shell]
    for (const id of ids) kill(id)
    await this.until(() => this.#ended ?? undefined, 'it is ended', END_MS).catch(() => {})
    this.#screen.dispose()
  }

  #look(): void {
    for (const watcher of [...this.#watching]) watcher()
  }

  /** The screen does not say whether its cursor is shown, or half a frame drawn; the program's own words do. */
  #follow(final: 'h' | 'l'): void {
    this.#screen.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      if (parameters.includes(25)) this.#said.cursorHidden = final === 'l'
      if (parameters.includes(2026)) this.#said.drawing = final === 'h'
      return false
    })
  }
}

/** Keys as a terminal sends them. */
export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  pageDown: '\u001b[6~',
  pageUp: '\u001b[5~',
  delete: '\u001b[3~',
  ctrlC: '\u0003',
  ctrlU: '\u0015',
  ctrlZ: '\u001a',
} as const

function textOf(line: { translateToString(trim: boolean): string } | undefined): string {
  return line?.translateToString(true).trimEnd() ?? ''
}

function encode(code: string): string {
  return encodeURIComponent(code).replaceAll("'", '%27')
}

/** The environment of a person at a terminal, whatever runs the tests. */
function cleanEnv(home: Home, more: Options['env'] = {}): Record<string, string> {
  const env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: home.folder,
    XDG_STATE_HOME: home.state,
    TRIAGE502_CONFIG_DIR: home.conf,
    ...more,
  }
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children === '' ? [] : children.split(' ').map(Number)
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}
