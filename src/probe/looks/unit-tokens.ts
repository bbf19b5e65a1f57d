import { countProperty, type Properties, property, systemdTime } from '../../reading/systemd/properties.ts'
import {
  commandTokens,
  environmentTokens,
  environmentWords,
  execWords,
  fileAssignments,
  instanceTokens,
  listenTokens,
  names,
  type Token,
} from '../../reading/systemd/tokens.ts'
import { NEVER } from '../../words/value.ts'
import type { Beneath } from './beneath.ts'
import type { Over } from './outcome.ts'

/** What is looked for; 0 and '' for none. */
export interface Wanted {
  port: number
  socket: string
}

/** A unit that may be the dead app's, with the addresses that it names as its own. */
export interface Candidate {
  unit: string
  properties: Properties
  tokens: FoundToken[]
  /** Failed and restarting ones first, then those that ran, sockets, those that never ran. */
  rank: number
  /** It failed, or is starting over: it should be up. */
  down: boolean
  /** Its journal may say where it listened: a service that stays, not the system's own. */
  mayServe: boolean
}

export interface FoundToken {
  token: string
  where: 'command' | 'environment' | 'file' | 'listen' | 'instance' | 'journal'
  names: (wanted: Wanted) => boolean
}

const FILE_LIMIT = 256 * 1024
const JUST_UP_MS = 60_000
const STATES = new Set(['failed', 'inactive', 'activating', 'deactivating', 'reloading'])

/**
 * Is it a unit that should listen and does not? A crash loop is `active` for an instant after each
 * restart, so a service that was restarted by systemd, or came up just now, counts too.
 */
export function isCandidate(properties: Properties, now: Date): boolean {
  const load = property(properties, 'LoadState')
  if (load !== 'loaded') return load === 'bad-setting' || load === 'error' || load === 'masked'
  if (property(properties, 'Id').endsWith('.socket')) return true
  if (STATES.has(property(properties, 'ActiveState'))) return true
  if (countProperty(properties, 'NRestarts') > 0n) return true
  const since = systemdTime(property(properties, 'ActiveEnterTimestamp'))
  return since > NEVER && now.getTime() - since.getTime() < JUST_UP_MS
}

/** The candidates among units, with their tokens. Paths of environment files that could not be read go to `unread`. */
export async function candidatesOf(
  units: readonly Properties[],
  files: Beneath,
  unread: Set<string>,
  over: Over,
): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for (const properties of units) {
    if (over()) break
    const unit = property(properties, 'Id')
    const command = (properties.get('ExecStart') ?? []).flatMap((each) => commandTokens(execWords(each)))
    const environment = environmentTokens(environmentWords(property(properties, 'Environment')))
    const tokens = [
      ...(property(properties, 'LoadState') === 'masked' ? await maskedTokens(unit, files) : []),
      ...found(instanceTokens(unit), 'instance'),
      ...found(command, 'command'),
      ...found(environment, 'environment'),
      ...found(await fileTokens(properties, files, unread), 'file'),
      ...found(listenTokens(properties.get('Listen') ?? []), 'listen'),
    ]
    candidates.push({ unit, properties, tokens, ...standing(properties, unit) })
  }
  return candidates
}

/** A masked unit shows nothing of its file; the one that the mask hides still lies where packages put it. */
async function maskedTokens(unit: string, files: Beneath): Promise<FoundToken[]> {
  for (const folder of ['/usr/local/lib/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']) {
    const read = await files.read(`${folder}/${unit}`, FILE_LIMIT)
    if (read.kind !== 'text') continue
    const values = (key: string) => read.text.split('\n').flatMap((line) => settingOf(line, key))
    return [
      ...found(
        values('ExecStart').flatMap((command) => commandTokens(command.split(/\s+/))),
        'command',
      ),
      ...found(environmentTokens(values('Environment').flatMap(environmentWords)), 'environment'),
      ...found(listenTokens(values('ListenStream').map((address) => `${address} (Stream)`)), 'listen'),
    ]
  }
  return []
}

function settingOf(line: string, key: string): string[] {
  return line.startsWith(`${key}=`) ? [line.slice(key.length + 1).trim()] : []
}

async function fileTokens(properties: Properties, files: Beneath, unread: Set<string>): Promise<Token[]> {
  const tokens: Token[] = []
  for (const value of properties.get('EnvironmentFiles') ?? []) {
    const path = value.replace(/ \(ignore_errors=(?:yes|no)\)$/, '')
    if (!path.startsWith('/')) continue
    // A pattern names many files; which of them systemd took is not told.
    if (/[*?[]/.test(path)) {
      unread.add(path)
      continue
    }
    const read = await files.read(path, FILE_LIMIT)
    if (read.kind === 'text') tokens.push(...environmentTokens(fileAssignments(read.text)))
    else if (read.kind !== 'absent') unread.add(path)
  }
  return tokens
}

function found(tokens: Token[], where: FoundToken['where']): FoundToken[] {
  return tokens.map((token) => ({ token: token.token, where, names: (wanted) => names(token, wanted) }))
}

function standing(properties: Properties, unit: string): Pick<Candidate, 'rank' | 'down' | 'mayServe'> {
  const state = property(properties, 'ActiveState')
  const service = unit.endsWith('.service')
  const systems = unit.startsWith('systemd-') || unit.startsWith('initrd-')
  const ran = systemdTime(property(properties, 'InactiveEnterTimestamp')) > NEVER
  const local = property(properties, 'FragmentPath').startsWith('/etc/')
  const mayServe = service && !systems && property(properties, 'Type') !== 'oneshot'
  const restarted = countProperty(properties, 'NRestarts') > 0n
  const down = mayServe && (state === 'failed' || state === 'activating' || (state === 'active' && restarted))
  const rank = down ? (state === 'failed' ? 0 : 1) : !service ? 3 : ran ? 2 : local ? 4 : 5
  return { rank, down, mayServe: mayServe && (down || ran || local || state === 'active') }
}
