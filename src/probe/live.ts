import { judge, type ReadRule } from '../flow/effect.ts'
import { isLoopback, plainAddress } from '../reading/process/addresses.ts'
import type { ReadContext } from '../reading/reader.ts'
import type { JsonObject } from '../words/json.ts'
import { blindCapture, type Capture, type LookRequest, type Prober, type Watch } from '../words/look.ts'
import type { Vantage } from '../words/vocabulary.ts'
import { environmentFor } from './client-environment.ts'
import { lookRun } from './command.ts'
import { createGate } from './gate.ts'
import { prepareToRun, runCommand } from './run.ts'

export interface LiveOptions {
  /** What only reads: a command that no rule allows is never started. */
  commands: readonly ReadRule[]
  /** The person's URL as it was given: the session holds it masked. */
  url: string
  userAgent: string
  headers: readonly { name: string; value: string }[]
  resolve: readonly { host: string; port: number; address: string }[]
  insecure: boolean
  sudo: boolean
  noRequests: boolean
  /** The clean environment. */
  env: Record<string, string>
  /** Where a vantage is: `local`, or `unknown` without proof. Any other place is answered blind. */
  where(vantage: Vantage): string
  now(): Date
  /** What is known so far: decides which lines of a long log are kept. */
  context(): ReadContext
  /** `--timeout`, for every look; null: each look's own. */
  timeoutMs: number | null
}

const NOT_PROVEN = 'it is not proven that this machine is the right one'
/** Each way to look keeps its limit by itself; this is for one that cannot (a file system that does not answer). */
const OVERTIME_MS = 5000

/** Looks at this machine. Every failure to see is a blind capture; only a bug throws, and is one too. */
export function createLiveProber(options: LiveOptions): Prober {
  const gate = createGate()
  let warmed = false
  const warm = () => {
    if (warmed) return
    warmed = true
    // While the first looks wait for the system, load what nearly every walk comes to need.
    setImmediate(() => void Promise.all([prepareToRun(), import('./log/read-log.ts')]).catch(() => {}))
  }
  return {
    async look(given, signal, watch) {
      const request = options.timeoutMs === null ? given : { ...given, timeoutMs: options.timeoutMs }
      warm()
      const refusal = refuse(request)
      if (refusal) return refusal
      try {
        if (request.kind === 'http') return await limited(request, ask(request, signal))
        const leave = await gate.enter(signal)
        try {
          return await limited(request, look(request, signal, watch))
        } finally {
          leave()
        }
      } catch (error) {
        const says = signal.aborted ? 'it was stopped' : `the look failed: ${String(error)}`
        return blindCapture(request, signal.aborted ? 'timed-out' : 'not-understood', says)
      }
    },
  }

  function refuse(request: LookRequest): Capture | null {
    const place = options.where(request.at)
    if (place !== 'local') {
      return blindCapture(
        request,
        'no-vantage',
        place === 'unknown' ? NOT_PROVEN : `looking from ${place} is not possible yet`,
      )
    }
    if (options.noRequests && (request.kind === 'http' || asks(request))) {
      return blindCapture(request, 'declined', 'no requests were wanted')
    }
    const inside = insideOnly(request, options.context().facts)
    if (inside !== '') return blindCapture(request, 'no-vantage', inside)
    const changing =
      request.kind === 'run' && request.commands.find((argv) => judge(argv, options.commands) !== 'reads')
    return changing ? blindCapture(request, 'declined', `${changing.join(' ')} does not only read`) : null
  }

  async function ask(request: LookRequest & { kind: 'http' }, signal: AbortSignal): Promise<Capture> {
    const { askHttp } = await import('./http/ask.ts')
    const { userAgent, headers, resolve, insecure, env } = options
    const target = request.own ? { ...request, url: options.url } : request
    return askHttp(target, { userAgent, headers, resolve, insecure, env }, signal)
  }

  async function look(
    request: Exclude<LookRequest, { kind: 'http' }>,
    signal: AbortSignal,
    watch: Watch | undefined,
  ): Promise<Capture> {
    switch (request.kind) {
      case 'run':
        return named(
          await lookRun(request, {
            run: (argv, timeoutMs) =>
              runCommand(argv, { timeoutMs, signal, env: options.env, ...(watch ? { watch } : {}) }),
            otherwise: (name) => builtIn(request, name, {}, signal),
            sudo: options.sudo && process.getuid?.() !== 0,
          }),
        )
      case 'log': {
        const [{ readLog }, { logFormat }] = await Promise.all([
          import('./log/read-log.ts'),
          import('../reading/log-formats.ts'),
        ])
        const format = logFormat(request.read)
        return readLog(request, { format, context: options.context(), now: options.now, env: options.env }, signal)
      }
      case 'look':
        return builtIn(request, request.name, request.args, signal)
    }
  }

  async function builtIn(request: LookRequest, name: string, args: JsonObject, signal: AbortSignal): Promise<Capture> {
    const { LOOKS } = await import('./looks/index.ts')
    const perform = LOOKS[name]
    if (!perform) return blindCapture(request, 'not-understood', `there is no look ${name}`)
    const { timeoutMs } = request
    const startedAt = options.now()
    const began = performance.now()
    const outcome = await perform(args, {
      run: (argv, limit) => runCommand(argv, { timeoutMs: limit, signal, env: options.env }),
      signal,
      timeoutMs,
      env: environmentFor(name, options.env),
      now: options.now,
      quiet: options.noRequests,
    })
    const { at, ...seen } = outcome
    return {
      kind: 'look',
      exit: null,
      err: '',
      leftOut: '',
      ...seen,
      at: at === undefined ? 'local' : `local ${at}`,
      ms: Math.round(performance.now() - began),
      startedAt: startedAt.toISOString(),
    }
  }
}

/** A list of sockets names processes as they name themselves. */
async function named(capture: Capture): Promise<Capture> {
  if (capture.kind !== 'run' || !capture.out.includes(',pid=')) return capture
  return (await import('./programs.ts')).withPrograms(capture)
}

/**
 * Where the gateway lives in a container, its loopback, its names and its sockets are not this machine's: whoever
 * answered here would be somebody else. A sentence then, else ''.
 */
function insideOnly(request: LookRequest, facts: ReadContext['facts']): string {
  const container = facts.get('proxy.container')
  if (typeof container !== 'string' || request.kind !== 'http' || request.own || request.at === 'here') return ''
  const host = URL.canParse(request.url) ? plainAddress(new URL(request.url).hostname) : ''
  const reached =
    request.socket === undefined && (request.address ?? host) !== '' && !isLoopback(request.address ?? host)
  return reached
    ? ''
    : `${request.socket ?? request.url} is only inside container ${container} what it is for the gateway`
}

async function limited(request: LookRequest, looking: Promise<Capture>): Promise<Capture> {
  let timer: NodeJS.Timeout | undefined
  const overtime = new Promise<Capture>((resolve) => {
    const says = `the look did not end within ${request.timeoutMs} ms`
    timer = setTimeout(() => resolve(blindCapture(request, 'timed-out', says)), request.timeoutMs + OVERTIME_MS)
  })
  try {
    return await Promise.race([looking, overtime])
  } finally {
    clearTimeout(timer)
  }
}

/** Looks that ask other programs over the network bear it in their name, commands as a mark. */
function asks(request: LookRequest): boolean {
  if (request.kind === 'run') return request.asks === true
  return request.kind === 'look' && request.name.startsWith('ask-')
}
