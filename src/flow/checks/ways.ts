import { complain } from '../draft.ts'
import { type Context, waysOf } from './context.ts'

/** Branches are ordered: each has its own id, all but the last a `when`, the last none. */
export function checkWays({ draft }: Context): void {
  for (const node of Object.values(draft.library.nodes)) {
    const place = draft.declared.get(node.id)
    const { key, ways } = waysOf(node)
    const seen = new Set<string>()
    for (const [i, way] of ways.entries()) {
      const what = key === 'options' ? 'option' : 'branch'
      if (seen.has(way.id)) {
        complain(
          draft,
          place,
          [key, i, 'id'],
          `two ${what}es are called "${way.id}"`.replace('optiones', 'options'),
          'rename one: proofs name them',
        )
      }
      seen.add(way.id)
      if (node.kind === 'ask') continue
      const last = i === ways.length - 1
      if (last && way.when !== undefined) {
        const mend = 'remove its when, or add a branch without one: something must hold when nothing else does'
        complain(draft, place, [key, i, 'when'], 'the last branch has a when', mend, 'key')
      }
      if (!last && way.when === undefined) {
        const mend = 'add a when, or move it to the end: what stands below is never reached'
        complain(draft, place, [key, i], `branch "${way.id}" has no when and is not the last`, mend)
      }
      if (node.kind === 'probe' && way.found === undefined) {
        const mend = 'add found: one sentence with what was seen in it'
        complain(draft, place, [key, i], `branch "${way.id}" does not say what was found`, mend)
      }
    }
  }
}
