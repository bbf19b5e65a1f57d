import { describe, expect, it } from 'vitest'
import { balancer, GROUP, REFUSALS } from '../documented/aws/objects.ts'
import { ADDRESSES_ONLY, awsForTests, behind, KEYS, ownPage } from './aws.ts'
import { blind } from './looks.ts'

awsForTests()

// Nothing that AWS does not tell may become a verdict: each has a word of its own, and what to do.

const NOBODY = { [GROUP]: [] }

const wordOf = (seen: Awaited<ReturnType<typeof behind>>) =>
  seen.session.blindSpots.filter(({ node }) => node.startsWith('alb/')).map(({ why }) => why)

describe('AWS tells nothing', () => {
  it.each([
    ['expired', 'expired-credentials'],
    ['denied', 'no-permission'],
    ['badKey', 'no-credentials'],
    ['throttled', 'throttled'],
  ] as const)('%s', async (refusal, why) => {
    const seen = await behind({ refuses: REFUSALS[refusal] })
    expect(wordOf(seen)).toEqual([why])
    expect(seen.verdict).toBeNull()
    expect(seen.end).toMatchObject({ outcome: 'inconclusive', node: 'place/wake-balancer' })
  })

  it('no credentials', async () => {
    const seen = await behind({}, { env: {} })
    expect(wordOf(seen)).toEqual(['no-credentials'])
    expect(seen.at('alb/balancers')?.says).toContain('AWS_PROFILE')
    expect(seen.verdict).toBeNull()
  })

  it('a profile that no file knows', async () => {
    const seen = await behind({}, { env: { AWS_PROFILE: 'prod' } })
    expect(seen.at('alb/context')?.says).toBe('AWS_PROFILE names prod, which no file of AWS knows')
    expect(wordOf(seen)).toEqual(['no-credentials'])
  })

  it('the account has no such load balancer: another account', async () => {
    const seen = await behind({ balancers: [balancer({ DNSName: 'other-1.eu-central-1.elb.amazonaws.com' })] })
    expect(wordOf(seen)).toEqual(['wrong-account'])
    expect(seen.at('alb/balancers')?.says).toBe(
      'account 123456789012 has 1 load balancer in eu-central-1, and none is shop-1234567890.eu-central-1.elb.amazonaws.com: it is of another account (or a classic one): choose it with AWS_PROFILE',
    )
    expect(seen.verdict).toBeNull()
  })

  it('the account has none at all', async () => {
    const seen = await behind({ balancers: [] })
    expect(wordOf(seen)).toEqual(['wrong-account'])
    expect(seen.at('alb/balancers')?.says).toContain('these credentials see 0 load balancers, and none is')
  })

  it('a region that is only a setting may be the wrong one', async () => {
    const seen = await behind(
      { balancers: [balancer({ DNSName: 'other-1.eu-central-1.elb.amazonaws.com' })] },
      {
        parts: { alias: ADDRESSES_ONLY },
        env: { ...KEYS, AWS_REGION: 'eu-central-1' },
        facts: { 'balancer.dns': 'shop-1234567890.eu-central-1.elb.amazonaws.com' },
      },
    )
    expect(wordOf(seen)).toEqual(['wrong-region'])
    expect(seen.verdict).toBeNull()
  })

  it('no region is known', async () => {
    const seen = await behind({}, { parts: { alias: ADDRESSES_ONLY } })
    expect(wordOf(seen)).toEqual(['wrong-region'])
    expect(seen.verdict).toBeNull()
  })

  it('the name servers tell nothing, but the page is a load balancer’s', async () => {
    const seen = await behind(
      {},
      { parts: { alias: blind('timed-out') }, env: { ...KEYS, AWS_REGION: 'eu-central-1' } },
    )
    expect(seen.path).toContain('alb/unnamed.by-page')
    expect(seen.verdict).toBeNull()
  })

  it.each([
    ['DescribeListeners', 'alb/listeners'],
    ['DescribeRules', 'alb/rules'],
    ['DescribeTargetHealth', 'alb/health'],
  ])('only %s is refused', async (action, node) => {
    const seen = await behind({ refuses: { ...REFUSALS.denied, only: [action] } }, { request: ownPage(503) })
    expect(seen.session.blindSpots.find((spot) => spot.node === node)?.why).toBe('no-permission')
    expect(seen.verdict).toBeNull()
  })

  it.each(['DescribeTargetGroups', 'DescribeLoadBalancerAttributes'])(
    'without %s it is told all the same',
    async (action) => {
      const seen = await behind({ refuses: { ...REFUSALS.denied, only: [action] }, health: NOBODY })
      expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'confirmed' })
      expect(seen.verdict?.says).not.toContain('…')
    },
  )
})
