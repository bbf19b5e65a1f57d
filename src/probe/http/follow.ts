import { headerValue, parseHead } from '../../reading/http/head.ts'
import { type RedirectHop, tookMs } from '../../reading/http/measured.ts'
import { askCurl } from './curl.ts'
import type { Ask, Exchange } from './exchange.ts'
import { followedBy } from './plan.ts'

/** The tool's own client is loaded where it is needed: with curl at hand it seldom is. */
async function askNode(ask: Ask, signal: AbortSignal): Promise<Exchange> {
  return (await import('./node.ts')).askNode(ask, signal)
}

export interface Followed {
  last: Exchange
  redirects: RedirectHop[]
  ms: number
}

/** A second, short request only for the first bytes of what is not HTTP: curl does not show them. */
const FIRST_BYTES_MS = 2000

/** One request and the redirects it leads to, at most `most`, all within `ask.timeoutMs`. */
export async function askFollowing(
  first: Ask,
  most: number,
  client: 'curl' | 'node',
  signal: AbortSignal,
): Promise<Followed> {
  const deadline = performance.now() + first.timeoutMs
  const redirects: RedirectHop[] = []
  let ask = first
  let last = await exchange(ask, client, signal)
  // By the client's own clock: starting a process is no part of the answer's time.
  let ms = tookMs(last.measured, last.ms)
  while (redirects.length < most && !signal.aborted && last.measured.exitcode === 0) {
    const head = parseHead(last.out)
    const next = head ? followedBy(ask, head.status, headerValue(head.headers, 'location'), ask.userAgent) : null
    const left = Math.floor(deadline - performance.now())
    if (head === null || next === null || left < 50) break
    redirects.push({ status: head.status, url: next.url.href })
    ask = { ...next, timeoutMs: left }
    last = await exchange(ask, client, signal)
    ms += tookMs(last.measured, last.ms)
  }
  return { last, redirects, ms }
}

async function exchange(ask: Ask, client: 'curl' | 'node', signal: AbortSignal): Promise<Exchange> {
  if (client === 'node') return askNode(ask, signal)
  const began = performance.now()
  const asked = await askCurl(ask, signal)
  const left = Math.floor(ask.timeoutMs - (performance.now() - began))
  if (asked === null) return askNode({ ...ask, timeoutMs: Math.max(1, left) }, signal)
  if (asked.measured.exitcode === 1 && left >= 50 && !signal.aborted) {
    const again = await askNode({ ...ask, timeoutMs: Math.min(left, FIRST_BYTES_MS) }, signal)
    asked.measured.first_bytes = again.measured.first_bytes
  }
  return asked
}
