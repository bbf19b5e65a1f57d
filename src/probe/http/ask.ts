import { setTimeout as pause } from 'node:timers/promises'
import { marksOf } from '../../reading/http/marks.ts'
import type { HttpMeta, Measured, Sample, Stopped } from '../../reading/http/measured.ts'
import { isWell } from '../../reading/http/samples.ts'
import { isEnough } from '../../reading/http/spread.ts'
import { blindCapture, type Capture } from '../../words/look.ts'
import { shownArgv } from './curl-argv.ts'
import { doorsOf } from './doors.ts'
import type { Ask } from './exchange.ts'
import { askFollowing, type Followed } from './follow.ts'
import { masker, maskJson } from './mask.ts'
import { HTTP_LIMITS, type HttpLimits, type HttpOptions, type HttpRequest, planAsk } from './plan.ts'

/**
 * Asks a URL with GET, `request.times` times, one after the other, and tells what came or how it failed
 * to come. The capture's `out` is the last answer's head and body, its `meta` is `HttpMeta`. That
 * nobody answers is an answer; blind are only a request that cannot be asked, and an aborted one. Never throws.
 */
export async function askHttp(request: HttpRequest, options: HttpOptions, signal: AbortSignal): Promise<Capture> {
  const ask = planAsk(request, options)
  if (typeof ask === 'string') return blindCapture(request, 'not-understood', ask)
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const startedAt = new Date()
  const began = performance.now()
  const redirects = Math.max(0, Math.min(request.redirects, limits.mostRedirects))
  const argv = shownArgv(ask, redirects)
  const sampled = await sample(ask, request, redirects, options.client ?? 'curl', limits, signal)
  const ms = Math.round(performance.now() - began)
  if (signal.aborted) {
    return blindCapture(request, 'timed-out', 'stopped before it ended', {
      argv,
      ms,
      startedAt: startedAt.toISOString(),
    })
  }
  return toCapture(ask, sampled, { argv, ms, startedAt: startedAt.toISOString() })
}

interface Sampled {
  last: Followed
  samples: Sample[]
  stopped: Stopped
}

async function sample(
  ask: Ask,
  { times, every = false, spread = false }: Pick<HttpRequest, 'times' | 'every' | 'spread'>,
  redirects: number,
  client: 'curl' | 'node',
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<Sampled> {
  const deadline = performance.now() + ask.timeoutMs
  const samples: Sample[] = []
  let most = Math.max(1, Math.min(Math.trunc(times), limits.most))
  let slow = false
  const doors = spread ? await doorsOf(ask) : []
  for (;;) {
    const left = Math.max(1, Math.floor(deadline - performance.now()))
    const at = new Date().toISOString()
    const door = doors[samples.length % doors.length]
    const last = await askFollowing(
      {
        ...ask,
        connectTo: door ?? ask.connectTo,
        timeoutMs: spread ? Math.min(left, SPREAD_MS) : samples.length === 0 ? ask.timeoutMs : left,
      },
      redirects,
      client,
      signal,
    )
    const marks = { ...(door ? { door } : {}), ...(spread ? { marks: marksOf(last.last.out) } : {}) }
    samples.push({ at, ms: last.ms, measured: last.last.measured, ...marks })
    const finished = (stopped: Stopped): Sampled => ({ last, samples, stopped })
    if (!every && !spread && !isWell(last.last.measured)) return finished('failed')
    if (spread && isEnough(samples)) return finished('all')
    // That nobody takes the connection makes nobody work.
    if (last.ms > limits.slowMs && most > limits.mostSlow && (!spread || last.last.measured.connected)) {
      most = limits.mostSlow
      slow = true
    }
    if (samples.length >= most || signal.aborted) return finished(slow ? 'slow' : 'all')
    if (deadline - performance.now() < limits.pauseMs + LEAST_MS) return finished('time')
    await pause(limits.pauseMs, undefined, { signal }).catch(() => {})
  }
}

/** With less time than this another request could only time out by our own doing. */
const LEAST_MS = 200
/** One of many: an address that takes no connection would else use up the time of all. */
const SPREAD_MS = 6000

function toCapture(
  ask: Ask,
  { last: { last, redirects }, samples, stopped }: Sampled,
  common: { argv: string[]; ms: number; startedAt: string },
): Capture {
  const mask = masker(ask.headers)
  const { measured, leftOut } = last
  const meta: HttpMeta = { ...measured, redirects, samples: samples.length > 1 ? samples : [], stopped }
  return {
    kind: 'http',
    ...common,
    at: 'local',
    outcome: 'ok',
    ...(measured.flood ? { why: 'cut' as const, says: 'the body did not end within 8 MB; the rest was not read' } : {}),
    exit: exitOf(measured),
    out: mask(last.out),
    err: mask(last.err),
    cut: leftOut > 0 || measured.flood,
    timedOut: measured.timed_out,
    leftOut: leftOut > 0 ? `${leftOut} bytes of the body left out` : '',
    meta: maskJson(meta, mask),
  }
}

function exitOf(measured: Measured): number | null {
  return measured.exitcode < 0 ? null : measured.exitcode
}
