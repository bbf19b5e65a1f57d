import { describe, expect, it } from 'vitest'
import {
  CRASH,
  failingCheck,
  fly,
  type Known,
  machine,
  NOT_STARTED,
  printedBy,
  proxied,
  release,
} from '../documented/platforms/fly.ts'
import { REFUSALS } from '../documented/platforms/refusals.ts'
import { type OnPlatform, onPlatform, page } from './platforms.ts'

const SITE: OnPlatform = {
  url: 'https://shop.fly.dev/checkout',
  request: page(503, { Server: 'Fly/a1b2c3d4', 'Fly-Request-Id': '01JD' }),
}
const walk = (known: Partial<Known> = {}, more: Partial<OnPlatform> = {}) =>
  onPlatform('fly', fly(known), { ...SITE, ...more })

describe('what Fly.io tells has a verdict', () => {
  it.each<[id: string, short: string, known: Partial<Known>]>([
    ['platform/stopped', 'process-down confirmed', { machines: [] }],
    [
      'platform/stopped',
      'process-down confirmed',
      { machines: [machine('stopped', NOT_STARTED, { exit_code: 0, requested_stop: true })] },
    ],
    [
      'platform/oom-killed',
      'oom-killed confirmed',
      { machines: [machine('stopped', {}, { exit_code: 137, oom_killed: true, requested_stop: false })] },
    ],
    [
      'platform/crash-on-start',
      'crash-on-start confirmed',
      { machines: [machine('stopped', {}, { exit_code: 1, requested_stop: false })], log: CRASH },
    ],
    [
      'platform/crash-loop',
      'crash-loop likely',
      { machines: [machine('stopped', {}, { exit_code: 1, requested_stop: false })] },
    ],
    ['platform/crash-loop', 'crash-loop likely', { machines: [machine('failed')] }],
    [
      'platform/wrong-port',
      'wrong-port likely',
      {
        log: [
          printedBy('Listening on port 3000'),
          proxied('PC01', 'instance refused connection. is your app listening on 0.0.0.0:8080?'),
        ],
      },
    ],
    [
      'platform/wrong-interface',
      'wrong-interface likely',
      { log: [printedBy('Listening on http://127.0.0.1:8080'), proxied('PC01', 'instance refused connection')] },
    ],
    [
      'platform/not-listening',
      'not-ready likely',
      { log: [printedBy('migrating the database'), proxied('PC01', 'instance refused connection')] },
    ],
    [
      'platform/health-check',
      'health-check-wrong likely',
      {
        machines: [machine('started', failingCheck('GET /healthz: 404 Not Found'))],
        log: [proxied('PR01', 'no known healthy instances found for route')],
      },
    ],
    ['platform/starting', 'not-ready likely', { machines: [machine('starting')] }],
    [
      'platform/starting',
      'not-ready likely',
      {
        machines: [machine('stopped', {}, { exit_code: 0, requested_stop: true })],
        log: [proxied('PM03', 'timed out waking the machine')],
      },
    ],
    [
      'platform/busy',
      'workers-exhausted likely',
      { log: [proxied('PR04', 'could not find a good candidate within 90 attempts at load balancing')] },
    ],
    [
      'platform/closed',
      'truncated-response likely',
      { log: [proxied('PU02', 'could not complete HTTP request to instance', '2026-11-21T02:01:00Z')] },
    ],
    [
      'platform/died',
      'crashed-mid-response likely',
      {
        log: [
          proxied('PC03', 'connection reset'),
          printedBy(' INFO Main child exited with signal (with signal SIGSEGV), code: 139', '2026-11-21T02:03:13Z'),
        ],
      },
    ],
    ['platform/outage', 'vendor-outage likely', { log: [proxied('PU03', 'unreachable worker host')] }],
  ])('%s: %s', async (id, short, known) => {
    const seen = await walk(known)
    expect([seen.verdict?.id, seen.short]).toEqual([id, short])
    expect(seen.verdict?.says).not.toContain('…')
    expect(seen.blindSpots).toEqual([])
  })

  it('names both ports where they differ', async () => {
    const seen = await walk({
      log: [printedBy('Listening on port 3000'), proxied('PC01', 'instance refused connection')],
    })
    expect(seen.verdict).toMatchObject({
      place: 'platform',
      sides: ['platform', 'app'],
      says: 'The application shop says that it listens on port 3000, and Fly.io sends to port 8080: nobody takes the connection',
    })
  })

  it('machines that sleep are no fault by themselves', async () => {
    const seen = await walk({ machines: [machine('stopped', {}, { exit_code: 0, requested_stop: true })] })
    expect(seen.at('fly/machines')).toMatchObject({
      branch: 'asleep',
      says: '1 machine: 1 asleep: a request wakes one',
    })
    expect(seen.verdict).toBeNull()
  })

  it('what the application answered itself is passed on', async () => {
    const seen = await walk(
      {},
      { request: page(502, { 'Fly-Request-Id': '01JD', 'Content-Type': 'application/json' }, '{"error":"payment"}') },
    )
    expect(seen.verdict).toMatchObject({ id: 'platform/app-error', confidence: 'likely' })
  })

  it('of two machines one crashed: the site is still served', async () => {
    const seen = await walk({
      machines: [machine('started'), machine('stopped', {}, { exit_code: 1, requested_stop: false })],
      log: [proxied('PC03', 'connection reset', '2026-11-21T02:01:00Z')],
    })
    expect(seen.at('fly/machines')).toMatchObject({ branch: 'some', says: '2 machines: 1 up, 1 crashed' })
    expect(seen.verdict?.id).toBe('platform/closed')
  })
})

describe('which application it is', () => {
  it('is known by the name that the site is an alias of, and nobody is asked', async () => {
    const seen = await walk({ machines: [] }, { url: 'https://shop.example.com/', chain: ['shop.fly.dev'] })
    expect(seen.at('platform/names')).toMatchObject({
      branch: 'fly',
      says: 'shop.example.com → shop.fly.dev: an application on Fly.io',
    })
    expect(seen.verdict).toMatchObject({ id: 'platform/stopped', confidence: 'confirmed' })
    expect(seen.questions).toEqual([
      'auth whoami',
      'machine list -a shop --json',
      'releases -a shop --json',
      'logs -a shop --no-tail',
    ])
  })

  it('is somebody’s word where no name tells it', async () => {
    const seen = await walk({ machines: [] }, { url: 'https://shop.example.com/', facts: { 'platform.app': 'shop' } })
    expect(seen.verdict).toMatchObject({ id: 'platform/stopped', confidence: 'likely' })
  })

  it('no name server: the host itself tells the platform, and nobody the application', async () => {
    const seen = await walk(
      {},
      {
        parts: {
          alias: {
            kind: 'look',
            argv: [],
            at: 'local',
            outcome: 'blind',
            why: 'timed-out',
            says: 'no answer',
            exit: null,
            ms: 1,
            startedAt: '2026-11-21T02:03:12.000Z',
            out: '',
            err: '',
            cut: false,
            timedOut: true,
            leftOut: '',
            meta: {},
          },
        },
      },
    )
    expect(seen.path).toContain('platform/which.fly')
    expect(seen.verdict).toBeNull()
  })

  it('the other name of the client will do', async () => {
    const seen = await onPlatform('flyctl', fly({ machines: [] }), SITE)
    expect(seen.verdict?.id).toBe('platform/stopped')
  })

  it('variables of a machine’s configuration are not kept', async () => {
    const seen = await walk()
    expect(JSON.stringify(seen.entries)).not.toContain('hunter2')
  })

  it('a release just before is named', async () => {
    const seen = await walk({
      machines: [],
      releases: [release(43, '2026-11-21T02:00:12Z'), release(42, '2026-11-19T08:00:00Z')],
    })
    expect(seen.fact('onset.change')).toBe('release v43')
    expect(
      (await walk({ machines: [], releases: [release(43, '2026-11-21T02:00:12Z', 'failed')] })).at('fly/releases')
        ?.says,
    ).toBe('release v43 of 02:00:12Z failed (failed)')
  })
})

describe('Fly.io tells nothing', () => {
  it.each(REFUSALS.filter(([client]) => client === 'fly'))('%s %o: %s', async (_, says, why) => {
    const answers = Object.fromEntries(Object.keys(fly()).map((question) => [question, says]))
    const seen = await onPlatform('fly', answers, SITE)
    expect(seen.verdict).toBeNull()
    expect(seen.session.blindSpots.find(({ node }) => node === 'fly/account')?.why).toBe(why)
    expect(seen.end).toMatchObject({ outcome: 'inconclusive', node: 'place/wake-platform' })
  })

  it('a list that was cut proves no absence', async () => {
    const whole = JSON.stringify([machine('stopped', NOT_STARTED), machine('started')])
    const seen = await onPlatform(
      'fly',
      { ...fly(), 'machine list -a shop --json': { out: whole.slice(0, -40) } },
      SITE,
    )
    expect(seen.verdict).toBeNull()
  })
})
