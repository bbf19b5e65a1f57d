import type { ErrorEntry } from './error-entry.ts'

/**
 * What one thread wrote about one try: Apache tells of a failure in several lines, of which the first says what happened
 * to which address and a later one whose request it was.
 */
export interface ErrorEvent {
  /** ms since 1970, UTC, of its first line. */
  at: number
  entries: ErrorEntry[]
  records: string[]
}

/** Lines of one try are written one right after the other. */
const TOGETHER_MS = 1000
const MAX_LINES = 20

/** One record with its time. */
export interface Timed {
  entry: ErrorEntry
  at: number
  record: string
}

/** Joins records, in the order of the log, to events. Lines of the server itself are left out. */
export function eventsOf(records: readonly Timed[]): ErrorEvent[] {
  const events: ErrorEvent[] = []
  const open = new Map<string, ErrorEvent & { last: number }>()
  for (const { entry, at, record } of records) {
    if (isProcess(entry)) continue
    const thread = `${entry.line.pid}/${entry.line.tid}`
    const known = open.get(thread)
    if (known !== undefined && belongs(known, entry, at)) {
      known.entries.push(entry)
      known.records.push(record)
      known.last = at
    } else {
      const event = { at, entries: [entry], records: [record], last: at }
      open.set(thread, event)
      events.push(event)
    }
  }
  return events
}

/** It is about no visitor and about no upstream: the server tells of itself. */
export function isProcess({ line, host, socket }: ErrorEntry): boolean {
  return line.client === '' && line.remote === '' && host === '' && socket === ''
}

function belongs(event: ErrorEvent & { last: number }, entry: ErrorEntry, at: number): boolean {
  if (at - event.last > TOGETHER_MS || event.entries.length >= MAX_LINES) return false
  const client = clientOf(event)
  const { line } = entry
  // The next request on the same connection may fail in the same way.
  const again = entry.trouble && event.entries.some(({ signature }) => signature?.id === entry.signature?.id)
  if (line.client !== '') return !again && (client === '' || client === `${line.client} ${line.clientPort}`)
  // A line about an upstream begins the next try, once the last one's request is known.
  return client === '' && !(entry.trouble && event.entries.some((each) => each.trouble && each.line.remote === ''))
}

function clientOf({ entries }: ErrorEvent): string {
  const line = entries.find((entry) => entry.line.client !== '')?.line
  return line === undefined ? '' : `${line.client} ${line.clientPort}`
}

/** The line that says most: the first with a shape or a cause that is a visitor's trouble, else the first known, else the first. */
export function tellingOf({ entries }: ErrorEvent): ErrorEntry | undefined {
  return (
    entries.find((entry) => entry.trouble) ?? entries.find(({ signature }) => signature !== undefined) ?? entries[0]
  )
}

/** What an event tells of its request and its upstream, wherever in it that stands. */
export function traceOf(event: ErrorEvent) {
  const { entries } = event
  const addressed =
    entries.find(({ host, port, socket }) => socket !== '' || (host !== '' && port > 0)) ??
    entries.find(({ host }) => host !== '')
  const asked = entries.find(({ line }) => line.client !== '')?.line
  return {
    host: addressed?.host ?? '',
    port: addressed?.port ?? 0,
    socket: entries.find(({ socket }) => socket !== '')?.socket ?? '',
    path: entries.find(({ path }) => path !== '')?.path ?? '',
    client: asked?.client ?? '',
    clientPort: asked?.clientPort ?? 0,
    thread: `${entries[0]?.line.pid ?? 0}/${entries[0]?.line.tid ?? 0}`,
  }
}
