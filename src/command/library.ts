import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Library } from '../flow/types.ts'

/**
 * The shipped flows, compiled and checked when the program was built.
 * Throws when the build is missing: that is a broken installation, not a person's mistake.
 */
export function loadShipped(): Library {
  for (const place of ['./flows.json', '../flows.json', '../../dist/flows.json']) {
    const text = readIfThere(fileURLToPath(new URL(place, import.meta.url)))
    if (text !== null) return JSON.parse(text) as Library
  }
  throw new Error('the compiled flows are missing: run `npm run build`')
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
