import { describe, expect, it } from 'vitest'
import { accessMethodsReader } from '../../../src/reading/nginx/access-methods.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { context } from './knowledge.ts'

const FACTS: Record<string, Value> = { 'url.host': 'shop.example', 'url.port': 8080n, 'url.path': '/cart' }
const line = (request: string, status: number) =>
  `10.0.0.9 - - [21/Nov/2026:04:03:07 +0000] "${request} HTTP/1.1" ${status} 157 "-" "visitor/1.0"\n`
const read = (log: string, { meta = {} as JsonObject, facts = {} as Record<string, Value> } = {}) =>
  accessMethodsReader.read(logCapture(log, { ...WHOLE, ...meta }), context({ ...FACTS, ...facts }, { requests: [] }))

describe('which methods failed', () => {
  it('none', () => {
    expect(read(line('GET /cart', 200) + line('POST /cart', 201)).value).toEqual({
      complete: true,
      requests: 2n,
      failed: 0n,
      failed_repeatable: 0n,
      failed_once: 0n,
    })
  })

  it('each by whether nginx may send it again', () => {
    const log = line('GET /cart', 502) + line('POST /cart', 502) + line('PATCH /a', 504) + line('DELETE /a', 504)
    const { value, lines } = read(log)
    expect(value).toMatchObject({ complete: true, requests: 4n, failed: 4n, failed_repeatable: 2n, failed_once: 2n })
    expect(lines).toEqual(
      ['502 GET', '502 POST', '504 PATCH', '504 DELETE'].map((each, i) => `${each} ${i < 2 ? '/cart' : '/a'} HTTP/1.1`),
    )
  })

  it("an application's own 500 and a visitor who left are no lost connections", () => {
    expect(read(line('GET /cart', 500) + line('GET /cart', 499) + line('GET /cart', 503)).value.failed).toBe(0n)
  })
})

describe('what proves nothing', () => {
  it.each<[string, string, Parameters<typeof read>[1]]>([
    ['a log that does not reach far enough', line('GET /', 200), { meta: { reached: false } }],
    [
      'failures that were counted and not kept',
      line('GET /', 200),
      { meta: { left: [{ key: { about: true, ending: 'failed' }, count: 3, first: 1, last: 2 }] } },
    ],
    ['a format that cannot be read', line('GET /', 200), { facts: { 'config.access_log_format': '$status' } }],
    ['lines that do not fit', 'what is this\nand this\n', {}],
    [
      'a failure whose method the format does not tell',
      '[21/Nov/2026:04:03:07 +0000] 502\n',
      { facts: { 'config.access_log_format': '[$time_local] $status' } },
    ],
  ])('%s', (_, log, more) => {
    expect(read(log, more).value.complete).toBe(false)
  })

  it('good answers that were counted and not kept still count', () => {
    const left = [{ key: { about: true, ending: 'well' }, count: 300, first: 1, last: 2 }]
    expect(read(line('GET /', 502), { meta: { left } }).value).toMatchObject({ complete: true, requests: 301n })
  })
})
