import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openLibrary } from '../flow/shelf.ts'
import type { Library } from '../flow/types.ts'

/**
 * The shipped flows, compiled and checked when the program was built. Each part is read when it is first asked for.
 * Throws when the build is missing: that is a broken installation, not a person's mistake.
 */
export function loadShipped(): Library {
  shipped ??= open()
  return shipped
}

let shipped: Library | null = null

function open(): Library {
  for (const place of ['./flows.json', '../flows.json', '../../dist/flows.json']) {
    const bytes = readIfThere(fileURLToPath(new URL(place, import.meta.url)))
    if (bytes !== null) return openLibrary(bytes)
  }
  throw new Error('the compiled flows are missing: run `npm run build`')
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
