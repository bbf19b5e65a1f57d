import { withAnswers } from './answers.ts'
import { conduct } from './conduct.ts'
import { driverOf } from './driver.ts'
import { dryRun } from './dry-run.ts'
import type { Io } from './io.ts'
import { libraryFor } from './libraries.ts'
import { openKept, readKept } from './opening.ts'
import { parseLooking } from './options.ts'
import { parseUrl } from './url.ts'

/**
 * `triage502 resume [SESSION]`: goes on with an unfinished session on the node where it stopped: with the person
 * at a terminal, by itself where there is none, or a document is wanted.
 */
export async function run(argv: string[], io: Io): Promise<number> {
  const library = await libraryFor(argv, io)
  const options = withAnswers(parseLooking(argv, library, io.env), library, io)
  const kept = readKept(options.url, library, io)
  if (options.dryRun) return dryRun(parseUrl(kept.session.url), options, library, io)
  const byPerson = ((io.stdinTty && io.stdoutTty) || options.lines) && !options.json
  const opened = await openKept(kept, { options, library, io, byPerson })
  try {
    if (!byPerson) return await conduct({ ...opened, options, io })
    const { walkWithPerson } = await import('./walk.ts')
    return await walkWithPerson(opened, options, driverOf(io, options), io)
  } finally {
    opened.close()
  }
}
