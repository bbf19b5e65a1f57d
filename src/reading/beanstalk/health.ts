import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { keeping } from '../aws/answer.ts'
import { object, text, texts, whole } from '../process/found.ts'
import { type ReadContext, reader } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { answerWith, clauseOf, SHOWN, word, wordsOf } from './words.ts'

const output = t.record({
  complete: t.bool,
  /** The environment has basic health reporting: Elastic Beanstalk answers this question for enhanced health only. */
  basic: t.bool,
  /** Ok | Info | Warning | Degraded | Severe | Pending | Unknown | NoData | Suspended */
  health: t.string,
  /** Ready | Launching | Updating | Terminating */
  status: t.string,
  total: t.int,
  /** Instances that pass their checks (Ok, Info). */
  ok: t.int,
  pending: t.int,
  ill: t.int,
  /** Instances that nothing is heard of (NoData, Unknown). */
  silent: t.int,
  /** How many instances its Auto Scaling group wants, where that is told; -1 otherwise. */
  wanted: t.int,
  /** Requests of the last ten seconds, and how many of them ended with 5xx. */
  requests: t.int,
  failed: t.int,
  /** Mean time of the slowest hundredth and of the slowest half of them: milliseconds. */
  slowest_ms: t.int,
  half_ms: t.int,
  words: t.list(word),
  /** Its causes, as it says them. */
  causes: t.string,
  /** `Severe: 2 instances, 2 ill` */
  says: t.string,
})

/** `aws elasticbeanstalk describe-environment-health --attribute-names All`. Fields by the API reference: DescribeEnvironmentHealthResult. */
export const beanstalkHealthReader = reader({
  name: 'beanstalk-health',
  output,
  consults: [],
  keep: keeping({
    EnvironmentName: true,
    HealthStatus: true,
    Status: true,
    Color: true,
    Causes: true,
    ApplicationMetrics: true,
    InstancesHealth: true,
  }),
  read(capture, context) {
    const { document, complete, dark, error } = answerWith(capture, 'HealthStatus')
    const counts = object(document, 'InstancesHealth')
    const sum = (...names: string[]) => names.reduce((all, name) => all + whole(counts, name), 0)
    const [ok, pending, ill, silent] = [
      sum('Ok', 'Info'),
      sum('Pending'),
      sum('Warning', 'Degraded', 'Severe'),
      sum('NoData', 'Unknown'),
    ]
    const total = ok + pending + ill + silent
    const causes = texts(document, 'Causes')
    const metrics = object(document, 'ApplicationMetrics')
    const health = visibleLine(text(document, 'HealthStatus'), 20)
    const counted = Object.entries({ ok, pending, ill, silent }).flatMap(([name, count]) =>
      count > 0 ? [`${count} ${name}`] : [],
    )
    const basic = error?.code === 'InvalidRequest' || error?.code === 'InvalidRequestException'
    const heads = total === 1 ? '1 instance' : `${total} instances`
    return {
      value: {
        complete: complete && Object.keys(counts).length > 0,
        basic,
        health,
        status: visibleLine(text(document, 'Status'), 20),
        total: BigInt(total),
        ok: BigInt(ok),
        pending: BigInt(pending),
        ill: BigInt(ill),
        silent: BigInt(silent),
        wanted: BigInt(wantedIn(causes, context)),
        requests: BigInt(whole(metrics, 'RequestCount')),
        failed: BigInt(whole(object(metrics, 'StatusCodes'), 'Status5xx')),
        slowest_ms: milliseconds(object(metrics, 'Latency'), 'P99'),
        half_ms: milliseconds(object(metrics, 'Latency'), 'P50'),
        words: wordsOf(causes, context),
        causes: clauseOf(causes, 4),
        says: `${health || 'not told'}: ${total === 0 ? 'no instance' : `${heads}, ${counted.join(', ')}`}`,
      },
      dark: basic ? [] : dark,
      lines: causes.slice(0, 5).map((each) => visibleLine(each, SHOWN)),
    }
  },
})

/** What the Auto Scaling group is set to, as the environment's cause says it; -1 where it says nothing of it. */
function wantedIn(causes: readonly string[], { knowledge }: ReadContext): number {
  const index = signatureIndex(knowledge.signatures)
  for (const each of causes) {
    const match = matchSignature(index, 'beanstalk', each)
    if (match?.signature.id !== 'eb-no-instances') continue
    const said = (match.holes.wanted ?? '').replace(/\.$/, '')
    return said === 'zero' ? 0 : /^\d{1,6}$/.test(said) ? Number(said) : -1
  }
  return -1
}

/** Elastic Beanstalk tells latencies in seconds with a fraction. */
function milliseconds(latency: JsonObject, name: string): bigint {
  const value = latency[name]
  return BigInt(typeof value === 'number' && value >= 0 && value < 1e6 ? Math.round(value * 1000) : 0)
}
