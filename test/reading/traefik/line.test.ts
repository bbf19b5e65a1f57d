import { describe, expect, it } from 'vitest'
import { parseTraefikLine } from '../../../src/reading/traefik/line.ts'

// The forms are those of Traefik's documentation ("Access Logs").
const COMMON =
  '10.0.0.9 - - [21/Nov/2026:06:11:02 +0100] "GET /cart HTTP/1.1" 502 11 "-" "curl/7.88.1" 7 "shop@docker" "http://10.0.0.7:3000" 3ms'
const json = (fields: object) =>
  JSON.stringify({
    ClientHost: '10.0.0.9',
    DownstreamStatus: 502,
    Duration: 3_000_000,
    OriginStatus: 0,
    RequestHost: 'shop.example.com',
    RequestPath: '/cart',
    ServiceURL: 'http://10.0.0.7:3000',
    StartUTC: '2026-11-21T05:11:02.345678901Z',
    time: '2026-11-21T05:11:02Z',
    ...fields,
  })

describe('a line of Traefik’s access log', () => {
  it('of the common form', () => {
    expect(parseTraefikLine(COMMON)).toEqual({
      at: Date.parse('2026-11-21T05:11:02.003Z'),
      client: '10.0.0.9',
      host: '',
      path: '/cart',
      agent: 'curl/7.88.1',
      status: 502,
      failure: 'traefik-no-answer',
      message: '502 for http://10.0.0.7:3000',
      upstream: 'http://10.0.0.7:3000',
    })
  })

  it('as JSON', () => {
    expect(parseTraefikLine(json({}))).toMatchObject({
      at: Date.parse('2026-11-21T05:11:02.348Z'),
      host: 'shop.example.com',
      failure: 'traefik-no-answer',
      message: '502, origin 0 for http://10.0.0.7:3000',
    })
  })

  it('an error of the server’s own is passed on', () => {
    expect(parseTraefikLine(json({ OriginStatus: 502 }))).toMatchObject({ failure: '' })
    expect(parseTraefikLine(json({ DownstreamStatus: 200, OriginStatus: 200 }))).toMatchObject({ failure: '' })
  })

  it('no server at all', () => {
    expect(parseTraefikLine(json({ DownstreamStatus: 503, ServiceURL: undefined }))).toMatchObject({
      failure: 'traefik-no-server',
      upstream: '',
    })
    expect(parseTraefikLine(COMMON.replace('502 11', '503 20').replace('"http://10.0.0.7:3000"', '"-"'))).toMatchObject(
      {
        failure: 'traefik-no-server',
      },
    )
  })

  it('out of the journal', () => {
    expect(parseTraefikLine(JSON.stringify({ MESSAGE: COMMON }))).toEqual(parseTraefikLine(COMMON))
  })

  it.each([
    '',
    '{',
    '{"a":1}',
    '{"DownstreamStatus":502}',
    COMMON.slice(0, 80),
    COMMON.replace('Nov', 'Foo'),
    'x'.repeat(100_000),
  ])('%.40j is none', (line) => {
    expect(parseTraefikLine(line)).toBeUndefined()
  })
})
