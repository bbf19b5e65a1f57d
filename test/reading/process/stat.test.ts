import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFilesLimit, parseIdentity, parseStat, startedAt, statusField } from '../../../src/reading/process/stat.ts'
import { fixture } from './support.ts'

describe('parseStat', () => {
  it('reads nginx’s master', () => {
    expect(parseStat(fixture('stat-nginx.txt'))).toEqual({
      pid: 3630,
      comm: 'nginx',
      state: 'S',
      parent: 1,
      cpuTicks: 0,
      threads: 1,
      startTicks: 314629,
      rssPages: 390,
    })
  })

  it('is not misled by a name with quotes, commas and parentheses', () => {
    expect(parseStat(fixture('stat-odd-name.txt'))).toMatchObject({ comm: 'my "app",pid=1', parent: 3583, cpuTicks: 1 })
    const imitating = fixture('stat-odd-name.txt').replace('my "app",pid=1', ') R 1 1 (')
    expect(parseStat(imitating)).toMatchObject({ comm: ') R 1 1 (', state: 'S', parent: 3583 })
  })

  it.each(['', '1 (a', '1 (a)', 'x (a) S 1', ')('])('knows what is none: %j', (text) => {
    expect(parseStat(text)).toBeUndefined()
  })
})

describe('parseIdentity', () => {
  const status = fixture('status-nginx-worker.txt')

  it('reads the worker’s effective ids, its groups and that it may not pass permissions by', () => {
    expect(parseIdentity(status)).toEqual({ uid: 65534, gid: 65534, groups: [65534], overrides: false })
  })

  it('knows a process that permissions do not hold back by its capabilities, not by its uid', () => {
    expect(parseIdentity(status.replace(/CapEff:.*/, 'CapEff:\t000001ffffffffff'))?.overrides).toBe(true)
    expect(parseIdentity('Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapEff:\t0000000000000000\n')?.overrides).toBe(false)
  })

  it('gives nothing without ids', () => {
    expect(parseIdentity('Name:\tnginx\n')).toBeUndefined()
    expect(statusField(status, 'NSpid')).toBe('3631')
    expect(statusField(status, 'Absent')).toBe('')
  })
})

describe('openFilesLimit', () => {
  it('is the soft limit', () => {
    expect(openFilesLimit(fixture('limits-nginx.txt'))).toBe(20000)
    expect(openFilesLimit('Max open files            unlimited            unlimited            files')).toBe(-1)
    expect(openFilesLimit('')).toBe(-1)
  })
})

describe('startedAt', () => {
  const boot = Date.UTC(2026, 10, 21, 3, 0, 0)
  const clock = { nowMs: boot + 600_250, uptimeMs: 600_000, bootSeconds: boot / 1000 }

  it('is precise to the tick by the uptime', () => {
    expect(startedAt(12_345, clock)).toBe(boot + 250 + 123_450)
  })

  it('falls back to the boot time where a container’s uptime is its own', () => {
    expect(startedAt(12_345, { ...clock, uptimeMs: 5_000 })).toBe(boot + 123_450)
    expect(startedAt(12_345, { ...clock, uptimeMs: 0 })).toBe(boot + 123_450)
  })

  it('is 0 when nothing is known', () => {
    expect(startedAt(12_345, { nowMs: 1, uptimeMs: 0, bootSeconds: 0 })).toBe(0)
  })
})

it('no text breaks the parsers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseStat(text)
      parseIdentity(`Uid:${text}\nGid:${text}`)
      openFilesLimit(`Max open files${text}`)
    }),
  )
})
