import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitOf, hostOnly, requestPath, siteOf, type Trace } from '../../../src/reading/nginx/site.ts'
import { parseUpstream } from '../../../src/reading/nginx/upstream-address.ts'
import type { Value } from '../../../src/words/value.ts'

const site = (facts: Record<string, Value>) => siteOf(new Map(Object.entries(facts)))
const trace = (more: Partial<Omit<Trace, 'upstream'>> & { upstream?: string } = {}): Trace => ({
  server: 'shop.example',
  host: 'shop.example',
  path: '/',
  ...more,
  upstream: more.upstream === undefined ? undefined : parseUpstream(more.upstream),
})
const SHOP = {
  'url.host': 'shop.example',
  'url.port': 443n,
  'url.path': '/',
  'config.server_name': 'shop.example',
  'config.members': ['127.0.0.1:3000', 'unix:/run/a.sock'],
}

describe('with a known configuration', () => {
  it.each([
    ['the same path', trace({ upstream: 'http://127.0.0.1:3000/' }), 'path'],
    [
      'the same path, another upstream: an older configuration runs',
      trace({ upstream: 'http://127.0.0.1:9999/' }),
      'path',
    ],
    ['an alias of the server', trace({ host: 'www.shop.example' }), 'path'],
    ['another path, the same upstream', trace({ path: '/b', upstream: 'http://127.0.0.1:3000/b' }), 'site'],
    ['another path, the same socket', trace({ path: '/b', upstream: 'http://unix:/run/a.sock:/b' }), 'site'],
    ['another location', trace({ path: '/api', upstream: 'http://127.0.0.1:4000/api' }), 'other'],
    ['another location without a live member', trace({ path: '/api', upstream: 'http://api-pool/api' }), 'other'],
    ['another path, no upstream chosen yet', trace({ path: '/b' }), 'other'],
    [
      'another server, the same path and upstream',
      trace({ server: 'blog.example', host: 'blog.example', upstream: 'http://127.0.0.1:3000/' }),
      'other',
    ],
  ])('%s', (_, line, expected) => {
    expect(fitOf(site({ ...SHOP, 'config.upstream_name': '' }), line)).toBe(expected)
  })

  it('the group is known by its name', () => {
    const facts = { ...SHOP, 'config.upstream_name': 'shop_pool' }
    expect(fitOf(site(facts), trace({ path: '/b', upstream: 'http://shop_pool/b' }))).toBe('site')
    expect(fitOf(site(facts), trace({ path: '/b', upstream: 'http://api_pool/b' }))).toBe('other')
  })

  it('a member written as a name is printed as an address: its port decides', () => {
    const facts = { ...SHOP, 'config.members': ['app.internal:3000'] }
    expect(fitOf(site(facts), trace({ path: '/b', upstream: 'http://10.0.0.5:3000/b' }))).toBe('site')
    expect(fitOf(site(facts), trace({ path: '/b', upstream: 'http://10.0.0.5:4000/b' }))).toBe('other')
  })

  it('nginx prints names in lower case, .example.com without its dot, $hostname as the name of the machine', () => {
    expect(fitOf(site({ ...SHOP, 'config.server_name': '.shop.example' }), trace())).toBe('path')
    expect(fitOf(site({ ...SHOP, 'config.server_name': '~^shop\\d' }), trace({ server: '~^shop\\d' }))).toBe('path')
    expect(fitOf(site({ ...SHOP, 'config.server_name': '$hostname' }), trace({ server: 'machine-7' }))).toBe('path')
  })

  it('the catch-all server counts whatever Host reaches our upstream', () => {
    const facts = { ...SHOP, 'url.host': '127.0.0.1', 'url.port': 8080n, 'config.server_name': '_' }
    expect(fitOf(site(facts), trace({ server: '_', host: 'any.example', upstream: 'http://127.0.0.1:3000/' }))).toBe(
      'path',
    )
    expect(
      fitOf(site(facts), trace({ server: '_', host: 'any.example', path: '/b', upstream: 'http://127.0.0.1:4000/b' })),
    ).toBe('other')
    expect(fitOf(site(facts), trace({ server: '_', host: '127.0.0.1:8081' }))).toBe('other')
  })
})

describe('without the configuration', () => {
  const facts = { 'url.host': 'shop.example', 'url.port': 80n, 'url.path': '/' }

  it.each([
    ['the same host', trace({ path: '/b' }), 'site'],
    ['the same host with its port', trace({ host: 'shop.example:80' }), 'path'],
    ['upper case and the dot of the root', trace({ host: 'SHOP.example.' }), 'path'],
    ['another port', trace({ host: 'shop.example:8081' }), 'other'],
    ['another host', trace({ host: 'blog.example', server: '_' }), 'other'],
    ['no Host, the server of that name', trace({ host: '' }), 'path'],
    ['no Host, another server', trace({ host: '', server: 'blog.example' }), 'other'],
  ])('%s', (_, line, expected) => {
    expect(fitOf(site(facts), line)).toBe(expected)
  })

  it('two servers on one address are told by their ports', () => {
    const local = { 'url.host': '127.0.0.1', 'url.port': 8080n, 'url.path': '/' }
    expect(fitOf(site(local), trace({ server: '', host: '127.0.0.1:8080' }))).toBe('path')
    expect(fitOf(site(local), trace({ server: '', host: '127.0.0.1:8081' }))).toBe('other')
    expect(fitOf(site(local), trace({ server: '', host: '127.0.0.1' }))).toBe('other')
  })
})

describe('reading hosts and paths', () => {
  it.each([
    ['GET /a/b?c=d HTTP/1.1', '/a/b'],
    ['GET http://shop.example/refused HTTP/1.0', '/refused'],
    ['GET http://shop.example HTTP/1.0', '/'],
    ['GET /refused', '/refused'],
    ['OPTIONS * HTTP/1.1', '*'],
    ['GET /a"b HTTP/1.1', '/a"b'],
    ['', ''],
    ['-', ''],
  ])('%s', (request, path) => {
    expect(requestPath(request)).toBe(path)
  })

  it.each([
    ['Shop.Example:443', 'shop.example'],
    ['[::1]:80', '::1'],
    ['::1', '::1'],
    ['a.', 'a'],
  ])('%s', (text, host) => {
    expect(hostOnly(text)).toBe(host)
  })

  it('any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (host, server, request) => {
        fitOf(
          site({ 'url.host': host, 'config.server_name': server, 'config.members': [request] }),
          trace({ host, server, path: requestPath(request), upstream: request }),
        )
      }),
    )
  })
})
