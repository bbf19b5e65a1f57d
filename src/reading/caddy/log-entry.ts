import type { Json, JsonObject } from '../../words/json.ts'
import type { GatewayEntry } from '../gateway/entry.ts'
import { pathOnly } from '../nginx/site.ts'
import type { Knowledge } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { type CaddyLine, text } from './log-line.ts'
import { memberOf } from './view.ts'

/** What a record of Caddy's log is about. */
export type CaddyRecord =
  /** A request failed, after so many ms; 0 where it does not say. */
  | { kind: 'failure'; entry: GatewayEntry; tookMs: number }
  /** A request was answered: of the access log. */
  | { kind: 'access'; entry: GatewayEntry }
  /** A health check failed. */
  | { kind: 'health'; at: number; upstream: string; signature: string; message: string; status: number }
  /** A configuration was refused. */
  | { kind: 'refused'; at: number; message: string }

const LONGEST = 400
const OWN_AGENT = 'triage502/'

/** What a line means; undefined for what tells nothing about requests, health or configurations. */
export function recordOf(line: CaddyLine, knowledge: Knowledge): CaddyRecord | undefined {
  const { logger, msg, fields, at } = line
  if (logger.startsWith('http.log.error'))
    return { kind: 'failure', entry: entryOf(line, msg, knowledge), tookMs: tookOf(fields.duration) }
  if (logger.startsWith('http.log.access')) return { kind: 'access', entry: entryOf(line, msg, knowledge) }
  if (logger === 'http.handlers.reverse_proxy' && msg === 'aborting with incomplete response') {
    return {
      kind: 'failure',
      entry: entryOf(line, `${msg}: ${text(fields.error)}`, knowledge),
      tookMs: tookOf(fields.duration),
    }
  }
  if (logger.startsWith('http.handlers.reverse_proxy.health_checker')) {
    const message = [msg, text(fields.error)].filter((part) => part !== '').join(': ')
    const match = matchSignature(signatureIndex(knowledge.signatures), 'caddy', message, { whole: true })
    if (!match) return undefined
    const status = typeof fields.status_code === 'number' ? fields.status_code : 0
    return {
      kind: 'health',
      at,
      upstream: text(fields.host),
      signature: match.signature.id,
      message: visibleLine(message, LONGEST),
      status,
    }
  }
  if (logger === 'admin.api' && line.level === 'error')
    return { kind: 'refused', at, message: visibleLine(text(fields.error) || msg, LONGEST) }
  return undefined
}

/** `duration` is in seconds with a fraction, unless its encoder writes it as text (Caddy docs, "log": `duration_format`). */
function tookOf(duration: Json | undefined): number {
  return typeof duration === 'number' && duration > 0 && duration < 86_400 ? Math.round(duration * 1000) : 0
}

function entryOf(line: CaddyLine, message: string, knowledge: Knowledge): GatewayEntry {
  const request = object(line.fields.request)
  const match = matchSignature(signatureIndex(knowledge.signatures), 'caddy', message, { whole: true })
  const { address = '', socket = '', name = '' } = match?.holes ?? {}
  const told = socket !== '' ? { host: '', port: 0n, socket } : address === '' ? undefined : memberOf(address)
  const agent = list(object(request.headers)['User-Agent'])[0]
  return {
    at: line.at,
    host: text(request.host),
    path: pathOnly(text(request.uri)),
    // Older versions write address and port together.
    client: text(request.remote_ip) || text(request.remote_addr).replace(/:\d+$/, ''),
    sentByUs: typeof agent === 'string' ? agent.startsWith(OWN_AGENT) : undefined,
    status: typeof line.fields.status === 'number' ? line.fields.status : 0,
    message: visibleLine(message, LONGEST),
    signature: match?.signature,
    upstream: told
      ? { host: told.host, port: Number(told.port), socket: told.socket }
      : { host: '', port: 0, socket: '' },
    name,
  }
}

/**
 * A line with only what is needed of it. Of a request's headers only our own name is kept, of its address only the path: visitors'
 * cookies and queries are nobody's business.
 */
export function keepCaddyLine(line: CaddyLine): string {
  const { at, level, logger, msg, fields } = line
  const { error, status, status_code, host, duration } = fields
  const request = object(fields.request)
  const agent = list(object(request.headers)['User-Agent'])[0]
  const own = typeof agent === 'string' && agent.startsWith(OWN_AGENT) ? agent : ''
  const kept: JsonObject = { level, ts: at / 1000, logger, msg }
  for (const [name, value] of Object.entries({ error, status, status_code, host, duration }))
    if (value !== undefined) kept[name] = value
  if (Object.keys(request).length > 0) {
    kept.request = {
      remote_ip: text(request.remote_ip) || text(request.remote_addr).replace(/:\d+$/, ''),
      method: text(request.method),
      host: text(request.host),
      uri: pathOnly(text(request.uri)),
      headers: agent === undefined ? {} : { 'User-Agent': [own] },
    }
  }
  return JSON.stringify(kept)
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
