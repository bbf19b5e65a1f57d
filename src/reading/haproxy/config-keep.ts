import { parseConfig, type Section } from './parse-config.ts'

const HEADER = /^# configuration file (.+):$/

/** The line that stands before each file's text in what the look gives. */
export function fileHeader(path: string): string {
  return `# configuration file ${path}:`
}

/** The files of a dump, each with its own text. A text without any header is one nameless file. */
export function splitFiles(out: string): { path: string; text: string }[] {
  const files: { path: string; lines: string[] }[] = []
  for (const line of out.split('\n')) {
    const path = HEADER.exec(line)?.[1]
    if (path !== undefined) files.push({ path, lines: [] })
    else if (files.length > 0) files.at(-1)?.lines.push(line)
    else files.push({ path: '', lines: [line] })
  }
  return files.map(({ path, lines }) => ({ path, text: lines.join('\n') }))
}

/** All sections of a dump, in the order in which HAProxy reads its files. */
export function sectionsOf(out: string): Section[] {
  return splitFiles(out).flatMap(({ path, text }) => parseConfig(text, path))
}

/** What each section is needed for; every other line of it is left out. */
const PROXY = new Set(
  [
    'mode bind server server-template default-server use_backend default_backend acl option timeout retries retry-on http-reuse',
    'log log-format log-tag errorfile maxconn fullconn balance monitor-uri disabled enabled stick-table redirect no use-fcgi-app',
  ]
    .join(' ')
    .split(' '),
)
const RULES = new Set(['http-request', 'http-response', 'tcp-request', 'http-check'])
/** Actions that decide what becomes of a request. Others set headers and variables, which may hold secrets. */
const ACTIONS = new Set(
  'deny return tarpit reject silent-drop redirect set-path replace-path set-uri use-service connect send expect'.split(
    ' ',
  ),
)
const GLOBAL = new Set(
  [
    'log log-tag log-send-hostname chroot user group maxconn ulimit-n nbthread daemon tune.bufsize tune.maxrewrite',
    'ca-base ssl-server-verify ssl-default-server-options master-worker',
  ]
    .join(' ')
    .split(' '),
)
const RESOLVERS = new Set(['nameserver', 'parse-resolv-conf', 'hold', 'timeout', 'resolve_retries'])

/** The part of a dump that may be kept: allow-listed lines where they stand, blank lines for the rest. */
export function keepConfig(out: string): { out: string; leftOut: string } {
  let kind = ''
  let left = 0
  const kept = out.split('\n').map((line) => {
    if (HEADER.test(line)) return line
    const bare = line.trim()
    if (bare === '') return ''
    const section = parseConfig(line, '')[0]
    if (section !== undefined) {
      kind = section.kind
      return bare
    }
    if (!bare.startsWith('#') && (bare.startsWith('.') || isNeeded(kind, bare.split(/\s+/)))) return `    ${bare}`
    if (!bare.startsWith('#')) left++
    return ''
  })
  return {
    out: kept.join('\n'),
    leftOut: left === 0 ? '' : `… ${left} ${left === 1 ? 'line' : 'lines'} left out`,
  }
}

function isNeeded(kind: string, words: readonly string[]): boolean {
  const [first = '', second = ''] = words
  if (kind === 'global') return GLOBAL.has(first) || (first === 'stats' && second === 'socket')
  if (kind === 'resolvers') return RESOLVERS.has(first)
  if (!['defaults', 'frontend', 'backend', 'listen'].includes(kind)) return false
  if (first === 'stats') return second === 'uri' || second === 'enable'
  if (!RULES.has(first)) return PROXY.has(first)
  // The Host that a server gets is set by a header; any other header may hold a secret.
  if (second === 'set-header') return (words[2] ?? '').toLowerCase() === 'host'
  return ACTIONS.has(second) || ACTIONS.has(words[2] ?? '')
}
