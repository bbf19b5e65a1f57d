import { resolve } from 'node:path'
import type { Library } from '../flow/types.ts'
import { readJournal } from '../session/journal.ts'
import { type Io, UsageError } from './io.ts'
import { answerOption, type LookingOptions } from './options.ts'

/**
 * The options with a session's answers added (`--answers FILE`, a journal): what a person or a flag
 * said there, the last word on each question. --answer wins over it. Throws UsageError for a file
 * that is no journal, and for answers to questions that the flows do not ask any more.
 */
export function withAnswers(options: LookingOptions, library: Library, io: Io): LookingOptions {
  const { answersFile } = options
  if (answersFile === null) return options
  const { entries, problems } = readJournal(resolve(io.cwd, answersFile))
  if (problems.length > 0) {
    throw new UsageError(`--answers ${answersFile} is no sound journal: ${problems[0]}`, 'Give the file of a session.')
  }
  const said = new Map<string, string>()
  for (const { event } of entries) {
    if (event.type !== 'branch.taken' || (event.by !== 'person' && event.by !== 'flag')) continue
    said.set(...answerOption(`${event.node}=${event.branch}`, library))
  }
  return { ...options, answers: new Map([...said, ...options.answers]) }
}
