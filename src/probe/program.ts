import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** Where a program name leads: a path to run, nowhere, or a file that this account may not run. */
export type Program = { found: 'yes'; path: string } | { found: 'no' } | { found: 'forbidden'; path: string }

/**
 * Finds a program in the given PATH the way execvp does, with two differences: folders that are not
 * absolute (and so the working folder) are never searched, and a name with a slash must be absolute.
 * A name such as `./ss` is therefore never found, whatever lies in the working folder.
 */
export async function findProgram(name: string, path: string): Promise<Program> {
  if (name === '' || name.includes('\0')) return { found: 'no' }
  if (name.includes('/')) return isAbsolute(name) ? judge(name) : { found: 'no' }
  let forbidden: Program | undefined
  for (const folder of path.split(':')) {
    if (!isAbsolute(folder)) continue
    const program = await judge(join(folder, name))
    if (program.found === 'yes') return program
    if (program.found === 'forbidden') forbidden ??= program
  }
  return forbidden ?? { found: 'no' }
}

async function judge(path: string): Promise<Program> {
  try {
    if (!(await stat(path)).isFile()) return { found: 'no' }
  } catch {
    return { found: 'no' }
  }
  try {
    await access(path, constants.X_OK)
    return { found: 'yes', path }
  } catch {
    return { found: 'forbidden', path }
  }
}
