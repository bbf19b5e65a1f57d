import type { JsonObject } from '../../words/json.ts'
import { stringsOf } from '../looks/arguments.ts'

/** One question to AWS: an operation that only describes, and what it is asked about. */
export interface Question {
  /** As the `aws elbv2` command spells it. */
  operation: Operation
  region: string
  /** One request each, in this order. */
  inputs: JsonObject[]
}

interface Spelling {
  /** The list that is answered. */
  list: string
  /** The look's argument that holds what is asked about, its option of the command, and its field of the API. */
  about?: { argument: string; option: string; field: string; many?: true }
}

/** All that is ever asked. Each is paged by the SDK's own `Marker`. */
export const OPERATIONS = {
  'describe-load-balancers': { list: 'LoadBalancers' },
  'describe-listeners': {
    list: 'Listeners',
    about: { argument: 'balancer', option: '--load-balancer-arn', field: 'LoadBalancerArn' },
  },
  'describe-rules': { list: 'Rules', about: { argument: 'listener', option: '--listener-arn', field: 'ListenerArn' } },
  'describe-target-groups': {
    list: 'TargetGroups',
    about: { argument: 'groups', option: '--target-group-arns', field: 'TargetGroupArns', many: true },
  },
  'describe-target-health': {
    list: 'TargetHealthDescriptions',
    about: { argument: 'groups', option: '--target-group-arn', field: 'TargetGroupArn' },
  },
  'describe-load-balancer-attributes': {
    list: 'Attributes',
    about: { argument: 'balancer', option: '--load-balancer-arn', field: 'LoadBalancerArn' },
  },
  'describe-target-group-attributes': {
    list: 'Attributes',
    about: { argument: 'group', option: '--target-group-arn', field: 'TargetGroupArn' },
  },
} as const satisfies Record<string, Spelling>

export type Operation = keyof typeof OPERATIONS

const MOST_INPUTS = 5
const REGION = /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/
const ARN =
  /^arn:aws[a-z-]{0,10}:elasticloadbalancing:[a-z0-9-]{1,40}:\d{12}:(?:loadbalancer|listener|targetgroup)\/[A-Za-z0-9/-]{1,300}$/

/** The question that a look's arguments ask, each parsed; null where they are none. */
export function questionOf(args: JsonObject): Question | null {
  const { operation, region } = args
  if (!isOperation(operation) || typeof region !== 'string' || !REGION.test(region)) return null
  const { about }: Spelling = OPERATIONS[operation]
  if (!about) return { operation, region, inputs: [{ PageSize: 400 }] }
  const arns = stringsOf(args, about.argument).slice(0, MOST_INPUTS)
  if (arns.length === 0 || !arns.every((arn) => ARN.test(arn))) return null
  const inputs = about.many ? [{ [about.field]: arns }] : arns.map((arn) => ({ [about.field]: arn }))
  return { operation, region, inputs }
}

function isOperation(name: unknown): name is Operation {
  return typeof name === 'string' && Object.hasOwn(OPERATIONS, name)
}

/** The `aws` command that asks the same: of several groups, the first. Holes that are not filled yet stand as they are. */
export function commandOf(args: JsonObject): string[] {
  const operation = isOperation(args.operation) ? args.operation : 'describe-load-balancers'
  const { about }: Spelling = OPERATIONS[operation]
  const arns = about ? stringsOf(args, about.argument).slice(0, MOST_INPUTS) : []
  const region = typeof args.region === 'string' ? args.region : 'REGION'
  const asked = about ? [about.option, ...(arns.length > 0 ? (about.many ? arns : arns.slice(0, 1)) : ['ARN'])] : []
  return ['aws', 'elbv2', operation, '--region', region, '--output', 'json', ...asked]
}
