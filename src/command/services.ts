import { parseFact } from '../flow/fact-value.ts'
import type { Json } from '../words/json.ts'
import { type Io, UsageError } from './io.ts'
import { loadShipped } from './library.ts'
import { COMMAND_NAMES } from './names.ts'
import { parseStrict } from './options.ts'
import { openPreferences } from './preferences.ts'
import { parseUrl } from './url.ts'

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i

/** `triage502 services [list | add NAME URL [FACT=VALUE…] | remove NAME]`. */
export async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseStrict(argv, { json: { type: 'boolean' } })
  const [action = 'list', name, ...rest] = positionals
  const preferences = openPreferences(io.env.TRIAGE502_CONFIG_DIR)
  switch (action) {
    case 'list': {
      const services = preferences.services()
      if (values.json) io.out(`${JSON.stringify(services, null, 2)}\n`)
      else if (Object.keys(services).length === 0)
        io.out('No services are saved. Add one: triage502 services add NAME URL\n')
      else for (const [key, service] of Object.entries(services)) io.out(`${key.padEnd(20)} ${service.url}\n`)
      return 0
    }
    case 'add':
      preferences.save(serviceName(name), { url: parseUrl(rest[0] ?? '').href, facts: serviceFacts(rest.slice(1)) })
      io.out(`Saved. Ask about it with: triage502 diagnose --service ${name}\n`)
      return 0
    case 'remove': {
      if (!preferences.remove(serviceName(name))) {
        throw new UsageError(`there is no service ${JSON.stringify(name)}`, 'See `triage502 services`.')
      }
      return 0
    }
    default:
      throw new UsageError(`services cannot ${JSON.stringify(action)}`, 'Use list, add or remove.')
  }
}

function serviceName(name: string | undefined): string {
  if (name === undefined || !NAME.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name ?? '')} is no name for a service`,
      'Use letters, digits, dots and dashes.',
    )
  }
  if (COMMAND_NAMES.includes(name)) {
    throw new UsageError(`${name} is a command`, 'A service may not bear the name of a command; choose another.')
  }
  return name
}

function serviceFacts(words: string[]): Record<string, Json> {
  const { facts } = loadShipped()
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', ...value] = word.split('=')
      const spec = Object.hasOwn(facts, name) ? facts[name] : undefined
      if (!spec)
        throw new UsageError(`there is no fact ${JSON.stringify(name)}`, 'Facts are listed in flows/facts.yaml.')
      const parsed = parseFact(spec.type, value.join('='))
      if (!parsed.ok) throw new UsageError(`${name}: the value ${parsed.says}`, `For example: ${name}=${spec.example}`)
      return [name, parsed.value]
    }),
  )
}
