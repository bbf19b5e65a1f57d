import { createEngine, type Engine } from '../guide/engine.ts'
import { createGuide } from '../guide/guide.ts'
import { createLanguage } from '../guide/language.ts'
import { READERS } from '../reading/index.ts'
import { openJournal, readJournal } from '../session/journal.ts'
import { fold } from '../session/session.ts'
import { openStore } from '../session/store.ts'
import { withAnswers } from './answers.ts'
import { conduct } from './conduct.ts'
import { dryRun } from './dry-run.ts'
import { type Io, UsageError } from './io.ts'
import { libraryFor } from './libraries.ts'
import { parseLooking } from './options.ts'
import { masked, proberFor } from './probers.ts'
import { parseUrl } from './url.ts'

/** `triage502 resume [SESSION]`: goes on with an unfinished session on the node where it stopped. */
export async function run(argv: string[], io: Io): Promise<number> {
  const library = await libraryFor(argv, io)
  const options = withAnswers(parseLooking(argv, library, io.env), library, io)
  const warn = (says: string) => io.err(`triage502: ${says}\n`)
  const store = openStore(io.env, warn)
  const id = options.url ?? store.list().find((row) => row.open)?.id
  if (id === undefined) throw new UsageError('no session is unfinished', 'Begin one: triage502 diagnose URL')
  const found = store.find(id)
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

  if (options.dryRun) return dryRun(parseUrl(session.url), options, library, io)

  const journal = openJournal(found.path, { create: false, warn })
  try {
    const language = createLanguage(library)
    const guide = createGuide(library, READERS, language)
    const source = await proberFor({ ...options, recorded: null }, library, io)
    let engine: Engine | null = null
    const prober = source.open({ url: parseUrl(session.url), session: () => engine?.session ?? session })
    for (const entry of entries) prober.reserve(JSON.stringify(entry))
    const sink = { append: (entry: Parameters<typeof journal.append>[0]) => journal.append(masked(entry, prober)) }
    engine = createEngine(guide, { resumed: session }, sink, io.now)
    engine.dispatch({ type: 'resume' })
    return await conduct({ guide, language, library, engine, prober, options, kept: true, io })
  } finally {
    journal.close()
  }
}
