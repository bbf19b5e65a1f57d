import type { ASTNode } from '@marcbachmann/cel-js'
import { nearest } from '../words/nearest.ts'
import { boundBy, childrenOf, factOf } from './cel-tree.ts'

export interface Refusal {
  says: string
  /** Characters into the expression. */
  offset: number
}

const FUNCTIONS = new Set(['has', 'size', 'int', 'string', 'timestamp', 'duration', 'covers', 'hostPort', 'urlOf'])
const METHODS = new Set([
  ...['exists', 'exists_one', 'all', 'filter', 'map', 'size', 'join'],
  ...['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim'],
])

/**
 * What flows leave out of CEL: whatever lets a misspelt name pass (`dyn`, optionals, a bare `has`),
 * takes more than linear time (`matches`), or compares badly (doubles, null). Null when there is nothing.
 */
export function refusedIn(
  node: ASTNode,
  groups: ReadonlySet<string>,
  facts: ReadonlySet<string>,
  bound: ReadonlySet<string> = new Set(),
): Refusal | null {
  const own = refusedHere(node, groups, facts, bound)
  if (own) return own
  if (factOf(node, groups)) return null
  if (node.op === 'call' && node.args[0] === 'has') return null
  const variable = boundBy(node)
  const inside = variable === null ? bound : new Set([...bound, variable])
  for (const child of childrenOf(node)) {
    const found = refusedIn(child, groups, facts, inside)
    if (found) return found
  }
  return null
}

function refusedHere(
  node: ASTNode,
  groups: ReadonlySet<string>,
  facts: ReadonlySet<string>,
  bound: ReadonlySet<string>,
): Refusal | null {
  const refuse = (says: string): Refusal => ({ says, offset: node.start })
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'number')
        return refuse('there are no doubles: milliseconds, bytes and per mille are ints')
      if (node.args === null) return refuse('there is no null: readings are total, and has() asks for a fact')
      return typeof node.args === 'object' ? refuse('only text, whole numbers, true and false can be written') : null
    case '.?':
    case '[?]':
      return refuse('there are no optionals: has() asks for a fact')
    case 'id':
      if (bound.has(node.args) || node.args === 'out') return null
      return refuse(
        groups.has(node.args) ? `"${node.args}" is a group: name one fact of it` : unknownName(node.args, groups),
      )
    case '.': {
      const fact = factOf(node, groups)
      return fact === null || facts.has(fact.name) ? null : refuse(unknownFact(fact.name, facts))
    }
    case 'call':
      return refusedCall(node.args[0], node.args[1], refuse, groups, facts)
    case 'rcall': {
      const variable = boundBy(node)
      if (variable !== null && (groups.has(variable) || variable === 'out' || bound.has(variable))) {
        return refuse(`"${variable}" already means something: name the variable of ${node.args[0]}() otherwise`)
      }
      return METHODS.has(node.args[0]) ? null : refuse(unknownCall(node.args[0], METHODS))
    }
    default:
      return null
  }
}

function refusedCall(
  name: string,
  args: readonly ASTNode[],
  refuse: (says: string) => Refusal,
  groups: ReadonlySet<string>,
  facts: ReadonlySet<string>,
): Refusal | null {
  if (!FUNCTIONS.has(name)) return refuse(unknownCall(name, FUNCTIONS))
  if (name !== 'has') return null
  const [argument] = args
  const fact = argument === undefined ? null : factOf(argument, groups)
  if (fact !== null) return facts.has(fact.name) ? null : refuse(unknownFact(fact.name, facts))
  if (argument?.op === '.' && argument.args[0].op === 'id') {
    const guess = `${argument.args[0].args}.${argument.args[1]}`
    if (argument.args[0].args !== 'out') return refuse(unknownFact(guess, facts))
  }
  return refuse('has() asks for a fact, group.name; the fields of out are always there')
}

function unknownFact(name: string, facts: ReadonlySet<string>): string {
  const meant = nearest(name, facts)
  return `there is no fact "${name}"${meant === null ? '' : `; did you mean "${meant}"?`}`
}

function unknownName(name: string, groups: ReadonlySet<string>): string {
  const meant = nearest(name, [...groups, 'out'])
  return `nothing is called "${name}"${meant === null ? '' : `; did you mean "${meant}"?`}`
}

function unknownCall(name: string, known: ReadonlySet<string>): string {
  const meant = nearest(name, known)
  const hint = meant === null ? `use one of ${[...known].join(', ')}` : `did you mean ${meant}()?`
  return `${name}() is not used in flows; ${hint}`
}
