import { blindCapture, type Capture, type LookRequest } from '../words/look.ts'
import type { BlindReason } from '../words/vocabulary.ts'
import { fromSudo, SUDO_SLACK_MS, sudoRefused, underSudo } from './privilege.ts'
import type { RunResult } from './run.ts'

type RunRequest = LookRequest & { kind: 'run' }

/** What running a command look needs from the prober. */
export interface CommandContext {
  run(argv: readonly string[], timeoutMs: number): Promise<RunResult>
  /** Answers by one of the tool's own looks where no program is there. */
  otherwise(name: string): Promise<Capture>
  /** Is sudo allowed for single commands? */
  sudo: boolean
}

const DENIED =
  /permission denied|operation not permitted|insufficient permissions|access denied|not authorized|\(forbidden\)|password is required|(?:must|need to|have to) be (?:root|superuser)|(?:are you|only|requires?) root/i

/**
 * Runs the first command whose program is there. A non-zero exit is data for the reader; blind is only
 * what showed nothing at all: no tool, no permission, no output in time.
 */
export async function lookRun(request: RunRequest, context: CommandContext): Promise<Capture> {
  for (const argv of request.commands) {
    const { result, ran } = await attempt(argv, request, context)
    if (!result.missing) return toCapture(request, argv[0] ?? '', ran, result)
  }
  if (request.otherwise !== undefined) return context.otherwise(request.otherwise)
  const names = request.commands.map((argv) => argv[0]).join(', ')
  return blindCapture(request, 'missing-tool', `${names}: not on this machine`, {
    argv: [...(request.commands[0] ?? [])],
  })
}

/**
 * With sudo first, then as the person: where sudo is refused, and where the command says nothing as
 * root (clients whose credentials are the person's). What was refused stands in front of the errors.
 */
async function attempt(argv: string[], request: RunRequest, context: CommandContext) {
  if (!context.sudo) return { result: await context.run(argv, request.timeoutMs), ran: argv }
  const ran = underSudo(argv, request.timeoutMs)
  const result = fromSudo(await context.run(ran, request.timeoutMs + SUDO_SLACK_MS))
  const useful = result.out !== '' || result.exit === 0 || result.timedOut || result.cancelled
  if (useful && !sudoRefused(result)) return { result, ran }
  const own = await context.run(argv, request.timeoutMs)
  const refusal = sudoRefused(result) && !result.missing ? `${result.err.trim()}\n` : ''
  return { result: { ...own, err: refusal + own.err }, ran: argv }
}

function toCapture(request: RunRequest, program: string, argv: readonly string[], result: RunResult): Capture {
  const common = {
    argv: [...argv],
    exit: result.exit,
    ms: Math.round(result.ms),
    startedAt: result.startedAt.toISOString(),
    out: result.out,
    err: result.err,
    cut: result.cut,
    timedOut: result.timedOut,
  }
  if (result.out === '') {
    const dark = sawNothing(program, request.timeoutMs, result)
    if (dark) return blindCapture(request, dark.why, dark.says, common)
  }
  const part = sawPart(program, request.timeoutMs, result)
  return { kind: 'run', at: 'local', outcome: 'ok', leftOut: '', meta: {}, ...common, ...part }
}

function sawNothing(program: string, limitMs: number, result: RunResult): { why: BlindReason; says: string } | null {
  if (result.cancelled) return { why: 'timed-out', says: `${program} was stopped` }
  if (result.timedOut) return { why: 'timed-out', says: `${program} said nothing in ${limitMs} ms` }
  if (result.exit === 0) return null
  if (DENIED.test(result.err)) return { why: 'no-permission', says: `${program}: ${tellingLine(result.err)}` }
  const began = result.exit !== 126 && (result.exit !== null || result.signal !== null)
  return began ? null : { why: 'not-understood', says: `${program} could not be started: ${tellingLine(result.err)}` }
}

function sawPart(program: string, limitMs: number, result: RunResult): { why: BlindReason; says: string } | null {
  if (result.cancelled) return { why: 'timed-out', says: `${program} was stopped before it had said everything` }
  if (result.timedOut) return { why: 'timed-out', says: `${program} had not said everything in ${limitMs} ms` }
  if (result.cut) return { why: 'cut', says: `${program} said more than is kept` }
  if (result.signal !== null) return { why: 'cut', says: `${program} was ended by ${result.signal}` }
  return null
}

/** The line that says why, else the first. */
function tellingLine(text: string): string {
  const lines = text.trim().split('\n')
  return (lines.find((line) => DENIED.test(line)) ?? lines[0] ?? '').trim().slice(0, 200)
}
