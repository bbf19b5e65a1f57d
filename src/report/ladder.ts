import { defaultOf, layerName } from '../flow/timeouts.ts'
import type { Library } from '../flow/types.ts'
import type { Session } from '../session/session.ts'
import type { Json } from '../words/json.ts'
import type { Place } from '../words/vocabulary.ts'
import type { DiagnosisRung, RungLimit } from './document.ts'
import { inversionsOf, ONCE, type Tries } from './inversions.ts'

const LIMITS = ['connect', 'read', 'reuse', 'keeps'] as const
type Limit = (typeof LIMITS)[number]
type Values = Record<Limit, RungLimit | null>

/**
 * How long each hop of the request's path waits, from the outside in, and where two neighbours have their times in the wrong order.
 * Values come from configurations and looks of this session, else from what the layer does by itself (`timeouts.yaml`). Pure.
 * Empty where nothing but defaults is known.
 */
export function ladderOf(session: Session, library: Pick<Library, 'timeouts'>): DiagnosisRung[] {
  const rungs = [...fronts(session, library), ...gateway(session, library), ...application(session, library)]
  if (!rungs.some((rung) => LIMITS.some((limit) => rung[limit] && !rung[limit].from.endsWith('-default')))) return []
  return rungs.map((rung, at) => {
    const outer = rungs[at - 1]
    const tries = rung.hop === 'proxy' ? triesOf(session) : ONCE
    return { ...rung, inversions: outer ? inversionsOf(outer, rung, tries) : [] }
  })
}

type Rung = Omit<DiagnosisRung, 'inversions'>

/** Outermost first: a CDN stands in front of a balancer. */
const FRONTS: readonly [string, Place][] = [
  ['answer.cdn', 'cdn'],
  ['answer.balancer', 'load-balancer'],
  ['answer.platform', 'platform'],
]

function fronts(session: Session, library: Pick<Library, 'timeouts'>): Rung[] {
  return FRONTS.flatMap(([fact, hop]) => {
    const word = text(session, fact)
    if (word === '') return []
    const known = defaults(library, word)
    const idle = hop === 'load-balancer' ? milliseconds(session, 'balancer.idle') : undefined
    // The one time of a balancer's is both: how long it waits for an answer, and for the next request.
    const set: Partial<Values> = idle === undefined ? {} : { read: configured(idle), reuse: configured(idle) }
    const gaveUp = session.facts.get('hop.gave_up')?.value === true && text(session, 'answer.made_kind') === hop
    const waited = gaveUp ? milliseconds(session, 'answer.ms') : undefined
    const values = { ...known, ...set, ...(waited === undefined ? {} : { read: measured(waited) }) }
    return LIMITS.some((limit) => values[limit]) ? [{ hop, name: layerName(library, word), ...values }] : []
  })
}

function gateway(session: Session, library: Pick<Library, 'timeouts'>): Rung[] {
  const word = text(session, 'gateway.name')
  if (word === '') return []
  const values = defaults(library, word)
  // Its configuration was read for this URL: what it does not set is the default that holds, and no guess.
  const wasRead = text(session, 'config.pass_at') !== ''
  const read = (of: Limit, fact: string, at: string): RungLimit | null => {
    const [ms, place, usual] = [milliseconds(session, fact), text(session, at), values[of]]
    const unset = ms === undefined || (place === '' && ms === usual?.ms)
    if (!unset || (ms !== undefined && !wasRead)) return configured(ms, place)
    return usual?.from === 'known-default' && wasRead ? { ...usual, from: 'default' } : usual
  }
  return [
    {
      hop: 'proxy',
      name: layerName(library, word),
      connect: read('connect', 'config.connect_timeout', 'config.connect_at'),
      read: read('read', 'config.read_timeout', 'config.read_at'),
      reuse: read('reuse', 'config.reuse_ms', 'config.reuse_at'),
      keeps: read('keeps', 'config.keeps_ms', 'config.keeps_at'),
    },
  ]
}

const HOW: readonly RungLimit['from'][] = ['measured', 'said', 'longer', 'command-line']

function application(session: Session, library: Pick<Library, 'timeouts'>): Rung[] {
  // Of an interpreter the name says nothing: what it runs does.
  const word = text(session, 'app.script') || text(session, 'app.program')
  const keeps = milliseconds(session, 'app.keeps_ms')
  const limit = ownLimit(session)
  if (word === '' && keeps === undefined && limit === undefined) return []
  const values = word === '' ? { connect: null, read: null, reuse: null, keeps: null } : defaults(library, word)
  const how = HOW.find((from) => from === text(session, 'app.keeps_how')) ?? 'measured'
  return [
    {
      hop: 'app',
      name: word === '' ? 'the application' : layerName(library, word),
      ...values,
      ...(limit === undefined ? {} : { read: limit }),
      ...(keeps === undefined ? {} : { keeps: { ms: keeps, from: how, at: '' } }),
    },
  ]
}

/** Where it ends a request itself: written in a file, or on its command line. */
function ownLimit(session: Session): RungLimit | undefined {
  const [ms, at] = [milliseconds(session, 'app.limit_ms'), text(session, 'app.limit_at')]
  if (ms === undefined) return undefined
  return at.startsWith('/') ? configured(ms, at) : { ms, from: 'command-line', at }
}

function defaults(library: Pick<Library, 'timeouts'>, word: string): Values {
  const value = (of: Limit): RungLimit | null => {
    const known = defaultOf(library, word, of)
    const from = known?.unconfirmed ? 'unconfirmed-default' : 'known-default'
    return known ? { ms: known.ms, from, at: known.name } : null
  }
  return { connect: value('connect'), read: value('read'), reuse: value('reuse'), keeps: value('keeps') }
}

/** How often the gateway may ask for one request, and how often it may try to connect. */
function triesOf(session: Session): Tries {
  const connects = session.facts.get('config.connect_tries')?.value
  return { asks: asksOf(session), connects: typeof connects === 'number' && connects > 1 ? connects : 1 }
}

/** How many servers it may ask for one request, each as long as it waits for an answer. */
function asksOf(session: Session): number {
  const members = session.facts.get('pool.members')?.value
  const next = text(session, 'config.next_upstream')
  return Array.isArray(members) && members.length > 1 && next.includes('timeout') ? members.length : 1
}

function measured(ms: number): RungLimit {
  return { ms, from: 'measured', at: '' }
}

function configured(ms: number, at = ''): RungLimit {
  return { ms, from: 'configuration', at }
}

function text(session: Session, fact: string): string {
  const value: Json | undefined = session.facts.get(fact)?.value
  return typeof value === 'string' ? value : ''
}

function milliseconds(session: Session, fact: string): number | undefined {
  const value = session.facts.get(fact)?.value
  return typeof value === 'number' && value >= 0 ? value : undefined
}
