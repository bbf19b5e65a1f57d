import { createEngine, type Engine } from '../guide/engine.ts'
import { createGuide, factsOfUrl } from '../guide/guide.ts'
import { createLanguage } from '../guide/language.ts'
import { READERS } from '../reading/index.ts'
import { withAnswers } from './answers.ts'
import { conduct } from './conduct.ts'
import { dryRun } from './dry-run.ts'
import { type Io, UsageError } from './io.ts'
import { libraryFor } from './libraries.ts'
import { type LookingOptions, parseLooking } from './options.ts'
import { openPlace } from './place.ts'
import { masked, proberFor } from './probers.ts'
import { withService } from './service-facts.ts'
import { startEvent } from './start-event.ts'
import { parseUrl } from './url.ts'

/** `triage502 diagnose [URL]`: looks without a person, prints the diagnosis, and exits by its outcome. */
export async function run(argv: string[], io: Io): Promise<number> {
  const library = await libraryFor(argv, io)
  const asked = withAnswers(parseLooking(argv, library, io.env), library, io)
  const options = await withService(asked, library, io)
  const source = await proberFor(options, library, io)
  const address = source.url ?? options.url
  if (address === null) {
    throw new UsageError('there is no URL', 'Give one: triage502 diagnose https://shop.example.com/')
  }
  const url = parseUrl(address)
  if (options.dryRun) return dryRun(url, options, library, io)

  const language = createLanguage(library)
  const guide = createGuide(library, READERS, language)
  const place = openPlace(options, url, io)
  let engine: Engine | null = null
  try {
    const prober = source.open({ url, session: () => engine?.session ?? null })
    const shown = prober.mask(url.href)
    engine = createEngine(
      guide,
      { start: startEvent(place.id, shown, source.windowMs ?? options.sinceMs, options, library) },
      { append: (entry) => place.append(masked(entry, prober)) },
      source.clock ?? io.now,
    )
    const seconds = Math.ceil(engine.session.windowMs / 1000)
    engine.dispatch({
      type: 'begin',
      facts: [
        ...factsOfUrl(url, prober.mask),
        { name: 'window.seconds', value: seconds, origin: { by: 'tool' } },
        { name: 'window.now', value: engine.session.startedAt, origin: { by: 'tool' } },
        ...pinnedAddress(url, options),
        ...options.facts,
      ],
      vantages: (['proxy', 'app'] as const).filter((role) => options.vantages[role] === 'local'),
    })
    return await conduct({ guide, language, library, engine, prober, options, kept: place.kept, io })
  } finally {
    place.close()
  }
}

/** --resolve for the URL's own host and port: the address that the name shall have. */
function pinnedAddress(url: URL, { resolve }: LookingOptions) {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const pin = resolve.find((entry) => entry.host === url.hostname && entry.port === port)
  return pin ? [{ name: 'url.address', value: pin.address, origin: { by: 'flag' } as const }] : []
}
