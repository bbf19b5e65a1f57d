import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text, texts } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { answerOf, itemsOf, keeping } from './answer.ts'
import { partsOfArn, plainName } from './name.ts'

const output = t.record({
  /** All of the account's load balancers in the region were told, and the one that is looked for is among them. */
  complete: t.bool,
  /** How many there are. */
  count: t.int,
  found: t.bool,
  arn: t.string,
  name: t.string,
  dns: t.string,
  /** application | network | gateway | '' */
  kind: t.string,
  internal: t.bool,
  /** active | provisioning | active_impaired | failed | '' */
  state: t.string,
  state_reason: t.string,
  zones: t.list(t.string),
  region: t.string,
  account: t.string,
  /** The names of all that are application load balancers, to be compared by their addresses. */
  names: t.list(t.string),
})

const MOST_NAMES = 200

/**
 * `aws elbv2 describe-load-balancers`: the one whose DNS name is `balancer.dns`. The API has no filter by that name. One that is
 * not among them is another account's, or another region's where the region is only a setting: both are blind.
 */
export const loadBalancersReader = reader({
  name: 'aws-load-balancers',
  output,
  consults: ['balancer.dns', 'balancer.region', 'balancer.region_from'],
  keep: keeping({
    LoadBalancers: {
      LoadBalancerArn: true,
      LoadBalancerName: true,
      DNSName: true,
      Type: true,
      Scheme: true,
      State: true,
      AvailabilityZones: { ZoneName: true },
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'LoadBalancers')
    const all = itemsOf(answer, 'LoadBalancers')
    const wanted = plainName(String(context.facts.get('balancer.dns') ?? ''))
    const one = wanted === '' ? undefined : all.find((each) => plainName(text(each, 'DNSName')) === wanted)
    const missing: Dark[] =
      answer.complete && wanted !== '' && !one ? [missed(wanted, all, context.facts.get('balancer.region_from'))] : []
    const value = describe(one ?? {})
    const names = all
      .filter((each) => text(each, 'Type') === 'application')
      .map((each) => plainName(text(each, 'DNSName')))
    const region = value.region || partsOfArn(text(all[0] ?? {}, 'LoadBalancerArn')).region
    return {
      value: {
        ...value,
        region,
        complete: answer.complete && missing.length === 0,
        count: BigInt(all.length),
        found: one !== undefined,
        names: [...new Set(names)].slice(0, MOST_NAMES),
      },
      dark: [...answer.dark, ...missing],
      lines: one ? [`${value.name}  ${value.kind}  ${value.state}  ${value.dns}`] : [],
    }
  },
})

function describe(one: JsonObject) {
  const arn = text(one, 'LoadBalancerArn')
  const state = object(one, 'State')
  return {
    arn,
    name: text(one, 'LoadBalancerName'),
    dns: plainName(text(one, 'DNSName')),
    kind: text(one, 'Type'),
    internal: text(one, 'Scheme') === 'internal',
    state: text(state, 'Code'),
    state_reason: text(state, 'Reason'),
    zones: objects(one, 'AvailabilityZones').map((zone) => text(zone, 'ZoneName')),
    ...partsOfArn(arn),
  }
}

/** The region stands in a load balancer's name: with the name known, only the account can be another one. */
function missed(wanted: string, all: readonly JsonObject[], regionFrom: unknown): Dark {
  const [first] = texts({ arns: all.map((each) => text(each, 'LoadBalancerArn')) }, 'arns')
  const { account, region } = partsOfArn(first ?? '')
  const where = account === '' ? 'these credentials see' : `account ${account} has`
  const count = `${all.length} load ${all.length === 1 ? 'balancer' : 'balancers'}`
  const says = `${where} ${count}${region === '' ? '' : ` in ${region}`}, and none is ${wanted}`
  return regionFrom === 'name'
    ? { why: 'wrong-account', says: `${says}: it is of another account (or a classic one): choose it with AWS_PROFILE` }
    : {
        why: 'wrong-region',
        says: `${says}: choose another region with AWS_REGION, or another account with AWS_PROFILE`,
      }
}
