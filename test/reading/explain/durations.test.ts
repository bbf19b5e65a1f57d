import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { DurationReader, DurationTally } from '../../../src/reading/explain/durations.ts'
import type { Layer } from '../../../src/reading/layers.ts'

const file = new URL('../../../flows/timeouts.yaml', import.meta.url)
const { timeouts } = parse(readFileSync(file, 'utf8')) as { timeouts: Layer[] }

function tally(durations: readonly number[], by = 'nginx') {
  const counts = new DurationTally(timeouts)
  for (const ms of durations) counts.add(ms, by)
  return counts.end()
}

describe('durations of failures', () => {
  it('that lie at a default name it', () => {
    expect(tally([60_001, 60_012, 60_003, 60_099, 120])).toEqual({
      failures: 5,
      count: 4,
      ms: 60_000,
      whose: 'nginx (proxy_connect_timeout), nginx (proxy_read_timeout)',
      least: 60_001,
      most: 60_099,
    })
  })

  it.each<[string, number[]]>([
    ['too few', [60_001, 60_002]],
    ['less than half', [60_001, 60_002, 60_003, 1, 2, 3, 4]],
    ['at no default', [41_000, 41_001, 41_002]],
    ['too short to mean anything', [2000, 2001, 2002]],
    ['none', []],
  ])('%s: nothing is named', (_, durations) => {
    expect(tally(durations)).toMatchObject({ failures: durations.length, count: 0, ms: 0, whose: '' })
  })

  it("whoever's line it is comes first, others after", () => {
    expect(tally([15_001, 15_002, 15_003], 'envoy').whose).toBe('Envoy (timeout of a route)')
    expect(tally([100_001, 100_002, 100_003], 'nginx').whose).toBe(
      'Cloudflare (proxy read timeout before it was raised)',
    )
  })
})

describe('a log in pieces', () => {
  const line = (took: string, status = 504) =>
    `10.0.0.7 - - [21/Nov/2026:16:19:43 +0000] "GET / HTTP/1.1" ${status} 563 "-" "x" ${took}\n`
  const log = [line('0.012', 200), line('60.001'), line('60.002'), line('60.503', 502), line('0.500', 503)].join('')

  it.each([1, 7, 64, 100, 1000])('of %i bytes reads the same', (size) => {
    const reader = new DurationReader(timeouts)
    const bytes = Buffer.from(log)
    // The same memory is used for each piece, as a stream may do.
    const piece = Buffer.alloc(size)
    for (let at = 0; at < bytes.length; at += size) {
      const copied = bytes.copy(piece, 0, at, at + size)
      reader.push(piece.subarray(0, copied))
    }
    expect(reader.end()).toMatchObject({ failures: 4, count: 3, ms: 60_000, least: 60_001, most: 60_503 })
  })

  it('passes over what is too long, and goes on behind it', () => {
    const reader = new DurationReader(timeouts)
    reader.push(Buffer.from(`${'x'.repeat(40_000)} 504 `))
    reader.push(Buffer.from('y'.repeat(40_000)))
    reader.push(Buffer.from(`z\n${log}`))
    expect(reader.end()).toMatchObject({ failures: 4, count: 3 })
  })

  it('a last line without an end counts', () => {
    const reader = new DurationReader(timeouts)
    reader.push(Buffer.from(log.trimEnd()))
    expect(reader.end().failures).toBe(4)
  })
})
