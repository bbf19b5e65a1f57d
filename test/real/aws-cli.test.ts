import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askAwsLook } from '../../src/probe/aws/ask.ts'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { lookRun } from '../../src/probe/command.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { runCommand } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import type { ReadContext } from '../../src/reading/reader.ts'
import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import {
  BALANCER,
  balancer,
  DNS,
  fixed,
  forward,
  GROUP,
  header,
  host,
  LISTENER,
  REASONS,
  REFUSALS,
  REGION,
  type Reason,
  rule,
  signIn,
} from '../documented/aws/objects.ts'
import { type AwsServer, account, openAws } from '../documented/aws/server.ts'
import { captured, tools } from '../probe/looks/support.ts'

// The `aws` command of Debian and the SDK ask the same server, and the same reader reads both to the same.

let aws: AwsServer
beforeAll(async () => {
  aws = await openAws()
})
beforeEach(() => {
  aws.account = account()
})
afterAll(() => aws.close())

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const context: ReadContext = {
  facts: new Map<string, string | bigint | string[]>([
    ['url.host', 'shop.example.com'],
    ['url.path', '/checkout'],
    ['url.port', 80n],
    ['balancer.dns', DNS],
    ['balancer.region_from', 'name'],
    ['balancer.groups', [GROUP]],
  ]),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date(0),
}

/** Debian's Python does not always have the endpoint variable of one service: the general one is read by both. */
function environment(more: Record<string, string>): Record<string, string> {
  const base = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: aws.endpoint,
  }
  return cleanEnvironment({ ...base, ...more })
}

async function bySdk(args: JsonObject, more: Record<string, string> = KEYS): Promise<Capture> {
  return captured(await askAwsLook({ region: REGION, ...args }, tools({ env: environment(more), timeoutMs: 15_000 })))
}

/** The command that stands for the look. An old `aws` takes its endpoint as an option only, so it is given that too. */
async function byCommand(argv: string[], read: string, more: Record<string, string> = KEYS): Promise<Capture> {
  const commands = [[...argv, '--endpoint-url', more.AWS_ENDPOINT_URL ?? aws.endpoint]]
  const signal = new AbortController().signal
  return lookRun(
    { kind: 'run', at: 'here', read, timeoutMs: 60_000, commands },
    {
      run: (command, timeoutMs) => runCommand(command, { timeoutMs, signal, env: environment(more) }),
      otherwise: () => Promise.reject(new Error('there is an aws command')),
      sudo: false,
    },
  )
}

function reading(capture: Capture, name: string) {
  const reader = READERS[name]
  if (!reader) throw new Error(`no reader ${name}`)
  const { value, dark, lines } = reader.read(seal(capture, reader, createMasker()), context)
  return { value, dark, lines }
}

async function both(args: JsonObject, name: string) {
  const sdk = await bySdk(args)
  return { sdk: reading(sdk, name), command: reading(await byCommand(sdk.argv, name), name) }
}

describe('the SDK and the command are read to the same', () => {
  it.each([
    [
      'describe-load-balancers',
      {},
      'aws-load-balancers',
      { found: true, name: 'shop', kind: 'application', state: 'active' },
    ],
    ['describe-listeners', { balancer: BALANCER }, 'aws-listeners', { found: true, port: 80n }],
    ['describe-rules', { listener: LISTENER }, 'aws-rules', { priority: '5', action: 'fixed-response', status: 503n }],
    ['describe-target-groups', { groups: [GROUP] }, 'aws-target-groups', { name: 'shop', port: 3000n, wants: '200' }],
    ['describe-load-balancer-attributes', { balancer: BALANCER }, 'aws-attributes', { idle_ms: 60_000n, http2: true }],
    ['describe-target-group-attributes', { group: GROUP }, 'aws-attributes', { drain_ms: 300_000n }],
  ])('%s', async (operation, args, name, expected) => {
    aws.account.rules = [
      rule('9', [header('X-Beta', '1')], [forward()]),
      rule('5', [host('shop.example.com')], [fixed('503', 'closed')]),
      rule('default', [], [signIn(), { ...forward(), Order: 2 }]),
    ]
    const { sdk, command } = await both({ operation, ...args }, name)
    expect(sdk.value).toMatchObject({ complete: true, ...expected })
    expect(command).toEqual(sdk)
  })

  it.each(Object.keys(REASONS) as Reason[])('the health of a target: %s', async (reason) => {
    aws.account.health = { [GROUP]: [REASONS[reason]] }
    const { sdk, command } = await both({ operation: 'describe-target-health', groups: [GROUP] }, 'aws-target-health')
    expect(sdk.value).toMatchObject({ complete: true, targets: 1n, reason })
    expect(command).toEqual(sdk)
  })

  it('all pages', async () => {
    aws.account.balancers = [...Array.from({ length: 4 }, () => balancer({ DNSName: 'x' })), balancer()]
    aws.account.page = 2
    const { sdk, command } = await both({ operation: 'describe-load-balancers' }, 'aws-load-balancers')
    expect(sdk.value).toMatchObject({ complete: true, count: 5n, found: true })
    expect(command).toEqual(sdk)
  })
})

describe('what neither is told has the same word', () => {
  it.each(['expired', 'denied', 'badKey', 'throttled'] as const)('%s', async (refusal) => {
    aws.account.refuses = REFUSALS[refusal]
    const sdk = await bySdk({ operation: 'describe-load-balancers' })
    const told = reading(await byCommand(sdk.argv, 'aws-load-balancers'), 'aws-load-balancers')
    expect(sdk.outcome).toBe('blind')
    expect(told.value).toMatchObject({ complete: false })
    expect(told.dark.map(({ why }) => why)).toEqual([sdk.why])
  })

  it('no credentials', async () => {
    const sdk = await bySdk({ operation: 'describe-load-balancers' }, {})
    const told = reading(await byCommand(sdk.argv, 'aws-load-balancers', {}), 'aws-load-balancers')
    expect([sdk.why, told.dark[0]?.why]).toEqual(['no-credentials', 'no-credentials'])
  })

  it('a profile that no file knows', async () => {
    const sdk = await bySdk({ operation: 'describe-load-balancers' }, { AWS_PROFILE: 'nobody' })
    const told = reading(
      await byCommand(sdk.argv, 'aws-load-balancers', { AWS_PROFILE: 'nobody' }),
      'aws-load-balancers',
    )
    expect([sdk.why, told.dark[0]?.why]).toEqual(['no-credentials', 'no-credentials'])
  })

  it('nobody there', async () => {
    const nobody = { ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
    const sdk = await bySdk({ operation: 'describe-load-balancers' }, nobody)
    const told = reading(await byCommand(sdk.argv, 'aws-load-balancers', nobody), 'aws-load-balancers')
    expect([sdk.why, told.dark[0]?.why]).toEqual(['unreachable-host', 'unreachable-host'])
  })
})
