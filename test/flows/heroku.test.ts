import { describe, expect, it } from 'vitest'
import {
  app,
  CRASH,
  domain,
  dyno,
  heroku,
  type Known,
  managed,
  printedBy,
  release,
  routed,
  WEB,
} from '../documented/platforms/heroku.ts'
import { REFUSALS } from '../documented/platforms/refusals.ts'
import { Person } from './person.ts'
import { type OnPlatform, onPlatform, page } from './platforms.ts'

const OWN_PAGE = page(
  503,
  { Server: 'Heroku', 'Content-Type': 'text/html' },
  '<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>',
)
const PAGE =
  'HTTP/1.1 503 Service Unavailable\r\nServer: Heroku\r\n\r\n<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>'
const SITE: OnPlatform = { url: `https://${WEB}/checkout`, request: OWN_PAGE }
const walk = (known: Partial<Known> = {}, more: Partial<OnPlatform> = {}) =>
  onPlatform('heroku', heroku(known), { ...SITE, ...more })

describe('what Heroku tells has a verdict', () => {
  it.each<[id: string, short: string, known: Partial<Known>]>([
    ['platform/maintenance', 'deliberate confirmed', { app: app({ maintenance: true }) }],
    [
      'platform/stopped',
      'process-down confirmed',
      { dynos: [dyno('worker.1', 'up')], log: [routed('H14', 'No web dynos running')] },
    ],
    [
      'platform/crash-on-start',
      'crash-on-start confirmed',
      { dynos: [dyno('web.1', 'crashed')], log: [...CRASH, routed('H10', 'App crashed')] },
    ],
    [
      'platform/crash-loop',
      'crash-loop likely',
      { dynos: [dyno('web.1', 'crashed')], log: [routed('H10', 'App crashed')] },
    ],
    [
      'platform/oom-killed',
      'oom-killed likely',
      {
        log: [
          managed('web.1', 'Error R15 (Memory quota vastly exceeded)'),
          routed('H13', 'Connection closed without response'),
        ],
      },
    ],
    [
      'platform/wrong-port',
      'wrong-port likely',
      {
        dynos: [dyno('web.1', 'starting')],
        log: [
          printedBy('web.1', 'Listening on port 3000'),
          managed(
            'web.1',
            'Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch',
          ),
        ],
      },
    ],
    [
      'platform/wrong-interface',
      'wrong-interface likely',
      {
        log: [printedBy('web.1', 'Listening on http://127.0.0.1:31415'), managed('web.1', 'Error R10 (Boot timeout)')],
      },
    ],
    [
      'platform/not-listening',
      'not-ready likely',
      { log: [printedBy('web.1', 'migrating'), managed('web.1', 'Error R10 (Boot timeout)')] },
    ],
    [
      'platform/starting',
      'not-ready likely',
      { dynos: [dyno('web.1', 'starting')], log: [routed('H20', 'App boot timeout')] },
    ],
    [
      'platform/garbled',
      'invalid-header likely',
      { log: [routed('H17', 'Poorly formatted HTTP response'), routed('H17', 'Poorly formatted HTTP response')] },
    ],
    ['platform/slow', 'slow-app likely', { log: [routed('H12', 'Request timeout')] }],
    ['platform/busy', 'workers-exhausted likely', { log: [routed('H11', 'Backlog too deep')] }],
    [
      'platform/closed',
      'truncated-response likely',
      { log: [routed('H18', 'Server Request Interrupted', { path: '/upload' })] },
    ],
    [
      'platform/died',
      'crashed-mid-response likely',
      {
        log: [
          routed('H13', 'Connection closed without response'),
          managed('web.1', 'Process exited with status 139', '2026-11-21T02:03:12.900000+00:00'),
        ],
      },
    ],
    ['platform/outage', 'vendor-outage likely', { log: [routed('H99', 'Platform error')], status: 'red' }],
  ])('%s: %s', async (id, short, known) => {
    const seen = await walk(known)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.verdict?.says.length).toBeLessThan(330)
    expect(seen.blindSpots).toEqual([])
    expect(seen.judged.verdict?.node.place === 'app' || seen.verdict?.bornAt === 'platform').toBe(true)
  })

  it('what the application answered itself is passed on', async () => {
    const seen = await walk(
      {},
      { request: page(502, { Via: '1.1 heroku-router', 'Content-Type': 'application/json' }, '{"error":"payment"}') },
    )
    expect(seen.verdict).toMatchObject({
      id: 'platform/app-error',
      cause: 'app-error',
      confidence: 'likely',
      place: 'app',
    })
  })

  it('a page of the router’s own that nothing explains is left open', async () => {
    const seen = await walk()
    expect(seen.end).toMatchObject({ node: 'platform/unexplained', outcome: 'inconclusive' })
    expect(seen.end.says).toContain('1 web dyno: 1 up')
  })
})

describe('the way through it', () => {
  it('asks in this order, only to read, and tells the context first', async () => {
    const seen = await walk({ dynos: [dyno('web.1', 'crashed')], log: CRASH })
    expect(seen.questions).toEqual([
      'auth:whoami',
      'apps --all --json',
      'domains -a shop --json',
      'apps:info -a shop --json',
      'ps -a shop --json',
      'releases -a shop --json',
      'logs -a shop -n 1000',
    ])
    expect(seen.at('heroku/account')?.says).toContain('asked as ')
    expect(seen.at('heroku/apps')?.says).toBe(`shop in eu is ${WEB}`)
    expect(seen.verdict?.says).toBe(
      "The application shop ends as it starts on Heroku, with status 1: Error: Cannot find module 'express'",
    )
    expect(JSON.stringify(seen.entries)).not.toContain('"email"')
  })

  it('a release just before is named, and the way back is a command', async () => {
    const seen = await walk({
      dynos: [dyno('web.1', 'crashed')],
      log: CRASH,
      releases: [release(42, '2026-11-21T01:58:12Z'), release(41, '2026-11-12T08:00:00Z', { current: false })],
    })
    expect(seen.at('heroku/releases')?.says).toBe('release v42 (Deploy 0a1b2c3d) went out at 01:58:12Z, 300 s before')
    expect(seen.fact('onset.change')).toBe('release v42')
    expect(seen.fact('platform.before')).toBe('v41')
  })

  it('a release that failed is told', async () => {
    const seen = await walk({
      log: [routed('H12', 'Request timeout')],
      releases: [
        release(43, '2026-11-21T01:58:12Z', { status: 'failed', current: false }),
        release(42, '2026-11-12T08:00:00Z'),
      ],
    })
    expect(seen.at('heroku/releases')).toMatchObject({ branch: 'failed', learns: { 'platform.before': 'v42' } })
  })

  it('our own slow request comes before what befell others', async () => {
    const log = [managed('web.1', 'Error R15 (Memory quota vastly exceeded)'), routed('H12', 'Request timeout')]
    expect((await walk({ log })).verdict?.id).toBe('platform/slow')
  })

  it('other processes than web are none of its business', async () => {
    const log = [
      printedBy('worker.1', "Error: Cannot find module 'express'"),
      managed('worker.1', 'Process exited with status 1'),
    ]
    const seen = await walk({ dynos: [dyno('web.1', 'up'), dyno('worker.1', 'crashed')], log })
    expect(seen.end.node).toBe('platform/unexplained')
  })

  it('what is older than the window does not count', async () => {
    const log = [routed('H10', 'App crashed', { at: '2026-11-20T11:00:00.000000+00:00' })]
    expect((await walk({ log })).end.node).toBe('platform/unexplained')
  })

  it('how long ago a release was is told, and a log that is silent is told with the time that was looked at', async () => {
    const old = [release(42, '2026-11-19T02:00:00Z')]
    const silent = await walk({ releases: old, log: [] })
    expect(silent.at('heroku/releases')?.says).toBe('the last release, v42, went out 2 days ago')
    const hours = await walk({
      releases: [release(42, '2026-11-20T21:03:12Z')],
      log: [printedBy('web.1', 'hello')],
    })
    expect(hours.at('heroku/releases')?.says).toBe('the last release, v42, went out 5 h ago')
    expect(hours.at('heroku/log')?.says).toContain('and neither the router nor a dyno complains')
    const outside = await walk({ log: ['2026-11-20T02:02:40.100000+00:00 app[web.1]: GET /health 200'] })
    expect(outside.at('heroku/log')?.says).toBe(
      'no line within the last 15 min, and neither the router nor a dyno complains',
    )
  })

  it('a domain of one’s own: the application is named, and its domains are compared', async () => {
    const own = { url: 'https://shop.example.com/checkout', facts: { 'platform.app': 'shop' } }
    const ours = await walk({ domains: [domain(WEB), domain('shop.example.com')], dynos: [] }, own)
    expect(ours.verdict).toMatchObject({ id: 'platform/stopped', confidence: 'confirmed' })
    const other = await walk({ domains: [domain(WEB)], dynos: [] }, own)
    expect(other.verdict).toBeNull()
    expect(other.end.node).toBe('platform/not-ours')
  })

  it('a name that only somebody said is never certain', async () => {
    const seen = await onPlatform(
      'heroku',
      { ...heroku({ dynos: [] }), 'domains -a shop --json': { err: 'Error: ETIMEDOUT', exit: 1 } },
      { ...SITE, url: 'https://shop.example.com/', facts: { 'platform.app': 'shop' } },
    )
    expect(seen.verdict).toMatchObject({ id: 'platform/stopped', confidence: 'likely' })
  })

  it('a domain of one’s own, and nobody to name the application', async () => {
    const seen = await walk({}, { url: 'https://shop.example.com/checkout' })
    expect(seen.at('heroku/apps')?.says).toBe(
      'none of the 1 applications of this account has that address by itself: shop',
    )
    expect(seen.verdict).toBeNull()
  })
})

describe('a person who runs the client somewhere else', () => {
  it('pastes what it prints, step by step', () => {
    const said = heroku({ dynos: [dyno('web.1', 'crashed')], log: CRASH })
    const person = new Person(`https://${WEB}/checkout`)
      .until('locate/response')
      .paste(PAGE)
      .until('platform/elsewhere')
    expect(person.offered).toEqual(['paste', 'no'])
    person.answer('paste')
    for (const question of [
      'auth:whoami',
      'apps --all --json',
      'domains -a shop --json',
      'apps:info -a shop --json',
      'ps -a shop --json',
      'releases -a shop --json',
      'logs -a shop -n 1000',
    ]) {
      person.paste(said[question]?.out ?? '')
    }
    expect(person.conclusion.verdict).toMatchObject({ id: 'platform/crash-on-start', cause: 'crash-on-start' })
    expect(person.conclusion.verdict?.confidence).not.toBe('confirmed')
  })
})

describe('Heroku tells nothing', () => {
  it.each(REFUSALS.filter(([client]) => client === 'heroku'))('%s %o: %s', async (_, says, why) => {
    const answers = Object.fromEntries(Object.keys(heroku()).map((question) => [question, says]))
    const seen = await onPlatform('heroku', answers, SITE)
    expect(seen.verdict).toBeNull()
    expect(seen.session.blindSpots.find(({ node }) => node === 'heroku/account')?.why).toBe(why)
    expect(seen.questions).toEqual(['auth:whoami'])
    expect(seen.end).toMatchObject({ outcome: 'inconclusive', node: 'place/wake-platform' })
  })

  it('the client is not here: nothing is started', async () => {
    const seen = await onPlatform(null, {}, SITE)
    expect(seen.at('platform/client')?.says).toBe('heroku is not on this machine, so Heroku cannot be asked from here')
    expect(seen.questions).toEqual([])
    expect(seen.end).toMatchObject({ node: 'place/wake-platform' })
    expect(seen.blindSpots).toEqual([])
  })

  it('dynos that could not be told are not “none”', async () => {
    const seen = await onPlatform(
      'heroku',
      { ...heroku(), 'ps -a shop --json': { err: ' ›   Error: socket hang up\n', exit: 1 } },
      SITE,
    )
    expect(seen.verdict).toBeNull()
    expect(seen.at('heroku/dynos')).toMatchObject({ blind: 'unreachable-host' })
  })
})
