import { nearest } from '../../words/nearest.ts'
import { complain } from '../draft.ts'
import type { FlowNode } from '../types.ts'
import { type Context, waysOf } from './context.ts'
import { laterThan } from './graph.ts'

/** Every verdict can be reached with its proofs, says what competes with it, and has been seen. */
export function checkVerdicts(context: Context): void {
  const { draft, catalogue } = context
  const { nodes, uncovered } = draft.library
  const later = laterThan(draft.library)
  for (const node of Object.values(nodes)) {
    if (node.kind !== 'verdict') continue
    const place = draft.declared.get(node.id)
    if (node.rivals.length === 0 && node.noRivals === undefined) {
      const mend = 'name the causes that look alike, or write { none: "why nothing else can explain it" }'
      complain(draft, place, ['rivals'], 'a verdict without rivals must say why', mend)
    }
    for (const key of ['rivals', 'symptoms'] as const) {
      const i = node[key].indexOf(node.cause)
      if (i >= 0) complain(draft, place, [key, i], `${node.cause} stands among its own ${key}`, 'remove it')
    }
    const twice = node.rivals.find((rival) => node.symptoms.includes(rival))
    if (twice !== undefined) {
      const mend = 'keep it in one: a rival must be ruled out, a symptom is explained'
      complain(draft, place, ['rivals'], `${twice} is both a rival and a symptom`, mend)
    }
    checkProofs(context, node, later)
    if (catalogue.recorded === null || draft.custom.has(node.flow)) continue
    const recorded = catalogue.recorded.has(node.id)
    if (!recorded && uncovered[node.id] === undefined) {
      const mend = 'record an incident that ends here, or give the reason in uncovered.yaml'
      complain(draft, place, ['verdict'], `no recorded case reaches "${node.id}"`, mend, 'key')
    }
  }
  for (const [id, place] of draft.uncovered) {
    if (nodes[id]?.kind !== 'verdict') {
      const verdicts = Object.values(nodes).filter((node) => node.kind === 'verdict')
      const meant = nearest(
        id,
        verdicts.map((node) => node.id),
      )
      const mend = meant === null ? 'remove it' : `did you mean "${meant}"?`
      if (nodes[id] !== undefined || !draft.declared.has(id))
        complain(draft, place, [], `there is no verdict "${id}"`, mend, 'key')
    } else if (catalogue.recorded?.has(id)) {
      complain(draft, place, [], `a recorded case reaches "${id}"`, 'remove this entry', 'key')
    }
  }
}

function checkProofs(
  { draft }: Context,
  node: Extract<FlowNode, { kind: 'verdict' }>,
  later: (node: string, branch: number) => Set<string>,
): void {
  for (const [i, entry] of node.proof.entries()) {
    for (const [j, proof] of entry.entries()) {
      const dot = proof.lastIndexOf('.')
      const proving = draft.library.nodes[proof.slice(0, dot)]
      if (proving === undefined) continue
      const branch = waysOf(proving).ways.findIndex((way) => way.id === proof.slice(dot + 1))
      if (branch < 0 || later(proving.id, branch).has(node.id)) continue
      const below = entry.length > 1 ? ['proof', i, j] : ['proof', i]
      const mend = 'remove it, or let that branch lead here'
      complain(draft, draft.declared.get(node.id), below, `no way from ${proof} leads to this verdict`, mend)
    }
  }
}
