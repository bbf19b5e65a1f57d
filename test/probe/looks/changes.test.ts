import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changesLook } from '../../../src/probe/looks/changes.ts'
import { zonedTime } from '../../../src/probe/looks/host-zone.ts'
import { parseDpkgLog } from '../../../src/probe/looks/package-log.ts'
import type { LookTools } from '../../../src/probe/looks/types.ts'
import { changesReader } from '../../../src/reading/machine/changes.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, fixture } from '../../reading/process/support.ts'
import { captured, folder, node, tools } from './support.ts'

async function look(args: JsonObject, more: Partial<LookTools> = {}) {
  const outcome = await changesLook(args, tools(more))
  return changesReader.read(captured(outcome), { ...context(), now: new Date() })
}

/** What `systemctl show` says, or that there is none. */
const systemctl = (out: string, exit: number | null, missing = false): Partial<LookTools> => ({
  run: async () => ({
    exit,
    signal: null,
    out,
    err: '',
    ms: 1,
    startedAt: new Date(),
    cut: false,
    timedOut: false,
    cancelled: false,
    missing,
  }),
})

describe('changes', () => {
  it('are the starts of programs and the times of configuration files', async () => {
    const file = join(folder(), 'site.conf')
    writeFileSync(file, '')
    const edited = new Date(Date.now() - 60_000)
    utimesSync(file, edited, edited)
    const child = await node('console.log(1)\nsetInterval(() => {}, 1000)')
    const { value } = await look({ app_pid: child.pid, conf_files: [file], since_ms: 3_600_000 })
    const kinds = value.changes.filter(
      (change) => change.what.includes(file) || change.what.includes(`pid ${child.pid}`),
    )
    expect(kinds.map((change) => change.kind)).toEqual(['process-start', 'config'])
    expect(value.changes.find((change) => change.kind === 'config')?.at).toEqual(edited)
    expect(value.found).toBe(true)
  })

  it('further back than asked for are left out', async () => {
    const file = join(folder(), 'site.conf')
    writeFileSync(file, '')
    utimesSync(file, new Date('2020-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z'))
    expect((await look({ conf_files: [file] })).value.changes.some((change) => change.kind === 'config')).toBe(false)
    const early = { conf_files: [file], before: '2020-01-02T00:00:00Z', since_ms: 172_800_000 }
    expect((await look(early)).value.changes.some((change) => change.kind === 'config')).toBe(true)
    const late = { conf_files: [file], before: '2020-01-02T00:00:00Z', since_seconds: 3600 }
    expect((await look(late)).value.changes.some((change) => change.kind === 'config')).toBe(false)
  })

  it('of a file that is not there are unknown', async () => {
    const missing = join(folder(), 'gone.conf')
    const { value, dark } = await look({ conf_files: [missing] })
    expect(value.complete).toBe(false)
    expect(dark.map((entry) => entry.says)).toContain(`${missing} could not be read for changes`)
  })

  it('of a unit come from its manager', async () => {
    const shown = systemctl('ActiveEnterTimestampMonotonic=1000000\n', 0)
    const { value } = await look({ unit: 'shop.service', since_ms: 10 ** 12 }, shown)
    const start = value.changes.find((change) => change.kind === 'unit-start')
    const boot = value.changes.find((change) => change.kind === 'boot')
    expect(start?.what).toBe('shop.service started')
    // One second after boot, whose own time is known to the second.
    expect(Math.abs((start?.at.getTime() ?? 0) - (boot?.at.getTime() ?? 0) - 1000)).toBeLessThan(3000)
  })

  it('of a unit that never started, or without a manager, are none', async () => {
    const never = await look({ unit: 'shop.service' }, systemctl('ActiveEnterTimestampMonotonic=0\n', 0))
    expect(never.value.changes.some((change) => change.kind === 'unit-start')).toBe(false)
    expect((await look({ unit: 'shop.service' }, systemctl('', null, true))).value.complete).toBe(false)
  })
})

describe('packages', () => {
  it('are read from a real log of dpkg', () => {
    const at = Date.UTC(2025, 5, 24, 14, 36, 25)
    expect(parseDpkgLog(fixture('dpkg.log'), 'UTC')).toEqual([
      { at_ms: at, kind: 'package', what: 'libsystemd0:amd64 was upgraded from 252.36-1~deb12u1 to 252.38-1~deb12u1' },
      { at_ms: at, kind: 'package', what: 'libudev1:amd64 was upgraded from 252.36-1~deb12u1 to 252.38-1~deb12u1' },
    ])
  })

  it('are dated in the machine’s own zone', () => {
    const [first] = parseDpkgLog(fixture('dpkg.log'), 'Asia/Tokyo')
    expect(first?.at_ms).toBe(Date.UTC(2025, 5, 24, 5, 36, 25))
  })

  it('are none in other text', () => {
    expect(
      parseDpkgLog('upgrade\n2025-06-24 25:00:00 upgrade a:b 1 2\n2025-06-24 14:36:25 upgrade $(x) 1 2', 'UTC'),
    ).toEqual([])
  })
})

describe('zonedTime', () => {
  it.each([
    ['2026-07-01 12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00Z'],
    ['2026-01-01 12:00:00', 'Europe/Berlin', '2026-01-01T11:00:00Z'],
    ['2026-03-29 01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59Z'],
    ['2026-03-29 03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-10-25 03:00:00', 'Europe/Berlin', '2026-10-25T02:00:00Z'],
    ['2026-06-01 00:15:00', 'Asia/Kathmandu', '2026-05-31T18:30:00Z'],
    ['2026-06-01 12:00:00', 'UTC', '2026-06-01T12:00:00Z'],
  ])('%s in %s is %s', (stamp, zone, utc) => {
    expect(new Date(zonedTime(stamp, zone)).toISOString()).toBe(new Date(utc).toISOString())
  })

  it('is 0 for what is no stamp', () => {
    expect(['', 'yesterday', '2026-13-01 00:00:00', '2026-06-01'].map((stamp) => zonedTime(stamp, 'UTC'))).toEqual([
      0, 0, 0, 0,
    ])
  })
})
