import { tryRegex } from '../nginx/config-regex.ts'
import type { AskedRequest } from '../nginx/config-request.ts'
import { HIDDEN } from './config-keep.ts'
import type { Directive } from './config-lines.ts'
import { placeOf } from './config-values.ts'

/** What the rewrite rules of one level do with a request. */
export type Rewritten =
  | { kind: 'nothing'; path: string; doubt: string }
  | { kind: 'status'; status: number; at: string; file: string; doubt: string }
  | { kind: 'proxy'; url: string; at: string; doubt: string }

/** What the conditions can see. `present`: does a path exist, undefined where nobody looked. */
export interface Sight {
  request: AskedRequest
  documentRoot: string
  present: (path: string) => boolean | undefined
}

const MAX_RULES = 2000

/**
 * Follows the rewrite rules of a server or virtual host for one request. A rule whose condition cannot be judged here is
 * passed over, and said so. Rules in sections and .htaccess files are not followed.
 */
export function rewrite(level: readonly Directive[], path: string, sight: Sight): Rewritten {
  let uri = path
  let doubt = ''
  let conditions: Directive[] = []
  if (level.findLast(({ name }) => name === 'rewriteengine')?.args[0]?.toLowerCase() !== 'on')
    return { kind: 'nothing', path, doubt }
  for (const rule of level.filter(({ name }) => name === 'rewritecond' || name === 'rewriterule').slice(0, MAX_RULES)) {
    if (rule.name === 'rewritecond') {
      conditions.push(rule)
      continue
    }
    const [pattern = '', target = '', flags = ''] = rule.args
    const given = conditions
    conditions = []
    const words = flags
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map((word) => word.trim().toUpperCase())
    const match = fits(pattern, uri, words.includes('NC'))
    if (match === undefined) doubt ||= `the rule at ${placeOf(rule)} could not be judged`
    if (match === undefined || match === null) continue
    const held = given.length === 0 ? true : judge(given, { ...sight, request: { ...sight.request, rawPath: uri } })
    if (held === undefined) doubt ||= `the condition at ${placeOf(given[0] ?? rule)} could not be judged`
    if (held !== true) continue
    const at = placeOf(rule)
    const status = statusOf(words)
    if (status >= 400 || words.includes('F') || words.includes('G')) {
      const code = status >= 400 ? status : words.includes('F') ? 403 : 410
      return { kind: 'status', status: code, at, file: fileOf(given, sight), doubt }
    }
    const url = filled(target, match)
    if (words.includes('P')) return { kind: 'proxy', url, at, doubt }
    if (status >= 300) return { kind: 'status', status, at, file: '', doubt }
    if (target !== '-' && url.startsWith('/')) uri = url
    if (words.includes('L') || words.includes('END')) break
  }
  return { kind: 'nothing', path: uri, doubt }
}

function statusOf(words: readonly string[]): number {
  const word = words.find((each) => each === 'R' || each.startsWith('R='))
  if (word === undefined) return 0
  const code = Number(word.slice(2))
  return Number.isInteger(code) && code >= 300 && code < 600 ? code : 302
}

/** The groups of a match; null where it does not fit, undefined where the pattern is not tried. */
function fits(pattern: string, subject: string, ignoreCase: boolean): string[] | null | undefined {
  const negated = pattern.startsWith('!')
  const tried = tryRegex(negated ? pattern.slice(1) : pattern, subject, ignoreCase)
  if (tried.kind === 'refused') return undefined
  if (negated) return tried.kind === 'no' ? [] : null
  return tried.kind === 'match' ? tried.groups : null
}

function filled(target: string, groups: readonly string[]): string {
  return target.replace(/\$([0-9])/g, (_, n: string) => groups[Number(n)] ?? '')
}

/** All of them, or one of a row that `OR` joins. Undefined where one cannot be judged. */
function judge(conditions: readonly Directive[], sight: Sight): boolean | undefined {
  let row: boolean | undefined = false
  let all: boolean | undefined = true
  for (const { args } of conditions) {
    const [test = '', pattern = '', flags = ''] = args
    const held = holds(test, pattern, /\bNC\b/i.test(flags), sight)
    row = row === true || held === true ? true : row === undefined || held === undefined ? undefined : false
    if (/\bOR\b/i.test(flags)) continue
    if (row === false) return false
    if (row === undefined) all = undefined
    row = false
  }
  return all
}

function holds(test: string, pattern: string, ignoreCase: boolean, sight: Sight): boolean | undefined {
  const subject = test === HIDDEN ? undefined : subjectOf(test, sight)
  if (subject === undefined) return undefined
  const file = /^(!?)-[fedsl]$/.exec(pattern)
  if (file !== null) {
    const there = sight.present(subject)
    return there === undefined ? undefined : there !== (file[1] === '!')
  }
  if (/^!?(=|<|>|-)/.test(pattern)) {
    const equal = /^(!?)=(.*)$/.exec(pattern)
    return equal === null ? undefined : (equal[2] === subject) !== (equal[1] === '!')
  }
  const match = fits(pattern, subject, ignoreCase)
  return match === undefined ? undefined : match !== null
}

/** The text that a condition tests, with the variables that a URL decides. */
function subjectOf(test: string, { request, documentRoot }: Sight): string | undefined {
  const values: Record<string, string> = {
    REQUEST_URI: request.rawPath,
    HTTP_HOST: request.host,
    SERVER_NAME: request.host,
    SERVER_PORT: String(request.port),
    HTTPS: request.scheme === 'https' ? 'on' : 'off',
    REQUEST_METHOD: 'GET',
    DOCUMENT_ROOT: documentRoot,
    ...(documentRoot === '' ? {} : { REQUEST_FILENAME: `${documentRoot}${request.rawPath}` }),
  }
  let known = true
  const text = test.replace(/%\{([A-Z_:a-z-]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) known = false
    return value ?? ''
  })
  return known && !text.includes('%') ? text : undefined
}

/** The file that a condition tests for, '' when there is none. */
function fileOf(conditions: readonly Directive[], sight: Sight): string {
  const test = conditions.find(({ args }) => /^-[fe]$/.test(args[1] ?? ''))?.args[0]
  return test === undefined ? '' : (subjectOf(test, sight) ?? '')
}

/** Every path whose being there a condition of this configuration tests, for whoever can look. */
export function testedFiles(tree: readonly Directive[]): string[] {
  const found = new Set<string>()
  const walk = (level: readonly Directive[], root: string): void => {
    const own = level.findLast(({ name }) => name === 'documentroot')?.args[0] ?? root
    for (const { name, args, block } of level) {
      if (block !== undefined) walk(block, own)
      else if (name === 'rewritecond' && /^!?-[fedsl]$/.test(args[1] ?? '')) {
        const path = (args[0] ?? '').replaceAll('%{DOCUMENT_ROOT}', own)
        if (path.startsWith('/') && !path.includes('%')) found.add(path)
      }
    }
  }
  walk(tree, '')
  return [...found].slice(0, 100)
}
