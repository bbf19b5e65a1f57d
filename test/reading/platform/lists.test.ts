import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/words/json.ts'
import { release as ofFly } from '../../documented/platforms/fly.ts'
import { app, domain, release, WEB } from '../../documented/platforms/heroku.ts'
import { contextOf, HOSTILE, read } from './support.ts'

const LISTS = ['heroku-apps', 'heroku-domains', 'render-services', 'cloud-run-services']

describe('which application a site is', () => {
  const at = (host: string, names: string[] = []) => contextOf({ 'url.host': host, 'platform.names': names })
  const apps = JSON.stringify([app(), app({ name: 'blog', web_url: 'https://blog-1.herokuapp.com/' })])

  it('is known by the address that the platform gave it', () => {
    expect(read('heroku-apps', apps, {}, at(WEB)).value).toEqual({
      complete: true,
      found: true,
      count: 2n,
      app: 'shop',
      name: 'shop',
      region: 'eu',
      names: 'shop',
      suspended: '',
    })
    expect(
      read('heroku-apps', apps, {}, at('shop.example.com', ['shop.example.com', 'BLOG-1.herokuapp.com.'])).value,
    ).toMatchObject({ found: true, app: 'blog' })
  })

  it('is not guessed', () => {
    expect(read('heroku-apps', apps, {}, at('shop.example.com')).value).toMatchObject({
      complete: true,
      found: false,
      app: '',
      names: 'shop, blog',
    })
    expect(read('heroku-apps', JSON.stringify([app(), app({ name: 'copy' })]), {}, at(WEB)).value).toMatchObject({
      found: false,
    })
    expect(read('heroku-apps', '[]').value).toMatchObject({ complete: true, found: false, count: 0n })
  })

  it('the domains of an application tell whether it is the one', () => {
    const domains = JSON.stringify([domain(WEB), domain('shop.example.com')])
    expect(read('heroku-domains', domains).value).toMatchObject({ found: true, name: 'shop.example.com' })
    expect(read('heroku-domains', JSON.stringify([domain(WEB)])).value).toMatchObject({ found: false, names: WEB })
  })

  it.each(LISTS)('%s claims nothing of what is none', (name) => {
    for (const out of HOSTILE) expect(read(name, out).value.found).toBe(false)
    const { value, dark } = read(name, '', { exit: 1, err: 'Unauthorized' })
    expect(value).toMatchObject({ complete: false, count: 0n })
    expect(dark).toMatchObject([{ why: 'no-credentials' }])
  })
})

describe('as whom', () => {
  it.each<[out: string, says: string]>([
    ['ops@example.com\n', 'ops@example.com'],
    ['Logged in as Ann Ops (ops@example.com)\n', 'Ann Ops (ops@example.com)'],
    ['Warning: an update is available\nops@example.com\n', 'ops@example.com'],
    ['{"name":"Ann","email":"ops@example.com"}', 'ops@example.com'],
    [
      '{"core":{"account":"ops@example.com","project":"shop-prod"},"run":{"region":"europe-west1"}}',
      'ops@example.com, project shop-prod',
    ],
    [
      '{"UserId":"AIDA","Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/ops"}',
      'arn:aws:iam::123456789012:user/ops, account 123456789012',
    ],
  ])('%s', (out, says) => {
    expect(read('client-account', out).value).toMatchObject({ complete: true, says })
  })

  it('knows the region of a project, and nobody where nobody is signed in', () => {
    expect(read('client-account', '{"core":{"account":"a"},"run":{"region":"europe-west1"}}').value.region).toBe(
      'europe-west1',
    )
    expect(read('client-account', '').value).toMatchObject({ complete: false, says: '' })
    const { value, dark } = read('client-account', '', { exit: 100, err: 'Error: not logged in' })
    expect(value).toMatchObject({ complete: false, says: '' })
    expect(dark[0]?.why).toBe('no-credentials')
  })
})

describe('releases', () => {
  const told = (...list: JsonObject[]) => read('platform-releases', JSON.stringify(list)).value

  it('Heroku: the newest, how long ago, and what was before', () => {
    expect(
      told(release(41, '2026-11-12T08:00:00Z', { current: false }), release(42, '2026-11-21T02:01:12Z')),
    ).toMatchObject({
      complete: true,
      count: 2n,
      version: 'v42',
      outcome: 'done',
      seconds_before: 120n,
      before: 'v41',
      description: 'Deploy 0a1b2c3d',
    })
  })

  it('Fly.io, Render, Railway: other fields, the same words', () => {
    expect(told(ofFly(7, '2026-11-21T02:00:00Z', 'failed'), ofFly(6, '2026-11-20T02:00:00Z'))).toMatchObject({
      version: 'v7',
      outcome: 'failed',
      status: 'failed',
      before: 'v6',
    })
    expect(
      told({
        deploy: {
          id: 'dep-1',
          status: 'update_failed',
          createdAt: '2026-11-21T02:00:00Z',
          commit: { message: 'Faster' },
        },
      }),
    ).toMatchObject({ version: 'dep-1', outcome: 'failed', description: 'Faster' })
    expect(
      told({ id: '7422c95b', status: 'CRASHED', createdAt: '2026-11-21T02:00:00Z', meta: { commitMessage: 'Faster' } }),
    ).toMatchObject({ version: '7422c95b', outcome: 'crashed', description: 'Faster' })
    expect(told({ id: 'x', status: 'of a later API', createdAt: '2026-11-21T02:00:00Z' })).toMatchObject({
      outcome: '',
    })
  })

  it('none, and what is none', () => {
    expect(told()).toMatchObject({ complete: true, count: 0n, version: '', seconds_before: 0n })
    for (const out of HOSTILE) expect(() => read('platform-releases', out)).not.toThrow()
    expect(read('platform-releases', '', { exit: 1, err: 'rate limit exceeded' }).dark).toMatchObject([
      { why: 'throttled' },
    ])
  })
})

describe('names of a site', () => {
  it('are taken apart at their dots', () => {
    const { value } = read(
      'site-names',
      '{"host":"shop.example.com","chain":["Shop.fly.dev."],"addresses":[],"error":""}',
    )
    expect(value).toMatchObject({
      complete: true,
      all: ['shop.example.com', 'shop.fly.dev'],
      names: [{ labels: ['shop', 'example', 'com'] }, { name: 'shop.fly.dev', labels: ['shop', 'fly', 'dev'] }],
      says: 'shop.example.com → shop.fly.dev',
    })
  })

  it('a name server that does not answer tells nothing', () => {
    expect(read('site-names', '{"host":"a.b","chain":[],"error":"ETIMEOUT"}')).toMatchObject({
      value: { complete: false, all: ['a.b'] },
      dark: [{ why: 'unreachable-host' }],
    })
    for (const out of HOSTILE) expect(read('site-names', out).value.complete).toBe(false)
  })
})

describe('programs', () => {
  it('which of them is here', () => {
    expect(
      read('programs', '{"programs":[{"name":"fly","path":""},{"name":"flyctl","path":"/usr/local/bin/flyctl"}]}')
        .value,
    ).toEqual({ complete: true, name: 'flyctl', path: '/usr/local/bin/flyctl' })
    expect(read('programs', '{"programs":[{"name":"fly","path":""}]}').value).toEqual({
      complete: true,
      name: '',
      path: '',
    })
    expect(read('programs', '/usr/local/bin/heroku\n', { pasted: true }).value).toMatchObject({
      name: 'heroku',
      path: '/usr/local/bin/heroku',
    })
    expect(read('programs', 'heroku not found').value).toEqual({ complete: false, name: '', path: '' })
  })
})
