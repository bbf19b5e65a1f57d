import { describe, expect, it } from 'vitest'
import { hostOf, millisecondsOf, pathOf, pidOf, portOf, stringsOf, unitOf } from '../../../src/probe/looks/arguments.ts'
import { inHosts, parseResolvConf, resolveHere } from '../../../src/probe/looks/resolve.ts'

describe('arguments are parsed as their types', () => {
  it('process ids and ports, as numbers or digits', () => {
    expect([1, '4242', 4_194_304].map((pid) => pidOf({ pid }))).toEqual([1, 4242, 4_194_304])
    expect([0, -1, '01x', 4_194_305, 1.5, true, null].map((pid) => pidOf({ pid }))).toEqual(
      new Array(7).fill(undefined),
    )
    expect([80, '65535', 0, 65_536].map((port) => portOf({ port }))).toEqual([80, 65_535, undefined, undefined])
    expect(millisecondsOf({ since_ms: -5 }, 'since_ms')).toBeUndefined()
  })

  it('hosts', () => {
    expect(['Shop.Example.com', '127.0.0.1', '[::1]', 'app_1', 'host.'].map(hostOf)).toEqual([
      'shop.example.com',
      '127.0.0.1',
      '::1',
      'app_1',
      'host.',
    ])
    expect(['', '-x', 'a b', 'a/b', '*', '$(x)', 'a..b', 'x'.repeat(254), 7].map(hostOf)).toEqual(
      new Array(9).fill(undefined),
    )
  })

  it('paths, units and lists', () => {
    expect([pathOf({ path: '/run/a' }), pathOf({ path: 'run' }), pathOf({ path: '/a\0' })]).toEqual([
      '/run/a',
      undefined,
      undefined,
    ])
    expect([unitOf({ unit: 'shop@1.service' }), unitOf({ unit: '-x.service' }), unitOf({ unit: 'shop' })]).toEqual([
      'shop@1.service',
      undefined,
      undefined,
    ])
    expect([
      stringsOf({ names: ['a', 1, 'b'] }, 'names'),
      stringsOf({ names: 'a' }, 'names'),
      stringsOf({}, 'names'),
    ]).toEqual([['a', 'b'], ['a'], []])
  })
})

describe('another root’s own resolver files', () => {
  it('hosts', () => {
    const hosts =
      '127.0.0.1 localhost\n172.18.0.3\tapp app.shop # the app\n::1 localhost ip6-localhost\n#10.0.0.1 app\n'
    expect(inHosts(hosts, 'APP')).toEqual(['172.18.0.3'])
    expect(inHosts(hosts, 'localhost')).toEqual(['127.0.0.1', '::1'])
    expect(inHosts(hosts, 'the')).toEqual([])
  })

  it('resolv.conf', () => {
    const conf =
      '# made by Docker\nnameserver 127.0.0.11\nnameserver x\nsearch old\nsearch shop.internal example.com\noptions ndots:0\n'
    expect(parseResolvConf(conf)).toEqual({ servers: ['127.0.0.11'], search: ['shop.internal', 'example.com'] })
  })

  it('an address needs no resolver', async () => {
    expect(await resolveHere('::ffff:10.0.0.5', 1)).toEqual({ addresses: ['10.0.0.5'], unresolved: '', error: '' })
  })
})
