import type { Knowledge } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'

/** One record of an application's log with what it means. */
export interface Complaint {
  signature: Signature
  /** The line of the record that told it. */
  line: string
}

/** Whose words may stand in an application's log. */
const SOURCES = ['php-fpm', 'gunicorn', 'app'] as const
/** A record is a stamped line and what stands below it; a trace's telling line is near its end or its beginning. */
const MOST_LINES = 100

/**
 * The known line of a record (lines joined by line feeds) that names a cause, else the first that is known at all.
 * A supervisor's form wins over what any application may write: it says more.
 */
export function complaintOf(record: string, knowledge: Knowledge): Complaint | undefined {
  const index = signatureIndex(knowledge.signatures)
  let first: Complaint | undefined
  for (const line of record.split('\n', MOST_LINES)) {
    for (const source of SOURCES) {
      const signature = matchSignature(index, source, line)?.signature
      if (!signature) continue
      if (signature.cause !== undefined) return { signature, line }
      first ??= { signature, line }
      break
    }
  }
  return first
}
