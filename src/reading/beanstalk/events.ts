import { NEVER, t } from '../../words/value.ts'
import { answerOf, itemsOf, keeping } from '../aws/answer.ts'
import { timeOf } from '../platform/json.ts'
import { text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { clauseOf, SHOWN, word, wordsOf } from './words.ts'

const output = t.record({
  /** Its newest events were told. */
  complete: t.bool,
  count: t.int,
  /** Its newest error of the last day: when, and in which words; NEVER and '' where there is none. */
  error_at: t.timestamp,
  error: t.string,
  words: t.list(word),
  /** The newest version that an event names, when, and the one that was named before it. */
  version: t.string,
  version_at: t.timestamp,
  before: t.string,
  /** Seconds from that to the beginning of this session; 0 where no event names a version. */
  seconds_before: t.int,
  last_event: t.string,
})

const DAY_MS = 86_400_000
const ERRORS: ReadonlySet<string> = new Set(['ERROR', 'FATAL'])

/** `aws elasticbeanstalk describe-events`, the newest first. Fields by the API reference: EventDescription. */
export const beanstalkEventsReader = reader({
  name: 'beanstalk-events',
  output,
  consults: [],
  keep: keeping({ Events: { EventDate: true, Message: true, Severity: true, VersionLabel: true } }),
  read(capture, { now, ...context }) {
    const answer = answerOf(capture, 'Events')
    const events = itemsOf(answer, 'Events').map((each) => ({
      at: timeOf(each.EventDate),
      severity: text(each, 'Severity'),
      message: visibleLine(text(each, 'Message'), SHOWN),
      version: visibleLine(text(each, 'VersionLabel'), 100),
    }))
    const recent = events.filter(({ at }) => now.getTime() - at.getTime() <= DAY_MS)
    const error = recent.find(({ severity }) => ERRORS.has(severity))
    const newest = events.find(({ version }) => version !== '')
    // The event that began with it is the oldest in a row that name it.
    const before = events.find(({ version }) => version !== '' && version !== newest?.version)
    const first = events.findLast(
      ({ version, at }) => version === newest?.version && (before === undefined || at >= before.at),
    )
    const versionAt = first?.at ?? NEVER
    return {
      value: {
        // More events than were asked for are no gap: the newest are here.
        complete: capture.outcome === 'ok' && answer.documents.length > 0 && !capture.timedOut && !capture.cut,
        count: BigInt(events.length),
        error_at: error?.at ?? NEVER,
        error: clauseOf(error ? [error.message] : [], 1),
        words: wordsOf(
          recent.map(({ message }) => message),
          { now, ...context },
        ),
        version: newest?.version ?? '',
        version_at: versionAt,
        before: before?.version ?? '',
        seconds_before:
          versionAt > NEVER ? BigInt(Math.max(0, Math.floor((now.getTime() - versionAt.getTime()) / 1000))) : 0n,
        last_event: clauseOf(events[0] ? [events[0].message] : [], 1),
      },
      dark: answer.dark.filter(({ why }) => why !== 'cut'),
      lines: events.slice(0, 5).map(({ severity, message }) => `${severity}  ${message}`),
    }
  },
})
