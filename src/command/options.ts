import { isIP } from 'node:net'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { parseFact } from '../flow/fact-value.ts'
import type { Library } from '../flow/types.ts'
import type { Origin } from '../session/events.ts'
import type { Json } from '../words/json.ts'
import { nearest } from '../words/nearest.ts'
import { UsageError } from './io.ts'

/** What every looking command takes. Durations are in milliseconds. */
export interface LookingOptions {
  url: string | null
  facts: { name: string; value: Json; origin: Origin }[]
  service: string | null
  flows: string | null
  sinceMs: number
  answers: Map<string, string>
  /** A session's journal whose answers are taken where --answer says nothing. */
  answersFile: string | null
  headers: { name: string; value: string }[]
  resolve: { host: string; port: number; address: string }[]
  insecure: boolean
  requests: boolean
  /** Null: the usual limits of 10 s for commands and 75 s for requests. */
  timeoutMs: number | null
  budgetMs: number
  sudo: boolean
  dryRun: boolean
  save: boolean
  trust: string | null
  color: boolean
  verbose: boolean
  vantages: { proxy: 'auto' | 'local'; app: 'auto' | 'local' }
  json: boolean
  exitZero: boolean
  sweep: boolean
  /** The wizard line by line, whatever the terminal is. */
  lines: boolean
  recorded: string | null
  journal: string | null
}

const OPTIONS = {
  fact: { type: 'string', multiple: true },
  service: { type: 'string' },
  flows: { type: 'string' },
  since: { type: 'string' },
  answer: { type: 'string', multiple: true },
  answers: { type: 'string' },
  header: { type: 'string', multiple: true },
  resolve: { type: 'string', multiple: true },
  insecure: { type: 'boolean' },
  'no-requests': { type: 'boolean' },
  timeout: { type: 'string' },
  budget: { type: 'string' },
  sudo: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'no-save': { type: 'boolean' },
  trust: { type: 'string' },
  'no-color': { type: 'boolean' },
  verbose: { type: 'boolean' },
  'proxy-at': { type: 'string' },
  'app-at': { type: 'string' },
  json: { type: 'boolean' },
  'exit-zero': { type: 'boolean' },
  sweep: { type: 'boolean' },
  lines: { type: 'boolean' },
  recorded: { type: 'string' },
  /** Where to write the journal instead of the sessions folder; used to make recordings. */
  journal: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

/** Parses the options of a looking command. Throws UsageError, with what to do, for every mistake. */
export function parseLooking(
  argv: string[],
  library: Library,
  env: Record<string, string | undefined>,
): LookingOptions {
  const { values, positionals } = parseStrict(argv, OPTIONS)
  if (positionals.length > 1) {
    throw new UsageError(`there are ${positionals.length} URLs`, 'Give one URL at a time.')
  }
  return {
    url: positionals[0] ?? null,
    facts: (values.fact ?? []).map((text) => factOption(text, library)),
    service: values.service ?? null,
    flows: values.flows ?? null,
    sinceMs: duration('--since', values.since, 15 * 60_000, LONGEST_WINDOW_MS),
    answers: new Map((values.answer ?? []).map((text) => answerOption(text, library))),
    answersFile: values.answers ?? null,
    headers: (values.header ?? []).map(headerOption),
    resolve: (values.resolve ?? []).map(resolveOption),
    insecure: values.insecure ?? false,
    requests: !values['no-requests'],
    timeoutMs: values.timeout === undefined ? null : duration('--timeout', values.timeout, 0),
    budgetMs: duration('--budget', values.budget, 120_000),
    sudo: values.sudo ?? false,
    dryRun: values['dry-run'] ?? false,
    save: !values['no-save'],
    trust: values.trust ?? null,
    color: !values['no-color'] && !env.NO_COLOR,
    verbose: values.verbose ?? false,
    vantages: { proxy: vantage('--proxy-at', values['proxy-at']), app: vantage('--app-at', values['app-at']) },
    json: values.json ?? false,
    exitZero: values['exit-zero'] ?? false,
    sweep: values.sweep ?? false,
    lines: values.lines ?? false,
    recorded: values.recorded ?? null,
    journal: values.journal ?? null,
  }
}

/** node:util's parseArgs, with mistakes told as UsageError and a near option named. */
export function parseStrict<const T extends ParseArgsOptionsConfig>(argv: string[], options: T) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true })
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    const unknown = /Unknown option '(--?[^']+)'/.exec(says)?.[1]
    if (unknown === undefined) throw new UsageError(says.split('\n')[0] ?? says, 'See `triage502 --help`.')
    const meant = nearest(unknown.replace(/^--?/, '').split('=')[0] ?? '', Object.keys(options))
    throw new UsageError(
      `there is no option ${unknown}`,
      meant ? `Did you mean --${meant}?` : 'See `triage502 --help`.',
    )
  }
}

/** Timers hold no more than 2^31-1 ms and fire at once beyond; nobody waits that long either. */
const LONGEST_WAIT_MS = 24 * 3_600_000
const LONGEST_WINDOW_MS = 365 * 24 * 3_600_000

function duration(
  option: string,
  text: string | undefined,
  otherwise: number,
  longest: number = LONGEST_WAIT_MS,
): number {
  if (text === undefined) return otherwise
  const parsed = parseFact('duration-ms', /^\d+$/.test(text) ? `${text}s` : text)
  if (!parsed.ok || Number(parsed.value) <= 0) {
    throw new UsageError(
      `${option} ${JSON.stringify(text)} ${parsed.ok ? 'is no time' : parsed.says}`,
      `Write it as ${option} 90s or ${option} 15m.`,
    )
  }
  if (Number(parsed.value) > longest) {
    throw new UsageError(
      `${option} ${JSON.stringify(text)} is too long`,
      `At most ${longest / 3_600_000} hours: ${option} ${longest / 3_600_000}h.`,
    )
  }
  return Number(parsed.value)
}

function factOption(text: string, library: Library): { name: string; value: Json; origin: Origin } {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const spec = Object.hasOwn(library.facts, name) ? library.facts[name] : undefined
  if (!spec) {
    const meant = nearest(name, Object.keys(library.facts))
    throw new UsageError(
      `there is no fact ${JSON.stringify(name)}`,
      meant ? `Did you mean ${meant}?` : 'Facts are listed in flows/facts.yaml.',
    )
  }
  if (at < 0) throw new UsageError(`--fact ${name} has no value`, `Write it as --fact ${name}=${spec.example}`)
  const parsed = parseFact(spec.type, text.slice(at + 1))
  if (!parsed.ok)
    throw new UsageError(`--fact ${name}: the value ${parsed.says}`, `For example: --fact ${name}=${spec.example}`)
  return { name, value: parsed.value, origin: { by: 'flag' } }
}

/** `FLOW/NODE=OPTION`, both of the library. Throws UsageError with the nearest of each. */
export function answerOption(text: string, library: Library): [string, string] {
  const at = text.indexOf('=')
  const node = library.nodes[text.slice(0, Math.max(at, 0))]
  if (node?.kind !== 'ask') {
    const questions = Object.values(library.nodes).filter((candidate) => candidate.kind === 'ask')
    const meant = nearest(
      text.slice(0, at < 0 ? undefined : at),
      questions.map((question) => question.id),
    )
    throw new UsageError(
      `--answer ${JSON.stringify(text)} names no question`,
      meant
        ? `Did you mean ${meant}=…?`
        : 'Write it as --answer FLOW/NODE=OPTION; `triage502 flows list` shows the nodes.',
    )
  }
  const option = text.slice(at + 1)
  if (!node.options.some((candidate) => candidate.id === option)) {
    const ids = node.options.map((candidate) => candidate.id).join(', ')
    throw new UsageError(`${node.id} has no option ${JSON.stringify(option)}`, `Its options are: ${ids}.`)
  }
  return [node.id, option]
}

function headerOption(text: string): { name: string; value: string } {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\u0000]*)$/.exec(text)
  if (!match) throw new UsageError('--header is not NAME:VALUE', 'Write it as --header "X-Tenant: blue".')
  return { name: match[1] ?? '', value: match[2] ?? '' }
}

function resolveOption(text: string): { host: string; port: number; address: string } {
  const match = /^([^:\s]+):(\d{1,5}):(\[?[0-9A-Fa-f.:]+\]?)$/.exec(text)
  const port = match ? parseFact('port', match[2] ?? '') : null
  const host = match ? parseFact('host', match[1] ?? '') : null
  const address = (match?.[3] ?? '').replace(/^\[|\]$/g, '')
  if (!port?.ok || !host?.ok || isIP(address) === 0) {
    throw new UsageError(
      `--resolve ${JSON.stringify(text)} is not HOST:PORT:ADDRESS`,
      'Write it as --resolve shop.example.com:443:192.0.2.7.',
    )
  }
  return { host: String(host.value), port: Number(port.value), address }
}

function vantage(option: string, text: string | undefined): 'auto' | 'local' {
  if (text === undefined || text === 'auto') return 'auto'
  if (text === 'local') return 'local'
  if (/^kubectl:[A-Za-z0-9]/.test(text)) {
    throw new UsageError(
      `${option} kubectl: is not for reading: looking from a pod starts programs in it (kubectl exec)`,
      'The cluster itself is asked instead: --fact kube.namespace=NAMESPACE --fact kube.service=SERVICE.',
    )
  }
  if (/^(ssh:[A-Za-z0-9]|docker:[A-Za-z0-9])/.test(text)) {
    throw new UsageError(
      `${option} ${text.split(':')[0]}: is not there yet`,
      'Run triage502 on that machine instead; auto and local work today.',
    )
  }
  throw new UsageError(`${option} ${JSON.stringify(text)} is no vantage`, 'Use auto or local.')
}
