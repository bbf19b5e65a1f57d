import { defaultOf, layerName } from '../flow/timeouts.ts'
import type { Library } from '../flow/types.ts'
import type { Session } from '../session/session.ts'
import type { Json } from '../words/json.ts'
import type { Place } from '../words/vocabulary.ts'
import type { DiagnosisRung, Inversion, RungLimit } from './document.ts'

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
    return { ...rung, inversions: outer ? inversions(outer, rung, session) : [] }
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
  const read = (fact: string, at = ''): RungLimit | undefined => {
    const ms = milliseconds(session, fact)
    return ms === undefined ? undefined : configured(ms, at === '' ? '' : text(session, at))
  }
  return [
    {
      hop: 'proxy',
      name: layerName(library, word),
      connect: read('config.connect_timeout') ?? values.connect,
      read: read('config.read_timeout') ?? values.read,
      reuse: read('config.reuse_ms', 'config.reuse_at') ?? values.reuse,
      keeps: read('config.keeps_ms', 'config.keeps_at') ?? values.keeps,
    },
  ]
}

const HOW: readonly RungLimit['from'][] = ['measured', 'said', 'longer', 'command-line']

function application(session: Session, library: Pick<Library, 'timeouts'>): Rung[] {
  // Of an interpreter the name says nothing: what it runs does.
  const word = text(session, 'app.script') || text(session, 'app.program')
  const keeps = milliseconds(session, 'app.keeps_ms')
  const limit = milliseconds(session, 'app.limit_ms')
  if (word === '' && keeps === undefined && limit === undefined) return []
  const values = word === '' ? { connect: null, read: null, reuse: null, keeps: null } : defaults(library, word)
  const how = HOW.find((from) => from === text(session, 'app.keeps_how')) ?? 'measured'
  return [
    {
      hop: 'app',
      name: word === '' ? 'the application' : layerName(library, word),
      ...values,
      ...(limit === undefined ? {} : { read: { ms: limit, from: 'command-line', at: '' } }),
      ...(keeps === undefined ? {} : { keeps: { ms: keeps, from: how, at: '' } }),
    },
  ]
}

function defaults(library: Pick<Library, 'timeouts'>, word: string): Values {
  const value = (of: Limit): RungLimit | null => {
    const known = defaultOf(library, word, of)
    const from = known?.unconfirmed ? 'unconfirmed-default' : 'known-default'
    return known ? { ms: known.ms, from, at: known.name } : null
  }
  return { connect: value('connect'), read: value('read'), reuse: value('reuse'), keeps: value('keeps') }
}

/** What stands in the wrong order between a hop and the one behind it. */
function inversions(outer: Rung, inner: Rung, session: Session): Inversion[] {
  const found: Inversion[] = []
  const add = (cause: Inversion['cause'], says: string, ...values: RungLimit[]) => {
    const seen = values.filter(({ from }) => !from.endsWith('-default'))
    // Two defaults, or one that no source confirms, are nothing that was found here.
    if (seen.length === 0 || values.some(({ from }) => from === 'unconfirmed-default')) return
    found.push({ cause, says, known: seen.length === values.length })
  }
  const { reuse } = outer
  if (reuse && reuse.ms > 0 && inner.keeps && inner.keeps.from !== 'longer' && inner.keeps.ms <= reuse.ms) {
    const says = `${outer.name} uses an idle connection again for up to ${reuse.ms} ms, and ${inner.name} closes it after ${inner.keeps.ms} ms`
    add('keepalive-race', says, reuse, inner.keeps)
  }
  if (!outer.read || outer.read.ms <= 0 || !inner.read) return found
  const tries = inner.hop === 'proxy' ? triesOf(session) : 1
  const waits = inner.read.ms * tries
  if (inner.read.ms === 0) {
    add(
      'timeout-order',
      `${outer.name} waits ${outer.read.ms} ms, and ${inner.name} behind it for ever`,
      outer.read,
      inner.read,
    )
  } else if (waits > outer.read.ms) {
    const each = tries > 1 ? `${tries} times ${inner.read.ms} ms, one for each server that it may ask` : `${waits} ms`
    const says = `${outer.name} waits ${outer.read.ms} ms, and ${inner.name} behind it ${each}: the outer one gives up first`
    add('timeout-order', says, outer.read, inner.read)
  }
  return found
}

/** How many servers the gateway may ask for one request, each as long as it waits for an answer. */
function triesOf(session: Session): number {
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
