import Conf from 'conf'
import type { Json } from '../words/json.ts'

/** What is known of a service a person saved. */
export interface Service {
  url: string
  facts: Record<string, Json>
}

interface Kept {
  services: Record<string, Service>
}

/** Saved services, in the platform's configuration folder (`folder` overrides it), readable by their owner alone. */
export function openPreferences(folder?: string) {
  const conf = new Conf<Kept>({
    projectName: 'triage502',
    projectSuffix: '',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    defaults: { services: {} },
    ...(folder === undefined ? {} : { cwd: folder }),
  })
  return {
    services: (): Record<string, Service> => conf.get('services'),
    save(name: string, service: Service): void {
      conf.set('services', { ...conf.get('services'), [name]: service })
    },
    remove(name: string): boolean {
      const { [name]: gone, ...rest } = conf.get('services')
      conf.set('services', rest)
      return gone !== undefined
    },
  }
}
