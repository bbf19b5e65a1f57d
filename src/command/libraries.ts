import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Library } from '../flow/types.ts'
import { type Io, UsageError } from './io.ts'
import { loadShipped } from './library.ts'

/**
 * The flows of this run: the shipped ones, and with --flows DIR a folder's own beside them. A folder
 * given by name on the command line is the person's own word; headless runs of others' folders need
 * --trust with the digest of all that is in it.
 */
export async function libraryFor(argv: string[], io: Io): Promise<Library> {
  const folder = optionValue(argv, '--flows')
  if (folder === null) return loadShipped()
  const path = resolve(io.cwd, folder)
  if (folder === '' || !existsSync(path) || !statSync(path).isDirectory()) {
    throw new UsageError(`there is no folder ${JSON.stringify(folder)}`, 'Give --flows a folder of YAML flows.')
  }
  const { digestOf } = await import('./folder-digest.ts')
  const digest = digestOf(path)
  const trusted = optionValue(argv, '--trust')
  if (trusted !== null && trusted !== digest) {
    throw new UsageError(
      'the flows are not the ones you trust',
      `Their digest is ${digest}. Read them, then give --trust ${digest}.`,
    )
  }
  const { loadWithCustom } = await import('./custom-flows.ts')
  const { library, problems } = loadWithCustom(path)
  if (problems.length > 0) {
    throw new UsageError(`the flows in ${folder} have ${problems.length} mistakes`, problems.slice(0, 5).join('\n  '))
  }
  return library
}

/** An option's value before the strict parse, which needs the library that this one names. */
function optionValue(argv: string[], option: string): string | null {
  for (const [at, word] of argv.entries()) {
    if (word === option) return argv[at + 1] ?? ''
    if (word.startsWith(`${option}=`)) return word.slice(option.length + 1)
  }
  return null
}
