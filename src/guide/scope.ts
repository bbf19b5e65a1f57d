import { factToValue } from '../flow/fact-value.ts'
import type { FactSpec, Library } from '../flow/types.ts'
import { parseHttpMeta } from '../reading/http/measured.ts'
import type { Knowledge, OwnRequest, ReadContext } from '../reading/reader.ts'
import type { Session } from '../session/session.ts'
import type { Value } from '../words/value.ts'

const known = new WeakMap<Session['facts'], { specs: Record<string, FactSpec>; values: ReadonlyMap<string, Value> }>()

/** The facts held, in run-time form, for expressions and readers. Made once for what a session holds: many ask for it. */
export function factValues(session: Session, facts: Record<string, FactSpec>): ReadonlyMap<string, Value> {
  const made = known.get(session.facts)
  if (made?.specs === facts) return made.values
  const values = new Map<string, Value>()
  for (const [name, held] of session.facts) {
    const spec = facts[name]
    if (spec) values.set(name, factToValue(spec.type, held.value))
  }
  known.set(session.facts, { specs: facts, values })
  return values
}

/** Our own requests to the person's URL, and to the gateway past what stands in front of it: its log holds both. */
export function ownRequests(session: Session): OwnRequest[] {
  const requests: OwnRequest[] = []
  const gateway = session.facts.get('gateway.url')?.value
  for (const { request, capture } of session.probes) {
    if (request.kind !== 'http' || !capture || capture.outcome === 'blind') continue
    if (!request.own && request.url !== gateway) continue
    // Somebody else's request, at a time that nobody knows.
    if (capture.pasted) continue
    const startedAt = new Date(capture.startedAt)
    const status = capture.meta.status
    const { local_port, samples } = parseHttpMeta(capture.meta)
    const known = [...samples.map(({ measured }) => measured.local_port), local_port].filter((port) => port > 0)
    requests.push({
      startedAt,
      endedAt: new Date(startedAt.getTime() + capture.ms),
      status: typeof status === 'number' ? status : 0,
      ...(known.length === 0 ? {} : { clientPorts: [...new Set(known)] }),
    })
  }
  return requests
}

/** What a reader may know at this moment. `seen` is when the look began: "now" for the reader. */
export function readContext(session: Session, library: Library, seen: Date): ReadContext {
  return {
    facts: factValues(session, library.facts),
    knowledge: knowledgeOf(library),
    requests: ownRequests(session),
    now: new Date(Math.max(seen.getTime(), Date.parse(session.startedAt))),
  }
}

/** The formats that readers match against. Asked for one by one: most readers need none of them. */
export function knowledgeOf(library: Library): Knowledge {
  return {
    get fingerprints() {
      return library.fingerprints
    },
    get signatures() {
      return library.signatures
    },
    get layers() {
      return library.timeouts
    },
  }
}
