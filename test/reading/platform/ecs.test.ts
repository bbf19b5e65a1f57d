import { describe, expect, it } from 'vitest'
import { deployment, ended, event, service } from '../../documented/aws/compute.ts'
import { HOSTILE, read } from './support.ts'

const told = (...documents: unknown[]) =>
  read('ecs-service', documents.map((each) => JSON.stringify(each, null, 2)).join('\n'))

describe('a service of ECS', () => {
  it('is told with its tasks, by the look', () => {
    const { value } = told({
      clusters: 2,
      cluster: 'prod',
      services: [service({ runningCount: 1, pendingCount: 1 })],
      tasks: [],
    })
    expect(value).toMatchObject({
      complete: true,
      found: true,
      clusters: 2n,
      cluster: 'prod',
      service: 'shop',
      desired: 2n,
      running: 1n,
      pending: 1n,
      grace: 60n,
      rollout: 'COMPLETED',
      says: '1 of 2 tasks run, 1 pending',
    })
  })

  it('is told by two pasted answers, one behind the other', () => {
    const { value } = told(
      { services: [service()], failures: [] },
      { tasks: [ended('Essential container in task exited', { exitCode: 1 })], failures: [] },
    )
    expect(value).toMatchObject({
      found: true,
      cluster: 'prod',
      ended: 1n,
      exit: 1n,
      words: [{ signature: 'ecs-steady' }, { signature: 'ecs-essential', cause: 'process-down' }],
    })
  })

  it('times are seconds or text, by the version of the command', () => {
    const at = (createdAt: unknown) =>
      told({ services: [service({ deployments: [{ ...deployment(), createdAt: createdAt as string }] })] }).value
    for (const given of [1_795_226_292, '2026-11-21T01:58:12+00:00', '2026-11-21T03:58:12+02:00']) {
      expect(at(given)).toMatchObject({ deployed_at: new Date('2026-11-21T01:58:12Z'), seconds_before: 300n })
    }
    expect(at('soon')).toMatchObject({ seconds_before: 0n })
  })

  it('the newest end with an error counts, and counts are of one meaning', () => {
    const tasks = [
      ended('Essential container in task exited', { exitCode: 1 }, '2026-11-21T01:50:00Z'),
      ended('Essential container in task exited', { exitCode: 137 }, '2026-11-21T02:01:00Z'),
      ended('Scaling activity initiated by deployment', { exitCode: 0 }),
    ]
    expect(told({ services: [service({ events: [] })], tasks }).value).toMatchObject({
      exit: 137n,
      ended: 3n,
      words: [{ signature: 'ecs-essential', count: 2n, last: new Date('2026-11-21T02:01:00Z') }],
    })
  })

  it('older words do not count', () => {
    expect(
      told({
        services: [
          service({ events: [event('(service shop) was unable to place a task. Reason: x', '2026-11-20T02:00:00Z')] }),
        ],
      }).value,
    ).toMatchObject({ words: [] })
  })

  it('keeps no variable of a task', () => {
    expect(JSON.stringify(told({ services: [service()], tasks: [ended('x')] }).lines)).not.toContain('hunter2')
  })

  it('whatever comes', () => {
    for (const out of HOSTILE) expect(read('ecs-service', out).value.found).toBe(false)
    expect(read('ecs-service', '{"services":[{"serviceName":"shop"').value).toMatchObject({
      complete: false,
      found: false,
    })
  })
})
