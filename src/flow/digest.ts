import { createHash } from 'node:crypto'
import type { Library } from './types.ts'

/**
 * sha256, hex, over the canonical JSON of a library without its digest and without positions:
 * two libraries that behave alike have one digest, wherever their files lie.
 */
export function libraryDigest(library: Omit<Library, 'digest'>): string {
  const { flows, nodes, facts, fingerprints, signatures, next, remedies, commands, glossary, timeouts, uncovered } =
    library
  const all = { flows, nodes, facts, fingerprints, signatures, next, remedies, commands, glossary, timeouts, uncovered }
  return createHash('sha256').update(canonical(all)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([key, each]) => each !== undefined && !isPosition(key, each))
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

function isPosition(key: string, value: unknown): boolean {
  return key === 'at' && typeof value === 'object'
}
