import type { ReadContext } from '../reader.ts'
import { type AccessFormat, type AccessLine, compileAccessFormat, parseAccessLine } from './access-line.ts'
import { textFact } from './error-entry.ts'
import { fitOf, requestPath, type Site, siteOf } from './site.ts'

/** How a request ended. 499: the client gave up first. 009: raw bytes passed on. */
export type Ending = 'well' | 'failed' | 'abandoned'

export interface AccessEntry {
  line: AccessLine
  about: boolean
  same_path: boolean
  ending: Ending
  /** The line says by its User-Agent that we sent it. */
  ours: boolean
  /** What came was no request: the beginning of TLS, on a port that speaks plain HTTP. */
  hello: boolean
}

export interface AccessReader {
  /** Undefined: the format cannot be read. */
  format: AccessFormat | undefined
  /** Undefined where the line does not fit the format. */
  read(line: string): AccessEntry | undefined
}

/** Our requests' User-Agent begins so. */
const OWN_AGENT = 'triage502/'
/** A TLS record of the handshake, as nginx escapes it in `$request`. */
const HELLO = '\\x16\\x03'

/** Reads access log lines by the format and for the URL that the facts name. */
export function accessReader(context: Pick<ReadContext, 'facts'>): AccessReader {
  const site = siteOf(context.facts)
  const format = compileAccessFormat(textFact(context.facts, 'config.access_log_format'))
  return {
    format,
    read(text) {
      const line = format && parseAccessLine(format, text)
      return line && makeEntry(line, site, format.names_host)
    },
  }
}

function makeEntry(line: AccessLine, site: Site, namesHost: boolean): AccessEntry {
  const path = requestPath(line.request)
  return {
    line,
    about:
      !namesHost ||
      fitOf(site, { server: line.server, host: hostOf(line, site), path, upstream: undefined }) !== 'other',
    same_path: site.path !== '' && path === site.path,
    ending: line.status === 499 ? 'abandoned' : line.status === 9 || line.status >= 500 ? 'failed' : 'well',
    ours: line.agent?.startsWith(OWN_AGENT) === true,
    hello: line.request.startsWith(HELLO),
  }
}

/** `$host` has no port: give it the URL's, so that it is compared by name alone. */
function hostOf(line: AccessLine, site: Site): string {
  if (!line.bare_host || line.host === '' || site.port === 0) return line.host
  return `${line.host}:${site.port}`
}
