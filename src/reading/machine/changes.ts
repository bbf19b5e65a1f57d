import { type Edit, editLine, parseEdit } from '../../words/edit.ts'
import { NEVER, type Value } from '../../words/value.ts'
import { flag, found, moment, objects, text, texts, whole } from '../process/found.ts'
import { type ReadContext, reader } from '../reader.ts'
import { gathered, span, tellChange } from './onset.ts'
import { changes as output } from './types.ts'

/** Logs stamp whole seconds, so a change in the same second may come before the error it caused. */
const STAMP_MS = 1000
/** As far apart, a load of the configuration and a change of a file can be told apart. */
const APART_MS = 2000
const WINDOW_S = 900
const MOST_TOLD = 6
const MOST_KEPT = 20

/**
 * What changed lately, latest first: what the look `changes` saw, and what is known by then of the gateway's files (facts
 * `config.edits`, `tls.since`). Those before the first error (fact `onset.first_error`; before now where that is not
 * known) are told in the order of time.
 */
export const changesReader = reader({
  name: 'changes',
  output,
  consults: ['onset.first_error', 'config.edits', 'config.unloaded', 'proxy.reloaded', 'tls.since', 'window.seconds'],
  read(capture, context) {
    const { raw } = found(capture.out)
    const onset = context.facts.get('onset.first_error')
    const before = onset instanceof Date ? onset : context.now
    const seen = objects(raw, 'changes')
      .map((change) => ({ at: moment(whole(change, 'at_ms')), kind: text(change, 'kind'), what: text(change, 'what') }))
      .filter((change) => change.at.getTime() > 0)
    const changes = [...seen, ...known(context)].sort((a, b) => b.at.getTime() - a.at.getTime())
    const earlier = gathered(changes.filter((change) => change.at.getTime() < before.getTime() + STAMP_MS))
    const last = earlier[0]
    const gap = (at: Date) => Math.max(0, Math.floor((before.getTime() - at.getTime()) / 1000))
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
        seconds_before: BigInt(last ? gap(last.at) : 0),
        told: earlier
          .slice(0, MOST_TOLD)
          .map((change, at) => {
            const whom = at > 0 ? '' : onset instanceof Date ? ' the first error' : ' now'
            return tellChange(change, `${span(gap(change.at))} before${whom}`)
          })
          .reverse(),
        more: BigInt(Math.max(0, earlier.length - MOST_TOLD)),
        history: earlier.slice(0, MOST_KEPT).map(editLine).reverse(),
      },
      dark: unread
        .slice(0, 5)
        .map((source) => ({ why: 'no-permission' as const, says: `${source} could not be read for changes` })),
      lines: changes.slice(0, 5).map((change) => `${change.at.toISOString()} ${change.what}`),
    }
  },
})

/** What other looks learned of the gateway's files and of the upstream's certificate, within the window. */
function known({ facts, now }: ReadContext): Edit[] {
  const seconds = facts.get('window.seconds')
  const from = now.getTime() - (typeof seconds === 'bigint' ? Number(seconds) : WINDOW_S) * 1000
  const since = facts.get('tls.since')
  const shown: Edit[] =
    since instanceof Date
      ? [{ at: since, kind: 'certificate', what: 'the certificate that the upstream shows began to be valid' }]
      : []
  return [...linesOf(facts.get('config.edits')).flatMap((line) => parseEdit(line) ?? []), ...shown]
    .filter(({ at }) => at.getTime() >= from && at.getTime() <= now.getTime())
    .map((edit) => unloaded(edit, facts))
}

/** A file that was changed after the gateway read it is not what runs, where a flow saw that it reads its files only then. */
function unloaded(edit: Edit, facts: ReadContext['facts']): Edit {
  const reloaded = facts.get('proxy.reloaded')
  if (edit.kind !== 'config' || facts.get('config.unloaded') !== true || !(reloaded instanceof Date)) return edit
  const late = edit.at.getTime() > reloaded.getTime() + APART_MS
  return late ? { ...edit, what: `${edit.what}, and not loaded since` } : edit
}

function linesOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string') : []
}
