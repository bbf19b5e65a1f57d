import { BLIND_REASONS, type BlindReason } from '../../words/vocabulary.ts'
import { flag, found, text } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { sight as output } from './types.ts'

const WHAT = {
  processes: 'programs, folders and open files of other users’ processes',
  kernel_log: 'the kernel’s log (out-of-memory kills)',
  journal: 'the system’s journal',
  sockets: 'the owners of other users’ sockets',
} as const

/** What this account can see here, from the look `sight`: '' is yes, anything else why not. */
export const sightReader = reader({
  name: 'sight',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const reason = (name: keyof typeof WHAT): BlindReason | '' => {
      const given = text(raw, name)
      if (given === '' && ok) return ''
      return BLIND_REASONS.find((known) => known === given) ?? 'not-understood'
    }
    const dark: Dark[] = []
    for (const name of ['processes', 'kernel_log', 'journal', 'sockets'] as const) {
      const why = reason(name)
      if (why !== '') dark.push({ why, says: `${WHAT[name]} cannot be read here` })
    }
    return {
      value: {
        complete: capture.outcome === 'ok' && ok,
        root: flag(raw, 'root'),
        user: text(raw, 'user'),
        processes: reason('processes'),
        kernel_log: reason('kernel_log'),
        journal: reason('journal'),
        sockets: reason('sockets'),
      },
      dark,
      lines: [],
    }
  },
})
