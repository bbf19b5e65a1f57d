import { createExpressions } from '../flow/cel.ts'
import type { Library } from '../flow/types.ts'
import type { Language } from './judge.ts'

const made = new WeakMap<Library, Language>()

/** The flow room's expressions, bound to a library's facts; made once, as each expression is parsed once. */
export function createLanguage(library: Library): Language {
  const known = made.get(library) ?? make(library)
  made.set(library, known)
  return known
}

function make(library: Library): Language {
  const expressions = createExpressions(library.facts, 'any')
  return {
    evaluate: (expression, facts, out) => expressions.evaluate(expression, { facts, out }),
    render: (template, facts, out) => expressions.render(template, { facts, out }),
  }
}
