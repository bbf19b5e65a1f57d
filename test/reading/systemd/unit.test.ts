import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseProperties, systemdTime } from '../../../src/reading/systemd/properties.ts'
import { systemdUnitReader, UNIT_PROPERTIES } from '../../../src/reading/systemd/unit.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, fixture, printed } from './support.ts'

const read = (out: string, more = {}) =>
  systemdUnitReader.read(printed('systemctl show x.service', out, more), context())
const unit = (name: string) => read(fixture(`systemd/show-${name}.txt`)).value

describe('a unit, as systemctl shows it', () => {
  it('failed', () => {
    expect(unit('shop-module')).toEqual({
      complete: true,
      found: true,
      unit: 'shop-module.service',
      load: 'loaded',
      active: 'failed',
      sub: 'failed',
      result: 'exit-code',
      exit_kind: 'exited',
      exit_status: 1n,
      main_pid: 0n,
      restarts: 0n,
      file_state: 'disabled',
      restart_policy: 'no',
      started: new Date('2026-11-21T04:22:56Z'),
      ended: new Date('2026-11-21T04:22:56Z'),
      active_since: new Date('2026-11-21T04:22:56Z'),
      inactive_since: new Date('2026-11-21T04:22:56Z'),
      memory_max_bytes: 0n,
      memory_bytes: 0n,
      fd_limit: 524_288n,
      file: '/etc/systemd/system/shop-module.service',
      reload_needed: false,
    })
  })

  it('says the same with times for people', () => {
    expect(read(fixture('systemd/show-plain-shop-module.txt')).value).toEqual(unit('shop-module'))
  })

  it.each([
    ['shop-exec', { active: 'failed', exit_kind: 'exited', exit_status: 203n }],
    ['shop-user', { active: 'failed', exit_status: 217n }],
    ['shop-loop', { active: 'activating', sub: 'auto-restart', restarts: 21n, restart_policy: 'always' }],
    ['shop-limit', { active: 'failed', restarts: 5n }],
    [
      'shop-stopped',
      { active: 'inactive', result: 'success', exit_kind: 'killed', exit_status: 15n, file_state: 'enabled' },
    ],
    ['shop-oom', { result: 'signal', exit_kind: 'killed', exit_status: 9n, memory_max_bytes: 157_286_400n }],
    ['shop-notify', { result: 'timeout' }],
    ['shop-watchdog', { result: 'watchdog', exit_status: 6n }],
    ['shop-well', { active: 'active', sub: 'running', ended: NEVER, inactive_since: NEVER, fd_limit: 4096n }],
    ['shop-sock.socket', { unit: 'shop-sock.socket', active: 'inactive', started: NEVER, main_pid: 0n }],
  ])('%s', (name, expected) => {
    expect(unit(name)).toMatchObject({ complete: true, found: true, ...expected })
  })

  it('that nobody knows: the program exits 0, and the absence is proven', () => {
    const { value, lines } = read(fixture('systemd/show-nosuch.txt'))
    expect(value).toMatchObject({ complete: true, found: false, load: 'not-found', active: 'inactive' })
    expect(lines).toEqual(['nosuch.service: systemd knows no such unit'])
  })

  it('proves nothing where systemd did not answer', () => {
    const err =
      "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n"
    const { value, dark } = read('', { exit: 1, err })
    expect(value).toMatchObject({ complete: false, found: false, unit: '' })
    expect(dark).toEqual([{ why: 'missing-tool', says: 'systemd does not run here' }])
    expect(read(fixture('systemd/show-shop-well.txt'), { cut: true }).value.complete).toBe(false)
    expect(read(fixture('systemd/show-shop-well.txt'), { exit: 1 }).value.complete).toBe(false)
  })

  it('has no limit where systemd says so in any of its ways', () => {
    for (const none of ['infinity', '[not set]', '18446744073709551615', '']) {
      expect(read(`Id=x.service\nLoadState=loaded\nMemoryMax=${none}\n`).value.memory_max_bytes).toBe(0n)
    }
  })

  it('keeps what it reads and nothing else', () => {
    const out = `${fixture('systemd/show-shop-well.txt')}Environment=TOKEN=s3cret\nExecStart={ path=/x ; argv[]=/x --password s3cret }\n`
    const kept = systemdUnitReader.keep?.(out) ?? { out: '', leftOut: '' }
    expect(kept.out).not.toContain('s3cret')
    expect(kept.leftOut).toBe('2 lines left out')
    expect(read(kept.out).value).toEqual(read(out).value)
    expect(UNIT_PROPERTIES).not.toContain('Environment')
  })
})

describe("systemd's times", () => {
  it.each([
    ['@1795234976', '2026-11-21T04:22:56Z'],
    ['@1795234976.5', '2026-11-21T04:22:56Z'],
    ['Sat 2026-11-21 02:03:10 UTC', '2026-11-21T02:03:10Z'],
    ['Sat 2026-11-21 02:03:10.123456 UTC', '2026-11-21T02:03:10Z'],
    ['Sat 2026-11-21 03:03:10 CET', '2026-11-21T02:03:10Z'],
    ['Fri 2026-11-20 21:03:10 EST', '2026-11-21T02:03:10Z'],
    ['Sat 2026-11-21 07:48:10 +0545', '2026-11-21T02:03:10Z'],
    ['Sat 2026-11-21 05:03:10 +03', '2026-11-21T02:03:10Z'],
  ])('%s', (text, at) => {
    expect(systemdTime(text)).toEqual(new Date(at))
  })

  it('none, and zones whose short names mean several', () => {
    for (const text of ['', 'n/a', '0', '@0', 'yesterday', 'Sat 2026-11-21 02:03:10 IST'])
      expect(systemdTime(text)).toBe(NEVER)
    const { dark } = read('Id=x\nLoadState=loaded\nActiveEnterTimestamp=Sat 2026-11-21 02:03:10 CST\n')
    expect(dark.map((each) => each.why)).toEqual(['not-understood'])
  })
})

describe('properties', () => {
  it('of several units, with keys that come twice', () => {
    const blocks = parseProperties(
      'Id=a.socket\nListen=[::]:1 (Stream)\nListen=/run/a (Stream)\n\n\nId=b.service\r\nX=1=2\n',
    )
    expect(blocks.map((block) => Object.fromEntries(block))).toEqual([
      { Id: ['a.socket'], Listen: ['[::]:1 (Stream)', '/run/a (Stream)'] },
      { Id: ['b.service'], X: ['1=2'] },
    ])
  })

  it('of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { value } = read(text)
        expect(Object.values(value).every((field) => field !== undefined)).toBe(true)
        expect(read(`Id=x\nLoadState=${text}\nMemoryMax=${text}\nActiveEnterTimestamp=${text}`).value.restarts).toBe(0n)
      }),
    )
  })
})
