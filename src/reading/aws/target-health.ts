import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, numberOf } from './answer.ts'
import { nameOfGroup } from './name.ts'

const reason = t.record({
  /** `Target.Timeout`; '' for a target that is healthy. */
  code: t.string,
  count: t.int,
})

const output = t.record({
  /** Every target of every group was told. */
  complete: t.bool,
  /** How many groups were told, and how many of them have no target at all. */
  groups: t.int,
  empty: t.int,
  /** Which groups have no target that may get requests: names. */
  out_of_service: t.list(t.string),
  targets: t.int,
  healthy: t.int,
  unhealthy: t.int,
  initial: t.int,
  draining: t.int,
  unused: t.int,
  unavailable: t.int,
  /** Reasons, the most frequent first. */
  reasons: t.list(reason),
  /** The reason of all that are not healthy, when they share one; else ''. */
  reason: t.string,
  /** The status that the health check got, when all that it got is one: 404; 0 where it is not told. */
  code: t.int,
  /** `10.0.0.7:3000` or `i-0abc:3000`, the first of those that are not healthy, else of all. */
  target: t.string,
  /** AWS's own words for it. */
  description: t.string,
  /** `2 of 3 targets unhealthy (Target.Timeout)` */
  says: t.string,
})

const MOST_TARGETS = 2000
const STATES = ['healthy', 'unhealthy', 'initial', 'draining', 'unused', 'unavailable'] as const
/** States that may get requests: unhealthy ones do when no target is healthy, because an ALB fails open (ALB user guide, "Target group health"). */
const SERVING = ['healthy', 'unhealthy', 'unavailable']

/** `aws elbv2 describe-target-health`, once for each group, in the order of `balancer.groups`. */
export const targetHealthReader = reader({
  name: 'aws-target-health',
  output,
  consults: ['balancer.groups'],
  keep: keeping({
    TargetHealthDescriptions: { Target: true, HealthCheckPort: true, TargetHealth: true },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'TargetHealthDescriptions')
    const asked = context.facts.get('balancer.groups')
    const wanted = Array.isArray(asked) ? asked.map(String) : []
    const groups = answer.documents.map((document) =>
      objects(document, 'TargetHealthDescriptions').slice(0, MOST_TARGETS),
    )
    const all = groups.flat().map(targetOf)
    const missing = wanted.length - groups.length
    const dark: Dark[] =
      missing > 0 && groups.length > 0 ? [{ why: 'cut', says: `${missing} target groups were not told` }] : []
    const out = groups.flatMap((group, at) =>
      group.some((each) => SERVING.includes(targetOf(each).state)) ? [] : [nameOfGroup(wanted[at] ?? '')],
    )
    const value = { ...counts(all), ...unwell(all), says: sentence(all) }
    return {
      value: {
        complete: answer.complete && missing <= 0,
        groups: BigInt(groups.length),
        empty: BigInt(groups.filter((group) => group.length === 0).length),
        out_of_service: out,
        ...value,
      },
      dark: [...answer.dark, ...dark],
      lines: all.slice(0, 5).map((each) => `${each.id}  ${each.state}  ${each.reason}  ${each.description}`.trim()),
    }
  },
})

interface Target {
  id: string
  state: string
  reason: string
  description: string
}

function targetOf(item: JsonObject): Target {
  const target = object(item, 'Target')
  const health = object(item, 'TargetHealth')
  const port = numberOf(target, 'Port')
  const [id, state] = [text(target, 'Id'), text(health, 'State')]
  return {
    id: visibleLine(port === 0n ? id : `${id}:${port}`, 300),
    // `unhealthy.draining` is a network load balancer's word for an unhealthy one that still holds connections.
    state: state === 'unhealthy.draining' ? 'draining' : state,
    reason: text(health, 'Reason'),
    description: visibleLine(text(health, 'Description'), 200),
  }
}

function counts(all: readonly Target[]) {
  const of = (state: string) => BigInt(all.filter((each) => each.state === state).length)
  const [healthy = 0n, unhealthy = 0n, initial = 0n, draining = 0n, unused = 0n, unavailable = 0n] = STATES.map(of)
  return { targets: BigInt(all.length), healthy, unhealthy, initial, draining, unused, unavailable }
}

function unwell(all: readonly Target[]) {
  const unwell = all.filter((each) => each.state !== 'healthy')
  const byReason = new Map<string, number>()
  for (const { reason: code } of unwell) byReason.set(code, (byReason.get(code) ?? 0) + 1)
  const reasons = [...byReason].sort((a, b) => b[1] - a[1]).slice(0, 12)
  const codes = new Set(unwell.map((each) => codeOf(each.description)))
  const [code = 0] = codes
  const [first] = [...unwell, ...all]
  return {
    reasons: reasons.map(([name, count]) => ({ code: name, count: BigInt(count) })),
    reason: reasons.length === 1 ? (reasons[0]?.[0] ?? '') : '',
    code: codes.size === 1 ? BigInt(code) : 0n,
    target: first?.id ?? '',
    description: unwell[0]?.description ?? '',
  }
}

/** `Health checks failed with these codes: [404]`; several codes are no single one. */
function codeOf(description: string): number {
  const code = /codes: \[(\d{1,3})\]/.exec(description)?.[1]
  return code === undefined ? 0 : Number(code)
}

function sentence(all: readonly Target[]): string {
  if (all.length === 0) return 'no target is registered'
  const told = new Map<string, number>()
  for (const { state, reason: code } of all) {
    const words = code === '' ? state : `${state} (${code})`
    told.set(words, (told.get(words) ?? 0) + 1)
  }
  const parts = [...told].sort((a, b) => b[1] - a[1]).map(([words, count]) => `${count} ${words}`)
  return `${all.length} ${all.length === 1 ? 'target' : 'targets'}: ${parts.slice(0, 6).join(', ')}`
}
