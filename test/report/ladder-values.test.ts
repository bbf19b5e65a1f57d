import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadLibrary } from '../../src/flow/load.ts'
import { LOOKS } from '../../src/probe/looks/index.ts'
import { READERS } from '../../src/reading/index.ts'
import { ladderOf } from '../../src/report/ladder.ts'
import { ladderTable } from '../../src/report/ladder-table.ts'
import type { Json } from '../../src/words/json.ts'
import { session } from '../guide/make.ts'
import { DIAGNOSED, diagnosisOf } from './incident.ts'

const { library } = loadLibrary(fileURLToPath(new URL('../../flows', import.meta.url)), {
  readers: READERS,
  looks: Object.keys(LOOKS),
  recorded: null,
})
const ladder = (facts: Record<string, Json>) => {
  const known = Object.entries(facts).map(
    ([name, value]) => [name, { value, origin: { by: 'probe', n: 1 }, visit: 0 }] as const,
  )
  return ladderOf({ ...session(), facts: new Map(known) }, library)
}
const table = (facts: Record<string, Json>) => {
  const diagnosis = { ...diagnosisOf(DIAGNOSED), ladder: ladder(facts) }
  return ladderTable({ ...diagnosis, verdict: diagnosis.verdict && { ...diagnosis.verdict, shape: 'slow' } })
}
const saying = (facts: Record<string, Json>) => ladder(facts).flatMap(({ inversions }) => inversions)

const HAPROXY = {
  'gateway.name': 'HAProxy',
  'config.pass_at': '/etc/haproxy/haproxy.cfg:30',
  'config.connect_timeout': 5000,
  'config.connect_at': '/etc/haproxy/haproxy.cfg:12',
  'config.read_timeout': 30_000,
  'config.read_at': '/etc/haproxy/haproxy.cfg:14',
  'config.reuse_ms': 5000,
  'config.reuse_at': '',
}
const APACHE = {
  'gateway.name': 'Apache',
  'config.pass_at': '/etc/apache2/sites-enabled/shop.conf:4',
  'config.connect_timeout': 60_000,
  'config.read_timeout': 60_000,
  'config.reuse_ms': 86_400_000,
  'config.reuse_at': '',
  'config.keeps_ms': 5000,
}

describe('a value of a configuration', () => {
  it('names its line; what is not set there is the default that holds', () => {
    expect(ladder(HAPROXY)[0]).toMatchObject({
      connect: { ms: 5000, from: 'configuration', at: '/etc/haproxy/haproxy.cfg:12' },
      read: { ms: 30_000, from: 'configuration', at: '/etc/haproxy/haproxy.cfg:14' },
      reuse: { ms: 5000, from: 'default', at: 'pool-purge-delay' },
      keeps: null,
    })
  })

  it('a gateway that waits for ever, as its configuration says nothing', () => {
    const { 'config.read_timeout': _, 'config.read_at': __, ...rest } = HAPROXY
    expect(ladder(rest)[0]?.read).toEqual({ ms: 0, from: 'default', at: 'timeout server' })
    const { 'config.pass_at': ___, ...unread } = rest
    expect(ladder(unread)[0]?.read).toEqual({ ms: 0, from: 'known-default', at: 'timeout server' })
  })

  it('that is as long as the default and set is set', () => {
    const set = { ...HAPROXY, 'config.reuse_at': '/etc/haproxy/haproxy.cfg:31' }
    expect(ladder(set)[0]?.reuse?.from).toBe('configuration')
  })
})

describe("the application's own limit", () => {
  const php = { 'app.program': 'php-fpm8.2', 'app.limit_ms': 60_000 }
  it('is of the file where it stands, else of its command line, else what it does by itself', () => {
    const file = { ...HAPROXY, ...php, 'app.limit_at': '/etc/php/www.conf:9' }
    expect(ladder(file)[1]?.read).toEqual({ ms: 60_000, from: 'configuration', at: '/etc/php/www.conf:9' })
    expect(table(file)?.places).toContain('PHP waits 60 s: /etc/php/www.conf:9')
    const word = { ...HAPROXY, ...php, 'app.limit_at': 'GUNICORN_CMD_ARGS' }
    expect(ladder(word)[1]?.read).toEqual({ ms: 60_000, from: 'command-line', at: 'GUNICORN_CMD_ARGS' })
    const { 'app.limit_ms': _, ...unset } = { ...HAPROXY, ...php }
    expect(ladder(unset)[1]?.read).toEqual({ ms: 30_000, from: 'known-default', at: 'max_execution_time' })
  })
})

describe('the table', () => {
  it('lists where values stand that somebody set, each hop by its name', () => {
    expect(table(HAPROXY)?.places).toEqual([
      'HAProxy waits 5 s for a connection: /etc/haproxy/haproxy.cfg:12',
      'HAProxy waits 30 s: /etc/haproxy/haproxy.cfg:14',
    ])
    const set = { ...APACHE, 'config.reuse_at': 'shop.conf:4', 'config.reuse_ms': 4000, 'config.keeps_at': 'a.conf:9' }
    expect(table(set)?.places).toEqual([
      'Apache uses an idle connection again for 4 s: shop.conf:4',
      'Apache keeps an idle connection 5 s: a.conf:9',
    ])
    const idle = { ...APACHE, 'config.read_at': 'a.conf:1', 'config.read_timeout': 90_000 }
    expect(table(idle)?.rows).toEqual([['Apache', '60 s', '90 s', 'while open', '5 s']])
  })
})

describe('the wrong order', () => {
  it('each of several tries to connect may take as long as the limit says', () => {
    const short = { ...HAPROXY, 'config.read_timeout': 10_000, 'answer.balancer': 'aws-alb', 'balancer.idle': 15_000 }
    expect(saying(short)).toEqual([])
    expect(saying({ ...short, 'config.connect_tries': 3 })).toEqual([])
    expect(saying({ ...short, 'config.connect_tries': 4 })).toMatchObject([
      {
        cause: 'timeout-order',
        says: 'AWS ALB waits 15000 ms, and HAProxy behind it 4 times 5000 ms for a connection alone: the outer one gives up first',
        known: true,
      },
    ])
  })

  const node = { 'app.program': 'node', 'app.keeps_ms': 5002, 'app.keeps_how': 'measured' }
  it('Apache uses a connection again for as long as it stays open', () => {
    expect(saying({ ...APACHE, ...node })).toEqual([
      {
        cause: 'keepalive-race',
        says: 'Apache uses an idle connection again for as long as it stays open, and Node closes it after 5002 ms',
        known: true,
      },
    ])
  })

  it('a default that holds counts as seen, beside one that was only looked up it does not', () => {
    expect(saying({ ...APACHE, 'app.program': 'node' })).toEqual([])
    expect(saying({ ...APACHE, ...node })[0]?.known).toBe(true)
  })

  it.each([
    ['heroku', { 'answer.platform': 'heroku' }, []],
    ['a balancer that was asked', { 'answer.balancer': 'aws-alb', 'balancer.idle': 20_000 }, ['timeout-order']],
    ['one that waits longer', { 'answer.balancer': 'aws-alb', 'balancer.idle': 90_000 }, []],
  ])('%s in front of a gateway that tries a minute for a connection', (_, front, causes) => {
    const inner = {
      ...HAPROXY,
      'config.read_timeout': 10_000,
      'config.connect_timeout': 60_000,
      'config.keeps_ms': 1e6,
    }
    const found = saying({ ...inner, ...front })
    expect(found.map(({ cause }) => cause)).toEqual(causes)
    for (const { says } of found)
      expect(says).toBe(
        'AWS ALB waits 20000 ms, and HAProxy behind it 60000 ms for a connection alone: the outer one gives up first',
      )
  })

  it("CDNs' limits stand in front of what is known", () => {
    const inner = { ...HAPROXY, 'config.read_timeout': 90_000, 'answer.cdn': 'cloudfront', 'config.keeps_ms': 1e6 }
    expect(saying(inner)).toEqual([
      {
        cause: 'timeout-order',
        says: 'CloudFront waits 30000 ms, and HAProxy behind it 90000 ms: the outer one gives up first',
        known: false,
      },
    ])
  })
})
