import { appendFileSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cpuNow } from '../../cpu.ts'
import { folder, look, NOW, simple, touched, writer } from './support.ts'

/** A log in a folder of its own, with the lines given. */
function log(lines: string[], name = 'error.log'): string {
  const path = join(folder(), name)
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('')

describe('the edge of the window', () => {
  it.each([
    ['well inside', 10, true],
    ['at its start', 900, true],
    ['two seconds before it, which workers may write late', 902, true],
    ['three seconds before it', 903, false],
    ['written this very second', 0, true],
    ['of a clock that is ahead', -30, true],
    ['a day ahead', -86_400, true],
  ])('a record %s', async (_, seconds, inside) => {
    const capture = await look(log([`@${seconds} a`]))
    expect(capture.out).toBe(inside ? `@${seconds} a\n` : '')
    expect(capture.meta).toMatchObject({ records: inside ? 1 : 0, reached: true })
  })

  it('is told in milliseconds, with its slack', async () => {
    const { meta } = await look(log(['@1 a']), { windowMs: 60_000 })
    expect(meta.since_ms).toBe(NOW.getTime() - 62_000)
  })

  it('a window of nothing holds what is written now', async () => {
    expect((await look(log(['@10 a', '@1 b']), { windowMs: 0 })).out).toBe('@1 b\n')
  })

  it('local stamps are moved by their zone before they are judged', async () => {
    // Stamps two hours ahead of UTC: the record of "-7190" was written ten seconds ago.
    const path = log(['@-5000 old', '@-7190 young'])
    touched(path, 10)
    const capture = await look(path, {}, { format: simple(false) })
    expect(capture.out).toBe('@-7190 young\n')
    expect(capture.meta).toMatchObject({ zone_minutes: 120, zone_from: 'mtime', zone_sure: false })
  })

  it('49 old records in a row are passed over, as clocks step; 50 end the reading', async () => {
    const old = (count: number) => Array.from({ length: count }, () => '@5000 old')
    expect((await look(log(['@20 a', ...old(49), '@10 b']))).out).toBe('@20 a\n@10 b\n')
    expect((await look(log(['@20 a', ...old(50), '@10 b']))).out).toBe('@10 b\n')
  })

  it('a record in the window between old ones begins the count anew', async () => {
    const old = Array.from({ length: 30 }, () => '@5000 old')
    expect((await look(log(['@30 a', ...old, '@20 b', ...old, '@10 c']))).out).toBe('@30 a\n@20 b\n@10 c\n')
  })

  it('what follows an old record’s line belongs to it, and is as old', async () => {
    expect((await look(log(['@5000 old', 'more of it', '@10 a', 'more']))).out).toBe('@10 a\nmore\n')
  })
})

describe('a chain of rotated files', () => {
  /** Files beside the log, by suffix: their lines, and when they were last written. */
  function chain(current: string[], older: Record<string, { lines: string[]; ago: number }>): string {
    const path = log(current)
    for (const [suffix, { lines, ago }] of Object.entries(older)) {
      const content = suffix.endsWith('.gz') ? gzipSync(text(lines)) : text(lines)
      writeFileSync(`${path}${suffix}`, content)
      touched(`${path}${suffix}`, ago)
    }
    return path
  }

  it('is read newest first by the time of writing, whatever the numbers say', async () => {
    const path = chain(['@10 d'], {
      '.3': { lines: ['@100 c'], ago: 100 },
      '.1': { lines: ['@300 a'], ago: 300 },
      '.2.gz': { lines: ['@200 b'], ago: 200 },
    })
    expect((await look(path)).out).toBe('@300 a\n@200 b\n@100 c\n@10 d\n')
  })

  it('is not followed further than the window’s start', async () => {
    const path = chain(['@10 b'], {
      '.1': { lines: ['@5000 old', '@100 a'], ago: 100 },
      '.2.gz': { lines: ['@50 not in order'], ago: 200 },
    })
    expect((await look(path)).out).toBe('@100 a\n@10 b\n')
  })

  it('is followed over a file that was emptied by its rotation', async () => {
    const path = chain([], { '.1': { lines: ['@100 a'], ago: 100 } })
    touched(path, 90)
    expect((await look(path)).out).toBe('@100 a\n')
  })

  it('is followed though the log itself was not written for long', async () => {
    const path = chain(['@9000 x'], { '.1': { lines: ['@100 a'], ago: 100 } })
    touched(path, 9000)
    expect((await look(path)).out).toBe('@100 a\n')
  })

  it('has every file once: the log’s own hard link is no older part', async () => {
    const path = log(['@10 a'])
    linkSync(path, `${path}.1`)
    expect((await look(path)).out).toBe('@10 a\n')
  })

  it('is 20 files long at most', async () => {
    const older = Object.fromEntries(
      Array.from({ length: 25 }, (_, i) => [`.${i + 1}`, { lines: [`@${20 + i} a`], ago: 20 + i }]),
    )
    const capture = await look(chain(['@10 b'], older))
    expect(capture.meta.records).toBe(21)
    expect(capture.out.startsWith('@39 a\n')).toBe(true)
  })

  it('has no links, no folders and no FIFOs in it', async () => {
    const path = log(['@10 a'])
    const outside = log(['@20 secret'], 'outside')
    symlinkSync(outside, `${path}.1`)
    mkdirSync(`${path}.2`)
    const capture = await look(path)
    expect(capture).toMatchObject({ out: '@10 a\n', meta: { gaps: [], reached: true } })
  })

  it('an empty archive in it is no gap worth a failure', async () => {
    const path = chain(['@10 b'], { '.1.gz': { lines: [], ago: 50 }, '.2.gz': { lines: ['@100 a'], ago: 100 } })
    expect(await look(path)).toMatchObject({ out: '@100 a\n@10 b\n', meta: { gaps: [], reached: true } })
  })

  it.each(['xz', 'zst', 'bz2', 'lz4', 'zip'])(
    'a .%s in the window is told as a gap, and the chain goes on',
    async (kind) => {
      const path = chain(['@10 b'], {
        [`.1.${kind}`]: { lines: ['?'], ago: 50 },
        '.2': { lines: ['@100 a'], ago: 100 },
      })
      const { out, meta } = await look(path)
      expect(out).toBe('@100 a\n@10 b\n')
      expect(meta).toMatchObject({
        reached: false,
        gaps: [`${path}.1.${kind} is packed in a way that is not read here`],
      })
    },
  )

  it.each(['xz', 'zst'])('a .%s from before the window is no gap', async (kind) => {
    const path = chain(['@10 b'], { [`.1.${kind}`]: { lines: ['?'], ago: 5000 } })
    expect((await look(path)).meta).toMatchObject({ reached: true, gaps: [] })
  })

  it('what a damaged archive gave before its damage is kept, and the damage told', async () => {
    const path = log(['@10 b'])
    const noise = Array.from({ length: 20_000 }, (_, i) => `@100 ${(i * 2_654_435_761) % 4_294_967_296}`)
    const whole = gzipSync(text(['@120 first', ...noise]))
    writeFileSync(`${path}.1.gz`, whole.subarray(0, whole.length - 100))
    touched(`${path}.1.gz`, 100)
    const { meta } = await look(path)
    expect(meta).toMatchObject({ reached: false, gaps: [`${path}.1.gz is damaged`] })
    expect(Number(meta.records)).toBeGreaterThan(1000)
  })

  it('the zone is not measured by the oldest line of an archive: an hour before the file’s time is no zone', async () => {
    const path = chain([], { '.1.gz': { lines: ['@700 a', '@150 b'], ago: 0 } })
    // Nine hundred seconds, a quarter of an hour to the second, before the archive was last written.
    writeFileSync(`${path}.1.gz`, gzipSync(text(['@900 a', '@300 b'])))
    touched(`${path}.1.gz`, 0)
    const { meta } = await look(path, {}, { format: simple(false) })
    expect(meta).toMatchObject({ zone_from: 'host', zone_sure: false })
  })
})

describe('the limits of one look', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `@10 a${i}`)

  it('bytes are counted over all files, packed ones unpacked', async () => {
    const path = log(many(1000))
    writeFileSync(`${path}.1.gz`, gzipSync(text(many(100_000))))
    touched(`${path}.1.gz`, 20)
    const capture = await look(path, {}, { maxBytes: 100_000 })
    expect(capture).toMatchObject({ outcome: 'ok', cut: true, why: 'cut', timedOut: false, meta: { reached: false } })
    expect(capture.says).toBe(`${path} was not read as far back as the window`)
    expect(Number(capture.meta.records)).toBeGreaterThan(1000)
    expect(Number(capture.meta.records)).toBeLessThan(60_000)
  })

  it('a format’s own limit of bytes counts, and a caller’s before it', async () => {
    const format = { ...simple(), maxBytes: 50 }
    const path = log(many(100))
    expect((await look(path, {}, { format })).cut).toBe(true)
    expect((await look(path, {}, { format, maxBytes: 100_000 })).cut).toBe(false)
  })

  it('a look that was given up before it began has nothing, and says why', async () => {
    const capture = await look(log(many(10)), {}, {}, AbortSignal.abort())
    expect(capture).toMatchObject({
      outcome: 'ok',
      out: '',
      why: 'timed-out',
      timedOut: true,
      meta: { reached: false },
    })
  })

  it('no time and no log: that there is none is still known', async () => {
    expect(await look('/no/such/error.log', { timeoutMs: 0 })).toMatchObject({ outcome: 'blind', why: 'no-such-file' })
  })

  it('what is left out is counted in one sentence and in tallies', async () => {
    const capture = await look(log(many(10)), {}, { keep: { records: 4, bytes: 1000 } })
    expect(capture.leftOut).toBe('6 of 10 lines in the window left out, and counted')
    expect(capture.meta.left).toHaveLength(6)
    expect(capture.cut).toBe(false)
  })

  it('nothing left out: no sentence', async () => {
    expect((await look(log(many(3)))).leftOut).toBe('')
  })
})

describe('what a capture says of itself', () => {
  it('the command a person could type, the place, and no exit status', async () => {
    const path = log(['@10 a'])
    expect(await look(path)).toMatchObject({
      kind: 'log',
      argv: ['tail', '-n', '1000', '--', path],
      at: 'local',
      exit: null,
      err: '',
      startedAt: NOW.toISOString(),
    })
  })

  it('whose view it was', async () => {
    const path = log(['@10 a'])
    const pid = await writer([path])
    expect(await look(path, { writer: pid })).toMatchObject({ at: `local pid:${pid}`, meta: { held: 'yes' } })
  })

  it('a path that begins like an option is no option', async () => {
    expect((await look('-f')).argv).toEqual(['tail', '-n', '1000', '--', '-f'])
  })

  it('lines that come while it reads do not break it', async () => {
    const path = log(Array.from({ length: 50_000 }, (_, i) => `@10 line${i % 7}`))
    const reading = look(path)
    for (let i = 0; i < 20; i += 1) appendFileSync(path, '@1 late\n')
    expect(await reading).toMatchObject({ outcome: 'ok', meta: { reached: true } })
  })
})

describe('hostile content', () => {
  it.each([
    ['binary', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919 + (i >> 8)) % 256))],
    ['zeros', Buffer.alloc(3_000_000)],
    ['line feeds', Buffer.alloc(500_000, '\n')],
    ['one line of 5 MB', Buffer.alloc(5_000_000, 'x')],
    ['a stamp on every byte', Buffer.from('@1 '.repeat(100_000))],
  ])('%s is read within bounds', async (_, content) => {
    const path = log([])
    writeFileSync(path, content)
    const began = cpuNow()
    const capture = await look(path)
    expect(capture).toMatchObject({ outcome: 'ok', meta: { reached: true } })
    expect(capture.out.length).toBeLessThan(256 * 1024)
    expect(cpuNow() - began).toBeLessThan(3000)
  })

  it('a torn line in front, as after copytruncate, is left out', async () => {
    const path = log([])
    writeFileSync(path, 'of a line that was cut @1 x\n@20 a\n')
    expect((await look(path)).out).toBe('@20 a\n')
  })

  it('a hole of zeros in the middle, as after a crash, ends no reading', async () => {
    const path = log([])
    writeFileSync(path, Buffer.concat([Buffer.from('@20 a\n'), Buffer.alloc(400_000), Buffer.from('\n@10 b\n')]))
    const { out } = await look(path)
    expect(out.startsWith('@20 a')).toBe(true)
    expect(out.endsWith('@10 b\n')).toBe(true)
  })
})
