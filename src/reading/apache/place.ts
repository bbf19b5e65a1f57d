/** Where a running Apache says its configuration is, from its command line. */
export interface ApacheArguments {
  /** `-f` and `-d`; '' when absent. */
  conf: string
  root: string
  /** Names behind `-D`. */
  defines: string[]
}

/** Where packages and builds put the main file, and the ServerRoot that is built in beside it. */
export const USUAL_PLACES: readonly { conf: string; root: string }[] = [
  { conf: '/etc/apache2/apache2.conf', root: '/etc/apache2' },
  { conf: '/etc/httpd/conf/httpd.conf', root: '/etc/httpd' },
  { conf: '/usr/local/apache2/conf/httpd.conf', root: '/usr/local/apache2' },
  { conf: '/etc/apache2/httpd.conf', root: '/var/www' },
  { conf: '/usr/local/etc/httpd/httpd.conf', root: '/usr/local/opt/httpd' },
]

/** Reads the words of /proc/PID/cmdline. Source: httpd's manual page. */
export function apacheArguments(words: readonly string[]): ApacheArguments {
  const found: ApacheArguments = { conf: '', root: '', defines: [] }
  for (let i = 1; i < words.length; i++) {
    const match = /^-([dfD])(.*)$/s.exec(words[i] ?? '')
    if (match === null) continue
    const value = match[2] || (words[++i] ?? '')
    if (match[1] === 'd') found.root = value
    else if (match[1] === 'f') found.conf = value
    else found.defines.push(value)
  }
  return found
}

/** Is the file behind /proc/PID/exe Apache httpd? A title proves nothing: any process may write one. */
export function isApache(exe: string): boolean {
  const name =
    exe
      .replace(/ \(deleted\)$/, '')
      .split('/')
      .at(-1) ?? ''
  return /^(apache2|httpd|httpd\.(event|worker|prefork))$/.test(name)
}

/**
 * The main file and the ServerRoot by Apache's rules: `-f` is relative to the ServerRoot, which is `-d` or what was
 * built in. Undefined where only what was built in could tell.
 */
export function placeByArguments(given: ApacheArguments): { conf: string; root: string } | undefined {
  if (given.conf.startsWith('/')) return { conf: given.conf, root: given.root || (builtIn(given.conf) ?? '') }
  if (!given.root.startsWith('/')) return undefined
  if (given.conf !== '') return { conf: `${given.root.replace(/\/+$/, '')}/${given.conf}`, root: given.root }
  return undefined
}

function builtIn(conf: string): string | undefined {
  return USUAL_PLACES.find((place) => place.conf === conf)?.root
}

/**
 * The variables of Debian's `envvars`, which the control script gives to Apache: `export NAME=value`, with `$SUFFIX`
 * empty as it is for the first instance. Nothing is executed.
 */
export function envVariables(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]{0,60})=(\S{0,300})\s*$/.exec(line)
    if (match === null) continue
    const value = (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2').replace(/\$\{?SUFFIX\}?/g, '')
    if (!value.includes('$')) found.set(match[1] ?? '', value)
  }
  return found
}
