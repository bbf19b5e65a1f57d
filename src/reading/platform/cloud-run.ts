import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { keepingFields, printed } from './json.ts'

const output = t.record({
  /** The service was told, with its conditions. */
  complete: t.bool,
  /** Its newest revision is ready and serves. */
  ready: t.bool,
  /** What the condition that is not met says, its word and its sentence. */
  reason: t.string,
  message: t.string,
  /** The signature of that sentence, and what causes it, where it is known. */
  signature: t.string,
  cause: t.string,
  /** The revision that should serve, and the one that does where that is another. */
  latest: t.string,
  serving: t.string,
  port: t.int,
  memory: t.string,
  timeout_seconds: t.int,
})

/** `gcloud run services describe NAME --format=json`: a Knative service (cloud.google.com/run/docs/reference/rest/v1/namespaces.services). */
export const cloudRunServiceReader = reader({
  name: 'cloud-run-service',
  output,
  consults: [],
  keep: keepingFields({
    spec: {
      template: {
        spec: {
          timeoutSeconds: true,
          containers: { ports: { containerPort: true }, resources: { limits: { memory: true } } },
        },
      },
    },
    status: {
      conditions: { type: true, status: true, reason: true, message: true },
      latestCreatedRevisionName: true,
      latestReadyRevisionName: true,
    },
  }),
  read(capture, { knowledge }) {
    const { items, whole: all } = printed(capture.out)
    const [service = {}] = items
    const status = object(service, 'status')
    const conditions = objects(status, 'conditions')
    const unmet = conditions.find((each) => text(each, 'status') === 'False')
    const said = text(unmet ?? {}, 'message')
    const signature =
      said === '' ? undefined : matchSignature(signatureIndex(knowledge.signatures), 'cloud-run', said)?.signature
    const spec = object(object(object(service, 'spec'), 'template'), 'spec')
    const [container = {}] = objects(spec, 'containers')
    const complaint = conditions.length === 0 ? complaintOf(capture) : null
    const dark: Dark[] = complaint ? [complaint] : []
    const message = visibleLine(said, 300)
    return {
      value: {
        complete: answered(capture) && all && conditions.length > 0,
        ready: conditions.length > 0 && conditions.some(isReady),
        reason: visibleLine(text(unmet ?? {}, 'reason'), 80),
        message,
        signature: signature?.id ?? '',
        cause: signature?.cause ?? '',
        latest: visibleLine(text(status, 'latestCreatedRevisionName'), 100),
        serving: visibleLine(text(status, 'latestReadyRevisionName'), 100),
        port: BigInt(whole(objects(container, 'ports')[0] ?? {}, 'containerPort')),
        memory: text(object(object(container, 'resources'), 'limits'), 'memory'),
        timeout_seconds: BigInt(whole(spec, 'timeoutSeconds')),
      },
      dark,
      lines: conditions
        .slice(0, 5)
        .map((each) => visibleLine(`${text(each, 'type')} ${text(each, 'status')} ${text(each, 'message')}`, 300)),
    }
  },
})

function isReady(condition: JsonObject): boolean {
  return text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True'
}
