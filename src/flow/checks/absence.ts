import type { ASTNode } from '@marcbachmann/cel-js'
import { childrenOf } from '../cel-tree.ts'

/** Comparisons, and what each becomes under a negation or with its sides changed. */
const NEGATED: Record<string, string> = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' }
const MIRRORED: Record<string, string> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

/**
 * Where a condition rests on something that was *not* seen in `out` without saying `out.complete`:
 * characters into the expression, or null. Seen counts also in partial output; absent counts only
 * where it could have been seen.
 */
export function absenceIn(node: ASTNode): number | null {
  return find(node, true, false)
}

/** `positive`: must be true for the whole to be true. `covered`: `out.complete` holds beside it. */
function find(node: ASTNode, positive: boolean, covered: boolean): number | null {
  switch (node.op) {
    case '&&':
    case '||': {
      const together = (node.op === '&&') === positive
      const inner = covered || (together && positive && conjuncts(node).some(isComplete))
      return find(node.args[0], positive, inner) ?? find(node.args[1], positive, inner)
    }
    case '!_':
      return isComplete(node.args) ? null : find(node.args, !positive, covered)
    case '?:': {
      const [condition, yes, no] = node.args
      const when = isLiteral(yes, false) ? null : find(condition, true, covered)
      const unless = isLiteral(no, false) ? null : find(condition, false, covered)
      return when ?? unless ?? find(yes, positive, covered) ?? find(no, positive, covered)
    }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(node.op, node.args[0], node.args[1], positive, covered) ? node.start : null
    case 'in':
      return !positive && !covered && touchesOut(node.args[1]) ? node.start : null
    case 'rcall':
      return inCall(node, node.args[0], node.args[1], node.args[2], positive, covered)
    case 'call':
      return node.args[0] === 'has' || positive || covered || !touchesOut(node) ? null : node.start
    case '.':
    case '[]':
    case 'id':
      return positive || covered || isComplete(node) || !touchesOut(node) ? null : node.start
    default:
      return null
  }
}

function inCall(
  node: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  positive: boolean,
  covered: boolean,
): number | null {
  const about = touchesOut(receiver)
  const predicate = args.at(-1)
  switch (name) {
    case 'exists':
      if (positive) return predicate ? find(predicate, true, covered) : null
      return about && !covered ? node.start : null
    case 'all':
      if (!positive) return predicate ? find(predicate, false, covered) : null
      return about && !covered ? node.start : null
    case 'exists_one':
      return about && !covered ? node.start : null
    default:
      return positive || covered || !touchesOut(node) ? null : node.start
  }
}

/** Does a comparison hold because something is not there: `== 0`, `< 1`, `== false`, `== []`? */
function compare(op: string, left: ASTNode, right: ASTNode, positive: boolean, covered: boolean): boolean {
  if (covered) return false
  const flipped = left.op === 'value' || left.op === 'list'
  const subject = flipped ? right : left
  const value = flipped ? left : right
  if (!touchesOut(subject) || isComplete(subject)) return false
  const sided = flipped ? (MIRRORED[op] ?? op) : op
  const real = positive ? sided : (NEGATED[sided] ?? sided)
  const nothing = isLiteral(value, 0n) || isLiteral(value, false) || (value.op === 'list' && value.args.length === 0)
  if (real === '==') return nothing
  if (real === '!=') return isLiteral(value, true)
  if (real === '<') return isLiteral(value, 1n)
  return real === '<=' && isLiteral(value, 0n)
}

function conjuncts(node: ASTNode): ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjuncts) : [node]
}

function isComplete(node: ASTNode): boolean {
  return node.op === '.' && node.args[1] === 'complete' && node.args[0].op === 'id' && node.args[0].args === 'out'
}

function isLiteral(node: ASTNode, value: bigint | boolean): boolean {
  return node.op === 'value' && node.args === value
}

function touchesOut(node: ASTNode): boolean {
  return (node.op === 'id' && node.args === 'out') || childrenOf(node).some(touchesOut)
}
