import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatewaysSetUpReader } from '../../../src/reading/gateway/set-up.ts'
import { listensByArguments } from '../../../src/reading/varnish/arguments-listen.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'

const now = new Date('2026-11-21T02:00:00Z')
const HOUR = 3_600_000
const ago = (ms: number) => now.getTime() - ms
const context = { facts: new Map(), knowledge: { fingerprints: [], signatures: [] }, requests: [], now }

function read(raw: JsonObject | string, more: Partial<Capture> = {}) {
  const capture: Capture = {
    ...{ kind: 'look', argv: [], at: 'local', outcome: 'ok', exit: null, ms: 1, startedAt: now.toISOString() },
    ...{ err: '', cut: false, timedOut: false, leftOut: '', meta: {} },
    out: typeof raw === 'string' ? raw : JSON.stringify({ systemd: true, asked: true, unread: [], ...raw }),
    ...more,
  }
  return gatewaysSetUpReader.read(capture, context)
}

const nginx = { program: 'nginx', at: '/etc/nginx/nginx.conf', runs: [], unit: 'nginx.service', active: 'inactive' }
const haproxy = { ...nginx, program: 'haproxy', at: '/etc/haproxy/haproxy.cfg:3', unit: 'haproxy.service' }
const chosen = (...gateways: JsonObject[]) => {
  const { value } = read({ gateways })
  return [value.why, value.meant.program, value.sure]
}

describe('which gateway should listen', () => {
  it('the only one; sure of it where it ran, should have started, or wrote within a day', () => {
    expect(chosen(nginx)).toEqual(['only', 'nginx', false])
    expect(chosen({ ...nginx, ran_ms: ago(90 * HOUR) })).toEqual(['only', 'nginx', true])
    expect(chosen({ ...nginx, file_state: 'enabled-runtime' })).toEqual(['only', 'nginx', true])
    expect(chosen({ ...nginx, wrote_ms: ago(HOUR) })).toEqual(['only', 'nginx', true])
    expect(chosen({ ...nginx, wrote_ms: ago(25 * HOUR) })).toEqual(['only', 'nginx', false])
  })

  it('the one that ran last', () => {
    expect(chosen({ ...nginx, ran_ms: ago(HOUR) }, haproxy)).toEqual(['ran', 'nginx', true])
    expect(chosen({ ...nginx, ran_ms: ago(HOUR) }, { ...haproxy, ran_ms: ago(120_000) })).toEqual([
      'ran',
      'haproxy',
      true,
    ])
  })

  it('none, where both ended at the same moment: whatever is enabled or was written', () => {
    const both = [
      { ...nginx, ran_ms: ago(HOUR), file_state: 'enabled', wrote_ms: ago(HOUR) },
      { ...haproxy, ran_ms: ago(HOUR - 2900) },
    ]
    expect(chosen(...both)).toEqual(['', '', false])
  })

  it('none, where the one that ran last is not to be started by the boot, and another one is', () => {
    const enabled = { ...nginx, ran_ms: ago(2 * HOUR), file_state: 'enabled' }
    expect(chosen(enabled, { ...haproxy, ran_ms: ago(HOUR), file_state: 'disabled' })).toEqual(['', '', false])
  })

  it('the only one that is enabled, where none ran', () => {
    expect(chosen(nginx, { ...haproxy, file_state: 'enabled' })).toEqual(['enabled', 'haproxy', true])
    const enabled = { file_state: 'enabled' }
    expect(chosen({ ...nginx, ...enabled }, { ...haproxy, ...enabled })).toEqual(['', '', false])
  })

  it('the one whose log was written last, if long after the other', () => {
    expect(chosen({ ...nginx, wrote_ms: ago(HOUR) }, haproxy)).toEqual(['wrote', 'nginx', true])
    const near = { ...haproxy, wrote_ms: ago(HOUR + 599_000) }
    expect(chosen({ ...nginx, wrote_ms: ago(HOUR) }, near)).toEqual(['', '', false])
  })

  it('never one that runs', () => {
    const { value } = read({ gateways: [{ ...nginx, runs: [812] }, haproxy] })
    expect(value).toMatchObject({ count: 1n, running: ['nginx'], meant: { program: 'haproxy' } })
    expect(value.all).toEqual([
      'haproxy (/etc/haproxy/haproxy.cfg:3; haproxy.service is inactive, , and nothing shows that it ever ran)',
    ])
  })

  it('says of each what is known', () => {
    const { value } = read({
      gateways: [
        { ...nginx, ran_ms: ago(HOUR), file_state: 'enabled' },
        { ...haproxy, unit: '' },
      ],
    })
    expect(value.all).toEqual([
      'nginx (/etc/nginx/nginx.conf; nginx.service is inactive, enabled, since 2026-11-21T01:00:00Z)',
      'haproxy (/etc/haproxy/haproxy.cfg:3; no unit of it is known)',
    ])
  })

  it('knows who serves the site itself', () => {
    expect(read({ gateways: [{ ...nginx, handler: 'static' }] }).value.meant.serves).toBe(true)
    expect(read({ gateways: [{ ...nginx, handler: 'proxy' }] }).value.meant.serves).toBe(false)
  })
})

describe('what could not be seen', () => {
  it('is complete with all seen', () => {
    expect(read({ gateways: [] }).value).toMatchObject({ complete: true, count: 0n, why: '', all: [] })
  })

  it.each<[string, JsonObject | string, Partial<Capture>]>([
    ['files that may not be read', { gateways: [], unread: ['haproxy'] }, {}],
    ['systemd that did not answer', { gateways: [], asked: false }, {}],
    ['a look that took too long', { gateways: [] }, { timedOut: true }],
    ['no JSON', 'nothing', {}],
  ])('%s', (_, raw, more) => {
    expect(read(raw, more).value.complete).toBe(false)
  })

  it('is total', () => {
    fc.assert(fc.property(fc.string(), (out) => read(out).value.complete === false))
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (gateways) => {
        const { value } = read(JSON.stringify({ gateways }))
        expect(typeof value.why).toBe('string')
      }),
    )
  })
})

describe("the port on varnishd's command line", () => {
  const unit =
    '{ path=/usr/sbin/varnishd ; argv[]=/usr/sbin/varnishd -j unix,user=vcache -F -a :6081 -T localhost:6082 ; ignore_errors=no }'

  it.each<[string, number, boolean]>([
    [unit, 6081, true],
    [unit, 6082, false],
    ['varnishd -a web=127.0.0.1:8080,PROXY', 8080, true],
    ['varnishd -a[::1]:8443,HTTP -f x.vcl', 8443, true],
    ['varnishd -a 10.0.0.5', 80, true],
    ['varnishd -a /run/varnish.sock,mode=660', 80, false],
    ['varnishd -a 0.0.0.0:81 -a :82', 82, true],
    ['varnishd -f /etc/varnish/default.vcl', 80, false],
    ['varnishd -a', 80, false],
    ['', 80, false],
  ])('%s: %i is %s', (command, port, listens) => {
    expect(listensByArguments(command, port)).toBe(listens)
  })

  it('is total', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(65_535), (text, port) => typeof listensByArguments(text, port) === 'boolean'),
    )
  })
})
