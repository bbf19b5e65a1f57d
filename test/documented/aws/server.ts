import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import {
  attributes,
  balancer,
  forward,
  group,
  groupAttributes,
  listener,
  type Refusal,
  rule,
  target,
} from './objects.ts'

/** What the service knows. Health is told by a group's ARN; what is not named there has one healthy target. */
export interface Account {
  balancers: JsonObject[]
  listeners: JsonObject[]
  rules: JsonObject[]
  groups: JsonObject[]
  health: Record<string, JsonObject[]>
  attributes: JsonObject[]
  /** Refuses: everything, or only these operations. */
  refuses?: Refusal & { only?: string[] }
  /** Takes requests and never answers. */
  hangs?: boolean
  /** At most so many load balancers a page. */
  page?: number
}

export interface AwsServer {
  endpoint: string
  account: Account
  /** The operations that were asked for, in order. */
  asked: string[]
  close(): Promise<void>
}

export function account(more: Partial<Account> = {}): Account {
  return {
    balancers: [balancer()],
    listeners: [listener()],
    rules: [rule('default', [], [forward()])],
    groups: [group()],
    health: {},
    attributes: attributes(),
    ...more,
  }
}

const NAMESPACE = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'

/**
 * Speaks what clients of Elastic Load Balancing speak: a signed POST of a form, answered with XML (the AWS query protocol, version
 * 2015-12-01). It listens on loopback, and knows only operations that describe.
 */
export async function openAws(start: Account = account()): Promise<AwsServer> {
  const asked: string[] = []
  const opened: AwsServer = { endpoint: '', account: start, asked, close }
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      const form = new URLSearchParams(body)
      const action = form.get('Action') ?? ''
      // Others on this machine may ask what listens here.
      if (action === '') return response.writeHead(404).end()
      asked.push(action)
      const known = opened.account
      if (known.hangs) return
      const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true
      const refusal = signed
        ? refusalOf(known, action)
        : { status: 403, code: 'MissingAuthenticationToken', message: 'not signed' }
      const { status, xml } = refusal ? refused(refusal) : answer(known, action, form)
      response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': REQUEST })
      response.end(xml)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return opened

  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
}

const REQUEST = '74926cf3-f3a3-11e5-b543-9f2c3fbb9bee'

function refusalOf({ refuses }: Account, action: string): Refusal | null {
  return refuses && (refuses.only?.includes(action) ?? true) ? refuses : null
}

function refused(refusal: { status: number; code: string; message: string }) {
  return queryRefusal(NAMESPACE, refusal)
}

/** A refusal in the XML of the AWS query protocol, which other services of AWS speak too. */
export function queryRefusal(
  namespace: string,
  { status, code, message }: { status: number; code: string; message: string },
) {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
  return {
    status,
    xml: `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${REQUEST}</RequestId></ErrorResponse>`,
  }
}

/** What an operation tells, in the same XML. */
export function queryAnswer(namespace: string, action: string, result: JsonObject): string {
  const inner = `<${action}Result>${xmlOf(result)}</${action}Result><ResponseMetadata><RequestId>${REQUEST}</RequestId></ResponseMetadata>`
  return `<${action}Response xmlns="${namespace}">${inner}</${action}Response>`
}

function answer(known: Account, action: string, form: URLSearchParams) {
  const result = resultOf(known, action, form)
  if (!result) return refused({ status: 400, code: 'InvalidAction', message: `no ${action} here` })
  return { status: 200, xml: queryAnswer(NAMESPACE, action, result) }
}

function resultOf(known: Account, action: string, form: URLSearchParams): JsonObject | null {
  const about = (field: string) => form.get(field) ?? ''
  switch (action) {
    case 'DescribeLoadBalancers': {
      const from = Number(form.get('Marker') ?? 0)
      const to = from + Math.min(known.page ?? 400, Number(form.get('PageSize') ?? 400))
      return {
        LoadBalancers: known.balancers.slice(from, to),
        ...(to < known.balancers.length ? { NextMarker: String(to) } : {}),
      }
    }
    case 'DescribeListeners':
      return { Listeners: known.listeners.filter((each) => each.LoadBalancerArn === about('LoadBalancerArn')) }
    case 'DescribeRules':
      return { Rules: known.rules }
    case 'DescribeTargetGroups': {
      const arns = [...form].flatMap(([name, value]) => (name.startsWith('TargetGroupArns.member.') ? [value] : []))
      return { TargetGroups: known.groups.filter((each) => arns.includes(String(each.TargetGroupArn))) }
    }
    case 'DescribeTargetHealth':
      return { TargetHealthDescriptions: known.health[about('TargetGroupArn')] ?? [target('healthy')] }
    case 'DescribeLoadBalancerAttributes':
      return { Attributes: known.attributes }
    case 'DescribeTargetGroupAttributes':
      return { Attributes: groupAttributes() }
    default:
      return null
  }
}

/** Lists are `member` elements; an empty text is an empty element. */
function xmlOf(object: JsonObject): string {
  return Object.entries(object)
    .map(([name, value]) => `<${name}>${inside(value)}</${name}>`)
    .join('')
}

function inside(value: Json): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${inside(each)}</member>`).join('')
  return typeof value === 'object' && value !== null ? xmlOf(value) : escaped(String(value))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
