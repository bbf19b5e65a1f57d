import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { keeping } from '../aws/answer.ts'
import { documentsIn } from '../aws/documents.ts'
import { objects, text, whole } from '../process/found.ts'
import { type ReadContext, reader } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { timeOf } from './json.ts'

const word = t.record({
  signature: t.string,
  cause: t.string,
  meaning: t.string,
  count: t.int,
  last: t.timestamp,
  said: t.string,
})

const output = t.record({
  /** The service was told, with the tasks that ended last. */
  complete: t.bool,
  found: t.bool,
  clusters: t.int,
  cluster: t.string,
  service: t.string,
  desired: t.int,
  running: t.int,
  pending: t.int,
  /** IN_PROGRESS, COMPLETED or FAILED, of the newest deployment. */
  rollout: t.string,
  rollout_reason: t.string,
  failed_tasks: t.int,
  deployed_at: t.timestamp,
  /** Seconds from the newest deployment to the beginning of this session; 0 where it is not told. */
  seconds_before: t.int,
  /** How long ECS lets a new task be ill: seconds. */
  grace: t.int,
  /** What its events and its ended tasks say, by meaning, the newest first. */
  words: t.list(word),
  /** Tasks that ended, and the status of the container that ended last with an error; -1 where none did. */
  ended: t.int,
  exit: t.int,
  /** The newest words of ECS, whatever they mean. */
  last_event: t.string,
  says: t.string,
})

const SHOWN = 300
const MOST_EVENTS = 100
/** What ECS said longer ago than this explains nothing of now. */
const RECENT_MS = 60 * 60_000

interface Said {
  at: Date
  message: string
}

/**
 * A service of ECS and its ended tasks, from the look `ask-ecs`, or `aws ecs describe-services` and `describe-tasks` as they were
 * pasted one behind the other. Fields by the API reference: Service, Deployment, ServiceEvent, Task, Container.
 */
export const ecsServiceReader = reader({
  name: 'ecs-service',
  output,
  consults: [],
  keep: keeping({
    clusters: true,
    cluster: true,
    services: {
      serviceName: true,
      clusterArn: true,
      desiredCount: true,
      runningCount: true,
      pendingCount: true,
      healthCheckGracePeriodSeconds: true,
      deployments: { status: true, rolloutState: true, rolloutStateReason: true, failedTasks: true, createdAt: true },
      events: { createdAt: true, message: true },
    },
    tasks: {
      stoppedAt: true,
      stopCode: true,
      stoppedReason: true,
      containers: { name: true, exitCode: true, reason: true },
    },
  }),
  read(capture, context) {
    const { documents, whole: all } = documentsIn(capture.out)
    const [service] = documents.flatMap((each) => objects(each, 'services'))
    const tasks = documents.flatMap((each) => objects(each, 'tasks'))
    const deployment = objects(service ?? {}, 'deployments').find((each) => text(each, 'status') === 'PRIMARY') ?? {}
    const events = objects(service ?? {}, 'events').slice(0, MOST_EVENTS)
    const said = [...events.map(eventOf), ...tasks.flatMap(endOf)].filter(({ at }) => recent(at, context.now))
    const deployed = timeOf(deployment.createdAt)
    const [desired, running, pending] = ['desiredCount', 'runningCount', 'pendingCount'].map((name) =>
      BigInt(whole(service ?? {}, name)),
    )
    const name = visibleLine(text(service ?? {}, 'serviceName'), 100)
    return {
      value: {
        complete: capture.outcome === 'ok' && all && documents.length > 0 && !capture.timedOut && !capture.cut,
        found: name !== '',
        clusters: BigInt(Math.max(0, ...documents.map((each) => whole(each, 'clusters')))),
        cluster: visibleLine(
          documents.map((each) => text(each, 'cluster')).find((each) => each !== '') ||
            text(service ?? {}, 'clusterArn')
              .split('/')
              .at(-1) ||
            '',
          100,
        ),
        service: name,
        desired: desired ?? 0n,
        running: running ?? 0n,
        pending: pending ?? 0n,
        rollout: text(deployment, 'rolloutState'),
        rollout_reason: visibleLine(text(deployment, 'rolloutStateReason'), SHOWN),
        failed_tasks: BigInt(whole(deployment, 'failedTasks')),
        deployed_at: deployed,
        seconds_before:
          deployed > NEVER ? BigInt(Math.max(0, Math.floor((context.now.getTime() - deployed.getTime()) / 1000))) : 0n,
        grace: BigInt(whole(service ?? {}, 'healthCheckGracePeriodSeconds')),
        words: wordsOf(said, context),
        ended: BigInt(tasks.length),
        exit: BigInt(exitOf(tasks)),
        last_event: visibleLine(events.map(eventOf)[0]?.message ?? '', SHOWN),
        says: `${running ?? 0n} of ${desired ?? 0n} tasks run${pending ? `, ${pending} pending` : ''}`,
      },
      dark: [],
      lines: said.slice(0, 5).map(({ message }) => visibleLine(message, SHOWN)),
    }
  },
})

function recent(at: Date, now: Date): boolean {
  return at <= NEVER || now.getTime() - at.getTime() <= RECENT_MS
}

function eventOf(event: JsonObject): Said {
  return { at: timeOf(event.createdAt), message: text(event, 'message') }
}

/** Why a task ended, in ECS's words: for the task, and for each container of it. */
function endOf(task: JsonObject): Said[] {
  const at = timeOf(task.stoppedAt)
  const reasons = [text(task, 'stoppedReason'), ...objects(task, 'containers').map((each) => text(each, 'reason'))]
  return reasons.filter((message) => message !== '').map((message) => ({ at, message }))
}

function exitOf(tasks: readonly JsonObject[]): number {
  const newest = [...tasks].sort((a, b) => timeOf(b.stoppedAt).getTime() - timeOf(a.stoppedAt).getTime())
  const codes = newest.flatMap((task) => objects(task, 'containers').map((each) => whole(each, 'exitCode', -1)))
  return codes.find((code) => code > 0) ?? -1
}

function wordsOf(said: readonly Said[], { knowledge }: ReadContext) {
  const index = signatureIndex(knowledge.signatures)
  const found = new Map<string, { signature: Signature; lines: Said[] }>()
  for (const each of said) {
    const signature = matchSignature(index, 'ecs', each.message)?.signature
    if (!signature) continue
    const known = found.get(signature.id)
    if (known) known.lines.push(each)
    else found.set(signature.id, { signature, lines: [each] })
  }
  return [...found.values()].map(({ signature, lines }) => {
    const [newest] = [...lines].sort((a, b) => b.at.getTime() - a.at.getTime())
    return {
      signature: signature.id,
      cause: signature.cause ?? '',
      meaning: signature.meaning,
      count: BigInt(lines.length),
      last: newest?.at ?? NEVER,
      said: visibleLine(newest?.message ?? '', SHOWN),
    }
  })
}
