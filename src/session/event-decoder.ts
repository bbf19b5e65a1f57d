import type { BuiltInLook, Capture, HttpLook, LogLook, LookRequest, RunLook } from '../words/look.ts'
import {
  BLIND_REASONS,
  CAUSES,
  CONFIDENCES,
  HOP_ROLES,
  type Hop,
  MOMENTS,
  PLACES,
  SHAPES,
  VANTAGES,
  VERIFY_RESULTS,
} from '../words/vocabulary.ts'
import {
  count,
  type Decoder,
  flag,
  json,
  jsonObject,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  tagged,
  text,
  time,
} from './decode.ts'
import type { Conclusion, Origin, SessionEvent } from './events.ts'

const word = <const T extends string>(only: T): Decoder<T> => oneOf([only])
const part = oneOf(PLACES)
const cause = oneOf(CAUSES)
const causes = list(cause)
const why = oneOf(BLIND_REASONS)
const by = oneOf(['probe', 'person', 'evidence', 'flag', 'fork'])

const origin: Decoder<Origin> = tagged<Origin, 'by'>('by', {
  probe: object<Extract<Origin, { by: 'probe' }>>({ by: word('probe'), n: count }),
  person: object<Extract<Origin, { by: 'person' }>>({ by: word('person') }),
  flag: object<Extract<Origin, { by: 'flag' }>>({ by: word('flag') }),
  service: object<Extract<Origin, { by: 'service' }>>({ by: word('service') }),
  url: object<Extract<Origin, { by: 'url' }>>({ by: word('url') }),
  tool: object<Extract<Origin, { by: 'tool' }>>({ by: word('tool') }),
})

const hop = object<Hop>({ kind: part, vendor: text, role: oneOf(HOP_ROLES) })

type Common = Pick<LookRequest, 'at' | 'read' | 'timeoutMs'>
const common = { at: oneOf(VANTAGES), read: text, timeoutMs: number }
const request: Decoder<LookRequest> = tagged<LookRequest, 'kind'>('kind', {
  run: object<Common & RunLook>({
    ...common,
    kind: word('run'),
    commands: list(list(text)),
    otherwise: optional(text),
    asks: optional(flag),
  }),
  http: object<Common & HttpLook>({
    ...common,
    kind: word('http'),
    url: text,
    times: number,
    every: optional(flag),
    spread: optional(flag),
    socket: optional(text),
    address: optional(text),
    host: optional(text),
    version: optional(text),
    sni: optional(text),
    verify: optional(flag),
    redirects: number,
    own: flag,
  }),
  log: object<Common & LogLook>({
    ...common,
    kind: word('log'),
    path: text,
    windowMs: number,
    writer: optional(number),
  }),
  look: object<Common & BuiltInLook>({ ...common, kind: word('look'), name: text, args: jsonObject }),
})

const capture = object<Capture>({
  kind: oneOf(['run', 'http', 'log', 'look', 'aws']),
  argv: list(text),
  at: text,
  outcome: oneOf(['ok', 'blind']),
  why: optional(why),
  says: optional(text),
  exit: orNull(number),
  ms: number,
  startedAt: time,
  out: text,
  err: text,
  cut: flag,
  timedOut: flag,
  leftOut: text,
  meta: jsonObject,
  pasted: optional(flag),
})

const conclusion = object<Conclusion>({
  outcome: oneOf(['diagnosed', 'suspected', 'inconclusive', 'healthy']),
  state: oneOf(['failing', 'intermittent', 'degraded', 'recovered', 'well']),
  verdict: orNull(
    object<NonNullable<Conclusion['verdict']>>({
      id: text,
      bornAt: part,
      place: part,
      shape: oneOf(SHAPES),
      cause,
      confidence: oneOf(CONFIDENCES),
      says: text,
    }),
  ),
})

type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>
const vantageProven = object<Omit<Of<'vantage.proven'>, 'at'> & { vantage: string }>({
  type: word('vantage.proven'),
  role: oneOf(['proxy', 'app']),
  vantage: text,
  origin,
  visit: count,
})

const EVENTS: { [T in SessionEvent['type']]: Decoder<Of<T>> } = {
  'session.started': object<Of<'session.started'>>({
    type: word('session.started'),
    id: text,
    url: text,
    version: text,
    library: text,
    windowMs: number,
    options: jsonObject,
    host: object<Of<'session.started'>['host']>({ platform: text, user: text, node: text }),
  }),
  'fact.learned': object<Of<'fact.learned'>>({
    type: word('fact.learned'),
    name: text,
    value: json,
    origin,
    visit: count,
  }),
  'vantage.proven': (value, path) => {
    const { vantage, ...rest } = vantageProven(value, path)
    return { ...rest, at: vantage }
  },
  'node.entered': object<Of<'node.entered'>>({
    type: word('node.entered'),
    node: text,
    visit: count,
    aside: flag,
    returnTo: optional(text),
  }),
  'probe.started': object<Of<'probe.started'>>({ type: word('probe.started'), n: count, node: text, request }),
  'probe.finished': object<Of<'probe.finished'>>({ type: word('probe.finished'), n: count, node: text, capture }),
  'branch.taken': object<Of<'branch.taken'>>({
    type: word('branch.taken'),
    visit: count,
    node: text,
    branch: text,
    by,
    probe: optional(count),
    finding: optional(
      object<{ n: number; says: string; lines: string[] }>({ n: count, says: text, lines: list(text) }),
    ),
    suspects: causes,
    rulesOut: causes,
    hops: list(hop),
    proven: flag,
    unconfirmed: flag,
    pasted: flag,
    aside: list(text),
    go: text,
  }),
  'node.blind': object<Of<'node.blind'>>({
    type: word('node.blind'),
    visit: count,
    node: text,
    probe: optional(count),
    why,
    says: text,
    go: text,
  }),
  'blind.spot': object<Of<'blind.spot'>>({
    type: word('blind.spot'),
    visit: count,
    node: text,
    probe: optional(count),
    why,
    says: text,
  }),
  'question.open': object<Of<'question.open'>>({ type: word('question.open'), visit: count, node: text, says: text }),
  'went.back': object<Of<'went.back'>>({ type: word('went.back'), toVisit: count }),
  'went.deeper': object<Of<'went.deeper'>>({ type: word('went.deeper'), visit: count, forgets: list(text) }),
  'note.added': object<Of<'note.added'>>({ type: word('note.added'), text }),
  'moment.marked': object<Of<'moment.marked'>>({ type: word('moment.marked'), moment: oneOf(MOMENTS) }),
  'fix.started': object<Of<'fix.started'>>({
    type: word('fix.started'),
    n: count,
    verdict: text,
    step: count,
    argv: list(text),
  }),
  'fix.finished': object<Of<'fix.finished'>>({
    type: word('fix.finished'),
    n: count,
    exit: orNull(number),
    ms: number,
    out: text,
  }),
  'verify.started': object<Of<'verify.started'>>({ type: word('verify.started'), n: count, wanted: count }),
  'verify.ended': object<Of<'verify.ended'>>({
    type: word('verify.ended'),
    n: count,
    result: oneOf(VERIFY_RESULTS),
    asked: count,
    well: count,
    wellSince: orNull(time),
  }),
  'verdict.reached': object<Of<'verdict.reached'>>({ type: word('verdict.reached'), visit: count, node: text }),
  'end.reached': object<Of<'end.reached'>>({
    type: word('end.reached'),
    visit: count,
    node: text,
    end: oneOf(['healthy', 'inconclusive']),
    says: text,
  }),
  'session.ended': object<Of<'session.ended'>>({
    type: word('session.ended'),
    ended: oneOf(['complete', 'budget', 'interrupted']),
    conclusion,
  }),
  'session.resumed': object<Of<'session.resumed'>>({ type: word('session.resumed') }),
}

/** The event of a line, from the fields beside `v`, `seq` and `at`. */
export const event: Decoder<SessionEvent> = tagged<SessionEvent, 'type'>('type', EVENTS)

/** Is this an event that this version knows? */
export function isEventType(type: string): type is SessionEvent['type'] {
  return Object.hasOwn(EVENTS, type)
}
