import { describe, expect, it } from 'vitest'
import type { EdgePart } from '../../../src/reading/edge/sections.ts'
import { durationMs } from '../../../src/reading/traefik/duration.ts'
import { hostsOf, ruleFits } from '../../../src/reading/traefik/rule.ts'
import {
  configFileOf,
  lowerNames,
  optionsOfEnvironment,
  optionsOfWords,
  staticOf,
  usualFiles,
} from '../../../src/reading/traefik/static.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import * as traefik from '../../documented/edge/traefik.ts'
import { asked, readEdge } from './support.ts'

const STATIC: EdgePart = {
  kind: 'file',
  of: '/etc/traefik/traefik.yml',
  json: { entryPoints: { web: { address: ':80' }, websecure: { address: ':443' } }, api: { insecure: true } },
}
const UP = traefik.service({ 'http://127.0.0.1:3000': 'UP' })
const read = (routers: JsonObject[], services: JsonObject[] = [UP], middlewares: JsonObject[] = [], url?: string) =>
  readEdge([STATIC, ...asked(8080, traefik.api(routers, services, middlewares))], url)

describe('what Traefik’s API says of a URL', () => {
  it('the router, the service, its servers, and how long it waits', () => {
    const { value, dark } = read([traefik.router()])
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      source: 'running',
      admin: 'http://127.0.0.1:8080',
      version: '3.7.0',
      listens: true,
      entry: 'web',
      handler: 'proxy',
      at: 'router shop@file',
      backend: 'shop@file',
      names: ['shop.example.com'],
      members: [{ host: '127.0.0.1', port: 3000n, text: '127.0.0.1:3000', up: true }],
      usable: 1n,
      scheme: 'http',
      upstream_path: '/checkout',
      upstream_host_header: 'shop.example.com',
      connect_timeout_ms: [30_000n],
      read_timeout_ms: [],
      reuse_ms: [90_000n],
      keeps_ms: [180_000n],
      keeps_at: 'the default',
    })
  })

  it('servers that are down, by its own word', () => {
    const services = [traefik.service({ 'http://10.0.0.7:3000': 'DOWN', 'http://10.0.0.8': 'UP' })]
    expect(read([traefik.router()], services).value).toMatchObject({
      usable: 1n,
      members: [
        { text: '10.0.0.7:3000', up: false, why: 'is DOWN' },
        { text: '10.0.0.8:80', up: true, why: '' },
      ],
    })
  })

  it('the longest rule first, or the highest priority', () => {
    const api = traefik.router({
      name: 'api@file',
      rule: 'Host(`shop.example.com`) && PathPrefix(`/check`)',
      priority: 0,
      service: 'api',
    })
    expect(read([traefik.router(), api]).value.at).toBe('router api@file')
    expect(read([traefik.router({ priority: 900 }), api]).value.at).toBe('router shop@file')
  })

  it.each([
    [
      traefik.router({ rule: 'Host(`www.example.com`)' }),
      'no router of entry point web is for shop.example.com/checkout',
    ],
    [
      traefik.router({ status: 'disabled', error: ['no such middleware'] }),
      'router shop@file is for it and is disabled: no such middleware',
    ],
    [traefik.router({ tls: { options: 'default' } }), 'router shop@file is for https only'],
    [traefik.router({ entryPoints: ['websecure'] }), 'no router of entry point web is for shop.example.com/checkout'],
  ])('%j: none fits, and why', (router, why) => {
    expect(read([router]).value).toMatchObject({ no_route: true, no_route_why: why, site_found: false })
  })

  it('a rule that cannot be judged leaves it open', () => {
    const { value, dark } = read([traefik.router({ rule: 'HostRegexp(`^shop\\..+$`)' })])
    expect(value).toMatchObject({ no_route: false, complete: false })
    expect(dark[0]?.says).toContain('cannot be judged from outside')
  })

  it('a service that is not there', () => {
    expect(read([traefik.router({ service: 'gone' })]).value).toMatchObject({
      backend: 'gone@file',
      backend_missing: true,
    })
  })

  it('a service without servers', () => {
    expect(read([traefik.router()], [traefik.service({})]).value).toMatchObject({
      complete: true,
      members: [],
      usable: 0n,
    })
  })

  it('a weighted service with one that counts', () => {
    const weighted = {
      name: 'both@file',
      weighted: {
        services: [
          { name: 'shop', weight: 1 },
          { name: 'old', weight: 0 },
        ],
      },
    }
    expect(read([traefik.router({ service: 'both' })], [weighted, UP]).value.backend).toBe('shop@file')
    const shared = { name: 'both@file', weighted: { services: [{ name: 'shop' }, { name: 'old' }] } }
    expect(read([traefik.router({ service: 'both' })], [shared, UP]).dark[0]?.says).toContain('shares requests')
  })

  it.each([
    [{ stripPrefix: { prefixes: ['/checkout'] } }, '/'],
    [{ addPrefix: { prefix: '/v2' } }, '/v2/checkout'],
    [{ replacePath: { path: '/other' } }, '/other'],
    [{ replacePathRegex: { regex: 'x', replacement: 'y' } }, ''],
    [{ headers: { customRequestHeaders: { 'X-Key': 'word' } } }, '/checkout'],
  ])('a middleware %j sends %s on', (middleware, path) => {
    const given = [{ name: 'change@file', ...middleware }]
    expect(read([traefik.router({ middlewares: ['change'] })], [UP], given).value.upstream_path).toBe(path)
  })

  it('a middleware that is not known: the path is not told', () => {
    expect(read([traefik.router({ middlewares: ['gone'] })]).value.upstream_path).toBe('')
  })

  it('one that redirects', () => {
    const given = [{ name: 'tls@file', redirectScheme: { scheme: 'https' } }]
    expect(read([traefik.router({ middlewares: ['tls'] })], [UP], given).value.handler).toBe('redirect')
  })

  it('a health check', () => {
    const checked = (healthCheck: JsonObject) => [traefik.service({ 'http://10.0.0.7:3000': 'DOWN' }, { healthCheck })]
    expect(read([traefik.router()], checked({ path: '/health', port: 9000 })).value).toMatchObject({
      ...{ health: true, health_uri: '/health', health_port: 9000n, health_wants: '2xx or 3xx', health_most: 399n },
    })
    expect(read([traefik.router()], checked({ path: '/', status: 204 })).value.health_wants).toBe('204')
    expect(read([traefik.router()], checked({ path: '/', mode: 'grpc' })).value.health).toBe(false)
  })

  it('https servers: which name, and whether it is checked', () => {
    const https = [traefik.service({ 'https://shop.internal': 'UP' })]
    expect(read([traefik.router()], https).value).toMatchObject({
      ...{ scheme: 'https', tls_name: 'shop.internal', tls_verify: true, named: ['shop.internal:443'] },
    })
  })

  it('without the visitor’s Host', () => {
    const own = [traefik.service({ 'http://10.0.0.7:3000': 'UP' }, { passHostHeader: false })]
    expect(read([traefik.router()], own).value.upstream_host_header).toBe('10.0.0.7:3000')
  })
})

describe('by its files', () => {
  const file = (http: JsonObject, more: JsonObject = {}): EdgePart[] => [
    { ...STATIC, json: { ...STATIC.json, providers: { file: { directory: '/etc/traefik/dynamic' } }, ...more } },
    { kind: 'more', of: '/etc/traefik/dynamic/shop.yml', json: { http } },
  ]
  const HTTP = {
    routers: { shop: { rule: 'Host(`shop.example.com`)', service: 'shop' } },
    services: { shop: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:3000' }], serversTransport: 'slow' } } },
    serversTransports: {
      slow: { insecureSkipVerify: true, forwardingTimeouts: { responseHeaderTimeout: '5s', idleConnTimeout: 4 } },
    },
  }

  it('router, service and transport', () => {
    expect(readEdge(file(HTTP)).value).toMatchObject({
      source: 'files',
      backend: 'shop@file',
      members: [{ text: '127.0.0.1:3000', up: true }],
      read_timeout_ms: [5000n],
      reuse_ms: [4000n],
      reuse_at: 'idleConnTimeout',
    })
  })

  it('that none fits is not certain, and another provider may know more', () => {
    const { value, dark } = readEdge(file({}, { providers: { docker: {}, file: { directory: '/x' } } }))
    expect(value.no_route).toBe(false)
    expect(dark.map(({ says }) => says)).toContain('what docker tells Traefik is not known: its API is off')
  })

  it('times of all transports', () => {
    const times = { serversTransport: { forwardingTimeouts: { dialTimeout: '2s', responseHeaderTimeout: '10' } } }
    const plain = { ...HTTP, services: { shop: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:3000' }] } } } }
    expect(readEdge(file(plain, times)).value).toMatchObject({
      connect_timeout_ms: [2000n],
      read_timeout_ms: [10_000n],
    })
  })

  it('passwords are not kept', () => {
    const secret = {
      ...HTTP,
      middlewares: { auth: { basicAuth: { users: ['ops:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'] } } },
    }
    const { value, lines } = readEdge(file(secret))
    expect(value.backend).toBe('shop@file')
    expect(JSON.stringify(lines)).not.toContain('apr1')
  })
})

describe('a rule', () => {
  const asks = { host: 'shop.example.com', path: '/checkout' }
  it.each([
    ['Host(`shop.example.com`)', true],
    ['Host("shop.example.com")', true],
    ['Host(`SHOP.example.com`)', true],
    ['Host(`*.example.com`)', true],
    ['Host(`*.com`)', false],
    ['Host(`a.example.com`, `shop.example.com`)', true],
    ['Host(`a.example.com`) || Host(`shop.example.com`)', true],
    ['Host(`shop.example.com`) && PathPrefix(`/check`)', true],
    ['Host(`shop.example.com`) && !PathPrefix(`/check`)', false],
    ['(Host(`a`) || Host(`shop.example.com`)) && (Path(`/checkout`))', true],
    ['Path(`/checkout/`)', false],
    ['Method(`GET`)', true],
    ['Method(`POST`)', false],
    ['HostRegexp(`.+`)', undefined],
    ['Host(`{sub:[a-z]+}.example.com`)', undefined],
    ['Headers(`X-A`, `b`) && Host(`other`)', false],
    ['Headers(`X-A`, `b`) || Host(`shop.example.com`)', true],
    ['!Query(`a`, `b`)', undefined],
    ['Host(`shop.example.com`', undefined],
    ['Host(`shop.example.com`) &&', undefined],
    ['', undefined],
    ['('.repeat(5000), undefined],
    ['!'.repeat(5000), undefined],
  ])('%s: %s', (rule, fits) => {
    expect(ruleFits(rule, asks)).toBe(fits)
  })

  it('names its hosts', () => {
    expect(hostsOf('Host(`A.example.com`, "b") || (Host(`c`) && Path(`/d`))')).toEqual(['a.example.com', 'b', 'c'])
  })
})

describe('the static configuration', () => {
  it('on the command line, whatever the case', () => {
    const words = [
      'traefik',
      '--entryPoints.Web.address=:8081',
      '--api.insecure',
      '--providers.docker',
      '--providers.docker.network=x',
    ]
    expect(staticOf(optionsOfWords(words))).toMatchObject({
      entryPoints: new Map([
        ['web', { host: '', port: 8081, keeps: '' }],
        ['traefik', { host: '', port: 8080, keeps: '' }],
      ]),
      insecureApi: true,
      providers: ['docker'],
    })
  })

  it('in the environment', () => {
    const environment = new Map([
      ['TRAEFIK_ENTRYPOINTS_WEB_ADDRESS', '127.0.0.1:8081'],
      ['TRAEFIK_API_INSECURE', 'true'],
      ['HOME', '/root'],
    ])
    expect(staticOf(optionsOfEnvironment(environment)).entryPoints.get('web')).toEqual({
      host: '127.0.0.1',
      port: 8081,
      keeps: '',
    })
  })

  it('without any entry point there is one on port 80', () => {
    expect(staticOf({}).entryPoints.get('http')?.port).toBe(80)
  })

  it('an open API beside a dashboard that is not', () => {
    expect(staticOf({ api: { dashboard: true } }).insecureApi).toBe(false)
    expect(staticOf({ api: { insecure: 'true' } }).insecureApi).toBe(true)
  })

  it.each([
    [['traefik', '--configFile=/a/b.yml'], '/a/b.yml'],
    [['traefik', '--configfile', 'b.yml'], 'b.yml'],
    [['traefik', '--api'], ''],
  ])('%j: its file', (words, file) => {
    expect(configFileOf(words)).toBe(file)
  })

  it('where it looks for its file', () => {
    expect(usualFiles(new Map([['HOME', '/home/t']]), '/srv')).toEqual(
      ['/etc/traefik', '/home/t/.config', '/srv'].flatMap((folder) =>
        ['yml', 'yaml', 'toml'].map((kind) => `${folder}/traefik.${kind}`),
      ),
    )
  })

  it('names that are no names change nothing of others', () => {
    expect(optionsOfWords(['traefik', '--__proto__.x=1', '--a..b=2'])).toEqual({ a: {} })
    expect(lowerNames({ A: [{ B: 1 }] })).toEqual({ a: [{ b: 1 }] })
  })
})

it.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['0s', 0],
  ['15', 15_000],
  [15, 15_000],
  ['', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('a time %j', (given, ms) => {
  expect(durationMs(given)).toBe(ms)
})
