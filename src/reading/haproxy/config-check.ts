import { hasOption, lastLine } from './config-proxy.ts'
import type { Server } from './config-server.ts'
import type { ConfigLine } from './parse-config.ts'

/** How the health of a backend's servers is asked. */
export interface Check {
  /** '' where it is not asked; `connect`, `http`, or the name of another protocol. */
  kind: string
  method: string
  path: string
  host: string
  expects: string
  /** 0: each server's own port. */
  port: number
  at: string
}

const OTHERS = ['ssl-hello-chk', 'mysql-check', 'pgsql-check', 'redis-check', 'smtpchk', 'ldap-check', 'tcp-check']

/**
 * `check` on a server line asks for a connection; `option httpchk METHOD URI` and `http-check send meth M uri U`
 * for an answer below 400, unless `http-check expect` wants another. Source: configuration manual, 4.2.
 */
export function checkOf(lines: readonly ConfigLine[], servers: readonly Server[]): Check {
  const checked = servers.find(({ check }) => check)
  const none: Check = { kind: '', method: '', path: '', host: '', expects: '', port: 0, at: '' }
  if (checked === undefined) return none
  const port = checked.checkPort
  const other = OTHERS.find((name) => hasOption(lines, name))
  if (!hasOption(lines, 'httpchk')) return { ...none, kind: other ?? 'connect', port, at: checked.at }
  const option = lastLine(lines, 'option', 'httpchk')
  const send = lastLine(lines, 'http-check', 'send')
  const [, , first = '', second = '', version = ''] = option?.words ?? []
  const after = (key: string) => send?.words[send.words.indexOf(key) + 1 || Number.NaN] ?? ''
  const expect = lastLine(lines, 'http-check', 'expect')
  return {
    kind: 'http',
    method: after('meth') || (second === '' ? 'OPTIONS' : first),
    path: after('uri') || second || first || '/',
    host: hostIn(version) || headerIn(send?.words ?? []),
    expects: expect?.words.slice(2).join(' ') ?? '',
    port,
    at: (after('uri') === '' ? option : send)?.at ?? checked.at,
  }
}

/** `HTTP/1.1\r\nHost: www`: the old way to send a Host with a check. */
function hostIn(version: string): string {
  return /[\r\n]host:\s*([^\s\\]{1,253})/i.exec(version)?.[1] ?? ''
}

/** `http-check send … hdr Host www` */
function headerIn(words: readonly string[]): string {
  const at = words.findIndex((word, i) => word === 'hdr' && words[i + 1]?.toLowerCase() === 'host')
  return at < 0 ? '' : (words[at + 2] ?? '')
}

/** The statuses that a check over HTTP takes for well: 2xx and 3xx, or the one that `expect status` names. */
export function checkWants({ kind, expects }: Check): { check_wants: string; check_least: bigint; check_most: bigint } {
  const none = { check_wants: '', check_least: 0n, check_most: 0n }
  if (kind !== 'http') return none
  if (expects === '') return { check_wants: '2xx or 3xx', check_least: 200n, check_most: 399n }
  const [, least, most] = /^status (\d{3})(?:-(\d{3}))?$/.exec(expects) ?? []
  if (least === undefined) return none
  return { check_wants: expects.slice('status '.length), check_least: BigInt(least), check_most: BigInt(most ?? least) }
}
