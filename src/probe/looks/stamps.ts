import { namedCertificates } from '../../reading/machine/named-files.ts'
import type { Beneath } from './beneath.ts'
import type { Over } from './outcome.ts'

/** When a file was written, and when it was put where it is (its inode's change, or that of the link to it). */
export interface Stamped {
  path: string
  mtime: Date
  placed: Date
}

/** As a look writes them down: RFC 3339. */
export interface StampJson {
  [field: string]: string
  path: string
  mtime: string
  placed: string
}

/** The stamps of files that were read, without their text. */
export function stamped(files: readonly Stamped[]): StampJson[] {
  return files.map(({ path, mtime, placed }) => ({
    path,
    mtime: mtime.toISOString(),
    placed: placed.toISOString(),
  }))
}

/** The stamps of the certificates, keys and authorities that a configuration names; only their times are seen, none is opened. */
export async function certificateStamps(
  texts: readonly string[],
  conf: string,
  disk: Beneath,
  over: Over,
): Promise<StampJson[]> {
  const found: Stamped[] = []
  for (const path of namedCertificates(texts, conf.slice(0, conf.lastIndexOf('/')))) {
    if (over()) break
    const stamps = await disk.stamps(path)
    if (stamps) found.push({ path, ...stamps })
  }
  return stamped(found)
}
