import { describe, expect, it } from 'vitest'
import { CRASH, DOWN, LOOP, NOT_READY, OOM, STOPPED } from './faults.ts'
import { clock } from './http.ts'
import { blind, cut, units } from './looks.ts'
import { exited, journal, started, stoppedInOrder, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

const ONE: Partial<World> = { ...DOWN, units: units([{ unit: 'shop.service' }]) }

describe('what systemd says of the unit', () => {
  const at = async (unit: World['unit']) => (await diagnose({ ...ONE, unit })).at('systemd/unit')
  const failed = { active: 'failed', code: 1, status: 1, ended: clock(-30) }

  it('it is being restarted', async () => {
    expect((await diagnose(LOOP)).at('systemd/unit')).toEqual({
      branch: 'auto-restart',
      says: 'shop.service was restarted 7 times and is being restarted now (exit-code, status 1)',
      learns: { 'app.ended': '2026-11-21T02:02:42.000Z', 'app.restarting': true },
      suspects: ['crash-loop', 'crash-on-start'],
      rulesOut: ['wrong-port', 'wrong-interface', 'not-enabled'],
      go: 'systemd/journal',
    })
  })

  it('it was killed for memory, and systemd saw it', async () => {
    expect((await diagnose(OOM)).at('systemd/unit')).toEqual({
      branch: 'oom',
      says: 'shop.service was killed at 02:02:42Z, and systemd says: for memory',
      learns: { 'app.ended': '2026-11-21T02:02:42.000Z', 'app.result': 'oom-kill' },
      suspects: ['oom-killed'],
      rulesOut: ['wrong-port', 'wrong-interface', 'not-enabled', 'crash-on-start'],
      go: 'resources/kernel',
    })
  })

  it('it was killed, where cgroups v1 do not say why', async () => {
    expect(await at(unitState({ ...failed, result: 'signal', code: 2, status: 9 }))).toMatchObject({
      branch: 'killed',
      says: 'shop.service was killed (signal) at 02:02:42Z',
    })
  })

  it('another signal is no kill for memory', async () => {
    expect(await at(unitState({ ...failed, result: 'core-dump', code: 3, status: 11 }))).toMatchObject({
      branch: 'failed',
    })
    expect(await at(unitState({ ...failed, result: 'signal', code: 2, status: 15 }))).toMatchObject({
      branch: 'failed',
    })
  })

  it('it was restarted too often', async () => {
    expect(await at(unitState({ ...failed, result: 'start-limit-hit', restarts: 5 }))).toEqual({
      branch: 'start-limit',
      says: 'shop.service was restarted too often, and systemd gave up at 02:02:42Z',
      learns: { 'app.restarting': true },
      suspects: ['crash-loop', 'crash-on-start'],
      rulesOut: ['wrong-port', 'wrong-interface', 'not-enabled'],
      go: 'systemd/journal',
    })
  })

  it('it failed', async () => {
    expect((await diagnose(CRASH)).at('systemd/unit')).toEqual({
      branch: 'failed',
      says: 'shop.service failed (exit-code, status 1) at 02:02:42Z',
      learns: { 'app.ended': '2026-11-21T02:02:42.000Z', 'app.restarting': false },
      suspects: ['crash-on-start', 'process-down'],
      rulesOut: ['wrong-port', 'wrong-interface', 'not-enabled'],
      go: 'systemd/journal',
    })
  })

  it('it is starting', async () => {
    expect(await at(unitState({ active: 'activating', sub: 'start', started: clock(-4) }))).toEqual({
      branch: 'starting',
      says: 'shop.service is starting (start) since 02:03:08Z',
      learns: { 'unit.state': 'starting' },
      suspects: ['not-ready'],
      rulesOut: ['wrong-interface', 'not-enabled', 'process-down'],
      go: 'systemd/journal',
    })
  })

  it('it is stopped', async () => {
    expect((await diagnose(STOPPED)).at('systemd/unit')).toEqual({
      branch: 'stopped',
      says: 'shop.service is stopped (enabled, last exit 0)',
      learns: { 'unit.enabled': 'enabled', 'unit.ran': '2026-11-21T01:03:12.000Z' },
      suspects: ['process-down', 'not-enabled'],
      rulesOut: ['wrong-interface', 'crash-loop', 'oom-killed', 'not-ready'],
      go: 'systemd/journal',
    })
  })

  it('it runs', async () => {
    expect((await diagnose(NOT_READY)).at('systemd/unit')).toEqual({
      branch: 'active',
      says: 'shop.service runs (pid 4242) since 02:03:07Z',
      learns: { 'app.pid': 4242, 'app.started': '2026-11-21T02:03:07.000Z' },
      rulesOut: ['process-down', 'crash-loop', 'not-enabled'],
      go: 'app/listens-elsewhere',
    })
  })

  it('it is not known to systemd', async () => {
    expect(await at(unitState({ load: 'not-found', active: 'inactive', started: null }))).toEqual({
      branch: 'none',
      says: 'systemd does not know shop.service',
      go: 'app/candidates',
    })
  })

  it.each<[string, World['unit']]>([
    [
      'systemd does not answer',
      { ...unitState(), out: '', exit: 1, err: 'Failed to connect to bus: No such file or directory' },
    ],
    ['there is no systemctl', blind('missing-tool')],
    ['the answer was cut', cut({ ...unitState({ active: 'active' }), out: 'Restart=no\n' })],
  ])('nobody knows: %s', async (_, unit) => {
    const seen = await diagnose({ ...ONE, unit })
    expect(seen.path).toContain('systemd/unit.blind')
    expect(seen.path).toContain('app/candidates.none')
    expect(seen.short).toBe('process-down likely')
  })
})

describe('what the unit said', () => {
  const at = async (log: World['journal'], parts: Partial<World> = CRASH) =>
    (await diagnose({ ...parts, journal: log })).at('systemd/journal')
  const said = (says: string, more = 'code=exited, status=1/FAILURE') =>
    journal([started(clock(-31)), { at: clock(-30), says }, ...exited(clock(-30), more)])

  it('its port is taken', async () => {
    expect(await at(said('Error: listen EADDRINUSE: address already in use 127.0.0.1:3000'))).toEqual({
      branch: 'port-taken',
      says: 'shop.service said at 02:02:42Z: Error: listen EADDRINUSE: address already in use 127.0.0.1:3000',
      learns: { 'unit.reason': 'Error: listen EADDRINUSE: address already in use 127.0.0.1:3000' },
      suspects: ['port-in-use'],
      rulesOut: ['process-down', 'not-enabled'],
      go: 'systemd/port-in-use',
    })
  })

  it('its memory is gone', async () => {
    const log = journal([
      started(clock(-31)),
      {
        at: clock(-30.1),
        says: 'shop.service: A process of this unit has been killed by the OOM killer.',
        manager: true,
      },
      ...exited(clock(-30), 'code=killed, status=9/KILL'),
    ])
    expect(await at(log)).toEqual({
      branch: 'memory',
      says: 'the journal of shop.service at 02:02:41Z: shop.service: A process of this unit has been killed by the OOM killer.',
      learns: { 'app.result': 'oom-kill' },
      suspects: ['oom-killed'],
      rulesOut: ['not-enabled', 'crash-on-start'],
      go: 'resources/kernel',
    })
  })

  it('why it does not start', async () => {
    expect((await diagnose(CRASH)).at('systemd/journal')).toEqual({
      branch: 'start-error',
      says: "shop.service said at 02:02:42Z: Error: Cannot find module 'express'",
      suspects: ['crash-on-start'],
      learns: { 'unit.reason': "Error: Cannot find module 'express'", 'unit.reason_kind': 'node-module-missing' },
      rulesOut: ['process-down', 'not-enabled', 'port-in-use', 'oom-killed', 'not-ready'],
      go: 'start/why',
    })
  })

  it.each([
    ["Error: Cannot find module 'express'"],
    ["ModuleNotFoundError: No module named 'flask'"],
    ['Error: DATABASE_URL is not set'],
  ])('%s', async (says) => {
    expect(await at(said(says))).toMatchObject({
      branch: 'start-error',
      says: `shop.service said at 02:02:42Z: ${says}`,
    })
  })

  it('nothing, over and over', async () => {
    expect((await diagnose(LOOP)).at('systemd/journal')).toEqual({
      branch: 'restarting',
      says: 'shop.service was started 4 times in the window and names no reason we know; its last line: bye',
      suspects: ['crash-loop'],
      rulesOut: ['process-down', 'not-enabled'],
      go: 'systemd/crash-loop',
    })
  })

  it('words that nobody knows, before it ended by itself: that it is no start error is not known', async () => {
    expect(await at(said('the moon is in the wrong house'))).toEqual({
      branch: 'unknown-words',
      says: 'the journal of shop.service names no reason that is known; its last line: the moon is in the wrong house',
      suspects: ['crash-on-start'],
      rulesOut: ['port-in-use'],
      go: 'systemd/ended',
    })
  })

  it('nothing of a start error, before somebody stopped it', async () => {
    expect((await diagnose(STOPPED)).at('systemd/journal')).toEqual({
      branch: 'quiet',
      says: 'the journal of shop.service names no start error; its last line: listening on http://127.0.0.1:3000',
      learns: { 'unit.last_word': '2026-11-21T02:02:42.000Z' },
      rulesOut: ['crash-on-start', 'port-in-use', 'crash-loop'],
      go: 'systemd/ended',
    })
  })

  it.each<[string, World['journal']]>([
    ['it is empty', journal([])],
    [
      'it is closed to this account',
      { ...journal([]), err: 'Hint: You are currently not seeing messages from other users and the system.' },
    ],
    ['it was cut', cut(journal([started(clock(-31)), ...exited(clock(-30))]))],
    ['there is no journalctl', blind('missing-tool')],
  ])('nobody knows: %s', async (_, log) => {
    const seen = await diagnose({ ...CRASH, journal: log })
    expect(seen.path).toContain('systemd/journal.blind')
    expect(seen.ruledOut).not.toContain('crash-on-start')
    expect(seen.short).toBe('process-down likely')
  })

  it('a reason from before a start that went well does not count', async () => {
    const log = journal([
      started(clock(-900), 'a'),
      { at: clock(-899), says: "Error: Cannot find module 'express'", run: 'a' },
      ...exited(clock(-899), undefined, 'a'),
      started(clock(-600), 'b'),
      { at: clock(-599), says: 'listening on http://127.0.0.1:3000', run: 'b' },
      ...stoppedInOrder(clock(-30)).map((entry) => ({ ...entry, run: 'b' })),
    ])
    expect(await at(log, STOPPED)).toMatchObject({ branch: 'quiet' })
  })
})
