import { describe, expect, it } from 'vitest'
import { Keeper, type KeepLimits } from '../../../src/probe/log/keeper.ts'
import type { LogSieve, Weight } from '../../../src/reading/log-format.ts'
import type { JsonObject } from '../../../src/words/json.ts'

/** Records here are written `RANK KEY text`: `3 refused GET /`. */
const SIEVE: LogSieve = {
  stamp: () => undefined,
  weigh(record) {
    const [rank = '0', key = ''] = record.split(' ')
    const ranks: Record<string, Weight['rank']> = { '1': 1, '2': 2, '3': 3 }
    return { rank: ranks[rank] ?? 0, key: { key } }
  },
}

/** Feeds records, the newest first as a log is read; the first is of second 0, each further one a second older. */
function keep(newestFirst: string[], limits?: Partial<KeepLimits>) {
  const keeper = new Keeper(SIEVE, { records: 2000, bytes: 256 * 1024, ...limits })
  for (const [i, record] of newestFirst.entries()) keeper.add(record, -1000 * i, -i)
  const given = keeper.finish()
  return { ...given, lines: given.out.split('\n').slice(0, -1), records: keeper.records }
}

const many = (count: number, record: (i: number) => string) => Array.from({ length: count }, (_, i) => record(i))

describe('what is kept of a log', () => {
  it('stands in the order of writing, whatever the order of importance', () => {
    expect(keep(['1 a newest', '3 b', '2 c', '1 a oldest']).lines).toEqual(['1 a oldest', '2 c', '3 b', '1 a newest'])
  })

  it('is nothing of nothing', () => {
    expect(keep([])).toEqual({ out: '', lines: [], left: [], leftOut: 0, records: 0 })
  })

  it('counts a record of rank 0 as seen, and neither keeps nor tallies it', () => {
    expect(keep(['0 noise', '3 a', '0 noise'])).toMatchObject({ lines: ['3 a'], left: [], leftOut: 0, records: 3 })
  })

  it('ends every record with one line feed, also one of several lines', () => {
    expect(keep(['3 b x\n  more', '3 a']).out).toBe('3 a\n3 b x\n  more\n')
  })

  it('cuts a record at 16 K characters', () => {
    expect(keep([`3 a ${'x'.repeat(20_000)}`]).lines[0]).toHaveLength(16 * 1024)
  })

  it('keeps the very same record twice when it was written twice', () => {
    expect(keep(['3 a same', '3 a same']).lines).toEqual(['3 a same', '3 a same'])
  })
})

describe('of too many records of one kind', () => {
  it.each([
    { rank: 1, newest: 60, oldest: 20 },
    { rank: 2, newest: 150, oldest: 30 },
    { rank: 3, newest: 500, oldest: 50 },
  ])('rank $rank: the newest $newest and the oldest $oldest stay', ({ rank, newest, oldest }) => {
    const { lines, left, leftOut } = keep(many(1000, (i) => `${rank} a ${i}`))
    expect(lines).toHaveLength(newest + oldest)
    expect(lines.at(-1)).toBe(`${rank} a 0`)
    expect(lines[0]).toBe(`${rank} a 999`)
    expect(lines[oldest - 1]).toBe(`${rank} a ${1000 - oldest}`)
    expect(lines[oldest]).toBe(`${rank} a ${newest - 1}`)
    expect(left).toEqual([
      { key: { key: 'a' }, count: 1000 - newest - oldest, first: -1000 * (999 - oldest), last: -1000 * newest },
    ])
    expect(leftOut).toBe(1000 - newest - oldest)
  })

  it('exactly as many as there is room for: none is left out', () => {
    expect(keep(many(80, (i) => `1 a ${i}`))).toMatchObject({ left: [], leftOut: 0 })
    expect(keep(many(81, (i) => `1 a ${i}`))).toMatchObject({
      leftOut: 1,
      left: [{ count: 1, first: -60_000, last: -60_000 }],
    })
  })

  it('one kind does not push another out', () => {
    const { lines } = keep(['1 rare', ...many(5000, (i) => `1 common ${i}`), '1 old-rare'])
    expect(lines[0]).toBe('1 old-rare')
    expect(lines.at(-1)).toBe('1 rare')
  })
})

describe('records of one kind with several ranks, as this URL’s own path and its other paths are', () => {
  const mixed = many(3000, (i) => (i % 3 === 0 ? `3 refused /pay ${i}` : `2 refused /other ${i}`))

  it('have room each, and are counted together', () => {
    const { lines, left, leftOut, records } = keep(mixed)
    expect(lines.filter((line) => line.startsWith('3'))).toHaveLength(550)
    expect(lines.filter((line) => line.startsWith('2'))).toHaveLength(180)
    expect(left).toEqual([{ key: { key: 'refused' }, count: 3000 - 730, first: -2_954_000, last: -226_000 }])
    expect(leftOut + lines.length).toBe(records)
  })

  it('a flood of the less important leaves all of the more important', () => {
    const flood = [...many(400, (i) => `3 refused ${i}`), ...many(2000, (i) => `2 refused ${i}`), '3 refused first']
    const { lines } = keep(flood)
    expect(lines.filter((line) => line.startsWith('3'))).toHaveLength(401)
    expect(lines[0]).toBe('3 refused first')
  })

  it.each([1, 2, 5, 7, 13, 31, 49])(
    'every %i-th of them is of the URL: all are kept or counted, none twice',
    (step) => {
      const fed = many(2500, (i) => `${i % step === 0 ? 3 : 2} refused ${i}`)
      const { lines, leftOut } = keep(fed)
      expect(new Set(lines).size).toBe(lines.length)
      expect(lines.length + leftOut).toBe(2500)
    },
  )
})

describe('the limits of a capture', () => {
  it('so many records: the important ones, and of these the newest', () => {
    const fed = ['1 a', '3 b 0', '2 c', '3 b 1', '3 b 2']
    expect(keep(fed, { records: 0 })).toMatchObject({ lines: [], leftOut: 5 })
    expect(keep(fed, { records: 1 }).lines).toEqual(['3 b 0'])
    expect(keep(fed, { records: 3 }).lines).toEqual(['3 b 2', '3 b 1', '3 b 0'])
    expect(keep(fed, { records: 4 }).lines).toEqual(['3 b 2', '3 b 1', '2 c', '3 b 0'])
  })

  it('so many bytes, line feeds and all; a smaller record may still find room', () => {
    const fed = ['3 a 12345', '3 b 1234567890', '1 c']
    expect(keep(fed, { bytes: 10 }).lines).toEqual(['3 a 12345'])
    expect(keep(fed, { bytes: 14 }).lines).toEqual(['1 c', '3 a 12345'])
    expect(keep(fed, { bytes: 24 }).lines).toEqual(['1 c', '3 a 12345'])
    expect(keep(fed, { bytes: 28 }).lines).toEqual(['3 b 1234567890', '3 a 12345'])
    expect(keep(fed, { bytes: 29 }).lines).toEqual(['1 c', '3 b 1234567890', '3 a 12345'])
  })

  it('bytes of UTF-8 are counted, not characters', () => {
    expect(keep(['3 a üü'], { bytes: 8 }).lines).toEqual([])
    expect(keep(['3 a üü'], { bytes: 9 }).lines).toEqual(['3 a üü'])
  })

  it('where several kinds compete, each gets its turn', () => {
    const { lines } = keep([...many(100, (i) => `2 a ${i}`), ...many(100, (i) => `2 b ${i}`)], { records: 10 })
    expect(lines.filter((line) => line.startsWith('2 a'))).toHaveLength(5)
    expect(lines.filter((line) => line.startsWith('2 b'))).toHaveLength(5)
  })

  it('more than 300 kinds are counted under one', () => {
    const { left, lines, records } = keep(many(400, (i) => `1 kind${i}`).flatMap((record) => many(90, () => record)))
    expect(left).toHaveLength(301)
    expect(left.at(-1)?.key).toEqual({ about: false, more: true })
    expect(left.reduce((sum, { count }) => sum + count, 0) + lines.length).toBe(records)
  })

  it('the kinds that came too late are kept apart by whether they are about the URL', () => {
    const about: LogSieve = {
      stamp: () => undefined,
      weigh: (record): Weight => {
        const key: JsonObject = { about: record.startsWith('own'), text: record }
        return { rank: record.startsWith('own') ? 2 : 1, key }
      },
    }
    const keeper = new Keeper(about, { records: 0, bytes: 0 })
    for (let i = 0; i < 300; i += 1) keeper.add(`kind ${i}`, i, -i)
    for (let i = 0; i < 7; i += 1) keeper.add(`own ${i}`, i, -1000 - i)
    for (let i = 0; i < 3; i += 1) keeper.add(`foreign ${i}`, i, -2000 - i)
    const { left } = keeper.finish()
    expect(left.find(({ key }) => key.more === true && key.about === true)?.count).toBe(7)
    expect(left.find(({ key }) => key.more === true && key.about === false)?.count).toBe(3)
  })

  it('tells the first and the last moment of what was left out, however the clocks stepped', () => {
    const keeper = new Keeper(SIEVE, { records: 0, bytes: 0 })
    for (const [i, ms] of [500, 900, 100, 300].entries()) keeper.add('1 a', ms, -i)
    expect(keeper.finish().left).toEqual([{ key: { key: 'a' }, count: 4, first: 100, last: 900 }])
  })
})
