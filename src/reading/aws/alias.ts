import { isIP } from 'node:net'
import { t } from '../../words/value.ts'
import { found, text, texts } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { balancerName } from './name.ts'

const output = t.record({
  /** The name servers were asked for aliases and addresses, and answered. */
  complete: t.bool,
  host: t.string,
  /** The names that it stands for, in order; without the host itself. */
  chain: t.list(t.string),
  addresses: t.list(t.string),
  /** The host, or a name that it stands for, is a load balancer's own name. */
  is_balancer: t.bool,
  dns: t.string,
  region: t.string,
  /** http | network | '' */
  kind: t.string,
  internal: t.bool,
  /** `shop.example.com is an alias of shop-1.eu-central-1.elb.amazonaws.com` */
  says: t.string,
})

const RECORD = /^(\S{1,255})\s+\d{1,10}\s+IN\s+(CNAME|A|AAAA)\s+(\S{1,255})$/

/** Which names a host stands for, from the look `ask-alias`, or `dig HOST` as it was pasted. */
export const aliasReader = reader({
  name: 'balancer-alias',
  output,
  consults: ['url.host'],
  read(capture, context) {
    const { ok, raw } = found(capture.out)
    const seen = ok ? { chain: texts(raw, 'chain'), addresses: texts(raw, 'addresses') } : fromDig(capture.out)
    const host = text(raw, 'host') || String(context.facts.get('url.host') ?? '')
    const name = [host, ...seen.chain].map(balancerName).find((each) => each !== null)
    const error = text(raw, 'error')
    const dark: Dark[] =
      error === '' ? [] : [{ why: 'unreachable-host', says: `no name server tells of ${host}: ${error}` }]
    const says = [host, ...seen.chain].join(' → ')
    return {
      value: {
        complete: capture.outcome === 'ok' && error === '' && !capture.timedOut && (ok || seen.addresses.length > 0),
        host,
        ...seen,
        is_balancer: name !== undefined,
        dns: name?.dns ?? '',
        region: name?.region ?? '',
        kind: name?.kind ?? '',
        internal: name?.internal ?? false,
        says,
      },
      dark,
      lines: [says],
    }
  },
})

function fromDig(out: string): { chain: string[]; addresses: string[] } {
  const chain: string[] = []
  const addresses: string[] = []
  for (const line of out.slice(0, 256 * 1024).split('\n')) {
    const [, , type, target = ''] = RECORD.exec(line.trim()) ?? []
    if (type === 'CNAME') chain.push(target.toLowerCase().replace(/\.$/, ''))
    else if (type !== undefined && isIP(target) !== 0) addresses.push(target)
  }
  return { chain: chain.slice(0, 16), addresses: addresses.slice(0, 64) }
}
