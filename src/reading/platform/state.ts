import type { Capture } from '../../words/look.ts'
import { type Infer, NEVER, t } from '../../words/value.ts'
import type { Dark, Reading } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'

/** What a platform runs of an application, in words that hold for all of them. */
export const stateOutput = t.record({
  /** The platform told all copies of the application. */
  complete: t.bool,
  /** none | stopped | asleep | crashed | starting | failing | some | up, or '' where none of these was told. */
  state: t.string,
  total: t.int,
  up: t.int,
  starting: t.int,
  crashed: t.int,
  /** Stopped in order, and started by nobody. */
  stopped: t.int,
  /** Stopped, and started by the next request. */
  asleep: t.int,
  /** Those that run and fail their health check. */
  failing: t.int,
  /** Exit status of the copy that ended last; -1 where it is not told. */
  exit: t.int,
  /** The platform says that memory ended it. */
  oom: t.bool,
  /** Somebody asked for the end of those that are stopped. */
  asked: t.bool,
  /** When the state last changed; 1970 where it is not told. */
  since: t.timestamp,
  release: t.string,
  /** The port that the platform sends to, 0 where it is not told. */
  port: t.int,
  /** The platform's own words for what is wrong. */
  reason: t.string,
  /** `2 web dynos: 1 up, 1 crashed` */
  says: t.string,
})

export type Condition = 'up' | 'starting' | 'crashed' | 'stopped' | 'asleep' | 'failing'

/** One copy of an application. */
export interface Instance {
  condition: Condition
  /** As the platform calls it: `web.1 crashed`. */
  told: string
  exit?: number
  oom?: boolean
  /** Somebody or something asked for its end. */
  asked?: boolean
  since?: Date
  release?: string
  reason?: string
}

export interface Told {
  /** What the copies are called: `web dyno`. */
  noun: string
  instances: readonly Instance[]
  whole: boolean
  port?: number
  /** Overrides what the copies come to, with the platform's word for it. */
  state?: string
  reason?: string
}

const LONGEST = 300
const ORDER: readonly Condition[] = ['up', 'starting', 'failing', 'crashed', 'asleep', 'stopped']

/** The reading that all platforms share, made of what one of them told. */
export function stateReading(capture: Capture, told: Told): Reading<Infer<typeof stateOutput>> {
  const { instances, noun } = told
  const complaint = instances.length === 0 ? complaintOf(capture) : null
  const of = (condition: Condition) => instances.filter((each) => each.condition === condition)
  const latest = [...instances].sort((a, b) => (b.since?.getTime() ?? 0) - (a.since?.getTime() ?? 0))
  const ended = latest.filter(({ condition }) => condition !== 'up' && condition !== 'failing')
  const complete = answered(capture) && told.whole && complaint === null
  const counted = ORDER.flatMap((condition) =>
    of(condition).length > 0 ? [`${of(condition).length} ${condition}`] : [],
  )
  const plural = instances.length === 1 ? noun : `${noun}s`
  const dark: Dark[] = complaint ? [complaint] : []
  const stopped = of('stopped')
  return {
    value: {
      complete,
      state: told.state ?? (complete || instances.length > 0 ? stateOf(instances) : ''),
      total: BigInt(instances.length),
      up: BigInt(of('up').length),
      starting: BigInt(of('starting').length),
      crashed: BigInt(of('crashed').length),
      stopped: BigInt(stopped.length),
      asleep: BigInt(of('asleep').length),
      failing: BigInt(of('failing').length),
      exit: BigInt(ended.find(({ exit }) => exit !== undefined)?.exit ?? -1),
      oom: ended.some(({ oom }) => oom === true),
      asked: stopped.length > 0 && stopped.every(({ asked }) => asked === true),
      since: latest[0]?.since ?? NEVER,
      release: visibleLine(latest.find(({ release }) => release !== undefined)?.release ?? '', 100),
      port: BigInt(told.port ?? 0),
      reason: visibleLine(told.reason ?? latest.find(({ reason }) => reason !== undefined)?.reason ?? '', LONGEST),
      says: instances.length === 0 ? `no ${noun}` : `${instances.length} ${plural}: ${counted.join(', ')}`,
    },
    dark,
    lines: instances.slice(0, 5).map((each) => visibleLine(each.told, LONGEST)),
  }
}

function stateOf(instances: readonly Instance[]): string {
  const all = (...conditions: Condition[]) => instances.every(({ condition }) => conditions.includes(condition))
  const any = (condition: Condition) => instances.some((each) => each.condition === condition)
  if (instances.length === 0) return 'none'
  if (all('up')) return 'up'
  if (any('up')) return 'some'
  if (any('crashed')) return 'crashed'
  if (any('failing')) return 'failing'
  if (any('starting')) return 'starting'
  return any('asleep') ? 'asleep' : 'stopped'
}
