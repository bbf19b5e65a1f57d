import type { VerdictNode } from '../../src/flow/types.ts'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import { fold, type Session } from '../../src/session/session.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'

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
