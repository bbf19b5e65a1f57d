import { isIP } from 'node:net'
import type { Json } from '../words/json.ts'
import type { Value } from '../words/value.ts'
import type { FactType } from './types.ts'

export type ParsedFact = { ok: true; value: Json } | { ok: false; says: string }

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/
// systemd.unit(5): a prefix of these characters and a known suffix.
const UNIT = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,240}\.(service|socket|target|timer|path|slice|scope|mount)$/
const CONTAINER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/
/** A year. */
const LONGEST_MS = 31_536_000_000
const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Parses a value as its fact's type, whoever it comes from: a person, a flag, or a log line that a
 * stranger wrote. Only what passes here may ever stand in a command.
 * Takes text, or a run-time value of an expression; gives the JSON form kept in the journal.
 */
export function parseFact(type: FactType, given: Value | Json): ParsedFact {
  switch (type) {
    case 'int':
      return integer(given, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'a whole number')
    case 'port':
      return integer(given, 1, 65_535, 'a port from 1 to 65535')
    case 'pid':
      return integer(given, 1, 4_194_304, 'a process id')
    case 'duration-ms':
      return duration(given)
    case 'bool':
      if (typeof given === 'boolean') return { ok: true, value: given }
      if (given === 'true' || given === 'false') return { ok: true, value: given === 'true' }
      return { ok: false, says: 'is not true or false' }
    case 'timestamp':
      return time(given)
    case 'strings':
      return strings(given)
    default:
      return typeof given === 'string' ? word(type, given) : { ok: false, says: 'is not text' }
  }
}

function integer(given: Value | Json, low: number, high: number, what: string): ParsedFact {
  const text = typeof given === 'bigint' || typeof given === 'number' ? String(given) : given
  if (typeof text !== 'string' || !/^-?\d{1,16}$/.test(text)) return { ok: false, says: `is not ${what}` }
  // `-0` is 0 for everybody who counts.
  const value = Number(text) + 0
  return value >= low && value <= high ? { ok: true, value } : { ok: false, says: `is not ${what}` }
}

/** `15m`, `10s`, `1500ms`, or a whole number of milliseconds. */
function duration(given: Value | Json): ParsedFact {
  if (typeof given === 'bigint' || typeof given === 'number')
    return integer(given, 0, LONGEST_MS, 'a duration of at most a year')
  const match = typeof given === 'string' ? /^(\d{1,9})(ms|s|m|h|d)?$/.exec(given.trim()) : null
  if (!match) return { ok: false, says: 'is not a duration such as 90s, 15m or 2h' }
  return integer(Number(match[1]) * (UNITS_MS[match[2] ?? 'ms'] ?? 1), 0, LONGEST_MS, 'a duration of at most a year')
}

/** RFC 3339; `Date` alone would find a year in any word with a number behind it. */
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

function time(given: Value | Json): ParsedFact {
  const text = typeof given === 'string' && TIME.test(given) ? given : null
  const date = given instanceof Date ? given : text === null ? null : new Date(text)
  if (!date || Number.isNaN(date.getTime())) return { ok: false, says: 'is not a time such as 2026-11-21T02:03:12Z' }
  return { ok: true, value: date.toISOString() }
}

function strings(given: Value | Json): ParsedFact {
  const list = Array.isArray(given) ? given : typeof given === 'string' ? given.split(',') : null
  if (!list || list.length > 500) return { ok: false, says: 'is not a list of words' }
  const words: string[] = []
  for (const item of list) {
    const parsed = typeof item === 'string' ? word('string', item) : ({ ok: false, says: 'is not text' } as const)
    if (!parsed.ok) return parsed
    words.push(item as string)
  }
  return { ok: true, value: words }
}

type WordType = Exclude<FactType, 'int' | 'port' | 'pid' | 'duration-ms' | 'bool' | 'timestamp' | 'strings'>

function word(type: WordType, text: string): ParsedFact {
  if (text.length > 4096) return { ok: false, says: 'is longer than 4096 characters' }
  if (/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(text))
    return { ok: false, says: 'holds control characters' }
  // A value that begins with a dash could be taken for an option by the command it stands in.
  if (text.startsWith('-')) return { ok: false, says: 'begins with a dash' }
  switch (type) {
    case 'string':
      return { ok: true, value: text }
    case 'host':
      return isHost(text) ? { ok: true, value: text } : { ok: false, says: 'is not a host name or an address' }
    case 'url':
      return isHttpUrl(text) ? { ok: true, value: text } : { ok: false, says: 'is not an http or https URL' }
    case 'unit':
      return UNIT.test(text) ? { ok: true, value: text } : { ok: false, says: 'is not a systemd unit name' }
    case 'container':
      return CONTAINER.test(text) ? { ok: true, value: text } : { ok: false, says: 'is not a container name' }
    case 'path':
      return text.startsWith('/') ? { ok: true, value: text } : { ok: false, says: 'is not an absolute path' }
  }
}

/** A DNS name, an IPv4 address, or an IPv6 address with or without brackets. */
export function isHost(text: string): boolean {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (isIP(bare)) return true
  if (bare !== text || text.length > 253) return false
  return text
    .replace(/\.$/, '')
    .split('.')
    .every((label) => LABEL.test(label))
}

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || /\s/.test(text)) return false
  try {
    return isHost(new URL(text).hostname)
  } catch {
    return false
  }
}

/** The run-time value of a fact kept as JSON. */
export function factToValue(type: FactType, json: Json): Value {
  switch (type) {
    case 'int':
    case 'port':
    case 'pid':
    case 'duration-ms':
      return BigInt(json as number)
    case 'timestamp':
      return new Date(json as string)
    default:
      return json as Value
  }
}
