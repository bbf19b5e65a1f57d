import { describe, expect, it } from 'vitest'
import { systemdUnitReader } from '../../../src/reading/systemd/unit.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, printed } from './support.ts'

/** `systemctl show shop.service -p … --timestamp=unix` with these properties. */
const reading = (properties: Record<string, string>) => {
  const out = Object.entries({ Id: 'shop.service', LoadState: 'loaded', ...properties })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
  return systemdUnitReader.read(printed('systemctl show shop.service', out), context())
}
const read = (properties: Record<string, string>) => reading(properties).value

/*
 * Documented: org.freedesktop.systemd1(5), systemd.exec(5) and `systemctl --state=help` of systemd 252;
 * the states marked newer are of systemd 254 and later.
 */
describe('every state that a unit can be in is passed on as systemd names it', () => {
  it.each([
    ['active', 'running', 'success', 'shop.service: active (running), result success, 0 restarts'],
    ['active', 'exited', 'success', 'shop.service: active (exited), result success, 0 restarts'],
    ['active', 'listening', 'success', 'shop.service: active (listening), result success, 0 restarts'],
    ['active', 'mounted', 'success', 'shop.service: active (mounted), result success, 0 restarts'],
    ['reloading', 'reload', 'success', 'shop.service: reloading (reload), result success, 0 restarts'],
    // Newer.
    ['reloading', 'reload-signal', 'success', 'shop.service: reloading (reload-signal), result success, 0 restarts'],
    ['reloading', 'reload-notify', 'success', 'shop.service: reloading (reload-notify), result success, 0 restarts'],
    ['inactive', 'dead', 'success', 'shop.service: inactive (dead), result success, 0 restarts'],
    ['inactive', 'dead', 'exec-condition', 'shop.service: inactive (dead), result exec-condition, 0 restarts'],
    // Newer.
    [
      'inactive',
      'dead-before-auto-restart',
      'success',
      'shop.service: inactive (dead-before-auto-restart), result success, 0 restarts',
    ],
    ['failed', 'failed', 'exit-code', 'shop.service: failed (failed), result exit-code, 0 restarts'],
    ['failed', 'failed', 'signal', 'shop.service: failed (failed), result signal, 0 restarts'],
    ['failed', 'failed', 'core-dump', 'shop.service: failed (failed), result core-dump, 0 restarts'],
    ['failed', 'failed', 'timeout', 'shop.service: failed (failed), result timeout, 0 restarts'],
    ['failed', 'failed', 'watchdog', 'shop.service: failed (failed), result watchdog, 0 restarts'],
    ['failed', 'failed', 'oom-kill', 'shop.service: failed (failed), result oom-kill, 0 restarts'],
    ['failed', 'failed', 'start-limit-hit', 'shop.service: failed (failed), result start-limit-hit, 0 restarts'],
    ['failed', 'failed', 'protocol', 'shop.service: failed (failed), result protocol, 0 restarts'],
    ['failed', 'failed', 'resources', 'shop.service: failed (failed), result resources, 0 restarts'],
    // Newer.
    [
      'failed',
      'failed-before-auto-restart',
      'exit-code',
      'shop.service: failed (failed-before-auto-restart), result exit-code, 0 restarts',
    ],
    [
      'activating',
      'auto-restart',
      'exit-code',
      'shop.service: activating (auto-restart), result exit-code, 0 restarts',
    ],
    ['activating', 'auto-restart', 'oom-kill', 'shop.service: activating (auto-restart), result oom-kill, 0 restarts'],
    // Newer.
    [
      'activating',
      'auto-restart-queued',
      'signal',
      'shop.service: activating (auto-restart-queued), result signal, 0 restarts',
    ],
    ['activating', 'condition', 'success', 'shop.service: activating (condition), result success, 0 restarts'],
    ['activating', 'start-pre', 'success', 'shop.service: activating (start-pre), result success, 0 restarts'],
    ['activating', 'start', 'success', 'shop.service: activating (start), result success, 0 restarts'],
    ['activating', 'start-post', 'success', 'shop.service: activating (start-post), result success, 0 restarts'],
    ['deactivating', 'stop', 'success', 'shop.service: deactivating (stop), result success, 0 restarts'],
    [
      'deactivating',
      'stop-watchdog',
      'watchdog',
      'shop.service: deactivating (stop-watchdog), result watchdog, 0 restarts',
    ],
    [
      'deactivating',
      'stop-sigterm',
      'success',
      'shop.service: deactivating (stop-sigterm), result success, 0 restarts',
    ],
    [
      'deactivating',
      'stop-sigkill',
      'timeout',
      'shop.service: deactivating (stop-sigkill), result timeout, 0 restarts',
    ],
    ['deactivating', 'stop-post', 'exit-code', 'shop.service: deactivating (stop-post), result exit-code, 0 restarts'],
    [
      'deactivating',
      'final-watchdog',
      'watchdog',
      'shop.service: deactivating (final-watchdog), result watchdog, 0 restarts',
    ],
    [
      'deactivating',
      'final-sigterm',
      'timeout',
      'shop.service: deactivating (final-sigterm), result timeout, 0 restarts',
    ],
    [
      'deactivating',
      'final-sigkill',
      'timeout',
      'shop.service: deactivating (final-sigkill), result timeout, 0 restarts',
    ],
    ['maintenance', 'cleaning', 'success', 'shop.service: maintenance (cleaning), result success, 0 restarts'],
  ])('%s, %s, %s', (active, sub, result, line) => {
    const { value, lines, dark } = reading({ ActiveState: active, SubState: sub, Result: result })
    expect(value).toMatchObject({ complete: true, found: true, active, sub, result })
    expect(lines).toEqual([line])
    expect(dark).toEqual([])
  })
})

describe('what is known of a unit by its load state', () => {
  it.each([
    ['loaded', true],
    ['masked', true],
    ['bad-setting', true],
    ['error', true],
    ['merged', true],
    ['stub', true],
    ['not-found', false],
  ])('%s: found %s', (load, found) => {
    expect(read({ LoadState: load, ActiveState: 'inactive', SubState: 'dead' })).toMatchObject({
      ...{ complete: true, found, load },
    })
  })

  it('an empty one is no answer at all', () => {
    expect(read({ LoadState: '' })).toMatchObject({ complete: false, found: false, load: '' })
  })

  it.each([
    'enabled',
    'enabled-runtime',
    'linked',
    'linked-runtime',
    'alias',
    'masked',
    'masked-runtime',
    'static',
    'disabled',
    'indirect',
    'generated',
    'transient',
    'bad',
    '',
  ])('unit file state %j is passed on', (state) => {
    expect(read({ UnitFileState: state }).file_state).toBe(state)
  })
})

describe('how the main process ended', () => {
  it.each([
    ['0', '0', '', 0n, 'shop.service: failed (failed), result exit-code, 0 restarts'],
    ['1', '0', 'exited', 0n, 'shop.service: failed (failed), result exit-code, main process exited with 0, 0 restarts'],
    ['1', '1', 'exited', 1n, 'shop.service: failed (failed), result exit-code, main process exited with 1, 0 restarts'],
    [
      '1',
      '127',
      'exited',
      127n,
      'shop.service: failed (failed), result exit-code, main process exited with 127, 0 restarts',
    ],
    [
      '1',
      '203',
      'exited',
      203n,
      'shop.service: failed (failed), result exit-code, main process exited with 203, 0 restarts',
    ],
    ['2', '9', 'killed', 9n, 'shop.service: failed (failed), result exit-code, main process killed with 9, 0 restarts'],
    [
      '2',
      '15',
      'killed',
      15n,
      'shop.service: failed (failed), result exit-code, main process killed with 15, 0 restarts',
    ],
    ['3', '6', 'dumped', 6n, 'shop.service: failed (failed), result exit-code, main process dumped with 6, 0 restarts'],
    [
      '3',
      '11',
      'dumped',
      11n,
      'shop.service: failed (failed), result exit-code, main process dumped with 11, 0 restarts',
    ],
    // si_code knows more (4 trapped, 5 stopped, 6 continued), but none of them is an end.
    ['5', '19', '', 19n, 'shop.service: failed (failed), result exit-code, 0 restarts'],
    ['exited', '1', '', 1n, 'shop.service: failed (failed), result exit-code, 0 restarts'],
  ])('code %s, status %s', (code, status, kind, number, line) => {
    const { value, lines } = reading({
      ...{ ActiveState: 'failed', SubState: 'failed', Result: 'exit-code' },
      ...{ ExecMainCode: code, ExecMainStatus: status },
    })
    expect(value).toMatchObject({ exit_kind: kind, exit_status: number })
    expect(lines).toEqual([line])
  })
})

describe('counts and limits', () => {
  it.each([
    ['MemoryMax', 'memory_max_bytes', '157286400', 157_286_400n],
    ['MemoryMax', 'memory_max_bytes', 'infinity', 0n],
    ['MemoryMax', 'memory_max_bytes', '18446744073709551615', 0n],
    ['MemoryMax', 'memory_max_bytes', '9223372036854775808', 0n],
    ['MemoryMax', 'memory_max_bytes', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['MemoryCurrent', 'memory_bytes', '[not set]', 0n],
    ['MemoryCurrent', 'memory_bytes', '73728', 73_728n],
    ['LimitNOFILE', 'fd_limit', '1024', 1024n],
    ['LimitNOFILE', 'fd_limit', 'infinity', 0n],
    ['LimitNOFILE', 'fd_limit', '1e3', 0n],
    ['NRestarts', 'restarts', '21', 21n],
    ['NRestarts', 'restarts', '4294967295', 4_294_967_295n],
    ['NRestarts', 'restarts', '', 0n],
    ['MainPID', 'main_pid', '4242', 4242n],
    ['MainPID', 'main_pid', '0', 0n],
    ['MainPID', 'main_pid', ' 42', 0n],
    ['MainPID', 'main_pid', '999999999999999999999', 0n],
  ] as const)('%s as %s: %s', (property, field, text, count) => {
    expect(read({ [property]: text })[field]).toBe(count)
  })
})

describe('times', () => {
  it.each([
    ['ExecMainStartTimestamp', 'started'],
    ['ExecMainExitTimestamp', 'ended'],
    ['ActiveEnterTimestamp', 'active_since'],
    ['InactiveEnterTimestamp', 'inactive_since'],
  ] as const)('%s', (property, field) => {
    expect(read({ [property]: '@1795234976' })[field]).toEqual(new Date('2026-11-21T04:22:56Z'))
    expect(read({ [property]: 'Sat 2026-11-21 04:22:56 UTC' })[field]).toEqual(new Date('2026-11-21T04:22:56Z'))
    expect(read({ [property]: 'n/a' })[field]).toBe(NEVER)
    expect(read({})[field]).toBe(NEVER)
  })

  it.each([
    ['Sat 2026-11-21 05:22:56 CET', '2026-11-21T04:22:56Z'],
    ['Sat 2026-07-21 06:22:56 CEST', '2026-07-21T04:22:56Z'],
    ['Sat 2026-11-21 06:22:56 EET', '2026-11-21T04:22:56Z'],
    ['Fri 2026-11-20 20:22:56 PST', '2026-11-21T04:22:56Z'],
    ['Sat 2026-11-21 13:22:56 JST', '2026-11-21T04:22:56Z'],
    ['Sat 2026-11-21 10:07:56 +0545', '2026-11-21T04:22:56Z'],
    ['Sat 2026-11-21 01:22:56 -03', '2026-11-21T04:22:56Z'],
    ['Sat 2026-11-21 01:22:56 -03:00', '2026-11-21T04:22:56Z'],
  ])('%s', (text, at) => {
    expect(read({ ActiveEnterTimestamp: text }).active_since).toEqual(new Date(at))
  })

  it.each(['IST', 'CST', 'BST', 'AST', 'XYZ'])(
    'in %s, which means several zones or none, are dark, not wrong',
    (zone) => {
      const { value, dark } = reading({ ActiveEnterTimestamp: `Sat 2026-11-21 04:22:56 ${zone}` })
      expect(value.active_since).toBe(NEVER)
      expect(dark).toEqual([
        { why: 'not-understood', says: "the unit's times are in a time zone whose short name means several" },
      ])
    },
  )
})

describe('a unit that does not want to be read', () => {
  it('a name with control characters is shown without them', () => {
    const { value, lines } = reading({ Id: 'shop\u001b[2J.service\u202e', ActiveState: 'failed', SubState: 'failed' })
    expect(value.unit).toBe('shop.service')
    expect(lines).toEqual(['shop.service: failed (failed), result , 0 restarts'])
  })

  it.each([
    ["System has not been booted with systemd as init system (PID 1). Can't operate.", 'missing-tool'],
    ['Failed to connect to bus: No such file or directory', 'no-permission'],
    [
      'Failed to connect to user scope bus via local transport: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined',
      'no-permission',
    ],
  ])('%s', (err, why) => {
    const { value, dark } = systemdUnitReader.read(printed('systemctl show x', '', { exit: 1, err }), context())
    expect(value).toMatchObject({ complete: false, found: false })
    expect(dark.map((each) => each.why)).toEqual([why])
  })
})
