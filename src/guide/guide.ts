import type { Branch, Library } from '../flow/types.ts'
import type { AnyReader } from '../reading/reader.ts'
import type { SessionEvent } from '../session/events.ts'
import type { ProbeRecord, Session } from '../session/session.ts'
import type { Action, KnownWay, Prompt } from './action.ts'
import { concludeSession } from './conclusion.ts'
import { createGround } from './ground.ts'
import { judge, type Language } from './judge.ts'
import { createPrompts } from './prompts.ts'
import { factValues, readContext } from './scope.ts'
import { type Steps, stepsFrom } from './steps.ts'
import { createWalk } from './walk.ts'

/** Where every walk begins. */
export const ENTRY_FLOW = 'locate'

export interface Guide {
  library: Library
  /** What the session waits for. Pure. */
  next(session: Session): Prompt
  /** What a person may answer at the probe where the session stands, instead of looking. */
  ways(session: Session): KnownWay[]
  /**
   * The events an action leads to, in order. Pure: time, ids and outputs come in with the action.
   * Throws only for actions that do not fit the prompt, which is a bug in the driver.
   */
  decide(session: Session, action: Action): SessionEvent[]
}

/** Binds flows, readers and expression language into the two pure functions of a walk. */
export function createGuide(library: Library, readers: Record<string, AnyReader>, language: Language): Guide {
  const ground = createGround(library, language)
  const { nodeAt, probeHere } = ground
  const { next, ways } = createPrompts(ground)
  const { take, arrive, landing } = createWalk(ground)
  return { library, next, ways, decide }

  function decide(session: Session, action: Action): SessionEvent[] {
    const steps = stepsFrom(session)
    switch (action.type) {
      case 'begin': {
        for (const fact of action.facts) steps.add({ type: 'fact.learned', ...fact, visit: 0 })
        for (const role of action.vantages) {
          steps.add({ type: 'vantage.proven', role, at: 'local', origin: { by: 'flag' }, visit: 0 })
        }
        const entry = library.flows[ENTRY_FLOW]
        if (!entry) throw new Error(`there is no flow ${ENTRY_FLOW}`)
        arrive(steps, entry.start)
        break
      }
      case 'look.starts': {
        const n = session.probes.length + 1
        steps.add({ type: 'probe.started', n, node: action.node, request: action.request })
        break
      }
      case 'look.ends': {
        const probe = probeOf(session, action.n)
        steps.add({ type: 'probe.finished', n: probe.n, node: probe.node, capture: action.capture })
        break
      }
      case 'judge':
        judgeHere(steps, probeOf(session, action.n))
        break
      case 'answer':
        answer(steps, action.option, action.by)
        break
      case 'give.fact':
        steps.add({
          type: 'fact.learned',
          name: action.name,
          value: action.value,
          origin: action.origin,
          visit: session.visit,
        })
        break
      case 'skip': {
        const node = probeHere(session)
        steps.add({
          type: 'node.blind',
          visit: session.visit,
          node: node.id,
          why: action.why,
          says: action.says,
          go: node.blind.go,
        })
        arrive(steps, node.blind.go)
        break
      }
      case 'leave.open':
        leaveOpen(steps)
        break
      case 'back':
        steps.add({ type: 'went.back', toVisit: landing(session, action.toVisit) })
        break
      case 'note':
        steps.add({ type: 'note.added', text: action.text })
        break
      case 'mark':
        steps.add({ type: 'moment.marked', moment: action.moment })
        break
      case 'say.where':
        steps.add({
          type: 'vantage.proven',
          role: action.role,
          at: 'local',
          origin: { by: 'person' },
          visit: session.visit,
        })
        break
      case 'fix.starts': {
        const { verdict, step, argv } = action
        steps.add({ type: 'fix.started', n: session.fixes.length + 1, verdict, step, argv })
        break
      }
      case 'fix.ends': {
        const { n, exit, ms, out } = action
        steps.add({ type: 'fix.finished', n, exit, ms, out })
        break
      }
      case 'verify.starts':
        steps.add({ type: 'verify.started', n: session.verifications.length + 1, wanted: action.wanted })
        break
      case 'verify.ends': {
        const { type: _, ...result } = action
        steps.add({ type: 'verify.ended', ...result })
        break
      }
      case 'resume':
        steps.add({ type: 'session.resumed' })
        break
      case 'end':
        steps.add({
          type: 'session.ended',
          ended: action.ended,
          conclusion: concludeSession(session, library, language),
        })
        break
    }
    return steps.events
  }

  function judgeHere(steps: Steps, probe: ProbeRecord): void {
    const { session } = steps
    const node = probeHere(session)
    const { capture } = probe
    if (!capture) throw new Error(`probe ${probe.n} has not finished`)
    const reader = readers[node.probe.read]
    const context = readContext(session, library, new Date(capture.startedAt))
    const judgement = judge(node, capture, reader, context, language)
    for (const dark of judgement.dark) {
      steps.add({ type: 'blind.spot', visit: session.visit, node: node.id, probe: probe.n, ...dark })
    }
    if (judgement.kind === 'blind') {
      const { why, says } = judgement
      steps.add({
        type: 'node.blind',
        visit: session.visit,
        node: node.id,
        probe: probe.n,
        why,
        says,
        go: node.blind.go,
      })
      arrive(steps, node.blind.go)
      return
    }
    // What was pasted is of some machine and some moment; that it is this one it cannot prove.
    const pasted = capture.pasted ?? false
    const proven = !pasted && (node.probe.at === 'here' || session.vantages[node.probe.at] !== null)
    const branch = pasted ? { ...judgement.branch, proves: [] } : judgement.branch
    take(steps, branch, {
      by: 'probe',
      origin: { by: 'probe', n: probe.n },
      out: judgement.out,
      lines: judgement.lines,
      probe: probe.n,
      proven,
      pasted,
    })
    arrive(steps, judgement.branch.go)
  }

  function answer(steps: Steps, optionId: string, by: 'person' | 'evidence' | 'flag'): void {
    const { session } = steps
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'ask' && node?.kind !== 'probe') throw new Error('there is no question here')
    const ways = node.kind === 'ask' ? node.options : node.branches
    const way = ways.find((candidate) => candidate.id === optionId)
    if (!way) throw new Error(`${node.id} has no option ${optionId}`)
    // Somebody's word proves no vantage: only a look can.
    const aside = 'aside' in way ? way.aside : []
    const branch: Branch = { ...way, proves: [], unconfirmed: false, aside, forgets: [] }
    take(steps, branch, { by, origin: { by: by === 'evidence' ? 'tool' : by }, lines: [], proven: true, pasted: false })
    arrive(steps, way.go)
  }

  /** A question that nobody answers stays in the report; the walk goes on where its flow says, or ends there. */
  function leaveOpen(steps: Steps): void {
    const { session } = steps
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'ask') throw new Error('there is no question here')
    const says = language.render(node.title, factValues(session, library.facts))
    steps.add({ type: 'question.open', visit: session.visit, node: node.id, says })
    if (node.open) {
      arrive(steps, node.open.go)
      return
    }
    steps.add({
      type: 'end.reached',
      visit: session.visit,
      node: node.id,
      end: 'inconclusive',
      says: `Left open: ${says}`,
    })
  }
}

function probeOf(session: Session, n: number): ProbeRecord {
  const probe = session.probes.find((candidate) => candidate.n === n)
  if (!probe) throw new Error(`there is no probe ${n}`)
  return probe
}
