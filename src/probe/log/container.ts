import type { BlindReason } from '../../words/vocabulary.ts'
import { type Answer, type Asking, askFirst, isObject, jsonOf, withoutFrames } from '../looks/engine.ts'
import type { StampedLine } from './scan.ts'

/** Which of the two streams of a container a log goes to. */
export type Stream = 'stdout' | 'stderr'

/** What a container printed on one stream since a moment, oldest first; or why it cannot be read. */
export type Printed =
  | { kind: 'lines'; name: string; lines: StampedLine[]; cut: boolean; argv: string[] }
  | { kind: 'blind'; why: BlindReason; says: string }

/** Lines from the end, and bytes: what more there is stays unread, and is told as a gap. */
const MOST_LINES = 100_000
const MOST_BYTES = 64 * 1024 * 1024

/**
 * A server in a container mostly writes its log to its standard streams, and the engine keeps them: it is asked for
 * those lines (GET alone), whichever logging driver keeps them. Each line bears the moment when the engine took it.
 */
export async function printed(id: string, stream: Stream, sinceMs: number, asking: Asking): Promise<Printed> {
  const told = jsonOf(await askFirst(asking, `/containers/${id}/json`))
  const name = isObject(told) && typeof told.Name === 'string' ? told.Name.replace(/^\//, '') : id
  const since = Math.max(0, Math.floor(sinceMs / 1000))
  const wanted = `stdout=${stream === 'stdout' ? 1 : 0}&stderr=${stream === 'stderr' ? 1 : 0}`
  const path = `/containers/${id}/logs?${wanted}&timestamps=1&since=${since}&tail=${MOST_LINES}`
  const asked = await askFirst(asking, path, MOST_BYTES)
  if (!asked.ok || asked.status !== 200) return { kind: 'blind', ...refusal(name, asked) }
  const rows = withoutFrames(asked.body).toString('utf8').split('\n')
  const lines = rows.flatMap(stamped)
  const argv = ['docker', 'logs', '--timestamps', '--since', new Date(since * 1000).toISOString(), name]
  return { kind: 'lines', name, lines, cut: lines.length >= MOST_LINES, argv }
}

function refusal(name: string, asked: Answer): { why: BlindReason; says: string } {
  if (!asked.ok) return { why: asked.why === 'denied' ? 'no-permission' : 'unreachable-host', says: asked.says }
  const words = asked.body.toString('utf8', 0, 200).trim()
  return { why: 'not-understood', says: `Docker gives no log of ${name} (${asked.status}): ${words}` }
}

/** `2026-11-21T04:05:06.123456789Z text`: the engine's stamp is UTC, whatever the program writes. */
function stamped(row: string): StampedLine[] {
  const blank = row.indexOf(' ')
  const ms = blank < 0 ? Number.NaN : Date.parse(row.slice(0, blank))
  if (Number.isNaN(ms)) return []
  const text = row.slice(blank + 1)
  return [{ ms, text: text.endsWith('\r') ? text.slice(0, -1) : text }]
}
