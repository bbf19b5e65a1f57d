import fc from 'fast-check'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import type { Json, JsonObject } from '../../src/words/json.ts'
import { BLIND_REASONS, CAUSES, MOMENTS, PLACES, VERIFY_RESULTS } from '../../src/words/vocabulary.ts'
import { capture, entries, found, REQUEST } from '../guide/make.ts'

const count = fc.nat()
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
const object = fc.dictionary(text, fc.jsonValue()).map((value): JsonObject => JSON.parse(JSON.stringify(value)))
const origin = fc.oneof(
  fc.record({ by: fc.constant('probe' as const), n: count }),
  fc.constantFrom(...(['person', 'flag', 'service', 'url', 'tool'] as const)).map((by) => ({ by })),
)
const hop = fc.record({ kind: fc.constantFrom(...PLACES), vendor: text, role: fc.constantFrom('made', 'passed') })
const why = fc.constantFrom(...BLIND_REASONS)

/** Any event but the first, with any text in it. */
export const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant('fact.learned'), name: text, value: fc.jsonValue().map(clean), origin, visit: count }),
  fc.record({
    type: fc.constant('vantage.proven'),
    role: fc.constantFrom('proxy', 'app'),
    at: text,
    origin,
    visit: count,
  }),
  fc.record(
    { type: fc.constant('node.entered'), node: text, visit: count, aside: fc.boolean(), returnTo: text },
    { requiredKeys: ['type', 'node', 'visit', 'aside'] },
  ),
  fc.record({ type: fc.constant('probe.started'), n: count, node: text, request: anyRequest() }),
  fc.record({ type: fc.constant('probe.finished'), n: count, node: text, capture: anyCapture() }),
  fc
    .record({ hops: fc.array(hop), suspects: fc.array(fc.constantFrom(...CAUSES)), go: text })
    .map((more) => found('nginx/error-log.refused', 1, more)),
  fc.record({ type: fc.constant('node.blind'), visit: count, node: text, why, says: text, go: text }),
  fc.record(
    { type: fc.constant('blind.spot'), visit: count, node: text, why, says: text, probe: count },
    { requiredKeys: ['type', 'visit', 'node', 'why', 'says'] },
  ),
  fc.record({ type: fc.constant('question.open'), visit: count, node: text, says: text }),
  fc.record({ type: fc.constant('went.back'), toVisit: count }),
  fc.record({ type: fc.constant('went.deeper'), visit: count, forgets: fc.array(fc.string()) }),
  fc.record({ type: fc.constant('note.added'), text }),
  fc.record({ type: fc.constant('moment.marked'), moment: fc.constantFrom(...MOMENTS) }),
  fc.record({ type: fc.constant('fix.started'), n: count, verdict: text, step: count, argv: fc.array(text) }),
  fc.record({ type: fc.constant('fix.finished'), n: count, exit: fc.option(count), ms: count, out: text }),
  fc.record({ type: fc.constant('verify.started'), n: count, wanted: count }),
  fc.record({
    type: fc.constant('verify.ended'),
    n: count,
    result: fc.constantFrom(...VERIFY_RESULTS),
    asked: count,
    well: count,
    wellSince: fc.option(fc.constant('2026-11-21T02:09:12.000Z')),
  }),
  fc.record({ type: fc.constant('verdict.reached'), visit: count, node: text }),
  fc.record({
    type: fc.constant('end.reached'),
    visit: count,
    node: text,
    end: fc.constantFrom('healthy', 'inconclusive'),
    says: text,
  }),
  fc.constant<SessionEvent>({ type: 'session.resumed' }),
  fc.record({
    type: fc.constant('session.ended'),
    ended: fc.constantFrom('complete', 'budget', 'interrupted'),
    conclusion: fc.constant({ outcome: 'healthy' as const, state: 'well' as const, verdict: null }),
  }),
)

/** A whole journal: session.started and what may follow. */
export const anyJournal: fc.Arbitrary<JournalEntry[]> = fc
  .array(anyEvent, { maxLength: 6 })
  .map((events) => entries(...events))

function anyRequest() {
  return fc.oneof(
    fc.constant(REQUEST),
    fc.record({
      kind: fc.constant('log' as const),
      path: text,
      windowMs: count,
      at: fc.constant('proxy' as const),
      read: text,
      timeoutMs: count,
    }),
    fc.record({
      kind: fc.constant('look' as const),
      name: text,
      args: object,
      at: fc.constant('app' as const),
      read: text,
      timeoutMs: count,
    }),
    fc.record(
      {
        kind: fc.constant('http' as const),
        url: text,
        times: count,
        redirects: count,
        own: fc.boolean(),
        at: fc.constant('here' as const),
        read: text,
        timeoutMs: count,
        socket: text,
        verify: fc.boolean(),
      },
      { requiredKeys: ['kind', 'url', 'times', 'redirects', 'own', 'at', 'read', 'timeoutMs'] },
    ),
  )
}

function anyCapture() {
  return fc
    .record({ out: text, err: text, meta: object, exit: fc.option(fc.nat()), pasted: fc.boolean(), why })
    .map(({ out, ...more }) => capture(out, more))
}

/** Minus zero has no JSON. */
function clean(value: unknown): Json {
  return JSON.parse(JSON.stringify(value))
}
