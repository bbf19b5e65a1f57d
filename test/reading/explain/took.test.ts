import { describe, expect, it } from 'vitest'
import { tookOf } from '../../../src/reading/explain/took.ts'

const AGENT = '"Mozilla/5.0 (X11; Linux x86_64) 12.345"'
const COMMON = (status: number, behind: string) =>
  `10.0.0.7 - - [21/Nov/2026:16:19:43 +0000] "GET /checkout HTTP/1.1" ${status} 563${behind}`

describe('how long a failed request took', () => {
  it.each<[string, string, { ms: number; by: string } | undefined]>([
    [
      'httplog',
      'Nov 21 16:19:08 shop-1 haproxy[211]: 10.1.2.3:38172 [21/Nov/2026:16:19:08.129] web shop/app1 0/0/0/-1/60001 504 198 - - sH-- 3/3/2/2/0 0/0 "GET /checkout HTTP/1.1"',
      { ms: 60_001, by: 'haproxy' },
    ],
    [
      'httplog of a request that was answered well',
      'Nov 21 16:19:08 shop-1 haproxy[211]: 10.1.2.3:38172 [21/Nov/2026:16:19:08.129] web shop/app1 0/0/0/12/60001 200 198 - - ---- 3/3/2/2/0 0/0 "GET /checkout HTTP/1.1"',
      undefined,
    ],
    ["nginx's request_time at the end", COMMON(504, ` "-" ${AGENT} 60.001`), { ms: 60_001, by: 'nginx' }],
    [
      'with names of its own',
      COMMON(504, ` "-" ${AGENT} rt=60.012 uct="0.000" urt="60.011"`),
      { ms: 60_012, by: 'nginx' },
    ],
    ['of several tries', COMMON(502, ` "-" ${AGENT} 30.100, 30.001`), { ms: 30_100, by: 'nginx' }],
    ['no time at all', COMMON(504, ` "-" ${AGENT}`), undefined],
    ['a status that is no such failure', COMMON(500, ` "-" ${AGENT} 60.001`), undefined],
    ["Apache's %D", COMMON(502, ` "-" ${AGENT} 60004123`), { ms: 60_004, by: 'apache' }],
    ['bytes that stand in front of the words of a visitor', COMMON(502, ` 60004123 "-" ${AGENT}`), undefined],
    [
      'Traefik, as text',
      '10.0.0.7 - - [21/Nov/2026:16:19:43 +0000] "GET /checkout HTTP/1.1" 504 15 "-" "-" 12 "shop@file" "http://127.0.0.1:3000" 30001ms',
      { ms: 30_001, by: 'traefik' },
    ],
    [
      'Envoy, as text',
      '[2026-11-21T16:19:43.120Z] "GET /checkout HTTP/1.1" 504 UT 0 24 15001 - "-" "curl/8" "b1c2" "shop.example.com" "127.0.0.1:3000"',
      { ms: 15_001, by: 'envoy' },
    ],
    ['Envoy, as JSON', '{"response_code":504,"duration":15002,"path":"/checkout"}', { ms: 15_002, by: 'envoy' }],
    [
      'Traefik, as JSON',
      '{"DownstreamStatus":504,"Duration":30001000000,"RequestPath":"/"}',
      { ms: 30_001, by: 'traefik' },
    ],
    [
      'Caddy',
      '{"level":"error","ts":1795278024.17,"logger":"http.log.error","msg":"EOF","duration":10.000323,"status":504}',
      { ms: 10_000, by: 'caddy' },
    ],
    [
      'nginx, as JSON',
      '{"status":"504","request_time":"60.001","upstream_response_time":"60.000"}',
      { ms: 60_001, by: 'nginx' },
    ],
    ['JSON that tells of no time', '{"status":504,"msg":"no"}', undefined],
    ['a line of an application', '{"status":504,"duration":3}', undefined],
    [
      "AWS' balancer",
      'https 2026-11-21T16:20:43.186641Z app/shop/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 -1 -1 504 - 34 366 "GET https://shop.example.com:443/checkout HTTP/1.1" "curl/8" ECDHE TLSv1.2 arn:aws:x "Root=1-5" "-" "-" 0 2026-11-21T16:19:43.180000Z "forward" "-" "-" "10.0.0.1:80" "-" "-" "-"',
      { ms: 60_006, by: 'aws-alb' },
    ],
    ['torn JSON', '{"status":504,"request_ti', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, line, expected) => {
    expect(tookOf(line)).toEqual(expected)
  })

  it('looks at no line that is too long', () => {
    expect(tookOf(`${COMMON(504, ` "-" ${'x'.repeat(20_000)}`)} 60.001`)).toBeUndefined()
  })
})
