import { afterAll, beforeAll } from 'vitest'
import { askAliasLook } from '../../src/probe/looks/ask-alias.ts'
import { LOOKS } from '../../src/probe/looks/index.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import { type Capture, type LookRequest, lookKey } from '../../src/words/look.ts'
import { DNS } from '../documented/aws/objects.ts'
import { type Account, type AwsServer, account, openAws } from '../documented/aws/server.ts'
import { captured, tools } from '../probe/looks/support.ts'
import { type Answer, answered, exchange } from './http.ts'
import { found } from './looks.ts'
import { diagnose, type Seen, type World } from './world.ts'

// Walks in which AWS is really asked: the SDK, against a server that answers as AWS documents.

export const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

let aws: AwsServer

/** Opens the server for the tests of a file. */
export function awsForTests(): void {
  beforeAll(async () => {
    aws = await openAws()
  })
  afterAll(() => aws.close())
}

/** A page of the load balancer's own, as it makes it. */
export function ownPage(status: number, ms = 3): Answer {
  const reason =
    { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }[status] ?? 'Error'
  const body = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n</body>\r\n</html>\r\n`
  return elb(status, reason, body, ms)
}

/** A text that a rule answers with. */
export const fixedAnswer = (status: number, body: string): Answer => elb(status, 'Service Unavailable', body, 3)

function elb(status: number, reason: string, body: string, ms: number): Answer {
  const head = `HTTP/1.1 ${status} ${reason}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n`
  return exchange({ ...answered(status, body), out: `${head}${body}`, ms })
}

/** The URL's name stands for the load balancer's. */
const ALIAS = found({ host: 'shop.example.com', chain: [DNS], addresses: ['192.0.2.7'], error: '' })

/** An alias that its name servers do not show. */
export const ADDRESSES_ONLY = found({ host: 'shop.example.com', chain: [], addresses: ['192.0.2.7'], error: '' })

/** Nothing of it is on this machine. */
const FAR: Partial<World> = {
  destination: found({
    host: 'shop.example.com',
    port: 80,
    addresses: ['192.0.2.7'],
    unresolved: '',
    error: '',
    interfaces: ['127.0.0.1', '10.0.0.5'],
    whole: true,
    listening: false,
    bound: '',
    owner: {},
  }),
  alias: ALIAS,
}

export interface Asked {
  /** What our own request gets; default: a 503 of the load balancer's own. */
  request?: Answer
  env?: Record<string, string>
  parts?: Partial<World>
  facts?: Record<string, string>
  /** A name server that is really asked for the site's name. */
  nameServer?: string
}

/** What was asked once of an account that is the same is not asked again: a thread for each question takes its time. */
const kept = new Map<string, Capture>()

/** Walks the flows for a site behind a load balancer of this account. */
export async function behind(
  known: Partial<Account> = {},
  { request, env, parts, facts, nameServer }: Asked = {},
): Promise<Seen> {
  aws.account = account(known)
  const whole = {
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: aws.endpoint,
    ...(env ?? KEYS),
  }
  const masker = createMasker()
  const live = async (look: LookRequest): Promise<Capture | null> => {
    if (look.kind === 'look' && look.name === 'ask-alias' && nameServer !== undefined) {
      return captured(await askAliasLook({ ...look.args, server: nameServer }, tools({ timeoutMs: look.timeoutMs })))
    }
    if (look.kind !== 'look' || (look.name !== 'ask-aws' && look.name !== 'aws-context')) return null
    const key = JSON.stringify([lookKey(look), told(aws.account, look.args.operation), env ?? null])
    const before = kept.get(key)
    if (before) return before
    const perform = LOOKS[look.name]
    if (!perform) throw new Error(`no look ${look.name}`)
    const outcome = await perform(look.args, tools({ env: whole, timeoutMs: 10_000 }))
    const seen = seal(captured(outcome), READERS[look.read], masker)
    kept.set(key, seen)
    return seen
  }
  return diagnose({ ...FAR, request: request ?? ownPage(503), ...parts }, { live, ...(facts ? { facts } : {}) })
}

/** What of an account an operation tells of. */
function told({ refuses, hangs, ...known }: Account, operation: unknown): unknown {
  const parts: Record<string, unknown> = {
    'describe-load-balancers': known.balancers,
    'describe-listeners': known.listeners,
    'describe-rules': known.rules,
    'describe-target-groups': known.groups,
    'describe-target-health': known.health,
    'describe-load-balancer-attributes': known.attributes,
  }
  return [refuses ?? null, hangs ?? null, parts[String(operation)] ?? null]
}
