import { describe, expect, it } from 'vitest'
import { HELD_FOR_DOWN, POOL_ALL_DOWN, POOL_ONE_502, POOL_ONE_DOWN } from './faults.ts'
import { answered, clock, exchange, nginxPage, REFUSED, SILENT, samples } from './http.ts'
import { blind, candidates } from './looks.ts'
import { members } from './pools.ts'
import { accessLine, accessLines, accessLog, errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const poolConfig = (settings = '', servers = 'server 127.0.0.1:3000; server 127.0.0.1:3001;') =>
  config(`location / { proxy_pass http://shop_pool; ${settings} }`, { main: `upstream shop_pool { ${servers} }` })
const FIRST_DOWN = { '127.0.0.1:3000': REFUSED }
/** A pool in good health. */
const POOL: Partial<World> = { config: poolConfig() }
/** One member is down, and nobody of the visitors noticed. */
const UNFELT: Partial<World> = { ...POOL, members: members(FIRST_DOWN) }

describe('a pool in good health', () => {
  it('is healthy when each member answers', async () => {
    const seen = await diagnose(POOL)
    expect(seen.end).toMatchObject({ node: 'nginx/healthy', outcome: 'healthy', state: 'well' })
    expect(seen.at('pool/members')).toMatchObject({
      branch: 'all-well',
      says: 'every member answers well, asked directly: 127.0.0.1:3000 answers 200 after 3 ms; 127.0.0.1:3001 answers 200 after 3 ms',
    })
  })

  it('a single upstream is no pool', async () => {
    const seen = await diagnose()
    expect(seen.asked).not.toContain('members')
    expect(seen.fact('pool.members')).toBeUndefined()
  })

  it('members that are marked down are not in service', async () => {
    const servers = 'server 127.0.0.1:3000; server 127.0.0.1:3001; server 127.0.0.1:3002 down;'
    const seen = await diagnose({ config: poolConfig('', servers) })
    expect(seen.fact('pool.members')).toEqual(['127.0.0.1:3000', '127.0.0.1:3001'])
  })

  it('is healthy as before where nobody may be asked directly', async () => {
    const seen = await diagnose({ ...POOL, members: blind('declined') })
    expect(seen.end).toMatchObject({ node: 'nginx/healthy', state: 'well' })
    expect(seen.path).toContain('pool/members.blind')
  })
})

describe('one member down, and nginx asks the other one', () => {
  it('is degraded, and the finding names it', async () => {
    const seen = await diagnose(UNFELT)
    expect(seen.end).toEqual({
      node: 'pool/degraded',
      kind: 'healthy',
      outcome: 'healthy',
      state: 'degraded',
      says: 'Every request is answered; 1 of 2 members fails: 127.0.0.1:3000',
    })
    expect(seen.at('pool/members')?.says).toBe(
      '1 of 2 members fails, asked directly: 127.0.0.1:3000 refuses the connection; the others: 127.0.0.1:3001 answers 200 after 3 ms',
    )
  })

  it('and so when the log told of it', async () => {
    const line = errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3000/checkout' })
    const seen = await diagnose({ ...UNFELT, errorLog: errorLog([line]) })
    expect(seen.end).toMatchObject({ node: 'pool/degraded', outcome: 'healthy', state: 'degraded' })
  })

  it('a member that failed a moment ago and is back', async () => {
    const line = errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3000/checkout' })
    const seen = await diagnose({ ...POOL, errorLog: errorLog([line]) })
    expect(seen.end).toMatchObject({ node: 'pool/back-again', outcome: 'healthy', state: 'degraded' })
  })

  it('is not healthy where the access log cannot be read', async () => {
    const seen = await diagnose({ ...UNFELT, accessLog: blind('no-permission') })
    expect(seen.end).toMatchObject({ node: 'nginx/dark-well', outcome: 'inconclusive', state: 'degraded' })
  })

  it('visitors who got errors felt it', async () => {
    const failed = accessLog([...accessLines(20, -5), accessLine({ at: clock(-30), status: 502 })])
    const seen = await diagnose({
      ...UNFELT,
      accessLog: failed,
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3001, 'node', 4243)),
      direct: exchange(REFUSED),
    })
    expect(seen.judged).toMatchObject({ outcome: 'diagnosed', state: 'intermittent' })
    expect(seen.short).toMatch(/^process-down /)
  })

  it('visitors who got errors, and both members are well: it is over', async () => {
    const failed = accessLog([...accessLines(20, -5), accessLine({ at: clock(-30), status: 502 })])
    expect((await diagnose({ ...POOL, accessLog: failed })).short).toMatch(/^recovered /)
  })
})

describe('one member down, and nginx may not ask the other one', () => {
  it('is intermittent: the verdict is that of the member', async () => {
    const seen = await diagnose(POOL_ONE_DOWN)
    expect(seen.verdict).toMatchObject({
      id: 'app/process-down',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'intermittent',
      place: 'app',
      shape: 'unreachable',
      says: 'Nothing listens on 127.0.0.1:3000, and no other program here could be the application',
    })
    expect(seen.at('pool/requests')).toMatchObject({
      branch: 'some',
      says: '4 of 8 requests failed just now: 4 times 502, 4 times 200',
    })
    expect(seen.at('pool/lines')?.says).toBe('the error log names 127.0.0.1:3000 1 times (connect-refused)')
  })

  it('the other member is no application that moved', async () => {
    const seen = await diagnose({
      ...POOL_ONE_DOWN,
      candidates: (request) => {
        const claimed = request.kind === 'look' ? request.args.claimed : []
        expect(claimed).toEqual(['127.0.0.1:3000', '127.0.0.1:3001'])
        return candidates() as never
      },
    })
    expect(seen.ruledOut).toContain('wrong-port')
  })

  it('the second member as well as the first', async () => {
    const line = errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3001/checkout' })
    const seen = await diagnose({
      ...POOL_ONE_DOWN,
      errorLog: errorLog([line]),
      members: members({ '127.0.0.1:3001': REFUSED }),
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242)),
    })
    expect(seen.fact('upstream.port')).toBe(3001)
    expect(seen.verdict?.says).toContain('127.0.0.1:3001')
  })

  it('our own requests may all meet the other one: it is intermittent all the same', async () => {
    const line = errorLine(MESSAGES.refused, {
      upstream: 'http://127.0.0.1:3000/checkout',
      at: clock(-40),
      client: '10.0.0.9',
    })
    const seen = await diagnose({
      ...POOL_ONE_DOWN,
      request: exchange(answered(200, 'ok', {}, true)),
      errorLog: errorLog([line]),
      accessLog: accessLog(accessLines(20, -5)),
    })
    expect(seen.at('pool/sick')).toMatchObject({ branch: 'not-retried' })
    expect(seen.judged).toMatchObject({ outcome: 'diagnosed', state: 'intermittent' })
  })

  it('a request that failed once and never again is intermittent', async () => {
    const seen = await diagnose({ ...POOL_ONE_DOWN, count: samples(...Array.from({ length: 8 }, () => answered(200))) })
    expect(seen.at('pool/requests')).toMatchObject({ branch: 'none' })
    expect(seen.judged.state).toBe('intermittent')
  })

  it('without the members asked, the member of the log is looked at', async () => {
    const seen = await diagnose({ ...POOL_ONE_DOWN, members: blind('declined') })
    expect(seen.path).toContain('pool/unseen.failing')
    expect(seen.fact('upstream.port')).toBe(3000)
  })
})

describe('one member with another illness', () => {
  it('answers 502 itself, which nginx passes on', async () => {
    expect((await diagnose(POOL_ONE_502)).verdict).toMatchObject({
      id: 'app/app-error',
      confidence: 'confirmed',
      state: 'intermittent',
      bornAt: 'app',
    })
  })

  it('is later than nginx waits; only later requests met it', async () => {
    const late = answered(200, 'ok', { ms: 31_000 })
    const line = errorLine(MESSAGES.readTimeout, { upstream: 'http://127.0.0.1:3000/checkout' })
    const seen = await diagnose({
      config: poolConfig('proxy_next_upstream off;'),
      samples: samples(answered(200), nginxPage(504, 30_000)),
      count: samples(nginxPage(504, 30_000), answered(200, 'ok', {}, true), nginxPage(504, 30_000)),
      errorLog: (request) => errorLog(request.read === 'nginx-member-lines' ? [line] : []),
      members: members({ '127.0.0.1:3000': late }),
      direct: exchange(late),
    })
    expect(seen.verdict).toMatchObject({ id: 'process/slow-app', confidence: 'confirmed', state: 'intermittent' })
    expect(seen.verdict?.proofs).toContain('pool/lines.timed-out')
  })

  it('comes and goes: no member is ill when it is asked', async () => {
    const seen = await diagnose({
      ...POOL,
      samples: samples(answered(200), nginxPage(502)),
      count: samples(nginxPage(502), answered(200)),
    })
    expect(seen.end).toMatchObject({ node: 'pool/sometimes', outcome: 'inconclusive', state: 'intermittent' })
  })

  it('is silent for longer than we wait: nothing is said of it', async () => {
    const seen = await diagnose({ ...POOL, members: members({ '127.0.0.1:3000': SILENT }, { patience_ms: 90_000 }) })
    expect(seen.at('pool/members')).toMatchObject({ blind: 'timed-out' })
    expect(seen.end.node).toBe('nginx/healthy')
  })
})

describe('every member down', () => {
  it('is process-down, and the earlier lines say why none is live', async () => {
    const seen = await diagnose(POOL_ALL_DOWN)
    expect(seen.verdict).toMatchObject({ id: 'app/process-down', confidence: 'confirmed', state: 'failing' })
    expect(seen.at('nginx/error-log')).toMatchObject({
      branch: 'no-live',
      says: 'nginx holds every member of shop_pool for down; before that: 1 times 127.0.0.1:3000 connect-refused, 1 times 127.0.0.1:3001 connect-refused',
    })
    expect(seen.ruledOut).toContain('no-healthy-upstream')
  })

  it('no line in the window says why', async () => {
    const line = errorLine('no live upstreams while connecting to upstream', { upstream: 'http://shop_pool/checkout' })
    const seen = await diagnose({ ...POOL_ALL_DOWN, errorLog: errorLog([line]) })
    expect(seen.at('nginx/error-log')?.says).toContain('no line in the window says why')
    expect(seen.short).toBe('process-down confirmed')
  })

  it('held for down although each is well again', async () => {
    expect((await diagnose(HELD_FOR_DOWN)).verdict).toMatchObject({
      id: 'pool/held-for-down',
      cause: 'no-healthy-upstream',
      confidence: 'confirmed',
      place: 'proxy',
      says: 'The gateway holds every member of its pool for down and asks none of them, although each answers well: 127.0.0.1:3000, 127.0.0.1:3001',
    })
  })

  it('is not held for down when some of our requests were answered', async () => {
    const seen = await diagnose({ ...HELD_FOR_DOWN, count: samples(nginxPage(502), answered(200, 'ok', {}, true)) })
    expect(seen.path).toContain('pool/all-well.failing')
    expect(seen.short).not.toMatch(/^no-healthy-upstream/)
  })
})

describe('an access log that tells whom nginx asked', () => {
  const format = `log_format asked '$remote_addr $host [$time_iso8601] "$request" $status "$http_user_agent" $upstream_addr/$upstream_status';`
  const told: Partial<World> = {
    config: config('access_log /var/log/nginx/access.log asked; location / { proxy_pass http://shop_pool; }', {
      main: `${format} upstream shop_pool { server 127.0.0.1:3000; server 127.0.0.1:3001; }`,
    }),
  }
  const asked = (addresses: string, statuses: string, agent = 'Mozilla/5.0') =>
    `10.0.0.9 shop.example.com [${clock(-30)
      .toISOString()
      .replace(
        /\.\d+Z$/,
        '+00:00',
      )}] "POST /checkout HTTP/1.1" ${statuses.slice(-3)} "${agent}" ${addresses}/${statuses}`
  const times = (count: number, line: string) => Array.from({ length: count }, () => line)
  const WELL = times(20, asked('127.0.0.1:3001', '200'))
  const log = (...lines: string[]) =>
    accessLog([...lines, asked('127.0.0.1:3001', '200', 'triage502/0.1.0')])
      .out.split('\n')
      .slice(0, -2)
  const world = (...lines: string[]): Partial<World> => ({
    ...told,
    accessLog: { ...accessLog([]), out: `${log(...lines).join('\n')}\n` },
  })

  it('names the one that answers some requests with errors of its own', async () => {
    const seen = await diagnose(world(...WELL, ...times(6, asked('127.0.0.1:3000', '500'))))
    expect(seen.verdict).toMatchObject({ cause: 'app-error', place: 'app', bornAt: 'app', confidence: 'likely' })
    expect(seen.end).toMatchObject({ node: 'pool/one-errs', state: 'intermittent' })
    expect(seen.verdict?.says).toContain('127.0.0.1:3000 was asked 6 times and failed 6 times (500)')
  })

  it('names the one that is lost in between, and gives no cause that it has not seen', async () => {
    const seen = await diagnose(world(...WELL, ...times(6, asked('127.0.0.1:3000', '502'))))
    expect(seen.verdict).toMatchObject({ cause: 'recovered' })
    expect(seen.at('pool/asked')).toMatchObject({ branch: 'one' })
  })

  it('what it answered minutes ago may be mended by now', async () => {
    const old = times(6, asked('127.0.0.1:3000', '500').replace(/\[[^\]]*\]/, '[2026-11-21T01:58:00+00:00]'))
    const seen = await diagnose(world(...old, ...WELL))
    expect(seen.at('pool/asked')).toMatchObject({ branch: 'one' })
    expect(seen.verdict).toMatchObject({ cause: 'recovered' })
  })

  it('blames nobody where both fail', async () => {
    const both = [...times(9, asked('127.0.0.1:3000', '500')), ...times(9, asked('127.0.0.1:3001', '500'))]
    const seen = await diagnose(world(...both))
    expect(seen.at('pool/asked')).toMatchObject({ branch: 'several' })
    expect(seen.path).not.toContain('pool/all-well.own-errors')
  })

  it('tells of the retries that no visitor noticed', async () => {
    const retried = times(5, asked('127.0.0.1:3000, 127.0.0.1:3001', '502, 200'))
    const seen = await diagnose({ ...world(...WELL, ...retried), members: members(FIRST_DOWN) })
    expect(seen.at('pool/asked')?.says).toContain('127.0.0.1:3000 was asked 5 times and failed 5 times (502)')
    expect(seen.end).toMatchObject({ node: 'pool/degraded', state: 'degraded' })
  })

  it('is not asked where its format does not name them', async () => {
    const seen = await diagnose({ ...UNFELT })
    expect(seen.path).toContain('pool/asked-fork.untold')
  })
})
