import { parseFact } from '../flow/fact-value.ts'
import type { Library } from '../flow/types.ts'
import { nearest } from '../words/nearest.ts'
import { type Io, UsageError } from './io.ts'
import type { LookingOptions } from './options.ts'

/**
 * The options with what a saved service knows added: its URL where none was given, its facts where
 * no flag says otherwise. Throws UsageError for a service nobody saved.
 */
export async function withService(options: LookingOptions, library: Library, io: Io): Promise<LookingOptions> {
  const { service: name } = options
  if (name === null) return options
  const { openPreferences } = await import('./preferences.ts')
  const services = openPreferences(io.env.TRIAGE502_CONFIG_DIR).services()
  const service = Object.hasOwn(services, name) ? services[name] : undefined
  if (!service) {
    const meant = nearest(name, Object.keys(services))
    throw new UsageError(
      `there is no service ${JSON.stringify(name)}`,
      meant ? `Did you mean ${meant}?` : 'Save one: triage502 services add NAME URL [FACT=VALUE…]',
    )
  }
  const given = new Set(options.facts.map((fact) => fact.name))
  const facts = Object.entries(service.facts).flatMap(([fact, value]) => {
    const spec = Object.hasOwn(library.facts, fact) ? library.facts[fact] : undefined
    const parsed = spec && !given.has(fact) ? parseFact(spec.type, value) : null
    return parsed?.ok ? [{ name: fact, value: parsed.value, origin: { by: 'service' } as const }] : []
  })
  return { ...options, url: options.url ?? service.url, facts: [...options.facts, ...facts] }
}
