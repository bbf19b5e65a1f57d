import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  covers,
  hexAddress,
  isLoopback,
  networkOrderAddress,
  parsePort,
  plainAddress,
  splitEndpoint,
} from '../../../src/reading/process/addresses.ts'

describe('plainAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1%lo', '127.0.0.1'],
    ['[::1]', '::1'],
    ['[fe80::1%eth0]', 'fe80::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['[::FFFF:10.0.0.5]', '10.0.0.5'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::', '::'],
    ['*', '*'],
    ['localhost', ''],
    ['256.1.1.1', ''],
    ['', ''],
  ])('writes %s as %s', (given, plain) => {
    expect(plainAddress(given)).toBe(plain)
  })

  it('changes nothing when applied again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const once = plainAddress(text)
        expect(plainAddress(once)).toBe(once)
      }),
    )
  })

  it('knows every IPv6 address as the one that a URL would show', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const plain = plainAddress(address)
        if (plain.includes('.')) return
        expect(`[${plain}]`).toBe(new URL(`http://[${address}]`).hostname)
      }),
    )
  })
})

describe('splitEndpoint', () => {
  it.each([
    ['*:3000', { address: '*', port: 3000 }],
    ['[::]:3000', { address: '::', port: 3000 }],
    [':::3000', { address: '::', port: 3000 }],
    ['::1:18080', { address: '::1', port: 18080 }],
    ['[::ffff:127.0.0.1]:3000', { address: '127.0.0.1', port: 3000 }],
    ['127.0.0.53%lo:53', { address: '127.0.0.53', port: 53 }],
  ])('%s', (text, endpoint) => {
    expect(splitEndpoint(text)).toEqual(endpoint)
  })

  it.each(['', ':', '3000', 'example.com:80', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:*', '[::1]:8e1'])(
    'is no endpoint: %j',
    (text) => {
      expect(splitEndpoint(text)).toBeUndefined()
    },
  )
})

describe('the kernel’s own notations', () => {
  it('reads the words of /proc/net/tcp in the machine’s byte order', () => {
    expect(hexAddress('0100007F')).toBe('127.0.0.1')
    expect(hexAddress('00000000')).toBe('0.0.0.0')
    expect(hexAddress('00000000000000000000000001000000')).toBe('::1')
    expect(hexAddress('0000000000000000FFFF00000100007F')).toBe('127.0.0.1')
    expect(hexAddress('B80D0120000000000000000001000000')).toBe('2001:db8::1')
    expect(hexAddress('0100007')).toBe('')
  })

  it('reads the digits of if_inet6 as they stand', () => {
    expect(networkOrderAddress('fe8000000000000000fc00fffe000001')).toBe('fe80::fc:ff:fe00:1')
    expect(networkOrderAddress('x')).toBe('')
  })
})

describe('covers', () => {
  it.each([
    ['0.0.0.0', '127.0.0.1', true],
    ['0.0.0.0', '10.0.0.5', true],
    ['0.0.0.0', '::1', false],
    ['::', '::1', true],
    ['::', '127.0.0.1', false],
    ['*', '127.0.0.1', true],
    ['*', '::1', true],
    ['*', 'shop.example.com', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['127.0.0.1', '10.0.0.5', false],
    ['127.0.0.1', '127.0.0.2', false],
    ['::1', '127.0.0.1', false],
    ['::1', 'localhost', true],
    ['10.0.0.5', 'localhost', false],
    ['127.0.0.1', '0.0.0.0', true],
    ['10.0.0.5', '0.0.0.0', false],
    ['::1', '::', true],
    ['127.0.0.1', 'shop.example.com', false],
    ['', '127.0.0.1', false],
  ])('%s serves %s: %s', (bound, address, answer) => {
    expect(covers(bound, address)).toBe(answer)
  })
})

describe('small parts', () => {
  it('knows loopback', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0'].every(isLoopback)).toBe(true)
    expect(['10.0.0.1', '128.0.0.1', 'fe80::1', 'localhost', '*'].some(isLoopback)).toBe(false)
  })

  it('takes only decimal ports', () => {
    expect(parsePort('65535')).toBe(65535)
    expect(['0', '-1', '1e3', '0x50', '', '99999', ' 80'].map(parsePort)).toEqual(new Array(7).fill(undefined))
  })
})
