import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askAwsLook } from '../../src/probe/aws/ask.ts'
import type { JsonObject } from '../../src/words/json.ts'
import {
  BALANCER,
  balancer,
  DNS,
  GROUP,
  LISTENER,
  OTHER_GROUP,
  REFUSALS,
  REGION,
  rule,
  signIn,
  target,
} from '../documented/aws/objects.ts'
import { type AwsServer, account, openAws } from '../documented/aws/server.ts'
import { folder, tools } from './looks/support.ts'

// The real SDK, in its thread, against a server that speaks what AWS documents.

let aws: AwsServer
beforeAll(async () => {
  aws = await openAws()
})
beforeEach(() => {
  aws.account = account()
  aws.asked.length = 0
})
afterAll(() => aws.close())

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

function ask(args: JsonObject, env: Record<string, string> = KEYS, timeoutMs = 10_000) {
  const base = {
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: aws.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return askAwsLook({ region: REGION, ...args }, tools({ env: { ...base, ...env }, timeoutMs }))
}

const balancers = { operation: 'describe-load-balancers' }

describe('a question to AWS', () => {
  it('is answered as the command prints it, and the command is what stands for it', async () => {
    const seen = await ask(balancers)
    expect(seen).toMatchObject({ kind: 'aws', outcome: 'ok' })
    expect(seen.argv.join(' ')).toBe('aws elbv2 describe-load-balancers --region eu-central-1 --output json')
    expect(JSON.parse(seen.out)).toMatchObject({
      LoadBalancers: [{ DNSName: DNS, Type: 'application', State: { Code: 'active' } }],
    })
    expect(aws.asked).toEqual(['DescribeLoadBalancers'])
  })

  it('goes through all pages, and says so where there are more than are asked for', async () => {
    aws.account.balancers = Array.from({ length: 7 }, (_, n) => balancer({ LoadBalancerName: `shop-${n}` }))
    aws.account.page = 2
    const seen = JSON.parse((await ask(balancers)).out) as { LoadBalancers: unknown[]; NextMarker?: string }
    expect(seen.LoadBalancers).toHaveLength(7)
    expect(seen.NextMarker).toBeUndefined()
    aws.account.page = 1
    const part = JSON.parse((await ask(balancers)).out) as { LoadBalancers: unknown[]; NextMarker?: string }
    expect(part.LoadBalancers).toHaveLength(5)
    expect(part.NextMarker).toBe('5')
  })

  it('asks for the health of each group, one answer behind the other', async () => {
    aws.account.health = { [OTHER_GROUP]: [target('unused', 'Target.NotInUse')] }
    const seen = await ask({ operation: 'describe-target-health', groups: [GROUP, OTHER_GROUP] })
    expect(seen.out.split('\n').map((line) => JSON.parse(line).TargetHealthDescriptions[0].TargetHealth.State)).toEqual(
      ['healthy', 'unused'],
    )
    expect(seen.argv.join(' ')).toBe(
      `aws elbv2 describe-target-health --region eu-central-1 --output json --target-group-arn ${GROUP}`,
    )
  })

  it.each([
    ['describe-listeners', { balancer: BALANCER }, 'DescribeListeners'],
    ['describe-rules', { listener: LISTENER }, 'DescribeRules'],
    ['describe-target-groups', { groups: [GROUP] }, 'DescribeTargetGroups'],
    ['describe-load-balancer-attributes', { balancer: BALANCER }, 'DescribeLoadBalancerAttributes'],
    ['describe-target-group-attributes', { group: GROUP }, 'DescribeTargetGroupAttributes'],
  ])('%s', async (operation, args, action) => {
    aws.account.rules = [rule('default', [], [signIn()])]
    expect(await ask({ operation, ...args })).toMatchObject({ outcome: 'ok' })
    expect(aws.asked).toEqual([action])
  })

  it.each([
    [{ operation: 'delete-load-balancer', balancer: BALANCER }],
    [{ operation: 'describe-listeners', balancer: 'arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/b c' }],
    [{ operation: 'describe-listeners', balancer: BALANCER, region: 'evil.example.com' }],
    [{ operation: 'describe-rules' }],
    [{ operation: 'toString' }],
  ])('that is none is not asked: %j', async (args) => {
    expect(await ask(args)).toMatchObject({ outcome: 'blind', why: 'not-understood' })
    expect(aws.asked).toEqual([])
  })
})

it('the thread works as it is shipped, too', async () => {
  const thread = new URL('../../dist/aws-worker.js', import.meta.url)
  const asked = {
    operation: 'describe-load-balancers',
    list: 'LoadBalancers',
    region: REGION,
    inputs: [{}],
    limitMs: 5000,
  }
  const env = { ...KEYS, AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: aws.endpoint }
  const worker = new Worker(thread, { workerData: asked, env })
  const told = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  await worker.terminate()
  expect(told).toMatchObject({ ok: true, documents: [{ LoadBalancers: [{ DNSName: DNS }] }] })
})

describe('where AWS tells nothing, the look is blind, each with a word of its own', () => {
  it.each([
    ['expired', 'expired-credentials', 'have expired: sign in again'],
    ['denied', 'no-permission', 'not authorized to perform: elasticloadbalancing:DescribeLoadBalancers'],
    ['badKey', 'no-credentials', 'InvalidClientTokenId'],
    ['throttled', 'throttled', 'wait a minute'],
    ['noGroup', 'wrong-region', 'not found in this region'],
  ] as const)('%s', async (refusal, why, says) => {
    aws.account.refuses = REFUSALS[refusal]
    const seen = await ask(balancers)
    expect(seen).toMatchObject({ outcome: 'blind', why, out: '' })
    expect(seen.says).toContain(says)
  })

  it('no credentials at all', async () => {
    expect(await ask(balancers, {})).toMatchObject({ outcome: 'blind', why: 'no-credentials' })
    expect(aws.asked).toEqual([])
  })

  it('a profile that no file knows', async () => {
    expect(await ask(balancers, { AWS_PROFILE: 'nobody' })).toMatchObject({ outcome: 'blind', why: 'no-credentials' })
  })

  it('no network', async () => {
    const env = { ...KEYS, AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: 'http://127.0.0.1:9' }
    expect(await ask(balancers, env)).toMatchObject({ outcome: 'blind', why: 'unreachable-host' })
  })

  it('nobody who answers', async () => {
    aws.account.hangs = true
    expect(await ask(balancers, KEYS, 1200)).toMatchObject({ outcome: 'blind', why: 'timed-out' })
  })

  it('no region', async () => {
    const { region: _, ...args } = { region: '', ...balancers }
    const seen = await askAwsLook(args, tools({ env: KEYS }))
    expect(seen).toMatchObject({ outcome: 'blind', why: 'wrong-region' })
    expect(seen.says).toContain('AWS_REGION')
  })

  it('a profile whose credentials come from a program: it is not started', async () => {
    const home = folder('aws-')
    const { writeFileSync, existsSync, mkdirSync } = await import('node:fs')
    mkdirSync(`${home}/.aws`)
    writeFileSync(`${home}/.aws/config`, `[default]\ncredential_process = touch ${home}/started\n`)
    const seen = await ask(balancers, { HOME: home })
    expect(seen).toMatchObject({ outcome: 'blind', why: 'no-credentials' })
    expect(seen.says).toContain('credential_process')
    expect(existsSync(`${home}/started`)).toBe(false)
  })

  it('a part that came before the refusal is kept, and is only a part', async () => {
    aws.account.refuses = { ...REFUSALS.throttled, only: [] }
    let left = 1
    const all = aws.account
    Object.defineProperty(all, 'refuses', { get: () => (left-- > 0 ? undefined : REFUSALS.denied) })
    const seen = await ask({ operation: 'describe-target-health', groups: [GROUP, OTHER_GROUP] })
    expect(seen).toMatchObject({ outcome: 'ok', why: 'no-permission' })
  })
})
