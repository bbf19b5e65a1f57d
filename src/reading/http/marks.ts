import { parseHead } from './head.ts'
import type { Mark } from './measured.ts'

/** What a header says of who gave an answer: one endpoint of several, whether a cache did, or which program. */
export type MarkKind = 'endpoint' | 'cache' | 'maker'

/**
 * Headers by which answers of one URL tell their givers apart. X-Served-By, X-Backend and the like are customs that
 * administrators set; X-Cache and CF-Cache-Status say whether a cache answered; Server and Via name a program.
 */
const KINDS: ReadonlyMap<string, MarkKind> = new Map([
  ['x-served-by', 'endpoint'],
  ['x-backend', 'endpoint'],
  ['x-backend-server', 'endpoint'],
  ['x-upstream', 'endpoint'],
  ['x-upstream-addr', 'endpoint'],
  ['x-instance', 'endpoint'],
  ['x-instance-id', 'endpoint'],
  ['x-hostname', 'endpoint'],
  ['x-pod', 'endpoint'],
  ['x-pod-name', 'endpoint'],
  ['x-worker', 'endpoint'],
  ['x-worker-id', 'endpoint'],
  ['x-cache', 'cache'],
  ['x-cache-status', 'cache'],
  ['cf-cache-status', 'cache'],
  ['x-proxy-cache', 'cache'],
  ['server', 'maker'],
  ['via', 'maker'],
])

const LONGEST = 80

/** The headers of an answer (`curl -i`) that tell who gave it. */
export function marksOf(out: string): Mark[] {
  return (parseHead(out)?.headers ?? []).flatMap(({ name, value }) => {
    const known = name.toLowerCase()
    return KINDS.has(known) ? [{ name: known, value: value.trim().slice(0, LONGEST) }] : []
  })
}

export const kindOfMark = (name: string): MarkKind => KINDS.get(name) ?? 'maker'

/** `HIT from edge-1` and `HIT` say the same: the first word of a cache's header counts. */
export function valueOfMark({ name, value }: Mark): string {
  return kindOfMark(name) === 'cache' ? (value.split(/[\s,;]+/)[0] ?? '').toUpperCase() : value
}
