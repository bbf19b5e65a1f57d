import { describe, expect, it } from 'vitest'
import { closedLinesReader } from '../../../src/reading/nginx/closed-lines.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { SHOP } from './error-support.ts'
import { context } from './knowledge.ts'

const RESET = 'recv() failed (104: Connection reset by peer) while reading response header from upstream'
const CLOSED = 'upstream prematurely closed connection while reading response header from upstream'
const REFUSED = 'connect() failed (111: Connection refused) while connecting to upstream'

interface Line {
  second?: number
  connection?: number
  says?: string
  request?: string
  server?: string
}

const line = ({
  second = 7,
  connection = 42,
  says = RESET,
  request = 'GET /cart',
  server = 'shop.example',
}: Line = {}) =>
  `2026/11/21 04:03:0${second} [error] 815#816: *${connection} ${says}, client: 127.0.0.1, server: ${server}, request: "${request} HTTP/1.1", upstream: "http://127.0.0.1:3000/cart", host: "${server}:8080"\n`

const read = (log: string, meta: JsonObject = {}) =>
  closedLinesReader.read(logCapture(log, { ...WHOLE, ...meta }), context(SHOP, { requests: [] }))

describe('on which requests the application closed', () => {
  it('on none', () => {
    expect(read('').value).toEqual({
      complete: true,
      requests: 0n,
      repeatable: 0n,
      once: 0n,
      first: NEVER,
      last: NEVER,
      message: '',
    })
  })

  it('those that nginx may send again, and those that it sends once', () => {
    const log =
      line({ second: 1 }) +
      line({ second: 2, connection: 43, request: 'POST /cart' }) +
      line({ second: 3, connection: 44, request: 'PUT /cart', says: CLOSED }) +
      line({ second: 4, connection: 45, request: 'PATCH /cart' })
    const { value, lines } = read(log)
    expect(value).toMatchObject({ complete: true, requests: 4n, repeatable: 2n, once: 2n, message: RESET })
    expect(value.first).toEqual(new Date('2026-11-21T04:03:01Z'))
    expect(value.last).toEqual(new Date('2026-11-21T04:03:04Z'))
    expect(lines).toHaveLength(4)
  })

  it('one request that was lost in two connections is one request', () => {
    expect(read(line() + line({ says: CLOSED })).value).toMatchObject({ requests: 1n, repeatable: 1n })
  })

  it('another failure is none of them, nor is another site', () => {
    expect(read(line({ says: REFUSED }) + line({ server: 'blog.example' })).value.requests).toBe(0n)
  })

  it.each([
    'send() failed (104: Connection reset by peer) while sending request to upstream',
    'writev() failed (32: Broken pipe) while sending request to upstream',
  ])('while it is sent: %s', (says) => {
    expect(read(line({ says })).value.requests).toBe(1n)
  })

  it('an answer that was cut in its body is another matter', () => {
    const says = 'upstream prematurely closed connection while reading upstream'
    expect(read(line({ says })).value.requests).toBe(0n)
  })
})

describe('what was not seen', () => {
  it('lines that were counted and not kept have no method', () => {
    const left = [{ key: { about: true, signature: 'premature-close' }, count: 9, first: 1, last: 2 }]
    expect(read(line(), { left }).value).toMatchObject({ complete: false, requests: 1n })
  })

  it('of another kind they change nothing', () => {
    const left = [{ key: { about: true, signature: 'connect-refused' }, count: 9, first: 1, last: 2 }]
    expect(read(line(), { left }).value.complete).toBe(true)
  })

  it('a log that reaches not far enough', () => {
    expect(read(line(), { reached: false }).value.complete).toBe(false)
  })
})
