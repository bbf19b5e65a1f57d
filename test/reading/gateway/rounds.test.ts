import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { roundsSay } from '../../../src/reading/gateway/rounds.ts'
import type { Layer } from '../../../src/reading/layers.ts'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Value } from '../../../src/words/value.ts'

const file = new URL('../../../flows/timeouts.yaml', import.meta.url)
const { timeouts } = parse(readFileSync(file, 'utf8')) as { timeouts: Layer[] }
const knowing = (facts: Record<string, Value> = {}, layers: Layer[] | undefined = timeouts): ReadContext => ({
  facts: new Map(Object.entries(facts)),
  knowledge: { fingerprints: [], signatures: [], ...(layers ? { layers } : {}) },
  requests: [],
  now: new Date('2026-11-21T09:40:00Z'),
})
const SET = { 'config.read_timeout': 2000n, 'config.read_at': '/etc/haproxy/haproxy.cfg:25' }

describe('failures that lie together', () => {
  it.each<[string, number[], Record<string, Value>, string]>([
    [
      "at the gateway's own limit",
      [2001, 2002, 2013, 40],
      SET,
      '3 of 4 took as long as it waits for an answer, 2000 ms (/etc/haproxy/haproxy.cfg:25)',
    ],
    [
      'at a limit without a line',
      [2001, 2002, 2013],
      { 'config.read_timeout': 2000n },
      '3 of 3 took as long as it waits for an answer, 2000 ms',
    ],
    [
      "at somebody's default",
      [30_001, 30_002, 30_003],
      SET,
      '3 of 3 ended after 30 s, a default of gunicorn (--timeout), PHP (max_execution_time)',
    ],
    ['nowhere', [1, 700, 4000], SET, ''],
    ['too few', [2001, 2002], SET, ''],
    ['less than half', [2001, 2002, 2003, 1, 2, 3, 4], SET, ''],
    ['none', [], SET, ''],
  ])('%s', (_, durations, facts, says) => {
    expect(roundsSay(durations, 'haproxy', knowing(facts))).toBe(says)
  })

  it('no defaults are known', () => {
    expect(
      roundsSay([30_001, 30_002, 30_003], 'nginx', { ...knowing(), knowledge: { fingerprints: [], signatures: [] } }),
    ).toBe('')
  })
})
