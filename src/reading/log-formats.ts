import { apacheErrorLogFormat } from './apache/error-log-format.ts'
import { appLogFormat } from './app-log/format.ts'
import { caddyLogFormat } from './caddy/log-format.ts'
import { answersLogFormat } from './gateway/answers-log.ts'
import { arrivalsFormat } from './gateway/arrivals-format.ts'
import { haproxyLogFormat } from './haproxy/log-format.ts'
import type { LogFormat } from './log-format.ts'
import { nginxAccessLogFormat } from './nginx/access-log-format.ts'
import { accessMembersFormat } from './nginx/access-members.ts'
import { nginxErrorLogFormat } from './nginx/error-log-format.ts'

/**
 * A log of unknown form: every line counts as written now, so the end of the file is kept and the
 * window cannot be held to.
 */
const plainLogFormat: LogFormat = {
  maxBytes: 4 * 1024 * 1024,
  open(context) {
    const ms = context.now.getTime()
    return {
      stamp: (line) => (line === '' ? undefined : { ms, zoned: true }),
      weigh: () => ({ rank: 3, key: {} }),
    }
  },
}

/** The formats that logs can be read in, by the name of the reader that reads what was kept. */
export const LOG_FORMATS: Record<string, LogFormat> = {
  'nginx-error-log': nginxErrorLogFormat,
  'nginx-access-log': nginxAccessLogFormat,
  'nginx-member-lines': nginxErrorLogFormat,
  'nginx-closed-lines': nginxErrorLogFormat,
  'nginx-access-methods': nginxAccessLogFormat,
  'nginx-access-members': accessMembersFormat,
  'caddy-log': caddyLogFormat,
  'answers-log': answersLogFormat,
  'caddy-losses': caddyLogFormat,
  'haproxy-log': haproxyLogFormat,
  'haproxy-losses': haproxyLogFormat,
  'apache-error-log': apacheErrorLogFormat,
  'apache-losses': apacheErrorLogFormat,
  'apache-member-lines': apacheErrorLogFormat,
  arrivals: arrivalsFormat,
  'arrivals-later': arrivalsFormat,
  'app-log': appLogFormat,
}

/** The format that belongs to a reader's name (`LookRequest.read`); plain lines for any other. */
export function logFormat(read: string): LogFormat {
  return (Object.hasOwn(LOG_FORMATS, read) ? LOG_FORMATS[read] : undefined) ?? plainLogFormat
}

/** Readers of a gateway's log that comes from a command (the journal, a log in memory) and not from a file. */
const FROM_COMMANDS: ReadonlySet<string> = new Set(['varnish-log'])

/** Does this reader look for lines that our own requests leave behind? Read too early, such a log lacks them. */
export function readsLog(read: string): boolean {
  return Object.hasOwn(LOG_FORMATS, read) || FROM_COMMANDS.has(read)
}
