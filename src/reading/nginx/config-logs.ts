import { interpolate, type Travel } from './config-request.ts'
import { fromPrefix, inherited, type Levels } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** Where errors of a place in the configuration go. */
export interface ErrorLogPlace {
  path: string
  /** '' for a file, else syslog | stderr | memory. */
  kind: string
  level: string
}

/**
 * The error log that applies; of several at one level the first that is a file. `otherwise` is the
 * build's default (`--error-log-path` or `-e`), '' when unknown. Source: nginx.org, "error_log".
 */
export function errorLog(levels: Levels, prefix: string, otherwise: string): ErrorLogPlace {
  const logs = inherited(levels, 'error_log').map(({ args }) => logPlace(args, prefix))
  return logs.find(({ path }) => path !== '') ?? logs[0] ?? logPlace(otherwise === '' ? [] : [otherwise], prefix)
}

function logPlace([target = '', ...rest]: readonly string[], prefix: string): ErrorLogPlace {
  const level = rest.at(-1) ?? 'error'
  if (target.startsWith('syslog:')) return { path: '', kind: 'syslog', level }
  if (target.startsWith('memory:')) return { path: '', kind: 'memory', level }
  if (isStandard(target)) return { path: '', kind: 'stderr', level }
  return { path: target === '/dev/null' ? '' : fromPrefix(target, prefix), kind: '', level }
}

function isStandard(target: string): boolean {
  return target === 'stderr' || /^\/dev\/(stdout|stderr|fd\/[12])$/.test(target)
}

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'

/**
 * The access log that applies, a plain file, and the text of its format. Both '' when there is none.
 * `otherwise` is the build's `--http-log-path`.
 */
export function accessLog(
  levels: Levels,
  formats: readonly Directive[],
  travel: Travel,
  otherwise: string,
): { path: string; format: string } {
  const logs = inherited(levels, 'access_log').map(({ args }) => args)
  const all = logs.length > 0 ? logs : otherwise === '' ? [] : [[otherwise]]
  for (const [target = '', second] of all) {
    if (target === 'off' || target === '/dev/null' || target.startsWith('syslog:') || isStandard(target)) continue
    const path = fromPrefix(interpolate(target, travel, levels) ?? '', travel.prefix)
    if (path === '') continue
    const name = second === undefined || /^(buffer|gzip|flush|if)(=|$)/.test(second) ? 'combined' : second
    return { path, format: formatText(name, formats) }
  }
  return { path: '', format: '' }
}

function formatText(name: string, formats: readonly Directive[]): string {
  const format = formats.find(({ args }) => args[0] === name)
  if (format === undefined) return name === 'combined' ? COMBINED : ''
  return format.args
    .slice(1)
    .filter((part, i) => i > 0 || !part.startsWith('escape='))
    .join('')
}
