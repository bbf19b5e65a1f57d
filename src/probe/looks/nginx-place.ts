/** Where a running nginx says its configuration is. Everything in it is data from elsewhere. */
export interface NginxArguments {
  /** `-c`, `-p`, `-e`; '' when absent. */
  conf: string
  prefix: string
  errorLog: string
}

/** What is built into an nginx binary (`configure arguments`, version); '' for what was not found. */
export interface NginxBuild {
  version: string
  prefix: string
  conf: string
  errorLog: string
  accessLog: string
}

/** Where packages and builds put the main file; the prefix that goes with it. */
export const USUAL_PLACES: readonly { conf: string; prefix: string }[] = [
  { conf: '/etc/nginx/nginx.conf', prefix: '' },
  { conf: '/usr/local/nginx/conf/nginx.conf', prefix: '/usr/local/nginx' },
  { conf: '/usr/local/openresty/nginx/conf/nginx.conf', prefix: '/usr/local/openresty/nginx' },
  { conf: '/opt/homebrew/etc/nginx/nginx.conf', prefix: '/opt/homebrew' },
  { conf: '/usr/local/etc/nginx/nginx.conf', prefix: '/usr/local' },
]

/**
 * Parses the text of /proc/PID/cmdline: words ended by NUL, or nginx's own title, which is one line
 * (`nginx: master process /usr/sbin/nginx -c /x`) and has lost the borders of words with blanks.
 */
export function nginxArguments(cmdline: string): NginxArguments {
  const whole = cmdline.replace(/\0+$/, '')
  const words = whole.includes('\0') ? whole.split('\0') : whole.trim().split(/\s+/)
  const found: NginxArguments = { conf: '', prefix: '', errorLog: '' }
  for (let i = 0; i < words.length; i++) {
    const match = /^-([cpeg])(.*)$/s.exec(words[i] ?? '')
    if (match === null) continue
    const value = match[2] || (words[++i] ?? '')
    if (match[1] === 'c') found.conf = value
    else if (match[1] === 'p') found.prefix = value
    else if (match[1] === 'e') found.errorLog = value
  }
  return found
}

/** Finds version and configure arguments among the strings of an nginx binary. */
export function nginxBuild(binary: Buffer): NginxBuild {
  const at = binary.indexOf('configure arguments: ')
  const end = at < 0 ? -1 : binary.indexOf(0, at)
  const line = at < 0 || end < 0 ? '' : binary.toString('latin1', at, Math.min(end, at + 16_384))
  const option = (name: string): string => new RegExp(`(?:^| )--${name}=(\\S+)`).exec(line)?.[1] ?? ''
  return {
    version: versionIn(binary),
    prefix: option('prefix'),
    conf: option('conf-path'),
    errorLog: option('error-log-path'),
    accessLog: option('http-log-path'),
  }
}

function versionIn(binary: Buffer): string {
  for (const mark of ['\0nginx/', '\0openresty/', '\nnginx version: nginx/', 'nginx version: openresty/']) {
    for (let at = binary.indexOf(mark), tries = 0; at >= 0 && tries < 20; at = binary.indexOf(mark, at + 1), tries++) {
      const text = binary.toString('latin1', at + mark.length, at + mark.length + 16)
      const version = /^\d{1,3}\.\d{1,3}\.\d{1,3}/.exec(text)?.[0]
      if (version !== undefined) return version
    }
  }
  return ''
}

/** Is the file behind /proc/PID/exe an nginx? Its title proves nothing: any process may write one. */
export function isNginxBinary(exe: string): boolean {
  const name =
    exe
      .replace(/ \(deleted\)$/, '')
      .split('/')
      .at(-1) ?? ''
  return /^(nginx|openresty|tengine|angie|freenginx)([-.][\w.-]*)?$/.test(name)
}

/** The main file and the prefix, absolute, by nginx's rules (ngx_process_options). */
export function placeByArguments(
  given: NginxArguments,
  build: NginxBuild,
  cwd: string,
): { conf: string; prefix: string } {
  const prefix = given.prefix === '' ? build.prefix : absolute(given.prefix, cwd)
  const conf = given.conf || build.conf
  return { conf: conf === '' ? '' : absolute(conf, prefix || cwd), prefix: withoutSlash(prefix) }
}

function absolute(path: string, from: string): string {
  if (path.startsWith('/')) return path
  return from === '' ? '' : `${withoutSlash(from)}/${path}`
}

function withoutSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '')
}
