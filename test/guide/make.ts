import type {
  AskNode,
  Branch,
  EndNode,
  FactSpec,
  FactType,
  Flow,
  FlowNode,
  ForkNode,
  Library,
  Option,
  ProbeNode,
  ProbeSpec,
  VerdictNode,
} from '../../src/flow/types.ts'
import { reader } from '../../src/reading/reader.ts'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import type { Session } from '../../src/session/session.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'
import { t } from '../../src/words/value.ts'
import { BLIND_REASONS } from '../../src/words/vocabulary.ts'

/** The first event of every test session. */
export const STARTED: SessionEvent = {
  type: 'session.started',
  id: '2026-11-21T0203-shop-k3f9',
  url: 'http://shop.example.com/checkout',
  version: '0.1.0',
  library: 'digest',
  windowMs: 900_000,
  options: {},
  host: { platform: 'linux', user: 'oncall', node: '24.0.0' },
}

/** Events as journal entries, one second apart. */
export function entries(...events: SessionEvent[]): JournalEntry[] {
  const from = Date.parse('2026-11-21T02:03:00Z')
  return [STARTED, ...events].map((event, at) => ({
    v: 1,
    seq: at + 1,
    at: new Date(from + at * 1000).toISOString(),
    event,
  }))
}

/** A session that these events lead to. */
export function session(...events: SessionEvent[]): Session {
  const folded = fold(entries(...events))
  if (!folded) throw new Error('no events')
  return folded
}

type BranchTaken = Extract<SessionEvent, { type: 'branch.taken' }>

/** A finding: `node.branch` with whatever a test wants to say of it. */
export function found(id: string, n: number, more: Partial<BranchTaken> = {}): BranchTaken {
  const at = id.lastIndexOf('.')
  return {
    type: 'branch.taken',
    visit: n,
    node: id.slice(0, at),
    branch: id.slice(at + 1),
    by: 'probe',
    probe: n,
    finding: { n, says: `finding ${id}`, lines: [] },
    suspects: [],
    rulesOut: [],
    hops: [],
    proven: true,
    unconfirmed: false,
    pasted: false,
    aside: [],
    go: 'somewhere/else',
    ...more,
  }
}

export function entered(node: string, visit: number, more: { aside?: boolean; returnTo?: string } = {}): SessionEvent {
  return {
    type: 'node.entered',
    node,
    visit,
    aside: more.aside ?? false,
    ...(more.returnTo ? { returnTo: more.returnTo } : {}),
  }
}

/** A verdict node with nothing special about it. */
export function verdict(more: Partial<VerdictNode> = {}): VerdictNode {
  return {
    kind: 'verdict',
    id: 'nginx/wrong-port',
    flow: 'nginx',
    cause: 'wrong-port',
    place: 'proxy',
    sides: ['proxy', 'app'],
    shapes: ['unreachable'],
    proof: [['nginx/error-log.refused'], ['app/listening.elsewhere']],
    rivals: ['process-down'],
    symptoms: [],
    state: 'failing',
    says: 'it listens elsewhere',
    fix: [],
    verify: [],
    prevent: [],
    sources: [],
    ...more,
  }
}

export const REQUEST: LookRequest = {
  kind: 'run',
  commands: [['ss', '-ltnpH']],
  at: 'proxy',
  read: 'listeners',
  timeoutMs: 5000,
}

/** A capture of a command that ran well. */
export function capture(out: string, more: Partial<Capture> = {}): Capture {
  return {
    kind: 'run',
    argv: ['ss', '-ltnpH'],
    at: 'local',
    outcome: 'ok',
    exit: 0,
    ms: 12,
    startedAt: '2026-11-21T02:03:04.000Z',
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  }
}

const factSpec = (name: string, type: FactType, askable = true): FactSpec => ({
  name,
  type,
  question: `What is ${name}?`,
  example: `an ${name}`,
  discovered: 'by looking',
  askable,
})

/** The facts that test libraries know: one of nearly every type. */
export const FACTS: Record<string, FactSpec> = Object.fromEntries(
  [
    factSpec('url.text', 'url'),
    factSpec('url.scheme', 'string'),
    factSpec('url.host', 'host'),
    factSpec('url.port', 'port'),
    factSpec('url.path', 'string'),
    factSpec('upstream.host', 'host'),
    factSpec('upstream.port', 'port'),
    factSpec('upstream.socket', 'path'),
    factSpec('upstream.verify', 'bool'),
    factSpec('app.unit', 'unit'),
    factSpec('app.pid', 'pid', false),
    factSpec('app.port', 'port'),
    factSpec('app.container', 'container'),
    factSpec('app.word', 'string'),
    factSpec('app.names', 'strings'),
    factSpec('proxy.log', 'path'),
    factSpec('proxy.pid', 'pid', false),
    factSpec('onset.first', 'timestamp', false),
    factSpec('failure.shape', 'string', false),
    factSpec('state.observed', 'string', false),
  ].map((spec) => [spec.name, spec]),
)

/** A library of these nodes. Each flow begins at the first of its nodes; the walk at `locate`'s. */
export function library(nodes: FlowNode[], more: Partial<Library> = {}): Library {
  const flows: Record<string, Flow> = {}
  for (const { id, flow: name } of nodes) {
    const flow = flows[name] ?? { name, title: name, start: id, nodes: [] }
    flow.nodes.push(id)
    flows[name] = flow
  }
  return {
    digest: 'digest',
    flows,
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    facts: FACTS,
    fingerprints: [],
    signatures: [],
    next: {},
    remedies: {},
    commands: [],
    glossary: [],
    timeouts: [],
    uncovered: {},
    ...more,
  }
}

const flowOf = (id: string): string => id.slice(0, id.indexOf('/'))
const POSITION = { file: 'test.yaml', line: 1, column: 1 }

/** A branch: its id, where it goes, and whatever a test wants to say of it. */
export function branch(id: string, go: string, more: Partial<Branch> = {}): Branch {
  return {
    id,
    go,
    learn: {},
    suspects: [],
    rulesOut: [],
    proves: [],
    unconfirmed: false,
    aside: [],
    forgets: [],
    at: POSITION,
    ...more,
  }
}

export function option(id: string, go: string, more: Partial<Option> = {}): Option {
  return { id, go, label: id, learn: {}, suspects: [], rulesOut: [], at: POSITION, ...more }
}

interface ProbeParts {
  probe?: ProbeSpec
  branches: Branch[]
  blind: string
  title?: string
}

/** A probe node. Without a spec of its own it runs `look ID` here, read by the `tally` reader. */
export function probe(id: string, { probe: spec, branches, blind, title }: ProbeParts): ProbeNode {
  return {
    kind: 'probe',
    id,
    flow: flowOf(id),
    title: title ?? `Looking: ${id}`,
    why: 'to see',
    probe: spec ?? runs(['look', id]),
    branches,
    blind: { go: blind },
  }
}

const COMMON = { at: 'here', read: 'tally', timeoutMs: 5000, leaks: false } as const

/** A probe spec that runs one command; `more` says from where, how long, or which command else. */
export function runs(argv: string[], more: Partial<Extract<ProbeSpec, { kind: 'run' }>> = {}): ProbeSpec {
  return { ...COMMON, kind: 'run', commands: [argv], ...more }
}

export function asks(url: string, more: Partial<Extract<ProbeSpec, { kind: 'http' }>> = {}): ProbeSpec {
  return { ...COMMON, kind: 'http', url, times: 1, redirects: 0, own: false, via: {}, timeoutMs: 75_000, ...more }
}

export function readsLog(path: string, more: Partial<Extract<ProbeSpec, { kind: 'log' }>> = {}): ProbeSpec {
  return { ...COMMON, kind: 'log', path, ...more }
}

export function looksAt(name: string, more: Partial<Extract<ProbeSpec, { kind: 'look' }>> = {}): ProbeSpec {
  return { ...COMMON, kind: 'look', name, with: {}, set: {}, ...more }
}

export function ask(id: string, title: string, options: Option[]): AskNode {
  return { kind: 'ask', id, flow: flowOf(id), title, why: 'nothing else can tell', options }
}

export function fork(id: string, branches: Branch[]): ForkNode {
  return { kind: 'fork', id, flow: flowOf(id), branches }
}

export function end(id: string, kind: 'healthy' | 'inconclusive' = 'inconclusive', says = `ended at ${id}`): EndNode {
  return { kind: 'end', id, flow: flowOf(id), end: kind, says }
}

/**
 * Reads lines such as `port 3000`, `host 10.0.0.7`, `name a`, `at 2026-11-21T02:00:00Z`, and
 * `dark no-permission dmesg needs root`. Complete when the look ran to its end; throws at `broken`.
 */
export const tally = reader({
  name: 'tally',
  output: t.record({
    complete: t.bool,
    count: t.int,
    host: t.string,
    port: t.int,
    at: t.timestamp,
    names: t.list(t.string),
    hops: t.list(t.record({ kind: t.string, vendor: t.string, role: t.string })),
  }),
  consults: [],
  read(seen) {
    const lines = seen.out.split('\n').filter((line) => line !== '')
    if (lines.includes('broken')) throw new Error('a reader that is not total')
    const all = (word: string) =>
      lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
    const value = {
      complete: seen.exit === 0 && !seen.cut && !seen.timedOut,
      count: BigInt(lines.length),
      host: all('host')[0] ?? '',
      port: BigInt(all('port')[0] ?? '0'),
      at: new Date(all('at')[0] ?? 0),
      names: all('name'),
      hops: all('hop').map((line) => {
        const [kind = '', vendor = '', role = ''] = line.split(' ')
        return { kind, vendor, role }
      }),
    }
    const dark = all('dark').flatMap((line) => {
      const [word, ...says] = line.split(' ')
      const why = BLIND_REASONS.find((reason) => reason === word)
      return why ? [{ why, says: says.join(' ') }] : []
    })
    return { value, dark, lines: lines.slice(0, 5) }
  },
})

/** Makes a whole structure unchangeable, so that a function that changes its input throws. */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    const refuse = () => {
      throw new TypeError('this map must not be changed')
    }
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse })
    for (const item of value.values()) deepFreeze(item)
  }
  Object.freeze(value)
  for (const item of Object.values(value)) deepFreeze(item)
  return value
}
