import { commandLine, oneLine } from '../../report/shown.ts'
import type { Session } from '../../session/session.ts'
import type { State } from '../state.ts'
import { type Line, span, type Tone, wrapped } from '../text.ts'

interface Moment {
  at: string
  mark: string
  tone: Tone
  says: string
}

/** What has happened so far, oldest first, with its time in UTC. */
export function transcriptRows({ session, columns }: State): Line[] {
  const moments = momentsOf(session)
    .map((moment, order) => ({ ...moment, order }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order))
  return moments.flatMap(({ at, mark, tone, says }) => {
    const [first = [], ...rest] = wrapped(oneLine(says), columns - 16, 'plain', '')
    return [
      [span(` ${at.slice(11, 19)}Z  `, 'dim'), span(`${mark} `, tone), ...first] as Line,
      ...rest.map((line): Line => [span(' '.repeat(14)), ...line]),
    ]
  })
}

function momentsOf(session: Session): Moment[] {
  return [
    { at: session.startedAt, mark: '·', tone: 'dim', says: `The search began: ${session.url}` },
    ...session.probes.map(
      ({ startedAt, request, capture }): Moment => ({
        at: startedAt,
        mark: '$',
        tone: 'dim',
        says: capture && capture.argv.length > 0 ? commandLine(capture.argv) : `${request.kind} (${request.read})`,
      }),
    ),
    ...session.findings.map(
      ({ at, n, says, suspects }): Moment => ({
        at,
        mark: suspects.length > 0 ? '✗' : '✓',
        tone: suspects.length > 0 ? 'bad' : 'good',
        says: `${n}  ${says}`,
      }),
    ),
    ...session.notes.map(({ at, text }): Moment => ({ at, mark: '✎', tone: 'accent', says: text })),
    ...session.moments.map(({ at, moment }): Moment => ({ at, mark: '⚑', tone: 'accent', says: MARKED[moment] })),
    ...session.fixes.flatMap(({ at, argv, done }): Moment[] => [
      {
        at,
        mark: '!',
        tone: 'warn',
        says: `${commandLine(argv)}${done ? ` (exit ${done.exit ?? '?'})` : ' (not ended)'}`,
      },
    ]),
    ...session.verifications.flatMap(({ done }): Moment[] =>
      done
        ? [
            {
              at: done.at,
              mark: done.result === 'recovered' ? '✓' : '✗',
              tone: done.result === 'recovered' ? 'good' : 'bad',
              says: `Asked ${done.asked} times, ${done.well} answers were good: ${done.result}`,
            },
          ]
        : [],
    ),
  ]
}

const MARKED = {
  onset: 'Marked: customers saw it from here on',
  mitigated: 'Marked: it eased',
  resolved: 'Marked: it was over',
} as const
