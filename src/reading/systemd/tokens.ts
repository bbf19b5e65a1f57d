import { type ListensOn, parseAddress } from './listens.ts'

/** An address that a unit names as its own, by the words it stands in. Holds no other value. */
export interface Token {
  /** `PORT=3000`, `--port 3000`, `ListenStream=/run/shop.sock`. */
  token: string
  on: ListensOn
}

/** Words in an option's or a variable's name that say the address belongs to somebody else. */
const OTHERS = new Set(
  (
    'db database pg postgres postgresql mysql mariadb redis memcache memcached mongo mongodb sql smtp mail imap amqp rabbit ' +
    'rabbitmq kafka nats es elastic elasticsearch opensearch upstream remote backend proxy target forward dest destination ' +
    'origin peer cluster gossip join seed consul vault etcd zookeeper metrics statsd prometheus influx otel jaeger zipkin ' +
    'tracing sentry syslog log debug debugger inspect inspector admin management ldap ssh sftp ftp from to client max min'
  ).split(' '),
)
const PORT_WORDS = new Set(['port', 'ports'])
/** `serve -l 3000`, `--listen 3000`: a bare number will do. */
const LISTEN_WORDS = new Set(['b', 'l', 'bind', 'listen'])
const ADDRESS_WORDS = new Set([
  'bind',
  'listen',
  'listener',
  'addr',
  'address',
  'host',
  'http',
  'https',
  'urls',
  'socket',
  'sock',
  'b',
  'l',
  'fd',
])
/** Words that end in `port` and mean none. */
const NO_PORTS = new Set(
  'airport export import passport rapport report sport support teleport transport viewport'.split(' '),
)
/** Programs and modules whose bare operand is a port. */
const TAKES_PORT = new Set(['http.server', 'runserver', 'SimpleHTTPServer'])

/** Addresses that a command line names as its own: `--port 3000`, `-b 127.0.0.1:3000`, `0.0.0.0:8000`, `PORT=3000`. */
export function commandTokens(words: readonly string[]): Token[] {
  const found: Token[] = []
  let pending = ''
  for (const [i, word] of words.entries()) {
    const option = /^-{1,2}[A-Za-z]/.test(word)
    const equals = word.indexOf('=')
    if (equals > 0 && (option || /^[A-Za-z_]\w*=/.test(word))) {
      push(found, named(word.slice(0, equals), word.slice(equals + 1)), word)
      pending = ''
    } else if (option) {
      const joined = /^-([pPbl])(:?\d.*)$/.exec(word)
      if (joined) push(found, named(joined[1] ?? '', joined[2] ?? ''), word)
      pending = joined ? '' : word
    } else {
      if (pending !== '') push(found, named(pending, word), `${pending} ${word}`)
      else if (i > 0) push(found, operand(words[i - 1] ?? '', word), word)
      pending = ''
    }
  }
  return found
}

/** Addresses among `NAME=value` assignments. */
export function environmentTokens(assignments: readonly string[]): Token[] {
  const found: Token[] = []
  for (const assignment of assignments) {
    const equals = assignment.indexOf('=')
    if (equals < 1) continue
    push(found, named(assignment.slice(0, equals), assignment.slice(equals + 1)), assignment)
  }
  return found
}

/** A socket unit's `Listen` property: `[::]:3006 (Stream)`, `/run/shop.sock (Stream)`. */
export function listenTokens(values: readonly string[]): Token[] {
  const found: Token[] = []
  for (const value of values) {
    const stream = value.endsWith(' (Stream)') ? value.slice(0, -' (Stream)'.length) : ''
    const on = stream.startsWith('/') ? pathOf(stream) : parseAddress(stream)
    if (on) found.push({ token: `ListenStream=${'port' in on ? on.port : on.socket}`, on })
  }
  return found
}

/** The instance of a template: `shop@3000.service`, `shop@127.0.0.1:3000.service`. */
export function instanceTokens(unit: string): Token[] {
  const instance = /@(.+)\.[a-z]{1,16}$/.exec(unit)?.[1]
  if (instance === undefined) return []
  const on = /^\d{2,5}$/.test(instance) ? portOf(instance) : parseAddress(instance)
  return on ? [{ token: unit, on }] : []
}

/** The word of a command line that follows `argv[]=` in `ExecStart`; systemd prints no quotes. */
export function execWords(execStart: string): string[] {
  const from = execStart.indexOf('argv[]=')
  if (from < 0) return []
  const end = execStart.indexOf(' ; ignore_errors=', from)
  return execStart
    .slice(from + 'argv[]='.length, end < 0 ? undefined : end)
    .split(' ')
    .filter((word) => word !== '')
}

/** `PORT=3004 "GREETING=hello  world" "Q=say \"hi\""` as systemd prints an environment. */
export function environmentWords(value: string): string[] {
  const words: string[] = []
  let word = ''
  let quoted = false
  let inside = false
  for (let i = 0; i < value.length; i++) {
    const character = value[i] ?? ''
    if (character === '\\' && i + 1 < value.length) {
      word += value[++i]
      inside = true
    } else if (character === '"') {
      quoted = !quoted
      inside = true
    } else if (!quoted && (character === ' ' || character === '\t')) {
      if (inside) words.push(word)
      word = ''
      inside = false
    } else {
      word += character
      inside = true
    }
  }
  if (inside) words.push(word)
  return words
}

/** The assignments of an EnvironmentFile (systemd.exec(5)): comments, empty lines and quotes left out. */
export function fileAssignments(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/^export\s+/, ''))
    .filter((line) => /^[A-Za-z_]\w*=/.test(line))
    .map((line) => {
      const equals = line.indexOf('=')
      const value = line.slice(equals + 1).trim()
      const quote = value.charAt(0)
      const bare =
        value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote) ? value.slice(1, -1) : value
      return `${line.slice(0, equals)}=${bare}`
    })
}

/** Does the token name this port or this socket? */
export function names(token: Token, wanted: { port: number; socket: string }): boolean {
  return 'port' in token.on ? token.on.port === wanted.port : token.on.socket === wanted.socket
}

function push(found: Token[], addresses: ListensOn[], token: string): void {
  for (const on of addresses) found.push({ token, on })
}

/** `varnishd -a :6081`: behind other programs' -a may stand somebody else's address, so only one of this machine counts. */
const OWN_ADDRESS = /^(?:|\*|0\.0\.0\.0|127\.[\d.]{5,12}|\[::1?\]):\d{1,5}$/

/** What an option or variable of this name means with this value. */
function named(name: string, value: string): ListensOn[] {
  const words = nameWords(name)
  if (words.some((word) => OTHERS.has(word))) return []
  const short = /^-?[pP]$/.test(name)
  const last = words.at(-1) ?? ''
  if (short || PORT_WORDS.has(last) || LISTEN_WORDS.has(last)) {
    const port = portOf(value)
    if (port) return [port]
  }
  // `php -S 127.0.0.1:3000`; in lower case the option means too many things.
  const any = name === '-a' && OWN_ADDRESS.test(value)
  if (!short && name !== '-S' && !any && !words.some((word) => ADDRESS_WORDS.has(word))) return []
  return value.split(/[;,]/).flatMap((each) => (each.startsWith('/') ? pathOf(each) : parseAddress(each)) ?? [])
}

/** A word that belongs to no option. A bare number is a port only where the word before says so. */
function operand(before: string, word: string): ListensOn[] {
  if (TAKES_PORT.has(before)) {
    const port = portOf(word)
    if (port) return [port]
  }
  // A URL is more often something that the program calls.
  const on = word.includes('://') || word.startsWith('/') ? undefined : parseAddress(word)
  return on ? [on] : []
}

/** `--httpPort` and `HTTP_PORT` are `http` and `port`; `PGPORT` is `pg` and `port`. */
function nameWords(name: string): string[] {
  const words = name
    .replace(/^-{1,2}D?/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
  return words.flatMap((word) =>
    /^[a-z]+port$/.test(word) && !NO_PORTS.has(word) ? [word.slice(0, -4), 'port'] : [word],
  )
}

function portOf(text: string): ListensOn | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port >= 1 && port <= 65535 ? { port } : undefined
}

function pathOf(text: string): ListensOn | undefined {
  return /^\/[\w./@%+-]{1,106}$/.test(text) ? { socket: text } : undefined
}
