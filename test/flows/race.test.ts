import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/words/json.ts'
import { answered, clock, exchange, nginxPage, samples } from './http.ts'
import { blind, found, processInfo } from './looks.ts'
import { accessLine, accessLines, accessLog, errorLine, errorLog, MESSAGES } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const pool = (upstream = 'keepalive 16;', location = '', servers = 'server 127.0.0.1:3000;') =>
  config(`location / { proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; ${location} }`, {
    main: `upstream shop { ${servers} ${upstream} }`,
  })
const POST = 'POST /checkout HTTP/1.1'
const lost = (count: number, request?: string, from = -300) =>
  Array.from({ length: count }, (_, i) =>
    errorLine(MESSAGES.reset, {
      at: clock(from + i),
      connection: 100 + i + (request ? 50 : 0),
      ...(request ? { request } : {}),
    }),
  )
const failedPosts = (count: number) =>
  Array.from({ length: count }, (_, i) => accessLine({ at: clock(-300 + i), status: 502 }).replace('GET', 'POST'))
const kept = (more: { [name: string]: Json } = {}) =>
  found({
    ended: 'closed',
    idle_ms: 5003,
    status: 200,
    version: '1.1',
    connection: 'keep-alive',
    named_ms: 5000,
    ...more,
  })

/** nginx keeps connections for a minute, Node for five seconds; two GETs and three POSTs were lost, and the POSTs failed. */
const RACE: Partial<World> = {
  config: pool(),
  errorLog: errorLog([...lost(2), ...lost(3, POST)]),
  accessLog: accessLog([...accessLines(20, -5), ...failedPosts(3)]),
  process: processInfo({ started: clock(-86_000) }),
}

const told = async (parts: Partial<World>) => {
  const { judged, session } = await diagnose({ ...RACE, ...parts })
  const { verdict, outcome, state } = judged
  return verdict
    ? { cause: verdict.node.cause, how: verdict.assessment.confidence, state }
    : { end: session.reached?.node, outcome, state }
}

describe('a race on kept connections', () => {
  it('is confirmed by values in the wrong order, lost requests that were sent again, and a process that lived', async () => {
    const seen = await diagnose(RACE)
    const { verdict, outcome, state } = seen.judged
    expect({ outcome, state }).toEqual({ outcome: 'diagnosed', state: 'intermittent' })
    expect(verdict).toMatchObject({ node: { id: 'race/race' }, bornAt: 'proxy', shape: 'reset' })
    expect(verdict?.assessment.confidence).toBe('confirmed')
    expect(verdict?.says).toBe(
      'The gateway now and then sends a request into a connection that node is just closing: the gateway uses an idle one again for up to 60000 ms (/etc/nginx/nginx.conf:6), and node closes it after 5003 ms',
    )
  })

  it('says what was lost, and what nginx sent again', async () => {
    const seen = await diagnose(RACE)
    expect(seen.at('race/lines')).toMatchObject({
      branch: 'closed',
      says: 'the application closed on 5 requests before it answered, last at 01:58:14Z: 2 that nginx may send again (GET and the like), 3 that it may not (POST and the like)',
    })
    expect(seen.at('race/methods')).toMatchObject({ branch: 'repeated' })
  })

  it('is likely where only POSTs were lost: the path itself may close on them', async () => {
    expect(await told({ errorLog: errorLog(lost(3, POST)) })).toEqual({
      cause: 'keepalive-race',
      how: 'likely',
      state: 'intermittent',
    })
  })

  it('is likely where the process was not seen to live', async () => {
    expect(await told({ process: blind('no-permission') })).toMatchObject({ cause: 'keepalive-race', how: 'likely' })
  })

  it('is likely where the process began after the first loss: an end explains that too', async () => {
    expect(await told({ process: processInfo({ started: clock(-120) }) })).toMatchObject({ how: 'likely' })
  })

  it('is likely where no access log can be read', async () => {
    expect(await told({ accessLog: blind('no-permission') })).toMatchObject({ cause: 'keepalive-race', how: 'likely' })
  })

  it('of a pool: another member was asked, which proves nothing of the connection', async () => {
    const servers = 'server 127.0.0.1:3000; server 127.0.0.1:3001;'
    expect(await told({ config: pool('keepalive 16;', '', servers) })).toMatchObject({
      cause: 'keepalive-race',
      how: 'likely',
    })
  })

  it('is felt by our own GET where nginx may send nothing again', async () => {
    const told = await diagnose({
      ...RACE,
      config: pool('keepalive 16;', 'proxy_next_upstream off;'),
      request: exchange(nginxPage(502)),
      errorLog: errorLog([...lost(2), errorLine(MESSAGES.reset)]),
      accessLog: accessLog([...accessLines(20, -5), accessLine({ status: 502, agent: 'triage502/0.1.0' })]),
    })
    expect(told.judged.verdict).toMatchObject({
      node: { cause: 'keepalive-race' },
      assessment: { confidence: 'likely' },
    })
  })
})

describe('no race', () => {
  it('the application keeps them longer than nginx uses them', async () => {
    const idle = kept({ ended: 'open', idle_ms: 300, named_ms: 65_000 })
    expect(await told({ idle })).toMatchObject({ end: 'restart/other-method' })
    expect((await diagnose({ ...RACE, idle })).at('race/keeps')).toMatchObject({
      branch: 'later',
      rulesOut: ['keepalive-race'],
    })
  })

  it('nginx uses them for less long than the application keeps them', async () => {
    expect(await told({ config: pool('keepalive 16; keepalive_timeout 3s;') })).toMatchObject({
      end: 'restart/other-method',
    })
  })

  it('as long is not longer', async () => {
    const config = pool('keepalive 16; keepalive_timeout 5003ms;')
    expect(await told({ config })).toMatchObject({ cause: 'keepalive-race' })
  })

  it('it was still open when the watch ended: that is open', async () => {
    const idle = kept({ ended: 'open', idle_ms: 12_000, named_ms: 0 })
    expect((await diagnose({ ...RACE, idle })).at('race/keeps')).toMatchObject({ branch: 'open' })
    expect(await told({ idle })).toMatchObject({ end: 'restart/other-method' })
  })

  it('the application closes after every answer', async () => {
    expect(await told({ idle: kept({ connection: 'close', idle_ms: 0 }) })).toMatchObject({
      end: 'restart/other-method',
    })
  })

  it('it could not be watched', async () => {
    expect(await told({ idle: blind('declined') })).toMatchObject({ end: 'restart/other-method' })
  })

  it('nginx keeps no connections', async () => {
    const seen = await diagnose({ ...RACE, config: config() })
    expect(seen.asked).not.toContain('idle')
  })

  it('all the GETs that were lost failed too: nginx did not send them again, so they were on fresh connections', async () => {
    const log = accessLog([...accessLines(20, -5), ...failedPosts(3), ...accessLines(2, -300, { status: 502 })])
    const seen = await diagnose({ ...RACE, accessLog: log })
    expect(seen.at('race/methods')).toMatchObject({ branch: 'not-repeated', rulesOut: ['keepalive-race'] })
    expect(seen.judged.verdict?.node.cause).toBe('recovered')
  })
})

describe('a race that nobody feels', () => {
  const parts = { errorLog: errorLog(lost(2)), accessLog: accessLog(accessLines(20, -5)) }

  it('is healthy, and is told', async () => {
    expect(await told(parts)).toEqual({ end: 'race/unfelt', outcome: 'healthy', state: 'degraded' })
  })

  it('is no word of another address where there is only one', async () => {
    const seen = await diagnose({ ...RACE, ...parts })
    expect(seen.session.reached?.says).toContain('2 requests were lost so and sent again')
  })
})

describe('requests that fail just now', () => {
  it('now and then, and the log tells of closes', async () => {
    const some = samples(answered(200, 'ok', {}, true), nginxPage(502))
    expect(await told({ samples: some })).toMatchObject({ cause: 'keepalive-race', state: 'intermittent' })
  })
})
