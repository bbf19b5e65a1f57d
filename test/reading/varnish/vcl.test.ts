import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepVcl } from '../../../src/reading/varnish/keep-vcl.ts'
import { modelOfVcl, targetOf, usualTarget } from '../../../src/reading/varnish/model.ts'
import { activeVcl, varnishArguments, vclOfBackend } from '../../../src/reading/varnish/place.ts'
import { parseVcl, vclMs } from '../../../src/reading/varnish/vcl.ts'
import { cpuNow } from '../../cpu.ts'

const SHOP = `vcl 4.1;
import directors;
include "blog.vcl";
# backend old { .host = "10.0.0.1"; }
probe up {
  .url = "/healthz";
  .expected_response = 204;
  .interval = 2s;
}
backend shop {
  .host = "127.0.0.1"; /* not
  .host = "10.9.9.9"; */
  .port = "3000";
  .connect_timeout = 1s;
  .first_byte_timeout = 2.5s;
  .probe = up;
}
backend other { .host = "app.internal:3001"; .probe = { .url = "/o"; .threshold = 2; } }
backend sock { .path = "/run/shop.sock"; }
backend ten { .host = "2001:db8::1"; .port = "http"; }
sub vcl_init {
  new pool = directors.round_robin();
  pool.add_backend(shop);
  pool.add_backend(other);
}
sub vcl_recv {
  set req.backend_hint = pool.backend();
  if (req.http.X-Token == "s3cret") { set req.backend_hint = sock; }
  if (req.url == "/closed") {
    return (synth(503, "Closed until noon"));
  }
  return (synth(410));
}
`

const NONE = new Map<string, string>()
const model = (text: string) => modelOfVcl([{ path: '/etc/varnish/shop.vcl', text }])

describe('a VCL', () => {
  it('has backends, probes and directors', () => {
    const vcl = parseVcl(SHOP, 'shop.vcl')
    expect(vcl.backends.map(({ name, at }) => [name, at])).toEqual([
      ['shop', 'shop.vcl:10'],
      ['other', 'shop.vcl:18'],
      ['sock', 'shop.vcl:19'],
      ['ten', 'shop.vcl:20'],
    ])
    expect(vcl.directors).toEqual([{ name: 'pool', kind: 'round_robin', members: ['shop', 'other'] }])
    expect([...vcl.probes.keys()]).toEqual(['up'])
    expect(vcl).toMatchObject({ whole: true, includes: ['blog.vcl'] })
  })

  it('says under which condition it chooses and answers', () => {
    const { hints, synths } = parseVcl(SHOP, 'shop.vcl')
    expect(hints).toEqual([
      { target: 'pool', conditional: false, at: 'shop.vcl:27' },
      { target: 'sock', conditional: true, at: 'shop.vcl:28' },
    ])
    expect(synths).toEqual([
      { status: 503, conditional: true, at: 'shop.vcl:30' },
      { status: 410, conditional: false, at: 'shop.vcl:32' },
    ])
  })

  it('has defaults of Varnish and of its process', () => {
    const shop = model(SHOP)
    expect(targetOf(shop, 'shop', NONE)).toMatchObject({
      text: '127.0.0.1:3000',
      connect: { ms: 1000 },
      firstByte: { ms: 2500 },
    })
    expect(targetOf(shop, 'other', NONE)).toMatchObject({
      text: 'app.internal:3001',
      connect: { ms: 3500, at: '' },
      firstByte: { ms: 60_000, at: '' },
    })
    expect(targetOf(shop, 'other', new Map([['first_byte_timeout', '5']]))).toMatchObject({
      firstByte: { ms: 5000, at: 'varnishd -p first_byte_timeout=5' },
    })
    expect(targetOf(shop, 'sock', NONE)).toMatchObject({ socket: '/run/shop.sock', text: '/run/shop.sock', port: 0 })
    expect(targetOf(shop, 'ten', NONE)).toMatchObject({ text: '[2001:db8::1]:80' })
    expect(targetOf(shop, 'none', NONE)).toBeUndefined()
    expect(targetOf(shop, 'shop', NONE)?.probe?.get('expected_response')).toBe('204')
    expect(targetOf(shop, 'other', NONE)?.probe?.get('url')).toBe('/o')
  })

  it.each([
    ['backend a { .host = "h"; } backend b { .host = "i"; }', 'a'],
    ['backend a { .host = "h"; } backend default { .host = "i"; }', 'default'],
    ['backend a { .host = "h"; } sub vcl_recv { set req.backend_hint = a; }', 'a'],
    ['backend a { .host = "h"; } sub vcl_recv { if (req.url == "/") { set req.backend_hint = a; } }', ''],
    ['backend a { .host = "h"; } sub vcl_recv { set req.backend_hint = a; set req.backend_hint = b; }', ''],
    ['', ''],
  ])('%s gives every request to %j', (text, target) => {
    expect(usualTarget(model(text))).toBe(target)
  })

  it.each([
    ['backend a { .host = "h', false],
    ['/* open', false],
    ['{"long', false],
    ['set x = {"a " quote"};', true],
  ])('%s is whole: %s', (text, whole) => {
    expect(parseVcl(text, '').whole).toBe(whole)
  })

  it('counts lines over long strings and comments', () => {
    expect(parseVcl('/* a\n\n*/ {"b\n"}\nbackend x { .host = "h"; }', 'f').backends[0]?.at).toBe('f:5')
  })

  it.each([
    ['1s', 1000],
    ['2.5s', 2500],
    ['300ms', 300],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['5', 5000],
    ['soon', undefined],
    ['', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(vclMs(text)).toBe(ms)
  })
})

describe('what is kept of it', () => {
  it('reads the same, and holds nothing else', () => {
    const kept = keepVcl(SHOP)
    const [before, after] = [parseVcl(SHOP, 'f'), parseVcl(kept, 'f')]
    expect(after.backends.map(({ name, at }) => [name, at])).toEqual(before.backends.map(({ name, at }) => [name, at]))
    expect(after.directors).toEqual(before.directors)
    expect(after.hints).toEqual(before.hints)
    expect(after.synths).toEqual(before.synths)
    expect(kept).not.toMatch(/s3cret|Closed|10\.9\.9\.9|X-Token/)
    for (const { name } of before.backends)
      expect(targetOf(model(kept), name, NONE)).toEqual(targetOf(model(SHOP), name, NONE))
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '{',
            '}',
            '"',
            '\n',
            ' ',
            '#',
            '/*',
            '*/',
            '{"',
            '"}',
            'backend a ',
            '.host = ',
            'probe p ',
            'synth(503',
            'new d = directors.x',
            ';',
          ),
        }),
        (text) => {
          expect(() => parseVcl(keepVcl(text), '')).not.toThrow()
        },
      ),
    )
  })

  it.each(['{', 'backend a {', '"', 'set req.backend_hint = a; ', 'backend b { .host = "h"; }\n'])(
    'takes a megabyte of %j in time',
    (part) => {
      const began = cpuNow()
      parseVcl(part.repeat(Math.ceil(1e6 / part.length)), '')
      expect(cpuNow() - began).toBeLessThan(5000)
    },
  )
})

describe('the process', () => {
  it('says which file, backend and settings it was started with', () => {
    const words = [
      'varnishd',
      '-F',
      '-a',
      ':6081',
      '-f',
      '/etc/varnish/old.vcl',
      '-f/etc/varnish/new.vcl',
      '-p',
      'first_byte_timeout=5',
      '-pfeature=+http2',
      '-s',
      'malloc,1g',
      '-p',
      'Bad Name=1',
    ]
    expect(varnishArguments(words)).toEqual({
      files: ['/etc/varnish/old.vcl', '/etc/varnish/new.vcl'],
      backend: '',
      params: { first_byte_timeout: '5', feature: '+http2' },
    })
    expect(varnishArguments(['varnishd', '-b', 'localhost:3000']).backend).toBe('localhost:3000')
  })

  it.each([
    ['127.0.0.1:3000', '127.0.0.1:3000'],
    ['localhost', 'localhost:80'],
    ['/run/a.sock', '/run/a.sock'],
  ])('-b %s is a VCL with one backend', (address, text) => {
    expect(targetOf(model(vclOfBackend(address)), 'default', NONE)?.text).toBe(text)
  })

  it('never makes another program of -b', () => {
    expect(vclOfBackend('a"; } backend b { .host = "c')).toBe('')
  })

  // As varnishadm of Varnish 7.1.1 prints it, and of 6.0.
  it.each([
    ['active   auto    warm         2    boot\n', 'boot'],
    [
      'available  auto/cold  0 boot\nactive     auto/warm  4 reload_20261121_020000_4242\n',
      'reload_20261121_020000_4242',
    ],
    ['available auto warm 0 boot\n', ''],
    ['', ''],
  ])('%j: %j takes requests', (list, name) => {
    expect(activeVcl(list)).toBe(name)
  })
})
