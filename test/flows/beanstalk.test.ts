import { describe, expect, it } from 'vitest'
import {
  beanstalk,
  ENDPOINT,
  environment,
  event,
  HOST,
  health,
  instance,
  type Known,
  known,
  metrics,
} from '../documented/aws/beanstalk.ts'
import { REFUSALS, REGION } from '../documented/aws/objects.ts'
import { ownPage } from './aws.ts'
import { found } from './looks.ts'
import { type OnPlatform, onPlatform, page } from './platforms.ts'

// An environment of AWS Elastic Beanstalk. A stand-in of the aws command prints what the command prints of documented objects; that the
// real one prints them so is held in test/real/aws-beanstalk.test.ts.

const CONTEXT = found({ profile: 'prod', unknown: false, region: 'us-east-1', region_from: 'file', source: 'keys' })
const NGINX_502 = page(
  502,
  { Server: 'nginx/1.24.0', 'Content-Type': 'text/html' },
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n',
)

const walk = (more: Partial<Known> = {}, asked: Partial<OnPlatform> = {}) =>
  onPlatform('aws', beanstalk(known(more)), {
    url: `http://${HOST}/checkout`,
    request: ownPage(503),
    ...asked,
    parts: { awsContext: CONTEXT, ...asked.parts },
  })

const DOWN = 'Following services are not running: application.'
const FAILED =
  'Application deployment failed at 2026-11-21T02:00:00Z with exit status 1 and error: Engine execution has encountered an error.'

describe('what an environment tells has a verdict', () => {
  it.each<[id: string, short: string, more: Partial<Known>, status?: number]>([
    [
      'platform/stopped',
      'process-down confirmed',
      {
        health: health({}, ['There are no instances. Auto Scaling group desired capacity is set to zero.']),
        instances: [],
      },
    ],
    [
      'platform/no-room',
      'unschedulable likely',
      {
        health: health({}, ['There are no instances. Auto Scaling group desired capacity is set to 1.']),
        instances: [],
      },
    ],
    [
      'platform/crash-loop',
      'crash-loop likely',
      {
        health: health({ Severe: 2 }, ['Impaired services on all instances.']),
        instances: [instance('Severe', [DOWN]), instance('Severe', [DOWN])],
      },
    ],
    [
      'beanstalk/proxy-down',
      'proxy-down likely',
      {
        health: health({ Severe: 1 }, ['Impaired services on all instances.']),
        instances: [instance('Severe', ['Following services are not running: proxy.'])],
      },
    ],
    [
      'beanstalk/deployment-failed',
      'crash-on-start likely',
      { health: health({ Degraded: 1 }), instances: [instance('Degraded', [FAILED], 'Failed', 'v43')] },
    ],
    [
      'beanstalk/silent',
      'host-down likely',
      {
        health: health({ NoData: 2 }, ['None of the instances are sending data.']),
        instances: [instance('NoData'), instance('NoData')],
      },
    ],
    [
      'platform/starting',
      'not-ready likely',
      {
        health: health({ Pending: 2 }, ['Command is executing on all instances.'], {
          HealthStatus: 'Info',
          Status: 'Updating',
        }),
        instances: [instance('Pending', ['Performing application deployment (running for 31 seconds)'], 'In Progress')],
      },
    ],
    [
      'platform/slow',
      'slow-app likely',
      { health: health({ Ok: 2 }, [], { HealthStatus: 'Ok', ApplicationMetrics: metrics(20, 4, 58.2) }) },
      504,
    ],
  ])('%s: %s', async (id, short, more, status = 503) => {
    const seen = await walk(more, { request: ownPage(status) })
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.blindSpots).toEqual([])
    expect(JSON.stringify(seen.entries)).not.toContain('hunter2')
  })

  it('names the environment, the account, the region, and asks there', async () => {
    const seen = await walk({
      health: health({ Severe: 1 }),
      instances: [instance('Severe', [DOWN])],
      events: [
        event('ERROR', 'Failed to deploy application.', '2026-11-21T02:00:10+00:00', 'v42'),
        event('INFO', 'Environment update is starting.', '2026-11-21T01:58:12+00:00', 'v42'),
        event('INFO', 'Environment update completed successfully.', '2026-11-19T08:06:02+00:00', 'v41'),
      ],
    })
    expect(seen.at('beanstalk/context')?.says).toContain(`in ${REGION}`)
    expect(seen.at('beanstalk/environments')?.says).toContain(`shop-prod (My Shop) is ${HOST}: Ready, Red, version v42`)
    expect(seen.at('beanstalk/events')?.says).toContain('version v42 was deployed from 01:58:12Z on')
    expect(seen.at('beanstalk/settings')?.says).toBe(
      'nginx in front of the application; PORT 8080; its check: GET /health on port 80; deployments: AllAtOnce',
    )
    expect(seen.fact('platform.before')).toBe('v41')
    const fix = (seen.judged.verdict?.node.fix ?? []).map(({ say }) => JSON.stringify(say ?? ''))
    expect(fix).toContainEqual(expect.stringContaining('--version-label'))
    expect(seen.questions.every((each) => each.includes(`--region ${REGION}`))).toBe(true)
  })

  it('a page of the application, while all is well', async () => {
    const seen = await walk(
      { environments: [environment({ EndpointURL: '192.0.2.7', Health: 'Green' })] },
      { request: page(503, {}, '{"error":"db"}') },
    )
    expect([seen.verdict?.id, seen.short]).toEqual(['platform/app-error', 'app-error likely'])
  })
})

describe('what it does not tell', () => {
  it('a page of the proxy on an instance: why stands there, and the way to it is said', async () => {
    const seen = await walk(
      {
        health: health({ Severe: 2 }, ['100.0 % of the requests are failing with HTTP 5xx.']),
        instances: [instance('Severe'), instance('Severe')],
      },
      { request: NGINX_502 },
    )
    expect(seen.verdict).toBeNull()
    expect(seen.end?.says).toContain('the one of nginx on an instance of shop-prod')
    expect(seen.end?.says).toContain('on port 8080 (PORT)')
    expect(seen.end?.says).toContain('triage502 diagnose http://localhost/checkout')
  })

  it('the service may not be used by Elastic Beanstalk: nobody is called dead for that', async () => {
    const says =
      'None of the instances are sending data. Unable to assume role "arn:aws:iam::123456789012:role/aws-elasticbeanstalk-service-role".'
    const seen = await walk({
      health: health({ NoData: 2 }, [says]),
      instances: [instance('NoData'), instance('NoData')],
    })
    expect(seen.verdict?.id ?? '').not.toMatch(/^(beanstalk|platform)\//)
    expect(seen.path).toContain('beanstalk/health.unwatched')
  })

  it('basic health reporting tells no causes', async () => {
    const seen = await walk({ basic: true })
    expect(seen.at('beanstalk/health')?.says).toBe('it has basic health reporting, which tells a colour and no causes')
    expect(seen.blindSpots.filter((each) => each.startsWith('beanstalk/'))).toEqual([])
  })

  it('where Elastic Beanstalk has no reason, its load balancer is asked', async () => {
    const seen = await walk({ health: health({ Warning: 2 }), instances: [instance('Warning'), instance('Warning')] })
    expect(seen.at('beanstalk/endpoint')?.says).toContain(ENDPOINT.toLowerCase())
    expect(seen.path.some((each) => each.startsWith('alb/balancers'))).toBe(true)
  })

  it('no environment of this account has the name: the region is said', async () => {
    const seen = await walk({ environments: [environment({ CNAME: 'other.elasticbeanstalk.com', EndpointURL: 'x' })] })
    expect(seen.at('beanstalk/environments')?.says).toBe(
      `none of the 1 environments of this account in ${REGION} has that name: shop-prod`,
    )
    expect(seen.verdict?.id ?? '').not.toMatch(/^(beanstalk|platform)\//)
  })

  it('somebody named the environment: a verdict is likely at most', async () => {
    const seen = await walk(
      {
        environments: [environment({ CNAME: 'other.elasticbeanstalk.com', EndpointURL: 'x' })],
        health: health({}, ['There are no instances. Auto Scaling group desired capacity is set to 0.']),
        instances: [],
      },
      { facts: { 'platform.app': 'shop-prod' } },
    )
    expect(seen.path).toContain('beanstalk/environments.named')
    expect([seen.verdict?.id, seen.short]).toEqual(['platform/stopped', 'process-down likely'])
  })

  it.each([
    ['expired', 'expired-credentials'],
    ['denied', 'no-permission'],
    ['badKey', 'no-credentials'],
    ['throttled', 'throttled'],
  ] as const)('%s: blind, with its own word', async (refusal, why) => {
    const seen = await walk({ refuses: REFUSALS[refusal] })
    expect(seen.verdict?.id ?? '').not.toMatch(/^(beanstalk|platform|alb)\//)
    expect(seen.session.blindSpots.find(({ node }) => node === 'beanstalk/environments')?.why).toBe(why)
  })

  it('a program for credentials is not started', async () => {
    const seen = await walk({}, { parts: { awsContext: found({ profile: 'prod', source: 'program' }) } })
    expect(seen.path).toContain('beanstalk/context.program')
    expect(seen.questions).toEqual([])
  })

  it('no aws here: nothing is asked, and a person may paste', async () => {
    const seen = await onPlatform(null, {}, { url: `http://${HOST}/`, request: ownPage(503) })
    expect(seen.at('platform/client')?.says).toBe(
      'aws is not on this machine, so AWS Elastic Beanstalk cannot be asked from here',
    )
    expect(seen.questions).toEqual([])
  })
})

describe('the way to it', () => {
  it('by an alias of a name of its own', async () => {
    const seen = await walk(
      {
        health: health({}, ['There are no instances. Auto Scaling group desired capacity is set to 0.']),
        instances: [],
      },
      { url: 'http://shop.example.com/', chain: [HOST] },
    )
    expect(seen.path).toContain('alb/alias.beanstalk')
    expect([seen.verdict?.id, seen.short]).toEqual(['platform/stopped', 'process-down confirmed'])
  })
})
