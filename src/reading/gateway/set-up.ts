import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { flag, found, moment, objects, text, texts, whole, wholes } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'

const gateway = t.record({
  /** '' where there is none. */
  program: t.string,
  /** Where in its files the port stands; its unit where that names it. */
  at: t.string,
  /** Where it is set up to listen; 0 where none is. */
  port: t.int,
  /** '' where systemd knows none, or does not run this machine. */
  unit: t.string,
  active: t.string,
  file_state: t.string,
  /** When it last began or ended to run; NEVER where nothing shows that it ever did. */
  ran: t.timestamp,
  has_run: t.bool,
  /** It answers the site's requests itself, and sends them to nobody. */
  serves: t.bool,
})

const output = t.record({
  /** All kinds that are known were looked at. */
  complete: t.bool,
  /** How many that do not run are set up for the port. */
  count: t.int,
  /** The one that should listen: `why` it and no other. */
  meant: gateway,
  /** only | ran | enabled | wrote; '' where none is surely the one. */
  why: t.string,
  /** Something shows that it did run: systemd, or a log of its that was written within a day. */
  sure: t.bool,
  /** All that are set up and do not run, each with its state, for a sentence. */
  all: t.list(t.string),
  /** Programs that are set up for the port and run here, on others. */
  running: t.list(t.string),
})

/** Two that ended within this were stopped by the same hand. */
const APART_MS = 3000
const A_DAY_MS = 86_400_000
/** Logs are rotated and touched: only what is far apart tells. */
const LOGS_APART_MS = 600_000

/** Which gateway should listen on a port, from the look `gateways-set-up`. */
export const gatewaysSetUpReader = reader({
  name: 'gateways-set-up',
  output,
  consults: [],
  read(capture, { now }) {
    const { ok, raw } = found(capture.out)
    const every = objects(raw, 'gateways')
    const idle = every.filter((each) => wholes(each, 'runs').length === 0)
    const running = every.filter((each) => wholes(each, 'runs').length > 0).map((each) => text(each, 'program'))
    const { one, why } = chosen(idle)
    const dark = texts(raw, 'unread').map(
      (program): Dark => ({ why: 'no-permission', says: `the configuration of ${program} may not be read` }),
    )
    if (flag(raw, 'systemd') && !flag(raw, 'asked'))
      dark.push({ why: 'not-understood', says: 'systemd did not say which gateways ran' })
    return {
      value: {
        complete: ok && capture.outcome === 'ok' && !capture.cut && !capture.timedOut && dark.length === 0,
        count: BigInt(idle.length),
        meant: told(one),
        why,
        sure: one !== undefined && hasRun(one, now),
        all: idle.map(saidOf),
        running,
      },
      dark,
      lines: every.map(saidOf).slice(0, 5),
    }
  },
})

/** Whoever ran last was the one; where nothing shows that any ran, the one that the boot should have started. */
function chosen(idle: readonly JsonObject[]): { one: JsonObject | undefined; why: string } {
  if (idle.length === 1) return { one: idle[0], why: 'only' }
  const ran = farthest(idle, 'ran_ms', APART_MS)
  const isEnabled = (each: JsonObject) => text(each, 'file_state').startsWith('enabled')
  // Somebody tried one out, and another one is to serve.
  const disputed = ran !== undefined && !isEnabled(ran) && idle.some(isEnabled)
  if (ran && !disputed) return { one: ran, why: 'ran' }
  if (idle.some((each) => whole(each, 'ran_ms') > 0)) return { one: undefined, why: '' }
  const enabled = idle.filter(isEnabled)
  if (enabled.length === 1) return { one: enabled[0], why: 'enabled' }
  const wrote = farthest(enabled.length > 1 ? enabled : idle, 'wrote_ms', LOGS_APART_MS)
  return wrote ? { one: wrote, why: 'wrote' } : { one: undefined, why: '' }
}

/** The one with the latest time, if no other is near it. */
function farthest(idle: readonly JsonObject[], field: string, apart: number): JsonObject | undefined {
  const [first, second] = idle.toSorted((a, b) => whole(b, field) - whole(a, field))
  if (first === undefined || whole(first, field) === 0) return undefined
  return whole(first, field) - (second ? whole(second, field) : 0) > apart ? first : undefined
}

function hasRun(one: JsonObject, now: Date): boolean {
  const wrote = now.getTime() - whole(one, 'wrote_ms')
  return whole(one, 'ran_ms') > 0 || text(one, 'file_state').startsWith('enabled') || wrote < A_DAY_MS
}

function told(one: JsonObject | undefined) {
  const of = one ?? {}
  const ran = whole(of, 'ran_ms')
  return {
    program: text(of, 'program'),
    at: text(of, 'at'),
    port: BigInt(whole(of, 'port')),
    unit: text(of, 'unit'),
    active: text(of, 'active'),
    file_state: text(of, 'file_state'),
    ran: moment(ran),
    has_run: ran > 0,
    serves: ['static', 'return'].includes(text(of, 'handler')),
  }
}

function saidOf(one: JsonObject): string {
  const unit = text(one, 'unit')
  const ran = whole(one, 'ran_ms')
  const since = ran > 0 ? `since ${moment(ran).toISOString().slice(0, 19)}Z` : 'and nothing shows that it ever ran'
  const state =
    unit === '' ? 'no unit of it is known' : `${unit} is ${text(one, 'active')}, ${text(one, 'file_state')}, ${since}`
  return `${text(one, 'program')} (${text(one, 'at')}; ${state})`
}
