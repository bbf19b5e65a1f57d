import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { fitEntry } from '../gateway/entry.ts'
import { summarise, windowMs } from '../gateway/log.ts'
import { ROUND_FACTS, roundsSay } from '../gateway/rounds.ts'
import { type LogMeta, parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import { type CaddyRecord, keepCaddyLine, recordOf } from './log-entry.ts'
import { parseCaddyLine } from './log-line.ts'
import { caddyLog } from './types.ts'

/** As many entries of the journal the flow asks for: fewer came, so there are no more. */
const MOST_ENTRIES = 5000

/** What Caddy's log says about the URL: from a file, or from the journal (`journalctl -o json`). */
export const caddyLogReader = reader({
  name: 'caddy-log',
  output: caddyLog,
  consults: [
    'url.host',
    'url.port',
    'url.path',
    'gateway.visitor',
    'gateway.host',
    'gateway.path',
    'gateway.scheme',
    'config.error_log_level',
    'window.seconds',
    ...ROUND_FACTS,
  ],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.flatMap((line) => {
      const parsed = parseCaddyLine(line)
      return parsed ? [keepCaddyLine(parsed)] : []
    })
    const left = lines.filter((line) => line !== '').length - kept.length
    const note = left === 0 ? '' : `${left} ${left === 1 ? 'line' : 'lines'} that Caddy did not write left out`
    // How many entries came tells whether there are more.
    return { out: kept.map((line) => `${line}\n`).join('') + '\n'.repeat(Math.min(left, MOST_ENTRIES)), leftOut: note }
  },
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const since = context.now.getTime() - windowMs(context)
    const lines = capture.out.split('\n')
    const parsed = lines.flatMap((line) => parseCaddyLine(line) ?? [])
    // A file was read as far back as the window reaches, a journal by the number of its entries.
    const inWindow = capture.kind === 'log' ? parsed : parsed.filter(({ at }) => at >= since)
    const told = inWindow.flatMap((line) => recordOf(line, context.knowledge) ?? [])
    const failures = told.flatMap((each) => (each.kind === 'failure' ? [each.entry] : []))
    const refused = told.filter((each) => each.kind === 'refused').at(-1)
    const dark = darkOf(capture, meta, context, { lines: lines.length - 1, oldest: parsed[0]?.at, since })
    const summary = summarise(
      failures,
      meta.left.filter(({ key }) => key.access !== true),
      context,
    )
    return {
      value: {
        ...summary,
        complete: dark.length === 0,
        path: meta.path,
        requests: requestsIn(told, meta, context),
        rounds: roundsSay(tookIn(told, context), 'caddy', context),
        health: healthIn(told),
        refused_at: refused ? new Date(refused.at) : NEVER,
        refused: refused?.message ?? '',
      },
      dark,
      lines: [...failures.slice(-4).map(({ message }) => message), ...(refused ? [refused.message] : [])].slice(0, 5),
    }
  },
})

function requestsIn(told: readonly CaddyRecord[], meta: LogMeta, context: ReadContext): bigint {
  const relate = fitEntry(context)
  const seen = told.filter(
    (each) => each.kind === 'access' && each.entry.sentByUs !== true && relate(each.entry) !== 'other',
  )
  const left = meta.left.filter(({ key }) => key.access === true && key.about === true)
  return BigInt(seen.length + left.reduce((total, { count }) => total + count, 0))
}

/** How long the failures of this site took, ours excluded, in ms. */
function tookIn(told: readonly CaddyRecord[], context: ReadContext): number[] {
  const relate = fitEntry(context)
  return told.flatMap((each) =>
    each.kind === 'failure' && each.tookMs > 0 && each.entry.sentByUs !== true && relate(each.entry) !== 'other'
      ? [each.tookMs]
      : [],
  )
}

/** The last word of the health checks on each upstream. */
function healthIn(told: readonly CaddyRecord[]) {
  const last = new Map<string, Extract<CaddyRecord, { kind: 'health' }>>()
  for (const each of told) if (each.kind === 'health') last.set(each.upstream, each)
  return [...last.values()].slice(0, 100).map(({ at, upstream, signature, message, status }) => ({
    at: new Date(at),
    upstream,
    signature,
    message,
    status: BigInt(status),
  }))
}

function darkOf(
  capture: Capture,
  meta: LogMeta,
  context: ReadContext,
  { lines, oldest, since }: { lines: number; oldest: number | undefined; since: number },
): Dark[] {
  const level = context.facts.get('config.error_log_level')
  const dark =
    capture.kind === 'log' || capture.outcome === 'blind' || capture.pasted ? logDark(capture, meta, 'Caddy') : []
  if (capture.kind === 'run' && capture.outcome === 'ok') {
    if (capture.cut || capture.timedOut) dark.push({ why: 'cut', says: 'the journal was read in part only' })
    else if (lines >= MOST_ENTRIES && (oldest ?? since) > since)
      dark.push({ why: 'cut', says: 'the journal holds more than was read of the window' })
    else if (oldest === undefined)
      dark.push({ why: 'no-permission', says: 'the journal shows nothing that Caddy wrote' })
  }
  if (typeof level === 'string' && !['DEBUG', 'INFO', 'WARN', 'ERROR'].includes(level)) {
    dark.push({ why: 'cut', says: `Caddy logs from level ${level} on: failed requests are not written` })
  }
  return dark
}
