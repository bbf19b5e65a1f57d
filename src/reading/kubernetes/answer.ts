import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { allowed, type Shape } from '../allowed.ts'
import { found, object, objects, text } from '../process/found.ts'
import type { Dark } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { failureOf } from './failure.ts'

/** What `kubectl … -o json` printed: one object, or the items of a List. */
export interface Answer {
  items: JsonObject[]
  /** The API server answered, and all of it is here. */
  complete: boolean
  dark: Dark[]
}

/** More objects than this are not looked at. */
const MOST = 2000

/** Finds the objects of one of these kinds; what kubectl could not show is dark, with its own words. */
export function answerOf(capture: Capture, kinds: readonly string[]): Answer {
  const { ok, raw } = found(capture.out)
  const listed = ok && text(raw, 'kind').endsWith('List')
  const all = listed ? objects(raw, 'items') : ok ? [raw] : []
  const items = all.filter((item) => kinds.includes(text(item, 'kind')) || (listed && text(item, 'kind') === ''))
  // Where a list is refused kubectl prints an empty one all the same, says so beside it, and ends with 1.
  const failed = capture.exit !== null && capture.exit !== 0
  const understood = (listed && !failed) || items.length > 0
  const dark: Dark[] = []
  if (!understood && capture.cut) dark.push(TOO_MUCH)
  else if (!understood || failed) dark.push(failureOf(`${capture.err}\n${capture.out}`) ?? NOT_UNDERSTOOD)
  if (items.length > MOST)
    dark.push({ why: 'cut', says: `${items.length - MOST} of ${items.length} were not looked at` })
  const whole = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && capture.why === undefined
  return {
    items: items.slice(0, MOST),
    complete: understood && !failed && whole && dark.length === 0 && !capture.pasted,
    dark,
  }
}

const TOO_MUCH: Dark = { why: 'cut', says: 'the cluster has more of this than is kept: name a namespace' }
const NOT_UNDERSTOOD: Dark = { why: 'not-understood', says: 'what kubectl printed is no JSON of the cluster' }

/**
 * An allow-list for what kubectl prints: each object is written again with these fields only, and its kind and name. An environment, a
 * command, an annotation may hold secrets and never come further than this.
 */
export function keeping(shape: Shape): (out: string) => { out: string; leftOut: string } {
  const whole: Shape = { ...shape, kind: true, metadata: { ...METADATA, ...inside(shape.metadata) } }
  return (out) => {
    const { ok, raw } = found(out)
    // Words of an error and nothing else.
    if (!ok) return { out: out.split('\n').slice(0, 20).join('\n').slice(0, 4000), leftOut: '' }
    const list = text(raw, 'kind').endsWith('List')
    const kept = list
      ? { kind: text(raw, 'kind'), items: objects(raw, 'items').map((item) => allowed(item, whole)) }
      : allowed(raw, whole)
    return { out: JSON.stringify(kept), leftOut: 'fields that nothing is read from were left out' }
  }
}

const METADATA: Shape = { name: true, namespace: true, creationTimestamp: true, deletionTimestamp: true }

const inside = (shape: true | Shape | undefined): Shape => (typeof shape === 'object' ? shape : {})

/** An object's own name. */
export function nameOf(item: JsonObject): string {
  return visibleLine(text(object(item, 'metadata'), 'name'), 253)
}

/** A time as the API writes it (RFC 3339); NEVER where there is none. */
export function timeOf(parent: JsonObject, name: string): Date {
  const at = new Date(text(parent, name))
  return Number.isNaN(at.getTime()) ? NEVER : at
}

/** Labels as kubectl takes them behind `-l`: `app=shop,tier=web`; '' where there are none, or one is no label (API reference, "Labels and Selectors"). */
export function selectorText(labels: JsonObject): string {
  const pairs = Object.entries(labels).slice(0, 50)
  const whole = pairs.every(
    ([key, value]) => typeof value === 'string' && KEY.test(key) && /^[\w.-]{0,63}$/.test(value),
  )
  return whole ? pairs.map(([key, value]) => `${key}=${String(value)}`).join(',') : ''
}

const KEY = /^(?:[a-z0-9][a-z0-9.-]{0,252}\/)?[A-Za-z0-9][\w.-]{0,62}$/
