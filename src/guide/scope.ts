import { factToValue } from '../flow/fact-value.ts'
import type { FactSpec } from '../flow/types.ts'
import type { OwnRequest } from '../reading/reader.ts'
import type { Session } from '../session/session.ts'
import type { Value } from '../words/value.ts'

/** The facts held, in run-time form, for expressions and readers. */
export function factValues(session: Session, facts: Record<string, FactSpec>): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const [name, held] of session.facts) {
    const spec = facts[name]
    if (spec) values.set(name, factToValue(spec.type, held.value))
  }
  return values
}

/** Our own requests to the person's URL, from the probes made so far. */
export function ownRequests(session: Session): OwnRequest[] {
  const requests: OwnRequest[] = []
  for (const { request, capture } of session.probes) {
    if (request.kind !== 'http' || !request.own || !capture || capture.outcome === 'blind') continue
    const startedAt = new Date(capture.startedAt)
    const status = capture.meta.status
    requests.push({
      startedAt,
      endedAt: new Date(startedAt.getTime() + capture.ms),
      status: typeof status === 'number' ? status : 0,
    })
  }
  return requests
}
