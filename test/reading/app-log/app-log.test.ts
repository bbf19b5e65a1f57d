import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appLogFormat } from '../../../src/reading/app-log/format.ts'
import { appLogReader } from '../../../src/reading/app-log/reader.ts'
import { complaintOf } from '../../../src/reading/app-log/record.ts'
import { logFormat } from '../../../src/reading/log-formats.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { logCapture } from '../nginx/captures.ts'
import { CONTEXT, FPM, GUNICORN } from './knowledge.ts'

const META = { path: '/var/log/shop.log', held: 'yes', moved: false, reached: true, full: false, gaps: [], left: [] }
const read = (log: string, meta: JsonObject = {}, more: Partial<Capture> = {}) =>
  appLogReader.read(
    {
      ...logCapture(log, { ...META, records: 1, zone_minutes: 0, zone_from: 'env', zone_sure: true, ...meta }),
      ...more,
    },
    CONTEXT,
  )

describe('what an application wrote', () => {
  it('PHP-FPM: newest first, each with its time and what it means', () => {
    const { value, dark, lines } = read(FPM)
    expect(value).toMatchObject({ complete: true, path: '/var/log/shop.log' })
    expect(dark).toEqual([])
    expect(value.lines.map(({ at, signature, cause }) => [at.toISOString().slice(11, 19), signature, cause])).toEqual([
      ['06:43:48', 'php-fpm-child-killed', ''],
      ['06:43:46', 'php-fpm-child-signal', ''],
      ['06:43:46', 'php-fpm-request-terminated', 'worker-timeout'],
      ['06:43:41', 'php-fpm-ready', ''],
      ['06:43:41', 'php-fpm-running', ''],
    ])
    expect(value.lines[2]?.message).toContain('execution timed out (3.024912 sec), terminating')
    expect(lines[0]).toContain('SIGKILL')
  })

  it('gunicorn: a trace belongs to the line above it, and names the cause', () => {
    expect(read(GUNICORN).value.lines.map(({ signature, cause }) => [signature, cause])).toEqual([
      ['gunicorn-worker-signal', ''],
      ['python-module-missing', 'crash-on-start'],
      ['gunicorn-booting', ''],
      ['gunicorn-worker-signal', ''],
      ['gunicorn-worker-timeout', 'worker-timeout'],
      ['gunicorn-listening', ''],
    ])
  })

  it('in the zone of its writer, unless the stamp names its own', () => {
    const kathmandu = { zone_minutes: 345, zone_from: 'mtime' }
    expect(read(FPM, kathmandu).value.lines[0]?.at).toEqual(new Date('2026-11-21T00:58:48Z'))
    expect(read(GUNICORN, kathmandu).value.lines[0]?.at).toEqual(new Date('2026-11-21T06:43:51Z'))
  })

  it('is bounded: the newest 200 lines, each of 300 characters', () => {
    const many = Array.from(
      { length: 500 },
      (_, n) => `[21-Nov-2026 06:43:${10 + (n % 50)}] NOTICE: ready to handle connections ${n} ${'x'.repeat(900)}`,
    )
    const { value } = read(`${many.join('\n')}\n`)
    expect(value.lines).toHaveLength(200)
    expect(value.lines[0]?.message).toContain('connections 499')
    expect(value.lines[0]?.message.length).toBe(300)
  })
})

describe('what is absent from it', () => {
  it.each<[string, JsonObject, string]>([
    ['its start was not reached', { reached: false }, 'does not reach back'],
    ['the process writes elsewhere', { held: 'no' }, 'it writes elsewhere'],
    ['nobody can say who writes it', { held: 'unknown' }, 'whether the application writes to'],
    ['the disk is full', { full: true }, 'is full'],
    ['a rotated part is missing', { gaps: ['/var/log/shop.log.1 is damaged'] }, 'is damaged'],
    ['its stamps have no certain zone', { zone_sure: false, zone_from: 'host' }, 'time zone'],
  ])('proves nothing when %s', (_, meta, says) => {
    const { value, dark } = read(FPM, meta)
    expect(value.complete).toBe(false)
    expect(dark.map((each) => each.says).join('; ')).toContain(says)
    expect(value.lines).toHaveLength(5)
  })

  it('needs no zone where every stamp has its own, or where nothing was written', () => {
    expect(read(GUNICORN, { zone_sure: false, zone_from: '' }).value.complete).toBe(true)
    expect(read('', { records: 0, zone_from: '' }).value).toMatchObject({ complete: true, lines: [] })
  })

  it('is dark when the log could not be read, or was pasted', () => {
    const blind = read('', {}, { outcome: 'blind', why: 'no-permission', says: 'this account may not read it' })
    expect(blind).toMatchObject({ value: { complete: false }, dark: [{ why: 'no-permission' }] })
    expect(read(FPM, {}, { pasted: true }).value.complete).toBe(false)
  })
})

describe('which records are kept', () => {
  const sieve = appLogFormat.open(CONTEXT)

  it.each([
    ['[21-Nov-2026 06:43:46] WARNING: [pool shop] server reached pm.max_children setting (2), consider raising it', 3],
    [
      '[21-Nov-2026 06:43:46] WARNING: [pool shop] child 1 exited on signal 9 (SIGKILL) after 0.1 seconds from start',
      2,
    ],
    ['[2026-11-21 06:43:50 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:2)', 3],
    ['[2026-11-21 06:43:50 +0000] [1] [INFO] Booting worker with pid: 2', 2],
    ['2026-11-21T06:43:50Z user alice logged in with hunter2', 0],
    ['', 0],
  ])('%j: %i', (record, rank) => {
    expect(sieve.weigh(record).rank).toBe(rank)
  })

  it('by the line that tells, wherever it stands in the record', () => {
    expect(sieve.weigh(GUNICORN.slice(GUNICORN.indexOf('[2026-11-21 06:43:50 +0000] [30704]')))).toMatchObject({
      rank: 3,
      key: { signature: 'python-module-missing' },
    })
  })

  it('by stamps of every kind, and what has none begins no record', () => {
    expect(sieve.stamp('[21-Nov-2026 06:43:46] NOTICE: x')).toEqual({
      ms: Date.UTC(2026, 10, 21, 6, 43, 46),
      zoned: false,
    })
    expect(sieve.stamp('[2026-11-21 06:43:50 +0100] [1] x')).toEqual({
      ms: Date.UTC(2026, 10, 21, 5, 43, 50),
      zoned: true,
    })
    expect(sieve.stamp('Traceback (most recent call last):')).toBeUndefined()
  })

  it('for the reader of that name', () => {
    expect(logFormat(appLogReader.name)).toBe(appLogFormat)
  })

  it('and of these, frames are left out: they may hold values', () => {
    const kept = appLogReader.keep?.(GUNICORN) ?? { out: '', leftOut: '' }
    expect(kept.out).not.toContain('4111111111111111')
    expect(kept.out).toContain("ModuleNotFoundError: No module named 'billing'")
    expect(kept.leftOut).toMatch(/^\d+ lines of stack traces$/)
    expect(appLogReader.keep?.(kept.out)).toEqual({ out: kept.out, leftOut: '' })
    expect(read(kept.out).value).toEqual(read(GUNICORN).value)
  })

  it('and of a record without an end, its beginning and its end', () => {
    const long = `[21-Nov-2026 06:43:46] NOTICE: x\n${Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n')}\n`
    const kept = appLogReader.keep?.(long).out ?? ''
    expect(kept.split('\n').length).toBeLessThan(15)
    expect(kept).toContain('line 99')
  })
})

describe('the words of a supervisor', () => {
  it('win over what any application may write', () => {
    const line = `[21-Nov-2026 04:30:12] WARNING: [pool www] child 13278 said into stderr: "NOTICE: PHP message: PHP Fatal error:  Allowed memory size of 2097152 bytes exhausted (tried to allocate 9003008 bytes) in /srv/shop/mem.php on line 1"`
    expect(complaintOf(line, CONTEXT.knowledge)?.signature.id).toBe('php-memory-limit')
  })

  it('nothing is made of what nobody knows', () => {
    expect(complaintOf('all is well\nand better', CONTEXT.knowledge)).toBeUndefined()
  })

  it('any text can be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        expect(() => read(`${FPM}${text}`)).not.toThrow()
        expect(() => appLogReader.keep?.(text)).not.toThrow()
        expect(() => appLogFormat.open(CONTEXT).weigh(text)).not.toThrow()
      }),
    )
  })
})
