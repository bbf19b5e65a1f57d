import type { Library } from '../flow/types.ts'
import { conclude } from '../guide/conclusion.ts'
import type { Engine } from '../guide/engine.ts'
import type { Guide } from '../guide/guide.ts'
import { walk } from '../guide/headless.ts'
import type { Language } from '../guide/judge.ts'
import { composeDiagnosis, exitCodeOf } from '../report/diagnosis.ts'
import { jsonText } from '../report/json-text.ts'
import { plainDiagnosis } from '../report/plain.ts'
import type { Prober } from '../words/look.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import type { LookingOptions } from './options.ts'
import { progress } from './progress.ts'

/** What a headless run needs, whether it begins or resumes. */
export interface Conduct {
  guide: Guide
  language: Language
  library: Library
  engine: Engine
  prober: Prober
  options: LookingOptions
  /** Is the session written where `export` finds it? */
  kept: boolean
  io: Io
}

/** Walks to the end, ends the session, prints the diagnosis. Gives the exit code of its outcome. */
export async function conduct({
  guide,
  language,
  library,
  engine,
  prober,
  options,
  kept,
  io,
}: Conduct): Promise<number> {
  const stopping = interruptible(options.budgetMs)
  const steps = progress(io)
  try {
    const { answers, sweep } = options
    await walk({ guide, language, engine, prober, answers, sweep, signal: stopping.signal, onStep: steps.step })
    const ended = stopping.why ?? 'complete'
    const session = engine.dispatch({ type: 'end', ended })
    steps.clear()
    const judged = conclude(session, library, language)
    const diagnosis = composeDiagnosis(session, judged, library, language)
    const look = { color: options.color && io.stdoutTty, columns: io.columns, kept }
    io.out(options.json ? jsonText(diagnosis) : plainDiagnosis(diagnosis, look))
    return exitCodeOf(judged.outcome, ended, options.exitZero)
  } finally {
    steps.clear()
    stopping.done()
  }
}
