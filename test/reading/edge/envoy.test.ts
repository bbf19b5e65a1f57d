import { describe, expect, it } from 'vitest'
import { adminAddress, adminOf, envoyArguments } from '../../../src/reading/envoy/place.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import * as envoy from '../../documented/edge/envoy.ts'
import { asked, readEdge } from './support.ts'

const SHOP = envoy.cluster([['127.0.0.1', 3000]])
const admin = (
  route_config: JsonObject = envoy.TO_SHOP,
  cluster: JsonObject = SHOP,
  more: Partial<Parameters<typeof envoy.admin>[0]> = {},
  listening: JsonObject = {},
) => {
  const dump = envoy.configDump({ listeners: [envoy.listener(80, { route_config }, listening)], clusters: [cluster] })
  return asked(9901, envoy.admin({ dump, hosts: [envoy.host('127.0.0.1', 3000)], ...more }))
}
const read = (...parts: Parameters<typeof admin>) => readEdge(admin(...parts)).value
const to = (name: string, more: JsonObject = {}) => ({ cluster: name, ...more })

describe('what Envoy’s admin interface says of a URL', () => {
  it('the route, the cluster, its hosts, and how long it waits', () => {
    const { value, dark } = readEdge(admin())
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      source: 'running',
      admin: 'http://127.0.0.1:9901',
      version: '1.31.2',
      state: 'LIVE',
      listens: true,
      entry: 'web',
      site_found: true,
      no_route: false,
      handler: 'proxy',
      at: 'virtual host shop, route prefix /',
      backend: 'shop',
      members: [{ host: '127.0.0.1', port: 3000n, socket: '', text: '127.0.0.1:3000', up: true, why: '' }],
      usable: 1n,
      panic: false,
      scheme: 'http',
      askable: true,
      upstream_path: '/checkout',
      upstream_host_header: 'shop.example.com',
      connect_timeout_ms: [5000n],
      read_timeout_ms: [15_000n],
      read_timeout_at: 'the default of a route',
      reuse_ms: [3_600_000n],
      reuse_at: 'the default',
      keeps_ms: [3_600_000n],
    })
  })

  it.each([
    [{ timeout: '2.5s' }, [2500n], 'timeout of virtual host shop, route prefix /'],
    [{ timeout: '0s' }, [], 'timeout of virtual host shop, route prefix /'],
    [{}, [15_000n], 'the default of a route'],
  ])('a route with %o waits %o', (more, ms, where) => {
    const value = read(envoy.routes(['*'], [envoy.route({ prefix: '/' }, to('shop', more))]))
    expect(value).toMatchObject({ read_timeout_ms: ms, read_timeout_at: where })
  })

  it('idle connections: of the cluster, of the listener, and none kept for ever', () => {
    const options = (idle: string) => ({
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
          '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
          common_http_protocol_options: { idle_timeout: idle },
          explicit_http_config: { http_protocol_options: {} },
        },
      },
    })
    const cluster = (idle: string) => envoy.cluster([['127.0.0.1', 3000]], options(idle))
    expect(read(envoy.TO_SHOP, cluster('4s'))).toMatchObject({
      reuse_ms: [4000n],
      reuse_at: 'idle_timeout of cluster shop',
    })
    expect(read(envoy.TO_SHOP, cluster('0s')).reuse_ms).toEqual([])
    const manager = envoy.manager({
      route_config: envoy.TO_SHOP,
      common_http_protocol_options: { idle_timeout: '60s' },
    })
    const value = read(envoy.TO_SHOP, SHOP, {}, { filter_chains: [{ filters: [manager] }] })
    expect(value).toMatchObject({ keeps_ms: [60_000n], keeps_at: 'idle_timeout of listener web' })
  })
})

describe('which route', () => {
  const three = envoy.routes(
    ['*'],
    [
      envoy.route({ path: '/exact' }, to('a')),
      envoy.route({ path_separated_prefix: '/part' }, to('b')),
      envoy.route({ prefix: '/CASE', case_sensitive: false }, to('c')),
      envoy.route({ prefix: '/' }, to('shop')),
    ],
  )
  it.each([
    ['/exact', 'a'],
    ['/exact/more', 'shop'],
    ['/part', 'b'],
    ['/part/of', 'b'],
    ['/parting', 'shop'],
    ['/case/x', 'c'],
  ])('%s goes to %s', (path, backend) => {
    const { value } = readEdge(admin(three), `http://shop.example.com${path}`)
    expect(value.backend).toBe(backend)
  })

  it.each([
    ['shop.example.com', ['shop.example.com'], true],
    ['shop.example.com', ['*.example.com'], true],
    ['shop.example.com', ['shop.*'], true],
    ['shop.example.com', ['example.com', 'www.example.com'], false],
    // With another port than the usual one, that is compared too.
    ['shop.example.com:8080', ['shop.example.com'], false],
    ['shop.example.com:8080', ['shop.example.com:8080'], true],
  ])('%s among %j: %j', (host, domains, found) => {
    const port = Number(host.split(':')[1] ?? 80)
    const config = envoy.routes(domains, [envoy.route({ prefix: '/' }, to('shop'))])
    const dump = envoy.configDump({ listeners: [envoy.listener(port, { route_config: config })], clusters: [SHOP] })
    const { value } = readEdge(asked(9901, envoy.admin({ dump })), `http://${host}/checkout`)
    expect([value.site_found, value.no_route]).toEqual([found, !found])
  })

  it('the exact name comes before a star, whatever the order', () => {
    const config = {
      virtual_hosts: [
        { name: 'any', domains: ['*'], routes: [envoy.route({ prefix: '/' }, to('other'))] },
        { name: 'all', domains: ['*.example.com'], routes: [envoy.route({ prefix: '/' }, to('other'))] },
        { name: 'one', domains: ['shop.example.com'], routes: [envoy.route({ prefix: '/' }, to('shop'))] },
      ],
    }
    expect(read(config)).toMatchObject({
      backend: 'shop',
      at: 'virtual host one, route prefix /',
      names: ['shop.example.com'],
    })
  })

  it('what cannot be judged from outside is said, and nothing is certain then', () => {
    const config = envoy.routes(
      ['*'],
      [
        envoy.route(
          { prefix: '/', headers: [{ name: 'x-canary', string_match: { exact: 'secret-word' } }] },
          to('canary'),
        ),
      ],
    )
    const { value, dark } = readEdge(admin(config))
    expect(value).toMatchObject({ no_route: false, backend: '', complete: false })
    expect(dark.map(({ says }) => says)).toEqual([
      'a route of virtual host shop (prefix /) cannot be judged from outside',
    ])
  })

  it('no route is for the path: that is certain', () => {
    const value = read(envoy.routes(['*'], [envoy.route({ prefix: '/api' }, to('shop'))]))
    expect(value).toMatchObject({ no_route: true, no_route_why: 'no route of virtual host shop is for /checkout' })
  })

  it('a route that answers by itself, one that redirects, one to a cluster that is not there', () => {
    const one = (route: JsonObject) => envoy.routes(['*'], [{ match: { prefix: '/' }, ...route }])
    expect(read(one({ direct_response: { status: 503, body: { inline_string: 'sorry' } } }))).toMatchObject({
      handler: 'return',
      returns: 503n,
    })
    expect(read(one({ redirect: { https_redirect: true } })).handler).toBe('redirect')
    expect(read(one({ route: to('gone') }))).toMatchObject({ backend: 'gone', backend_missing: true })
  })

  it('several clusters by weight: only one that has all of it is certain', () => {
    const weighted = (...weights: number[]) =>
      envoy.routes(
        ['*'],
        [
          envoy.route(
            { prefix: '/' },
            {
              weighted_clusters: {
                clusters: weights.map((weight, i) => ({ name: i === 0 ? 'shop' : `v${i}`, weight })),
              },
            },
          ),
        ],
      )
    expect(read(weighted(100, 0)).backend).toBe('shop')
    const { value, dark } = readEdge(admin(weighted(80, 20)))
    expect(value.backend).toBe('')
    expect(dark[0]?.says).toContain('among several clusters')
  })

  it('paths and hosts are rewritten', () => {
    const value = read(
      envoy.routes(
        ['*'],
        [envoy.route({ prefix: '/' }, to('shop', { prefix_rewrite: '/v2/', host_rewrite_literal: 'shop.internal' }))],
      ),
    )
    expect(value).toMatchObject({ upstream_path: '/v2/checkout', upstream_host_header: 'shop.internal' })
  })

  it('routes of a control plane, by their name', () => {
    const dump = envoy.configDump({
      dynamic: [envoy.listener(80, { rds: { route_config_name: 'local_routes' } })],
      found: [SHOP],
      routes: [envoy.TO_SHOP],
    })
    expect(readEdge(asked(9901, envoy.admin({ dump }))).value).toMatchObject({ backend: 'shop', handler: 'proxy' })
    const without = envoy.configDump({
      dynamic: [envoy.listener(80, { rds: { route_config_name: 'x' } })],
      found: [SHOP],
    })
    expect(readEdge(asked(9901, envoy.admin({ dump: without }))).dark[0]?.says).toContain('are not told')
  })

  it('over TLS the chain of the name', () => {
    const chain = (names: string[], cluster: string) => ({
      filter_chain_match: { server_names: names },
      filters: [envoy.manager({ route_config: envoy.routes(['*'], [envoy.route({ prefix: '/' }, to(cluster))]) })],
    })
    const listener = envoy.listener(
      443,
      {},
      { filter_chains: [chain(['www.example.com'], 'www'), chain(['shop.example.com'], 'shop')] },
    )
    const dump = envoy.configDump({ listeners: [listener], clusters: [SHOP] })
    const { value } = readEdge(asked(9901, envoy.admin({ dump })), 'https://shop.example.com/checkout')
    expect(value).toMatchObject({ listens: true, backend: 'shop' })
  })

  it('nothing takes requests on the port', () => {
    expect(readEdge(admin(), 'http://shop.example.com:8081/').value).toMatchObject({ listens: false, no_route: false })
  })
})

describe('a cluster', () => {
  it.each([
    [{ failed_active_health_check: true }, 'fails its health check'],
    [{ failed_active_health_check: true, active_hc_timeout: true }, 'fails its health check (no answer in time)'],
    [{ failed_active_health_check: true, pending_active_hc: true }, 'waits for its first health check'],
    [{ failed_outlier_check: true }, 'is ejected as an outlier, for the errors that it gave'],
    [{ eds_health_status: 'DRAINING' }, 'is called DRAINING by its control plane'],
    [{ eds_health_status: 'HEALTHY' }, ''],
  ])('a host with %j %s', (health, why) => {
    const value = read(envoy.TO_SHOP, SHOP, { hosts: [envoy.host('127.0.0.1', 3000, health)] })
    expect(value.members).toMatchObject([{ up: why === '', why }])
  })

  it('so few are well that it sends to all of them', () => {
    const sick = { failed_active_health_check: true }
    const hosts = [envoy.host('10.0.0.7', 3000), envoy.host('10.0.0.8', 3000, sick), envoy.host('10.0.0.9', 3000, sick)]
    expect(read(envoy.TO_SHOP, SHOP, { hosts })).toMatchObject({ panic: true, usable: 3n })
    const never = envoy.cluster([], { common_lb_config: { healthy_panic_threshold: { value: 0 } } })
    expect(read(envoy.TO_SHOP, never, { hosts })).toMatchObject({ panic: false, usable: 1n })
  })

  it('names in its configuration, and addresses in what it runs', () => {
    const cluster = envoy.cluster([['app.internal', 3000]], { type: 'STRICT_DNS' })
    const value = read(envoy.TO_SHOP, cluster, { hosts: [] })
    expect(value).toMatchObject({ members: [], named: ['app.internal:3000'], discovered: false })
  })

  it('TLS: who is asked for, and whether that is checked', () => {
    const tls = (validation: JsonObject) =>
      envoy.cluster([['10.0.0.7', 443]], envoy.upstreamTls('shop.internal', validation))
    expect(read(envoy.TO_SHOP, tls({}))).toMatchObject({
      scheme: 'https',
      tls_name: 'shop.internal',
      tls_verify: false,
    })
    const trusted = { validation_context: { trusted_ca: { filename: '/etc/ssl/own.pem' } } }
    expect(read(envoy.TO_SHOP, tls(trusted))).toMatchObject({ tls_verify: true, tls_trusted: '/etc/ssl/own.pem' })
  })

  it('HTTP/2 cannot be asked as it asks', () => {
    expect(read(envoy.TO_SHOP, envoy.cluster([['127.0.0.1', 3000]], { http2_protocol_options: {} })).askable).toBe(
      false,
    )
  })

  it('a health check: its path, and what it wants', () => {
    const check = (http: JsonObject) =>
      envoy.cluster([['127.0.0.1', 3000]], { health_checks: [{ timeout: '1s', http_health_check: http }] })
    expect(read(envoy.TO_SHOP, check({ path: '/health' }))).toMatchObject({
      ...{ health: true, health_uri: '/health', health_wants: '200', health_least: 200n, health_most: 200n },
    })
    const some = check({ path: '/', expected_statuses: [{ start: '200', end: '300' }] })
    expect(read(envoy.TO_SHOP, some)).toMatchObject({ health_wants: '200 to 299', health_most: 299n })
  })

  it('its limits, and how often they were met', () => {
    const limited = envoy.cluster([['127.0.0.1', 3000]], {
      circuit_breakers: { thresholds: [{ priority: 'HIGH', max_requests: 7 }, { max_connections: 10 }] },
    })
    const stats = envoy.stats({
      'cluster.shop.circuit_breakers.default.cx_open': 1,
      'cluster.shop.upstream_cx_overflow': 12,
      'cluster.other.upstream_rq_pending_overflow': 9,
    })
    expect(read(envoy.TO_SHOP, limited, { stats })).toMatchObject({
      limits:
        'max_connections 10 is met now; max_connections 10 was met 12 times since it started (upstream_cx_overflow)',
      limit_met: true,
    })
  })

  it('what other routes send to is somebody else’s', () => {
    const other = { ...envoy.cluster([['127.0.0.1', 4000]]), name: 'api' }
    const config = envoy.routes(
      ['*'],
      [envoy.route({ prefix: '/api' }, to('api')), envoy.route({ prefix: '/' }, to('shop'))],
    )
    const dump = envoy.configDump({
      listeners: [envoy.listener(80, { route_config: config })],
      clusters: [SHOP, other],
    })
    expect(readEdge(asked(9901, envoy.admin({ dump }))).value.claimed).toEqual(['127.0.0.1:4000'])
  })
})

describe('what is kept', () => {
  it('no key, no token, no value of a header', () => {
    const config = envoy.routes(
      ['*'],
      [
        {
          match: { prefix: '/x', headers: [{ name: 'authorization', string_match: { exact: 'word-one' } }] },
          route: to('shop'),
          request_headers_to_add: [{ header: { key: 'x-key', value: 'word-two' } }],
        },
        { match: { prefix: '/' }, direct_response: { status: 503, body: { inline_string: 'word-three' } } },
      ],
    )
    const tls = envoy.upstreamTls('a', { tls_certificates: [{ private_key: { inline_string: 'word-four' } }] })
    const parts = admin(config, envoy.cluster([['127.0.0.1', 3000]], tls))
    const { value } = readEdge(parts)
    expect(value.handler).toBe('return')
    expect(value.complete).toBe(true)
    const text = JSON.stringify(readEdge(parts).lines)
    for (const word of ['one', 'two', 'three', 'four']) expect(text).not.toContain(`word-${word}`)
  })
})

describe('anything at all', () => {
  it.each([
    '',
    '{',
    '[]',
    '{}',
    'null',
    '# GET http://127.0.0.1:9901/config_dump:\n{"configs": [',
    '# configuration :\n{"static_resources":7}',
  ])('%j is read without a verdict', (out) => {
    const { value } = readEdge(out)
    expect(value).toMatchObject({ listens: false, no_route: false, members: [] })
  })

  it('a pasted dump', () => {
    const dump = envoy.configDump({
      listeners: [envoy.listener(80, { route_config: envoy.TO_SHOP })],
      clusters: [SHOP],
    })
    expect(readEdge(JSON.stringify(dump)).value).toMatchObject({ source: 'running', backend: 'shop', admin: '' })
  })

  it('messages of another type than they should be', () => {
    const dump = {
      configs: [
        { '@type': 'x.ListenersConfigDump', static_listeners: [7, { listener: { address: 'x', filter_chains: {} } }] },
      ],
    }
    expect(readEdge(asked(9901, { '/config_dump': dump })).value.listens).toBe(false)
  })
})

describe('where it says that its configuration is', () => {
  it.each([
    [['envoy', '-c', '/etc/envoy/envoy.yaml'], { config: '/etc/envoy/envoy.yaml', yaml: '', adminPath: '' }],
    [
      ['envoy', '--config-path=e.json', '--admin-address-path', '/run/a'],
      { config: 'e.json', yaml: '', adminPath: '/run/a' },
    ],
    [['envoy', '--config-yaml', 'admin: {}'], { config: '', yaml: 'admin: {}', adminPath: '' }],
    [['envoy'], { config: '', yaml: '', adminPath: '' }],
  ])('%j', (words, found) => {
    expect(envoyArguments(words)).toEqual(found)
  })

  it.each([
    ['127.0.0.1:9901', { host: '127.0.0.1', port: 9901 }],
    ['[::1]:9901\n', { host: '::1', port: 9901 }],
    ['127.0.0.1:0', { host: '', port: 0 }],
    ['/run/envoy.sock', { host: '', port: 0 }],
    ['', { host: '', port: 0 }],
  ])('the file of the admin address: %j', (text, found) => {
    expect(adminAddress(text)).toEqual(found)
  })

  it('the bootstrap names it, or a socket, or nothing', () => {
    expect(adminOf({ admin: { address: envoy.at('127.0.0.1', 9901) } })).toEqual({ host: '127.0.0.1', port: 9901 })
    expect(adminOf({ admin: { address: { pipe: { path: '/run/envoy.sock' } } } }).port).toBe(0)
    expect(adminOf({}).port).toBe(0)
  })
})
