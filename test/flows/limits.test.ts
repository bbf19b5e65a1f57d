import { describe, expect, it } from 'vitest'
import { APP_ERROR, LIMITED, NO_CONNECTIONS, NO_CONNECTIONS_AT_ALL, NO_FILES, NO_FILES_AT_ALL } from './faults.ts'
import { answered, clock, EMPTY, exchange, nginxPage, SILENT, samples } from './http.ts'
import { blind } from './looks.ts'
import { workers } from './packets.ts'
import { accessLine, accessLines, accessLog, errorLine, errorLog, processLine } from './text.ts'
import { config, diagnose } from './world.ts'

const EXCESS = 'limiting requests, excess: 5.640 by zone "shop"'
const limiting = (message = EXCESS, more = {}) => errorLine(message, { upstream: '', ...more })
const others = { client: '10.0.0.9', connection: 5 }

describe('a limit of nginx’s own', () => {
  it('cites the zone, what it lets through, and where it is set', async () => {
    const seen = await diagnose(LIMITED)
    expect(seen.verdict).toEqual({
      id: 'limits/rate-limited',
      cause: 'rate-limited',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy'],
      bornAt: 'proxy',
      shape: 'none',
      says: 'nginx itself refused the request: the limit of requests in zone shop, 10r/s, set at /etc/nginx/sites-enabled/shop:4',
      proofs: ['nginx/error-log.limited', 'limits/zone.set'],
    })
    expect(seen.at('limits/zone')).toMatchObject({
      says: 'the limit of requests in zone shop is 10r/s for each $binary_remote_addr, with a burst of 5, set at /etc/nginx/sites-enabled/shop:4; what it refuses gets 503',
    })
  })

  it('of connections', async () => {
    const seen = await diagnose({
      ...LIMITED,
      config: config('location / { limit_conn all 20; proxy_pass http://127.0.0.1:3000; }', {
        main: 'limit_conn_zone $server_name zone=all:10m;',
      }),
      errorLog: errorLog([limiting('limiting connections by zone "all"')]),
    })
    expect(seen.short).toBe('rate-limited confirmed')
    expect(seen.verdict?.says).toContain('the limit of connections in zone all, 20, set at')
  })

  it('that the configuration on disk does not set is less than certain', async () => {
    const seen = await diagnose({ ...LIMITED, config: config() })
    expect(seen.at('limits/zone')).toMatchObject({ branch: 'unset' })
    expect(seen.short).toBe('rate-limited likely')
  })

  it('whose configuration cannot be read is less than certain', async () => {
    const log = errorLog([limiting()])
    const seen = await diagnose({ ...LIMITED, errorLog: log, config: { ...config(), cut: true } })
    expect(seen.judged.verdict?.assessment.confidence).not.toBe('confirmed')
  })

  it('is not blamed for a 503 of the application’s own', async () => {
    const { config: limits } = LIMITED
    const answer = exchange(answered(503, 'down for a moment', {}, true))
    const seen = await diagnose({
      ...APP_ERROR,
      ...(limits ? { config: limits } : {}),
      request: answer,
      direct: exchange(answered(503, 'down for a moment')),
    })
    expect(seen.short).toBe('app-error confirmed')
  })

  it('that refuses with 429 makes no gateway error', async () => {
    const refused = exchange(answered(429, 'slow down', {}, true))
    const seen = await diagnose({
      ...LIMITED,
      request: refused,
      samples: samples(answered(429, 'slow down', {}, true)),
    })
    expect(seen.at('nginx/error-log')).toMatchObject({
      branch: 'limited-well',
      says: 'nginx itself limits requests here: it refused 0 in the window, and ours with 429',
    })
    expect(seen.end).toMatchObject({ node: 'nginx/healthy', outcome: 'healthy' })
  })

  it('that refused others, and not us, is told as that and not as over', async () => {
    const failed = [1, 2, 3].map((n) => accessLine({ at: clock(-60 * n), status: 503 }))
    const seen = await diagnose({
      errorLog: errorLog([limiting(EXCESS, { ...others, at: clock(-60) })]),
      accessLog: accessLog([...accessLines(20, -200), ...failed.reverse()]),
    })
    expect(seen.at('nginx/error-log')).toMatchObject({ branch: 'limited-well' })
    expect(seen.end).toMatchObject({ node: 'limits/others', outcome: 'inconclusive' })
  })

  it('beside another failure does not hide it', async () => {
    const log = errorLog([
      limiting(EXCESS, { ...others, at: clock(-60) }),
      errorLine('connect() failed (111: Connection refused) while connecting to upstream', {
        ...others,
        at: clock(-50),
      }),
    ])
    expect((await diagnose({ errorLog: log })).at('nginx/error-log')).toMatchObject({ branch: 'well-before-not' })
  })
})

describe('no file left', () => {
  it('for the upstream: the worker is cited, and its limit', async () => {
    const seen = await diagnose(NO_FILES)
    expect(seen.verdict).toMatchObject({
      id: 'limits/fd-exhausted',
      confidence: 'confirmed',
      place: 'proxy',
      bornAt: 'proxy',
      shape: 'none',
      says: 'nginx may open no more files: a worker may have 1024 open, and has 1024',
      proofs: ['nginx/error-log.no-files', 'limits/files.full'],
    })
    expect(seen.at('limits/files')).toMatchObject({ says: 'worker 813 has 1024 files open, and may have 1024' })
  })

  it('says where the limit is set', async () => {
    const set = config(undefined, { main: '' })
    const out = `worker_rlimit_nofile 1024;\n${set.out}`.replace(
      'worker_rlimit_nofile 1024;\n# configuration file /etc/nginx/nginx.conf:\n',
      '# configuration file /etc/nginx/nginx.conf:\nworker_rlimit_nofile 1024;\n',
    )
    const seen = await diagnose({ ...NO_FILES, config: { ...set, out } })
    expect(seen.verdict?.says).toContain('; the limit is set at /etc/nginx/nginx.conf:1')
  })

  it('for visitors either: our own request was never taken in', async () => {
    const seen = await diagnose(NO_FILES_AT_ALL)
    expect(seen.at('nginx/error-log')).toMatchObject({
      branch: 'cannot-accept',
      says: 'accept4() failed (24: Too many open files), nginx wrote while we asked: it takes in nobody',
    })
    expect(seen.verdict).toMatchObject({ cause: 'fd-exhausted', confidence: 'confirmed', shape: 'slow' })
  })

  it.each([
    ['was', workers({ pid: 813, open: 90, limit: 1024 })],
    ['is not seen to be', workers({ pid: 813, open: -1, limit: 1024 })],
    ['is not looked for to be', blind('no-permission')],
  ])('where no worker %s full is likely', async (_, seenWorkers) => {
    expect((await diagnose({ ...NO_FILES, workers: seenWorkers })).short).toBe('fd-exhausted likely')
  })

  it('an hour ago says nothing of a request that is not answered now', async () => {
    const log = errorLog([processLine('crit', 'accept4() failed (24: Too many open files)', clock(-600))])
    const seen = await diagnose({ ...NO_FILES_AT_ALL, errorLog: log })
    expect(seen.at('nginx/error-log')).not.toMatchObject({ branch: 'cannot-accept' })
    expect(seen.judged.verdict?.node.cause).not.toBe('fd-exhausted')
  })
})

describe('no connection left', () => {
  it('for the upstream', async () => {
    const seen = await diagnose(NO_CONNECTIONS)
    expect(seen.verdict).toMatchObject({
      id: 'limits/connections-exhausted',
      confidence: 'confirmed',
      shape: 'none',
      says: 'All connections that an nginx worker may have are in use: worker_connections is 512',
      proofs: ['nginx/error-log.no-connections', 'limits/connections-held.full'],
    })
  })

  it('for visitors either', async () => {
    const seen = await diagnose(NO_CONNECTIONS_AT_ALL)
    expect(seen.at('nginx/error-log')).toMatchObject({ branch: 'cannot-connect' })
    expect(seen.verdict).toMatchObject({ cause: 'connections-exhausted', confidence: 'confirmed', shape: 'reset' })
  })

  it('is no reason where idle ones were closed to make room', async () => {
    const log = errorLog([processLine('warn', '512 worker_connections are not enough, reusing connections', clock(0))])
    const seen = await diagnose({ ...NO_CONNECTIONS_AT_ALL, errorLog: log })
    expect(seen.at('nginx/error-log')).not.toMatchObject({ branch: 'cannot-connect' })
  })

  it('where the workers hold few now is likely', async () => {
    const seen = await diagnose({ ...NO_CONNECTIONS, workers: workers({ pid: 813, open: 40, limit: 1024 }) })
    expect(seen.at('limits/connections-held')).toMatchObject({ branch: 'room' })
    expect(seen.short).toBe('connections-exhausted likely')
  })

  it('is not said of a request that was answered', async () => {
    const seen = await diagnose({
      ...NO_CONNECTIONS_AT_ALL,
      request: exchange(nginxPage(502)),
      samples: samples(EMPTY),
    })
    expect(seen.at('nginx/error-log')).not.toMatchObject({ branch: 'cannot-connect' })
    expect((await diagnose({ ...NO_CONNECTIONS_AT_ALL, request: exchange(SILENT) })).short).toMatch(
      /^connections-exhausted/,
    )
  })
})
