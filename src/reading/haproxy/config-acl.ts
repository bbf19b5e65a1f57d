import type { ConfigLine } from './parse-config.ts'

/** What is known of the request that a condition is asked about. */
export interface Asked {
  scheme: string
  host: string
  port: number
  /** Without the query. */
  path: string
}

/** True, false, or not to be told from the configuration alone. */
export type Answer = boolean | undefined

/** The named conditions of a proxy: `acl NAME FETCH [FLAGS] VALUES`, several lines of one name are one "or". */
export type Acls = ReadonlyMap<string, readonly string[][]>

export function aclsOf(lines: readonly ConfigLine[]): Map<string, string[][]> {
  const acls = new Map<string, string[][]>()
  for (const { words } of lines) {
    const [first, name, ...test] = words
    if (first === 'acl' && name !== undefined) acls.set(name, [...(acls.get(name) ?? []), test])
  }
  return acls
}

/** The condition of a rule: what stands behind its `if` or `unless`. */
export function conditionOf(words: readonly string[]): { unless: boolean; words: string[] } | undefined {
  const at = words.findIndex((word, i) => i > 0 && (word === 'if' || word === 'unless'))
  return at < 0 ? undefined : { unless: words[at] === 'unless', words: words.slice(at + 1) }
}

/** Does a rule hold for the request? A rule without a condition always does. */
export function holds(rule: readonly string[], acls: Acls, asked: Asked): Answer {
  const condition = conditionOf(rule)
  if (condition === undefined) return true
  const answer = anyOf(alternatives(condition.words).map((terms) => allOf(termsOf(terms, acls, asked))))
  return answer === undefined || !condition.unless ? answer : !answer
}

/** The words of every test that a condition names, for telling what kind of condition it is. */
export function testsOf(rule: readonly string[], acls: Acls): string[][] {
  const words = conditionOf(rule)?.words ?? []
  const inline = braces(words)
  return [...inline, ...words.flatMap((word) => acls.get(word.replace(/^!+/, '')) ?? [])]
}

function alternatives(words: readonly string[]): string[][] {
  const found: string[][] = [[]]
  for (const word of words) {
    if (word === 'or' || word === '||') found.push([])
    else found.at(-1)?.push(word)
  }
  return found
}

function termsOf(words: readonly string[], acls: Acls, asked: Asked): Answer[] {
  const answers: Answer[] = []
  let negated = false
  for (let i = 0; i < words.length; i++) {
    let word = words[i] ?? ''
    while (word.startsWith('!')) {
      negated = !negated
      word = word.slice(1)
    }
    if (word === '') continue
    let answer: Answer
    if (word === '{') {
      const end = words.indexOf('}', i)
      answer = end < 0 ? undefined : test(words.slice(i + 1, end), asked)
      i = end < 0 ? words.length : end
    } else answer = named(word, acls, asked)
    answers.push(answer === undefined ? undefined : answer !== negated)
    negated = false
  }
  return answers
}

function braces(words: readonly string[]): string[][] {
  const found: string[][] = []
  for (let i = 0; i < words.length; i++) {
    if (!/^!*\{$/.test(words[i] ?? '')) continue
    const end = words.indexOf('}', i)
    if (end < 0) break
    found.push(words.slice(i + 1, end))
    i = end
  }
  return found
}

/** Names that HAProxy knows by itself, for a GET of ours. Source: configuration manual, 7.4. */
const BUILT_IN: Record<string, boolean> = {
  TRUE: true,
  FALSE: false,
  HTTP: true,
  HTTP_1_1: true,
  HTTP_1_0: false,
  METH_GET: true,
  METH_POST: false,
  METH_PUT: false,
  METH_DELETE: false,
  METH_CONNECT: false,
  METH_OPTIONS: false,
  METH_TRACE: false,
}

function named(name: string, acls: Acls, asked: Asked): Answer {
  const tests = acls.get(name)
  return tests === undefined ? BUILT_IN[name] : anyOf(tests.map((words) => test(words, asked)))
}

/** One test: a fetch, flags, and the values of which one must fit. */
function test([fetch = '', ...rest]: readonly string[], asked: Asked): Answer {
  if (fetch === 'always_true') return true
  if (fetch === 'always_false') return false
  if (fetch === 'ssl_fc') return asked.scheme === 'https'
  let flags = ''
  let at = 0
  while (rest[at]?.startsWith('-')) {
    const flag = rest[at++] ?? ''
    if (flag === '--') break
    flags += flag
    // `-m beg` takes a word; a file of values is not looked at.
    if (flag === '-m') flags += ` ${rest[at++] ?? ''} `
    if (flag === '-f' || flag === '-M') return undefined
  }
  const value = subject(fetch, asked)
  if (value === undefined) return undefined
  const method = /-m (\w+)/.exec(flags)?.[1] ?? value.method
  const fold = flags.includes('-i') ? (text: string) => text.toLowerCase() : (text: string) => text
  const answers = rest.slice(at).map((pattern) => fits(fold(value.text), fold(pattern), method))
  return answers.length === 0 ? undefined : anyOf(answers)
}

/** What a fetch gives for our request, and how it is compared. Names are compared in lower case. */
function subject(fetch: string, asked: Asked): { text: string; method: string } | undefined {
  const path = /^path(?:_(beg|end|sub|dir|dom|len|reg))?$/.exec(fetch)
  if (path !== null) return { text: asked.path, method: path[1] ?? 'str' }
  const host = /^(?:req\.)?hdr(?:_(beg|end|sub|dom|reg|len))?\(host(?:,-?1)?\)(,[a-z_,():0-9]+)?$/i.exec(fetch)
  if (host !== null) return hostSubject(asked, host[1] ?? 'str', host[2] ?? '')
  if (fetch === 'dst_port') return { text: String(asked.port), method: 'int' }
  if (fetch === 'method') return { text: 'GET', method: 'str' }
  return undefined
}

function hostSubject(asked: Asked, method: string, converters: string): { text: string; method: string } | undefined {
  const usual = (asked.scheme === 'https' ? 443 : 80) === asked.port
  const host = asked.host.includes(':') ? `[${asked.host}]` : asked.host
  if (converters === ',field(1,:)' || converters === ',host_only' || converters === ',lower,field(1,:)') {
    return { text: host, method }
  }
  if (converters !== '' && converters !== ',lower') return undefined
  return { text: usual ? host : `${host}:${asked.port}`, method }
}

function fits(text: string, pattern: string, method: string): Answer {
  switch (method) {
    case 'str':
      return text === pattern
    case 'beg':
      return text.startsWith(pattern)
    case 'end':
      return text.endsWith(pattern)
    case 'sub':
      return text.includes(pattern)
    case 'dir':
      return `/${text}/`.includes(`/${pattern.replace(/^\/|\/$/g, '')}/`)
    case 'dom':
      return `.${text}.`.includes(`.${pattern}.`)
    case 'int':
      return /^\d+$/.test(pattern) ? text === pattern : undefined
    default:
      return undefined
  }
}

function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true
  return answers.includes(undefined) ? undefined : false
}

function allOf(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}
