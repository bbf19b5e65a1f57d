import { caddyLogFormat } from '../caddy/log-format.ts'
import { haproxyLogFormat } from '../haproxy/log-format.ts'
import { requestStamp } from '../haproxy/log-line.ts'
import type { LogFormat } from '../log-format.ts'
import { nginxAccessLogFormat } from '../nginx/access-log-format.ts'
import { answersLogFormat, parseAnswer } from './answers-log.ts'

/** Our requests' User-Agent. */
const OWN_AGENT = 'triage502/'

/** How the prober keeps a log of which only its lines tell whose it is; our own requests are kept before all others. */
export const arrivalsFormat: LogFormat = {
  open(context) {
    const caddy = caddyLogFormat.open(context)
    const haproxy = haproxyLogFormat.open(context)
    const other = nginxAccessLogFormat.open(context)
    const answers = answersLogFormat.open(context)
    let isHaproxys = false
    const of = (text: string) => {
      if (parseAnswer(text) !== undefined) return answers
      if (text.startsWith('{')) return caddy
      if (requestStamp(text) !== undefined) isHaproxys = true
      return isHaproxys ? haproxy : other
    }
    return {
      stamp: (line) => of(line).stamp(line),
      weigh(record) {
        const weight = of(record).weigh(record)
        return record.includes(OWN_AGENT) ? { ...weight, rank: 3 } : weight
      },
    }
  },
}
