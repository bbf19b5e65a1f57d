import { describe, expect, it } from 'vitest'
import { NO_RESOLVER, NO_SUCH_NAME, RESOLVER_NOT_LOADED, RESOLVER_SILENT, STALE_ADDRESS } from './faults.ts'
import { answered, clock, exchange, REFUSED } from './http.ts'
import { blind } from './looks.ts'
import { namesNow, resolverSays } from './pools.ts'
import { NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

describe('a name that does not resolve while nginx runs', () => {
  it('is dns-failure, with the name and the resolver in it', async () => {
    const seen = await diagnose(NO_SUCH_NAME)
    expect(seen.verdict).toEqual({
      id: 'names/no-such-name',
      cause: 'dns-failure',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.internal does not resolve for nginx: its resolver (127.0.0.53) knows no such name',
      proofs: ['nginx/error-log.no-name', 'names/resolver.no-such-name'],
    })
    expect(seen.at('names/resolver')?.says).toBe('asked for shop.internal: 127.0.0.53:53 says NXDOMAIN')
    expect(seen.at('names/system-view')).toMatchObject({
      branch: 'known',
      says: 'this machine itself knows shop.internal as 127.0.0.1 (hosts file or its own resolver), which the gateway does not ask',
    })
  })

  it('a resolver that never answers', async () => {
    const seen = await diagnose(RESOLVER_SILENT)
    expect(seen.verdict).toMatchObject({ id: 'names/resolver-fails', confidence: 'confirmed', cause: 'dns-failure' })
    expect(seen.at('names/system-view')?.says).toBe('this machine itself does not know shop.internal either')
  })

  it('a resolver that fails', async () => {
    const seen = await diagnose({
      ...NO_SUCH_NAME,
      resolver: resolverSays({ '127.0.0.53:53': { status: 'SERVFAIL' } }),
    })
    expect(seen.verdict).toMatchObject({ id: 'names/resolver-fails', confidence: 'confirmed' })
  })

  it('that resolves by now came back', async () => {
    const seen = await diagnose({ ...NO_SUCH_NAME, resolver: resolverSays({}) })
    expect(seen.end).toMatchObject({ node: 'names/resolves-now', outcome: 'inconclusive' })
  })

  it('resolvers that do not agree', async () => {
    const resolver = resolverSays({ '127.0.0.53:53': { status: 'NXDOMAIN' }, '10.0.0.2:53': { error: 'ETIMEOUT' } })
    const seen = await diagnose({ ...NO_SUCH_NAME, resolver })
    expect(seen.path).toContain('names/resolver.other')
    expect(seen.verdict).toBeNull()
  })

  it('whom nobody may ask directly is not told of for sure', async () => {
    const seen = await diagnose({ ...NO_SUCH_NAME, resolver: blind('declined') })
    expect(seen.short).not.toContain('confirmed')
  })

  it('a file that is newer than what runs may name another resolver', async () => {
    const changed = config(
      'resolver 127.0.0.53; set $backend shop.internal; location / { proxy_pass http://$backend:3000; }',
      {
        changed: clock(-60),
      },
    )
    const seen = await diagnose({ ...NO_SUCH_NAME, config: changed })
    expect(seen.verdict).toMatchObject({ cause: 'dns-failure', confidence: 'likely', open: ['config-not-loaded'] })
  })
})

describe('a name that nobody may be asked for', () => {
  it('is the configuration’s own fault', async () => {
    const seen = await diagnose(NO_RESOLVER)
    expect(seen.verdict).toMatchObject({
      id: 'names/no-resolver',
      cause: 'proxy-config',
      confidence: 'confirmed',
      place: 'proxy',
      shape: 'none',
    })
    const { fix } = seen.judged.verdict?.node ?? {}
    expect(fix?.some((step) => step.say?.includes('resolver'))).toBe(true)
    expect(seen.ruledOut).toContain('dns-failure')
  })

  it('a resolver that was added and never loaded', async () => {
    expect((await diagnose(RESOLVER_NOT_LOADED)).verdict).toMatchObject({
      id: 'names/resolver-not-loaded',
      cause: 'config-not-loaded',
      confidence: 'confirmed',
    })
  })

  it('a resolver that stands there and was loaded: it does not add up', async () => {
    const there = config(
      'resolver 127.0.0.53; set $backend shop.internal; location / { proxy_pass http://$backend:3000; }',
    )
    expect((await diagnose({ ...NO_RESOLVER, config: there })).end).toMatchObject({ node: 'names/unclear' })
  })
})

describe('a name that moved', () => {
  it('is stale-address, with both addresses', async () => {
    const seen = await diagnose(STALE_ADDRESS)
    expect(seen.verdict).toMatchObject({
      id: 'names/stale-address',
      cause: 'stale-address',
      confidence: 'confirmed',
      place: 'proxy',
      shape: 'unreachable',
      says: 'nginx still sends to 10.0.0.7, the address that shop.internal had when nginx last loaded its configuration; the name gives 10.0.0.8 now',
    })
    expect(
      seen.requests.some((request) => request.kind === 'http' && request.url === 'http://10.0.0.8:3000/checkout'),
    ).toBe(true)
  })

  it('where the new address does not answer either, a reload alone would not help', async () => {
    const seen = await diagnose({ ...STALE_ADDRESS, direct: exchange(REFUSED) })
    expect(seen.end).toMatchObject({ node: 'names/both-fail', outcome: 'inconclusive' })
  })

  it('where the new address answers 500 it is not certain', async () => {
    const seen = await diagnose({ ...STALE_ADDRESS, direct: exchange(answered(500)) })
    expect(seen.verdict).toMatchObject({ cause: 'stale-address', confidence: 'likely' })
  })

  it('where the file is newer too, the name in it may be another one', async () => {
    const changed = config('location / { proxy_pass http://shop.internal:3000; }', { changed: clock(-60) })
    const seen = await diagnose({ ...STALE_ADDRESS, config: changed })
    expect(seen.verdict).toMatchObject({ cause: 'stale-address', confidence: 'likely', open: ['config-not-loaded'] })
  })

  it('a name that is gone', async () => {
    const seen = await diagnose({ ...STALE_ADDRESS, names: namesNow({ 'shop.internal': null }) })
    expect(seen.end).toMatchObject({ node: 'names/name-gone', outcome: 'inconclusive' })
  })

  it('a name that still has that address is right: the application behind it is looked at', async () => {
    const down: Partial<World> = {
      ...STALE_ADDRESS,
      names: namesNow({ 'shop.internal': ['127.0.0.1'] }),
      listeners: ss(NGINX_SOCKET),
      direct: exchange(REFUSED),
    }
    const seen = await diagnose({ ...down, names: namesNow({ 'shop.internal': ['10.0.0.7', '10.0.0.8'] }) })
    expect(seen.path).toContain('names/now.same')
    expect(seen.ruledOut).toEqual(expect.arrayContaining(['config-not-loaded', 'stale-address']))
  })

  it('a touched file with a right name is no stale configuration', async () => {
    const touched = config('location / { proxy_pass http://shop.internal:3000; }', { changed: clock(-60) })
    const seen = await diagnose({
      ...STALE_ADDRESS,
      config: touched,
      names: namesNow({ 'shop.internal': ['10.0.0.7'] }),
      listeners: ss(NGINX_SOCKET),
      direct: exchange(REFUSED),
    })
    expect(seen.short).not.toMatch(/^config-not-loaded/)
  })

  it('another port than any name has, and a newer file: that is the file', async () => {
    const edited = config('location / { proxy_pass http://shop.internal:4000; }', { changed: clock(-60) })
    const seen = await diagnose({ ...STALE_ADDRESS, config: edited })
    expect(seen.verdict).toMatchObject({ id: 'nginx/stale-config', confidence: 'confirmed' })
  })

  it('nobody can tell what the name has now', async () => {
    const seen = await diagnose({
      ...STALE_ADDRESS,
      names: blind('no-permission'),
      listeners: ss(NGINX_SOCKET, tcp('10.0.0.8', 3000, 'node', 4242)),
    })
    expect(seen.path).toContain('names/now.blind')
    expect(seen.short).not.toMatch(/^stale-address/)
  })
})
