import { conclude } from '../guide/conclusion.ts'
import { composeDiagnosis } from '../report/diagnosis.ts'
import { wantsColor } from '../report/paint.ts'
import { headline } from '../report/sentences.ts'
import type { Begin } from '../terminal/app.ts'
import { type Line, wrapped } from '../terminal/text.ts'
import { visible } from '../words/visible.ts'
import type { Driver } from './driver.ts'
import { endings } from './endings.ts'
import { holdBack } from './held-back.ts'
import type { Io } from './io.ts'
import type { Opened } from './opening.ts'
import type { LookingOptions } from './options.ts'
import { worldOf } from './world.ts'

/** Walks an opened session with the person, then says in the scrollback what it came to. Gives the exit code. */
export async function walkWithPerson(opened: Opened, options: LookingOptions, driver: Driver, io: Io): Promise<number> {
  return sayingFarewell(
    () => opened,
    () => show({ world: worldOf(opened, options, io) }, driver, options, io),
    io,
  )
}

/** Says farewell to what was opened, also after a fault of our own: the session is there to go on with. */
export async function sayingFarewell<T>(opened: () => Opened | null, work: () => Promise<T>, io: Io): Promise<T> {
  try {
    return await work()
  } finally {
    const left = opened()
    // What is read later, or by a program, is not broken into rows.
    if (left) io.out(farewell(left, io.stdoutTty ? io.columns : Number.POSITIVE_INFINITY))
  }
}

/** Shows the wizard, or the start screen that leads to one, until it is left. Gives the exit code. */
export async function show(begin: Begin, driver: Driver, options: { color: boolean }, io: Io): Promise<number> {
  // Chalk, which colours the screens, knows FORCE_COLOR and not NO_COLOR; it looks once, when it is loaded.
  if (!options.color) process.env.FORCE_COLOR = '0'
  // With it Ink looks for a debugger as it is loaded, and complains on the terminal.
  delete process.env.DEV
  const ending = endings(driver)
  try {
    if (driver === 'lines') {
      const { runLines } = await import('../terminal/lines.ts')
      const streams = {
        stdin: process.stdin,
        out: io.out,
        columns: () => process.stdout.columns || io.columns,
        color: options.color && wantsColor(io.stdoutTty, io.env),
        interrupts,
      }
      await runLines(begin, streams, ending.signal)
    } else await showScreens(begin, ending.signal, io)
    ending.rethrow()
    return 0
  } finally {
    ending.done()
  }
}

/** Ctrl-C line by line: the terminal makes it a signal, and the wizard asks before it leaves. */
function interrupts(listener: () => void): () => void {
  process.on('SIGINT', listener)
  return () => process.off('SIGINT', listener)
}

async function showScreens(begin: Begin, signal: AbortSignal, io: Io): Promise<void> {
  const [{ createApp }, { openScreens, giveBack }] = await Promise.all([
    import('../terminal/app.ts'),
    import('../terminal/first-frame.ts'),
  ])
  const app = createApp(begin, { columns: io.columns, rows: io.rows })
  const say = (text: string) => app.say(visible(text.trim(), { lines: false }))
  // After what is being done: its own word at the foot must not take the place of this one.
  const release = holdBack(process.stderr, (text) => setImmediate(say, text))
  try {
    openScreens(app, process)
    // What draws is as large as everything else together: the first frame is read while it loads.
    const { runScreens } = await import('../terminal/run.tsx').catch((error) => {
      giveBack(process)
      throw error
    })
    await runScreens(app, process, signal)
  } finally {
    release()
  }
}

/** What stays in the scrollback: the answer, the session, and what to type next. */
export function farewell({ engine, library, language, kept }: Opened, columns: number): string {
  const { session } = engine
  const diagnosis = composeDiagnosis(session, conclude(session, library, language), library, language)
  const { verdict } = diagnosis
  const says = session.reached
    ? verdict
      ? `${headline(diagnosis)} (${verdict.cause}, ${verdict.confidence})`
      : diagnosis.outcome === 'healthy'
        ? headline(diagnosis)
        : session.reached.says
    : 'Not finished.'
  const sentence = visible(says, { lines: false })
  const lines = Number.isFinite(columns) ? wrapped(sentence, columns).map(textOf) : [sentence]
  const recovered = session.verifications.findLast(({ done }) => done?.result === 'recovered')?.done
  if (recovered?.wellSince) lines.push(`It answers well again, since ${recovered.wellSince.slice(11, 19)}Z.`)
  if (kept) {
    lines.push(`Session ${session.id}`)
    if (!session.ended) lines.push(`Go on with it:      triage502 resume ${session.id}`)
    lines.push(`For the postmortem: triage502 export ${session.id}`)
  }
  return `${lines.join('\n')}\n`
}

const textOf = (line: Line) => line.map(({ text }) => text).join('')
