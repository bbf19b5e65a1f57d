import { fromPrefix, inherited, type Levels, setting } from './config-values.ts'

/** The request whose way through the configuration is looked for: a GET without a body. */
export interface AskedRequest {
  scheme: string
  /** Lower case, no port, no brackets. '' when unknown. */
  host: string
  port: number
  /** As the client sends it, without the query; starts with '/'. */
  rawPath: string
}

/** What is known of a request while it goes through the phases. */
export interface Travel {
  request: AskedRequest
  /** Normalized and decoded; changed by `rewrite` and internal redirects. */
  uri: string
  /** No rewrite has happened: a pass without URI sends the raw path on. */
  unparsed: boolean
  /** The location was chosen by the present URI. */
  validLocation: boolean
  /** By name, without `$`. Undefined: set to something that is not known. */
  variables: Map<string, string | undefined>
  captures: string[]
  serverName: string
  /** nginx's prefix, '' when unknown. */
  prefix: string
}

/** Variables about the client that a plain GET has not. */
const EMPTY = /^(http_(?!host$|user_agent$|accept$)\w+|cookie_\w+|arg_\w+|args|query_string|is_args)$/

/**
 * Puts values in the place of variables (`$name`, `${name}`, `$1`). Undefined when one of them cannot
 * be known from the configuration and the URL.
 */
export function interpolate(text: string, travel: Travel, levels: Levels): string | undefined {
  let known = true
  const result = text.replace(/\$(?:\{(\w{1,100})\}|(\w{1,100}))/g, (_, braced?: string, plain?: string) => {
    const digits = braced === undefined ? /^\d/.exec(plain ?? '')?.[0] : undefined
    const name = digits ?? braced ?? plain ?? ''
    const value = variable(name, travel, levels)
    if (value === undefined) known = false
    return (value ?? '') + (digits === undefined ? '' : (plain ?? '').slice(1))
  })
  return known ? result : undefined
}

function variable(name: string, travel: Travel, levels: Levels): string | undefined {
  if (/^[1-9]$/.test(name)) return travel.captures[Number(name)] ?? ''
  if (travel.variables.has(name)) return travel.variables.get(name)
  const { request, uri } = travel
  switch (name) {
    case 'host':
      return bracketed(request.host || travel.serverName)
    case 'http_host':
      return hostWithPort(request)
    case 'server_name':
      return travel.serverName
    case 'scheme':
      return request.scheme
    case 'server_port':
      return String(request.port)
    case 'https':
      return request.scheme === 'https' ? 'on' : ''
    case 'request_method':
      return 'GET'
    case 'uri':
    case 'document_uri':
      return uri
    case 'request_uri':
      return request.rawPath
    case 'document_root':
      return fromPrefix(setting(levels, 'root'), travel.prefix) || undefined
    case 'request_filename':
      return requestFilename(travel, levels)
    default:
      return EMPTY.test(name) ? '' : undefined
  }
}

function requestFilename({ uri, prefix }: Travel, levels: Levels): string | undefined {
  if (inherited(levels, 'alias').length > 0) return undefined
  const root = fromPrefix(setting(levels, 'root'), prefix)
  return root === '' ? undefined : root + uri
}

function hostWithPort({ scheme, host, port }: AskedRequest): string {
  const usual = port === 0 || port === (scheme === 'https' ? 443 : 80)
  return usual ? bracketed(host) : `${bracketed(host)}:${port}`
}

/** An IPv6 address as it stands in a Host header. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/**
 * The path as nginx matches it: decoded, `.` and `..` resolved, slashes merged (unless
 * `merge_slashes off`). Source: nginx.org, "location".
 */
export function normalizePath(rawPath: string, mergeSlashes: boolean): string {
  const decoded = decodePercent(rawPath)
  const merged = mergeSlashes ? decoded.replace(/\/{2,}/g, '/') : decoded
  const parts: string[] = []
  const segments = merged.split('/').slice(1)
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1
    if (segment === '..') parts.pop()
    else if (segment !== '.') parts.push(segment)
    if (last && (segment === '.' || segment === '..')) parts.push('')
  })
  return `/${parts.join('/')}`
}

function decodePercent(text: string): string {
  if (!text.includes('%')) return text
  const bytes: number[] = []
  const source = Buffer.from(text)
  for (let i = 0; i < source.length; i++) {
    const hex = source[i] === 37 ? source.toString('latin1', i + 1, i + 3) : ''
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16))
      i += 2
    } else bytes.push(source[i] ?? 0)
  }
  return Buffer.from(bytes).toString('utf8')
}

const ESCAPED = new Set([...'"#%<>?\\^`{|}'].map((character) => character.charCodeAt(0)))

/**
 * As nginx escapes a URI that it sends on: blanks, controls, non-ASCII, and what no URL may hold as it
 * is (the rarer ones since 1.21.1, says its CHANGES).
 */
export function escapePath(path: string): string {
  return [...Buffer.from(path)]
    .map((byte) => {
      const plain = byte > 32 && byte < 127 && !ESCAPED.has(byte)
      return plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
