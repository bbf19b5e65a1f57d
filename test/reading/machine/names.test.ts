import { describe, expect, it } from 'vitest'
import { namesNowReader } from '../../../src/reading/machine/names-now.ts'
import { resolverAnswerReader } from '../../../src/reading/machine/resolver-answer.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context, looked, printed } from '../process/support.ts'

const ODD = ['', 'no JSON', '[]', '{"names": 7, "servers": "x"}', '{"names": [null, 4], "servers": [null, []]}', '\0']

describe('which addresses names have now', () => {
  const read = (names: JsonObject[], more: JsonObject = {}, capture: Partial<Capture> = {}) =>
    namesNowReader.read(looked({ unasked: 0, names, ...more }, capture), context())
  const there = { name: 'shop.internal', port: 3000, addresses: ['127.0.0.3'], unresolved: '', error: '' }
  const gone = { name: 'old.internal', port: 3000, addresses: [], unresolved: 'definite', error: 'ENOTFOUND' }
  const unsure = { name: 'slow.internal', port: 3000, addresses: [], unresolved: 'unsure', error: 'EAI_AGAIN' }

  it('one that resolves', () => {
    const { value, dark, lines } = read([there])
    expect(value).toEqual({
      complete: true,
      names: [{ name: 'shop.internal', port: 3000n, addresses: ['127.0.0.3'], gone: false }],
      addresses: ['127.0.0.3'],
    })
    expect(dark).toEqual([])
    expect(lines).toEqual(['shop.internal: 127.0.0.3'])
  })

  it('one that is surely not there', () => {
    const { value, lines } = read([gone])
    expect(value).toMatchObject({ complete: true, names: [{ gone: true }], addresses: [] })
    expect(lines).toEqual(['old.internal: no address'])
  })

  it('one that nobody could tell of is not gone, and the reading not complete', () => {
    const { value, dark } = read([there, unsure])
    expect(value).toMatchObject({
      complete: false,
      names: [{ gone: false }, { gone: false }],
      addresses: ['127.0.0.3'],
    })
    expect(dark).toEqual([{ why: 'unreachable-host', says: 'whether slow.internal resolves is not known: EAI_AGAIN' }])
  })

  it('addresses of several names, each once', () => {
    const both = { ...there, name: 'b.internal', addresses: ['127.0.0.3', '::1'] }
    expect(read([there, both]).value.addresses).toEqual(['127.0.0.3', '::1'])
  })

  it('more names than were looked up', () => {
    const { value, dark } = read([there], { unasked: 2 })
    expect(value.complete).toBe(false)
    expect(dark).toEqual([{ why: 'cut', says: '2 names were not looked up' }])
  })

  it.each<[string, Partial<Capture>]>([
    ['late', { timedOut: true }],
    ['cut', { cut: true }],
    ['blind', { outcome: 'blind' }],
  ])('%s is not complete', (_, capture) => {
    expect(read([there], {}, capture).value.complete).toBe(false)
  })

  it.each(ODD)('is total: %j', (out) => {
    expect(namesNowReader.read(printed('getent', out), context()).value.complete).toBe(false)
  })
})

describe('what name servers say when they are asked directly', () => {
  const read = (servers: JsonObject[], more: JsonObject = {}, capture: Partial<Capture> = {}) =>
    resolverAnswerReader.read(looked({ name: 'shop.internal', unasked: 0, servers, ...more }, capture), context())
  const server = (more: JsonObject = {}) => ({
    server: '127.0.0.1:5353',
    status: 'NOERROR',
    addresses: ['10.0.0.7'],
    error: '',
    ...more,
  })
  const none = server({ status: 'NXDOMAIN', addresses: [] })

  it('an address', () => {
    const { value, lines } = read([server()])
    expect(value).toEqual({
      complete: true,
      name: 'shop.internal',
      servers: [
        {
          server: '127.0.0.1:5353',
          host: '127.0.0.1',
          port: 5353n,
          answered: true,
          status: 'NOERROR',
          addresses: ['10.0.0.7'],
          says: '127.0.0.1:5353 gives 10.0.0.7',
        },
      ],
      addresses: ['10.0.0.7'],
      resolved: 1n,
      none: 0n,
      failing: 0n,
      silent: 0n,
    })
    expect(lines).toEqual(['127.0.0.1:5353 gives 10.0.0.7'])
  })

  it.each<[string, JsonObject, 'none' | 'failing' | 'silent', string]>([
    ['no such name', { status: 'NXDOMAIN' }, 'none', '127.0.0.1:5353 says NXDOMAIN'],
    ['a name without addresses', { status: 'NODATA' }, 'none', '127.0.0.1:5353 says NODATA'],
    ['an empty answer', { status: 'NOERROR' }, 'none', '127.0.0.1:5353 says NODATA'],
    ['a failure of its own', { status: 'SERVFAIL' }, 'failing', '127.0.0.1:5353 says SERVFAIL'],
    ['a refusal', { status: 'REFUSED' }, 'failing', '127.0.0.1:5353 says REFUSED'],
    ['nothing', { status: '', error: 'ETIMEOUT' }, 'silent', '127.0.0.1:5353 does not answer'],
    [
      'a closed port',
      { status: '', error: 'ECONNREFUSED' },
      'silent',
      '127.0.0.1:5353 refuses: no name server listens there',
    ],
  ])('%s', (_, said, kind, says) => {
    const { value } = read([server({ addresses: [], ...said })])
    const counts = { resolved: 0n, none: 0n, failing: 0n, silent: 0n, [kind]: 1n }
    expect(value).toMatchObject({ complete: true, ...counts, servers: [{ says, answered: kind !== 'silent' }] })
  })

  it('of several, each is counted', () => {
    const { value } = read([server(), none, server({ status: '', addresses: [], error: 'ETIMEOUT' })])
    expect(value).toMatchObject({ resolved: 1n, none: 1n, silent: 1n, failing: 0n })
  })

  it('an IPv6 server', () => {
    const [first] = read([server({ server: '[::1]:53' })]).value.servers
    expect(first).toMatchObject({ host: '::1', port: 53n })
  })

  it('servers that were not asked', () => {
    const { value, dark } = read([none], { unasked: 1 })
    expect(value.complete).toBe(false)
    expect(dark).toEqual([{ why: 'cut', says: '1 name servers were not asked' }])
  })

  it.each<[string, Partial<Capture>]>([
    ['late', { timedOut: true }],
    ['cut', { cut: true }],
    ['blind', { outcome: 'blind' }],
  ])('%s is not complete', (_, capture) => {
    expect(read([none], {}, capture).value.complete).toBe(false)
  })

  it.each(ODD)('is total: %j', (out) => {
    const { value } = resolverAnswerReader.read(printed('dig', out), context())
    expect(value).toMatchObject({ complete: false, resolved: 0n })
  })
})
