import { withAnswers } from './answers.ts'
import { conduct } from './conduct.ts'
import { dryRun } from './dry-run.ts'
import { type Io, UsageError } from './io.ts'
import { libraryFor } from './libraries.ts'
import { openNew } from './opening.ts'
import { parseLooking } from './options.ts'
import { openRecording } from './recordings.ts'
import { withService } from './service-facts.ts'
import { parseUrl } from './url.ts'

/** `triage502 diagnose [URL]`: looks without a person, prints the diagnosis, and exits by its outcome. */
export async function run(argv: string[], io: Io): Promise<number> {
  const library = await libraryFor(argv, io)
  const asked = withAnswers(parseLooking(argv, library, io.env), library, io)
  const options = await withService(asked, library, io)
  if (options.dryRun) {
    const url = options.url ?? (options.recorded === null ? null : openRecording(options.recorded, io).url)
    if (url === null) {
      throw new UsageError('there is no URL', 'Give one: triage502 diagnose https://shop.example.com/')
    }
    return dryRun(parseUrl(url), options, library, io)
  }
  const opened = await openNew({ options, library, io, byPerson: false })
  try {
    return await conduct({ ...opened, options, io })
  } finally {
    opened.close()
  }
}
