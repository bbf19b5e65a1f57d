import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BackwardRecords, ForwardRecords } from '../../../src/probe/log/records.ts'
import { isRotatedName, type Written } from '../../../src/probe/log/writer.ts'
import { stampZone } from '../../../src/probe/log/zone.ts'
import { context } from '../../reading/nginx/knowledge.ts'
import { NOW, simple } from './support.ts'

const sieve = simple().open(context())

/** Records of lines given in the order of writing, read from the end; oldest first. */
function backward(lines: string[]): string[] {
  const records = new BackwardRecords(sieve)
  return lines
    .toReversed()
    .flatMap((line) => records.push(line)?.text ?? [])
    .toReversed()
}

function forward(lines: string[]): string[] {
  const records = new ForwardRecords(sieve)
  const done = lines.flatMap((line) => records.push(line)?.text ?? [])
  const last = records.end()?.text
  return last === undefined ? done : [...done, last]
}

describe('records of lines', () => {
  it.each<[string, string[], string[]]>([
    ['none', [], []],
    ['one a line', ['@3 a', '@2 b'], ['@3 a', '@2 b']],
    ['of several lines', ['@3 a', '  at x', '  at y', '@2 b'], ['@3 a\n  at x\n  at y', '@2 b']],
    ['with empty lines in between, which are dropped', ['@3 a', '', '  at x', '', '@2 b'], ['@3 a\n  at x', '@2 b']],
    ['after the rest of an older one, which begins nowhere', ['torn', '@2 b'], ['@2 b']],
    ['that end the log in mid-record', ['@2 b', 'more'], ['@2 b\nmore']],
    ['none of it a record', ['x', 'y'], []],
  ])('%s', (_, lines, records) => {
    expect(backward(lines)).toEqual(records)
    expect(forward(lines)).toEqual(records)
  })

  it('carry the stamp of their first line', () => {
    const records = new BackwardRecords(sieve)
    records.push('more')
    expect(records.push('@7 a')).toEqual({ text: '@7 a\nmore', ms: NOW.getTime() - 7000, zoned: true })
  })

  it('have at most 200 further lines, and at most 16 K characters of them', () => {
    const short = ['@2 b', ...Array.from({ length: 1000 }, (_, i) => `line ${i}`)]
    const long = ['@2 b', ...Array.from({ length: 50 }, () => 'x'.repeat(1000))]
    for (const read of [backward, forward]) {
      expect(read(short)[0]?.split('\n').length).toBeLessThanOrEqual(201)
      expect(read(long)[0]?.length).toBeLessThanOrEqual(16 * 1024 + 10)
    }
  })

  it('a limit that one record reached does not bind the next', () => {
    const lines = ['@3 a', 'a2', '@2 b', ...Array.from({ length: 500 }, () => 'x'.repeat(100)), '@1 c', 'c2']
    for (const read of [backward, forward]) {
      expect(read(lines)[0]).toBe('@3 a\na2')
      expect(read(lines)[2]).toBe('@1 c\nc2')
    }
  })

  it('are the same whether read from the end or from the beginning, when they are short', () => {
    const line = fc.constantFrom('@1 a', '@2 b', 'more', '', '  at x')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        expect(backward(lines)).toEqual(forward(lines))
      }),
    )
  })
})

describe('names of a log’s older parts', () => {
  it.each([
    'error.log.1',
    'error.log.1.gz',
    'error.log.12',
    'error.log.2.xz',
    'error.log.2.zst',
    'error.log-20261121',
    'error.log-20261121.gz',
    'error.log-2026-11-21',
    'error.log-20261121-1763683200',
    'error.log.2026-11-21_04.10',
    'error.log.old',
    'error.log.bak',
    'error.log-prev.gz',
    'error.log.save',
    'error-20261121.log',
    'error-20261121.log.gz',
    'error-2026-11-21T20-05-32.118.log.gz',
    'error-2026-11-21T20-05-32.118.log',
  ])('%s', (name) => {
    expect(isRotatedName('error.log', name)).toBe(true)
  })

  it.each([
    'error.log',
    'error.log.shop',
    'error.log.gz',
    'error.log1',
    'error.log.1.tar.gz',
    'error.log.1.backup',
    'error.log.',
    'error.log-',
    'shop-error.log.1',
    'error.logs.1',
    'access.log.1',
    'error.log.1\n',
    'error.log.1/x',
    '.error.log.1.swp',
    `error.log.${'1'.repeat(40)}`,
    'error-shop.log',
    'error-2.log',
    'error-20261121.txt',
    'error-20261121.shop.log',
  ])('%j is another file', (name) => {
    expect(isRotatedName('error.log', name)).toBe(false)
  })

  it('whatever the log’s own name is, also one that looks like a pattern', () => {
    expect(isRotatedName('a.*', 'a.*.1')).toBe(true)
    expect(isRotatedName('a.*', 'a.b.1')).toBe(false)
    expect(isRotatedName('x-1', 'x-1.1')).toBe(true)
  })
})

describe('the zone of local stamps', () => {
  const at = Date.parse('2026-07-01T12:00:00Z')
  const minutes = (count: number) => count * 60_000
  const written = (more: Partial<Written>): Written => ({
    opened: { kind: 'blind', why: 'no-such-file', says: '', goes: '' },
    ...{ root: '', held: 'unknown', moved: false, tz: undefined, tzSeen: false, ...more },
  })

  const during = (mtime: number) => [{ startedAt: new Date(mtime - 200), endedAt: new Date(mtime + 100) }]

  it.each([
    ['UTC', 0],
    ['New York in winter', -300],
    ['Berlin in summer', 120],
    ['Kathmandu', 345],
    ['Adelaide', 570],
    ['the Chatham islands', 765],
    ['the Line islands', 840],
    ['Baker island', -720],
  ])('%s is measured', async (_, offset) => {
    for (const late of [0, 900, 2900]) {
      expect(await stampZone(written({}), at + minutes(offset), at + late, during(at + late))).toEqual({
        minutes: offset,
        from: 'mtime',
        sure: true,
      })
    }
  })

  it.each([
    ['a file that was touched five seconds after its last line', at, at + 5000],
    ['a stamp two seconds in the future of the file', at + 2000, at],
    ['a day apart', at, at + 86_400_000],
    ['more than fourteen hours ahead', at + minutes(14 * 60 + 15), at],
    ['more than twelve hours behind', at - minutes(12 * 60 + 15), at],
  ])('%s measures nothing', async (_, stamp, mtime) => {
    expect(await stampZone(written({}), stamp, mtime)).toMatchObject({ from: 'host', sure: false })
    expect(await stampZone(written({ tz: 'Asia/Kathmandu', tzSeen: true }), stamp, mtime)).toEqual({
      minutes: 345,
      from: 'env',
      sure: true,
    })
  })

  it('of a TZ that names a rule, by the time of the year', async () => {
    const summer = at + 30_000
    const winter = Date.parse('2026-01-01T12:00:30Z')
    const berlin = written({ tz: 'Europe/Berlin', tzSeen: true })
    expect((await stampZone(berlin, summer - 10_000, summer)).minutes).toBe(120)
    expect((await stampZone(berlin, winter - 10_000, winter)).minutes).toBe(60)
  })

  it('of the file that the process holds: the file is believed before the environment', async () => {
    const held = written({ held: 'yes', tz: 'Asia/Kathmandu', tzSeen: true })
    expect(await stampZone(held, at, at + 500, during(at + 500))).toEqual({ minutes: 0, from: 'mtime', sure: true })
    expect(await stampZone(held, at + minutes(345), at + 500)).toEqual({ minutes: 345, from: 'env', sure: true })
  })

  it('of a file that was touched an hour after its last line: the zone that the process should have', async () => {
    const old = at - minutes(60)
    for (const asked of [[], during(at + 5000), during(at - 4000)]) {
      const host = await stampZone(written({ held: 'yes', tzSeen: true }), old, at, asked)
      expect(host).toMatchObject({ from: 'host', sure: false })
      const named = await stampZone(written({ held: 'yes', tz: 'Asia/Kathmandu', tzSeen: true }), old, at, asked)
      expect(named).toEqual({ minutes: 345, from: 'env', sure: false })
    }
    // Written while we asked: then it is our own line that is an hour apart.
    const ours = await stampZone(written({ held: 'yes', tzSeen: true }), old, at, during(at))
    expect(ours).toEqual({ minutes: -60, from: 'mtime', sure: true })
  })

  it('of a process whose TZ cannot be seen: measured, and sure only with a second sign', async () => {
    expect(await stampZone(written({}), at + minutes(345), at)).toEqual({ minutes: 345, from: 'mtime', sure: false })
    expect(await stampZone(written({}), at + minutes(345), at, 'stamped')).toMatchObject({ minutes: 345, sure: true })
  })

  it('of a file that it does not hold: the environment is believed before the file', async () => {
    const other = written({ held: 'no', tz: 'UTC', tzSeen: true })
    expect(await stampZone(other, at + minutes(120), at)).toEqual({ minutes: 0, from: 'env', sure: true })
  })

  it('is the host’s own for a process that shares our paths and was seen to have no TZ', async () => {
    const late = at + 60_000
    expect(await stampZone(written({ tzSeen: true }), at, late)).toMatchObject({ from: 'host', sure: true })
    expect(await stampZone(written({ tzSeen: true, root: '/proc/1/root' }), at, late)).toMatchObject({ sure: false })
    expect(await stampZone(written({}), at, late)).toMatchObject({ sure: false })
  })

  it('a TZ that is no zone is not taken for one', async () => {
    expect(await stampZone(written({ tz: 'Mars/Olympus', tzSeen: true }), at, at + 60_000)).toMatchObject({
      from: 'host',
      sure: false,
    })
  })
})
