import { compileLiteral } from '../../reading/literal.ts'
import { nearest } from '../../words/nearest.ts'
import { complain, isBroken } from '../draft.ts'
import { parseFact } from '../fact-value.ts'
import { type Context, GIVEN_GROUPS, neededBy, waysOf, welcomeTo } from './context.ts'
import { factsIn } from './texts.ts'

/** Facts and remedies: examples parse, nothing lies about unused. */
export function checkUse(context: Context): void {
  checkFacts(context)
  checkRemedies(context)
}

/** Where one is sent to look next, there is a node. */
export function checkNext({ draft }: Context): void {
  for (const { for: what, node } of Object.values(draft.library.next)) {
    if (node === undefined || Object.hasOwn(draft.library.nodes, node)) continue
    const flow = node.slice(0, Math.max(0, node.indexOf('/')))
    if (isBroken(draft, flow)) continue
    const meant = nearest(node, Object.keys(draft.library.nodes))
    const mend = meant === null ? 'name it flow/node' : `did you mean "${meant}"?`
    complain(draft, draft.next.get(what), ['node'], `there is no node "${node}"`, mend)
  }
}

/** Signatures and fingerprints are literals with typed holes. */
export function checkLiterals({ draft }: Context): void {
  for (const signature of draft.library.signatures) {
    const wrong = compileError(signature.match)
    const place = draft.signatures.get(`${signature.source}/${signature.id}`)
    if (wrong !== null) complain(draft, place, ['match'], wrong, LITERAL_MEND)
  }
  for (const fingerprint of draft.library.fingerprints) {
    const place = draft.fingerprints.get(fingerprint.id)
    const { headers = {}, body = [], shown = [], reason, status, absent } = fingerprint
    for (const [name, literal] of Object.entries(headers)) {
      const wrong = literal === '*' ? null : compileError(literal)
      if (wrong !== null) complain(draft, place, ['headers', name], wrong, LITERAL_MEND)
    }
    for (const [i, literal] of body.entries()) {
      const wrong = compileError(literal)
      if (wrong !== null) complain(draft, place, ['body', i], wrong, LITERAL_MEND)
    }
    for (const [i, literal] of shown.entries()) {
      const wrong = compileError(literal)
      if (wrong !== null) complain(draft, place, ['shown', i], wrong, LITERAL_MEND)
    }
    const wrong = reason === undefined ? null : compileError(reason)
    if (wrong !== null) complain(draft, place, ['reason'], wrong, LITERAL_MEND)
    const marks = Object.keys(headers).length + body.length + shown.length
    if (marks === 0 && reason === undefined && status === undefined && absent === undefined) {
      complain(
        draft,
        place,
        [],
        `fingerprint "${fingerprint.id}" fits every response`,
        'give a status, headers or body',
      )
    }
  }
}

const LITERAL_MEND =
  'write literal text with holes: {name}, {name:int}, {name:path}, {name:word}, {name:rest} at the end'

function compileError(literal: string): string | null {
  try {
    compileLiteral(literal)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function checkFacts(context: Context): void {
  const { draft, catalogue } = context
  const { facts, nodes } = draft.library
  const learned = new Set<string>()
  const used = new Set<string>()
  for (const reader of Object.values(catalogue.readers)) for (const name of reader.consults) used.add(name)
  for (const node of Object.values(nodes)) {
    for (const way of waysOf(node).ways) for (const name of Object.keys(way.learn)) learned.add(name)
    for (const { name } of [...neededBy(node), ...welcomeTo(node)]) used.add(name)
    for (const name of factsIn(context, node)) used.add(name)
  }
  for (const spec of Object.values(facts)) {
    const place = draft.facts.get(spec.name)
    const parsed = parseFact(spec.type, spec.example)
    if (!parsed.ok)
      complain(draft, place, ['example'], `the example ${parsed.says}`, `give a ${spec.type} as people would type it`)
    if (GIVEN_GROUPS.has(spec.name.slice(0, spec.name.indexOf('.')))) continue
    if (!used.has(spec.name) && !learned.has(spec.name)) {
      complain(draft, place, ['name'], `no flow uses the fact "${spec.name}"`, 'use it or remove it')
    } else if (!learned.has(spec.name) && !spec.askable) {
      const mend = 'let a branch learn it, or make it askable'
      complain(
        draft,
        place,
        ['name'],
        `nothing ever learns the fact "${spec.name}", and nobody may be asked for it`,
        mend,
      )
    }
  }
}

function checkRemedies({ draft }: Context): void {
  const { nodes, remedies } = draft.library
  const used = new Set(Object.values(nodes).flatMap((node) => (node.kind === 'verdict' ? node.prevent : [])))
  for (const id of Object.keys(remedies)) {
    if (!used.has(id))
      complain(draft, draft.remedies.get(id), ['id'], `no verdict names the remedy "${id}"`, 'use it or remove it')
  }
}
