import { describe, expect, it } from 'vitest'
import { conditionsOf, fits, ruleHolds } from '../../../src/reading/aws/conditions.ts'
import { rulesReader } from '../../../src/reading/aws/rules.ts'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { cpuNow } from '../../cpu.ts'
import {
  fixed,
  forward,
  GROUP,
  header,
  host,
  OTHER_GROUP,
  path,
  rule,
  signIn,
  weighted,
} from '../../documented/aws/objects.ts'
import { capture } from '../../flows/http.ts'

const context = (facts: Record<string, string>): ReadContext => ({
  facts: new Map(Object.entries({ 'url.host': 'shop.example.com', 'url.path': '/checkout', ...facts })),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date(0),
})
const read = (rules: JsonObject[], facts: Record<string, string> = {}) =>
  rulesReader.read(capture('look', JSON.stringify({ Rules: rules })), context(facts))

describe('patterns of hosts and paths', () => {
  it.each([
    ['*', 'anything', true],
    ['*', '', true],
    ['', '', true],
    ['/api/*', '/api/v1', true],
    ['/api/*', '/api', false],
    ['*.example.com', 'shop.example.com', true],
    ['*.example.com', 'example.com', false],
    ['shop?.example.com', 'shop1.example.com', true],
    ['shop?.example.com', 'shop.example.com', false],
    ['/a*b*c', '/aXXbYYc', true],
    ['/a*b*c', '/aXXcYYb', false],
    ['/a**', '/a', true],
    ['/A', '/a', false],
  ])('%s for %s: %s', (pattern, given, holds) => {
    expect(fits(pattern, given)).toBe(holds)
  })

  it('take no more than their time, whatever stands in them', () => {
    const began = cpuNow()
    expect(fits(`${'*a'.repeat(250)}b`, 'a'.repeat(8000))).toBe(false)
    expect(fits('*'.repeat(600), 'a')).toBe(false)
    expect(cpuNow() - began).toBeLessThan(2000)
  })
})

describe('which rule is for a request', () => {
  const asked = { host: 'shop.example.com', path: '/checkout' }

  it.each([
    [[], 'yes'],
    [[host('shop.example.com')], 'yes'],
    [[host('SHOP.example.com', 'www.example.com')], 'yes'],
    [[host('www.example.com')], 'no'],
    [[host('shop.example.com'), path('/api/*')], 'no'],
    [[path('/check*')], 'yes'],
    [[header('X-Beta', '1')], 'unknown'],
    [[header('X-Beta', '1'), host('www.example.com')], 'no'],
    [[{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }], 'no'],
    [[{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET', 'HEAD'] } }], 'yes'],
    [[{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }], 'unknown'],
    [[{ Field: 'host-header', HostHeaderConfig: { RegexValues: ['^shop'] } }], 'unknown'],
    [[{ Field: 'path-pattern', Values: ['/checkout'] }], 'yes'],
  ])('%j: %s', (conditions, holds) => {
    expect(ruleHolds({ Conditions: conditions }, asked)).toBe(holds)
  })

  it('is told in words', () => {
    expect(conditionsOf(rule('1', [host('a.example.com', 'b.example.com'), path('/x'), header('X-A', 's')], []))).toBe(
      'host a.example.com or b.example.com, path /x, a header',
    )
  })

  it('is the first by number, not by its place in the list', () => {
    const { value } = read([
      rule('default', [], [fixed('404')]),
      rule('20', [host('*')], [forward(OTHER_GROUP)]),
      rule('3', [path('/check*')], [forward()]),
    ])
    expect(value).toMatchObject({
      complete: true,
      priority: '3',
      action: 'forward',
      groups: [GROUP],
      group_names: ['shop'],
    })
  })

  it('leaves out groups of no weight, and puts the heaviest first', () => {
    const { value } = read([rule('default', [], [weighted([GROUP, 10], [OTHER_GROUP, 90], [`${GROUP}0`, 0])])])
    expect(value.groups).toEqual([OTHER_GROUP, GROUP])
  })

  it('knows the path without its query, and hosts in whatever case', () => {
    const only = rule('1', [host('shop.example.com'), path('/checkout')], [fixed('503', 'closed')])
    const facts = { 'url.host': 'Shop.Example.com', 'url.path': '/checkout?token=1' }
    expect(read([only, rule('default', [], [forward()])], facts).value).toMatchObject({
      priority: '1',
      status: 503n,
      body: 'closed',
    })
  })

  it('one in front that may be meant leaves it open; one behind does not matter', () => {
    const perhaps = header('X-Beta', '1')
    const open = read([rule('1', [perhaps], [fixed('503')]), rule('default', [], [forward()])])
    expect(open.value).toMatchObject({ complete: false, found: false, action: '', groups: [] })
    expect(open.dark).toEqual([
      { why: 'not-understood', says: 'rule 1 asks for a header: whether it is for this request is not known' },
    ])
    const certain = read([rule('1', [], [forward()]), rule('2', [perhaps], [fixed('503')])])
    expect(certain.value).toMatchObject({ complete: true, priority: '1' })
  })

  it('signs in first, and then does what stands behind it', () => {
    const { value } = read([rule('default', [], [{ ...forward(), Order: 2 }, signIn(1)])])
    expect(value).toMatchObject({ authenticates: true, action: 'forward', groups: [GROUP] })
  })

  it('the default one names the hosts of the others', () => {
    const { value } = read([
      rule('1', [host('www.example.com')], []),
      rule('2', [host('api.example.com')], []),
      rule('default', [], [fixed('503')]),
    ])
    expect(value).toMatchObject({
      is_default: true,
      hosts: 'www.example.com or api.example.com',
      status: 503n,
      count: 3n,
    })
  })

  it('keeps no secret: neither what signs in nor what a header must hold', () => {
    const secret = JSON.stringify({ Rules: [rule('1', [header('X-Origin', 'very-secret')], [signIn(), forward()])] })
    const kept = rulesReader.keep?.(secret).out ?? ''
    expect(kept).not.toMatch(/very-secret|not-for-anybody|oidcconfig/i)
    expect(rulesReader.read(capture('look', kept), context({}))).toEqual(
      rulesReader.read(capture('look', secret), context({})),
    )
  })
})
