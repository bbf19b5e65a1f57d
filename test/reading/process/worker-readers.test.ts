import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listenerWorkersReader } from '../../../src/reading/process/listener-workers.ts'
import { writtenFilesReader } from '../../../src/reading/process/written-files.ts'
import type { Json } from '../../../src/words/json.ts'
import { context, looked } from './support.ts'

describe('the workers of one listener', () => {
  const clock = { now_ms: Date.parse('2026-11-21T04:00:00Z'), uptime_ms: 100_000, boot_s: 0 }
  const worker = (pid: number, connections: number, state = 'S', ticks = 0) => ({
    pid,
    state,
    start_ticks: 9000 + pid,
    ticks,
    connections,
  })
  const read = (more: { [key: string]: Json }, capture = {}) =>
    listenerWorkersReader.read(
      looked({ whole: true, clock, ms: 200, master: 10, waiting: 0, workers: [], ...more }, capture),
      context(),
    )

  it('counts who holds a connection, who is stopped, and what they use', () => {
    const { value, lines } = read({
      waiting: 3,
      workers: [worker(11, 1, 'S', 4), worker(12, 2, 'T', 16), worker(13, 0)],
    })
    expect(value).toMatchObject({ complete: true, master: 10n, workers: 3n, busy: 2n, stopped: 1n, waiting: 3n })
    // 20 ticks of 10 ms within 200 ms: one core.
    expect(value.cpu_permille).toBe(1000n)
    expect(value.youngest).toEqual(new Date('2026-11-21T03:59:50.130Z'))
    expect(lines).toEqual(['2 of 3 workers hold a connection, 3 connections wait'])
  })

  it('is not complete when a process could not be looked into, or the look was cut', () => {
    expect(read({ whole: false })).toMatchObject({ value: { complete: false }, dark: [{ why: 'no-permission' }] })
    expect(read({}, { timedOut: true }).value.complete).toBe(false)
    expect(read({}, { cut: true }).value.complete).toBe(false)
    expect(listenerWorkersReader.read(looked('torn'), context())).toMatchObject({
      value: { complete: false, workers: 0n },
      lines: [],
    })
  })

  it('has no youngest where there is none', () => {
    expect(read({}).value).toMatchObject({ workers: 0n, youngest: new Date(0), cpu_permille: 0n })
    expect(read({ ms: 0, workers: [worker(11, 1, 'R', 5)] }).value.cpu_permille).toBe(0n)
  })

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(() => listenerWorkersReader.read(looked(raw as Json), context())).not.toThrow()
      }),
    )
  })
})

describe('the files that a process writes', () => {
  const read = (...files: [number, string][]) =>
    writtenFilesReader.read(
      looked({ pid: 7, whole: true, files: files.map(([fd, path]) => ({ fd, path })) }),
      context(),
    ).value

  it.each<[string, [number, string][], string]>([
    [
      'its standard error',
      [
        [1, '/srv/out'],
        [2, '/srv/err.txt2'],
      ],
      '/srv/err.txt2',
    ],
    [
      'the one named after errors, wherever it is',
      [
        [2, '/srv/all.log'],
        [7, '/var/log/shop-error.log'],
      ],
      '/var/log/shop-error.log',
    ],
    [
      'standard error before standard output',
      [
        [1, '/srv/a.log'],
        [2, '/srv/b.log'],
      ],
      '/srv/b.log',
    ],
    [
      'standard output before any other',
      [
        [5, '/srv/c.log'],
        [1, '/srv/a.log'],
      ],
      '/srv/a.log',
    ],
    [
      'the first of several others',
      [
        [9, '/srv/late.log'],
        [5, '/srv/early.log'],
      ],
      '/srv/early.log',
    ],
    [
      'never an access log',
      [
        [2, '/var/log/shop/access.log'],
        [5, '/srv/x.log'],
      ],
      '/srv/x.log',
    ],
    [
      'never a slow log, a pid file or a database',
      [
        [4, '/l/www-slow.log'],
        [5, '/r/a.pid'],
        [6, '/d/a.sqlite3'],
      ],
      '',
    ],
    ['never one that was deleted', [[7, '/tmp/wgunicorn-x1 (deleted)']], ''],
    ['nothing', [], ''],
  ])('its log: %s', (_, files, log) => {
    expect(read(...files).log).toBe(log)
  })

  it('names each once, and is complete only when all were seen', () => {
    expect(read([2, '/l/fpm.log'], [4, '/l/fpm.log'])).toEqual({
      complete: true,
      log: '/l/fpm.log',
      files: ['/l/fpm.log'],
    })
    const half = looked({ whole: false, files: [] })
    expect(writtenFilesReader.read(half, context()).value).toEqual({ complete: false, log: '', files: [] })
    expect(
      writtenFilesReader.read(looked({ whole: true, files: [] }, { timedOut: true }), context()).value.complete,
    ).toBe(false)
  })

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        expect(() => writtenFilesReader.read(looked(raw as Json), context())).not.toThrow()
      }),
    )
  })
})
