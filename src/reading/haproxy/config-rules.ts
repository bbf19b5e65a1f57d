import { type Acls, type Answer, type Asked, aclsOf, holds, testsOf } from './config-acl.ts'
import { type ConfigLine, wordAfter } from './parse-config.ts'

/** A rule with which HAProxy answers a request by itself. */
export interface OwnAnswer {
  /** What it answers: 0 where it closes the connection without a word. */
  status: number
  /** deny, return, tarpit, redirect, reject, silent-drop, monitor */
  action: string
  at: string
  /** The rule as it is written. */
  rule: string
  /** Undefined: whether it holds for our request cannot be told from the configuration. */
  holds: Answer
  /** It counts requests or connections of a visitor: a limit, nobody's decision about this page. */
  limit: boolean
}

/** What each action answers where the rule names no status. Source: configuration manual, 4.2. */
const USUAL: Record<string, number> = {
  deny: 403,
  tarpit: 500,
  return: 200,
  redirect: 302,
  reject: 0,
  'silent-drop': 0,
}

/** Fetches that tell how much somebody sends: from a stick table or the frontend's own counters. */
const COUNTS =
  /(?:^|[^a-z])(?:sc[0-2]?_|src_)?(?:http_(?:req|err|fail)_(?:rate|cnt)|conn_(?:rate|cnt|cur)|sess_(?:rate|cnt)|bytes_(?:in|out)_rate|gpc[01]?(?:_rate)?|fe_req_rate|fe_sess_rate|be_sess_rate|fe_conn|be_conn)\b/

/** A limit's fetch and bound: `sc_http_req_rate(0) gt 20`. */
export function boundOf(rule: readonly string[], acls: Acls): string {
  return testsOf(rule, acls)
    .filter(([fetch = '']) => COUNTS.test(fetch))
    .map((words) => words.join(' '))
    .join(', ')
}

/** The rules of a proxy with which it answers by itself, in their order, up to the first that surely holds. */
export function ownAnswers(lines: readonly ConfigLine[], asked: Asked): OwnAnswer[] {
  const acls = aclsOf(lines)
  const found: OwnAnswer[] = []
  for (const line of lines) {
    const answer = ownAnswer(line, acls, asked)
    if (answer === undefined || answer.holds === false) continue
    found.push(answer)
    if (answer.holds === true) break
  }
  return found
}

function ownAnswer({ words, at, conditional }: ConfigLine, acls: Acls, asked: Asked): OwnAnswer | undefined {
  const [first = '', second = '', third = ''] = words
  if (first === 'monitor-uri') {
    return { status: 200, action: 'monitor', at, rule: words.join(' '), holds: second === asked.path, limit: false }
  }
  const rule = first === 'http-request' || first === 'tcp-request' || first === 'redirect'
  const action = first === 'redirect' ? 'redirect' : first === 'tcp-request' ? third : second
  if (!rule || !(action in USUAL)) return undefined
  const limit = testsOf(words, acls).some(([fetch = '']) => COUNTS.test(fetch))
  return {
    status: statusOf(words, action),
    action,
    at,
    rule: words.join(' ').slice(0, 200),
    holds: conditional ? undefined : holds(words, acls, asked),
    limit,
  }
}

function statusOf(words: readonly string[], action: string): number {
  const named = wordAfter(words, 'deny_status') || wordAfter(words, 'status') || wordAfter(words, 'code')
  return /^\d{3}$/.test(named) ? Number(named) : (USUAL[action] ?? 0)
}

/** Which backend a frontend sends the request to. */
export interface Chosen {
  name: string
  at: string
  /** Why the choice cannot be told from the configuration; '' when it can. */
  doubt: string
  /** Those that it may be where it cannot be told. */
  possible: string[]
}

/** `use_backend` in order, then `default_backend`. A name with `%[…]` is made for each request. */
export function chosenBackend(lines: readonly ConfigLine[], asked: Asked): Chosen {
  const acls = aclsOf(lines)
  const possible: string[] = []
  let doubt = ''
  for (const { words, at, conditional } of lines) {
    const [first, name = ''] = words
    if (first !== 'use_backend') continue
    const answer = conditional ? undefined : holds(words, acls, asked)
    if (answer === false) continue
    if (name.includes('%[')) {
      return { name: '', at, doubt: `${at} makes the backend's name for each request`, possible }
    }
    possible.push(name)
    if (answer === true) return { name, at, doubt, possible }
    doubt ||= `whether ${at} holds for this request cannot be told from the configuration`
  }
  const fallback = lines.findLast(({ words }) => words[0] === 'default_backend')
  const name = fallback?.words[1] ?? ''
  if (name !== '') possible.push(name)
  return { name, at: fallback?.at ?? '', doubt, possible }
}
