import { NEVER } from '../../words/value.ts'
import { flag, found, moment, objects, text, texts, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { changes as output } from './types.ts'

/** Logs stamp whole seconds, so a change in the same second may come before the error it caused. */
const STAMP_MS = 1000

/**
 * What changed lately, from the look `changes`, latest first, and the last change before the first
 * error (fact `onset.first_error`; before now where that is not known).
 */
export const changesReader = reader({
  name: 'changes',
  output,
  consults: ['onset.first_error'],
  read(capture, context) {
    const { raw } = found(capture.out)
    const onset = context.facts.get('onset.first_error')
    const before = onset instanceof Date ? onset : context.now
    const changes = objects(raw, 'changes')
      .map((change) => ({ at: moment(whole(change, 'at_ms')), kind: text(change, 'kind'), what: text(change, 'what') }))
      .filter((change) => change.at.getTime() > 0)
      .sort((a, b) => b.at.getTime() - a.at.getTime())
    const last = changes.find((change) => change.at.getTime() < before.getTime() + STAMP_MS)
    const gap = last ? Math.floor((before.getTime() - last.at.getTime()) / 1000) : 0
    const unread = texts(raw, 'unread')
    return {
      value: {
        complete:
          capture.outcome === 'ok' && !capture.cut && !capture.timedOut && flag(raw, 'whole') && unread.length === 0,
        changes,
        found: last !== undefined,
        last_at: last?.at ?? NEVER,
        last_what: last?.what ?? '',
        last_kind: last?.kind ?? '',
        seconds_before: BigInt(Math.max(0, Number.isFinite(gap) ? gap : 0)),
      },
      dark: unread
        .slice(0, 5)
        .map((source) => ({ why: 'no-permission' as const, says: `${source} could not be read for changes` })),
      lines: changes.slice(0, 5).map((change) => `${change.at.toISOString()} ${change.what}`),
    }
  },
})
