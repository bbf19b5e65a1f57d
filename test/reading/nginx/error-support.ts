import { describe, expect, it } from 'vitest'
import { nginxErrorLogReader } from '../../../src/reading/nginx/error-log.ts'
import type { NginxErrorLog } from '../../../src/reading/nginx/types.ts'
import type { OwnRequest, Reading } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { context } from './knowledge.ts'

/** One message of nginx, and what is to be read of it. */
export interface Told {
  id: string
  says: string
  errno: bigint
  /** Behind the last ` while `. */
  action: string
  shape: string
  cause: string
  level?: string
  upstream?: string
  host?: string
  port?: bigint
  socket?: string
  /** The name that could not be resolved. */
  name?: string
}

/** A whole line of nginx 1.22.1 around a message: the visitor's own `GET /cart?x=1` to shop.example. */
export function shopLine({
  says,
  level = 'error',
  upstream = 'http://127.0.0.1:3000/cart?x=1',
}: Pick<Told, 'says' | 'level' | 'upstream'>): string {
  const where = upstream === '' ? '' : `, upstream: "${upstream}"`
  return `2026/11/21 04:03:07 [${level}] 815#816: *42 ${says}, client: 127.0.0.1, server: shop.example, request: "GET /cart?x=1 HTTP/1.1"${where}, host: "shop.example:8080"\n`
}

/** What is known of that site. */
export const SHOP: Record<string, Value> = {
  'url.host': 'shop.example',
  'url.port': 8080n,
  'url.path': '/cart?x=1',
  'config.server_name': 'shop.example',
  'config.error_log_level': 'error',
}

/** Our own request in the second of `shopLine`. */
export const OURS: OwnRequest = {
  startedAt: new Date('2026-11-21T04:03:07.100Z'),
  endedAt: new Date('2026-11-21T04:03:07.200Z'),
  status: 502,
}

/** Reads a log that was seen whole. */
export function readLog(
  log: string,
  more: { facts?: Record<string, Value>; meta?: JsonObject; requests?: OwnRequest[] } = {},
): Reading<NginxErrorLog> {
  const known = context({ ...SHOP, ...more.facts }, { requests: more.requests ?? [] })
  return nginxErrorLogReader.read(logCapture(log, { ...WHOLE, ...more.meta }), known)
}

/** Holds each message, inside a whole line, to what is to be read of it. */
export function tellsEach(told: readonly Told[]): void {
  describe.each(told)('$id: $says', (one) => {
    const { id: signature, says: message, level = 'error', upstream = 'http://127.0.0.1:3000/cart?x=1' } = one
    const { host = '127.0.0.1', port = 3000n, socket = '', name = '', errno, action, shape, cause } = one
    const line = shopLine(one)

    it('of our own request is read field by field, and not counted', () => {
      const { value, dark } = readLog(line, { requests: [OURS] })
      expect(value.ours).toEqual({
        found: true,
        at: new Date('2026-11-21T04:03:07Z'),
        level,
        signature,
        shape,
        cause,
        message,
        zone: /by zone "([^"]*)"/.exec(message)?.[1] ?? '',
        errno,
        action,
        client: '127.0.0.1',
        server: 'shop.example',
        request: 'GET /cart?x=1 HTTP/1.1',
        path: '/cart',
        subrequest: '',
        host_header: 'shop.example:8080',
        upstream,
        host,
        port,
        socket,
        name,
        // Of a file only where there was no room for it.
        file: cause === 'disk-full' ? (/"([^"]*)"/.exec(message)?.[1] ?? '') : '',
        folder: cause === 'disk-full' ? (/"([^"]*)\/[^/"]*"/.exec(message)?.[1] ?? '') : '',
      })
      expect(value).toMatchObject({ count: 0n, total: 1n, kinds: [], latest: value.ours, complete: true })
      expect(dark).toEqual([])
    })

    it('of a visitor is counted, with its kind', () => {
      const { value, lines } = readLog(line + line.replace('*42', '*43'))
      expect(value.ours.found).toBe(false)
      expect(value).toMatchObject({ count: 2n, total: 2n, first: value.last })
      expect(value.kinds).toMatchObject([{ signature, shape, cause, count: 2n, host, port, socket, message }])
      expect(lines).toHaveLength(2)
    })

    it('of another virtual host says nothing about this one', () => {
      const facts = { ...SHOP, 'config.server_name': 'blog.example', 'url.host': 'blog.example' }
      const { value } = readLog(line, { facts, requests: [OURS] })
      expect(value).toMatchObject({ count: 0n, total: 1n, kinds: [], ours: { found: false }, latest: { found: false } })
      expect(value.others).toBe(1n)
      expect(readLog(line + line, { facts }).value.others, 'one connection').toBe(1n)
      expect(readLog(line + line.replace('*42', '*43'), { facts }).value.others).toBe(2n)
      expect(readLog(line, { facts: { ...facts, 'config.server_name': '_' } }).value.others, 'a nameless site').toBe(1n)
    })
  })
}
