import type { ASTNode } from '@marcbachmann/cel-js'

/** Macros that bind a variable: `list.exists(s, …)`. */
const BINDING = new Set(['exists', 'exists_one', 'all', 'filter', 'map'])

/** A fact that an expression reads, and where. */
export interface FactUse {
  name: string
  /** Characters into the expression. */
  start: number
}

/** The parts of an expression, in the order they are written. */
export function childrenOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case '!_':
    case '-_':
      return [node.args]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    default:
      return [...node.args]
  }
}

/** The variable that a macro binds, or null. */
export function boundBy(node: ASTNode): string | null {
  if (node.op !== 'rcall' || !BINDING.has(node.args[0])) return null
  const [variable] = node.args[2]
  return variable?.op === 'id' ? variable.args : null
}

/** The fact that this very node names, or null. */
export function factOf(node: ASTNode, groups: ReadonlySet<string>): FactUse | null {
  if (node.op !== '.' || node.args[0].op !== 'id' || !groups.has(node.args[0].args)) return null
  return { name: `${node.args[0].args}.${node.args[1]}`, start: node.start }
}

/** The fact inside `has(fact)`, or null when the node is no such call. */
function guardOf(node: ASTNode, groups: ReadonlySet<string>): FactUse | null {
  if (node.op !== 'call' || node.args[0] !== 'has') return null
  const [argument] = node.args[1]
  return argument ? factOf(argument, groups) : null
}

/** The facts that an expression mentions: read, and asked for with `has()`. */
export function factsOf(node: ASTNode, groups: ReadonlySet<string>): { read: FactUse[]; guarded: FactUse[] } {
  const guard = guardOf(node, groups)
  if (guard) return { read: [], guarded: [guard] }
  const fact = factOf(node, groups)
  if (fact) return { read: [fact], guarded: [] }
  const inner = childrenOf(node).map((child) => factsOf(child, groups))
  return { read: inner.flatMap((each) => each.read), guarded: inner.flatMap((each) => each.guarded) }
}

/** The fields of `out` that an expression mentions, as `ours.host`; '' for `out` whole. */
export function outFieldsOf(node: ASTNode): string[] {
  const path = outPath(node)
  return path === null ? childrenOf(node).flatMap(outFieldsOf) : [path]
}

function outPath(node: ASTNode): string | null {
  if (node.op === 'id') return node.args === 'out' ? '' : null
  if (node.op !== '.') return null
  const above = outPath(node.args[0])
  return above === null ? null : above === '' ? node.args[1] : `${above}.${node.args[1]}`
}

/** Which facts are surely known when the expression is true, and when it is false. */
export function knownBy(node: ASTNode, groups: ReadonlySet<string>): { whenTrue: Set<string>; whenFalse: Set<string> } {
  const guard = guardOf(node, groups)
  if (guard) return { whenTrue: new Set([guard.name]), whenFalse: new Set() }
  if (node.op === '!_') {
    const { whenTrue, whenFalse } = knownBy(node.args, groups)
    return { whenTrue: whenFalse, whenFalse: whenTrue }
  }
  if (node.op === '&&' || node.op === '||') {
    const a = knownBy(node.args[0], groups)
    const b = knownBy(node.args[1], groups)
    if (node.op === '&&') {
      return { whenTrue: union(a.whenTrue, b.whenTrue), whenFalse: both(a.whenFalse, b.whenFalse) }
    }
    return { whenTrue: both(a.whenTrue, b.whenTrue), whenFalse: union(a.whenFalse, b.whenFalse) }
  }
  return { whenTrue: new Set(), whenFalse: new Set() }
}

/** Facts that are read where they may be unknown: neither in `known` nor behind a `has()` that was asked first. */
export function unguarded(node: ASTNode, known: ReadonlySet<string>, groups: ReadonlySet<string>): FactUse[] {
  if (guardOf(node, groups)) return []
  const fact = factOf(node, groups)
  if (fact) return known.has(fact.name) ? [] : [fact]
  if (node.op === '&&' || node.op === '||') {
    const [first, second] = node.args
    const { whenTrue, whenFalse } = knownBy(first, groups)
    const then = union(known, node.op === '&&' ? whenTrue : whenFalse)
    return [...unguarded(first, known, groups), ...unguarded(second, then, groups)]
  }
  if (node.op === '?:') {
    const [condition, yes, no] = node.args
    const { whenTrue, whenFalse } = knownBy(condition, groups)
    return [
      ...unguarded(condition, known, groups),
      ...unguarded(yes, union(known, whenTrue), groups),
      ...unguarded(no, union(known, whenFalse), groups),
    ]
  }
  return childrenOf(node).flatMap((child) => unguarded(child, known, groups))
}

/** What is in either. */
export function union(a: ReadonlySet<string>, b: Iterable<string>): Set<string> {
  return new Set([...a, ...b])
}

/** What is in both. */
export function both(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((each) => b.has(each)))
}
