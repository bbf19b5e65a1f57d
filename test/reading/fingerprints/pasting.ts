import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Capture } from '../../../src/words/look.ts'
import { SHIPPED_FINGERPRINTS } from './shipped.ts'

/** Text that somebody pasted where our own request would have been made. */
export function pasteOf(out: string): Capture {
  return {
    ...{ kind: 'http', argv: [], at: 'local', outcome: 'ok', exit: null, ms: 0, startedAt: '2026-11-21T02:03:12.000Z' },
    ...{ out, err: '', cut: false, timedOut: false, leftOut: '', meta: {}, pasted: true },
  }
}

const context: ReadContext = {
  facts: new Map(),
  knowledge: { fingerprints: SHIPPED_FINGERPRINTS, signatures: [] },
  requests: [],
  now: new Date('2026-11-21T02:03:12Z'),
}
pasteOf.context = context
