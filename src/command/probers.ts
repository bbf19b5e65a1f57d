import type { Library } from '../flow/types.ts'
import { knowledgeOf, readContext } from '../guide/scope.ts'
import { equivalent } from '../probe/equivalent.ts'
import { createMasker } from '../probe/mask/index.ts'
import { seal, sealed } from '../probe/seal.ts'
import { READERS } from '../reading/index.ts'
import type { ReadContext } from '../reading/reader.ts'
import type { JournalEntry } from '../session/events.ts'
import type { Session } from '../session/session.ts'
import type { Json } from '../words/json.ts'
import type { Capture, LookRequest, Prober } from '../words/look.ts'
import type { Io } from './io.ts'
import type { LookingOptions } from './options.ts'
import { openRecording } from './recordings.ts'
import { VERSION } from './version.ts'

/** A prober whose every capture is masked, and the same masks for whatever else is written. */
export interface SealedProber extends Prober {
  mask(text: string): string
  maskDeep<T>(value: T): T
  /** What a person pasted as the answer to a look, as it may be kept. */
  pasted(request: LookRequest, text: string, now: Date): Capture
  /** Numbers of masks go on behind those of a journal that is continued. */
  reserve(text: string): void
}

/** An entry as it may be written. Captures are sealed, so masked, before anybody sees them. */
export function masked(entry: JournalEntry, prober: SealedProber): JournalEntry {
  return entry.event.type === 'probe.finished' ? entry : prober.maskDeep(entry)
}

/** Where the looks of this run are answered from. */
export interface Source {
  /** The URL that a recording was made of; null for a live run. */
  url: string | null
  /** The recording's own time, so that a replay judges by it; null for a live run. */
  clock: (() => Date) | null
  /** The recording's own window; null for a live run. */
  windowMs: number | null
  open(run: { url: URL; session: () => Session | null }): SealedProber
}

function readerOf({ read }: LookRequest) {
  return Object.hasOwn(READERS, read) ? READERS[read] : undefined
}

function pastedCapture(request: LookRequest, out: string, now: Date): Capture {
  return {
    kind: request.kind,
    argv: equivalent(request),
    at: 'pasted',
    outcome: 'ok',
    exit: null,
    ms: 0,
    startedAt: now.toISOString(),
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    pasted: true,
  }
}

/** Before a session stands there is nothing to know. */
function contextOf(session: Session | null, library: Library, now: Date): ReadContext {
  return session
    ? readContext(session, library, now)
    : { facts: new Map(), knowledge: knowledgeOf(library), requests: [], now }
}

/** A recorded journal with --recorded, this machine otherwise. */
export async function proberFor(options: LookingOptions, library: Library, io: Io): Promise<Source> {
  const masker = createMasker()
  const masks = {
    mask: (text: string) => masker.mask(text),
    maskDeep: <T>(value: T) => masker.maskDeep(value as Json) as T,
    reserve: (text: string) => masker.reserve(text),
    pasted: (request: LookRequest, text: string, now: Date) =>
      seal(pastedCapture(request, text, now), readerOf(request), masker),
  }
  if (options.recorded !== null) {
    const recording = openRecording(options.recorded, io)
    const { createRecordedProber } = await import('../probe/recorded.ts')
    return {
      url: recording.url,
      clock: () => recording.startedAt,
      windowMs: recording.windowMs,
      open: () => ({ ...createRecordedProber(recording.events), ...masks }),
    }
  }
  const [{ createLiveProber }, { cleanEnvironment, lowerOwnPriority }] = await Promise.all([
    import('../probe/live.ts'),
    import('../probe/clean-room.ts'),
  ])
  return {
    url: null,
    clock: null,
    windowMs: null,
    open({ url, session }) {
      lowerOwnPriority()
      const live = createLiveProber({
        commands: library.commands,
        url: url.href,
        userAgent: `triage502/${VERSION}`,
        headers: options.headers,
        resolve: options.resolve,
        insecure: options.insecure,
        sudo: options.sudo,
        noRequests: !options.requests,
        env: cleanEnvironment(io.env),
        where: (vantage) => (vantage === 'here' ? 'local' : (session()?.vantages[vantage]?.at ?? 'unknown')),
        now: io.now,
        context: () => contextOf(session(), library, io.now()),
        timeoutMs: options.timeoutMs,
      })
      return { ...sealed(live, READERS, masker), ...masks }
    },
  }
}
