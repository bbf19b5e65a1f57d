import { parsePort } from './addresses.ts'

/** What is known of a listening program that may tie it to a site. */
export interface Traits {
  cwd: string
  command: readonly string[]
  /** Its unit, '' when none. */
  unit: string
  /** `NAME=value` entries of its environment. */
  environment: readonly string[]
}

/** Words that stand in every project: they tie nothing to anything. */
const COMMON = new Set(
  'api app apps backend bin build cgi code com config conf current data default deploy dist docker dev prod etc express flask fcgi frontend home html http https index lib localhost log main net node nodejs opt org php proxy public release releases root run scripts server service site sites src srv start static tmp upstream usr var venv web webapp worker work www'.split(
    ' ',
  ),
)
/** Beside a site's name they make no other thing of it. */
const PLAIN = new Set(
  [...COMMON, 'v', 'blue', 'green', 'new', 'next', 'live', 'main'].filter(
    (word) => !['dev', 'work', 'worker'].includes(word),
  ),
)
const PORT_NAMES = new Set(['PORT', 'APP_PORT', 'HTTP_PORT', 'SERVER_PORT', 'LISTEN_PORT'])
const LISTEN_OPTIONS = new Set([
  '-p',
  '--port',
  '-b',
  '--bind',
  '-l',
  '--listen',
  '-a',
  '--addr',
  '--address',
  '--http-port',
  '--server.port',
])

/**
 * What ties a program to a site, as phrases: `folder shop`, `file shop.js`, `unit shop.service`,
 * `environment names shop.example.com`, `environment PORT=3000`, `argument --port 3000`. `names` are the
 * site's own words (server names, upstream, root folders), `port` the one the proxy sends to. A name has to be a whole
 * path component, file or word of one; words common to all projects do not count. A tie that ends with ` in part` is weaker.
 */
export function tiesOf(traits: Traits, names: readonly string[], port: number): string[] {
  const words = names.flatMap((name) => [name, ...firstLabel(name)])
  const wanted = new Set(words.map(normal).filter((name) => name.length >= 3 && !COMMON.has(name)))
  const ties = new Set<string>()
  const folders = [traits.cwd, ...traits.command.filter((argument) => argument.startsWith('/')).map(folderOf)]
  for (const folder of folders) {
    for (const component of folder.split('/')) {
      const how = namedBy(component, wanted)
      if (how !== undefined) ties.add(`folder ${component}${how}`)
    }
  }
  for (const argument of traits.command.slice(0, 64)) {
    const file = argument.split('/').at(-1) ?? ''
    const stem = file.replace(/\.[A-Za-z]{1,5}$/, '')
    const how = /^[A-Za-z0-9_.-]{1,80}$/.test(file) ? namedBy(stem, wanted) : undefined
    if (how !== undefined) ties.add(`file ${file}${how}`)
  }
  const unit = traits.unit === '' ? undefined : namedBy(traits.unit.replace(/(?:@.*)?\.service$/, ''), wanted)
  if (unit !== undefined) ties.add(`unit ${traits.unit}${unit}`)
  for (const tie of environmentTies(traits.environment, names, port)) ties.add(tie)
  const argument = portArgument(traits.command, port)
  if (argument !== '') ties.add(`argument ${argument}`)
  return [...ties]
}

/** `shop` of `shop.example.com`: people name folders and units so. */
function firstLabel(name: string): string[] {
  const labels = name.split('.')
  return labels.length > 2 && labels[0] !== undefined ? [labels[0]] : []
}

function environmentTies(environment: readonly string[], names: readonly string[], port: number): string[] {
  const hosts = new Set(
    names.map((name) => name.toLowerCase()).filter((name) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name)),
  )
  const ties: string[] = []
  for (const entry of environment) {
    const equals = entry.indexOf('=')
    const name = entry.slice(0, Math.max(0, equals))
    const value = entry.slice(equals + 1)
    if (PORT_NAMES.has(name) && parsePort(value) === port) ties.push(`environment ${name}=${port}`)
    for (const word of value.toLowerCase().split(/[^a-z0-9.-]+/))
      if (hosts.has(word)) ties.push(`environment names ${word}`)
  }
  return ties
}

/** The upstream's port as this program's own: `--port 3000`, `PORT=3000`, `:3000`. After other options it names a peer. */
function portArgument(command: readonly string[], port: number): string {
  for (const [at, argument] of command.entries()) {
    const before = command[at - 1] ?? ''
    const equals = argument.indexOf('=')
    const option = equals > 0 ? argument.slice(0, equals) : before
    const value = equals > 0 ? argument.slice(equals + 1) : argument
    const own = LISTEN_OPTIONS.has(option) || PORT_NAMES.has(option)
    if (own && (parsePort(value) === port || portOf(value) === port))
      return equals > 0 ? argument : `${before} ${argument}`
    if (equals < 0 && at > 0 && !before.startsWith('-') && portOf(argument) === port) return argument
  }
  return ''
}

function portOf(endpoint: string): number | undefined {
  const match = /^(?:[0-9.]{7,15}|\[[0-9A-Fa-f:]{2,45}\]|localhost|\*)?:([0-9]{1,5})$/.exec(endpoint)
  return match?.[1] === undefined ? undefined : parsePort(match[1])
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** `shop_api` and `shop-api` are the same name to people. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}

/**
 * Whether a folder, file or unit is called like the site: '' where all of it is (`shop`, `shop-v2`, `shop-api`), ` in part`
 * where another word makes it something else of the same name (`shop-admin`, `shop-staging`), undefined where it is not.
 */
function namedBy(component: string, wanted: ReadonlySet<string>): '' | ' in part' | undefined {
  const whole = normal(component)
  if (wanted.has(whole)) return ''
  const words = whole.split(/[^a-z0-9]+/).filter((word) => word !== '')
  if (!words.some((word) => wanted.has(word))) return undefined
  return words.every((word) => wanted.has(word) || PLAIN.has(word) || /^v?\d+$/.test(word)) ? '' : ' in part'
}
