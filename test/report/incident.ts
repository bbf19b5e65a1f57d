import type { FactSpec, FactType, Library } from '../../src/flow/types.ts'
import { conclude, type Judged } from '../../src/guide/conclusion.ts'
import type { Language } from '../../src/guide/judge.ts'
import { composeDiagnosis, type Diagnosis } from '../../src/report/diagnosis.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import type { Session } from '../../src/session/session.ts'
import { capture, entered, found, REQUEST, session, verdict } from '../guide/make.ts'

/** nginx 1.22's line for a refused upstream. */
export const REFUSED_LINE =
  '2026/11/21 04:04:43 [error] 20189#20189: *13 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: shop.example, request: "GET /refused HTTP/1.1", upstream: "http://127.0.0.1:23099/refused", host: "shop.example"'

const fact = (name: string, type: FactType): FactSpec => ({
  name,
  type,
  question: '?',
  example: '1',
  discovered: 'here',
  askable: true,
})

/** A library of one verdict (`nginx/wrong-port`), one rival, one that is `recovered`, and what they name. */
export const LIBRARY: Library = {
  digest: 'digest',
  flows: {},
  nodes: {
    'app/direct': {
      kind: 'probe',
      id: 'app/direct',
      flow: 'app',
      title: 'Does the app answer on {upstream.port}?',
      why: 'to see',
      probe: { kind: 'run', commands: [['true']], at: 'app', read: 'text', timeoutMs: 1000, leaks: false },
      branches: [],
      blind: { go: 'end' },
    },
    'nginx/wrong-port': verdict({
      says: 'The app listens on {app.port}; nginx sends to {upstream.port}',
      fix: [
        { say: 'Point proxy_pass at {app.port}' },
        { say: 'Load the new configuration', run: ['systemctl', 'reload', 'nginx'], effect: 'changes' },
        { run: ['ss', '-ltn', 'sport = :{app.port}'], effect: 'reads' },
      ],
      verify: ['app/direct'],
      prevent: ['pin-the-port', 'unknown-remedy'],
    }),
    'app/socket-missing': verdict({
      id: 'app/socket-missing',
      flow: 'app',
      cause: 'socket-missing',
      sides: ['app'],
      place: 'app',
      proof: [['nginx/error-log.refused'], ['app/socket.gone']],
      rivals: [],
      says: 'The socket is gone',
    }),
    'locate/recovered': verdict({
      id: 'locate/recovered',
      flow: 'locate',
      cause: 'recovered',
      place: 'app',
      sides: ['app'],
      shapes: ['none'],
      state: 'recovered',
      proof: [['nginx/error-log.refused']],
      rivals: [],
      says: 'It answers again',
    }),
  },
  facts: Object.fromEntries(
    [
      fact('app.port', 'port'),
      fact('upstream.port', 'port'),
      fact('upstream.host', 'host'),
      fact('answer.status', 'int'),
      fact('answer.class', 'string'),
      fact('sight.kernel_log', 'string'),
      fact('sight.journal', 'string'),
      fact('onset.first_error', 'timestamp'),
      fact('onset.change', 'string'),
      fact('onset.change_at', 'timestamp'),
      fact('state.observed', 'string'),
      fact('was.cause', 'string'),
      fact('failure.shape', 'string'),
    ].map((spec) => [spec.name, spec]),
  ),
  fingerprints: [],
  signatures: [],
  next: {},
  remedies: {
    'pin-the-port': { id: 'pin-the-port', says: 'Keep the port in one place', why: 'two drift apart', sources: [] },
  },
  commands: [],
  glossary: [],
  timeouts: [],
  uncovered: {},
}

/** Fills `{fact}` holes; the real language is another room's. */
export const LANGUAGE: Language = {
  evaluate: () => true,
  render: (template, facts) => template.replace(/\{([a-z_.]+)\}/g, (_, name: string) => String(facts.get(name) ?? '?')),
}

export function learned(name: string, value: string | number, n = 1): SessionEvent {
  return { type: 'fact.learned', name, value, origin: { by: 'probe', n }, visit: 1 }
}

const OWN: SessionEvent[] = [
  entered('locate/response', 1),
  {
    type: 'probe.started',
    n: 1,
    node: 'locate/response',
    request: {
      kind: 'http',
      url: 'http://shop.example/refused',
      times: 1,
      redirects: 5,
      own: true,
      at: 'here',
      read: 'http-response',
      timeoutMs: 75_000,
    },
  },
  {
    type: 'probe.finished',
    n: 1,
    node: 'locate/response',
    capture: capture('HTTP/1.1 502 Bad Gateway\r\n', {
      kind: 'http',
      argv: ['curl', '-q', 'http://shop.example/refused'],
      ms: 4,
      meta: { status: 502, redirects: [{ status: 301, url: 'http://shop.example/refused' }] },
    }),
  },
  learned('answer.status', 502),
  learned('answer.class', 'gateway-error'),
  found('locate/response.made-by-nginx', 1, {
    finding: { n: 1, says: 'nginx made the 502', lines: [] },
    hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
  }),
]

const LOG: SessionEvent[] = [
  entered('nginx/error-log', 2),
  {
    type: 'probe.started',
    n: 2,
    node: 'nginx/error-log',
    request: {
      kind: 'log',
      path: '/var/log/nginx/error.log',
      windowMs: 900_000,
      at: 'proxy',
      read: 'nginx-error-log',
      timeoutMs: 5000,
    },
  },
  {
    type: 'probe.finished',
    n: 2,
    node: 'nginx/error-log',
    capture: capture(REFUSED_LINE, { kind: 'log', argv: ['tail', '-n', '1000', '/var/log/nginx/error.log'], ms: 31 }),
  },
  learned('upstream.port', 23099, 2),
  learned('onset.first_error', '2026-11-21T02:01:12Z', 2),
  found('nginx/error-log.refused', 2, {
    finding: { n: 2, says: 'nginx was refused by 127.0.0.1:23099, 14 times since 02:01:12Z', lines: [REFUSED_LINE] },
    suspects: ['process-down', 'wrong-port', 'socket-missing'],
  }),
]

const LISTENING: SessionEvent[] = [
  entered('app/listening', 3),
  { type: 'probe.started', n: 3, node: 'app/listening', request: REQUEST },
  { type: 'probe.finished', n: 3, node: 'app/listening', capture: capture('LISTEN 0 511 127.0.0.1:3001') },
  learned('app.port', 3001, 3),
  found('app/listening.elsewhere', 3, {
    finding: { n: 3, says: 'the app (pid 4242) listens on 3001', lines: [] },
    suspects: ['wrong-port'],
    rulesOut: ['process-down', 'socket-missing'],
  }),
]

const AROUND: SessionEvent[] = [
  learned('onset.change', 'shop.service started'),
  learned('onset.change_at', '2026-11-21T02:01:10.5Z'),
  learned('sight.kernel_log', 'no-permission'),
  learned('sight.journal', ''),
  { type: 'fact.learned', name: 'upstream.host', value: 'localhost', origin: { by: 'flag' }, visit: 0 },
  {
    type: 'blind.spot',
    visit: 3,
    node: 'resources/oom',
    probe: 3,
    why: 'no-permission',
    says: 'dmesg needs root: OOM kills were not looked for',
  },
]

const REACHED: SessionEvent = { type: 'verdict.reached', visit: 4, node: 'nginx/wrong-port' }
const ended = (how: 'complete' | 'budget' | 'interrupted' = 'complete'): SessionEvent => ({
  type: 'session.ended',
  ended: how,
  conclusion: { outcome: 'diagnosed', state: 'failing', verdict: null },
})

/** nginx sends to 23099, the app listens on 3001: seen, proven, ended. */
export const DIAGNOSED = [...OWN, ...LOG, ...LISTENING, ...AROUND, REACHED, ended()]
/** The same without having seen where the app listens: a proof is missing and a rival is open. */
export const SUSPECTED: SessionEvent[] = [...OWN, ...LOG, { ...REACHED, node: 'nginx/wrong-port' }, ended()].map(
  (event) => (event.type === 'branch.taken' ? { ...event, by: 'person' as const } : event),
)
/** The log could not be read, nobody answered the question. */
export const INCONCLUSIVE: SessionEvent[] = [
  ...OWN,
  { type: 'probe.started', n: 2, node: 'app/listening', request: REQUEST },
  {
    type: 'node.blind',
    visit: 2,
    node: 'app/listening',
    probe: 2,
    why: 'no-vantage',
    says: 'the upstream is on another machine',
    go: 'x',
  },
  found('app/direct.answers', 2, {
    finding: { n: 2, says: 'the app answers on its own', lines: [] },
    rulesOut: ['process-down'],
  }),
  { type: 'question.open', visit: 3, node: 'locate/which', says: 'Which proxy stands in front?' },
  { type: 'end.reached', visit: 3, node: 'locate/which', end: 'inconclusive', says: 'Left open' },
  ended(),
]
export const HEALTHY: SessionEvent[] = [
  ...OWN.slice(0, 3),
  learned('answer.status', 200),
  learned('answer.class', 'ok'),
  found('locate/response.well', 1, { finding: { n: 1, says: 'all 5 requests were answered', lines: [] } }),
  { type: 'end.reached', visit: 2, node: 'locate/healthy', end: 'healthy', says: 'well' },
  ended(),
]
export const RECOVERED: SessionEvent[] = [
  ...OWN,
  ...LOG,
  learned('was.cause', 'process-down'),
  { ...REACHED, node: 'locate/recovered' },
  ended(),
]
export const CUT_OFF: SessionEvent[] = [...DIAGNOSED.slice(0, -1), ended('budget')]

export function judged(events: readonly SessionEvent[]): { session: Session; judged: Judged; diagnosis: Diagnosis } {
  const held = session(...events)
  const judgement = conclude(held, LIBRARY, LANGUAGE)
  return { session: held, judged: judgement, diagnosis: composeDiagnosis(held, judgement, LIBRARY, LANGUAGE) }
}

export const diagnosisOf = (events: readonly SessionEvent[]): Diagnosis => judged(events).diagnosis
