import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import { object, text, whole } from '../process/found.ts'
import type { Entry, ManagerEvent } from '../systemd/entries.ts'
import { stampOf } from '../systemd/log-time.ts'
import { visibleLine } from '../visible.ts'
import { printed, timeOf } from './json.ts'

/** One line of a platform's log. `by`: whom the line names as its writer; `other`: a process that takes no requests. */
export interface LogEntry extends Entry {
  by: 'app' | 'platform' | 'other' | 'unknown'
}

const LONGEST = 2000

/**
 * Lines as `heroku logs` and `fly logs` print them (a stamp, who says it, what), or objects with a time and a message, as the
 * clients of Railway, Render and Google print logs. Oldest first.
 */
export function entriesOf(out: string, now: Date): { entries: LogEntry[]; whole: boolean } {
  const { items, whole } = printed(out)
  if (items.length > 0 || whole)
    return { entries: inOrder(items.map(ofObject).filter(({ message }) => message !== '')), whole }
  const entries = out.split('\n').flatMap((line) => ofLine(line, now))
  // Of text, silence may be a client that told nothing; an empty list says that there is nothing.
  return { entries: inOrder(entries), whole: entries.length > 0 }
}

function inOrder(entries: LogEntry[]): LogEntry[] {
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** `heroku[router]: `, `app[web.1]: `; `proxy[1781e50a3d] fra [error] `, `app[1781e50a3d] fra [info]`. */
const WRITER = /^([a-z]{1,20})\[([\w.-]{1,64})\](?:: | [a-z]{3} ?\[(?:\w{1,10})\] ?)/

function ofLine(line: string, now: Date): LogEntry[] {
  const stamp = stampOf(line, 0, now)
  if (!stamp) return []
  const writer = WRITER.exec(stamp.rest)
  const message = visibleLine(writer ? stamp.rest.slice(writer[0].length) : stamp.rest, LONGEST)
  const by = byOf(writer?.[1], writer?.[2])
  return [{ at: stamp.at, message, manager: by === 'other' ? undefined : eventOf(message, by === 'app'), run: '', by }]
}

/** `worker.1` and `run.42` are processes of the same application that nobody sends requests to; `web.1` gets them. */
function byOf(writer: string | undefined, whose: string | undefined): LogEntry['by'] {
  if (writer === undefined || whose === undefined) return 'unknown'
  if (/^[a-z_]{1,40}\.\d{1,5}$/.test(whose) && !whose.startsWith('web.')) return 'other'
  return writer === 'app' ? 'app' : 'platform'
}

/** Fields by the clients' documentation: Railway and Render `timestamp`, `message`; Google's LogEntry `textPayload` or `jsonPayload.message`. */
function ofObject(item: JsonObject): LogEntry {
  const status = whole(object(item, 'httpRequest'), 'status')
  const said = [
    text(item, 'textPayload'),
    text(object(item, 'jsonPayload'), 'message'),
    text(object(item, 'protoPayload'), 'methodName'),
    text(item, 'message'),
  ].find((each) => each !== '')
  const message = visibleLine(`${said ?? ''}${said === undefined && status > 0 ? `status ${status}` : ''}`, LONGEST)
  const at = timeOf(item.timestamp ?? item.receiveTimestamp)
  return { at, message, manager: eventOf(message, false), run: '', by: 'unknown' }
}

/** How platforms write in a log that they start a process, and that one ended. Literals, by their documentation. */
const EVENTS: readonly [string, ManagerEvent][] = [
  ['Starting process with command', 'started'],
  ['Process exited with status', 'exited'],
  ['Stopping all processes with SIGTERM', 'stopping'],
  ['Starting Container', 'started'],
  ['Stopping Container', 'stopping'],
]
/** The first process of a machine of Fly.io writes into the application's own stream. */
const OF_INIT: readonly [string, ManagerEvent][] = [
  ['INFO Starting init', 'started'],
  ['INFO Main child exited', 'exited'],
  ['INFO Sending signal SIGINT to main child process', 'stopping'],
]

function eventOf(message: string, byApp: boolean): ManagerEvent | undefined {
  const said = message.trimStart()
  const known =
    OF_INIT.find(([phrase]) => said.startsWith(phrase)) ??
    (byApp ? undefined : EVENTS.find(([phrase]) => said.startsWith(phrase)))
  return known?.[1]
}

/** The exit status in the platform's word for an end: `Process exited with status 1`, `… with code: 1`; -1 for none. */
export function exitOf({ manager, message }: Entry): number {
  const code = manager === 'exited' ? /(?:status|code:) ?(\d{1,3})\b/.exec(message)?.[1] : undefined
  return code === undefined ? -1 : Number(code)
}

/** The line's own time is known. */
export const isTimed = ({ at }: Entry) => at > NEVER
