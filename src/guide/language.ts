import { createExpressions } from '../flow/cel.ts'
import type { Library } from '../flow/types.ts'
import type { Language } from './judge.ts'

/** The flow room's expressions, bound to a library's facts. */
export function createLanguage(library: Library): Language {
  const expressions = createExpressions(library.facts, 'any')
  return {
    evaluate: (expression, facts, out) => expressions.evaluate(expression, { facts, out }),
    render: (template, facts, out) => expressions.render(template, { facts, out }),
  }
}
