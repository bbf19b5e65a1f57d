import { describe, expect, it } from 'vitest'
import { DOWN, LOOP } from './faults.ts'
import { clock } from './http.ts'
import { blind, units } from './looks.ts'
import { dmesg, errorLine, errorLog, exited, journal, kernelJournal, MESSAGES, started } from './text.ts'
import { diagnose, type World } from './world.ts'

const refused = (...seconds: number[]) =>
  errorLog([...seconds.map(clock), clock(0.2)].map((at) => errorLine(MESSAGES.refused, { at })))

describe('a process of no unit, killed for memory', () => {
  const GONE: Partial<World> = { ...DOWN, errorLog: refused(-60, -30), dmesg: dmesg({ at: clock(-62), cgroup: '/' }) }

  it('just before the first error: most likely the application', async () => {
    const seen = await diagnose(GONE)
    expect(seen.at('resources/kernel-bare')).toMatchObject({
      branch: 'just-before',
      says: 'the kernel killed node (pid 4242) for memory at 02:02:10Z, just before the errors began at 02:02:12Z; it held 191 MB',
      learns: { 'app.program': 'node', 'app.ended': '2026-11-21T02:02:10.000Z' },
    })
    expect(seen.verdict).toMatchObject({ id: 'resources/oom-killed-bare', confidence: 'likely', outcome: 'diagnosed' })
  })

  it.each<[string, World['dmesg']]>([
    ['long before the errors', dmesg({ at: clock(-400), cgroup: '/' })],
    ['long after they began', dmesg({ at: clock(-20), cgroup: '/' })],
    ['in a container', dmesg({ at: clock(-62), cgroup: '/docker/4f5e' })],
    ['in a unit, which would tell itself', dmesg({ at: clock(-62), cgroup: '/system.slice/blog.service' })],
    ['nobody knows when: the kernel is dark', blind('no-permission')],
  ])('%s: it is no proof', async (_, log) => {
    const seen = await diagnose({ ...GONE, dmesg: log })
    expect(seen.verdict).toMatchObject({ id: 'app/process-down', cause: 'process-down' })
  })
})

describe('a unit that is killed again and again', () => {
  const KILLED: Partial<World> = {
    ...LOOP,
    units: units([{ unit: 'shop.service', active: 'activating' }]),
    journal: journal(
      [1, 2, 3].flatMap((n) => [
        started(clock(-40 + n * 10), `run${n}`),
        ...exited(clock(-35 + n * 10), 'code=killed, status=9/KILL', `run${n}`),
      ]),
    ),
  }

  it('for memory, says the kernel', async () => {
    const seen = await diagnose({ ...KILLED, kernelJournal: kernelJournal({ at: clock(-5.2) }) })
    expect(seen.at('systemd/journal')).toMatchObject({ branch: 'killed-again', go: 'resources/kernel' })
    expect(seen.verdict).toMatchObject({ id: 'resources/oom-killed', cause: 'oom-killed', confidence: 'confirmed' })
  })

  it('by somebody: a loop without a reason', async () => {
    const seen = await diagnose(KILLED)
    expect(seen.verdict).toMatchObject({ id: 'systemd/crash-loop', confidence: 'likely' })
    expect(seen.ruledOut).toContain('oom-killed')
  })

  it('and the kernel is dark: memory stays open', async () => {
    const dark = blind('no-permission')
    const seen = await diagnose({ ...KILLED, kernelJournal: dark, dmesg: dark })
    expect(seen.verdict).toMatchObject({
      id: 'systemd/crash-loop',
      confidence: 'likely',
      open: expect.arrayContaining(['oom-killed']),
    })
  })
})
