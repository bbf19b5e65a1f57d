import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Mistake } from '../words/mistake.ts'
import { isPrivate, stateFolder, writableFolder } from './folder.ts'
import { readRow, type SessionRow } from './row.ts'

export type { SessionRow } from './row.ts'

/** The sessions kept on this machine for the person who runs the program. */
export interface Store {
  /** Where the journal of a new session goes; its folder is made. Throws when no folder can be had. */
  pathOf(id: string): string
  /** Every session, newest first. Damaged ones are listed as such. */
  list(): SessionRow[]
  /** By id, by how the id begins, or by its last part (`k3f9`). Throws Mistake, with the candidates. */
  find(id: string): { id: string; path: string }
}

/** Opens the store; nothing is made on the disk before `pathOf`. `warn` is told once of a makeshift folder. */
export function openStore(env: Record<string, string | undefined>, warn: (says: string) => void = () => {}): Store {
  const state = stateFolder(env)
  let folder: string | null = null
  const folders = () => {
    const temporary = isPrivate(state.temporary, state.owner?.uid) ? [state.temporary] : []
    return [
      ...new Set([...(state.usual === null ? [] : [state.usual]), ...temporary, ...(folder === null ? [] : [folder])]),
    ]
  }
  return {
    pathOf(id) {
      if (!isSessionId(id)) throw new Mistake(`${JSON.stringify(id)} is no session id`, 'See `triage502 sessions`.')
      folder ??= writableFolder(state, warn)
      return join(folder, `${id}.jsonl`)
    },
    list: () =>
      journalsIn(folders())
        .map(({ id, path }) => readRow(id, path))
        .sort((a, b) => (newer(a) < newer(b) ? 1 : -1)),
    find: (id) => choose(journalsIn(folders()), id),
  }
}

/** Ids begin with their time, so a journal whose own time cannot be read has a place too. */
function newer(row: SessionRow): string {
  return row.started.slice(0, 16).replace(':', '') + row.id
}

/** Letters, digits and inner dashes: never a path, never an option. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(text)
}

function journalsIn(folders: string[]): { id: string; path: string }[] {
  return folders.flatMap((folder) =>
    namesIn(folder).flatMap((name) => {
      const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : ''
      return isSessionId(id) ? [{ id, path: join(folder, name) }] : []
    }),
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    // No session was ever kept here, or the folder may not be read: either way there is none to show.
    return []
  }
}

const MOST_CANDIDATES = 8

function choose(journals: { id: string; path: string }[], given: string): { id: string; path: string } {
  if (!isSessionId(given)) {
    throw new Mistake(
      `${JSON.stringify(given)} is no session: an id has letters, digits and dashes only`,
      'See `triage502 sessions`.',
    )
  }
  const exact = journals.find(({ id }) => id === given)
  if (exact) return exact
  const like = journals.filter(({ id }) => id.startsWith(given) || id.endsWith(`-${given}`))
  const [only] = like
  if (only && like.length === 1) return only
  if (only) {
    throw new Mistake(`${like.length} sessions are like ${JSON.stringify(given)}`, `Which one: ${named(like)}?`)
  }
  throw new Mistake(
    `there is no session ${JSON.stringify(given)}`,
    journals.length === 0
      ? 'No session is kept yet. Begin one: triage502 diagnose URL'
      : `There are: ${named(journals)}.`,
  )
}

function named(journals: { id: string }[]): string {
  const ids = journals
    .map(({ id }) => id)
    .sort()
    .reverse()
  const more = ids.length - MOST_CANDIDATES
  return ids.slice(0, MOST_CANDIDATES).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Letters and digits that nobody mistakes for others when reading an id aloud. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/**
 * An id such as `2026-11-21T0203-shop-k3f9`: when (UTC), what, and four characters from `random`
 * (0 up to 1). Safe as a file name, and sorted by time.
 */
export function newSessionId(url: URL, now: Date, random: number): string {
  const when = now.toISOString().slice(0, 16).replace(':', '')
  let rest = Math.floor(Math.min(Math.max(random, 0), 0.9999999999) * ALPHABET.length ** 4)
  let tail = ''
  for (let i = 0; i < 4; i++) {
    tail = (ALPHABET[rest % ALPHABET.length] ?? '') + tail
    rest = Math.floor(rest / ALPHABET.length)
  }
  return [when, label(url.hostname), tail].filter((part) => part !== '').join('-')
}

/** The first label of a host that says something; an address whole, with dashes. */
function label(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  const isAddress = /^[\d.]+$/.test(bare) || bare.includes(':')
  const labels = isAddress ? [bare] : bare.split('.')
  const useful = labels.find((part, at) => at === labels.length - 1 || !/^(www\d*|m|)$/.test(part)) ?? ''
  return useful
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replace(/^-+|-+$/g, '')
}
