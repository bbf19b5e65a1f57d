import { describe, expect, it } from 'vitest'
import { GROUP, REASONS } from '../documented/aws/objects.ts'
import { awsForTests, behind, ownPage } from './aws.ts'
import { direct, here, logs } from './hops-world.ts'
import { answered, clock } from './http.ts'
import { NGINX_PID } from './looks.ts'
import { accessLine } from './text.ts'

awsForTests()

// nginx here is well, our request through the balancer never came, and the balancer says that it has nobody to send to.

const PARTS = {
  configOnDisk: here({ pid: NGINX_PID, running: 1 }),
  config: here(),
  accessLog: logs([accessLine({ at: clock(-60) })]),
  direct: direct(answered(200)),
}

describe('a balancer of AWS in front of a gateway that is here', () => {
  it('with credentials AWS says why it has nobody to send to', async () => {
    const seen = await behind(
      { health: { [GROUP]: [REASONS['Target.NotRegistered']] } },
      { parts: PARTS, request: ownPage(503) },
    )
    expect(seen.at('hops/said')).toMatchObject({ branch: 'no-target', go: 'hops/no-target-who' })
    expect(seen.at('hops/aws')).toMatchObject({ branch: 'can', go: 'alb/alias' })
    expect(seen.verdict).toMatchObject({ id: 'alb/not-registered', cause: 'no-healthy-upstream' })
  })

  it('without any, what was seen on this machine stands', async () => {
    const seen = await behind({}, { parts: PARTS, request: ownPage(503), env: {} })
    expect(seen.at('hops/aws')).toMatchObject({
      branch: 'cannot',
      says: 'no credentials for AWS stand in the environment or in a file of this account',
      go: 'hops/no-target',
    })
    expect(seen.verdict).toMatchObject({ id: 'hops/no-target', cause: 'no-healthy-upstream' })
  })

  it('with those of an account that has no such balancer, too', async () => {
    const seen = await behind({ balancers: [] }, { parts: PARTS, request: ownPage(503) })
    expect(seen.verdict).toMatchObject({ id: 'hops/no-target', cause: 'no-healthy-upstream' })
  })
})
