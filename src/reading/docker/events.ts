import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { found, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { keptEvent } from './event.ts'

const output = t.record({
  /** Always false: the engine remembers little, and says nothing of what it forgot. */
  complete: t.bool,
  events: t.int,
  /** Its last end. */
  died_at: t.timestamp,
  exit_code: t.int,
  /** The engine was told to end it just before: `docker stop`, `kill`, `restart`, `rm`. */
  asked: t.bool,
  /** The first signal it was sent then. */
  signal: t.string,
  started_at: t.timestamp,
  deaths: t.int,
  /** Seconds from its start to that last end; -1 where the start is forgotten. */
  lived: t.int,
  /** Its memory limit was hit, near that last end. */
  oom: t.bool,
  paused_at: t.timestamp,
})

/** `docker stop` waits ten seconds by default, then kills; who set more is not far above. */
const ASKED_SECONDS = 120
const END_SIGNALS = new Set(['1', '2', '3', '9', '15'])

/** What Docker remembers of a container's life, from the look `container-events`. */
export const containerEventsReader = reader({
  name: 'container-events',
  output,
  consults: [],
  keep(out) {
    return { out: JSON.stringify({ events: eventsOf(out) }), leftOut: '' }
  },
  read(capture) {
    const events = eventsOf(capture.out)
    const last = (action: string) => events.findLast((event) => text(event, 'Action') === action)
    const died = last('die')
    const ordered = died && askedBefore(events, died)
    const at = (event: JsonObject | undefined) => (event ? new Date(whole(event, 'time') * 1000) : NEVER)
    return {
      value: {
        complete: false,
        events: BigInt(events.length),
        died_at: at(died),
        exit_code: died ? code(died) : 0n,
        asked: ordered !== undefined,
        signal: ordered ? attribute(ordered, 'signal') : '',
        started_at: at(last('start')),
        lived: BigInt(livedSeconds(events, died)),
        deaths: BigInt(events.filter((event) => text(event, 'Action') === 'die').length),
        oom: events.some((event) => text(event, 'Action') === 'oom' && near(event, died)),
        paused_at: at(last('pause')),
      },
      dark:
        capture.outcome === 'blind'
          ? [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the events could not be read' }]
          : [],
      lines: events.slice(-5).map((event) => `${at(event).toISOString()} ${text(event, 'Action')}`),
    }
  },
})

/** The look's JSON, or the lines that `docker events --format '{{json .}}'` prints. */
function eventsOf(out: string): JsonObject[] {
  const own = found(out)
  if (own.ok && Array.isArray(own.raw.events)) return objects(own.raw, 'events').map(keptEvent)
  return out.split('\n').flatMap((line) => {
    const { ok, raw } = found(line)
    return ok ? [keptEvent(raw)] : []
  })
}

/** A signal that ends, between the start before and this end. */
function askedBefore(events: readonly JsonObject[], died: JsonObject): JsonObject | undefined {
  const before = events.slice(0, events.indexOf(died))
  const own = before.slice(before.findLastIndex((event) => text(event, 'Action') === 'start') + 1)
  return own.find(
    (event) =>
      text(event, 'Action') === 'kill' &&
      END_SIGNALS.has(attribute(event, 'signal')) &&
      whole(died, 'time') - whole(event, 'time') <= ASKED_SECONDS,
  )
}

function livedSeconds(events: readonly JsonObject[], died: JsonObject | undefined): number {
  const before = died ? events.slice(0, events.indexOf(died)) : []
  const start = before.findLast((event) => text(event, 'Action') === 'start')
  return died && start ? Math.max(0, whole(died, 'time') - whole(start, 'time')) : -1
}

const NEAR_SECONDS = 30

function near(event: JsonObject, died: JsonObject | undefined): boolean {
  return died !== undefined && Math.abs(whole(event, 'time') - whole(died, 'time')) <= NEAR_SECONDS
}

function attribute(event: JsonObject, name: string): string {
  return text(object(object(event, 'Actor'), 'Attributes'), name)
}

function code(event: JsonObject): bigint {
  const digits = attribute(event, 'exitCode')
  return /^\d{1,3}$/.test(digits) ? BigInt(digits) : 0n
}
