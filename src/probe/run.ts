import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { environmentFor } from './client-environment.ts'
import { forgetGroup, rememberGroup, signalGroup } from './groups.ts'
import { HeadTail } from './head-tail.ts'
import { findProgram } from './program.ts'

export interface RunOptions {
  /** Milliseconds until the whole process group is ended. */
  timeoutMs: number
  signal: AbortSignal
  /** Bytes kept of each stream (head and tail); default 4 MB. */
  maxBytes?: number
  /** The whole environment: nothing is inherited. Programs are looked for in its PATH. */
  env: Record<string, string>
  cwd?: string
  /** Told of what it prints, as it comes. */
  watch?: (text: string) => void
}

export interface RunResult {
  /** Exit status; 126 where the program may not be run; null when it was ended or never began. */
  exit: number | null
  /** Name of the signal that ended it. */
  signal: string | null
  out: string
  err: string
  ms: number
  startedAt: Date
  /** A part of the output was dropped, or the program was ended because it would not stop writing. */
  cut: boolean
  timedOut: boolean
  cancelled: boolean
  /** There is no such program: nothing was started. */
  missing: boolean
}

const MAX_BYTES = 4 * 1024 * 1024
/** A program is ended once it wrote this many times what is kept: its newest lines still count until then. */
const FLOOD = 8
const TERM_TO_KILL_MS = 500
/** After the program ended, a pipe that a child of it keeps open is given up once it was silent for two of these. */
const DRAIN_MS = 60
const DRAIN_ROUNDS = 10
/** When even KILL brings no end (it is not ours to signal, or hangs in the kernel) we stop waiting. */
const GIVE_UP_MS = 500
/** Our own timer comes first; the guard is for the case that we were killed outright meanwhile. */
const GUARD_SECONDS = 3

/** Loads what starting a program needs, so that the first one need not wait for it. */
export async function prepareToRun(): Promise<void> {
  await import('execa')
}

/**
 * Runs one program without a shell, in its own process group, and never throws: whatever happens is
 * in the result. It returns at the latest about a second after the time limit, whoever keeps a pipe open.
 */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const startedAt = new Date()
  const began = performance.now()
  const nothing: RunResult = {
    exit: null,
    signal: null,
    out: '',
    err: '',
    ms: 0,
    startedAt,
    cut: false,
    timedOut: false,
    cancelled: false,
    missing: false,
  }
  const [name = '', ...rest] = argv
  const program = await findProgram(name, options.env.PATH ?? '')
  if (program.found === 'no') return { ...nothing, missing: true, err: `${name}: not found` }
  if (program.found === 'forbidden') return { ...nothing, exit: 126, err: `${program.path}: Permission denied` }
  const { execa } = await import('execa')
  const guarded = await guard(program.path, rest, options)
  if (options.signal.aborted) return { ...nothing, cancelled: true }

  try {
    const child = execa(guarded.file, guarded.args, {
      env: environmentFor(name, options.env),
      extendEnv: false,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: 'ignore',
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    })
    if (child.pid === undefined) {
      const failed = await child
      return { ...nothing, ...neverBegan(failed.code, failed.shortMessage ?? '') }
    }
    const { pid, stdout, stderr } = child
    const exit = new Promise<Exit>((resolve) =>
      child.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal })),
    )
    const ended = await follow({ pid, stdout, stderr, exit }, options)
    return { ...nothing, ...ended, ms: Math.round(performance.now() - began) }
  } catch (error) {
    // Node refuses some arguments (a NUL byte) before it starts anything.
    return { ...nothing, exit: 126, err: error instanceof Error ? error.message : String(error) }
  }
}

interface Exit {
  code: number | null
  signal: string | null
}

interface Child {
  pid: number
  stdout: Readable
  stderr: Readable
  exit: Promise<Exit>
}

function follow(child: Child, options: RunOptions): Promise<Partial<RunResult>> {
  const { pid } = child
  rememberGroup(pid)
  const max = options.maxBytes ?? MAX_BYTES
  const out = new HeadTail(max)
  const err = new HeadTail(max)
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = []
    let ending: 'timedOut' | 'cancelled' | 'flood' | undefined
    let exited: Exit | undefined
    let openPipes = 2
    let settled = false

    const settle = () => {
      if (settled) return
      settled = true
      for (const timer of timers) clearTimeout(timer)
      options.signal.removeEventListener('abort', cancel)
      // Whoever of the group is left (it kept a pipe open, or ignored TERM) goes with it.
      if (openPipes > 0 || ending) signalGroup(pid, 'SIGKILL')
      forgetGroup(pid)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({
        exit: exited?.code ?? null,
        signal: exited?.signal ?? null,
        out: out.text(),
        err: err.text(),
        cut: out.dropped > 0 || err.dropped > 0 || ending === 'flood',
        timedOut: ending === 'timedOut',
        cancelled: ending === 'cancelled',
      })
    }
    const after = (ms: number, what: () => void) => timers.push(setTimeout(what, ms))
    const end = (why: typeof ending) => {
      if (exited) return settle()
      if (ending) return
      ending = why
      signalGroup(pid, 'SIGTERM')
      after(TERM_TO_KILL_MS, () => {
        signalGroup(pid, 'SIGKILL')
        after(GIVE_UP_MS, settle)
      })
    }
    const cancel = () => end('cancelled')
    const take = (into: HeadTail) => (chunk: Buffer) => {
      into.push(chunk)
      if (into.seen > FLOOD * max) end('flood')
    }
    const closed = () => {
      openPipes -= 1
      if (exited && openPipes === 0) settle()
    }
    for (const [stream, into] of [
      [child.stdout, out],
      [child.stderr, err],
    ] as const) {
      stream.on('data', take(into))
      if (options.watch) watched(stream, options.watch)
      stream.once('close', closed)
      stream.on('error', () => {})
    }
    const drain = (seen: number, silent: number, round: number) => {
      const now = out.seen + err.seen
      const quiet = now === seen ? silent + 1 : 0
      if (quiet > 2 || round > DRAIN_ROUNDS) settle()
      else after(DRAIN_MS, () => drain(now, quiet, round + 1))
    }
    child.exit.then((exit) => {
      exited = exit
      if (openPipes === 0) settle()
      else drain(out.seen + err.seen, 0, 0)
    })
    options.signal.addEventListener('abort', cancel, { once: true })
    if (options.signal.aborted) cancel()
    after(options.timeoutMs, () => end('timedOut'))
  })
}

/** Characters are told whole, whatever the pipe makes of them. */
function watched(stream: Readable, watch: (text: string) => void): void {
  const decoder = new StringDecoder('utf8')
  stream.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk)
    if (text !== '') watch(text)
  })
}

/**
 * Puts `timeout` in front where the machine has it, with a limit a little after ours: when the tool
 * itself is killed outright (it asks to be the kernel's first choice), what it started still ends.
 */
async function guard(file: string, args: string[], options: RunOptions): Promise<{ file: string; args: string[] }> {
  const timeout = await findProgram('timeout', options.env.PATH ?? '')
  if (timeout.found !== 'yes') return { file, args }
  const seconds = Math.ceil(options.timeoutMs / 1000) + GUARD_SECONDS
  return { file: timeout.path, args: ['-k', '2', String(seconds), file, ...args] }
}

function neverBegan(code: string | undefined, message: string): Partial<RunResult> {
  if (code === 'EACCES' || code === 'EPERM') return { exit: 126, err: message }
  if (code === 'ENOENT') return { missing: true, err: message }
  return { err: message }
}
