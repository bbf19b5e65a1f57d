import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, itemsOf, keeping, numberOf } from './answer.ts'

const output = t.record({
  /** Every group that was asked for was told. */
  complete: t.bool,
  count: t.int,
  /** Of the heaviest group. */
  name: t.string,
  protocol: t.string,
  port: t.int,
  /** instance | ip | lambda | alb */
  kind: t.string,
  /** How it is checked: `GET /health on the traffic port, over HTTP, wants 200, every 30 s, 5 s to answer`; '' where it is not. */
  check: t.string,
  check_path: t.string,
  /** `traffic-port`, or a number as text. */
  check_port: t.string,
  check_protocol: t.string,
  /** Which codes count as healthy. */
  wants: t.string,
  check_timeout_ms: t.int,
})

/** `aws elbv2 describe-target-groups`: how a group's targets are reached and checked. */
export const targetGroupsReader = reader({
  name: 'aws-target-groups',
  output,
  consults: ['balancer.groups'],
  keep: keeping({
    TargetGroups: {
      TargetGroupArn: true,
      TargetGroupName: true,
      Protocol: true,
      ProtocolVersion: true,
      Port: true,
      TargetType: true,
      HealthCheckEnabled: true,
      HealthCheckProtocol: true,
      HealthCheckPort: true,
      HealthCheckPath: true,
      HealthCheckIntervalSeconds: true,
      HealthCheckTimeoutSeconds: true,
      HealthyThresholdCount: true,
      UnhealthyThresholdCount: true,
      Matcher: true,
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'TargetGroups')
    const all = itemsOf(answer, 'TargetGroups')
    const asked = context.facts.get('balancer.groups')
    const wanted = Array.isArray(asked) ? asked.map(String) : []
    const one =
      all.find((each) => text(each, 'TargetGroupArn') === wanted[0]) ?? (wanted.length === 0 ? all[0] : undefined)
    const told = wanted.every((arn) => all.some((each) => text(each, 'TargetGroupArn') === arn))
    const value = describe(one ?? {})
    return {
      value: { complete: answer.complete && told && one !== undefined, count: BigInt(all.length), ...value },
      dark: answer.dark,
      lines: one ? [`${value.name}: ${value.protocol} ${value.port}, ${value.check}`] : [],
    }
  },
})

function describe(group: JsonObject) {
  const [path, port, protocol] = ['Path', 'Port', 'Protocol'].map((part) => text(group, `HealthCheck${part}`))
  const matcher = object(group, 'Matcher')
  const wants = text(matcher, 'HttpCode') || text(matcher, 'GrpcCode')
  const seconds = numberOf(group, 'HealthCheckTimeoutSeconds')
  const place = port === 'traffic-port' ? 'the port that requests go to' : `port ${port}`
  const check = `${protocol === 'TCP' ? 'a connection' : `GET ${path}`} on ${place}, over ${protocol}, wants ${wants || 'an answer'} within ${seconds} s`
  return {
    name: text(group, 'TargetGroupName'),
    protocol: text(group, 'Protocol'),
    port: numberOf(group, 'Port'),
    kind: text(group, 'TargetType'),
    check: group.HealthCheckEnabled === false ? '' : check,
    check_path: path ?? '',
    check_port: port ?? '',
    check_protocol: protocol ?? '',
    wants,
    check_timeout_ms: seconds * 1000n,
  }
}
