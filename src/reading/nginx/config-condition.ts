/** The condition of an `if`, taken apart. */
export type Condition =
  | { kind: 'file'; test: 'f' | 'd' | 'e' | 'x'; negated: boolean; path: string }
  | { kind: 'compare'; left: string; op: string; right: string }
  | { kind: 'truth'; left: string }
  | { kind: 'unknown' }

/** Variables whose comparison says nothing secret and that can be known for a plain GET. */
const PLAIN = /^\$(request_method|scheme|host|http_host|request_uri|uri|document_uri|server_port|https|server_name)$/
/** What stands for a value that is not kept. */
export const HIDDEN = '…'

/**
 * The words of an `if` condition that may be kept, between parentheses: variables and file tests
 * whole; the value that a variable is compared with only where it is no secret. Idempotent.
 */
export function conditionWords(args: readonly string[]): string[] {
  const words = bareWords(args)
  const [left = '', op = ''] = words
  if (words.length < 3) return ['(', ...words, ')']
  const right = words.slice(2).join(' ')
  return ['(', left, op, PLAIN.test(left) || isFlagWord(right) ? right : HIDDEN, ')']
}

/** Takes the arguments of an `if`, kept or not. Never throws. */
export function parseCondition(args: readonly string[]): Condition {
  const words = bareWords(args)
  const [left = '', op = '', ...rest] = words
  const right = rest.join(' ')
  const test = /^(!?)-([fdex])$/.exec(left)
  if (test !== null && words.length === 2) {
    const kind = test[2]
    if (kind === 'f' || kind === 'd' || kind === 'e' || kind === 'x') {
      return { kind: 'file', test: kind, negated: test[1] === '!', path: op }
    }
  }
  if (!left.startsWith('$')) return { kind: 'unknown' }
  if (words.length === 1) return { kind: 'truth', left }
  if (words.length < 3 || right === HIDDEN) return { kind: 'unknown' }
  return { kind: 'compare', left, op, right }
}

/** Without the parentheses, which may or may not touch a word. */
function bareWords(args: readonly string[]): string[] {
  const words = [...args]
  const first = words[0]
  if (first?.startsWith('(')) words[0] = first.slice(1)
  const last = words.length - 1
  const end = words[last]
  if (end?.endsWith(')')) words[last] = end.slice(0, -1)
  return words.filter((word, i) => word !== '' || (i > 0 && i < last))
}

function isFlagWord(value: string): boolean {
  return value === HIDDEN || /^(\d{1,3}|on|off|true|false|yes|no|[A-Z]{1,8}|)$/.test(value)
}
