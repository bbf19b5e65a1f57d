import type { ASTNode } from '@marcbachmann/cel-js'
import { nearest } from '../words/nearest.ts'
import { boundBy, childrenOf, factOf } from './cel-tree.ts'

export interface Refusal {
  says: string
  mend?: string
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
  const refuse = (says: string, mend?: string): Refusal => ({ says, ...(mend ? { mend } : {}), offset: node.start })
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'number')
        return refuse('there are no doubles', 'use whole numbers: milliseconds, bytes, per mille')
      if (node.args === null) return refuse('there is no null', 'compare with "", 0 or []; has() asks for a fact')
      return typeof node.args === 'object' ? refuse('only text, whole numbers, true and false can be written') : null
    case '.?':
    case '[?]':
      return refuse('there are no optionals', 'ask for a fact with has()')
    case 'id':
      if (bound.has(node.args) || node.args === 'out') return null
      if (groups.has(node.args)) return refuse(`"${node.args}" is a group of facts`, 'name one fact of it')
      return refuse(`nothing is called "${node.args}"`, meant(node.args, [...groups, 'out']))
    case '.': {
      const fact = factOf(node, groups)
      return fact === null || facts.has(fact.name)
        ? null
        : refuse(`there is no fact "${fact.name}"`, meant(fact.name, facts))
    }
    case 'call':
      return refusedCall(node.args[0], node.args[1], refuse, groups, facts)
    case 'rcall': {
      const variable = boundBy(node)
      if (variable !== null && (groups.has(variable) || variable === 'out' || bound.has(variable))) {
        return refuse(`"${variable}" already means something`, `name the variable of ${node.args[0]}() otherwise`)
      }
      return METHODS.has(node.args[0])
        ? null
        : refuse(`${node.args[0]}() is not used in flows`, meantCall(node.args[0], METHODS))
    }
    default:
      return null
  }
}

function refusedCall(
  name: string,
  args: readonly ASTNode[],
  refuse: (says: string, mend?: string) => Refusal,
  groups: ReadonlySet<string>,
  facts: ReadonlySet<string>,
): Refusal | null {
  if (!FUNCTIONS.has(name)) return refuse(`${name}() is not used in flows`, meantCall(name, FUNCTIONS))
  if (name !== 'has') return null
  const [argument] = args
  const fact = argument === undefined ? null : factOf(argument, groups)
  if (fact !== null)
    return facts.has(fact.name) ? null : refuse(`there is no fact "${fact.name}"`, meant(fact.name, facts))
  if (argument?.op === '.' && argument.args[0].op === 'id') {
    const guess = `${argument.args[0].args}.${argument.args[1]}`
    if (argument.args[0].args !== 'out') return refuse(`there is no fact "${guess}"`, meant(guess, facts))
  }
  return refuse('has() asks for a fact, group.name', 'leave it out: the fields of out are always there')
}

function meant(name: string, known: Iterable<string>): string | undefined {
  const word = nearest(name, known)
  return word === null ? undefined : `did you mean "${word}"?`
}

function meantCall(name: string, known: ReadonlySet<string>): string {
  const word = nearest(name, known)
  return word === null ? `use one of ${[...known].join(', ')}` : `did you mean ${word}()?`
}
