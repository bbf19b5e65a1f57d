import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dnsReader } from '../../../src/reading/machine/dns.ts'
import { context, fixture, printed } from '../systemd/support.ts'

const DIG = 'dig +noall +answer +comments +time=2 +tries=1'
const captured = (name: string) => fixture(`machine/${name}`)
const reading = (command: string, out: string, more = {}) => dnsReader.read(printed(command, out, more), context())
const read = (command: string, out: string, more = {}) => reading(command, out, more).value

describe('a name, as the C library resolves it', () => {
  it('found', () => {
    expect(read('getent ahosts localhost', captured('getent-ahosts-localhost.txt'))).toEqual({
      ...{ complete: true, resolves: true, addresses: ['127.0.0.1'], aliases: [], status: '' },
    })
  })

  it('by another name', () => {
    const out = '10.1.2.3        STREAM shop.internal\n10.1.2.3        DGRAM  \nfd00::3         STREAM \n'
    expect(read('getent ahosts www.internal', out)).toMatchObject({
      addresses: ['10.1.2.3', 'fd00::3'],
      aliases: ['shop.internal'],
    })
  })

  it('not found: exit 2 is an answer', () => {
    expect(read('getent ahosts nosuch.invalid', '', { exit: 2 })).toMatchObject({ complete: true, resolves: false })
  })

  it('not asked', () => {
    expect(read('getent ahosts x', '', { exit: null, timedOut: true })).toMatchObject({
      complete: false,
      resolves: false,
    })
    expect(read('getent ahosts x', '', { exit: 1 }).complete).toBe(false)
  })
})

describe('a name, as one name server has it', () => {
  it('found, also by way of another name', () => {
    expect(read(`${DIG} shop.lab.test A`, captured('dig-shop.lab.test.txt'))).toEqual({
      ...{ complete: true, resolves: true, addresses: ['10.1.2.4'], aliases: [], status: 'NOERROR' },
    })
    expect(read(`${DIG} www.lab.test A`, captured('dig-www.lab.test.txt'))).toMatchObject({
      ...{ resolves: true, addresses: ['10.1.2.4'], aliases: ['shop.lab.test'] },
    })
    expect(read('dig +short www.lab.test', captured('dig-short.txt'))).toMatchObject({
      ...{ complete: true, addresses: ['10.1.2.4'], aliases: ['shop.lab.test'], status: '' },
    })
  })

  it.each([
    ['nosuch.lab.test', 'NXDOMAIN'],
    ['other.example', 'REFUSED'],
  ])('%s: %s', (name, status) => {
    const { value, lines } = reading(`${DIG} ${name} A`, captured(`dig-${name}.txt`))
    expect(value).toEqual({ complete: true, resolves: false, addresses: [], aliases: [], status })
    expect(lines).toEqual([`status ${status}`])
  })

  it('no reply: nothing is proven', () => {
    const { value, dark } = reading(`${DIG} shop.lab.test`, captured('dig-no-reply.txt'), { exit: 9 })
    expect(value).toMatchObject({ complete: false, resolves: false, addresses: [] })
    expect(dark.map((each) => each.why)).toEqual(['timed-out'])
    expect(read('dig +short nosuch.lab.test', '').complete).toBe(false)
  })

  it('anything at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('dig x', 'getent ahosts x', ''), (out, command) => {
        expect(read(command, out).resolves).toBe(read(command, out).addresses.length > 0)
      }),
    )
  })
})
