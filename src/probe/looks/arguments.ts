import { parsePort, plainAddress } from '../../reading/process/addresses.ts'
import type { JsonObject } from '../../words/json.ts'

/**
 * Arguments of looks come from flows, facts and so from logs: each is parsed as its type, and
 * nothing comes back where it is not one.
 */
export function pidOf(args: JsonObject, name = 'pid'): number | undefined {
  const value = numeric(args[name])
  return value !== undefined && value >= 1 && value <= 4_194_304 ? value : undefined
}

export function portOf(args: JsonObject, name = 'port'): number | undefined {
  const value = numeric(args[name])
  return value === undefined ? undefined : parsePort(String(value))
}

/** Milliseconds, not negative. */
export function millisecondsOf(args: JsonObject, name: string): number | undefined {
  const value = numeric(args[name])
  return value !== undefined && value >= 0 ? value : undefined
}

/** An absolute path without NUL. */
export function pathOf(args: JsonObject, name = 'path'): string | undefined {
  const value = args[name]
  return isPath(value) ? value : undefined
}

export function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/') && value.length <= 4096 && !value.includes('\0')
}

/** A host name or an address literal (with or without brackets), lower-case. */
export function hostOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const literal = plainAddress(text)
  if (literal !== '' && literal !== '*') return literal
  return /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(text)
    ? text.toLowerCase()
    : undefined
}

/** A systemd unit's name, with its type. */
export function unitOf(args: JsonObject, name = 'unit'): string | undefined {
  const value = args[name]
  return typeof value === 'string' && /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,250}\.[a-z]+$/.test(value)
    ? value
    : undefined
}

/** A list of strings; one string counts as a list of one. */
export function stringsOf(args: JsonObject, name: string): string[] {
  const value = args[name]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}
