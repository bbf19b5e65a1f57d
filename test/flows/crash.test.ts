import { describe, expect, it } from 'vitest'
import { CLOSES, CRASHES } from './faults.ts'
import { clock, exchange, REFUSED } from './http.ts'
import { blind, gone, processInfo, units } from './looks.ts'
import { dmesg, exited, journal, NGINX_SOCKET, ss, started, stoppedInOrder, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

/** It ended this way half a second after our request, and was started again. */
const ends = (how: string, words = 'about to answer') =>
  journal([
    started(clock(-3600), 'a'),
    { at: clock(-3599), says: 'listening on http://127.0.0.1:3000', run: 'a' },
    { at: clock(0.5), says: words, run: 'a' },
    ...exited(clock(0.5), how, 'a'),
    started(clock(0.7), 'b'),
  ])

const RESTARTED = unitState({ pid: 4300, restarts: 3, started: clock(0.7) })

describe('a process under a supervisor, gone after our request', () => {
  const DIES: Partial<World> = { ...CRASHES, unit: RESTARTED }

  it.each([
    ['code=dumped, status=6/ABRT', 'signal ABRT'],
    ['code=killed, status=11/SEGV', 'signal SEGV'],
    ['code=exited, status=1/FAILURE', 'status 1'],
  ])('%s', async (how, named) => {
    const seen = await diagnose({ ...DIES, journal: ends(how) })
    expect(seen.at('crash/journal')).toMatchObject({ branch: 'died', go: 'crash/restarts' })
    expect(seen.verdict).toMatchObject({ id: 'crash/died', cause: 'crashed-mid-response', confidence: 'confirmed' })
    expect(seen.verdict?.says).toBe(`shop.service dies on this request (${named}; restarts so far: 3)`)
    expect(seen.ruledOut).toContain('oom-killed')
  })

  it('with its own words where it has some', async () => {
    const words = "TypeError: Cannot read properties of undefined (reading 'basket')"
    const seen = await diagnose({ ...DIES, journal: ends('code=exited, status=1/FAILURE', words) })
    expect(seen.verdict?.says).toMatch(/restarts so far: 3\): TypeError: .*basket/)
  })

  it('also where our own question meets it before it listens again', async () => {
    const seen = await diagnose({
      ...DIES,
      direct: exchange(REFUSED),
      journal: ends('code=exited, status=1/FAILURE'),
    })
    expect(seen.at('app/refused')).toMatchObject({ branch: 'gone-again', go: 'process/after-close' })
    expect(seen.verdict).toMatchObject({ id: 'crash/died', cause: 'crashed-mid-response' })
  })

  it('killed, and the kernel says for memory', async () => {
    const seen = await diagnose({
      ...DIES,
      journal: ends('code=killed, status=9/KILL'),
      dmesg: dmesg({ at: clock(0.4) }),
    })
    expect(seen.at('crash/journal')).toMatchObject({ branch: 'killed', go: 'crash/kernel' })
    expect(seen.verdict).toMatchObject({ id: 'crash/oom-killed', cause: 'oom-killed', confidence: 'confirmed' })
  })

  it('killed, and the kernel says nothing: by somebody', async () => {
    const seen = await diagnose({ ...DIES, journal: ends('code=killed, status=9/KILL') })
    expect(seen.verdict).toMatchObject({ id: 'crash/died', cause: 'crashed-mid-response', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('signal KILL')
  })

  it('killed, and the kernel is dark: it is no surer', async () => {
    const seen = await diagnose({ ...DIES, journal: ends('code=killed, status=9/KILL'), dmesg: blind('no-permission') })
    expect(seen.short).toBe('crashed-mid-response likely')
    expect(seen.ruledOut).not.toContain('oom-killed')
  })

  it('a kill of another unit, or from before, is no reason', async () => {
    const log = ends('code=killed, status=9/KILL')
    for (const kill of [{ at: clock(0.4), pid: 900, cgroup: '/system.slice/blog.service' }, { at: clock(-60) }]) {
      expect((await diagnose({ ...DIES, journal: log, dmesg: dmesg(kill) })).verdict?.id).toBe('crash/died')
    }
  })

  it('the journal is dark: what was seen of the process remains', async () => {
    const seen = await diagnose({ ...DIES, journal: blind('no-permission') })
    expect(seen.verdict).toMatchObject({ id: 'process/crashed', confidence: 'likely' })
  })

  it('somebody restarted it just then: no crash', async () => {
    const log = journal([
      started(clock(-3600), 'a'),
      ...stoppedInOrder(clock(0.5)).map((e) => ({ ...e, run: 'a' })),
      started(clock(0.7), 'b'),
    ])
    const seen = await diagnose({ ...DIES, journal: log })
    expect(seen.at('crash/journal')).toMatchObject({ branch: 'in-order', suspects: ['deploy-without-drain'] })
    expect(seen.path).toContain('ready/again.still')
    expect(seen.short).not.toContain('crashed')
  })
})

describe('a unit that is down after our request was cut off', () => {
  const DOWN_AFTER: Partial<World> = {
    ...CLOSES,
    listeners: ss(NGINX_SOCKET),
    direct: exchange(REFUSED),
    units: units([{ unit: 'shop.service', active: 'activating' }]),
    unit: unitState({
      active: 'activating',
      sub: 'auto-restart',
      restarts: 0,
      result: 'core-dump',
      code: 3,
      status: 6,
    }),
  }

  it('it died of it', async () => {
    const seen = await diagnose({ ...DOWN_AFTER, journal: ends('code=dumped, status=6/ABRT') })
    expect(seen.at('systemd/unit')).toMatchObject({ branch: 'ended-on-ours', go: 'crash/journal' })
    expect(seen.verdict).toMatchObject({ id: 'crash/died', confidence: 'confirmed', shape: 'reset' })
  })

  it('it ended before: its own end is told, and not as ours', async () => {
    const log = journal([
      started(clock(-60)),
      { at: clock(-30), says: "Error: Cannot find module 'x'" },
      ...exited(clock(-30)),
    ])
    const seen = await diagnose({ ...DOWN_AFTER, journal: log })
    expect(seen.path.filter((step) => step.startsWith('systemd/unit'))).toEqual([
      'systemd/unit.ended-on-ours',
      'systemd/unit.auto-restart',
    ])
    expect(seen.verdict?.cause).toBe('crash-on-start')
  })
})

describe('a master that lives', () => {
  const workers = processInfo({ exe: '/usr/bin/gunicorn', children: [clock(-3600), clock(-3600)] })

  it('a worker of it was killed for memory', async () => {
    const seen = await diagnose({ ...CLOSES, process: workers, dmesg: dmesg({ at: clock(0.4), pid: 5000 }) })
    expect(seen.verdict).toMatchObject({ id: 'crash/oom-killed', cause: 'oom-killed', confidence: 'confirmed' })
    expect(seen.at('crash/kernel')).toMatchObject({ branch: 'killed' })
  })

  it('nothing died: the walk goes on where it was', async () => {
    const seen = await diagnose({ ...CLOSES, process: workers })
    expect(seen.path).toContain('crash/kernel.none')
    expect(seen.path).toContain('process/speaks-tls.plain')
    expect(seen.verdict?.id).toBe('process/truncated')
  })

  it('of no unit: who is gone is found by its pid', async () => {
    const bare: Partial<World> = { ...CLOSES, process: gone(4242) }
    const seen = await diagnose({ ...bare, dmesg: dmesg({ at: clock(0.4), cgroup: '/' }) })
    expect(seen.verdict).toMatchObject({ id: 'crash/oom-killed', confidence: 'confirmed' })
    expect(seen.verdict?.says).toContain('a process of the application')
    expect((await diagnose(bare)).verdict?.id).toBe('process/crashed')
  })
})
