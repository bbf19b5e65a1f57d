import type { Io } from '../src/command/io.ts'
import { main } from '../src/command/main.ts'

/** What a script sees of the program: no terminal, no home, and a clock that is far from every recording's time. */
export function scriptIo(more: Partial<Io> = {}): { io: Io; told: { out: string; err: string } } {
  const told = { out: '', err: '' }
  const io: Io = {
    out: (text) => {
      told.out += text
    },
    err: (text) => {
      told.err += text
    },
    stdoutTty: false,
    stderrTty: false,
    stdinTty: false,
    columns: 80,
    rows: 24,
    env: { XDG_STATE_HOME: '/nonexistent', HOME: '/nonexistent' },
    cwd: '/',
    now: () => new Date('2040-01-01T00:00:00Z'),
    ...more,
  }
  return { io, told }
}

/** Runs the program as a script would call it, in this process. */
export async function runAsScript(
  argv: string[],
  more: Partial<Io> = {},
): Promise<{ out: string; err: string; exit: number }> {
  const { io, told } = scriptIo(more)
  const exit = await main(argv, io)
  return { ...told, exit }
}

/** The diagnosis of a recorded incident, by its name or the path of a journal. */
export async function replay<T>(recorded: string): Promise<T> {
  return JSON.parse((await runAsScript(['diagnose', '--recorded', recorded, '--json'])).out) as T
}
