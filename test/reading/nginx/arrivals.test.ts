import { describe, expect, it } from 'vitest'
import { nginxAccessLogReader } from '../../../src/reading/nginx/access-log.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { logCapture, WHOLE } from './captures.ts'
import { context } from './knowledge.ts'

const FACTS = { 'url.host': 'shop.example', 'url.port': 80n, 'url.path': '/checkout' }
const ASKED = {
  startedAt: new Date('2026-11-21T04:03:10.900Z'),
  endedAt: new Date('2026-11-21T04:03:11.200Z'),
  status: 502,
}
const OURS = 'triage502/0.1.0'

interface Line {
  second: number
  status?: number
  path?: string
  agent?: string
  client?: string
}

const line = ({ second, status = 502, path = '/checkout', agent = OURS, client = '10.0.0.9' }: Line): string =>
  `${client} - - [21/Nov/2026:04:03:${String(second).padStart(2, '0')} +0000] "GET ${path} HTTP/1.1" ${status} 157 "-" "${agent}"`

const read = (lines: Line[], { meta = {} as JsonObject, requests = [ASKED], format = 'combined' } = {}) =>
  nginxAccessLogReader.read(
    logCapture(`${lines.map(line).join('\n')}\n`, { ...WHOLE, ...meta }),
    context({ ...FACTS, 'config.access_log_format': format }, { requests }),
  ).value

describe('a request of ours that came as far as this log', () => {
  it('says so by its User-Agent, from the second on in which it began', () => {
    expect(read([{ second: 10 }])).toMatchObject({
      since: 1n,
      since_status: 502n,
      since_client: '10.0.0.9',
      none_since: false,
      nobody_since: false,
    })
  })

  it.each([
    ['an earlier one of ours', { second: 9 }],
    ['another path', { second: 10, path: '/cart' }],
  ])('is not %s', (_, other) => {
    expect(read([other])).toMatchObject({
      since: 0n,
      since_status: 0n,
      since_client: '',
      none_since: true,
      nobody_since: true,
    })
  })

  it('is counted since the latest of several', () => {
    const again = { ...ASKED, startedAt: new Date('2026-11-21T04:03:14Z'), endedAt: new Date('2026-11-21T04:03:15Z') }
    expect(read([{ second: 10 }, { second: 14, status: 200 }], { requests: [ASKED, again] })).toMatchObject({
      since: 1n,
      since_status: 200n,
    })
  })

  it('is told by path and time where the log names no User-Agent', () => {
    const format = '$remote_addr - - [$time_local] "$request" $status $body_bytes_sent "-" "x"'
    const { since, beside } = read([{ second: 10, agent: 'x' }], { format })
    expect({ since, beside }).toEqual({ since: 1n, beside: 0n })
  })

  it('cannot be missed in a log that was not read to its end', () => {
    expect(read([], { meta: { reached: false } })).toMatchObject({ none_since: false, nobody_since: false })
  })

  it('cannot be missed where nothing was asked', () => {
    expect(read([{ second: 10 }], { requests: [] })).toMatchObject({
      since: 0n,
      none_since: false,
      nobody_since: false,
    })
  })
})

describe('others at that time', () => {
  it('are counted with how they ended', () => {
    const others = [
      { second: 10, agent: 'Amazon CloudFront', status: 502 },
      { second: 11, agent: 'Amazon CloudFront', status: 499 },
      { second: 12, agent: 'Amazon CloudFront', status: 200, client: '10.0.0.8' },
      { second: 13, agent: 'too late' },
    ]
    expect(read(others)).toMatchObject({
      beside: 3n,
      beside_failed: 1n,
      beside_abandoned: 1n,
      beside_client: '10.0.0.9',
      none_since: true,
      nobody_since: false,
    })
  })
})

describe('who came before', () => {
  it('is the latest from another machine', () => {
    const lines = [
      { second: 1, agent: 'Mozilla', client: '10.0.0.7' },
      { second: 2, agent: 'Mozilla', client: '10.0.0.8', path: '/cart' },
      { second: 3, agent: 'curl', client: '127.0.0.1' },
      { second: 4 },
    ]
    expect(read(lines).visited_from).toBe('10.0.0.8')
    expect(read([{ second: 4 }]).visited_from).toBe('')
  })
})
