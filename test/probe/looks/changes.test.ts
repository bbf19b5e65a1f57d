import { renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Beneath } from '../../../src/probe/looks/beneath.ts'
import { changesLook } from '../../../src/probe/looks/changes.ts'
import { zonedTime } from '../../../src/probe/looks/host-zone.ts'
import { parseDpkgLog } from '../../../src/probe/looks/package-log.ts'
import { certificateStamps } from '../../../src/probe/looks/stamps.ts'
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
    ['2026-12-01 12:00:00', 'Etc/UTC', '2026-12-01T12:00:00Z'],
    ['2026-12-01 12:00:00', 'Etc/GMT', '2026-12-01T12:00:00Z'],
  ])('%s in %s is %s', (stamp, zone, utc) => {
    expect(new Date(zonedTime(stamp, zone)).toISOString()).toBe(new Date(utc).toISOString())
  })

  it('is 0 for what is no stamp', () => {
    expect(['', 'yesterday', '2026-13-01 00:00:00', '2026-06-01'].map((stamp) => zonedTime(stamp, 'UTC'))).toEqual([
      0, 0, 0, 0,
    ])
  })
})

describe('a unit', () => {
  const shown = (lines: string[]) => systemctl(`${lines.join('\n')}\n`, 0)
  const changesOf = async (lines: string[]) =>
    (await look({ unit: 'shop.service', since_ms: 3_600_000 }, shown(lines))).value.changes

  it('has a file, drop-ins and environment files, each with its time', async () => {
    const at = folder()
    const paths = ['shop.service', 'port.conf', 'shop.env'].map((name) => join(at, name))
    for (const path of paths) writeFileSync(path, '')
    const [unit = '', dropIn = '', env = ''] = paths
    const changes = await changesOf([
      `FragmentPath=${unit}`,
      `DropInPaths=${dropIn}`,
      `EnvironmentFiles=${env} (ignore_errors=no)`,
      'NeedDaemonReload=no',
    ])
    expect(
      changes.filter(({ what }) => what.includes(at)).map(({ kind, what }) => [kind, what.slice(at.length + 1)]),
    ).toEqual(
      expect.arrayContaining([
        ['unit-file', 'shop.service was changed'],
        ['unit-file', 'port.conf was changed'],
        ['environment', 'shop.env was changed'],
      ]),
    )
  })

  it('that systemd has not read since its file was changed says so', async () => {
    const unit = join(folder(), 'shop.service')
    writeFileSync(unit, '')
    const [told] = (await changesOf([`FragmentPath=${unit}`, 'NeedDaemonReload=yes'])).filter(
      ({ kind }) => kind === 'unit-file',
    )
    expect(told?.what).toBe(`${unit} was changed, and systemd has not read it since (systemctl daemon-reload)`)
  })

  it('that was started before its environment file was changed runs with the old one', async () => {
    const env = join(folder(), 'shop.env')
    writeFileSync(env, '')
    const changes = await changesOf([
      'ActiveEnterTimestampMonotonic=1000000',
      `EnvironmentFiles=${env} (ignore_errors=yes)`,
    ])
    const told = changes.find(({ kind }) => kind === 'environment')
    expect(told?.what).toBe(`${env} was changed, after shop.service was started with it`)
  })

  it('has no files that are not there, and none that are no paths', async () => {
    const lines = [
      'FragmentPath=',
      'DropInPaths=/nonexistent/a.conf relative.conf',
      'EnvironmentFiles=/etc/*.env (ignore_errors=yes)',
    ]
    const kinds = (await changesOf(lines)).map(({ kind }) => kind)
    expect(kinds).not.toContain('unit-file')
    expect(kinds).not.toContain('environment')
  })
})

describe('an application', () => {
  it('was started with files, and has settings in its folder', async () => {
    const cwd = folder()
    for (const name of ['shop.conf', '.env', 'other']) writeFileSync(join(cwd, name), '')
    const child = await node('console.log(1)\nsetInterval(() => {}, 1000)', {
      cwd,
      argv: ['--config=shop.conf', 'gone.js'],
    })
    const { value } = await look({ app_pid: child.pid, since_ms: 3_600_000 })
    const told = value.changes.filter(({ what }) => what.startsWith(cwd)).map(({ kind, what }) => [kind, what])
    expect(told).toEqual(
      expect.arrayContaining([
        ['app-file', `${cwd}/shop.conf was changed`],
        ['environment', `${cwd}/.env was changed`],
      ]),
    )
    expect(told).toHaveLength(2)
  })
})

describe('the machine’s clock', () => {
  const journal = (lines: string): Partial<LookTools> => ({
    run: async (argv) => ({
      exit: 0,
      signal: null,
      out: argv[0] === 'journalctl' ? lines : '',
      err: '',
      ms: 1,
      startedAt: new Date(),
      cut: false,
      timedOut: lines === 'late',
      cancelled: false,
      missing: false,
    }),
  })

  it('was set when systemd says so', async () => {
    const at = Date.now() - 60_000
    // The fields of journal-fields(7); the message is systemd's own (log_time_change in its manager.c).
    const entry = {
      __REALTIME_TIMESTAMP: String(at * 1000),
      MESSAGE: 'Time has been changed',
      SYSLOG_IDENTIFIER: 'systemd',
    }
    const { value } = await look({ since_ms: 3_600_000 }, journal(`${JSON.stringify(entry)}\n`))
    expect(value.changes.filter(({ kind }) => kind === 'clock')).toEqual([
      { at: new Date(at), kind: 'clock', what: "the machine's clock was set" },
    ])
  })

  it('was not set where the journal holds no such entry; a journal that is too slow is told', async () => {
    expect((await look({}, journal('-- No entries --\n'))).value.changes.map(({ kind }) => kind)).not.toContain('clock')
    const { dark } = await look({}, journal('late'))
    expect(dark.map(({ says }) => says).join()).toContain('was the clock set')
  })
})

describe('a file', () => {
  it('with an old text that is put in place now changed now', async () => {
    const [old, placed] = [join(folder(), 'old.env'), join(folder(), 'shop.env')]
    writeFileSync(old, '')
    utimesSync(old, new Date('2020-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z'))
    renameSync(old, placed)
    const shown = systemctl(`EnvironmentFiles=${placed} (ignore_errors=no)\n`, 0)
    const { value } = await look({ unit: 'shop.service', since_ms: 3_600_000 }, shown)
    const told = value.changes.find(({ kind }) => kind === 'environment')
    expect(told?.what).toBe(`${placed} was put in place, or its rights were changed`)
  })

  it('that a new link leads to changed when the link was made', async () => {
    const at = folder()
    const file = join(at, 'shop')
    writeFileSync(file, '')
    utimesSync(file, new Date('2020-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z'))
    const before = (await new Beneath('').stamps(file))?.placed.getTime() ?? 0
    await new Promise((resolve) => setTimeout(resolve, 30))
    symlinkSync(file, join(at, 'link'))
    expect((await new Beneath('').stamps(join(at, 'link')))?.placed.getTime()).toBeGreaterThan(before)
    const read = await new Beneath('').read(join(at, 'link'), 100)
    expect(read.kind === 'text' && read.placed.getTime() > before).toBe(true)
  })

  it('that is a folder, or is not there, has no times', async () => {
    expect(await new Beneath('').stamps(folder())).toBeUndefined()
    expect(await new Beneath('').stamps('/nonexistent')).toBeUndefined()
  })

  it('is looked at as a process sees it', async () => {
    const file = join(folder(), 'site.conf')
    writeFileSync(file, '')
    const mtime = (await new Beneath(`/proc/${process.pid}/root`).stamps(file))?.mtime
    expect(mtime).toEqual((await new Beneath('').stamps(file))?.mtime)
  })

  it('that a configuration names has its times told, and no other', async () => {
    const at = folder()
    writeFileSync(join(at, 'shop.pem'), '')
    const texts = ['ssl_certificate shop.pem; ssl_certificate_key gone.key;']
    const told = await certificateStamps(texts, join(at, 'nginx.conf'), new Beneath(''), () => false)
    expect(told.map(({ path }) => path)).toEqual([join(at, 'shop.pem')])
    expect(Date.parse(told[0]?.mtime ?? '')).toBeGreaterThan(Date.now() - 60_000)
    expect(await certificateStamps(texts, join(at, 'nginx.conf'), new Beneath(''), () => true)).toEqual([])
  })
})
