import { complain } from '../draft.ts'
import type { FlowNode, Library } from '../types.ts'
import { type Context, ENTRY_FLOW, waysOf } from './context.ts'

export interface Edge {
  from: string
  to: string
  kind: 'go' | 'blind' | 'aside' | 'verify'
  below: (string | number)[]
  /** Where the way goes on that has this aside. */
  onward: string
  /** Index of the branch or option. */
  way: number | null
}

/** Every way out of a node, asides and verifications among them. */
export function edgesOf(node: FlowNode): Edge[] {
  const from = node.id
  const { key, ways } = waysOf(node)
  const edges: Edge[] = ways.flatMap((way, i) => {
    const asides = 'aside' in way ? way.aside : []
    return [
      { from, to: way.go, kind: 'go' as const, below: [key, i, 'go'], onward: way.go, way: i },
      ...asides.map((to, j) => ({
        from,
        to,
        kind: 'aside' as const,
        below: [key, i, 'aside', j],
        onward: way.go,
        way: i,
      })),
    ]
  })
  if (node.kind === 'probe') {
    edges.push({ from, to: node.blind.go, kind: 'blind', below: ['blind', 'go'], onward: node.blind.go, way: null })
  }
  if (node.kind === 'ask' && node.open !== undefined) {
    edges.push({ from, to: node.open.go, kind: 'blind', below: ['open', 'go'], onward: node.open.go, way: null })
  }
  if (node.kind === 'verdict') {
    edges.push(
      ...node.verify.map((to, i) => ({
        from,
        to,
        kind: 'verify' as const,
        below: ['verify', i],
        onward: to,
        way: null,
      })),
    )
  }
  return edges
}

/** Where walks begin: the entry flow, and each flow of a custom folder. */
export function entries(library: Library, custom: ReadonlySet<string>): string[] {
  const flows = Object.values(library.flows).filter((flow) => flow.name === ENTRY_FLOW || custom.has(flow.name))
  return flows.map((flow) => flow.start)
}

export function reachable(from: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...next(id))
  }
  return seen
}

/** Every node is reachable, every way ends, asides come back and nothing else does. */
export function checkGraph(context: Context): void {
  const { draft } = context
  const { nodes } = draft.library
  const all = Object.values(nodes).flatMap(edgesOf)
  const from = new Map<string, Edge[]>()
  for (const edge of all) from.set(edge.from, [...(from.get(edge.from) ?? []), edge])
  const next = (kinds: readonly Edge['kind'][]) => (id: string) =>
    (from.get(id) ?? []).filter((edge) => kinds.includes(edge.kind)).map((edge) => edge.to)
  const starts = entries(draft.library, draft.custom)
  const everywhere = reachable(starts, next(['go', 'blind', 'aside', 'verify']))
  const main = reachable(starts, next(['go', 'blind']))

  for (const id of Object.keys(nodes)) {
    if (everywhere.has(id)) continue
    const mend = 'let a branch go there, or remove it'
    complain(draft, draft.declared.get(id), [], `no way leads to "${id}"`, mend, 'key')
  }
  const ends = Object.values(nodes).filter((node) => node.kind === 'verdict' || node.kind === 'end')
  const ways = all.filter((edge) => edge.kind === 'go' || edge.kind === 'blind')
  const back = new Map<string, string[]>()
  for (const { from: a, to: b } of ways) back.set(b, [...(back.get(b) ?? []), a])
  const ending = reachable([...ends.map((node) => node.id), 'back'], (id) => back.get(id) ?? [])
  for (const id of Object.keys(nodes)) {
    if (ending.has(id)) continue
    const mend = 'let one of its ways end in a verdict, or in an end that says what stays open'
    complain(draft, draft.declared.get(id), [], `no way from "${id}" ever ends`, mend, 'key')
  }
  for (const edge of ways) {
    if (edge.to !== 'back' || !main.has(edge.from)) continue
    const mend = 'name a node: only a node that is visited as an aside can go back'
    complain(draft, draft.declared.get(edge.from), edge.below, 'there is nothing to go back to', mend)
  }
  for (const edge of all) {
    if (edge.kind !== 'aside') continue
    const inside = reachable([edge.to], next(['go', 'blind']))
    const end = ends.find((node) => inside.has(node.id))
    if (end === undefined) continue
    const what = `the aside "${edge.to}" can end in "${end.id}"`
    complain(draft, draft.declared.get(edge.from), edge.below, what, 'an aside adds findings and goes back')
  }
  checkForks(context, next(['go']))
}

/** Forks that lead to each other learn nothing on the way: they would turn for ever. */
function checkForks({ draft }: Context, next: (id: string) => readonly string[]): void {
  const { nodes } = draft.library
  const isFork = (id: string) => nodes[id]?.kind === 'fork'
  for (const id of Object.keys(nodes).filter(isFork)) {
    const onward = (from: string) => next(from).filter(isFork)
    if (!reachable(onward(id), onward).has(id)) continue
    const mend = 'let one of them look at something or end'
    complain(draft, draft.declared.get(id), [], `forks lead in a circle through "${id}"`, mend, 'key')
  }
}

/** For each node, the nodes that may come after it on one walk, asides included. */
export function laterThan(library: Library): (way: string, branch: number) => Set<string> {
  const all = Object.values(library.nodes).flatMap(edgesOf)
  const next = new Map<string, string[]>()
  const add = (a: string, b: string) => next.set(a, [...(next.get(a) ?? []), b])
  for (const edge of all) {
    if (edge.kind === 'verify') continue
    add(edge.from, edge.to)
    if (edge.kind !== 'aside') continue
    // An aside comes back to where the way goes on; what it found stands for all that follows.
    for (const inside of reachable([edge.to], (id) => followers(all, id))) add(inside, edge.onward)
  }
  return (node, branch) => {
    const starts = all
      .filter((edge) => edge.from === node && edge.way === branch)
      .flatMap((edge) => [edge.to, edge.onward])
    const own = [...(next.get(node) ?? [])].filter(() => starts.includes('back'))
    return reachable([...starts, ...own], (id) => next.get(id) ?? [])
  }
}

function followers(all: readonly Edge[], id: string): string[] {
  return all.filter((edge) => edge.from === id && (edge.kind === 'go' || edge.kind === 'blind')).map((edge) => edge.to)
}
