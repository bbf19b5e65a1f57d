import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askEcsLook } from '../../src/probe/aws/ecs.ts'
import { cleanEnvironment } from '../../src/probe/clean-room.ts'
import { createMasker } from '../../src/probe/mask/index.ts'
import { runCommand } from '../../src/probe/run.ts'
import { seal } from '../../src/probe/seal.ts'
import { READERS } from '../../src/reading/index.ts'
import { type ComputeServer, compute, ended, openCompute, service } from '../documented/aws/compute.ts'
import { GROUP, OTHER_GROUP, REFUSALS, REGION } from '../documented/aws/objects.ts'
import { captured, tools } from '../probe/looks/support.ts'
import { contextOf } from '../reading/platform/support.ts'

// The real `aws` command asks a server that speaks the protocol of ECS.

let ecs: ComputeServer
beforeAll(async () => {
  ecs = await openCompute()
})
beforeEach(() => {
  ecs.known = compute()
  ecs.asked.length = 0
})
afterAll(() => ecs.close())

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** An old `aws` takes its endpoint as an option only, so it is given that too. */
async function ask(args: Record<string, string | string[]>, more: Record<string, string> = KEYS) {
  const env = cleanEnvironment({
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  })
  const signal = new AbortController().signal
  const run = (argv: string[], timeoutMs: number) =>
    runCommand([...argv, '--endpoint-url', ecs.endpoint], { timeoutMs, signal, env })
  const outcome = await askEcsLook({ region: REGION, ...args }, tools({ run, env, timeoutMs: 60_000 }))
  const reader = READERS['ecs-service']
  if (!reader) throw new Error('no reader')
  const seen = seal(captured(outcome), reader, createMasker())
  return { seen, value: reader.read(seen, contextOf()).value }
}

describe('the service of a target group', () => {
  it('is found in whichever cluster, with the tasks that ended', async () => {
    ecs.known.services = [
      service({ serviceArn: `${service().serviceArn}-2`, serviceName: 'other', loadBalancers: [] }),
      service({ runningCount: 0 }),
    ]
    ecs.known.tasks = [
      ended('Essential container in task exited', {
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      }),
    ]
    const { seen, value } = await ask({ groups: [GROUP] })
    expect(value).toMatchObject({
      complete: true,
      found: true,
      cluster: 'prod',
      service: 'shop',
      desired: 2n,
      running: 0n,
      exit: 137n,
      ended: 1n,
    })
    expect(ecs.asked).toEqual(['ListClusters', 'ListServices', 'DescribeServices', 'ListTasks', 'DescribeTasks'])
    expect(seen.out).not.toContain('hunter2')
  })

  it('is nobody’s where no service sends there', async () => {
    expect((await ask({ groups: [OTHER_GROUP] })).value).toMatchObject({ complete: true, found: false, clusters: 1n })
  })

  it('is asked for by name where somebody names it', async () => {
    expect((await ask({ cluster: 'prod', service: 'shop' })).value).toMatchObject({ found: true, service: 'shop' })
    expect(ecs.asked).toEqual(['DescribeServices', 'ListTasks'])
  })
})

describe('what is not told', () => {
  it.each(['expired', 'denied', 'throttled'] as const)('%s', async (refusal) => {
    const { code, message } = REFUSALS[refusal]
    ecs.known.refuses = { code: `${code}Exception`, message }
    const { seen } = await ask({ groups: [GROUP] })
    expect([seen.outcome, seen.why]).toEqual([
      'blind',
      { expired: 'expired-credentials', denied: 'no-permission', throttled: 'throttled' }[refusal],
    ])
  })

  it('no credentials', async () => {
    expect((await ask({ groups: [GROUP] }, {})).seen).toMatchObject({ outcome: 'blind', why: 'no-credentials' })
  })
})
