import { describe, expect, it } from 'vitest'
import { environment, event, HOST, health, instance, metrics, settings } from '../../documented/aws/beanstalk.ts'
import { contextOf, HOSTILE, read } from '../platform/support.ts'

const AT = contextOf({ 'url.host': HOST })
const environments = (list: unknown[], facts: Record<string, string | string[]> = { 'url.host': HOST }) =>
  read('beanstalk-environments', JSON.stringify({ Environments: list }), {}, contextOf(facts)).value
const healthOf = (causes: string[], counts = {}, more = {}) =>
  read('beanstalk-health', JSON.stringify(health(counts, causes, more)), {}, AT).value
const instances = (...list: unknown[]) =>
  read('beanstalk-instances', JSON.stringify({ InstanceHealthList: list, RefreshedAt: '2026-11-21T02:03:00Z' })).value
const events = (...list: unknown[]) => read('beanstalk-events', JSON.stringify({ Events: list })).value
const option = (Namespace: string, OptionName: string, Value: string) => ({ Namespace, OptionName, Value })
const settingsOf = (...options: unknown[]) =>
  read('beanstalk-settings', JSON.stringify({ ConfigurationSettings: [{ OptionSettings: options }] })).value

describe('environments', () => {
  it('the one with a name of the site, in whatever case, by its CNAME or its endpoint', () => {
    const upper = environment({ CNAME: `${HOST.toUpperCase()}.` })
    expect(environments([environment({ CNAME: 'x', EndpointURL: 'y' }), upper])).toMatchObject({
      complete: true,
      found: true,
      by_name: true,
      count: 2n,
      app: 'shop-prod',
      group: 'My Shop',
      version: 'v42',
      status: 'Ready',
      color: 'Red',
    })
    const elb = 'awseb-shop.eu-central-1.elb.amazonaws.com'
    expect(
      environments([environment({ EndpointURL: elb })], { 'url.host': 'shop.example.com', 'platform.names': [elb] }),
    ).toMatchObject({ found: true, by_name: true, endpoint: elb })
  })

  it('two with the name are none, and one that was ended is not there', () => {
    expect(environments([environment(), environment()])).toMatchObject({ found: false, app: '', count: 2n })
    expect(environments([environment({ Status: 'Terminated' })])).toMatchObject({ found: false, count: 0n })
  })

  it('one that somebody named is found, and not by a name of the site', () => {
    const other = environment({ CNAME: 'x', EndpointURL: 'y' })
    expect(environments([other], { 'url.host': HOST, 'platform.app': 'shop-prod' })).toMatchObject({
      found: true,
      by_name: false,
    })
  })

  it('how long ago it was updated', () => {
    expect(environments([environment({ DateUpdated: '2026-11-21T01:58:12Z' })])).toMatchObject({ seconds_before: 300n })
    expect(environments([environment({ DateUpdated: 'soon' })])).toMatchObject({ seconds_before: 0n })
  })
})

describe('health', () => {
  it('counts instances by what they are', () => {
    expect(
      healthOf([], { Ok: 1, Info: 1, Pending: 1, Warning: 1, Degraded: 1, Severe: 1, NoData: 1, Unknown: 1 }),
    ).toMatchObject({ complete: true, total: 8n, ok: 2n, pending: 1n, ill: 3n, silent: 2n, wanted: -1n })
  })

  it('tells requests and how slow they were, in milliseconds', () => {
    expect(healthOf([], { Ok: 1 }, { ApplicationMetrics: metrics(45, 12, 31.5) })).toMatchObject({
      requests: 45n,
      failed: 12n,
      slowest_ms: 31_500n,
      half_ms: 1n,
    })
    const latency = (P99: unknown) => healthOf([], { Ok: 1 }, { ApplicationMetrics: { Latency: { P99 } } }).slowest_ms
    expect([latency(-1), latency('1'), latency(1e300)]).toEqual([0n, 0n, 0n])
  })

  it.each([
    ['set to zero.', 0n],
    ['set to 0', 0n],
    ['set to 12.', 12n],
    ['set to a lot', -1n],
    ['set to 99999999999999999999', -1n],
  ])('what Auto Scaling is %s: %s', (end, wanted) => {
    expect(healthOf([`There are no instances. Auto Scaling group desired capacity is ${end}`])).toMatchObject({
      wanted,
    })
  })

  it('several sentences of one cause mean something each', () => {
    const said = healthOf(['None of the instances are sending data. Unable to assume role "x". Verify it.'])
    expect((said.words as { signature: string }[]).map(({ signature }) => signature)).toEqual([
      'eb-no-data',
      'eb-service-role',
    ])
  })

  it('basic health reporting is told by its refusal, and by no other', () => {
    const refused = (code: string) =>
      read('beanstalk-health', '', {
        exit: 254,
        err: `An error occurred (${code}) when calling the DescribeEnvironmentHealth operation: no`,
      })
    expect(refused('InvalidRequestException')).toMatchObject({ value: { basic: true, complete: false }, dark: [] })
    expect(refused('AccessDenied')).toMatchObject({ value: { basic: false }, dark: [{ why: 'no-permission' }] })
  })
})

describe('instances', () => {
  it('what each is, how its deployment went, and what does not run on it', () => {
    const told = instances(
      instance('Ok', [], 'Deployed', 'v41'),
      instance('Severe', ['Following services are not running: web, Proxy.'], 'Failed', 'v42'),
      instance('Pending', [], 'In Progress', 'v42'),
      instance('NoData'),
      instance('Strange'),
    )
    expect(told).toMatchObject({
      complete: true,
      total: 5n,
      ok: 1n,
      pending: 1n,
      ill: 1n,
      silent: 2n,
      failed: 1n,
      deploying: 1n,
      versions: 'v41, v42',
      services: ['web', 'proxy'],
      instance: 'i-08691cc7',
    })
    expect(told.says).toBe('5 instances: 1 Ok, 1 Severe, 1 Pending, 1 NoData, 1 Strange')
  })

  it('more pages are no whole answer', () => {
    const out = JSON.stringify({ InstanceHealthList: [instance('Ok')], NextToken: 'more' })
    expect(read('beanstalk-instances', out)).toMatchObject({ value: { complete: false }, dark: [{ why: 'cut' }] })
  })
})

describe('events', () => {
  it('the newest error of a day, and the version with the one before it', () => {
    expect(
      events(
        event('INFO', 'c', '2026-11-21T02:02:00Z'),
        event('ERROR', 'newest', '2026-11-21T02:01:00Z', 'v42'),
        event('ERROR', 'older', '2026-11-21T02:00:00Z', 'v42'),
        event('INFO', 'begun', '2026-11-21T01:58:12Z', 'v42'),
        event('INFO', 'before', '2026-11-19T08:00:00Z', 'v41'),
        event('INFO', 'long before', '2026-11-01T08:00:00Z', 'v42'),
      ),
    ).toMatchObject({
      complete: true,
      count: 6n,
      error: 'newest',
      version: 'v42',
      version_at: new Date('2026-11-21T01:58:12Z'),
      before: 'v41',
      seconds_before: 300n,
      last_event: 'c',
    })
  })

  it('an error of the day before yesterday explains nothing', () => {
    expect(events(event('FATAL', 'old', '2026-11-19T02:00:00Z'))).toMatchObject({ error: '', version: '', before: '' })
    expect(events()).toMatchObject({ complete: true, count: 0n, last_event: '' })
  })

  it('more events than were asked for are no gap: the newest are here', () => {
    const out = JSON.stringify({ Events: [event('INFO', 'a', '2026-11-21T02:02:00Z')], NextToken: 'more' })
    expect(read('beanstalk-events', out)).toMatchObject({ value: { complete: true }, dark: [] })
  })
})

describe('settings', () => {
  it('what matters, in one sentence', () => {
    expect(read('beanstalk-settings', JSON.stringify({ ConfigurationSettings: [settings()] })).value).toMatchObject({
      complete: true,
      kind: 'LoadBalanced',
      proxy: 'nginx',
      port: 8080n,
      policy: 'AllAtOnce',
      least: 2n,
      check: 'GET /health on port 80',
    })
    expect(settingsOf(option('aws:elasticbeanstalk:environment', 'EnvironmentType', 'SingleInstance'))).toMatchObject({
      says: 'one instance without a load balancer',
    })
    expect(settingsOf(option('aws:autoscaling:asg', 'MaxSize', '4'))).toMatchObject({
      says: 'nothing that matters here',
    })
  })

  it('no variable but PORT is kept, and that only as a number', () => {
    const VARIABLES = 'aws:elasticbeanstalk:application:environment'
    const out = JSON.stringify({
      ConfigurationSettings: [
        {
          OptionSettings: [
            option(VARIABLES, 'SECRET', 'hunter2'),
            option(VARIABLES, 'PORT', 'hunter3'),
            option('aws:elasticbeanstalk:environment', '__proto__', 'hunter4'),
            option('constructor', 'name', 'hunter5'),
          ],
        },
      ],
    })
    const told = read('beanstalk-settings', out)
    expect(told.value).toMatchObject({ port: 0n, complete: false })
    expect(JSON.stringify(told.lines)).not.toContain('hunter')
  })
})

describe('whatever comes', () => {
  const NAMES = ['environments', 'health', 'instances', 'events', 'settings'].map((name) => `beanstalk-${name}`)
  it.each(NAMES)('%s claims nothing', (name) => {
    for (const out of [...HOSTILE, '{"Environments":7,"HealthStatus":[],"Events":{},"OptionSettings":[1]}'])
      expect(read(name, out).value).toMatchObject({ complete: false })
  })
})
