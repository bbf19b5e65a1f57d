/** Where a line says that something listens: a TCP port, or a unix socket's path. */
export type ListensOn = { port: number } | { socket: string }

/** Words after which servers of all kinds name their address. Lower case. */
const PHRASES = [
  'listening',
  'running on',
  'running at',
  'server running',
  'server started',
  'started server',
  'started on',
  'ready on',
  'ready at',
  'serving on',
  'serving at',
  'serving http on',
  'development server at',
  'available at',
  'accepting connections at',
  'launched from',
  'bound to',
  'local:',
]
/** A second listener of the same program (or none at all): not where requests go. */
const OTHERS = [
  'debugger',
  'inspector',
  'metrics',
  'prometheus',
  'pprof',
  'management',
  'actuator',
  'livereload',
  'not listening',
  'stopped listening',
  'no longer',
  'failed',
  'eaddrinuse',
  'in use',
]
const LOOK = 300
const WORDS = 10
const BEFORE_NUMBER = new Set([
  'on',
  'at',
  'port',
  'ports',
  'port(s)',
  'port:',
  'port(s):',
  'ports:',
  'on:',
  'at:',
  'listening',
])
const COUNTED =
  /^(?:ms|s|sec|seconds?|interfaces?|threads?|workers?|ports?|sockets?|connections?|queues?|processes|topics?)\b/i
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 }
const SCHEMES = new Set(['http', 'https', 'tcp', 'h2c', 'grpc', 'fcgi', 'uwsgi'])

/**
 * The address in a line such as `Listening at: http://127.0.0.1:3000 (42)`, `listening on :8080`,
 * `Uvicorn running on http://0.0.0.0:8000`, `Tomcat started on port 8080 (http)`. Undefined when the
 * line says nothing of the kind, or is about a debugger or metrics.
 */
export function listensOn(message: string): ListensOn | undefined {
  const text = message.slice(0, 2000)
  const low = text.toLowerCase()
  if (OTHERS.some((word) => low.includes(word))) return undefined
  let said = false
  for (const phrase of PHRASES) {
    const at = wordIndex(low, phrase)
    if (at < 0) continue
    said = true
    const found = firstAddress(text.slice(at + phrase.length, at + phrase.length + LOOK), phrase)
    if (found) return found
  }
  return said ? structuredPort(low) : undefined
}

/** Where `phrase` begins as a word of its own, -1 for nowhere. */
function wordIndex(low: string, phrase: string): number {
  const at = low.indexOf(phrase)
  return at > 0 && /[a-z0-9]/.test(low.charAt(at - 1)) ? -1 : at
}

function firstAddress(rest: string, phrase: string): ListensOn | undefined {
  const words = rest.split(/[\s,]+/).filter((word) => word !== '' && word !== ':' && word !== '=')
  let before = phrase.split(' ').at(-1) ?? ''
  for (const [i, word] of words.slice(0, WORDS).entries()) {
    const bare = trim(word)
    const found =
      parseAddress(bare) ?? (BEFORE_NUMBER.has(before) && !COUNTED.test(words[i + 1] ?? '') ? number(bare) : undefined)
    if (found) return found
    before = word.toLowerCase().replace(/^["'(]+/, '')
  }
  return undefined
}

/** `{"level":"info","port":3000,"msg":"listening"}`, `msg=listening port=3000`, `msg=listening addr=:3000`. */
function structuredPort(low: string): ListensOn | undefined {
  const port = /(?:^|[\s{,"'])port["']?\s?[:=]\s?["']?(\d{1,5})(?![\d.])/.exec(low)?.[1]
  if (port !== undefined) return number(port)
  const address = /(?:^|[\s{,"'])addr(?:ess)?["']?\s?[:=]\s?["']?([^\s"',}]{1,100})/.exec(low)?.[1]
  const on = address === undefined ? undefined : parseAddress(address)
  // The line was lowered: a path may not be what it was.
  return on && 'port' in on ? on : undefined
}

/**
 * One word as an address: `127.0.0.1:3000`, `:3000`, `[::]:3000`, `http://host:3000`, `unix:/run/x.sock`, a
 * socket's path. Undefined for everything else, a time of day or a URL with a password in it too.
 */
export function parseAddress(word: string): ListensOn | undefined {
  const scheme = /^([a-z][a-z0-9]{1,9}):\/\//i.exec(word)?.[1]?.toLowerCase()
  if (scheme === 'unix') return socket(word.slice('unix://'.length))
  if (word.toLowerCase().startsWith('unix:')) return socket(word.slice('unix:'.length))
  // Kestrel's form.
  if (/^https?:\/\/unix:\//i.test(word)) return socket(word.slice(word.indexOf('unix:') + 'unix:'.length))
  if (scheme !== undefined) {
    if (!SCHEMES.has(scheme)) return undefined
    const authority = /^[^/?#]*/.exec(word.slice(scheme.length + 3))?.[0] ?? ''
    if (authority === '') return undefined
    const explicit = hostPort(authority)
    if (explicit || /:\d*$/.test(authority.replace(/^\[[^\]]*\]/, ''))) return explicit
    const port = DEFAULT_PORTS[scheme]
    return port === undefined || !/^(?:\[[0-9a-f:.]+\]|[\w.*+-]+)$/i.test(authority) ? undefined : { port }
  }
  if (word.startsWith('/')) return /^\/(?:run|var\/run|tmp)\/|\.sock(?:et)?$/.test(word) ? socket(word) : undefined
  return hostPort(word)
}

/** `127.0.0.1:3000`, `[::]:3000`, `:::3000`, `*:3000`, `:3000`, `localhost:3000`; no time of day. */
function hostPort(word: string): ListensOn | undefined {
  const colon = word.lastIndexOf(':')
  if (colon < 0) return undefined
  const host = word.slice(0, colon)
  if (host.includes(':') && !/^\[[0-9a-f:.%\w]*\]$/i.test(host) && !/^[0-9a-f.]*::[0-9a-f:.]*$/i.test(host))
    return undefined
  if (!host.includes(':') && !/^[\w.*+-]*$/.test(host)) return undefined
  return number(word.slice(colon + 1))
}

function number(text: string): ListensOn | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port >= 1 && port <= 65535 ? { port } : undefined
}

function socket(path: string): ListensOn | undefined {
  return /^\/[\w./@%+-]{1,106}$/.test(path) ? { socket: path } : undefined
}

/** Quotes, brackets and full stops around a word; the brackets of an IPv6 address stay. */
function trim(word: string): string {
  return word
    .replace(/^["'`(<{]+/, '')
    .replace(/^\[(?=[^\]]*$)/, '')
    .replace(/[."'`)>};!]+$/, '')
    .replace(/\/+$/, '')
}
