import { lstat, opendir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isRotatedName } from './writer.ts'

/** An older part of a log. */
export interface RotatedFile {
  path: string
  mtimeMs: number
  inode: number
  kind: 'plain' | 'gzip' | 'other'
}

const MAX_ENTRIES = 10_000
const MAX_FILES = 20

/**
 * The rotated files beside a log that were written since `sinceMs`, newest first. A file that was
 * last written before the window holds nothing of it. Undefined where the folder cannot be listed.
 */
export async function rotatedFiles(path: string, root: string, sinceMs: number): Promise<RotatedFile[] | undefined> {
  const folder = dirname(path)
  const found: RotatedFile[] = []
  try {
    let entries = 0
    for await (const entry of await opendir(root + folder)) {
      if (++entries > MAX_ENTRIES) return undefined
      if (!isRotatedName(basename(path), entry.name)) continue
      const about = await lstat(join(root + folder, entry.name)).catch(() => undefined)
      if (!about?.isFile() || about.mtimeMs < sinceMs) continue
      found.push({ path: join(folder, entry.name), mtimeMs: about.mtimeMs, inode: about.ino, kind: kindOf(entry.name) })
    }
  } catch {
    return undefined
  }
  return found.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(0, MAX_FILES)
}

function kindOf(name: string): RotatedFile['kind'] {
  if (name.endsWith('.gz')) return 'gzip'
  return /\.(xz|zst|bz2|lz4|zip)$/.test(name) ? 'other' : 'plain'
}
