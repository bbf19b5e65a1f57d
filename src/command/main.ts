import { nearest } from '../words/nearest.ts'
import { helpFor, OVERVIEW } from './help.ts'
import { type Io, processIo, UsageError } from './io.ts'
import { VERSION } from './version.ts'

type Command = (argv: string[], io: Io) => Promise<number>

/** Each command is loaded when it is asked for: --version and --help pay for none of them. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  diagnose: async () => (await import('./diagnose.ts')).run,
  sessions: async () => (await import('./sessions.ts')).run,
  export: async () => (await import('./export.ts')).run,
  resume: async () => (await import('./resume.ts')).run,
  flows: async () => (await import('./flows.ts')).run,
  services: async () => (await import('./services.ts')).run,
  explain: async () => (await import('./explain.ts')).run,
}

/**
 * Runs one command line. Takes the arguments after the program's name; gives the exit code:
 * 2 with a sentence and what to do for a person's mistake, 1 for a failure of the tool itself.
 */
export async function main(argv: string[], io: Io = processIo()): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    if (error instanceof UsageError) {
      if (argv.includes('--json')) await printError(error.message, error.todo, io)
      io.err(`triage502: ${error.message}\n  ${error.todo}\n`)
      return 2
    }
    const says = error instanceof Error ? error.message : String(error)
    if (argv.includes('--json')) await printError(says, 'This is a fault of triage502 itself. Please report it.', io)
    io.err(`triage502: it failed itself: ${says}\n  Please report this, with --verbose for the details.\n`)
    if (argv.includes('--verbose') && error instanceof Error) io.err(`${error.stack ?? ''}\n`)
    return 1
  }
}

async function dispatch(argv: string[], io: Io): Promise<number> {
  const [first, ...rest] = argv
  if (first === '--version' || first === '-V') {
    io.out(`${VERSION}\n`)
    return 0
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    io.out(rest[0] === undefined ? OVERVIEW : helpFor(rest[0]))
    return 0
  }
  const load = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined
  if (first !== undefined && load) {
    if (rest.includes('--help') || rest.includes('-h')) {
      io.out(helpFor(first))
      return 0
    }
    return (await load())(rest, io)
  }
  refuseUnknown(first)
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(OVERVIEW)
    return 0
  }
  return (await import('./start.ts')).run(argv, io)
}

/** A bare word that is no host is a mistyped command more often than a URL. */
function refuseUnknown(first: string | undefined): void {
  if (first === undefined || first.startsWith('-') || /[.:/]/.test(first) || first === 'localhost') return
  const meant = nearest(first, Object.keys(COMMANDS))
  throw new UsageError(
    `there is no command ${JSON.stringify(first)}`,
    meant ? `Did you mean \`triage502 ${meant}\`?` : 'See `triage502 --help`; a URL works too: `triage502 https://…`.',
  )
}

/** With --json an error is one document too. Loaded only then: most runs need no report. */
async function printError(says: string, todo: string, io: Io): Promise<void> {
  const [{ errorDocument }, { jsonText }] = await Promise.all([
    import('../report/document.ts'),
    import('../report/json-text.ts'),
  ])
  io.out(jsonText(errorDocument(says, todo)))
}
