import type { Knowledge } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { type ErrorLine, parseErrorLine } from './error-line.ts'

/** A parsed record with what its words mean. */
export interface ErrorEntry {
  line: ErrorLine
  signature: Signature | undefined
  /** What the signature's holes caught, by name. */
  holes: Readonly<Record<string, string>>
  /** It tells of a failure that a visitor can have seen. */
  trouble: boolean
  /** The upstream that the line names: host, port or socket; '' and 0 where it names none. */
  host: string
  port: number
  socket: string
  /** The path that the line names, without its query; '' where it names none. */
  path: string
}

/** Makes entries out of records. */
export function entryReader(knowledge: Knowledge): (record: string) => ErrorEntry | undefined {
  const index = signatureIndex(knowledge.signatures)
  return (record) => {
    const line = parseErrorLine(record)
    if (line === undefined) return undefined
    const match = matchSignature(index, 'apache-error', line.message, { whole: true })
    const holes = match?.holes ?? {}
    const signature = match?.signature
    return {
      line,
      signature,
      holes,
      trouble: signature !== undefined && ((signature.shape ?? 'none') !== 'none' || signature.cause !== undefined),
      ...addressOf(holes.address ?? line.remote, holes.backend ?? ''),
      socket: holes.socket ?? '',
      path: (holes.path ?? '').replace(/[?#].*$/, ''),
    }
  }
}

/** The name that the configuration wrote (`backend`) tells more than the address that it led to. */
function addressOf(address: string, backend: string): { host: string; port: number } {
  const given = split(backend).port > 0 ? split(backend) : split(address)
  return given.port > 0 ? given : { host: split(backend).host || given.host, port: 0 }
}

function split(text: string): { host: string; port: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text)
  if (match === null) return { host: text.toLowerCase(), port: 0 }
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase(), port: Number(match[2]) }
}
