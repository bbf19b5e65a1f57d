import { isHost } from '../flow/fact-value.ts'
import { UsageError } from './io.ts'

/** Hosts that are this machine whatever the resolver says. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

/**
 * A URL as a person types it: a bare host means https, a loopback one http. Throws UsageError for
 * what cannot be asked.
 */
export function parseUrl(text: string): URL {
  const typed = text.trim()
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `${schemeFor(typed)}://${typed}`
  let url: URL
  try {
    url = new URL(withScheme)
  } catch {
    throw new UsageError(`${quoted(text)} is not a URL`, 'Give it as https://host/path, or as a bare host.')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`${quoted(text)} is neither http nor https`, 'Give the URL that a browser would ask.')
  }
  if (!isHost(url.hostname)) throw new UsageError(`${quoted(text)} names no host`, 'Give it as https://host/path.')
  url.hash = ''
  return url
}

function schemeFor(typed: string): string {
  const authority = typed.split(/[/?#]/)[0] ?? ''
  const host = authority.startsWith('[') ? authority.slice(0, authority.indexOf(']') + 1) : authority.split(':')[0]
  return LOOPBACK.test(host ?? '') ? 'http' : 'https'
}

/** What a person typed, safe to show again. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
