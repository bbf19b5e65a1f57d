import { parseFact } from '../flow/fact-value.ts'
import type { Branch, FactSpec, Option, ProbeNode } from '../flow/types.ts'
import type { AnyReader, Dark, ReadContext, Reading } from '../reading/reader.ts'
import type { Json } from '../words/json.ts'
import type { Capture } from '../words/look.ts'
import type { Value } from '../words/value.ts'
import type { BlindReason, Hop } from '../words/vocabulary.ts'
import { HOP_ROLES, PLACES } from '../words/vocabulary.ts'

/** Evaluates what flows say. Implemented by the flow room's CEL; the guide needs only this. */
export interface Language {
  /** Throws when the expression fails at run time (an absent fact, an index out of range). */
  evaluate(expression: string, facts: ReadonlyMap<string, Value>, out?: Record<string, Value>): Value
  /** Fills the `{expression}` holes of a template; a hole that fails becomes `…`. */
  render(template: string, facts: ReadonlyMap<string, Value>, out?: Record<string, Value>): string
}

export type Judgement =
  | { kind: 'branch'; branch: Branch; out: Record<string, Value>; lines: string[]; dark: Dark[] }
  | { kind: 'blind'; why: BlindReason; says: string; dark: Dark[] }

/**
 * Reads a capture and finds the branch that holds. Three-valued: what was seen counts also in a
 * partial output; the last branch, which rests on absence, is taken only when the reading is complete.
 */
export function judge(
  node: ProbeNode,
  capture: Capture,
  reader: AnyReader | undefined,
  context: ReadContext,
  language: Language,
): Judgement {
  if (capture.outcome === 'blind') return blind(capture.why ?? 'not-understood', capture.says ?? '', [])
  const read = attempt(() => reader?.read(capture, context) ?? null)
  if (!read) return blind('not-understood', `the output of ${node.id} was not understood`, [])
  // A part was seen: what the prober says of the rest stands beside what the reader missed.
  const rest = capture.why ? [{ why: capture.why, says: capture.says ?? '' }] : []
  const reading = { ...read, dark: [...rest, ...read.dark] }
  for (const branch of node.branches) {
    if (branch.when === undefined) {
      if (reading.value.complete === true) return held(branch, reading)
      continue
    }
    const holds = attempt(() => language.evaluate(branch.when ?? 'true', context.facts, reading.value))
    if (holds === null) {
      return blind('not-understood', `branch ${node.id}.${branch.id} could not be judged`, reading.dark)
    }
    if (holds === true) return held(branch, reading)
  }
  return blind(...partial(capture, reading), reading.dark)
}

function held(branch: Branch, reading: Reading<Record<string, Value>>): Judgement {
  return { kind: 'branch', branch, out: reading.value, lines: reading.lines, dark: reading.dark }
}

function blind(why: BlindReason, says: string, dark: Dark[]): Judgement {
  return { kind: 'blind', why, says, dark }
}

/** Why an incomplete reading without a positive branch decides nothing. */
function partial(capture: Capture, reading: Reading<Record<string, Value>>): [BlindReason, string] {
  const [dark] = reading.dark
  if (dark) return [dark.why, dark.says]
  if (capture.timedOut) return ['timed-out', 'the look ended at its time limit']
  if (capture.cut) return ['cut', 'the output was cut']
  if (capture.pasted)
    return ['not-understood', 'what was pasted does not tell it: answer it yourself, or go on without']
  return ['not-understood', 'what is absent here proves nothing']
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** The facts a branch teaches: those whose values parse as their type. The others are dark. */
export function learnt(
  way: Branch | Option,
  facts: Record<string, FactSpec>,
  values: ReadonlyMap<string, Value>,
  out: Record<string, Value> | undefined,
  language: Language,
): { learned: { name: string; value: Json }[]; dark: Dark[] } {
  const learned: { name: string; value: Json }[] = []
  const dark: Dark[] = []
  for (const [name, expression] of Object.entries(way.learn)) {
    const spec = facts[name]
    const value = attempt(() => language.evaluate(expression, values, out))
    if (!spec || value === null || isEmpty(value)) continue
    const parsed = parseFact(spec.type, value)
    if (parsed.ok) learned.push({ name, value: parsed.value })
    else dark.push({ why: 'not-understood', says: `${name} ${parsed.says}, so it was not taken` })
  }
  return { learned, dark }
}

/** Readings are total: "" and 0 and [] stand for "not there", and teach nothing. */
function isEmpty(value: Value): boolean {
  return (
    value === '' || (Array.isArray(value) && value.length === 0) || (value instanceof Date && value.getTime() === 0)
  )
}

/** The hops a branch shows. */
export function hopsOf(
  branch: Branch,
  values: ReadonlyMap<string, Value>,
  out: Record<string, Value>,
  language: Language,
): Hop[] {
  const { hops } = branch
  if (hops === undefined) return []
  const list = attempt(() => language.evaluate(hops, values, out))
  return Array.isArray(list) ? list.flatMap(toHop) : []
}

function toHop(value: Value): Hop[] {
  const field = (name: string) => {
    if (value instanceof Map) return value.get(name)
    return value !== null && typeof value === 'object' && name in value ? Reflect.get(value, name) : undefined
  }
  const kind = PLACES.find((place) => place === field('kind'))
  const role = HOP_ROLES.find((word) => word === field('role'))
  const vendor = field('vendor')
  return kind && role && typeof vendor === 'string' ? [{ kind, role, vendor }] : []
}
