import type { Directive } from './config-lines.ts'
import { type Levels, last, underRoot } from './config-values.ts'

/** Where a log goes. */
export interface LogPlace {
  /** Absolute; '' where it goes to no file. Standard error has its path: a container's engine may keep it. */
  path: string
  /** '' | syslog | stderr | pipe */
  kind: string
}

/** `ErrorLog`, or Apache's default below the ServerRoot (`logs/error_log`). */
export function errorLog(levels: Levels, root: string): LogPlace {
  const word = last(levels, 'errorlog')?.args[0]
  if (word === undefined) return { path: underRoot('logs/error_log', root), kind: '' }
  if (word.startsWith('|')) return { path: '', kind: 'pipe' }
  if (/^syslog(:|$)/i.test(word)) return { path: '', kind: 'syslog' }
  if (/^\/(dev\/stderr|proc\/self\/fd\/2)$/.test(word)) return { path: word, kind: 'stderr' }
  return { path: underRoot(word, root), kind: '' }
}

/** The level at which the proxy writes: `LogLevel warn proxy:debug`. `warn` where nothing is set. */
export function errorLevel(levels: Levels): string {
  const words = last(levels, 'loglevel')?.args ?? []
  const own = words
    .map((word) => /^(?:mod_)?proxy(?:_module|\.c)?:(\w+)$/i.exec(word)?.[1])
    .find((level) => level !== undefined)
  return (own ?? words.find((word) => !word.includes(':')) ?? 'warn').toLowerCase()
}

export interface AccessLog extends LogPlace {
  /** In nginx's words: the reader of access logs knows those. '' where it cannot be told. */
  format: string
}

/** The first log that takes every request (a log of the virtual host replaces the main server's). */
export function accessLog(levels: Levels, root: string): AccessLog {
  const nowhere: AccessLog = { path: '', kind: '', format: '' }
  const level = [...levels]
    .reverse()
    .find((each) => each.some(({ name }) => name === 'customlog' || name === 'transferlog'))
  const directive = level?.find(
    ({ name, args }) => (name === 'customlog' || name === 'transferlog') && args[2] === undefined,
  )
  const [path = '', named = ''] = directive?.args ?? []
  if (directive === undefined) return nowhere
  if (path.startsWith('|')) return { ...nowhere, kind: 'pipe' }
  const format = formatNamed(levels, directive.name === 'transferlog' ? '' : named)
  return { path: underRoot(path, root), kind: '', format: translated(format) }
}

function formatNamed(levels: Levels, name: string): string {
  if (name.includes('%')) return name
  const known = [...levels]
    .reverse()
    .flatMap((level: readonly Directive[]) => level.filter((each) => each.name === 'logformat'))
  const found = known.find(({ args }) => (args[1] ?? '') === name)
  return found?.args[0] ?? COMMON
}

const COMMON = '%h %l %u %t "%r" %>s %b'

/** Apache's `%…` as nginx's `$…`. Source: mod_log_config's manual. */
const WORDS: Record<string, string> = {
  h: '$remote_addr',
  a: '$remote_addr',
  l: '$remote_logname',
  u: '$remote_user',
  t: '[$time_local]',
  r: '$request',
  s: '$status',
  b: '$body_bytes_sent',
  B: '$body_bytes_sent',
  O: '$bytes_sent',
  v: '$server_name',
  V: '$host',
  p: '$server_port',
  U: '$uri',
  m: '$request_method',
  D: '$request_time',
  T: '$request_time',
}

/** Writes a LogFormat in nginx's words. '' where it holds a time of another form than `%t` gives by itself. */
export function translated(format: string): string {
  let known = true
  const text = format.replace(
    /%[<>!0-9,]*(?:\{([^}]*)\})?(\^?[a-zA-Z]+?|%)/g,
    (_, about: string | undefined, word: string) => {
      if (word === '%') return '%'
      if (about === undefined) return WORDS[word] ?? `$unknown_${word}`
      const header = about.toLowerCase().replace(/[^a-z0-9]/g, '_')
      if (word === 'i') return `$http_${header}`
      if (word === 't') known = false
      return word === 'c' || word === 'a' ? '$remote_addr' : `$unknown_${word}_${header}`
    },
  )
  return known ? text : ''
}
