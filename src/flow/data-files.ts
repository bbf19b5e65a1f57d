import * as z from 'zod'
import { buildStep } from './build-steps.ts'
import { complain, type Draft, type Place } from './draft.ts'
import { parseAt } from './issues.ts'
import {
  factItem,
  fingerprintItem,
  nextItem,
  remedyItem,
  signatureItem,
  stepItem,
  termItem,
  timeoutItem,
  uncoveredFile,
} from './schema.ts'
import type { YamlFile } from './yaml-file.ts'

/** A data file's list: each item is parsed by itself, so one mistake costs one item. */
function items<S extends z.ZodType>(
  key: string,
  schema: S,
  file: YamlFile,
  draft: Draft,
): { item: z.infer<S>; place: Place }[] {
  const raw = parseAt(z.strictObject({ [key]: z.array(z.unknown()) }), file.data, file, [], draft.problems)
  return (raw?.[key] ?? []).flatMap((value, i) => {
    const place: Place = { file, path: [key, i] }
    const item = parseAt(schema, value, file, place.path, draft.problems)
    return item === null ? [] : [{ item, place }]
  })
}

/** `facts.yaml`. */
export function readFacts(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('facts', factItem, file, draft)) {
    if (!once(item.name, 'fact', draft.facts, place, ['name'], draft)) continue
    draft.library.facts[item.name] = { ...item, askable: item.askable ?? true }
  }
}

/** `fingerprints/*.yaml`, or all of a folder's in `fingerprints.yaml`. */
export function readFingerprints(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('fingerprints', fingerprintItem, file, draft)) {
    if (once(item.id, 'fingerprint', draft.fingerprints, place, ['id'], draft)) {
      draft.library.fingerprints.push(compact(item))
    }
  }
}

/** `signatures/*.yaml`: ids are unique within a source. */
export function readSignatures(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('signatures', signatureItem, file, draft)) {
    if (once(`${item.source}/${item.id}`, 'signature', draft.signatures, place, ['id'], draft)) {
      draft.library.signatures.push(compact(item))
    }
  }
}

/** `next.yaml`: one entry for a shape or a cause. */
export function readNext(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('next', nextItem, file, draft)) {
    if (once(item.for, 'entry', draft.next, place, ['for'], draft)) draft.library.next[item.for] = compact(item)
  }
}

/** `remedies.yaml`. */
export function readRemedies(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('remedies', remedyItem, file, draft)) {
    if (!once(item.id, 'remedy', draft.remedies, place, ['id'], draft)) continue
    draft.library.remedies[item.id] = { ...item, sources: item.sources ?? [] }
  }
}

/** `steps.yaml`: the steps of one group stand in the order of the file. */
export function readSteps(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('steps', stepItem, file, draft)) {
    const steps = draft.steps.get(item.of) ?? []
    draft.steps.set(item.of, [...steps, ...buildStep(item, place, draft)])
  }
}

/** `timeouts.yaml`: a value is from somewhere, or says that it is not; no word names two layers. */
export function readTimeouts(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('timeouts', timeoutItem, file, draft)) {
    const free = item.is.filter((word, i) => once(word.toLowerCase(), 'layer', draft.layers, place, ['is', i], draft))
    for (const [i, { source, unconfirmed }] of item.limits.entries())
      if ((source === undefined) === (unconfirmed === undefined))
        complain(
          draft,
          place,
          ['limits', i],
          'it has no source, or two minds about it',
          'give its source, or say unconfirmed: true',
        )
    if (free.length < item.is.length) continue
    const { layer, is, kind, limits } = item
    draft.library.timeouts.push({ layer, is: is.map((word) => word.toLowerCase()), kind, limits: limits.map(compact) })
  }
}

/** `uncovered.yaml`. */
export function readUncovered(file: YamlFile, draft: Draft): void {
  const raw = parseAt(uncoveredFile, file.data, file, [], draft.problems)
  for (const [id, reason] of Object.entries(raw?.uncovered ?? {})) {
    const place: Place = { file, path: ['uncovered', id] }
    if (once(id, 'entry', draft.uncovered, place, [], draft)) draft.library.uncovered[id] = reason
  }
}

/** `glossary.yaml`: no spelling means two things. */
export function readGlossary(file: YamlFile, draft: Draft): void {
  for (const { item, place } of items('glossary', termItem, file, draft)) {
    const forms = [item.term, ...(item.also ?? [])]
    const free = forms.filter((form, i) => {
      return once(form.toLowerCase(), 'term', draft.terms, place, i === 0 ? ['term'] : ['also', i - 1], draft)
    })
    if (free.length === forms.length) draft.library.glossary.push({ term: item.term, forms, says: item.says })
  }
}

/** Registers a name; false, with a problem, when it is taken. */
function once(
  name: string,
  kind: string,
  known: Map<string, Place>,
  place: Place,
  below: (string | number)[],
  draft: Draft,
): boolean {
  const first = known.get(name)
  if (first === undefined) {
    known.set(name, place)
    return true
  }
  const { line } = first.file.at(first.path)
  const what = `${kind} "${name}" is already in ${first.file.file}:${line}`
  complain(draft, place, below, what, 'rename or remove one of the two')
  return false
}

/** Without the keys that are not there: exact optional properties. */
function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
