import type * as z from 'zod'
import { nearest } from '../words/nearest.ts'
import type { Problem } from './problem.ts'
import type { Path, YamlFile } from './yaml-file.ts'

/** What each key wants, for the person who has to mend it. */
const FORMS: Record<string, string> = {
  flow: "the file's name without .yaml",
  start: 'the name of the node to begin with',
  nodes: 'a map of nodes by name',
  id: 'lower-case words joined by hyphens',
  go: 'a node of this flow, flow/node, or back',
  open: '{ go: node }: the way that is taken when nobody answers',
  blind: '{ go: node }: the way that is taken when nothing could be seen',
  timeout: '500ms, 5s or 2m',
  at: 'here, proxy or app',
  read: "a reader's name, or text",
  learn: '{ fact: expression }; expressions are text, so quote true, false and numbers',
  when: 'a CEL expression as text',
  rivals: 'a list of causes, or { none: "why nothing else can explain it" }',
  proof: 'a list of node.branch; an item may be a list of alternatives',
  fix: 'a list of { say: … }, { run: …, effect: … } or { steps: … }',
  verify: 'a list of nodes that show whether it is mended',
  shape: 'one shape or a list of them',
  with: '{ argument: group.fact } or { argument: "group.fact?" } when it may be left out',
  sources: 'a list such as [S2-25, S4-08]',
  branches: 'a list of branches, the last without a when',
  options: 'a list of options, each with id, label and go',
  title: 'one question or sentence, as text',
  why: 'one sentence: why we look here',
  says: 'one sentence with {holes}, as text',
  found: 'one sentence with {holes}, as text',
}

/** Parses a value of a file with a schema; every issue becomes a problem with its place. Null when there was any. */
export function parseAt<S extends z.ZodType>(
  schema: S,
  value: unknown,
  file: YamlFile,
  path: Path,
  problems: Problem[],
): z.infer<S> | null {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const slips = slipsIn(result.error.issues, schema)
  for (const issue of result.error.issues) {
    if (!slips.has(issue.path.join('/'))) report(issue, schema, value, file, path, problems)
  }
  return null
}

/** Keys that are missing only because they are misspelt beside: the misspelling is reported. */
function slipsIn(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): Set<string> {
  const slips = new Set<string>()
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const path = issue.path.filter((part) => typeof part !== 'symbol')
    for (const key of issue.keys) {
      const meant = nearest(key, keysAt(schema, path))
      if (meant !== null) slips.add([...path, meant].join('/'))
    }
  }
  return slips
}

function report(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  value: unknown,
  file: YamlFile,
  base: Path,
  problems: Problem[],
): void {
  const inner = issue.path.filter((part) => typeof part !== 'symbol')
  const path = [...base, ...inner]
  const key = [...path].reverse().find((part) => typeof part === 'string') ?? ''
  const add = (place: { line: number; column: number }, what: string, mend: string) =>
    problems.push({ file: file.file, ...place, what, mend })
  const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, inner)
    for (const each of issue.keys) {
      const where = file.at([...path, each], 'key')
      // Each form of a union knows the key, and none of them beside these others.
      if (known.includes(each)) {
        add(where, `"${each}" does not go with the keys beside it`, `write ${form ?? 'one of the two'}`)
        continue
      }
      const meant = nearest(each, known)
      add(
        where,
        `unknown key "${each}"`,
        meant === null ? `use one of ${known.join(', ')}` : `did you mean "${meant}"?`,
      )
    }
    return
  }
  if (issue.code === 'invalid_union') {
    const best = [...issue.errors].sort((a, b) => a.length - b.length)[0]
    const deeper = best?.filter((each) => each.code === 'unrecognized_keys' || each.path.length > 0)
    if (deeper && deeper.length > 0) {
      for (const each of deeper)
        report({ ...each, path: [...inner, ...each.path] }, schema, value, file, base, problems)
      return
    }
    const wrong = best?.find((each) => each.code === 'invalid_value')
    if (wrong) {
      report({ ...wrong, path: inner }, schema, value, file, base, problems)
      return
    }
    add(file.at(path), `"${key}" has the wrong form`, `write ${form ?? 'it as the documentation shows'}`)
    return
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? issue.message
    add(file.at(path, 'key'), `"${key}" cannot stand here: ${message}`, form ? `write ${form}` : 'rename it')
    return
  }
  if (!has(value, inner)) {
    add(file.at(path.slice(0, -1), 'key'), `"${key}" is missing`, `add ${key}: ${form ?? 'it is required'}`)
    return
  }
  const given = at(value, inner)
  const inList = typeof inner.at(-1) === 'number'
  const cannot = `${JSON.stringify(given)} cannot ${inList ? 'stand in' : 'be'} "${key}"`
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String)
    const meant = nearest(String(given), values)
    const list = values.length > 12 ? 'a cause of docs/verdicts.md' : `one of ${values.join(', ')}`
    add(file.at(path), cannot, meant === null ? `use ${list}` : `did you mean "${meant}"?`)
  } else if (issue.code === 'invalid_type') {
    const mend = issue.expected === 'string' ? 'put it in quotes' : `write ${form ?? plain(issue.expected)}`
    const what = path.length === 0 ? 'the file' : `"${key}"`
    add(file.at(path), `${what} must be ${plain(issue.expected)}`, mend)
  } else if (issue.code === 'too_small' && issue.origin === 'array') {
    add(file.at(path), `"${key}" is an empty list`, `write ${form ?? 'at least one'}`)
  } else if (issue.code === 'too_small' && issue.origin === 'string') {
    add(file.at(path), `"${key}" is empty`, `write ${form ?? 'some text'}`)
  } else add(file.at(path), cannot, issue.message)
}

function plain(expected: string): string {
  const words: Record<string, string> = {
    string: 'text',
    array: 'a list',
    object: 'a map',
    record: 'a map',
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a whole number',
  }
  return words[expected] ?? expected
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, part) => (typeof here === 'object' && here !== null ? Reflect.get(here, part) : undefined),
    value,
  )
}

function has(value: unknown, path: readonly (string | number)[]): boolean {
  return path.length === 0 || at(value, path) !== undefined
}

/** The keys that a schema allows at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly (string | number)[]): string[] {
  const def = (schema as z.ZodType).def as unknown as Record<string, unknown>
  const sub = (name: string): z.core.$ZodType | null => {
    const found = def[name]
    return isSchema(found) ? found : null
  }
  const inner = sub('innerType')
  if (inner) return keysAt(inner, path)
  if (Array.isArray(def.options))
    return [...new Set(def.options.filter(isSchema).flatMap((each) => keysAt(each, path)))]
  const [first, ...rest] = path
  const shape = def.shape
  if (typeof shape === 'object' && shape !== null) {
    if (first === undefined) return Object.keys(shape)
    const next: unknown = Reflect.get(shape, first)
    return isSchema(next) ? keysAt(next, rest) : []
  }
  const element = sub('element') ?? sub('valueType')
  return element && first !== undefined ? keysAt(element, rest) : []
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value
}
