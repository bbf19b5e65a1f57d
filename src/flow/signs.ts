import type { Cause } from '../words/vocabulary.ts'
import type { FlowNode, Library, ProbeSpec } from './types.ts'

/** What is known of a node without reading it: enough to find a way, and to choose which nodes are read. */
export interface Sign {
  kind: FlowNode['kind']
  /** Full ids of what may come next, asides and `blind` among them; none of a verdict or an end. */
  ways: readonly string[]
  /** How a probe looks. */
  look?: ProbeSpec['kind']
  /** What a verdict says is the cause. */
  cause?: Cause
}

/** Every node's sign by its id, in the order of the nodes. */
export type Signs = Readonly<Record<string, Sign>>

const derived = new WeakMap<Library, Signs>()

/** The signs that the build wrote, or those of the nodes themselves, made once for a library. */
export function signsOf(library: Library): Signs {
  if (library.signs) return library.signs
  const known = derived.get(library)
  if (known) return known
  const signs = Object.fromEntries(Object.entries(library.nodes).map(([id, node]) => [id, signOf(node)]))
  derived.set(library, signs)
  return signs
}

/** The sign of one node. */
export function signOf(node: FlowNode): Sign {
  // `back` is a way that leads to no node.
  const ways = [...new Set(waysFrom(node))].filter((way) => way !== 'back')
  switch (node.kind) {
    case 'probe':
      return { kind: node.kind, ways, look: node.probe.kind }
    case 'verdict':
      return { kind: node.kind, ways, cause: node.cause }
    default:
      return { kind: node.kind, ways }
  }
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
