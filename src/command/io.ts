export { Mistake as UsageError } from '../words/mistake.ts'

/** Everything a command needs from the process around it: tests give their own. */
export interface Io {
  out(text: string): void
  err(text: string): void
  stdoutTty: boolean
  stderrTty: boolean
  stdinTty: boolean
  /** Standard input, where it is another than the process's own. */
  input?: AsyncIterable<Uint8Array | string>
  /** Width of standard output in characters; 80 where it has none. */
  columns: number
  /** Its height; 24 where it has none. */
  rows: number
  env: Record<string, string | undefined>
  cwd: string
  now(): Date
}

/** The real process. A reader that went away (`| head`) ends the output quietly, not the program loudly. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdoutTty: process.stdout.isTTY === true,
    stderrTty: process.stderr.isTTY === true,
    stdinTty: process.stdin.isTTY === true,
    columns: process.stdout.columns || 80,
    rows: process.stdout.rows || 24,
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
  }
}
