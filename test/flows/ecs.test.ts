import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/words/json.ts'
import { CLUSTER, deployment, ended, event, service } from '../documented/aws/compute.ts'
import { GROUP, REASONS, target } from '../documented/aws/objects.ts'
import { awsForTests, behind, ownPage } from './aws.ts'
import { blind, found } from './looks.ts'

awsForTests()

// The load balancer has nobody to send to, and ECS says why it registers nobody. What the real `aws` command brings of it is
// tried in test/real/aws-ecs.test.ts; here the look has brought it.

const HERE = found({ programs: [{ name: 'aws', path: '/usr/bin/aws' }] })
const told = (one: JsonObject | null, tasks: JsonObject[] = []) =>
  found({ clusters: 1, cluster: one ? 'prod' : '', services: one ? [one] : [], tasks })

const NOBODY = { health: { [GROUP]: [] } }
const walk = (more: JsonObject | null, tasks: JsonObject[] = [], account = NOBODY) =>
  behind(account, {
    parts: { programs: HERE, ecs: told(more === null ? null : service({ runningCount: 0, ...more }), tasks) },
  })

const PULL =
  'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:v43: not found'
const SECRET =
  'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: ResourceNotFoundException'
const MEMORY = 'OutOfMemoryError: Container killed due to memory usage'
const NO_ROOM =
  '(service shop) was unable to place a task because no container instance met all of its requirements. The closest matching container-instance 0a1b has insufficient memory available.'
const CHECKS = `Task failed ELB health checks in (target-group ${GROUP})`

describe('why ECS has no task', () => {
  it.each<[id: string, short: string, more: JsonObject, tasks: JsonObject[]]>([
    ['platform/image-pull', 'image-pull confirmed', {}, [ended(PULL)]],
    ['platform/missing-config', 'missing-config-object confirmed', {}, [ended(SECRET)]],
    ['platform/no-room', 'unschedulable confirmed', { events: [event(NO_ROOM)] }, []],
    [
      'platform/oom-killed',
      'oom-killed confirmed',
      {},
      [ended('Essential container in task exited', { exitCode: 137, reason: MEMORY })],
    ],
    ['platform/health-check', 'health-check-wrong likely', { pendingCount: 1 }, [ended(CHECKS)]],
    [
      'platform/crash-loop',
      'crash-loop likely',
      { events: [event('(service shop) is unable to consistently start tasks successfully.')] },
      [ended('Essential container in task exited', { exitCode: 1 })],
    ],
    [
      'platform/starting',
      'not-ready likely',
      { pendingCount: 2, deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] },
      [],
    ],
    ['platform/stopped', 'process-down confirmed', { desiredCount: 0 }, []],
  ])('%s: %s', async (id, short, more, tasks) => {
    const seen = await walk(more, tasks)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.blindSpots).toEqual([])
    expect(seen.path).toContain('alb/health.no-targets')
  })

  it('names the service, the cluster, and what ECS says', async () => {
    const seen = await walk({}, [ended(PULL)])
    expect(seen.at('ecs/service')?.says).toBe(`shop in prod: 0 of 2 tasks run; ${PULL}`)
    expect(seen.verdict).toMatchObject({
      place: 'platform',
      bornAt: 'load-balancer',
      symptoms: ['no-healthy-upstream', 'process-down'],
    })
    expect(seen.verdict?.says).toContain('Amazon ECS cannot fetch the image of shop')
  })

  it('what is an hour old explains nothing of now', async () => {
    const seen = await walk({ events: [event(NO_ROOM, '2026-11-21T00:30:00Z')] })
    expect(seen.verdict?.id).toBe('alb/no-targets')
  })
})

describe('what the load balancer tells stands where ECS tells nothing deeper', () => {
  it('no service of ECS sends there', async () => {
    const seen = await walk(null)
    expect(seen.at('ecs/service')?.says).toBe('no service of the 1 clusters of ECS sends tasks there')
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'confirmed' })
  })

  it('the command is not here: ECS is not asked, and nothing stays unseen', async () => {
    const seen = await behind(NOBODY)
    expect(seen.at('ecs/client')?.says).toBe('aws is not on this machine, so ECS is not asked')
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'confirmed' })
    expect(seen.blindSpots).toEqual([])
  })

  it('ECS may not be asked: it is told, and the verdict stands', async () => {
    const seen = await behind(NOBODY, { parts: { programs: HERE, ecs: blind('no-permission') } })
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets' })
    expect(seen.blindSpots.join()).toContain('ecs/service no-permission')
  })

  it.each([
    ['Elb.InitialHealthChecking', 503, 'alb/first-checks'],
    ['Target.FailedHealthChecks', 502, 'alb/refused'],
    ['Target.DeregistrationInProgress', 503, 'alb/leaving'],
  ] as const)('%s', async (reason, status, id) => {
    const account = { health: { [GROUP]: [REASONS[reason]] } }
    const well = found({ clusters: 1, cluster: 'prod', services: [service()], tasks: [] })
    const seen = await behind(account, { request: ownPage(status), parts: { programs: HERE, ecs: well } })
    expect(seen.verdict?.id).toBe(id)
    expect(seen.at('ecs/service')?.says).toContain('2 of 2 tasks run')
  })

  it('a target that is well never leads to ECS', async () => {
    const seen = await behind(
      { health: { [GROUP]: [target('healthy')] } },
      { request: ownPage(502), parts: { programs: HERE } },
    )
    expect(seen.path.some((node) => node.startsWith('ecs/'))).toBe(false)
    expect(CLUSTER).toContain(':cluster/prod')
  })
})
