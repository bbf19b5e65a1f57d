import { describe, expect, it } from 'vitest'
import { factValues, ownRequests, readContext } from '../../src/guide/scope.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'
import { capture, FACTS, library, REQUEST, session } from './make.ts'

const learned = (name: string, value: string | number | boolean | string[]): SessionEvent => ({
  type: 'fact.learned',
  name,
  value,
  origin: { by: 'flag' },
  visit: 0,
})

const OWN: LookRequest = {
  kind: 'http',
  url: 'http://shop.example.com/',
  times: 1,
  redirects: 0,
  own: true,
  at: 'here',
  read: 'http-response',
  timeoutMs: 75_000,
}

const asked = (n: number, request: LookRequest, seen: Capture | null): SessionEvent[] => [
  { type: 'probe.started', n, node: 'locate/response', request },
  ...(seen ? [{ type: 'probe.finished', n, node: 'locate/response', capture: seen } as const] : []),
]

describe('facts for expressions', () => {
  it('are run-time values: ints are BigInt, times are dates', () => {
    const held = session(
      learned('upstream.port', 3000),
      learned('upstream.host', '10.0.0.7'),
      learned('onset.first', '2026-11-21T02:03:12.000Z'),
      learned('upstream.verify', false),
      learned('app.names', ['a', 'b']),
    )
    expect(Object.fromEntries(factValues(held, FACTS))).toEqual({
      'upstream.port': 3000n,
      'upstream.host': '10.0.0.7',
      'onset.first': new Date('2026-11-21T02:03:12Z'),
      'upstream.verify': false,
      'app.names': ['a', 'b'],
    })
  })

  it('are made once for what a session holds, and anew when it holds more', () => {
    const held = session(learned('upstream.port', 3000))
    expect(factValues({ ...held, visit: 7 }, FACTS)).toBe(factValues(held, FACTS))
    const more = session(learned('upstream.port', 3000), learned('upstream.host', '10.0.0.7'))
    expect(factValues(more, FACTS).size).toBe(2)
    expect(factValues(held, FACTS).size).toBe(1)
  })

  it('are of the library that asks, also when another has asked before', () => {
    const held = session(learned('upstream.port', 3000))
    expect(factValues(held, {}).size).toBe(0)
    expect(factValues(held, FACTS).get('upstream.port')).toBe(3000n)
  })

  it('are only those that the library declares', () => {
    expect(factValues(session(learned('no.such', 'x')), FACTS).size).toBe(0)
  })
})

describe('our own requests', () => {
  const answered = capture('HTTP/1.1 502 Bad Gateway', {
    kind: 'http',
    startedAt: '2026-11-21T02:03:04.000Z',
    ms: 1500,
    meta: { status: 502 },
  })

  it('are those to the URL of the person that were sent, with when and what came back', () => {
    expect(ownRequests(session(...asked(1, OWN, answered)))).toEqual([
      {
        startedAt: new Date('2026-11-21T02:03:04.000Z'),
        endedAt: new Date('2026-11-21T02:03:05.500Z'),
        status: 502,
      },
    ])
  })

  it('have the status 0 where none came back', () => {
    const silent = { ...answered, meta: {} }
    expect(ownRequests(session(...asked(1, OWN, silent)))).toMatchObject([{ status: 0 }])
  })

  it('are not those to another address, those that were never sent, those that still run, nor commands', () => {
    const made = session(
      ...asked(1, { ...OWN, own: false }, answered),
      ...asked(2, OWN, { ...answered, outcome: 'blind', why: 'declined' }),
      ...asked(3, OWN, null),
      ...asked(4, REQUEST, capture('x')),
    )
    expect(ownRequests(made)).toEqual([])
  })
})

describe('what a reader may know', () => {
  it('is the facts, the formats, our requests, and when the look began', () => {
    const at = new Date('2026-11-21T02:05:00Z')
    const context = readContext(session(learned('upstream.port', 3000)), library([]), at)
    expect(context).toEqual({
      facts: new Map([['upstream.port', 3000n]]),
      knowledge: { fingerprints: [], signatures: [], layers: [] },
      requests: [],
      now: at,
    })
  })

  it('never takes a time before the session for now: a blind look has none', () => {
    expect(readContext(session(), library([]), new Date(0)).now).toEqual(new Date('2026-11-21T02:03:00Z'))
  })
})
