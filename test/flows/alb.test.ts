import { describe, expect, it } from 'vitest'
import {
  attributes,
  balancer,
  DNS,
  fixed,
  forward,
  GROUP,
  group,
  header,
  host,
  listener,
  OTHER_GROUP,
  REASONS,
  type Reason,
  rule,
  signIn,
  target,
  weighted,
} from '../documented/aws/objects.ts'
import { nameServer } from '../probe/name-server.ts'
import { ADDRESSES_ONLY, awsForTests, behind, fixedAnswer, KEYS, ownPage } from './aws.ts'
import { answered, exchange } from './http.ts'
import { namesNow } from './pools.ts'

awsForTests()

const only = (...targets: Parameters<typeof target>[]) => ({
  health: { [GROUP]: targets.map((each) => target(...each)) },
})
const PASSED_503 = exchange(answered(503, '{"error":"database"}'))

describe('every reason that AWS names for a target has a verdict of its own', () => {
  const EXPECTED: Record<Reason, [verdict: string, cause: string, confidence: string, status?: number, ms?: number]> = {
    'Elb.RegistrationInProgress': ['alb/registering', 'not-ready', 'likely'],
    'Elb.InitialHealthChecking': ['alb/first-checks', 'not-ready', 'likely'],
    'Target.ResponseCodeMismatch': ['alb/wrong-code', 'health-check-wrong', 'likely', 502],
    'Target.Timeout': ['alb/timeout', 'app-hung', 'likely', 502],
    'Target.FailedHealthChecks': ['alb/refused', 'process-down', 'likely', 502],
    'Elb.InternalError': ['alb/aws-internal', 'vendor-outage', 'likely', 502],
    'Target.NotRegistered': ['alb/not-registered', 'no-healthy-upstream', 'confirmed'],
    'Target.NotInUse': ['alb/not-in-use', 'proxy-config', 'confirmed'],
    'Target.InvalidState': ['alb/stopped', 'host-down', 'confirmed'],
    'Target.IpUnusable': ['alb/wrong-address', 'proxy-config', 'confirmed'],
    'Target.DeregistrationInProgress': ['alb/leaving', 'deploy-without-drain', 'confirmed'],
    'Target.HealthCheckDisabled': ['alb/unwatched', 'app-error', 'likely', 502],
  }

  it.each(Object.keys(REASONS) as Reason[])('%s', async (reason) => {
    const [id, cause, confidence, status = 503] = EXPECTED[reason]
    const seen = await behind({ health: { [GROUP]: [REASONS[reason], REASONS[reason]] } }, { request: ownPage(status) })
    expect(seen.verdict).toMatchObject({ id, cause, confidence, outcome: 'diagnosed', bornAt: 'load-balancer' })
    expect(seen.verdict?.says).toContain(`(${reason})`)
    expect(seen.blindSpots).toEqual([])
    const fix = seen.judged.verdict?.node.fix ?? []
    expect(fix.some((step) => step.run?.join(' ').startsWith('aws elbv2 describe-target-health') ?? true)).toBe(true)
  })
})

describe('nobody to send to', () => {
  it('an empty group explains a 503 of the load balancer for sure', async () => {
    const seen = await behind({ health: { [GROUP]: [] } })
    expect(seen.verdict).toMatchObject({
      id: 'alb/no-targets',
      confidence: 'confirmed',
      place: 'load-balancer',
      bornAt: 'load-balancer',
      says: 'Nobody to send to: no target is registered in shop, where the default rule of shop sends to',
      proofs: ['alb/answer.own-503', 'alb/health.no-targets'],
    })
    expect(seen.path.filter((node) => node.startsWith('alb/'))).toEqual([
      'alb/alias.balancer',
      'alb/answer.own-503',
      'alb/context.known',
      'alb/balancers.found',
      'alb/listeners.found',
      'alb/rules.forward',
      'alb/groups.told',
      'alb/limits.told',
      'alb/health.no-targets',
      'alb/no-targets',
    ])
    expect(seen.at('alb/alias')?.says).toBe(
      'shop.example.com → shop-1234567890.eu-central-1.elb.amazonaws.com: a load balancer of AWS in eu-central-1',
    )
    expect(seen.at('alb/context')?.says).toMatch(
      /^AWS is asked without a profile \(keys of the environment, at http:\/\/127\.0\.0\.1:\d+\) in eu-central-1$/,
    )
    expect(seen.at('alb/balancers')?.says).toContain('of account 123456789012 in eu-central-1, active')
  })

  it('does not explain a 502 for sure: that one was sent on', async () => {
    const seen = await behind({ health: { [GROUP]: [] } }, { request: ownPage(502) })
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'likely' })
  })

  it('old targets leave and new ones are not ready', async () => {
    const seen = await behind(
      only(['draining', 'Target.DeregistrationInProgress'], ['initial', 'Elb.InitialHealthChecking']),
    )
    expect(seen.verdict).toMatchObject({ id: 'alb/leaving', cause: 'deploy-without-drain', confidence: 'confirmed' })
  })

  it('one of two groups has nobody: it comes and goes', async () => {
    const seen = await behind({
      rules: [rule('default', [], [weighted([GROUP, 90], [OTHER_GROUP, 10])])],
      groups: [group(), group({ TargetGroupArn: OTHER_GROUP, TargetGroupName: 'shop-new' })],
      health: { [OTHER_GROUP]: [] },
    })
    expect(seen.verdict).toMatchObject({ id: 'alb/group-empty', confidence: 'confirmed', state: 'intermittent' })
    expect(seen.at('alb/health')?.says).toBe(
      'of the groups shop, shop-new nobody serves in shop-new; 1 target: 1 healthy in all',
    )
  })

  it('several reasons at once decide nothing', async () => {
    const seen = await behind(only(['unhealthy', 'Target.Timeout'], ['unused', 'Target.NotInUse']), {
      request: ownPage(502),
    })
    expect(seen.end).toMatchObject({ node: 'alb/mixed', outcome: 'inconclusive' })
  })
})

describe('it fails open: unhealthy targets are asked nevertheless', () => {
  it('a 5xx to the health check, and to the visitor, is the application’s', async () => {
    const sick = ['unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [503]'] as const
    const seen = await behind(only([...sick], [...sick]), { request: PASSED_503 })
    expect(seen.verdict).toMatchObject({
      id: 'alb/answers-5xx',
      cause: 'app-error',
      confidence: 'confirmed',
      place: 'app',
    })
    expect(seen.ruledOut).toContain('no-healthy-upstream')
  })

  it('a 504 after ten seconds: no connection comes through, never for sure', async () => {
    const seen = await behind(only(['unhealthy', 'Target.Timeout', 'Request timed out']), {
      request: ownPage(504, 10_021),
    })
    expect(seen.verdict).toMatchObject({
      id: 'alb/blocked',
      cause: 'blocked',
      confidence: 'likely',
      shape: 'unreachable',
    })
    expect(seen.verdict?.says).toContain('10021 ms')
  })

  it('a 504 after the idle timeout: it was taken and never answered', async () => {
    const seen = await behind(
      { ...only(['unhealthy', 'Target.Timeout', 'Request timed out']), attributes: attributes('30') },
      { request: ownPage(504, 30_008) },
    )
    expect(seen.verdict).toMatchObject({ id: 'alb/hung', cause: 'app-hung', confidence: 'likely', shape: 'slow' })
    expect(seen.ruledOut).toContain('blocked')
  })
})

describe('healthy targets', () => {
  it('an error that the load balancer passed on is the application’s', async () => {
    const seen = await behind({}, { request: exchange(answered(500, 'oops')) })
    expect(seen.verdict).toMatchObject({ id: 'alb/app-error', cause: 'app-error', place: 'app', confidence: 'likely' })
    expect(seen.ruledOut).toContain('process-down')
  })

  it('a 504 after the idle timeout is a slow application', async () => {
    const seen = await behind({}, { request: ownPage(504, 60_003) })
    expect(seen.verdict).toMatchObject({ id: 'alb/slow', cause: 'slow-app', shape: 'slow', confidence: 'likely' })
  })

  it('a 502 stays open, with what is ruled out', async () => {
    const seen = await behind({}, { request: ownPage(502) })
    expect(seen.end).toMatchObject({ node: 'alb/hangs-up', outcome: 'inconclusive' })
    expect(seen.end.says).toContain('60 s')
    expect(seen.ruledOut).toEqual(expect.arrayContaining(['no-healthy-upstream', 'health-check-wrong', 'process-down']))
  })

  it('a 503 is not explained', async () => {
    const seen = await behind(only(['healthy'], ['unhealthy', 'Target.Timeout']))
    expect(seen.end).toMatchObject({ node: 'alb/unexplained', outcome: 'inconclusive' })
  })
})

describe('rules', () => {
  it('one that answers by itself is meant so', async () => {
    const closed = rule('5', [host('shop.example.com')], [fixed('503', 'Back at nine')])
    const seen = await behind(
      { rules: [closed, rule('default', [], [forward()])] },
      { request: fixedAnswer(503, 'Back at nine') },
    )
    expect(seen.verdict).toMatchObject({
      id: 'alb/deliberate',
      cause: 'deliberate',
      confidence: 'confirmed',
      says: 'rule 5 (host shop.example.com) of the load balancer shop answers 503 by itself: somebody configured it',
    })
  })

  it('none for this host: the default one answers', async () => {
    const other = rule('1', [host('www.example.com')], [forward()])
    const seen = await behind({ rules: [rule('default', [], [fixed('503')]), other] })
    expect(seen.verdict).toMatchObject({ id: 'alb/no-rule', cause: 'proxy-config', confidence: 'confirmed' })
    expect(seen.verdict?.says).toContain('the others are for www.example.com')
  })

  it('a default that answers by itself where it is the only one is meant so', async () => {
    const seen = await behind({ rules: [rule('default', [], [fixed('503')])] })
    expect(seen.verdict).toMatchObject({ id: 'alb/deliberate', confidence: 'confirmed' })
  })

  it('a sign-in that fails', async () => {
    const seen = await behind(
      { rules: [rule('default', [], [signIn(), { ...forward(), Order: 2 }])] },
      { request: ownPage(561) },
    )
    expect(seen.verdict).toMatchObject({ id: 'alb/sign-in-fails', cause: 'third-party', confidence: 'likely' })
  })

  it('one that another one might come before decides nothing, and no secret of it is kept', async () => {
    const perhaps = rule('1', [header('X-From-Cdn', 'very-secret-word')], [fixed('503')])
    const seen = await behind({ rules: [perhaps, rule('default', [], [forward()])] })
    expect(seen.verdict).toBeNull()
    expect(seen.blindSpots.join()).toContain('rule 1 asks for a header')
    expect(JSON.stringify(seen.entries)).not.toContain('very-secret-word')
  })
})

describe('which load balancer it is', () => {
  const addresses = (name: string, list: string[]) => ({ alias: ADDRESSES_ONLY, names: namesNow({ [name]: list }) })

  it('a URL whose name is an alias of it, asked of a name server', async () => {
    const zone = { 'shop.example.com': { alias: DNS }, [DNS]: { addresses: ['192.0.2.7'] } }
    const seen = await behind({ health: { [GROUP]: [] } }, { nameServer: await nameServer(zone) })
    expect(seen.at('alb/alias')).toMatchObject({ learns: { 'balancer.dns': DNS, 'balancer.region': 'eu-central-1' } })
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'confirmed' })
  })

  it('an alias that shows only addresses is known by them', async () => {
    const seen = await behind(
      { health: { [GROUP]: [] } },
      {
        parts: addresses('shop-1234567890.eu-central-1.elb.amazonaws.com', ['192.0.2.7']),
        env: { ...KEYS, AWS_REGION: 'eu-central-1' },
      },
    )
    expect(seen.verdict).toMatchObject({ id: 'alb/no-targets', confidence: 'confirmed' })
    expect(seen.path).toContain('alb/by-name.found')
  })

  it('other addresses are another account’s or region’s', async () => {
    const seen = await behind(
      {},
      {
        parts: addresses('shop-1234567890.eu-central-1.elb.amazonaws.com', ['192.0.2.99']),
        env: { ...KEYS, AWS_REGION: 'eu-central-1' },
      },
    )
    expect(seen.verdict).toBeNull()
    expect(seen.path).toContain('alb/by-address.none')
  })

  it('a page that is nobody’s, under a name that is no load balancer’s, is asked of people', async () => {
    const seen = await behind({}, { request: PASSED_503, parts: { alias: ADDRESSES_ONLY } })
    expect(seen.path).toContain('alb/alias.none')
    expect(seen.path.some((node) => node.startsWith('place/where'))).toBe(true)
  })

  it('a network load balancer makes no HTTP errors', async () => {
    const seen = await behind({ balancers: [balancer({ Type: 'network' })] })
    expect(seen.path).toContain('alb/balancers.another-kind')
  })

  it('a port that nobody listens on', async () => {
    const seen = await behind({ listeners: [listener({ Port: 8443, Protocol: 'HTTPS' })] })
    expect(seen.at('alb/listeners')?.says).toBe('no listener on port 80: only on 8443 (HTTPS)')
    expect(seen.verdict).toBeNull()
  })
})
