import type { Value } from '../../words/value.ts'
import type { Knowledge, ReadContext } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { type ErrorLine, LEVELS, parseErrorLine } from './error-line.ts'
import { type Fit, fitOf, isAnothers, requestPath, type Site, siteOf } from './site.ts'
import { parseUpstream, type UpstreamAddress } from './upstream-address.ts'

/** A parsed record with what it means for the URL. */
export interface ErrorEntry {
  line: ErrorLine
  signature: Signature | undefined
  /** What the signature's holes caught, by name. */
  holes: Readonly<Record<string, string>>
  path: string
  upstream: UpstreamAddress
  fit: Fit
  /** A request of another site, by the name of its server block. */
  anothers: boolean
  /** It tells of a failure that a visitor can have seen as a gateway error. */
  trouble: boolean
  /** It is about the nginx process and about no request. */
  process: boolean
}

/** Makes entries out of records, for one session's facts. */
export function entryReader(
  context: Pick<ReadContext, 'facts' | 'knowledge'>,
): (record: string) => ErrorEntry | undefined {
  const site = siteOf(context.facts)
  return (record) => {
    const line = parseErrorLine(record)
    return line && makeEntry(line, site, context.knowledge)
  }
}

function makeEntry(line: ErrorLine, site: Site, knowledge: Knowledge): ErrorEntry {
  const index = signatureIndex(knowledge.signatures)
  const match = matchSignature(index, 'nginx-error', line.message, { whole: true })
  const signature = match?.signature
  const upstream = parseUpstream(line.upstream)
  const path = requestPath(line.request)
  const trouble = isTrouble(line, signature)
  return {
    line,
    signature,
    holes: match?.holes ?? {},
    path,
    upstream,
    trouble,
    fit: line.request_line
      ? fitOf(site, {
          server: line.server,
          host: line.host,
          path,
          upstream: line.upstream === '' ? undefined : upstream,
        })
      : 'other',
    anothers: line.request_line && isAnothers(site, line.server),
    process: !line.request_line && (line.connection === 0 || signature !== undefined),
  }
}

/**
 * A known message is trouble when it has a shape or a cause; an unknown one when nginx was dealing
 * with an upstream. A missing file, a refused password or a buffered body are everyday lines.
 */
function isTrouble(line: ErrorLine, signature: Signature | undefined): boolean {
  if (signature) return (signature.shape ?? 'none') !== 'none' || signature.cause !== undefined
  return severity(line.level) >= severity('error') && line.upstream !== '' && line.action.includes('upstream')
}

/** A level's rank; -1 for what is no level. */
export function severity(level: string): number {
  return LEVELS.indexOf(level)
}

/** A fact's text, '' when it is unknown. */
export function textFact(facts: ReadonlyMap<string, Value>, name: string): string {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}
