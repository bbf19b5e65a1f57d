import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { AnyCase } from '../case.ts'
import { isBoxed, THEMES } from '../cases.ts'

export interface Options {
  /** The chosen cases, in the order of the table. */
  cases: readonly AnyCase[]
  /** Not all of them: the aims of the whole lab do not bind. */
  partial: boolean
  list: boolean
  json: boolean
  record: boolean
  twice: boolean
  baseline: boolean
  jobs: number
}

export const USAGE = `npm run lab [-- OPTIONS]   starts real servers, breaks them, diagnoses, compares; root on Linux (npm run lab:install first)
  --case NAME...   only these: a name, the beginning of names, or a theme
  --quick          only what needs no image and no container
  --missing        only cases that have no recording
  --list           names them, and does nothing
  --json           prints one document instead of the table
  --record         a full sweep of each, kept in test/recordings/ where it was told as what it is
  --twice          every case twice: the verdicts must be the same
  --no-baseline    without the checklist's guess beside ours
  --jobs N         so many at once (default: one more than there are processors, at most 4; 2 to record)`

/** A case mostly waits: for a server to start, for a time-out to pass. */
const usualJobs = (record: boolean) => (record ? 2 : Math.min(4, availableParallelism() + 1))

/** Reads the words of the command line; throws a sentence for a person. `recorded`: the names that have a recording. */
export function readOptions(argv: string[], recorded: ReadonlySet<string>): Options {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    allowNegative: true,
    options: {
      case: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      missing: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      twice: { type: 'boolean', default: false },
      baseline: { type: 'boolean', default: true },
      jobs: { type: 'string' },
    },
  })
  const jobs = Number(values.jobs ?? usualJobs(values.record))
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new Error(`--jobs wants a whole number of at least 1, not ${values.jobs}`)
  const { list, json, record, twice, baseline } = values
  if (record && twice) throw new Error('--record keeps one run: it does not go with --twice')
  const wanted = [...values.case, ...positionals]
  const all = Object.entries(THEMES).flatMap(([theme, cases]) => cases.map((each) => ({ theme, each })))
  const isMeant = (theme: string, name: string, word: string) => word === theme || name.startsWith(word)
  const none = wanted.filter((word) => !all.some(({ theme, each }) => isMeant(theme, each.name, word)))
  if (none.length > 0) throw new Error(`no case and no theme begins with ${none.join(', ')}; --list names them`)
  const cases = all
    .filter(({ theme, each }) => wanted.length === 0 || wanted.some((word) => chosen(word, theme, each.name, all)))
    .filter(({ theme, each }) => !(values.quick && (isBoxed(each) || theme.startsWith('docker'))))
    .map(({ each }) => each)
    .filter((each) => !(values.missing && recorded.has(each.name)))
  return { cases, partial: cases.length < all.length, list, json, record, twice, baseline, jobs }
}

/** The name itself wins over all that begin with it. */
function chosen(word: string, theme: string, name: string, all: { theme: string; each: AnyCase }[]): boolean {
  if (all.some(({ each }) => each.name === word)) return name === word
  return theme === word || name.startsWith(word)
}
