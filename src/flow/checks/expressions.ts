import type { Checked } from '../cel.ts'
import { celName, hopsTypes } from '../cel-types.ts'
import { complain } from '../draft.ts'
import { type FlowNode, factValueType } from '../types.ts'
import { absenceIn } from './absence.ts'
import { type Context, readerOf } from './context.ts'
import { type Written, writtenIn } from './texts.ts'

/** Every expression and template type-checks, and no branch takes what it did not see for absent. */
export function checkExpressions(context: Context): void {
  for (const node of Object.values(context.draft.library.nodes)) {
    for (const written of writtenIn(node)) checkWritten(context, node, written)
  }
}

function checkWritten(context: Context, node: FlowNode, written: Written): void {
  const { draft } = context
  const place = draft.declared.get(node.id)
  const reader = readerOf(node)
  // A reader that does not exist is reported by its own name, once.
  if (written.out && reader !== null && reader !== 'text' && !context.catalogue.readers[reader]) return
  const expressions = context.expressions(written.out ? reader : null)
  const expected = expectedTypes(context, node, written)
  const checked: Checked =
    written.kind === 'template' ? expressions.checkTemplate(written.text) : expressions.check(written.text, expected)
  if (!checked.ok) {
    complain(draft, place, written.below, checked.says, checked.mend ?? mendFor(written, expected), checked.offset)
    return
  }
  if (written.role !== 'when' || node.kind === 'fork' || node.kind === 'verdict') return
  const tree = expressions.parse(written.text)
  const absent = tree === null ? null : absenceIn(tree)
  if (absent === null) return
  const mend = 'write `out.complete && …`: absent counts only where it could have been seen'
  complain(draft, place, written.below, 'this holds when something was not seen', mend, absent)
}

function expectedTypes(context: Context, node: FlowNode, written: Written): string[] | undefined {
  if (written.role === 'when') return ['bool']
  if (written.role === 'hops') {
    const reader = context.catalogue.readers[readerOf(node) ?? '']
    return reader ? hopsTypes(reader.output) : ['list<map<string, string>>']
  }
  if (written.role !== 'learn') return undefined
  const type = context.draft.library.facts[written.fact ?? '']?.type
  return type === undefined ? undefined : [celName(factValueType(type))]
}

function mendFor(written: Written, expected: readonly string[] | undefined): string {
  if (written.kind === 'template') return 'write facts as {group.name} and what was seen as {out.field}'
  if (written.role === 'when') return 'write a condition over facts and out that is true or false'
  if (written.role === 'hops') return 'write a list of { kind, vendor, role }, all text'
  return `write an expression of type ${expected?.join(' or ').replaceAll('google.protobuf.Timestamp', 'timestamp') ?? 'the fact'}`
}
