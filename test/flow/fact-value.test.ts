import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factToValue, isHost, parseFact } from '../../src/flow/fact-value.ts'
import { FACT_TYPES, type FactType } from '../../src/flow/types.ts'

const accepts: [FactType, unknown, unknown][] = [
  ['port', '3000', 3000],
  ['port', 3000n, 3000],
  ['port', 65_535, 65_535],
  ['pid', '1', 1],
  ['int', '-5', -5],
  ['duration-ms', '90s', 90_000],
  ['duration-ms', '15m', 900_000],
  ['duration-ms', '250ms', 250],
  ['duration-ms', 60_000n, 60_000],
  ['bool', 'true', true],
  ['bool', false, false],
  ['timestamp', '2026-11-21T02:03:12Z', '2026-11-21T02:03:12.000Z'],
  ['timestamp', new Date('2026-11-21T02:03:12Z'), '2026-11-21T02:03:12.000Z'],
  ['host', 'shop.example.com', 'shop.example.com'],
  ['host', '127.0.0.1', '127.0.0.1'],
  ['host', '[::1]', '[::1]'],
  ['host', '::1', '::1'],
  ['host', 'app_1', 'app_1'],
  ['url', 'https://shop.example.com/checkout?a=1', 'https://shop.example.com/checkout?a=1'],
  ['unit', 'shop.service', 'shop.service'],
  ['unit', 'app@3000.service', 'app@3000.service'],
  ['unit', 'dev-disk-by\\x2duuid.mount', 'dev-disk-by\\x2duuid.mount'],
  ['container', 'shop_app-1', 'shop_app-1'],
  ['path', '/run/shop/shop.sock', '/run/shop/shop.sock'],
  ['path', '/with space/and "quotes"', '/with space/and "quotes"'],
  ['strings', ['127.0.0.1:3000', '/run/a.sock'], ['127.0.0.1:3000', '/run/a.sock']],
  ['strings', 'a,b', ['a', 'b']],
  ['string', 'anything $(at all); it is text', 'anything $(at all); it is text'],
]

const refuses: [FactType, unknown, RegExp][] = [
  ['port', '0', /port/],
  ['port', '65536', /port/],
  ['port', '3000; reboot', /port/],
  ['port', '3e3', /port/],
  ['port', '', /port/],
  ['port', ' 3000', /port/],
  ['pid', '-1', /process/],
  ['pid', '99999999', /process/],
  ['duration-ms', 'soon', /duration/],
  ['duration-ms', '15 m', /duration/],
  ['bool', 'yes', /true or false/],
  ['timestamp', 'yesterday-ish', /time/],
  ['host', '-oProxyCommand=x', /dash/],
  ['host', 'shop example', /host/],
  ['host', 'shop;id', /host/],
  ['host', '$(id).example.com', /host/],
  ['host', '', /host/],
  ['host', `${'a'.repeat(64)}.example.com`, /host/],
  ['url', 'ftp://example.com/', /URL/],
  ['url', 'http://exa mple.com/', /URL/],
  ['url', 'javascript:alert(1)', /URL/],
  ['url', 'http://', /URL/],
  ['unit', 'shop', /unit/],
  ['unit', '--help.service', /dash/],
  ['unit', 'a b.service', /unit/],
  ['unit', '../../etc/passwd.service', /unit/],
  ['container', '-it', /dash/],
  ['container', 'a b', /container/],
  ['path', 'relative/path', /absolute/],
  ['path', '/tmp/new\nline', /control/],
  ['path', '/tmp/\u001b[31mred', /control/],
  ['path', '/tmp/\u202egnp.exe', /control/],
  ['string', '-rf', /dash/],
  ['string', 'nul\u0000byte', /control/],
  ['string', 'a'.repeat(5000), /4096/],
  ['strings', ['fine', '-not'], /dash/],
  ['strings', [1], /text/],
  ['host', 3000, /text/],
]

describe('parseFact', () => {
  it.each(accepts)('takes a %s: %s', (type, given, value) => {
    expect(parseFact(type, given as string)).toEqual({ ok: true, value })
  })

  it.each(refuses)('refuses a %s: %s, and says why', (type, given, says) => {
    const parsed = parseFact(type, given as string)
    expect(parsed.ok).toBe(false)
    expect(parsed.ok ? '' : parsed.says).toMatch(says)
  })

  it('never throws, whatever a stranger wrote in a log', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FACT_TYPES), fc.anything(), (type, given) => {
        parseFact(type, given as string)
      }),
      { numRuns: 2000 },
    )
  })

  it('lets no accepted word begin with a dash or hold a control character', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FACT_TYPES), fc.string({ unit: 'binary' }), (type, text) => {
        const parsed = parseFact(type, text)
        if (!parsed.ok || typeof parsed.value !== 'string') return
        expect(parsed.value.startsWith('-')).toBe(false)
        expect(parsed.value).not.toMatch(/[\u0000-\u001f\u007f]/)
      }),
      { numRuns: 5000 },
    )
  })

  it('is stable: what was accepted is accepted again, as the same value', () => {
    for (const [type, given] of accepts) {
      const once = parseFact(type, given as string)
      if (!once.ok) throw new Error('accepted before')
      expect(parseFact(type, once.value)).toEqual(once)
    }
  })
})

describe('factToValue', () => {
  it('gives ints as BigInt, times as Date, and leaves text alone', () => {
    expect(factToValue('port', 3000)).toBe(3000n)
    expect(factToValue('timestamp', '2026-11-21T02:03:12.000Z')).toEqual(new Date('2026-11-21T02:03:12Z'))
    expect(factToValue('strings', ['a'])).toEqual(['a'])
    expect(factToValue('bool', true)).toBe(true)
  })
})

describe('isHost', () => {
  it.each(['localhost', 'a.b', 'xn--mnchen-3ya.de', '10.0.0.1', '::1', '[fe80::1]', 'example.com.'])(
    'takes %s',
    (host) => {
      expect(isHost(host)).toBe(true)
    },
  )
  it.each(['', '.', 'a..b', '-a.b', 'a b', 'a/b', 'a:b:c', '[example.com]', '[::1'])('refuses %j', (host) => {
    expect(isHost(host)).toBe(false)
  })
})
