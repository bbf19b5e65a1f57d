import { t } from '../../words/value.ts'
import { text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, itemsOf, keeping } from './answer.ts'

const output = t.record({
  /** All attributes were told. */
  complete: t.bool,
  /** Of a load balancer: how long it waits for a silent connection, on both sides. 0 where it is not told. */
  idle_ms: t.int,
  http2: t.bool,
  cross_zone: t.bool,
  access_log: t.bool,
  /** Of a target group: how long a target that leaves may still end what it has begun. */
  drain_ms: t.int,
  slow_start_ms: t.int,
})

/**
 * `aws elbv2 describe-load-balancer-attributes` or `describe-target-group-attributes`. Values are text there; what is not told is 0
 * or false. Defaults by the ALB user guide: 60 s idle, 300 s drain.
 */
export const attributesReader = reader({
  name: 'aws-attributes',
  output,
  consults: [],
  keep: keeping({ Attributes: { Key: true, Value: true } }),
  read(capture) {
    const answer = answerOf(capture, 'Attributes')
    const values = new Map(itemsOf(answer, 'Attributes').map((each) => [text(each, 'Key'), text(each, 'Value')]))
    const milliseconds = (key: string) => {
      const value = values.get(key) ?? ''
      return /^\d{1,7}$/.test(value) ? BigInt(value) * 1000n : 0n
    }
    const idle = milliseconds('idle_timeout.timeout_seconds')
    const drain = milliseconds('deregistration_delay.timeout_seconds')
    return {
      value: {
        complete: answer.complete,
        idle_ms: idle,
        http2: values.get('routing.http2.enabled') === 'true',
        cross_zone: values.get('load_balancing.cross_zone.enabled') === 'true',
        access_log: values.get('access_logs.s3.enabled') === 'true',
        drain_ms: drain,
        slow_start_ms: milliseconds('slow_start.duration_seconds'),
      },
      dark: answer.dark,
      lines: [...values].slice(0, 5).map(([key, value]) => `${key} = ${value}`),
    }
  },
})
