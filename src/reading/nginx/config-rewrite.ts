import { isPass } from './config-allow.ts'
import { HIDDEN, parseCondition } from './config-condition.ts'
import { type FileSeen, plainPath } from './config-files.ts'
import { tryRegex } from './config-regex.ts'
import { interpolate, type Travel } from './config-request.ts'
import { type Levels, placeOf } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** What the rewrite phase of one level did. */
export interface RewriteResult {
  returns: { code: number; at: string; file: string } | undefined
  /** The block of the last `if` that held: its directives apply. */
  taken: readonly Directive[] | undefined
  /** The URI changed, and a location has to be chosen again. */
  moved: boolean
  doubt: string
}

interface Run extends RewriteResult {
  stopped: boolean
}

/**
 * Runs `set`, `if`, `return`, `rewrite` and `break` of one level in order, on what can be known for
 * a plain GET. Changes the travel's URI, variables and captures. Source: nginx.org,
 * ngx_http_rewrite_module.
 */
export function runRewrites(
  block: readonly Directive[],
  levels: Levels,
  travel: Travel,
  seen: FileSeen,
): RewriteResult {
  const run: Run = { returns: undefined, taken: undefined, moved: false, doubt: '', stopped: false }
  runBlock(block, levels, travel, seen, run, '')
  return run
}

function runBlock(
  block: readonly Directive[],
  levels: Levels,
  travel: Travel,
  seen: FileSeen,
  run: Run,
  file: string,
): void {
  for (const directive of block) {
    if (run.stopped) return
    const { name, args } = directive
    if (name === 'set') setVariable(args, levels, travel)
    else if (name === 'break') stay(run, travel)
    else if (name === 'return') {
      run.returns = { code: Number(args[0]) || 0, at: placeOf(directive), file }
      run.stopped = true
    } else if (name === 'rewrite') rewrite(directive, levels, travel, run)
    else if (name === 'if' && directive.block !== undefined) {
      const held = holds(directive, levels, travel, seen)
      if (held.is === undefined && decides(directive.block)) run.doubt ||= `an "if" at ${placeOf(directive)} may answer`
      if (held.is !== true) continue
      run.taken = directive.block
      runBlock(directive.block, [...levels, directive.block], travel, seen, run, held.file)
    }
  }
}

/** `break`: the URI may have changed, the location stays. */
function stay(run: Run, travel: Travel): void {
  if (run.moved) travel.validLocation = false
  run.moved = false
  run.stopped = true
}

function setVariable(args: readonly string[], levels: Levels, travel: Travel): void {
  const [name = '', value = ''] = args
  travel.variables.set(name.replace(/^\$/, ''), value === HIDDEN ? undefined : interpolate(value, travel, levels))
}

function rewrite(directive: Directive, levels: Levels, travel: Travel, run: Run): void {
  const [pattern = '', replacement = '', flag = ''] = directive.args
  const tried = tryRegex(pattern, travel.uri, false)
  if (tried.kind === 'refused') run.doubt ||= `a rewrite at ${placeOf(directive)} was not tried`
  if (tried.kind !== 'match') return
  travel.captures = tried.groups
  for (const [name, value] of Object.entries(tried.named)) travel.variables.set(name, value)
  const away = /^(https?:\/\/|\$scheme)/.test(replacement)
  if (away || flag === 'redirect' || flag === 'permanent') {
    run.returns = { code: flag === 'permanent' ? 301 : 302, at: placeOf(directive), file: '' }
    run.stopped = true
    return
  }
  const uri = interpolate(replacement, travel, levels)
  if (uri === undefined) {
    run.doubt ||= `the target of a rewrite at ${placeOf(directive)} is not known`
    return
  }
  travel.uri = uri
  travel.unparsed = false
  travel.validLocation = flag !== 'break'
  run.moved = flag !== 'break'
  run.stopped = flag === 'break' || flag === 'last'
}

/** Would this block change who answers? */
function decides(block: readonly Directive[]): boolean {
  return block.some(({ name }) => name === 'return' || name === 'rewrite' || isPass(name))
}

function holds(
  directive: Directive,
  levels: Levels,
  travel: Travel,
  seen: FileSeen,
): { is: boolean | undefined; file: string } {
  const condition = parseCondition(directive.args)
  if (condition.kind === 'unknown') return { is: undefined, file: '' }
  if (condition.kind === 'file') {
    const path = interpolate(condition.path, travel, levels)
    const there = path === undefined ? undefined : seen(plainPath(path))
    if (path === undefined || there === undefined) return { is: undefined, file: '' }
    return { is: there !== condition.negated, file: condition.negated ? '' : path }
  }
  const left = interpolate(condition.left, travel, levels)
  if (left === undefined) return { is: undefined, file: '' }
  if (condition.kind === 'truth') return { is: left !== '' && left !== '0', file: '' }
  return { is: compare(left, condition.op, condition.right, travel, levels), file: '' }
}

function compare(left: string, op: string, right: string, travel: Travel, levels: Levels): boolean | undefined {
  if (op === '=' || op === '!=') {
    const value = interpolate(right, travel, levels)
    return value === undefined ? undefined : (left === value) === (op === '=')
  }
  if (!/^!?~\*?$/.test(op)) return undefined
  const tried = tryRegex(right, left, op.endsWith('*'))
  if (tried.kind === 'refused') return undefined
  if (tried.kind === 'match') travel.captures = tried.groups
  return (tried.kind === 'match') !== op.startsWith('!')
}
