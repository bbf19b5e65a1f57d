import type { SessionEvent } from '../session/events.ts'
import { blindCapture, type Capture, type LookRequest, lookKey, type Prober } from '../words/look.ts'

/**
 * Answers looks from a journal. The same look asked several times gets the captures in their order,
 * then the last one again. What the recording does not hold is blind.
 */
export function createRecordedProber(events: Iterable<SessionEvent>): Prober {
  const kept = captures(events)
  const given = new Map<string, number>()
  return {
    look(request) {
      const key = lookKey(request)
      const list = kept.get(key) ?? []
      const at = given.get(key) ?? 0
      given.set(key, at + 1)
      const capture = list[Math.min(at, list.length - 1)]
      return Promise.resolve(capture ?? blindCapture(request, 'declined', 'this recording holds no such look'))
    },
  }
}

function captures(events: Iterable<SessionEvent>): Map<string, Capture[]> {
  const requests = new Map<number, LookRequest>()
  const kept = new Map<string, Capture[]>()
  for (const event of events) {
    if (event.type === 'probe.started') requests.set(event.n, event.request)
    if (event.type !== 'probe.finished') continue
    const request = requests.get(event.n)
    // A look refused for its vantage saw nothing: it must not stand in for the one made later.
    if (!request || event.capture.why === 'no-vantage') continue
    const key = lookKey(request)
    kept.set(key, [...(kept.get(key) ?? []), event.capture])
  }
  return kept
}
