import type { Branch, FlowNode, Library, ProbeNode } from '../flow/types.ts'
import type { AnyReader } from '../reading/reader.ts'
import type { Origin, SessionEvent } from '../session/events.ts'
import { evolve, type ProbeRecord, type Session } from '../session/session.ts'
import type { Json } from '../words/json.ts'
import type { Value } from '../words/value.ts'
import type { Action, KnownWay, OfferedOption, Prompt } from './action.ts'
import { concludeSession } from './conclusion.ts'
import { suspects } from './confidence.ts'
import { hopsOf, judge, type Language, learnt } from './judge.ts'
import { renderRequest } from './request.ts'
import { factValues, readContext } from './scope.ts'

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
  return { library, next, ways, decide }

  function next(session: Session): Prompt {
    if (session.ended) return { kind: 'ended' }
    if (session.reached) return { kind: 'reached' }
    if (session.here === null) return { kind: 'begin' }
    const node = nodeAt(session.here)
    switch (node.kind) {
      case 'probe':
        return promptProbe(node, session)
      case 'ask': {
        const facts = factValues(session, library.facts)
        const options = node.options.map(
          (option): OfferedOption => ({
            option,
            label: language.render(option.label, facts),
            supported: option.when !== undefined && holds(option.when, session),
          }),
        )
        options.sort((a, b) => Number(b.supported) - Number(a.supported))
        return { kind: 'ask', node: node.id, title: language.render(node.title, facts), why: node.why, options }
      }
      case 'fork':
      case 'verdict':
      case 'end':
        return { kind: 'reached' }
    }
  }

  function promptProbe(node: ProbeNode, session: Session): Prompt {
    const title = language.render(node.title, factValues(session, library.facts))
    const { at } = node.probe
    const rendered = renderRequest(node, session, library.facts)
    const pattern = rendered.ok ? rendered.request : rendered.pattern
    if (at !== 'here' && session.vantages[at] === null) {
      const whose = at === 'proxy' ? "the gateway's" : "the upstream's"
      const says = `${title} It is not proven that this is ${whose} machine.`
      return { kind: 'vantage', node, title, role: at, says, pattern }
    }
    if (rendered.ok) {
      return { kind: 'probe', node, request: rendered.request, title, suspects: suspects(session).map((s) => s.cause) }
    }
    const spec = library.facts[rendered.needs]
    return {
      kind: 'fact',
      node,
      title,
      pattern,
      name: rendered.needs,
      question: spec?.question ?? `What is ${rendered.needs}?`,
      example: spec?.example ?? '',
      askable: spec?.askable ?? false,
    }
  }

  function ways(session: Session): KnownWay[] {
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'probe') return []
    const facts = factValues(session, library.facts)
    return node.branches.map(({ id, found }) => ({
      id,
      label: found === undefined ? id.replaceAll('-', ' ') : language.render(found, facts),
    }))
  }

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

  function holds(when: string, session: Session): boolean {
    try {
      return language.evaluate(when, factValues(session, library.facts)) === true
    } catch {
      return false
    }
  }

  function nodeAt(id: string): FlowNode {
    const node = library.nodes[id]
    if (!node) throw new Error(`there is no node ${id}`)
    return node
  }

  function probeHere(session: Session): ProbeNode {
    const node = session.here === null ? null : nodeAt(session.here)
    if (node?.kind !== 'probe') throw new Error(`${session.here ?? 'nothing'} is not a probe`)
    return node
  }
}

function isLast(node: FlowNode): boolean {
  return node.kind === 'verdict' || node.kind === 'end'
}

/** How a branch came to be taken. */
interface Taking {
  by: 'probe' | 'person' | 'evidence' | 'flag' | 'fork'
  origin: Origin
  out?: Record<string, Value>
  lines: string[]
  probe?: number
  proven: boolean
  pasted: boolean
}

function probeOf(session: Session, n: number): ProbeRecord {
  const probe = session.probes.find((candidate) => candidate.n === n)
  if (!probe) throw new Error(`there is no probe ${n}`)
  return probe
}

/** Collects events while keeping the session they lead to, so that one decision can build on itself. */
interface Steps {
  events: SessionEvent[]
  session: Session
  add(event: SessionEvent): void
}

function stepsFrom(session: Session): Steps {
  return {
    events: [],
    session,
    add(event) {
      this.events.push(event)
      this.session = evolve(this.session, { v: 1, seq: this.session.seq + 1, at: this.session.lastAt, event })
    },
  }
}

/** The facts that a URL alone gives. `mask` hides the secrets of what stands in facts as text. */
export function factsOfUrl(
  url: URL,
  mask: (text: string) => string = (text) => text,
): { name: string; value: Json; origin: Origin }[] {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const facts: [string, Json][] = [
    ['url.text', mask(url.href)],
    ['url.scheme', url.protocol.slice(0, -1)],
    ['url.host', url.hostname],
    ['url.port', port],
    ['url.path', mask(url.pathname + url.search)],
  ]
  return facts.map(([name, value]) => ({ name, value, origin: { by: 'url' } }))
}
