import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { flag, object, objects, text } from '../process/found.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import { answerOf, itemsOf, keeping, numberOf } from './answer.ts'
import { type AskedFor, conditionsOf, ruleHolds } from './conditions.ts'
import { nameOfGroup } from './name.ts'

const output = t.record({
  /** All rules were told, and it is known which of them is for this URL. */
  complete: t.bool,
  count: t.int,
  found: t.bool,
  /** `5`, or `default` when no other rule is for it. */
  priority: t.string,
  is_default: t.bool,
  /** What it asks for: `host shop.example.com, path /api/*`; '' for the default. */
  conditions: t.string,
  /** forward | fixed-response | redirect | '' : what it ends in. */
  action: t.string,
  /** It signs users in first, with somebody who may fail. */
  authenticates: t.bool,
  /** Of a fixed response. */
  status: t.int,
  body: t.string,
  /** Of a forward, those that get any requests, heaviest first: ARNs and names. */
  groups: t.list(t.string),
  group_names: t.list(t.string),
  /** Which hosts the other rules are for, when none is for this one: `www.example.com or api.example.com`. */
  hosts: t.string,
})

const MOST_GROUPS = 5

/** `aws elbv2 describe-rules`: the first, by priority, that is for the URL's host and path. */
export const rulesReader = reader({
  name: 'aws-rules',
  output,
  consults: ['url.host', 'url.path'],
  keep: keeping({
    Rules: {
      RuleArn: true,
      Priority: true,
      IsDefault: true,
      // A header's value may be the secret that a CDN proves itself with.
      Conditions: {
        Field: true,
        Values: true,
        HostHeaderConfig: true,
        PathPatternConfig: true,
        HttpRequestMethodConfig: true,
        HttpHeaderConfig: { HttpHeaderName: true },
      },
      Actions: {
        Type: true,
        Order: true,
        TargetGroupArn: true,
        ForwardConfig: { TargetGroups: true },
        FixedResponseConfig: true,
      },
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, 'Rules')
    const rules = itemsOf(answer, 'Rules').sort((a, b) => orderOf(a) - orderOf(b))
    const { rule, undecided } = firstFor(rules, askedFor(context))
    const dark: Dark[] = []
    if (rule && undecided) {
      const says = `rule ${text(undecided, 'Priority')} asks for ${conditionsOf(undecided)}: whether it is for this request is not known`
      dark.push({ why: 'not-understood', says })
    }
    const value = rule && !undecided ? describe(rule, rules) : NOTHING
    return {
      value: {
        ...value,
        complete: answer.complete && rule !== undefined && !undecided,
        count: BigInt(rules.length),
        found: rule !== undefined && !undecided,
      },
      dark: [...answer.dark, ...dark],
      lines: rules.slice(0, 5).map((each) => `${text(each, 'Priority')}: ${conditionsOf(each)}`),
    }
  },
})

function askedFor(context: ReadContext): AskedFor {
  const path = String(context.facts.get('url.path') ?? '/')
  return { host: String(context.facts.get('url.host') ?? '').toLowerCase(), path: path.split('?')[0] || '/' }
}

/** Priorities are numbers from 1, written as text; the default rule comes last. */
function orderOf(rule: JsonObject): number {
  const priority = text(rule, 'Priority')
  return /^\d{1,9}$/.test(priority) ? Number(priority) : Number.MAX_SAFE_INTEGER
}

/** A rule in front of it that may be meant as well leaves it open. */
function firstFor(rules: readonly JsonObject[], asked: AskedFor): { rule?: JsonObject; undecided?: JsonObject } {
  let undecided: JsonObject | undefined
  for (const rule of rules) {
    const holds = ruleHolds(rule, asked)
    if (holds === 'unknown') undecided ??= rule
    else if (holds === 'yes') return { rule, ...(undecided ? { undecided } : {}) }
  }
  return undecided ? { undecided } : {}
}

const NOTHING = {
  priority: '',
  is_default: false,
  conditions: '',
  action: '',
  authenticates: false,
  status: 0n,
  body: '',
  groups: [],
  group_names: [],
  hosts: '',
}

function describe(rule: JsonObject, rules: readonly JsonObject[]) {
  const actions = objects(rule, 'Actions').sort((a, b) => Number(numberOf(a, 'Order') - numberOf(b, 'Order')))
  const last = actions.at(-1) ?? {}
  const fixed = object(last, 'FixedResponseConfig')
  const groups = groupsOf(last)
  const isDefault = flag(rule, 'IsDefault') || text(rule, 'Priority') === 'default'
  return {
    priority: text(rule, 'Priority'),
    is_default: isDefault,
    conditions: conditionsOf(rule),
    action: text(last, 'Type'),
    authenticates: actions.some(
      (action) => text(action, 'Type').startsWith('authenticate-') || text(action, 'Type') === 'jwt-validation',
    ),
    status: numberOf(fixed, 'StatusCode'),
    body: text(fixed, 'MessageBody').slice(0, 200),
    groups,
    group_names: groups.map(nameOfGroup),
    hosts: isDefault ? hostsOf(rules) : '',
  }
}

/** Both the short form and the weighted one name groups; a weight of 0 gets no requests. */
function groupsOf(action: JsonObject): string[] {
  const weighted = objects(object(action, 'ForwardConfig'), 'TargetGroups')
    .map((group) => ({
      arn: text(group, 'TargetGroupArn'),
      weight: group.Weight === undefined ? 1n : numberOf(group, 'Weight'),
    }))
    .filter(({ weight }) => weight > 0n)
    .sort((a, b) => Number(b.weight - a.weight))
  const arns = weighted.length > 0 ? weighted.map(({ arn }) => arn) : [text(action, 'TargetGroupArn')]
  return [...new Set(arns.filter((arn) => arn !== ''))].slice(0, MOST_GROUPS)
}

function hostsOf(rules: readonly JsonObject[]): string {
  const hosts = rules.flatMap((rule) =>
    objects(rule, 'Conditions')
      .filter((condition) => text(condition, 'Field') === 'host-header')
      .map((condition) => conditionsOf({ Conditions: [condition] }).replace(/^host /, '')),
  )
  return [...new Set(hosts)].slice(0, 5).join(' or ')
}
