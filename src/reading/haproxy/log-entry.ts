import type { Value } from '../../words/value.ts'
import { pathOnly, requestPath } from '../nginx/site.ts'
import type { ReadContext } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { type HealthLine, parseHealthLine, parseRequestLine, type RequestLine } from './log-line.ts'

/** How a request ended, for whoever asked. `own`: HAProxy refused or answered it by a rule of its own. */
export type Ending = 'well' | 'failed' | 'abandoned' | 'own'

export interface LogEntry {
  line: RequestLine
  signature: Signature | undefined
  /** It came in by the URL's own frontend, or that is not known. */
  about: boolean
  samePath: boolean
  ending: Ending
}

/** A request with its true time. */
export interface Seen {
  entry: LogEntry
  at: number
  client: string
  connection: string
  record: string
}

export interface HealthEntry {
  line: HealthLine
  signature: Signature | undefined
  about: boolean
}

/** Reads lines for one session's facts. */
export interface EntryReader {
  request(line: string): LogEntry | undefined
  health(line: string): HealthEntry | undefined
}

/** The facts that tell the URL's own lines from others'. */
export const LOG_FACTS = ['url.path', 'gateway.path', 'config.frontend', 'config.backend', 'config.backends'] as const

export function entryReader({ facts, knowledge }: Pick<ReadContext, 'facts' | 'knowledge'>): EntryReader {
  const index = signatureIndex(knowledge.signatures)
  const path = pathOnly(textOf(facts, 'gateway.path') || textOf(facts, 'url.path'))
  const frontend = textOf(facts, 'config.frontend')
  const backend = textOf(facts, 'config.backend')
  return {
    request(text) {
      const line = parseRequestLine(text)
      if (line === undefined) return undefined
      const signature = matchSignature(index, 'haproxy', line.told, { whole: true })?.signature
      return {
        line,
        signature,
        about: frontend === '' || line.frontend === frontend,
        samePath: path !== '' && requestPath(line.request) === path,
        ending: endingOf(line),
      }
    },
    health(text) {
      const line = parseHealthLine(text)
      if (line === undefined) return undefined
      const signature = line.up ? undefined : matchSignature(index, 'haproxy-health', line.message)?.signature
      return { line, signature, about: backend === '' || line.backend === backend }
    },
  }
}

/**
 * The state's first letter tells who ended it: `C` and `c` the visitor, `P` with a status below 500 or `L` HAProxy
 * by a rule. What a server cut off counts as failed although its status was well. Source: configuration manual 8.5.
 */
function endingOf({ state, status }: RequestLine): Ending {
  const who = state.charAt(0)
  if (who === 'C' || who === 'c') return 'abandoned'
  if (who === 'L' || (state === 'PR' && status < 500)) return 'own'
  if (status >= 500 || status < 0) return 'failed'
  return 'SsDIR'.includes(who) || (who === 'P' && state !== 'PR') ? 'failed' : 'well'
}

function textOf(facts: ReadonlyMap<string, Value>, name: string): string {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}
