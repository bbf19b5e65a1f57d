import Conf from 'conf'
import type { Json } from '../words/json.ts'
import { UsageError } from './io.ts'

/** What is known of a service a person saved. */
export interface Service {
  url: string
  facts: Record<string, Json>
}

interface Kept {
  services: Record<string, Service>
}

/**
 * Saved services, in the platform's configuration folder (`folder` overrides it), readable by their
 * owner alone. Throws UsageError for a file that is no JSON, or that cannot be made.
 */
export function openPreferences(folder?: string) {
  const conf = open(folder)
  const services = () => parseServices(conf.get('services'))
  return {
    services,
    save(name: string, service: Service): void {
      conf.set('services', { ...services(), [name]: service })
    },
    /** False when there was none of that name. */
    remove(name: string): boolean {
      const { [name]: _, ...rest } = services()
      const known = Object.hasOwn(services(), name)
      if (known) conf.set('services', rest)
      return known
    },
  }
}

function open(folder: string | undefined): Conf<Kept> {
  try {
    return new Conf<Kept>({
      projectName: 'triage502',
      projectSuffix: '',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      defaults: { services: {} },
      ...(folder === undefined ? {} : { cwd: folder }),
    })
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      `the saved services cannot be read: ${says}`,
      `Mend or remove config.json in ${folder ?? 'the configuration folder of triage502'}.`,
      { cause: error },
    )
  }
}

/** The file can be edited by hand: what is no service is left out. */
function parseServices(kept: unknown): Record<string, Service> {
  if (!isRecord(kept)) return {}
  const services = Object.entries(kept).flatMap(([name, service]) => {
    if (!isRecord(service) || typeof service.url !== 'string') return []
    const facts = isRecord(service.facts) ? (service.facts as Record<string, Json>) : {}
    return [[name, { url: service.url, facts }] as const]
  })
  return Object.fromEntries(services)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
