import { describe, expect, it } from 'vitest'
import { DOWN, STOPPED } from './faults.ts'
import { clock } from './http.ts'
import { blind, units } from './looks.ts'
import { booted, exited, journal, kernelJournal, started, stoppedInOrder, unitSettings, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

/** Not started since the boot, and disabled. */
const SLEEPS: Partial<World> = {
  ...STOPPED,
  unit: unitState({ active: 'inactive', sub: 'dead', file: 'disabled', started: null }),
  manager: booted(clock(-300)),
  journal: journal([
    started(clock(-90_000)),
    { at: clock(-89_999), says: 'listening on http://127.0.0.1:3000' },
    ...stoppedInOrder(clock(-310)),
  ]),
}

describe('a unit that the boot left out', () => {
  it('ran until just before: not-enabled', async () => {
    const seen = await diagnose(SLEEPS)
    expect(seen.at('systemd/boot')).toEqual({
      branch: 'just-before',
      says: 'the machine booted at 01:58:12Z; shop.service ran until 01:58:02Z, just before, and was not started since: it is not enabled',
      suspects: ['not-enabled'],
      go: 'systemd/not-enabled',
    })
    expect(seen.verdict).toMatchObject({
      id: 'systemd/not-enabled',
      cause: 'not-enabled',
      confidence: 'confirmed',
      shape: 'unreachable',
      symptoms: ['process-down', 'socket-missing'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    [
      'it was stopped long before the boot',
      { manager: booted(clock(-10)), journal: journal([started(clock(-9000)), ...stoppedInOrder(clock(-8000))]) },
      'not-enabled likely',
    ],
    ['its journal does not reach back', { journal: journal([]) }, 'process-down likely'],
    ['when the machine booted is not known', { manager: blind('no-permission') }, 'process-down confirmed'],
    ['it was heard of since', { manager: booted(clock(-86_400)) }, 'process-down confirmed'],
    [
      'it ran since and was stopped',
      { unit: unitState({ active: 'inactive', sub: 'dead', file: 'disabled' }) },
      'process-down confirmed',
    ],
    [
      'it is enabled',
      { unit: unitState({ active: 'inactive', sub: 'dead', started: null }) },
      'process-down confirmed',
    ],
  ])('%s', async (_, parts, short) => {
    expect((await diagnose({ ...SLEEPS, ...parts })).short).toBe(short)
  })
})

describe('a unit that nothing may start', () => {
  const MASKED: Partial<World> = {
    ...STOPPED,
    unit: unitState({ active: 'inactive', sub: 'dead', load: 'masked', file: 'masked', started: null }),
  }

  it('is told as masked', async () => {
    expect((await diagnose(MASKED)).verdict).toMatchObject({
      id: 'systemd/masked',
      cause: 'process-down',
      confidence: 'confirmed',
    })
  })

  it('is no such thing while it runs', async () => {
    const unit = unitState({ load: 'masked', file: 'masked', pid: 4242, started: clock(-5) })
    expect((await diagnose({ ...DOWN, units: MASKED.units ?? units(), unit })).path).toContain('systemd/unit.active')
  })
})

describe('a socket unit', () => {
  const socket = (active: string, file = 'enabled', result = 'success') =>
    unitState({ id: 'shop.socket', active, sub: 'dead', result, file, started: null })
  const world = (state: World['unit'], service: World['unit'], log: World['journal']): Partial<World> => ({
    ...DOWN,
    units: units([{ unit: 'shop.socket', active: 'inactive', token: 'ListenStream=3000', where: 'listen' }]),
    unit: (request) => {
      const asked = request.kind === 'run' && request.commands[0]?.includes('shop.socket')
      const answer = asked ? state : service
      return typeof answer === 'function' ? answer(request) : { ...answer, kind: 'run' }
    },
    settings: unitSettings({ Id: 'shop.socket', Triggers: 'shop.service', FragmentPath: '' }),
    journal: log,
  })
  const IDLE = unitState({ active: 'inactive', sub: 'dead', file: 'static', started: null })

  it('is stopped: that is the fault', async () => {
    const seen = await diagnose(world(socket('inactive'), IDLE, journal([])))
    expect(seen.at('systemd/socket-service')).toMatchObject({
      branch: 'service',
      says: 'shop.socket starts shop.service when a request comes',
    })
    expect(seen.verdict).toMatchObject({ id: 'systemd/socket-down', cause: 'process-down', confidence: 'confirmed' })
    expect(seen.verdict?.says).toMatch(/^shop\.socket, the socket unit/)
  })

  it('was not started at the boot', async () => {
    const log = journal([{ at: clock(-310), says: 'Closed shop.socket.', manager: true }], 'shop.socket')
    const seen = await diagnose({ ...world(socket('inactive', 'disabled'), IDLE, log), manager: booted(clock(-300)) })
    expect(seen.verdict).toMatchObject({ id: 'systemd/not-enabled', cause: 'not-enabled', confidence: 'confirmed' })
    expect(seen.verdict?.says).toMatch(/^shop\.socket was not started when the machine booted/)
  })

  it('gave up, because its service cannot start: the service is the fault', async () => {
    const failed = unitState({ active: 'failed', result: 'exit-code', code: 1, status: 1, ended: clock(-30) })
    const log = journal([
      started(clock(-31)),
      { at: clock(-30), says: "Error: Cannot find module 'express'" },
      ...exited(clock(-30)),
    ])
    const seen = await diagnose(world(socket('failed', 'enabled', 'service-start-limit-hit'), failed, log))
    expect(seen.path).toContain('systemd/unit.socket-failed')
    expect(seen.verdict).toMatchObject({ id: 'start/no-module', cause: 'crash-on-start', confidence: 'confirmed' })
  })
})

describe('a unit that came up and ended by itself', () => {
  const LATER: Partial<World> = {
    ...STOPPED,
    units: units([{ unit: 'shop.service' }]),
    unit: unitState({ active: 'failed', result: 'exit-code', code: 1, status: 1, ended: clock(-30) }),
    journal: journal([
      started(clock(-3600)),
      { at: clock(-3599), says: 'listening on http://127.0.0.1:3000' },
      { at: clock(-30), says: "TypeError: Cannot read properties of undefined (reading 'basket')" },
      ...exited(clock(-30)),
    ]),
    kernelJournal: kernelJournal(),
  }

  it('and nothing started it again', async () => {
    const seen = await diagnose(LATER)
    expect(seen.at('systemd/journal')).toMatchObject({ branch: 'crashed' })
    expect(seen.verdict).toMatchObject({
      id: 'systemd/ended-by-itself',
      cause: 'process-down',
      confidence: 'confirmed',
    })
    expect(seen.verdict?.says).toMatch(/^shop\.service ended by itself at 02:02:42Z.*status 1.*basket/)
  })

  it('is not certain while the kernel is dark', async () => {
    const dark = blind('no-permission')
    expect((await diagnose({ ...LATER, kernelJournal: dark, dmesg: dark })).short).toBe('process-down likely')
  })
})
