import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import { covers } from '../reading/process/addresses.ts'
import { nearest } from '../words/nearest.ts'
import type { RecordType, Value } from '../words/value.ts'
import { refusedIn } from './cel-refused.ts'
import { factsOf, outFieldsOf } from './cel-tree.ts'
import { factGroups, fieldsOf, friendlyType, registerTypes } from './cel-types.ts'
import { parseTemplate, showValue, type TemplatePart } from './template.ts'
import type { FactSpec } from './types.ts'

/** What an expression can see: the facts held, by dotted name (a map that does not change any more), and a probe's reading. */
export interface Scope {
  facts: ReadonlyMap<string, Value>
  out?: Record<string, Value> | undefined
}

/** `type` as CEL names it; `offset` in characters into the expression or template. */
export type Checked = { ok: true; type: string } | { ok: false; says: string; mend?: string; offset: number }

export interface References {
  /** Facts that are read. */
  facts: string[]
  /** Facts that stand in `has()`. */
  guarded: string[]
  /** Fields of `out`, as `ours.host`. */
  out: string[]
}

/** CEL over the declared facts and one reading type. */
export interface Expressions {
  /** Type-checks against the declared types. `expected`: the types it may have, as CEL names them. */
  check(expression: string, expected?: readonly string[]): Checked
  /** Checks every hole of a template. */
  checkTemplate(template: string): Checked
  /** The tree of an expression; null when it cannot be parsed. */
  parse(expression: string): ASTNode | null
  references(expression: string): References
  /** Throws when it fails at run time: an absent fact, an index beyond the end. */
  evaluate(expression: string, scope: Scope): Value
  /** Fills `{expression}` holes. A hole that fails becomes `?`; a value becomes one visible line of at most 200 characters. */
  render(template: string, scope: Scope): string
}

/** Flows are written by hand: what is larger is no flow. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 200, maxMapEntries: 20 }

/**
 * Declares facts as records (`upstream.port`), a reading as `out`, and the few functions that flows use.
 * `out` null: checks expressions that have none (a fork's, a verdict's); 'any': nothing will be checked.
 * Evaluation takes any `out` in every case: flows were checked before, and again would only cost time.
 */
export function createExpressions(facts: Record<string, FactSpec>, out: RecordType | 'any' | null): Expressions {
  const output = out === 'any' ? null : out
  const groups = factGroups(facts)
  const groupNames = new Set(groups.keys())
  const factNames = new Set(Object.keys(facts))
  const running = once(() => runtimeEnvironment(groupNames))
  const checking = once(() => typedEnvironment(groups, output))
  const programs = new Map<string, ParseResult>()
  const templates = new Map<string, TemplatePart[]>()
  const contexts = new WeakMap<Scope['facts'], Context>()

  return { check, checkTemplate, parse, references, evaluate, render }

  function program(expression: string): ParseResult {
    const known = programs.get(expression)
    if (known) return known
    const fresh = running().parse(expression)
    programs.set(expression, fresh)
    return fresh
  }

  function check(expression: string, expected?: readonly string[]): Checked {
    try {
      const refused = refusedIn(program(expression).ast, groupNames, factNames)
      if (refused) return { ok: false, ...refused }
      const result = checking().check(expression)
      if (!result.valid) return failure(result.error, output)
      const type = result.type ?? 'dyn'
      if (type.includes('dyn') || /<T>|^T$/.test(type)) {
        return { ok: false, says: 'its type is not known', offset: 0 }
      }
      if (expected !== undefined && !expected.includes(type)) {
        const says = `it is ${friendlyType(type)}, and must be ${expected.map(friendlyType).join(' or ')}`
        return { ok: false, says, offset: 0 }
      }
      return { ok: true, type }
    } catch (error) {
      return failure(error, output)
    }
  }

  function checkTemplate(template: string): Checked {
    const { parts, unclosed } = parseTemplate(template)
    if (unclosed !== null) {
      return {
        ok: false,
        says: 'a { without its }',
        mend: 'close it, or write {{ for the character itself',
        offset: unclosed,
      }
    }
    for (const part of parts) {
      if (part.kind === 'text') continue
      const checked = check(part.expression)
      if (!checked.ok) return { ...checked, offset: part.offset + checked.offset }
      if (!/^(int|string|bool|google\.protobuf\.Timestamp|list<(int|string)>)$/.test(checked.type)) {
        const says = `${friendlyType(checked.type)} cannot stand in a sentence`
        return { ok: false, says, mend: 'name a field of it', offset: part.offset }
      }
    }
    return { ok: true, type: 'string' }
  }

  function parse(expression: string): ASTNode | null {
    try {
      return program(expression).ast
    } catch {
      return null
    }
  }

  function references(expression: string): References {
    const tree = parse(expression)
    if (tree === null) return { facts: [], guarded: [], out: [] }
    const { read, guarded } = factsOf(tree, groupNames)
    return { facts: names(read), guarded: names(guarded), out: [...new Set(outFieldsOf(tree))] }
  }

  function evaluate(expression: string, scope: Scope): Value {
    const context = contexts.get(scope.facts) ?? contextOf(scope.facts, groupNames)
    contexts.set(scope.facts, context)
    return program(expression)(scope.out === undefined ? context : { ...context, out: scope.out })
  }

  function render(template: string, scope: Scope): string {
    let parts = templates.get(template)
    if (parts === undefined) {
      const parsed = parseTemplate(template)
      parts = parsed.unclosed === null ? parsed.parts : [{ kind: 'text', text: template }]
      templates.set(template, parts)
    }
    // A hole may begin with a blank of its own; two of them are one.
    const filled = parts.map((part) => (part.kind === 'text' ? part.text : fill(part.expression, scope))).join('')
    return filled.replace(/ {2,}/g, ' ')
  }

  function fill(expression: string, scope: Scope): string {
    // Most holes are a fact and nothing else: no need to prepare a language for them.
    if (factNames.has(expression)) {
      const held = scope.facts.get(expression)
      return held === undefined ? '…' : showValue(held)
    }
    try {
      return showValue(evaluate(expression, scope))
    } catch {
      return '…'
    }
  }
}

/** Everything has its declared type: misspelt fields and mixed types are found. */
function typedEnvironment(groups: ReturnType<typeof factGroups>, output: RecordType | null): Environment {
  const environment = new Environment({ limits: LIMITS })
  registerTypes(environment, groups, output)
  return withFunctions(environment)
}

/** Facts and `out` as they come: quick to set up, nothing to convert. */
function runtimeEnvironment(groups: ReadonlySet<string>): Environment {
  const environment = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
  for (const name of [...groups, 'out']) environment.registerVariable(name, 'dyn')
  return withFunctions(environment)
}

function withFunctions(environment: Environment): Environment {
  environment.registerFunction('covers(string, string): bool', (socket: string, host: string) => covers(socket, host))
  environment.registerFunction('hostPort(string, int): string', hostPort)
  environment.registerFunction('urlOf(string, string, int, string): string', urlOf)
  return environment
}

/** `127.0.0.1:3000`, `[::1]:3000`. */
function hostPort(host: string, port: bigint): string {
  const bare = host.replace(/^\[|\]$/g, '')
  return bare.includes(':') ? `[${bare}]:${port}` : `${bare}:${port}`
}

/** `http://127.0.0.1:3000/path`; '' when there is no host or port. */
function urlOf(scheme: string, host: string, port: bigint, path: string): string {
  if (host === '' || port === 0n) return ''
  const from = path.startsWith('/') ? path : `/${path}`
  return `${scheme === 'https' ? 'https' : 'http'}://${hostPort(host, port)}${from}`
}

type Context = Record<string, Record<string, Value>>

/** Absent facts are absent fields: `has()` is false, and reading them fails. */
function contextOf(facts: Scope['facts'], groups: ReadonlySet<string>): Context {
  const context: Context = {}
  for (const group of groups) context[group] = {}
  for (const [name, value] of facts) {
    const dot = name.indexOf('.')
    const group = context[name.slice(0, dot)]
    if (group) group[name.slice(dot + 1)] = value
  }
  return context
}

/** A library error in our words, with the nearest field for a misspelt one. */
function failure(error: unknown, output: RecordType | null): Checked {
  const summary = error !== null && typeof error === 'object' ? Reflect.get(error, 'summary') : undefined
  const range = error !== null && typeof error === 'object' ? Reflect.get(error, 'range') : undefined
  const start = range !== null && typeof range === 'object' ? Reflect.get(range, 'start') : undefined
  const message = typeof summary === 'string' ? summary : error instanceof Error ? error.message : String(error)
  const offset = typeof start === 'number' ? start : 0
  const missing = /^No such key: (\w+)$/.exec(message)?.[1]
  if (missing !== undefined) {
    const meant = nearest(missing, output === null ? [] : fieldsOf(output))
    const mend = meant === null ? {} : { mend: `did you mean "${meant}"?` }
    return { ok: false, says: `there is no field "${missing}"`, ...mend, offset }
  }
  const overload = /^no such overload: (.+)$/.exec(message)?.[1]
  if (overload !== undefined) {
    const mend = 'bring like and like together: text in quotes, whole numbers without'
    return { ok: false, says: `there is no ${friendlyType(overload)}`, mend, offset }
  }
  if (message === 'Unknown variable: out')
    return { ok: false, says: 'there is no out here: nothing was looked at', offset }
  return { ok: false, says: friendlyType(message.split('\n')[0] ?? message), offset }
}

function names(uses: readonly { name: string }[]): string[] {
  return [...new Set(uses.map((use) => use.name))]
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
