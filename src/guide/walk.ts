import type { Branch, FlowNode } from '../flow/types.ts'
import type { Origin } from '../session/events.ts'
import type { Session } from '../session/session.ts'
import type { Value } from '../words/value.ts'
import type { Ground } from './ground.ts'
import { hopsOf, learnt } from './judge.ts'
import { factValues } from './scope.ts'
import type { Steps } from './steps.ts'

/** How a branch came to be taken. */
export interface Taking {
  by: 'probe' | 'person' | 'evidence' | 'flag' | 'fork'
  origin: Origin
  out?: Record<string, Value>
  lines: string[]
  probe?: number
  proven: boolean
  pasted: boolean
}

interface Walk {
  take(steps: Steps, branch: Branch, taking: Taking): void
  arrive(steps: Steps, target: string): void
  landing(session: Session, toVisit: number): number
}

/** The steps of a walk: a branch is taken, a node is come to, a way is gone back. */
export function createWalk({ library, language, nodeAt, holds }: Ground): Walk {
  return { take, arrive, landing }

  /** Records that a branch or option was taken: what it teaches, proves and finds. */
  function take(steps: Steps, branch: Branch, taking: Taking): void {
    const { session } = steps
    const { visit } = session
    const node = session.here ?? ''
    const { learned, dark } = learnt(branch, library.facts, factValues(session, library.facts), taking.out, language)
    if (branch.forgets.length > 0) {
      const group = (name: string) => name.slice(0, name.indexOf('.'))
      const forgets = [...session.facts.keys()].filter((name) => branch.forgets.includes(group(name)))
      steps.add({ type: 'went.deeper', visit, forgets })
    }
    for (const { name, value } of learned) {
      steps.add({ type: 'fact.learned', name, value, origin: taking.origin, visit })
    }
    for (const spot of dark) steps.add({ type: 'blind.spot', visit, node, ...spot })
    for (const role of branch.proves) {
      if (steps.session.vantages[role]) continue
      steps.add({ type: 'vantage.proven', role, at: 'local', origin: taking.origin, visit })
    }
    const facts = factValues(steps.session, library.facts)
    const says = branch.found === undefined ? null : language.render(branch.found, facts, taking.out)
    steps.add({
      type: 'branch.taken',
      visit,
      node,
      branch: branch.id,
      by: taking.by,
      ...(taking.probe === undefined ? {} : { probe: taking.probe }),
      ...(says === null ? {} : { finding: { n: session.findingsEver + 1, says, lines: taking.lines } }),
      suspects: branch.suspects,
      rulesOut: branch.rulesOut,
      hops: hopsOf(branch, facts, taking.out ?? {}, language),
      proven: taking.proven || branch.proves.length > 0,
      unconfirmed: branch.unconfirmed,
      pasted: taking.pasted,
      aside: branch.aside,
      go: branch.go,
    })
  }

  /** Goes to a node, through forks, past pending asides, until something has to be done. */
  function arrive(steps: Steps, target: string): void {
    let goal = target === 'back' ? (steps.session.returnTo ?? '') : target
    // Each fork is passed at most once a walk; the checker refuses forks that form a circle.
    for (let hop = 0; hop < 100; hop++) {
      const { session } = steps
      const last = isLast(nodeAt(goal))
      const waiting = last ? session.asides[0] : undefined
      const back = last ? (waiting === undefined ? null : goal) : session.returnTo
      const id = waiting ?? goal
      const node = nodeAt(id)
      const visit = session.visit + 1
      steps.add({
        type: 'node.entered',
        node: id,
        visit,
        aside: back !== null,
        ...(back === null ? {} : { returnTo: back }),
      })
      if (isLast(node)) reach(steps, node, visit)
      if (node.kind !== 'fork') return
      const branch = node.branches.find((b) => b.when === undefined || holds(b.when, steps.session))
      if (!branch) throw new Error(`no branch of ${id} holds`)
      take(steps, branch, { by: 'fork', origin: { by: 'tool' }, lines: [], proven: true, pasted: false })
      goal = branch.go === 'back' ? (steps.session.returnTo ?? '') : branch.go
    }
    throw new Error(`forks from ${target} form a circle`)
  }

  /**
   * The visit that going back to `toVisit` leads to: a probe or a question on the main way. What stood
   * at forks, verdicts and asides follows from there by itself.
   */
  function landing(session: Session, toVisit: number): number {
    const before = session.visits.filter((visit) => visit.visit <= toVisit && !visit.aside)
    const stops = before.filter(({ node }) => ['probe', 'ask'].includes(nodeAt(node).kind))
    return session.visits.some((visit) => visit.visit === toVisit) ? (stops.at(-1)?.visit ?? toVisit) : toVisit
  }

  function reach(steps: Steps, node: FlowNode, visit: number): void {
    if (node.kind === 'verdict') steps.add({ type: 'verdict.reached', visit, node: node.id })
    else if (node.kind === 'end') {
      const says = language.render(node.says, factValues(steps.session, library.facts))
      steps.add({ type: 'end.reached', visit, node: node.id, end: node.end, says })
    }
  }
}

function isLast(node: FlowNode): boolean {
  return node.kind === 'verdict' || node.kind === 'end'
}
