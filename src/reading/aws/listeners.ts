import { t } from '../../words/value.ts'
import { objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, itemsOf, keeping, numberOf } from './answer.ts'

const output = t.record({
  /** All listeners of the load balancer were told. */
  complete: t.bool,
  count: t.int,
  /** `80 (HTTP), 443 (HTTPS)` */
  ports: t.string,
  /** One listens on the URL's port. */
  found: t.bool,
  arn: t.string,
  port: t.int,
  protocol: t.string,
  /** What it does with a request that no rule is for: forward | fixed-response | redirect | … */
  default_action: t.string,
})

/** `aws elbv2 describe-listeners`: the one on the port of the URL. */
export const listenersOfBalancerReader = reader({
  name: 'aws-listeners',
  output,
  consults: ['url.port'],
  keep: keeping({ Listeners: { ListenerArn: true, Port: true, Protocol: true, DefaultActions: { Type: true } } }),
  read(capture, context) {
    const answer = answerOf(capture, 'Listeners')
    const all = itemsOf(answer, 'Listeners')
    const port = context.facts.get('url.port')
    const one = all.find((each) => numberOf(each, 'Port') === port)
    const ports = all.map((each) => `${numberOf(each, 'Port')} (${text(each, 'Protocol')})`).join(', ')
    return {
      value: {
        complete: answer.complete,
        count: BigInt(all.length),
        ports,
        found: one !== undefined,
        arn: text(one ?? {}, 'ListenerArn'),
        port: numberOf(one ?? {}, 'Port'),
        protocol: text(one ?? {}, 'Protocol'),
        default_action: text(objects(one ?? {}, 'DefaultActions').at(-1) ?? {}, 'Type'),
      },
      dark: answer.dark,
      lines: ports === '' ? [] : [`listeners: ${ports}`],
    }
  },
})
