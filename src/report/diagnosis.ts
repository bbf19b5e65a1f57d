import type { FixStep, Library } from '../flow/types.ts'
import type { Candidate, Judged } from '../guide/conclusion.ts'
import { ruledOut } from '../guide/confidence.ts'
import type { Language } from '../guide/judge.ts'
import { factValues } from '../guide/scope.ts'
import type { Origin } from '../session/events.ts'
import type { BlindSpot, Finding, ProbeRecord, Session } from '../session/session.ts'
import { parseEdit } from '../words/edit.ts'
import type { Json } from '../words/json.ts'
import type { LookRequest } from '../words/look.ts'
import { ANSWER_CLASSES, CAUSES, CONFIDENCES, type Ended, type Outcome } from '../words/vocabulary.ts'
import {
  DIAGNOSIS_SCHEMA,
  type Diagnosis,
  type DiagnosisFinding,
  type DiagnosisFix,
  type DiagnosisProbe,
  type DiagnosisVerdict,
  type OnsetChange,
  type Sight,
} from './document.ts'
import { hopsOf } from './hops.ts'
import { ladderOf } from './ladder.ts'

export * from './document.ts'

/**
 * The diagnosis document of a session: what `--json` prints and every report tells. Pure.
 * A session without an end (it still runs, or was cut off) is told as interrupted.
 */
export function composeDiagnosis(
  session: Session,
  judged: Judged,
  library: Library,
  language: Pick<Language, 'render'>,
): Diagnosis {
  const values = factValues(session, library.facts)
  const tell = (candidate: Candidate) =>
    verdictOf(candidate, session, library, (template) => language.render(template, values))
  return {
    schema: DIAGNOSIS_SCHEMA,
    url: session.url,
    outcome: judged.outcome,
    state: judged.state,
    ended: session.ended?.ended ?? 'interrupted',
    answer: answerOf(session),
    verdict: judged.verdict && tell(judged.verdict),
    end: session.reached === null || session.reached.kind === 'verdict' ? null : session.reached.says,
    alternatives: judged.alternatives.map(tell),
    ruledOut: ruledOut(session),
    blindSpots: session.blindSpots.map(blindSpot),
    openQuestions: session.openQuestions,
    sight: sightOf(session),
    hops: hopsOf(session.findings),
    ladder: ladderOf(session, library),
    facts: Object.fromEntries(
      [...session.facts].map(([name, { value, origin }]) => [name, { value, from: source(origin) }]),
    ),
    findings: session.findings.map(finding),
    probes: session.probes.map(probe),
    onset: onsetOf(session),
    startedAt: instant(session.startedAt),
    endedAt: instant(session.ended?.at ?? session.lastAt),
    session: session.id,
  }
}

function verdictOf(
  { node, assessment, bornAt, shape, says }: Candidate,
  session: Session,
  library: Library,
  render: (template: string) => string,
): DiagnosisVerdict {
  const was = node.cause === 'recovered' ? wasOf(session) : null
  return {
    id: node.id,
    bornAt,
    place: node.place,
    sides: node.sides,
    shape,
    cause: node.cause,
    says,
    confidence: assessment.confidence,
    findings: [...new Set(assessment.proofs.map((proof) => proof.n))].sort((a, b) => a - b),
    symptoms: node.symptoms,
    fix: node.fix.map((step) => fixStep(step, render)),
    verify: node.verify.map((id) => ({ id, says: render(titleOf(id, library)) })),
    prevent: node.prevent.map((id) => ({ id, says: library.remedies[id]?.says ?? id })),
    ...(was ? { was } : {}),
  }
}

function fixStep(step: FixStep, render: (template: string) => string): DiagnosisFix {
  return {
    ...(step.say === undefined ? {} : { say: render(step.say) }),
    ...(step.run === undefined ? {} : { run: step.run.map(render) }),
    ...(step.effect === undefined ? {} : { effect: step.effect }),
  }
}

function titleOf(id: string, library: Library): string {
  const node = library.nodes[id]
  return node?.kind === 'probe' || node?.kind === 'ask' ? node.title : id
}

/** What is over was found in the past: without a measure of its own it is only reported. */
function wasOf(session: Session): DiagnosisVerdict['was'] | null {
  const cause = CAUSES.find((word) => word === held(session, 'was.cause'))
  const confidence = CONFIDENCES.find((word) => word === held(session, 'was.confidence'))
  return cause ? { cause, confidence: confidence ?? 'reported' } : null
}

function answerOf(session: Session): Diagnosis['answer'] {
  const seen = ANSWER_CLASSES.find((word) => word === held(session, 'answer.class'))
  if (!seen) return null
  const status = held(session, 'answer.status')
  return { status: typeof status === 'number' ? status : 0, class: seen, redirects: redirectsOf(session) }
}

/** The URLs that our own first request was sent on to. */
function redirectsOf(session: Session): string[] {
  const own = session.probes.find(({ request, capture }) => request.kind === 'http' && request.own && capture)
  const redirects = own?.capture?.meta.redirects
  if (!Array.isArray(redirects)) return []
  return redirects.flatMap((hop) => {
    const url = typeof hop === 'object' && hop !== null && !Array.isArray(hop) ? hop.url : hop
    return typeof url === 'string' ? [url] : []
  })
}

const SIGHT_FACTS: Record<Sight, string> = {
  processes: 'sight.processes',
  kernelLog: 'sight.kernel_log',
  journal: 'sight.journal',
  sockets: 'sight.sockets',
}

function sightOf(session: Session): Diagnosis['sight'] {
  return Object.fromEntries(
    Object.entries(SIGHT_FACTS).flatMap(([name, fact]) => {
      const says = held(session, fact)
      return typeof says === 'string' && says !== '' ? [[name, says]] : []
    }),
  )
}

function onsetOf(session: Session): Diagnosis['onset'] {
  const first = held(session, 'onset.first_error')
  const what = held(session, 'onset.change')
  const at = held(session, 'onset.change_at')
  return {
    firstError: typeof first === 'string' ? instant(first) : null,
    lastChange: typeof what === 'string' ? { what, at: typeof at === 'string' ? instant(at) : null } : null,
    changes: changesOf(session, typeof first === 'string' ? Date.parse(first) : Number.NaN),
  }
}

function changesOf(session: Session, firstMs: number): OnsetChange[] {
  const lines = held(session, 'onset.changes')
  if (!Array.isArray(lines)) return []
  return lines.flatMap((line) => {
    const edit = typeof line === 'string' ? parseEdit(line) : undefined
    if (edit === undefined) return []
    const gap = Math.max(0, Math.floor((firstMs - edit.at.getTime()) / 1000))
    return [{ ...edit, at: edit.at.toISOString(), secondsBefore: Number.isNaN(gap) ? null : gap }]
  })
}

function held(session: Session, fact: string): Json | undefined {
  return session.facts.get(fact)?.value
}

function source(origin: Origin): number | string {
  return origin.by === 'probe' ? origin.n : origin.by
}

function blindSpot({ probe, node, why, says }: BlindSpot): Diagnosis['blindSpots'][number] {
  return { probe, node, why, says }
}

function finding({ n, at, node, branch, by, probe, says, lines, pasted }: Finding): DiagnosisFinding {
  return { n, at: instant(at), node, branch, by, probe, says, lines, pasted }
}

function probe({ n, node, request, startedAt, capture }: ProbeRecord): DiagnosisProbe {
  const argv = capture && capture.argv.length > 0 ? capture.argv : typedBy(request)
  const common = { n, node, argv, effect: 'reads' } as const
  if (!capture) {
    return {
      ...common,
      kind: kindOf(request.kind),
      at: request.at,
      exit: null,
      ms: 0,
      startedAt: instant(startedAt),
      outcome: 'blind',
      why: 'timed-out',
      says: 'it had not finished when the session ended',
    }
  }
  return {
    ...common,
    kind: kindOf(capture.kind),
    at: capture.at,
    exit: capture.exit,
    ms: capture.ms,
    startedAt: instant(startedAt),
    outcome: capture.outcome,
    ...(capture.why === undefined ? {} : { why: capture.why }),
    ...(capture.says === undefined ? {} : { says: capture.says }),
  }
}

function kindOf(kind: LookRequest['kind'] | 'aws'): DiagnosisProbe['kind'] {
  return kind === 'look' ? 'run' : kind
}

/** What a person would type for a look that named no command of its own. */
function typedBy(request: LookRequest): string[] {
  switch (request.kind) {
    case 'run':
      return request.commands[0] ?? []
    case 'http':
      return ['curl', '-sS', '-i', request.url]
    case 'log':
      return ['tail', '-n', '1000', request.path]
    case 'look':
      return [request.name]
  }
}

function instant(text: string): string {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString()
}

/** The exit code by the contract's table; `exitZero` makes a finding (3, 4) a 0, never a broken-off run. */
export function exitCodeOf(outcome: Outcome, ended: Ended, exitZero: boolean): number {
  if (ended === 'interrupted') return 130
  if (ended === 'budget') return 124
  if (outcome === 'healthy' || exitZero) return 0
  return outcome === 'diagnosed' ? 3 : 4
}
