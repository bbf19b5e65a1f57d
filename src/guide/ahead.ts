import { signsOf } from '../flow/signs.ts'
import type { Library, ProbeNode, ProbeSpec } from '../flow/types.ts'
import { readsLog } from '../reading/log-formats.ts'
import type { Session } from '../session/session.ts'
import type { Looks } from './looks.ts'
import { renderRequest } from './request.ts'

/**
 * Which probes may be asked before the walk comes to them, so that independent ones run side by side.
 * Logs are never read ahead: the line that counts is the one our own request is about to cause.
 */
export interface AheadRule {
  /** How many steps from where we stand. */
  depth: number
  /** How the wanted probes look. */
  looks: readonly ProbeSpec['kind'][]
  wanted(node: ProbeNode): boolean
}

/** The person's own request goes out first, and once. */
export const OWN_REQUEST: AheadRule = {
  depth: 20,
  looks: ['http'],
  wanted: ({ probe }) => probe.kind === 'http' && probe.own && probe.times === 1,
}

/** While a request hangs, the upstream is asked too: two long waits side by side. */
export const OTHER_REQUESTS: AheadRule = {
  depth: 20,
  looks: ['http'],
  wanted: ({ probe }) => probe.kind === 'http' && !probe.own && probe.times === 1,
}

/** Cheap looks one step on; those that ask somebody (`ask-…`, `asks: true`) wait until they are needed. */
export const NEAR_LOOKS: AheadRule = {
  depth: 1,
  looks: ['run', 'look'],
  wanted: ({ probe }) =>
    !readsLog(probe.read) &&
    ((probe.kind === 'run' && !probe.asks) || (probe.kind === 'look' && !probe.name.startsWith('ask-'))),
}

/** Starts every probe within reach that the rule wants and whose facts and vantage are known. */
export function lookAhead(rule: AheadRule, session: Session, library: Library, looks: Looks): void {
  for (const node of reachable(session, library, rule)) {
    if (node.id === session.here || !rule.wanted(node)) continue
    if (node.probe.at !== 'here' && !session.vantages[node.probe.at]) continue
    const rendered = renderRequest(node, session, library.facts)
    if (rendered.ok && !looks.has(rendered.request)) looks.ahead(node.id, rendered.request)
  }
}

/** Probes by breadth from where we stand that look in one of these ways; forks cost no step. Other nodes are not read. */
function reachable(session: Session, library: Library, { depth, looks }: AheadRule): ProbeNode[] {
  const signs = signsOf(library)
  const found: ProbeNode[] = []
  const seen = new Set<string>()
  let edge = [session.here, ...session.asides].filter((id) => id !== null)
  for (let step = 0; step <= depth && edge.length > 0; step++) {
    const next: string[] = []
    // What forks lead to is added to the list while it is gone through.
    for (const id of edge) {
      const sign = signs[id]
      if (!sign || seen.has(id)) continue
      seen.add(id)
      const node = sign.look !== undefined && looks.includes(sign.look) ? library.nodes[id] : undefined
      if (node?.kind === 'probe') found.push(node)
      if (sign.kind === 'fork') edge.push(...sign.ways)
      else next.push(...sign.ways)
    }
    edge = next
  }
  return found
}
