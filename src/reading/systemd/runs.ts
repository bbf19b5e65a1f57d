import type { Entry } from './entries.ts'
import { type ListensOn, listensOn } from './listens.ts'

/** One life of a unit's main process, from its start to its end. */
export interface Run {
  entries: Entry[]
  /** The manager said that it started it. */
  began: Entry | undefined
  /** The manager's word that it ended; undefined while it runs. */
  ended: Entry | undefined
  /** It ended because it was told to. */
  stopped: boolean
  /** The last line in which it says where it listens. */
  listens: { entry: Entry; on: ListensOn } | undefined
}

/**
 * Sorts a journal's entries into runs, oldest first. Entries are told apart by systemd's invocation
 * id, because what a child writes before it becomes the app may stand above the manager's `Started`;
 * where there is no id, by the manager's words. A log without a manager's words is one run.
 */
export function runsOf(entries: readonly Entry[]): Run[] {
  const runs: Run[] = []
  const byId = new Map<string, Run>()
  let current: Run | undefined
  for (const entry of entries) {
    const known = entry.run === '' ? undefined : byId.get(entry.run)
    if (known) current = known
    else if (!current || entry.run !== '' || begins(entry, current)) {
      current = { entries: [], began: undefined, ended: undefined, stopped: false, listens: undefined }
      runs.push(current)
    }
    if (entry.run !== '') byId.set(entry.run, current)
    add(current, entry)
  }
  return joined(runs)
}

/** Does an entry without an id open a new run after `current`? `Started` follows `Starting` where an app says when it is ready. */
function begins(entry: Entry, current: Run): boolean {
  if (entry.manager === 'starting') return true
  return entry.manager === 'started' && (current.began?.manager !== 'starting' || current.ended !== undefined)
}

function add(run: Run, entry: Entry): void {
  run.entries.push(entry)
  switch (entry.manager) {
    case 'starting':
    case 'started':
      run.began ??= entry
      break
    case 'stopping':
      if (!run.ended) run.stopped = true
      break
    case 'exited':
    case 'failed':
    case 'succeeded':
    case 'stopped':
    case 'restart':
      if (run.began || entry.manager !== 'stopped') run.ended ??= entry
      break
    case undefined: {
      const on = listensOn(entry.message)
      if (on) run.listens = { entry, on }
      break
    }
    case 'other':
      break
  }
}

/** A run in which nothing began is the tail of the one before (`Start request repeated too quickly`). */
function joined(runs: readonly Run[]): Run[] {
  const found: Run[] = []
  for (const run of runs) {
    const before = found.at(-1)
    if (before && !run.began && run.entries.every((entry) => entry.manager !== undefined)) {
      for (const entry of run.entries) before.entries.push(entry)
      before.ended ??= run.ended
    } else found.push(run)
  }
  return found
}
