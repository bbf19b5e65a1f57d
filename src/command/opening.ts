import type { Library } from '../flow/types.ts'
import { createEngine, type Engine } from '../guide/engine.ts'
import { createGuide, type Guide } from '../guide/guide.ts'
import type { Language } from '../guide/judge.ts'
import { createLanguage } from '../guide/language.ts'
import { factsOfUrl } from '../guide/url-facts.ts'
import { READERS } from '../reading/index.ts'
import type { JournalEntry } from '../session/events.ts'
import { fold } from '../session/evolve.ts'
import { openJournal, readJournal } from '../session/journal.ts'
import { openStore } from '../session/store.ts'
import { type Io, UsageError } from './io.ts'
import type { LookingOptions } from './options.ts'
import { openPlace } from './place.ts'
import { masked, proberFor, type SealedProber } from './probers.ts'
import { startEvent } from './start-event.ts'
import { parseUrl } from './url.ts'

/** A session that is being walked, whoever walks it. */
export interface Opened {
  guide: Guide
  language: Language
  library: Library
  engine: Engine
  prober: SealedProber
  /** Is it written where `export` and `resume` find it? */
  kept: boolean
  /** The recorded incident that answers the looks, or null. */
  recorded: string | null
  /** The session's own clock: in a recorded incident time goes on from when it was recorded. */
  now(): Date
  close(): void
}

export interface Opening {
  options: LookingOptions
  library: Library
  io: Io
  /** A person walks it: a recorded incident is kept like any other, and its clock runs. */
  byPerson: boolean
}

/** Begins a session. Throws UsageError where there is no URL, or none that can be asked. */
export async function openNew({ options, library, io, byPerson }: Opening): Promise<Opened> {
  const source = await proberFor(options, library, io)
  const address = source.url ?? options.url
  if (address === null) {
    throw new UsageError('there is no URL', 'Give one: triage502 diagnose https://shop.example.com/')
  }
  const url = parseUrl(address)
  const language = createLanguage(library)
  const guide = createGuide(library, READERS, language)
  const place = openPlace(options, url, io, byPerson)
  const now = clockOf(source.clock, io, byPerson)
  try {
    let engine: Engine | null = null
    const prober = source.open({ url, session: () => engine?.session ?? null })
    const begun = createEngine(
      guide,
      { start: startEvent(place.id, prober.mask(url.href), source.windowMs ?? options.sinceMs, options, library) },
      { append: (entries) => place.written && place.append(...entries.map((entry) => masked(entry, prober))) },
      now,
    )
    engine = begun
    const seconds = Math.ceil(begun.session.windowMs / 1000)
    begun.dispatch({
      type: 'begin',
      facts: [
        ...factsOfUrl(url, prober.mask),
        { name: 'window.seconds', value: seconds, origin: { by: 'tool' } },
        { name: 'window.now', value: begun.session.startedAt, origin: { by: 'tool' } },
        ...pinnedAddress(url, options),
        ...options.facts,
      ],
      vantages: (['proxy', 'app'] as const).filter((role) => options.vantages[role] === 'local'),
    })
    const { recorded } = options
    return { guide, language, library, engine: begun, prober, kept: place.kept, recorded, now, close: place.close }
  } catch (error) {
    place.close()
    throw error
  }
}

/** A kept session that can go on: its journal read, and what makes going on impossible told. */
export function readKept(id: string | null, library: Library, io: Io) {
  const warn = (says: string) => io.err(`triage502: ${says}\n`)
  const store = openStore(io.env, warn)
  const wanted = id ?? store.list().find((row) => row.open)?.id
  if (wanted === undefined) throw new UsageError('no session is unfinished', 'Begin one: triage502 diagnose URL')
  const found = store.find(wanted)
  const { entries, torn, problems } = readJournal(found.path)
  if (problems.length > 0) {
    throw new UsageError(`its journal is damaged: ${problems[0]}`, `What is sound of it: triage502 export ${found.id}`)
  }
  if (torn) warn('the last line of its journal was torn and is dropped')
  const session = fold(entries)
  if (!session) throw new UsageError(`the journal of ${found.id} is empty`, 'Begin again: triage502 diagnose URL')
  if (session.url.includes('[masked:')) {
    throw new UsageError(
      'its URL held a secret, which was not kept',
      'Begin again with the whole URL: triage502 diagnose URL',
    )
  }
  if (session.here !== null && !library.nodes[session.here]) {
    throw new UsageError(
      `the flows have changed, and ${session.here}, where it stopped, is no more`,
      `Begin again: triage502 diagnose ${session.url}`,
    )
  }
  if (session.library !== library.digest) warn('the flows have changed since: it goes on with the new ones')
  return { path: found.path, entries, session, warn }
}

/** Goes on with a session where it stopped. Throws JournalLocked while another process writes it. */
export async function openKept(
  { path, entries, session, warn }: ReturnType<typeof readKept>,
  { options, library, io, byPerson }: Opening,
): Promise<Opened> {
  const recorded = typeof session.options.recorded === 'string' ? session.options.recorded : null
  const journal = openJournal(path, { create: false, warn })
  try {
    const language = createLanguage(library)
    const guide = createGuide(library, READERS, language)
    const source = await proberFor({ ...options, recorded }, library, io)
    let engine: Engine | null = null
    const prober = source.open({ url: parseUrl(session.url), session: () => engine?.session ?? session })
    for (const entry of entries) prober.reserve(JSON.stringify(entry))
    const sink = {
      append: (entries: readonly JournalEntry[]) => journal.append(...entries.map((entry) => masked(entry, prober))),
    }
    // A recorded incident's time goes on from the last event.
    const last = new Date(session.lastAt)
    const now = clockOf(source.clock === null ? null : () => last, io, byPerson)
    engine = createEngine(guide, { resumed: session }, sink, now)
    engine.dispatch({ type: 'resume' })
    return { guide, language, library, engine, prober, kept: true, recorded, now, close: () => journal.close() }
  } catch (error) {
    journal.close()
    throw error
  }
}

/** A replay judges by the recording's own time; walked by a person, that time goes on. */
function clockOf(recorded: (() => Date) | null, io: Io, byPerson: boolean): () => Date {
  if (recorded === null) return io.now
  if (!byPerson) return recorded
  const from = recorded().getTime()
  const began = performance.now()
  return () => new Date(from + Math.round(performance.now() - began))
}

/** --resolve for the URL's own host and port: the address that the name shall have. */
function pinnedAddress(url: URL, { resolve }: LookingOptions) {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const pin = resolve.find((entry) => entry.host === url.hostname && entry.port === port)
  return pin ? [{ name: 'url.address', value: pin.address, origin: { by: 'flag' } as const }] : []
}
