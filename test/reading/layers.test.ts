import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { responseReader } from '../../src/reading/http/response.ts'
import { type Layer, layerOf, roundTime } from '../../src/reading/layers.ts'
import type { Value } from '../../src/words/value.ts'
import { capture } from '../flows/http.ts'

const { timeouts: LAYERS }: { timeouts: Layer[] } = parse(
  readFileSync(new URL('../../flows/timeouts.yaml', import.meta.url), 'utf8'),
)
const whose = (ms: number, ...path: string[]) => roundTime(LAYERS, ms, path).whose

describe('whose default a duration is', () => {
  it.each<[number, string, string[]]>([
    [60_003, 'nginx (proxy_connect_timeout), nginx (proxy_read_timeout)', ['nginx']],
    [60_003, 'AWS ALB (idle_timeout.timeout_seconds)', ['aws-alb']],
    [30_020, 'Heroku (first byte (H12))', ['heroku']],
    [29_050, 'AWS API Gateway (integration timeout of a REST API)', ['aws-api-gateway']],
    [15_002, 'Fastly (first byte timeout)', ['fastly']],
    [20_010, 'Azure Application Gateway (request timeout)', ['azure-application-gateway']],
    [120_400, 'Cloudflare (proxy read timeout)', ['cloudflare']],
    [100_100, 'Cloudflare (proxy read timeout before it was raised)', ['cloudflare']],
    [30_005, 'gunicorn (--timeout)', ['nginx', 'gunicorn']],
    [5010, 'Envoy (connect_timeout)', ['envoy']],
    [30_005, 'gunicorn (--timeout), PHP (max_execution_time)', ['nginx']],
    [29_010, '', ['nginx']],
  ])('%i ms on the path of %s', (ms, expected, path) => {
    expect(whose(ms, ...path)).toBe(expected)
  })

  it('of nothing that is known: all that have it, and not too many', () => {
    expect(roundTime(LAYERS, 60_001, null).whose).toMatch(/^AWS ALB \(.*\), AWS classic ELB \(.*and \d+ more$/)
    expect(roundTime(LAYERS, 29_010, null).whose).toBe('AWS API Gateway (integration timeout of a REST API)')
  })

  it.each([0, 3, 1000, 2000, 3501, 59_000, 61_500, 31_000, 47_000, 4700, Number.NaN, -1, Number.POSITIVE_INFINITY])(
    '%d ms fits nobody',
    (ms) => {
      expect(roundTime(LAYERS, ms, ['nginx'])).toEqual({ ms: 0, whose: '' })
    },
  )

  it('a little before by coarse clocks, and a little after', () => {
    expect(roundTime(LAYERS, 59_950, ['nginx']).ms).toBe(60_000)
    expect(roundTime(LAYERS, 60_800, ['nginx']).ms).toBe(60_000)
    expect(roundTime(LAYERS, 61_000, ['nginx']).ms).toBe(0)
  })

  it('a name with its version', () => {
    expect(layerOf(LAYERS, 'php-fpm8.2')?.layer).toBe('PHP')
    expect(layerOf(LAYERS, '')).toBeUndefined()
  })
})

describe('a failed answer', () => {
  const read = (status: number, ms: number, facts: Record<string, Value> = {}) => {
    const text = `HTTP/1.1 ${status} X\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n`
    const seen = capture('http', text, { meta: { client: 'curl', status, phases: { total: ms, first_byte: ms } }, ms })
    const knowledge = { fingerprints: [], signatures: [], layers: LAYERS }
    const context = { facts: new Map(Object.entries(facts)), knowledge, requests: [], now: new Date(0) }
    const { round_ms, round_whose } = responseReader.read(seen, context).value
    return [Number(round_ms), round_whose]
  }

  it('after a minute behind nginx', () => {
    expect(read(504, 60_004, { 'gateway.name': 'nginx' })).toEqual([
      60_000,
      'nginx (proxy_connect_timeout), nginx (proxy_read_timeout)',
    ])
  })

  it('that came at once, and a good one, hint at nothing', () => {
    expect(read(502, 3)).toEqual([0, ''])
    expect(read(200, 60_004)).toEqual([0, ''])
  })
})
