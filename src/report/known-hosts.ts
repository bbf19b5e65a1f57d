import type { Session } from '../session/session.ts'
import type { Json } from '../words/json.ts'

/** The host names that a session holds: its URL, its facts and its requests. */
export function knownHosts(session: Session): Set<string> {
  const hosts = new Set<string>()
  addUrl(hosts, session.url)
  for (const [name, { value }] of session.facts) addFact(hosts, name, value)
  for (const { request } of session.probes) {
    if (request.kind !== 'http') continue
    addUrl(hosts, request.url)
    for (const name of [request.host, request.sni]) if (name !== undefined) hosts.add(bare(name))
  }
  return hosts
}

function addFact(hosts: Set<string>, name: string, value: Json): void {
  if (typeof value !== 'string') return
  if (/(^|[._])(host|hostname|sni|server_name)$/.test(name)) hosts.add(bare(value))
  if (/^https?:\/\//i.test(value)) addUrl(hosts, value)
}

function addUrl(hosts: Set<string>, text: string): void {
  if (URL.canParse(text)) hosts.add(new URL(text).hostname)
}

/** A Host header's value may carry a port. */
function bare(host: string): string {
  return host.replace(/:\d+$/, '')
}
