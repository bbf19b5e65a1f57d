import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tlsOfferReader } from '../../../src/reading/tls/offer.ts'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context, looked } from '../process/support.ts'

const read = (findings: Json, more: Partial<Capture> = {}) => tlsOfferReader.read(looked(findings, more), context())

const certificate = {
  subject: 'CN=app.internal',
  issuer: 'CN=Shop CA',
  names: ['app.internal'],
  valid_from: 'Jan  1 00:00:00 2026 GMT',
  valid_to: 'Nov 20 10:00:00 2026 GMT',
  self_signed: false,
  name_fits: true,
  trusted: true,
}
const taken: JsonObject = {
  change: '',
  finished: true,
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  certificate,
}
const alert: JsonObject = { change: '', failure: 'alert', error: 'ssl/tls alert handshake failure' }

describe('a certificate', () => {
  it('is judged by the time of the look', () => {
    const { value, lines } = read({ hellos: [taken], trust_known: true })
    expect(value).toMatchObject({ expired: true, not_yet: false, days_off: 0n, last_day: '2026-11-20', complete: true })
    expect(lines).toEqual([
      'TLSv1.3 TLS_AES_128_GCM_SHA256',
      'CN=app.internal, by CN=Shop CA, 2026-01-01 to 2026-11-20',
    ])
  })

  it.each([
    ['Jan  1 00:00:00 2026 GMT', 'Jan  1 00:00:00 2027 GMT', { expired: false, not_yet: false, days_off: 0n }],
    ['Dec  1 04:00:00 2026 GMT', 'Jan  1 00:00:00 2027 GMT', { expired: false, not_yet: true, days_off: 10n }],
    ['Jan  1 00:00:00 2020 GMT', 'Nov 11 04:00:00 2026 GMT', { expired: true, not_yet: false, days_off: 10n }],
    ['', '', { shown: false, expired: false, not_yet: false, last_day: '', first_day: '' }],
    ['yesterday', 'tomorrow', { shown: false, expired: false, not_yet: false }],
  ])('from %s to %s', (valid_from, valid_to, wanted) => {
    const hello = { ...taken, certificate: { ...certificate, valid_from, valid_to } }
    expect(read({ hellos: [hello] }).value).toMatchObject(wanted)
  })

  it('with authorities that were not read leaves that dark', () => {
    const { dark } = read({ hellos: [taken], trust_known: false, trust_untold: '/etc/ca.pem could not be read' })
    expect(dark).toEqual([{ why: 'no-permission', says: '/etc/ca.pem could not be read' }])
  })
})

describe('what mends a hello', () => {
  it('is the first change that was taken', () => {
    const { value } = read({
      hellos: [
        alert,
        { ...alert, change: 'name' },
        { ...taken, change: 'protocols', name: '' },
        { ...taken, change: 'all' },
      ],
    })
    expect(value).toMatchObject({ failure: 'alert', mended_by: 'protocols', protocol: 'TLSv1.3', complete: true })
  })

  it('is nothing where none was taken, or the gateway’s own was', () => {
    expect(read({ hellos: [alert, { ...alert, change: 'all' }] }).value.mended_by).toBe('')
    expect(read({ hellos: [taken, { ...taken, change: 'name' }] }).value.mended_by).toBe('')
  })

  it('is not known without the gateway’s own hello', () => {
    expect(read({ hellos: [{ ...taken, change: 'name' }] }).value).toMatchObject({ complete: false, failure: 'other' })
  })
})

describe('whatever comes', () => {
  it.each<[string, Partial<Capture>]>([
    ['cut', { cut: true }],
    ['late', { timedOut: true }],
    ['blind', { outcome: 'blind' }],
  ])('%s is not complete', (_, more) => {
    expect(read({ hellos: [taken] }, more).value.complete).toBe(false)
  })

  it('is read to the same fields', () => {
    const fields = Object.keys(tlsOfferReader.output.fields).sort()
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (hellos, shown) => {
        const findings = { hellos, trust_known: true } as Json
        expect(Object.keys(read(findings).value).sort()).toEqual(fields)
        const odd = { hellos: [{ change: '', finished: true, certificate: shown }] } as Json
        expect(Object.keys(read(odd).value).sort()).toEqual(fields)
      }),
    )
  })

  it('is bounded and visible', () => {
    const long = `${'x'.repeat(10_000)}\u001b[31m`
    const hello = {
      ...taken,
      certificate: { ...certificate, subject: long, names: Array.from({ length: 500 }, () => long) },
    }
    const { value } = read({ hellos: [hello, { ...alert, error: long }] })
    expect(value.names).toHaveLength(20)
    expect(value.subject.length).toBeLessThanOrEqual(520)
    expect(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each))).not.toContain('\u001b')
  })
})
