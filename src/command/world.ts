import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge } from '../flow/effect.ts'
import { conclude } from '../guide/conclusion.ts'
import { readContext } from '../guide/scope.ts'
import { act } from '../probe/act.ts'
import { cleanEnvironment } from '../probe/clean-room.ts'
import { equivalent } from '../probe/equivalent.ts'
import { READERS } from '../reading/index.ts'
import { composeDiagnosis } from '../report/diagnosis.ts'
import { markdown } from '../report/markdown.ts'
import { transcript } from '../report/transcript.ts'
import type { Sample, World } from '../terminal/world.ts'
import type { LookRequest } from '../words/look.ts'
import { type Io, UsageError } from './io.ts'
import type { Opened } from './opening.ts'
import type { LookingOptions } from './options.ts'

/** A sample is quick or it is not well: nobody waits a minute for each of five. */
const SAMPLE_MS = 15_000
/** Terminals refuse more than about this in one OSC 52 sequence. */
const MOST_COPIED = 74_000

/** What the wizard can do, bound to an opened session. */
export function worldOf(opened: Opened, options: LookingOptions, io: Io): World {
  const { guide, language, library, engine, prober, kept, recorded, now } = opened
  const env = cleanEnvironment(io.env)
  return {
    guide,
    language,
    library,
    engine,
    answers: options.answers,
    recorded,
    kept,
    now,
    pause,
    equivalent,
    mask: prober.mask,
    look: (request, signal, watch) => prober.look(request, signal, watch),
    pasted: (request, text) => prober.pasted(request, text, now()),
    refuses(argv) {
      if (judge(argv, library.commands) === 'reads') return null
      return 'It is not known to only read, so it is not run here. Run it in another terminal and paste what it prints.'
    },
    get act() {
      // A fix is for the machine that was looked at; whether that is this one has to be proven.
      const here = engine.session.vantages.proxy ?? engine.session.vantages.app
      if (recorded !== null || here?.at !== 'local') return null
      return (argv: readonly string[], signal: AbortSignal, watch: (text: string) => void) =>
        act(argv, env, signal, (text) => watch(prober.mask(text)))
    },
    sample: recorded !== null || !options.requests ? null : (signal) => sample(opened, signal),
    writeTranscript: () => writeTranscript(opened, io),
    copy(text) {
      const coded = Buffer.from(text.slice(0, MOST_COPIED)).toString('base64')
      // OSC 52 (xterm, ctlseqs): set the clipboard.
      io.out(`\u001b]52;c;${coded}\u0007`)
      return 'Copied, if your terminal can.'
    },
  }
}

/** One request to the URL, read like any other. */
async function sample({ engine, library, prober }: Opened, signal: AbortSignal): Promise<Sample> {
  const { session } = engine
  const request: LookRequest = {
    kind: 'http',
    url: session.url,
    times: 1,
    redirects: 5,
    own: true,
    at: 'here',
    read: 'http-response',
    timeoutMs: SAMPLE_MS,
  }
  const capture = await prober.look(request, signal)
  const reading = READERS['http-response']?.read(capture, readContext(session, library, new Date(capture.startedAt)))
  const status = Number(reading?.value.status ?? 0)
  const failure = String(reading?.value.failure ?? '')
  const well = failure === '' && status > 0 && status < 500
  const got = status > 0 ? String(status) : 'no answer'
  return { well, says: `${got}${failure === '' ? '' : `, ${failure}`} after ${capture.ms} ms` }
}

/** The postmortem's transcript in the folder where the person stands, mode 0600; nothing is written over. */
function writeTranscript({ engine, library, language }: Opened, io: Io): string {
  const { session } = engine
  const diagnosis = composeDiagnosis(session, conclude(session, library, language), library, language)
  const path = join(io.cwd, `${session.id}.md`)
  try {
    const fd = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(fd, markdown(transcript(session, diagnosis)))
    } finally {
      closeSync(fd)
    }
    return path
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError(
      `${code === 'EEXIST' ? 'there is a file already' : `it cannot be written (${code})`}: ${path}`,
      `Write it elsewhere: triage502 export ${session.id} --out FILE`,
      { cause: error },
    )
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
