import { blindCapture, type Capture, type LookRequest } from '../words/look.ts'
import { sudoRefused, underSudo } from './privilege.ts'
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

const DENIED = /permission denied|operation not permitted|insufficient permissions|must be root|access denied/i

/**
 * Runs the first command whose program is there. A non-zero exit is data for the reader; blind is only
 * what showed nothing at all: no tool, no permission, no output in time.
 */
export async function lookRun(request: RunRequest, context: CommandContext): Promise<Capture> {
  for (const argv of request.commands) {
    const { result, ran } = await attempt(argv, request, context)
    if (!result.missing) return toCapture(request, ran, result)
  }
  if (request.otherwise !== undefined) return context.otherwise(request.otherwise)
  const names = request.commands.map((argv) => argv[0]).join(', ')
  return blindCapture(request, 'missing-tool', `${names}: not on this machine`, {
    argv: [...(request.commands[0] ?? [])],
  })
}

async function attempt(argv: string[], request: RunRequest, context: CommandContext) {
  if (context.sudo) {
    const ran = underSudo(argv, request.timeoutMs)
    const result = await context.run(ran, request.timeoutMs + 3000)
    if (!sudoRefused(result) && result.exit !== 127) return { result, ran }
  }
  return { result: await context.run(argv, request.timeoutMs), ran: argv }
}

function toCapture(request: RunRequest, argv: readonly string[], result: RunResult): Capture {
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
  const program = argv[0] ?? ''
  if (result.out === '' && result.timedOut) {
    return blindCapture(request, 'timed-out', `${program} said nothing in ${request.timeoutMs} ms`, common)
  }
  if (result.out === '' && result.cancelled) return blindCapture(request, 'timed-out', `${program} was stopped`, common)
  if (result.out === '' && result.exit !== 0 && DENIED.test(result.err)) {
    return blindCapture(request, 'no-permission', `${program}: ${firstLine(result.err)}`, common)
  }
  const why = result.timedOut ? 'timed-out' : result.cut ? 'cut' : null
  return {
    kind: 'run',
    at: 'local',
    outcome: 'ok',
    leftOut: '',
    meta: {},
    ...common,
    ...(why === null ? {} : { why, says: `${program} was ended before it had said everything` }),
  }
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 200)
}
