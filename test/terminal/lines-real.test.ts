import { spawn as spawnPlain } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fold } from '../../src/session/evolve.ts'
import { readJournal } from '../../src/session/journal.ts'
import type { Session } from '../../src/session/session.ts'

// The built program, with pipes and files at its ends, and in a pseudo-terminal that knows only how to write on.

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const installed = join(root, 'node_modules/node/bin/node')
const node = existsSync(installed) ? installed : process.execPath
const program = join(root, 'bin/triage502.js')
const LIMIT_MS = 20_000
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let open: IPty[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-lines-'))
})
afterEach(() => {
  for (const one of open) one.kill('SIGKILL')
  open = []
  rmSync(folder, { recursive: true, force: true })
})

const env = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  LANG: 'C.UTF-8',
  HOME: folder,
  XDG_STATE_HOME: join(folder, 'state'),
  TRIAGE502_CONFIG_DIR: join(folder, 'conf'),
  ...more,
})

/** Runs it with pipes; the input is all there from the start. */
function piped(args: string[], input: string, more: Record<string, string> = {}) {
  return new Promise<{ out: string; err: string; exit: number | null }>((resolve) => {
    const child = spawnPlain(node, [program, ...args], { env: env(more), cwd: folder, timeout: LIMIT_MS })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (exit) => resolve({ out, err, exit }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

interface Terminal {
  /** All that was written, as it came. */
  text(): string
  type(text: string): void
  /** Waits until what came since the last wait holds it, and gives that. */
  waitFor(wanted: string | RegExp): Promise<string>
  resize(columns: number, rows: number): void
  /** Waits until a real screen shows it, and gives its rows. */
  sees(wanted: string): Promise<string[]>
  exit: Promise<number>
}

function terminal(argv: string[], more: Record<string, string>, columns = 80, rows = 24): Terminal {
  const [file = node, ...args] = argv
  const pty = spawn(file, args, {
    name: more.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: folder,
    env: env(more),
  })
  open.push(pty)
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const shown = () =>
    Array.from({ length: screen.rows }, (_, at) => screen.buffer.active.getLine(at)?.translateToString(true) ?? '')
  let text = ''
  let seen = 0
  let over = false
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  pty.onData((chunk) => {
    text += chunk
    screen.write(chunk, changed)
  })
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      over = true
      open = open.filter((one) => one !== pty)
      resolve(exitCode)
      changed()
    })
  })
  return {
    text: () => text,
    type: (keys) => pty.write(keys),
    resize(newColumns, newRows) {
      screen.resize(newColumns, newRows)
      pty.resize(newColumns, newRows)
    },
    exit,
    waitFor: (wanted) =>
      until(() => {
        const fresh = text.slice(seen)
        const end = typeof wanted === 'string' ? endOf(fresh, wanted) : endOf(fresh, wanted.exec(fresh)?.[0])
        if (end < 0) return undefined
        // What comes in the same piece is waited for next.
        seen += end
        return fresh
      }, `${wanted}`),
    sees: (wanted) =>
      until(() => {
        const rows = shown()
        return rows.join(' ').replace(/\s+/g, ' ').includes(wanted) ? rows : undefined
      }, wanted),
  }

  /** Looks again whenever something was written. */
  function until<T>(look: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        const found = look()
        if (found !== undefined) settle(() => resolve(found))
        else if (over) settle(() => reject(new Error(`it ended before ${what}:\n${text.slice(seen)}`)))
      }
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${what} did not come:\n${shown().join('\n')}\n${text.slice(seen)}`))),
        LIMIT_MS,
      )
      const settle = (then: () => void) => {
        clearTimeout(timer)
        listeners.delete(attempt)
        then()
      }
      listeners.add(attempt)
      attempt()
    })
  }
}

/** Where the first `wanted` in a text ends, -1 where there is none. */
function endOf(text: string, wanted: string | undefined): number {
  const at = wanted === undefined ? -1 : text.indexOf(wanted)
  return at < 0 ? -1 : at + (wanted?.length ?? 0)
}

const dumb = (args: string[], more: Record<string, string> = {}, columns = 80) =>
  terminal([node, program, ...args], { TERM: 'dumb', ...more }, columns)

/** The one session that is kept. */
function kept(): Session {
  const session = fold(readJournal(journalPath()).entries)
  if (!session) throw new Error('no session is kept')
  return session
}

const wayOf = ({ visits }: Session) => visits.map(({ node: at, left }) => `${at}.${left ?? ''}`)
const RECORDED = ['--recorded', 'process-down']

describe('pipes and files', () => {
  it('walk to the verdict with --lines, in CI too, and say how to go on', async () => {
    const { out, err, exit } = await piped([...RECORDED, '--lines'], '\n'.repeat(40), { CI: 'true' })
    expect(exit).toBe(0)
    expect(err).toBe('')
    expect(out).not.toContain('\u001b')
    expect(out).toContain('Verdict: Nothing listens on 127.0.0.1:3000')
    expect(out).toContain('The input ends here.')
    expect(out).toMatch(/\(process-down, likely\)\nSession \S+\nFor the postmortem: triage502 export \S+\n$/)
    expect(kept().ended?.ended).toBe('complete')
  })

  it('keep a session that ends early, and go on with it on the same step', async () => {
    const first = await piped([...RECORDED, '--lines'], '1\n1\nn half way\n')
    const id = /triage502 resume (\S+)/.exec(first.out)?.[1] ?? ''
    expect(id).not.toBe('')
    const before = kept()
    expect(before.ended).toBeNull()
    const second = await piped(['resume', id, '--lines'], '')
    expect(second.exit).toBe(0)
    expect(second.out).toContain('What is the nginx that serves port 8080?')
    expect(kept().here).toBe(before.here)
    expect(kept().notes.map(({ text }) => text)).toEqual(['half way'])
  })

  it('get the diagnosis without it: there is nobody', async () => {
    const { out, exit } = await piped(RECORDED, '1\n')
    expect(exit).toBe(3)
    expect(out).toContain('Certainty')
    expect(out).not.toContain('[1]')
  })

  it('start on a numbered list', async () => {
    const { out, exit } = await piped(['--lines'], 'q\n')
    expect(exit).toBe(0)
    expect(out).toMatch(/ \d+ {2}first night: process down {2}\(502, nginx\)\n/)
    const number = / (\d+) {2}first night: process down /.exec(out)?.[1] ?? ''
    expect((await piped(['--lines'], `${number}\n1\n`)).out).toContain('port 8080 is served here by nginx')
  })

  it('take a megabyte as an answer', async () => {
    const row = `LISTEN 0 511 127.0.0.1:3001 0.0.0.0:* ${'x'.repeat(70)}\n`
    const pasted = row.repeat(10_000)
    const { out } = await piped([...RECORDED, '--lines'], `2\n${pasted}.\nn after it\n`)
    expect(out).toContain(`10000 lines, ${pasted.length} characters.`)
    expect(kept().notes.map(({ text }) => text)).toEqual(['after it'])
    expect(kept().probes[0]?.capture?.pasted).toBe(true)
  })

  it('give the same walk for the same answers from a file on a terminal', async () => {
    const answers = '1\n\n3\n1\nb\nn it is so\n5\n\n\n\n\n'
    writeFileSync(join(folder, 'answers.txt'), answers)
    const seen = terminal(['/bin/sh', '-c', '"$0" "$@" < answers.txt', node, program, ...RECORDED], {
      TERM: 'xterm-256color',
      NO_COLOR: '1',
    })
    expect(await seen.exit).toBe(0)
    const first = wayOf(kept())
    expect(seen.text()).not.toContain('\u001b')
    expect(seen.text()).toContain('n it is so\r\n')
    rmSync(join(folder, 'state'), { recursive: true })
    await piped([...RECORDED, '--lines'], answers)
    expect(wayOf(kept())).toEqual(first)
    expect(first.length).toBeGreaterThan(2)
  })
})

describe('a terminal that only writes on', () => {
  it('walks by Enter alone, without one control sequence', async () => {
    const at = dumb(RECORDED)
    for (let step = 0; step < 60; step++) {
      const said = await at.waitFor(/\[\d+\] $/)
      if (said.includes('Verdict: ')) break
      at.type('\r')
    }
    expect(at.text()).toContain('Verdict: Nothing listens')
    at.type('\u0004')
    expect(await at.exit).toBe(0)
    expect(at.text()).not.toContain('\u001b')
    expect(at.text()).toContain('The input ends here.')
  })

  it('asks at the first Ctrl-C and leaves at the second', async () => {
    const at = dumb(RECORDED)
    await at.waitFor('[1] ')
    at.type('\u0003')
    await at.waitFor('Leave? [y] ')
    at.type('n\r')
    await at.waitFor('[1] ')
    at.type('\u0003')
    await at.waitFor('Leave? [y] ')
    at.type('\u0003')
    expect(await at.exit).toBe(0)
    expect(await at.text()).toMatch(/Go on with it: +triage502 resume \S+/)
    expect(kept().ended).toBeNull()
  })

  it('keeps rows of a paste that are longer than a terminal keeps by itself', async () => {
    const at = dumb(RECORDED)
    await at.waitFor('[1] ')
    at.type('2\r')
    await at.waitFor('leaves it.')
    const row = 'z'.repeat(20_000)
    at.type(`${row}\r${row}\r.\r`)
    await at.waitFor('2 lines, 40002 characters.')
    await at.waitFor('[1] ')
    at.type('n typed again\r')
    // The terminal shows what is typed by itself again.
    expect(await at.waitFor('Noted.')).toContain('n typed again')
    at.type('\u0004')
    expect(await at.exit).toBe(0)
  })

  it('ends at SIGTERM with the session open', async () => {
    const at = terminal(['/bin/sh', '-c', 'echo "pid $$"; exec "$0" "$@"', node, program, ...RECORDED], {
      TERM: 'dumb',
    })
    const pid = Number(/pid (\d+)/.exec(await at.waitFor('[1] '))?.[1])
    process.kill(pid, 'SIGTERM')
    expect(await at.exit).toBe(0)
    expect(at.text()).toContain('Not finished.')
    expect(kept().ended).toBeNull()
  })

  it('is what a screen reader and a narrow window get', async () => {
    const reader = terminal([node, program, ...RECORDED], { TERM: 'xterm-256color', INK_SCREEN_READER: 'true' })
    const narrow = terminal([node, program, ...RECORDED], { TERM: 'xterm-256color', NO_COLOR: '1' }, 40)
    await reader.waitFor('[1] ')
    const said = await narrow.waitFor('[1] ')
    expect(said).not.toContain('\u001b')
    expect(said.split('\r\n').filter((row) => row.length > 40)).toEqual([])
    // Colours where the terminal has them, and nothing else.
    expect(reader.text().replace(/\u001b\[\d+m/g, '')).not.toContain('\u001b')
    reader.type('q\r\r')
    narrow.type('q\ry\r')
    expect(await Promise.all([reader.exit, narrow.exit])).toEqual([0, 0])
  })
})

describe('the whole screen', () => {
  const COLOUR = /\u001b\[(?:[0-9;]*;)?(?:1|2|7|3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m/

  it('has colours, and none with NO_COLOR or --no-color', async () => {
    const screens = [{ TERM: 'xterm-256color' }, { TERM: 'xterm-256color', NO_COLOR: '1' }].map((more) =>
      terminal([node, program, ...RECORDED], more),
    )
    screens.push(terminal([node, program, ...RECORDED, '--no-color'], { TERM: 'xterm-256color' }))
    for (const screen of screens) {
      await screen.waitFor('Run it')
      screen.type('qy')
    }
    await Promise.all(screens.map(({ exit }) => exit))
    expect(screens.map((screen) => COLOUR.test(screen.text()))).toEqual([true, false, false])
  })

  it('says when the window is too small, and is back when it grows', async () => {
    const at = terminal([node, program, ...RECORDED], { TERM: 'xterm-256color' })
    await at.sees('Run it')
    at.resize(50, 20)
    const small = await at.sees('The window is too small: at least 60x16. Enlarge it, or q leaves')
    expect(small.filter((row) => row !== '')).toHaveLength(2)
    at.type('\r5')
    // Keys and sizes take different ways: what was typed is there once another size has been drawn.
    at.resize(20, 4)
    await at.sees('Too small: at least 60x16. q leaves')
    at.resize(90, 30)
    await at.sees('Run it')
    expect(readFileSync(journalPath(), 'utf8')).not.toContain('probe.started')
    at.resize(30, 8)
    await at.sees('or q leaves')
    at.type('q')
    expect(await at.exit).toBe(0)
    expect(kept().ended).toBeNull()
  })
})

function journalPath(): string {
  const state = join(folder, 'state')
  const [name = ''] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.jsonl'))
  return join(state, name)
}
