import { both, knownBy, unguarded, union } from '../cel-tree.ts'
import { complain } from '../draft.ts'
import type { FlowNode } from '../types.ts'
import { type Context, GIVEN, neededBy, readerOf, waysOf } from './context.ts'
import { type Edge, edgesOf, entries, reachable } from './graph.ts'
import { expressionsIn, type Written, writtenIn } from './texts.ts'

/**
 * On every path to an expression or placeholder each fact is known, can be asked for, or is guarded.
 * A forward analysis: what is known at a node is what every way there has learned.
 */
export function checkKnowledge(context: Context): void {
  const { draft } = context
  const known = factsKnown(context)
  for (const node of Object.values(draft.library.nodes)) {
    const here = known.get(node.id)
    // What no way leads to is reported as such.
    if (here === undefined) continue
    checkProbe(context, node, here, known)
    const told = new Set<string>()
    for (const written of writtenIn(node)) checkWritten(context, node, written, here, told)
    if (node.kind === 'verdict') checkVerify(context, node, here)
  }
}

function checkProbe(context: Context, node: FlowNode, here: Set<string>, known: Map<string, Set<string>>): void {
  const { draft } = context
  for (const { name, below } of neededBy(node)) {
    const spec = draft.library.facts[name]
    if (spec === undefined || spec.askable || here.has(name)) continue
    const what = `"${name}" is not known on every way here, and nobody may be asked for it`
    complain(draft, draft.declared.get(node.id), below, what, mendFor(context, node, name, known))
  }
}

/** `told`: each fact is reported once for a node, where it is met first. */
function checkWritten(context: Context, node: FlowNode, written: Written, here: Set<string>, told: Set<string>): void {
  const { draft } = context
  const { facts } = draft.library
  const groups = groupsOf(context)
  const expressions = context.expressions(written.out ? readerOf(node) : null)
  const guard = written.guard === undefined ? null : expressions.parse(written.guard)
  const known =
    guard !== null
      ? union(here, knownBy(guard, groups).whenTrue)
      : written.way === null
        ? here
        : knownOn(context, node, written.way, here, written.role)
  for (const { expression, offset } of expressionsIn(written)) {
    const tree = expressions.parse(expression)
    if (tree === null) continue
    for (const use of unguarded(tree, known, groups)) {
      const spec = facts[use.name]
      if (told.has(use.name)) continue
      if (spec === undefined || (written.kind === 'template' && spec.askable)) continue
      told.add(use.name)
      const mend =
        written.kind === 'template'
          ? 'learn it on every way here, or leave it out of the sentence'
          : `write has(${use.name}) && … in front, or learn it on every way here`
      const what = `"${use.name}" is not known on every way here`
      complain(draft, draft.declared.get(node.id), written.below, what, mend, offset + use.start)
    }
  }
}

function checkVerify(context: Context, node: Extract<FlowNode, { kind: 'verdict' }>, here: Set<string>): void {
  const { draft } = context
  for (const [i, id] of node.verify.entries()) {
    const target = draft.library.nodes[id]
    if (target === undefined) continue
    if (target.kind !== 'probe') {
      const what = `"${id}" does not look at anything`
      complain(draft, draft.declared.get(node.id), ['verify', i], what, 'name a probe node: verifying is looking again')
      continue
    }
    for (const { name } of neededBy(target)) {
      const spec = draft.library.facts[name]
      if (spec === undefined || spec.askable || here.has(name)) continue
      const what = `"${id}" needs "${name}", which is not known on every way to this verdict`
      complain(draft, draft.declared.get(node.id), ['verify', i], what, 'verify with a node that needs less')
    }
  }
}

function mendFor(context: Context, node: FlowNode, name: string, known: Map<string, Set<string>>): string {
  const incoming = Object.values(context.draft.library.nodes).flatMap(edgesOf)
  const lacking = incoming.find(
    (edge) => edge.to === node.id && edge.kind !== 'verify' && !(known.get(edge.from)?.has(name) ?? true),
  )
  const where = lacking === undefined ? '' : ` (not known on the way from ${lacking.from})`
  return `learn it on every way here${where}, or route around with a fork on has(${name})`
}

/** Every expression asks for them; while flows are checked no fact is added. */
const groupsKnown = new WeakMap<Context, Set<string>>()

function groupsOf(context: Context): Set<string> {
  const known = groupsKnown.get(context)
  if (known) return known
  const groups = new Set(Object.keys(context.draft.library.facts).map((name) => name.slice(0, name.indexOf('.'))))
  groupsKnown.set(context, groups)
  return groups
}

/** What is known where a way's texts are evaluated: earlier conditions failed, its own holds. */
function knownOn(
  context: Context,
  node: FlowNode,
  way: number,
  here: ReadonlySet<string>,
  role: Written['role'] | 'leave',
): Set<string> {
  const groups = groupsOf(context)
  const expressions = context.expressions(readerOf(node))
  const { ways } = waysOf(node)
  let known = new Set(here)
  if (node.kind === 'probe')
    known = union(
      known,
      neededBy(node).map(({ name }) => name),
    )
  if (node.kind !== 'ask') {
    for (const [i, each] of ways.slice(0, way + 1).entries()) {
      const tree = each.when === undefined ? null : expressions.parse(each.when)
      if (tree === null) continue
      const { whenTrue, whenFalse } = knownBy(tree, groups)
      if (i < way) known = union(known, whenFalse)
      else if (role !== 'when') known = union(known, whenTrue)
    }
  }
  const learns = role === 'found' || role === 'leave'
  if (!learns) return known
  const taken = ways[way]
  const forgets = taken !== undefined && 'forgets' in taken ? taken.forgets : []
  const kept = new Set([...known].filter((name) => !forgets.includes(name.slice(0, name.indexOf('.')))))
  return union(kept, Object.keys(taken?.learn ?? {}))
}

/** Facts known on every way to each node that a walk can reach. */
function factsKnown(context: Context): Map<string, Set<string>> {
  const { library, custom } = context.draft
  const edges = Object.values(library.nodes).flatMap(edgesOf)
  const from = new Map<string, Edge[]>()
  for (const edge of edges) from.set(edge.from, [...(from.get(edge.from) ?? []), edge])
  const starts = entries(library, custom)
  const walked = reachable(starts, (id) => (from.get(id) ?? []).filter((e) => e.kind !== 'verify').map((e) => e.to))
  const known = new Map<string, Set<string>>()
  const open: string[] = []
  const arrive = (id: string, facts: Set<string>) => {
    if (!library.nodes[id]) return
    const before = known.get(id)
    const after = before === undefined ? facts : both(before, facts)
    if (before !== undefined && after.size === before.size) return
    known.set(id, after)
    open.push(id)
  }
  for (const start of starts) arrive(start, new Set(GIVEN.filter((name) => library.facts[name])))
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = library.nodes[id]
    const here = known.get(id)
    if (node === undefined || here === undefined) continue
    for (const edge of from.get(id) ?? []) {
      // Verifying looks again at what was looked at; only what is looked at for nothing else begins there.
      if (edge.kind === 'verify' && walked.has(edge.to)) continue
      arrive(edge.to, edge.way === null ? here : knownOn(context, node, edge.way, here, 'leave'))
    }
  }
  return known
}
