import { describe, expect, it } from 'vitest'
import { memberLinesReader } from '../../../src/reading/nginx/member-lines.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { OURS, SHOP, shopLine } from './error-support.ts'
import { context } from './knowledge.ts'

const REFUSED = 'connect() failed (111: Connection refused) while connecting to upstream'
const TIMED_OUT = 'upstream timed out (110: Connection timed out) while reading response header from upstream'
const POOL: Record<string, Value> = {
  ...SHOP,
  'config.members': ['127.0.0.1:3000', '127.0.0.1:3001'],
  'config.upstream_name': 'shop_pool',
}
const at = (port: number | string, says = REFUSED) => shopLine({ says, upstream: `http://127.0.0.1:${port}/cart` })

function read(log: string, meta: JsonObject = {}, facts = POOL) {
  return memberLinesReader.read(logCapture(log, { ...WHOLE, ...meta }), context(facts, { requests: [OURS] }))
}

describe('which members the error log names', () => {
  it('none', () => {
    const { value, dark, lines } = read('')
    expect(value).toEqual({ complete: true, members: [] })
    expect({ dark, lines }).toEqual({ dark: [], lines: [] })
  })

  it('one, and the line of our own request counts', () => {
    const { value, lines } = read(at(3000))
    expect(value.members).toEqual([
      {
        member: '127.0.0.1:3000',
        count: 1n,
        last: new Date('2026-11-21T04:03:07Z'),
        signature: 'connect-refused',
        shape: 'unreachable',
        message: REFUSED,
      },
    ])
    expect(lines).toHaveLength(1)
  })

  it('several, the one with most lines first', () => {
    const { value } = read(at(3000) + at(3001) + at(3001))
    expect(value.members.map(({ member, count }) => [member, count])).toEqual([
      ['127.0.0.1:3001', 2n],
      ['127.0.0.1:3000', 1n],
    ])
  })

  it('what one fails of differently is one member, with its most frequent words', () => {
    const { value } = read(at(3000, TIMED_OUT) + at(3000) + at(3000, TIMED_OUT))
    expect(value.members).toMatchObject([{ count: 3n, signature: 'read-timeout', shape: 'slow', message: TIMED_OUT }])
  })

  it('a group is no member', () => {
    const line = shopLine({
      says: 'no live upstreams while connecting to upstream',
      upstream: 'http://shop_pool/cart',
    })
    expect(read(line).value.members).toEqual([])
  })

  it('IPv6 and sockets', () => {
    const socket = shopLine({ says: REFUSED, upstream: 'http://unix:/run/a.sock:/cart' })
    const six = shopLine({ says: REFUSED, upstream: 'http://[::1]:3000/cart' })
    const names = read(socket + six, {}, SHOP).value.members.map(({ member }) => member)
    expect(names.sort()).toEqual(['/run/a.sock', '[::1]:3000'])
  })

  it('lines of another site are no matter of this pool', () => {
    const other = at(3000).replace('server: shop.example', 'server: blog.example')
    expect(read(other).value.members).toEqual([])
  })

  it('lines that were counted and not kept', () => {
    const key = { about: true, signature: 'connect-refused', shape: 'unreachable', host: '127.0.0.1', port: 3001 }
    const left = [
      {
        key: { ...key, cause: '', socket: '' },
        count: 40,
        first: Date.parse('2026-11-21T03:50:00Z'),
        last: Date.parse('2026-11-21T04:00:00Z'),
      },
    ]
    const { value } = read(at(3000), { left })
    expect(value.members.map(({ member, count }) => [member, count])).toEqual([
      ['127.0.0.1:3001', 40n],
      ['127.0.0.1:3000', 1n],
    ])
  })

  it('a log that does not reach back is not complete', () => {
    const { value, dark } = read(at(3000), { reached: false })
    expect(value.complete).toBe(false)
    expect(value.members).toHaveLength(1)
    expect(dark).not.toEqual([])
  })

  it.each(['\0\0', 'no log at all\n', '2026/11/21 04:03:07 [error]\n', `${'x'.repeat(9000)}\n`])(
    'is total: %j',
    (log) => {
      expect(read(log).value.members).toEqual([])
    },
  )
})
