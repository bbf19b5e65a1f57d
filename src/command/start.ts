import type { Choice } from '../terminal/start.ts'
import { withAnswers } from './answers.ts'
import { driverOf } from './driver.ts'
import { dryRun } from './dry-run.ts'
import { incidentChoices } from './incidents.ts'
import { type Io, UsageError } from './io.ts'
import { libraryFor } from './libraries.ts'
import { type Opened, openKept, openNew, readKept } from './opening.ts'
import { type LookingOptions, parseLooking } from './options.ts'
import { withService } from './service-facts.ts'
import { parseUrl } from './url.ts'

/** `triage502 [URL]`: the wizard. Without a URL its start screen asks for one. */
export async function run(argv: string[], io: Io): Promise<number> {
  const library = await libraryFor(argv, io)
  const asked = withAnswers(parseLooking(argv, library, io.env), library, io)
  const options = await withService(asked, library, io)
  if (options.dryRun && options.url !== null) return dryRun(parseUrl(options.url), options, library, io)
  if (options.url === null && options.recorded === null && !io.stdinTty && !options.lines) {
    throw new UsageError(
      'there is no URL, and no terminal to ask on',
      'Give one: triage502 diagnose https://shop.example.com/',
    )
  }
  const nobody = !io.stdinTty && !io.stdoutTty && !options.lines
  if (options.json || nobody) return (await import('./diagnose.ts')).run(argv, io)
  const { walkWithPerson, show, sayingFarewell } = await import('./walk.ts')
  const opening = { options, library, io, byPerson: true }
  if (options.url !== null || options.recorded !== null) {
    const opened = await openNew(opening)
    try {
      return await walkWithPerson(opened, options, driverOf(io, options), io)
    } finally {
      opened.close()
    }
  }
  let opened: Opened | null = null
  try {
    const { worldOf } = await import('./world.ts')
    const begin = {
      choices: await choicesOf(io),
      async open(what: { url: string } | { choice: string }) {
        const chosen = await chosenOptions(what, options, opening)
        opened = chosen
        return worldOf(chosen, options, io)
      },
    }
    return await sayingFarewell(
      () => opened,
      () => show(begin, driverOf(io, options), options, io),
      io,
    )
  } finally {
    closeIt(opened)
  }
}

function closeIt(opened: Opened | null): void {
  opened?.close()
}

async function chosenOptions(
  what: { url: string } | { choice: string },
  options: LookingOptions,
  opening: Parameters<typeof openNew>[0],
): Promise<Opened> {
  const { library, io } = opening
  if ('url' in what) return openNew({ ...opening, options: { ...options, url: what.url } })
  const [group, name = ''] = what.choice.split(/:(.*)/s)
  if (group === 'recorded') return openNew({ ...opening, options: { ...options, recorded: name } })
  if (group === 'unfinished') return openKept(readKept(name, library, io), opening)
  return openNew({ ...opening, options: await withService({ ...options, service: name }, library, io) })
}

/** Unfinished sessions first, then services, then recorded incidents. */
async function choicesOf(io: Io): Promise<Choice[]> {
  const [{ openPreferences }, { openStore }] = await Promise.all([
    import('./preferences.ts'),
    import('../session/store.ts'),
  ])
  const services = Object.entries(openPreferences(io.env.TRIAGE502_CONFIG_DIR).services())
  const unfinished = openStore(io.env)
    .list()
    .filter((row) => row.open && row.damaged === '')
    .slice(0, 5)
  return [
    ...unfinished.map(({ id, url }): Choice => ({ group: 'unfinished', id: `unfinished:${id}`, label: url, hint: id })),
    ...services.map(([name, { url }]): Choice => ({ group: 'service', id: `service:${name}`, label: name, hint: url })),
    ...incidentChoices(),
  ]
}
