import type { Json } from '../../words/json.ts'

/** The part of curl's `%{json}` that is used; times in ms. */
export interface CurlReport {
  version: string
  errormsg: string
  httpVersion: string
  ip: string
  port: number
  /** Our own. */
  localPort: number
  bodyBytes: number
  headBytes: number
  verifyResult: number
  dns: number
  connect: number
  tls: number
  firstByte: number
  total: number
}

/** Reads what stands behind the mark. Null when it is no JSON object. Source: curl's docs, `--write-out`. */
export function parseCurlReport(text: string): CurlReport | null {
  let json: Json
  try {
    json = JSON.parse(text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'))) as Json
  } catch {
    return null
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return null
  const number = (name: string): number => (typeof json[name] === 'number' ? json[name] : 0)
  const string = (name: string): string => (typeof json[name] === 'string' ? json[name] : '')
  const version = string('http_version')
  return {
    version: `curl ${string('curl_version').replace('libcurl/', '').split(' ')[0] ?? ''}`.trim(),
    errormsg: string('errormsg'),
    httpVersion: version === '0' ? '' : version,
    ip: string('remote_ip'),
    port: number('remote_port'),
    localPort: number('local_port'),
    bodyBytes: number('size_download'),
    headBytes: number('size_header'),
    verifyResult: number('ssl_verify_result'),
    dns: number('time_namelookup') * 1000,
    connect: number('time_connect') * 1000,
    tls: number('time_appconnect') * 1000,
    firstByte: number('time_starttransfer') * 1000,
    total: number('time_total') * 1000,
  }
}
