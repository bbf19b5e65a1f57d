import { existsSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SessionEvent } from '../session/events.ts'
import { readJournal } from '../session/journal.ts'
import { nearest } from '../words/nearest.ts'
import { type Io, UsageError } from './io.ts'

/** A recorded incident: the journal of a full sweep of a real fault. */
export interface Recording {
  name: string
  url: string
  startedAt: Date
  windowMs: number
  events: SessionEvent[]
}

/** The folder of the recordings that ship with the program. */
export function recordingsFolder(): string {
  const places = ['../test/recordings', '../../test/recordings'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  return places.find((place) => existsSync(place)) ?? places[0] ?? ''
}

/** Names of the shipped recordings, sorted. */
export function recordingNames(): string[] {
  const folder = recordingsFolder()
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => basename(name, '.jsonl'))
    .sort()
}

/** Opens a shipped recording by name, or any journal by path. Throws UsageError when there is none. */
export function openRecording(nameOrPath: string, io: Io): Recording {
  const names = recordingNames()
  const path = names.includes(nameOrPath)
    ? join(recordingsFolder(), `${nameOrPath}.jsonl`)
    : nameOrPath.includes('/') || nameOrPath.endsWith('.jsonl')
      ? resolve(io.cwd, nameOrPath)
      : null
  if (path === null || !existsSync(path)) {
    const meant = nearest(nameOrPath, names)
    throw new UsageError(
      `there is no recorded incident ${JSON.stringify(nameOrPath)}`,
      meant ? `Did you mean ${meant}?` : `There are: ${names.join(', ')}.`,
    )
  }
  const { entries, problems } = readJournal(path)
  if (problems.length > 0) throw new UsageError(`${nameOrPath} is damaged: ${problems[0]}`, 'Use an undamaged copy.')
  const [first] = entries
  if (first?.event.type !== 'session.started') {
    throw new UsageError(`${nameOrPath} is not a journal`, 'Give a recorded incident, or a session file.')
  }
  return {
    name: basename(path, '.jsonl'),
    url: first.event.url,
    startedAt: new Date(first.at),
    windowMs: first.event.windowMs,
    events: entries.map((entry) => entry.event),
  }
}
