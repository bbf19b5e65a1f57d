import type { FlowNode, Library, ProbeNode } from '../flow/types.ts'
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
  wanted(node: ProbeNode): boolean
}

/** The person's own request goes out first, and once. */
export const OWN_REQUEST: AheadRule = {
  depth: 20,
  wanted: ({ probe }) => probe.kind === 'http' && probe.own && probe.times === 1,
}

/** While a request hangs, the upstream is asked too: two long waits side by side. */
export const OTHER_REQUESTS: AheadRule = {
  depth: 20,
  wanted: ({ probe }) => probe.kind === 'http' && !probe.own && probe.times === 1,
}

/** Cheap looks one step on; those that ask somebody (`ask-…`, `asks: true`) wait until they are needed. */
export const NEAR_LOOKS: AheadRule = {
  depth: 1,
  wanted: ({ probe }) =>
    !readsLog(probe.read) &&
    ((probe.kind === 'run' && !probe.asks) || (probe.kind === 'look' && !probe.name.startsWith('ask-'))),
}

/** Starts every probe within reach that the rule wants and whose facts and vantage are known. */
export function lookAhead(rule: AheadRule, session: Session, library: Library, looks: Looks): void {
  for (const node of reachable(session, library, rule.depth)) {
    if (node.kind !== 'probe' || node.id === session.here || !rule.wanted(node)) continue
    if (node.probe.at !== 'here' && !session.vantages[node.probe.at]) continue
    const rendered = renderRequest(node, session, library.facts)
    if (rendered.ok && !looks.has(rendered.request)) looks.ahead(node.id, rendered.request)
  }
}

/** Nodes by breadth from where we stand; forks cost no step. */
function reachable(session: Session, library: Library, depth: number): FlowNode[] {
  const found: FlowNode[] = []
  const seen = new Set<string>()
  let edge = [session.here, ...session.asides].filter((id) => id !== null)
  for (let step = 0; step <= depth && edge.length > 0; step++) {
    const next: string[] = []
    while (edge.length > 0) {
      const id = edge.shift() ?? ''
      const node = library.nodes[id]
      if (!node || seen.has(id)) continue
      seen.add(id)
      found.push(node)
      if (node.kind === 'fork') edge.push(...node.branches.map((branch) => branch.go))
      else next.push(...waysFrom(node))
    }
    edge = next
  }
  return found
}

function waysFrom(node: FlowNode): string[] {
  switch (node.kind) {
    case 'probe':
      return [...node.branches.flatMap((branch) => [branch.go, ...branch.aside]), node.blind.go]
    case 'ask':
      return [...node.options.map((option) => option.go), ...(node.open ? [node.open.go] : [])]
    case 'fork':
      return node.branches.map((branch) => branch.go)
    case 'verdict':
    case 'end':
      return []
  }
}
