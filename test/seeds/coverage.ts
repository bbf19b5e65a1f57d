import type { Library } from '../../src/flow/types.ts'

/** One thing that an article says. */
export interface Item {
  /** `S0-01`: the article, and its number in it. */
  id: string
  /** def, cause, shape, place, step, cmd, fix, mistake, scenario, row, faq, verify, prevent, user, link, sys. */
  kind: string
  says: string
  /** Corrections that apply: the vendors say otherwise. */
  corrected?: string[]
  /** Who carries it, besides whoever names it in `sources`. */
  carried?: string[]
  /** Why nobody is to carry it. */
  left?: string
}

/** A claim of the articles that vendors contradict. */
export interface Correction {
  id: string
  claim: string
  right: string
  source?: string
}

export interface Articles {
  items: Item[]
  corrections: Correction[]
}

/** An item with everybody who carries it; `unknown` are carriers that are not there. */
export interface Carried {
  item: Item
  by: string[]
  unknown: string[]
}

/** Who carries each item of the articles. */
export function coverage({ items }: Articles, library: Library): Carried[] {
  const known = carriersIn(library)
  const naming = namingIn(library)
  return items.map((item) => {
    const own = item.carried ?? []
    return {
      item,
      by: [...new Set([...(naming.get(item.id) ?? []), ...own.filter((one) => known.has(one))])],
      unknown: own.filter((one) => !known.has(one)),
    }
  })
}

/** Nobody carries it, and nobody says why not. */
export const isMissing = ({ item, by }: Carried): boolean => by.length === 0 && item.left === undefined

/** Everything that can carry an item, by the name that `carried` calls it. */
function carriersIn(library: Library): Set<string> {
  return new Set([
    ...Object.keys(library.nodes),
    ...Object.keys(library.remedies).map((id) => `remedy:${id}`),
    ...library.glossary.map(({ term }) => `term:${term}`),
    ...library.signatures.map(({ id }) => `signature:${id}`),
    ...library.fingerprints.map(({ id }) => `fingerprint:${id}`),
  ])
}

/** Verdicts and remedies, by the items that they name. */
function namingIn(library: Library): Map<string, string[]> {
  const naming = new Map<string, string[]>()
  const name = (sources: readonly string[], carrier: string) => {
    for (const id of sources) naming.set(id, [...(naming.get(id) ?? []), carrier])
  }
  for (const [id, node] of Object.entries(library.nodes)) if (node.kind === 'verdict') name(node.sources, id)
  for (const [id, { sources }] of Object.entries(library.remedies)) name(sources, `remedy:${id}`)
  return naming
}
