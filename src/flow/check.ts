import { type RecordType, t } from '../words/value.ts'
import { createExpressions, type Expressions } from './cel.ts'
import type { Catalogue, Context } from './checks/context.ts'
import { checkLiterals, checkNext, checkUse } from './checks/data.ts'
import { checkExplained } from './checks/explained.ts'
import { checkExpressions } from './checks/expressions.ts'
import { checkGraph } from './checks/graph.ts'
import { checkKnowledge } from './checks/knowledge.ts'
import { checkNames } from './checks/names.ts'
import { checkProbes } from './checks/probes.ts'
import { checkVerdicts } from './checks/verdicts.ts'
import { checkWays } from './checks/ways.ts'
import { type Draft, spoilt } from './draft.ts'

export type { Catalogue } from './checks/context.ts'

/** What `read: text` gives. */
const TEXT: RecordType = t.record({ complete: t.bool, text: t.string })

/**
 * Holds a draft against every guarantee of the language; problems are added to it.
 * While a file cannot be read, or a name leads nowhere, what looks at the whole tree waits: it would
 * report the consequences of one mistake as many.
 */
export function checkDraft(draft: Draft, catalogue: Catalogue): void {
  const whole = draft.problems.length === 0
  const context: Context = { draft, catalogue, expressions: perReader(draft, catalogue) }
  checkNames(context)
  const named = draft.problems.length === 0
  checkWays(context)
  checkLiterals(context)
  checkNext(context)
  if (!spoilt(draft, 'commands')) {
    checkProbes(context)
    checkExplained(context)
  }
  if (!spoilt(draft, 'facts')) checkExpressions(context)
  if (whole) checkKnowledge(context)
  if (named) checkUse(context)
  if (named) checkGraph(context)
  if (named) checkVerdicts(context)
}

/** One set of expressions for each reader, made when it is first needed. */
function perReader(draft: Draft, catalogue: Catalogue): (reader: string | null) => Expressions {
  const made = new Map<string | null, Expressions>()
  return (reader) => {
    const known = made.get(reader)
    if (known) return known
    const output = reader === null ? null : (catalogue.readers[reader]?.output ?? (reader === 'text' ? TEXT : null))
    const fresh = createExpressions(draft.library.facts, output)
    made.set(reader, fresh)
    return fresh
  }
}
