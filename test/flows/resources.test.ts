import { describe, expect, it } from 'vitest'
import { DOWN, OOM } from './faults.ts'
import { clock } from './http.ts'
import { blind, candidates, cut, late, units } from './looks.ts'
import { dmesg, exited, journal, kernelJournal, started, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

/** Killed with SIGKILL; systemd does not say why (cgroups v1). */
const KILLED: Partial<World> = {
  ...OOM,
  unit: unitState({ active: 'failed', result: 'signal', code: 2, status: 9, ended: clock(-30) }),
}
const OLD_KERNEL =
  'Nov 21 02:02:41 web kernel: Killed process 4242 (node) total-vm:1199484kB, anon-rss:151600kB, file-rss:0kB\n'

describe('what the kernel’s journal says of the unit', () => {
  const at = async (kernel: World['kernelJournal']) =>
    (await diagnose({ ...KILLED, kernelJournal: kernel })).at('resources/kernel')

  it('it was killed for memory when it ended', async () => {
    expect(await at(kernelJournal({ at: clock(-30.2) }))).toEqual({
      branch: 'killed',
      says: 'the kernel killed node (pid 4242) of shop.service for memory at 02:02:41Z',
      suspects: ['oom-killed'],
      rulesOut: ['process-down', 'crash-on-start'],
      go: 'resources/oom-killed',
    })
  })

  it.each([
    ['20 s before', -49.5, 'killed'],
    ['longer before', -51, 'none'],
    ['20 s after', -10.5, 'killed'],
    ['longer after', -9, 'none'],
  ])('a kill counts only around the end: %s', async (_, at_, branch) => {
    expect(await at(kernelJournal({ at: clock(at_) }))).toMatchObject({ branch })
  })

  it('a kill of another unit does not count', async () => {
    expect(await at(kernelJournal({ at: clock(-30), cgroup: '/system.slice/blog.service' }))).toEqual({
      branch: 'none',
      says: 'the kernel killed nothing of shop.service when it ended',
      rulesOut: ['oom-killed'],
      go: 'resources/after-kernel',
    })
  })

  it('a kill without a unit may be of it: nothing is excluded', async () => {
    expect(await at({ ...kernelJournal(), out: OLD_KERNEL })).toEqual({
      branch: 'unclear',
      says: 'the kernel killed node (pid 4242) for memory; whether it was of shop.service just then is not certain',
      suspects: ['oom-killed'],
      dark: ['when the kernel killed for memory is not known'],
      go: 'resources/after-kernel',
    })
  })

  it('nothing was killed', async () => {
    expect(await at(kernelJournal())).toMatchObject({ branch: 'none', rulesOut: ['oom-killed'] })
  })

  it.each<[string, World['kernelJournal']]>([
    ['it is empty: it is kept elsewhere', { ...kernelJournal(), out: '' }],
    [
      'it is closed',
      { ...kernelJournal(), err: 'Hint: You are currently not seeing messages from other users and the system.' },
    ],
    ['it was cut', cut(kernelJournal())],
    ['it took too long', late(kernelJournal())],
    ['there is no journalctl', blind('missing-tool')],
  ])('then the ring buffer is asked: %s', async (_, kernel) => {
    const seen = await diagnose({ ...KILLED, kernelJournal: kernel, dmesg: dmesg({ at: clock(-30.2) }) })
    expect(seen.path).toContain('resources/kernel.blind')
    expect(seen.at('resources/kernel-ring')).toMatchObject({
      branch: 'killed',
      says: 'the kernel killed node (pid 4242) of shop.service for memory',
    })
    expect(seen.short).toBe('oom-killed confirmed')
  })
})

describe('what the ring buffer says of the unit', () => {
  const DARK = { kernelJournal: blind('missing-tool') }
  const at = async (ring: World['dmesg']) =>
    (await diagnose({ ...KILLED, ...DARK, dmesg: ring })).at('resources/kernel-ring')

  it('it was killed', async () => {
    expect(await at(dmesg({ at: clock(-30.2) }))).toEqual({
      branch: 'killed',
      says: 'the kernel killed node (pid 4242) of shop.service for memory',
      suspects: ['oom-killed'],
      rulesOut: ['process-down', 'crash-on-start'],
      go: 'resources/oom-killed',
    })
  })

  it('a kill of which nobody knows the time may be the one', async () => {
    const plain = {
      ...dmesg(),
      out: '[ 1.000000] Linux version 6.1.0\n[ 99.000000] Out of memory: Killed process 4242 (node) total-vm:1kB, anon-rss:2kB, file-rss:0kB, shmem-rss:0kB\n',
    }
    expect(await at(plain)).toEqual({
      branch: 'unclear',
      says: 'the kernel killed node (pid 4242) for memory; whether it was of shop.service just then is not certain',
      suspects: ['oom-killed'],
      dark: ['when the kernel killed for memory is not known'],
      go: 'resources/after-kernel',
    })
  })

  it('nothing was killed', async () => {
    expect(await at(dmesg())).toEqual({
      branch: 'none',
      says: "the kernel's ring buffer tells of no kill in shop.service when it ended",
      rulesOut: ['oom-killed'],
      go: 'resources/after-kernel',
    })
  })

  it('nobody may read it', async () => {
    const seen = await diagnose({
      ...KILLED,
      ...DARK,
      dmesg: { ...dmesg(), out: '', exit: 1, err: 'dmesg: read kernel buffer failed: Operation not permitted' },
    })
    expect(seen.at('resources/kernel-ring')).toEqual({
      blind: 'no-permission',
      says: "this account may not read the kernel's log",
      go: 'resources/after-kernel',
    })
    expect(seen.ruledOut).not.toContain('oom-killed')
    expect(seen.short).toBe('process-down likely')
  })
})

describe('where no unit is known', () => {
  const at = async (ring: World['dmesg']) => (await diagnose({ ...DOWN, dmesg: ring })).at('resources/kernel-bare')

  it('a kill in the window is told, and proves nothing', async () => {
    expect(await at(dmesg({ at: clock(-120), cgroup: '/user.slice' }))).toEqual({
      branch: 'killed',
      says: 'the kernel killed node (pid 4242) for memory at 02:01:12Z; whether that was the application is not proven',
      suspects: ['oom-killed'],
      go: 'app/process-down',
    })
  })

  it.each([
    ['a container of Docker', '/docker/eef6a39fe10bd5ca82f30e540955c53df49f5620f47a3b0089e0a9543289206b'],
    ['a pod', '/kubepods.slice/kubepods-burstable.slice'],
    ['a container of Podman', '/machine.slice/libpod-eef6a39fe10b.scope'],
    ['a container of LXC', '/lxc.payload.shop'],
  ])('a kill in %s is not of this application', async (_, cgroup) => {
    expect(await at(dmesg({ at: clock(-120), cgroup }))).toMatchObject({ branch: 'none' })
  })

  it('a kill before the window is too old', async () => {
    expect(await at(dmesg({ at: clock(-1000), cgroup: '/user.slice' }))).toMatchObject({ branch: 'none' })
  })

  it('nothing was killed', async () => {
    expect(await at(dmesg())).toEqual({
      branch: 'none',
      says: 'the kernel killed nothing for memory in the window, outside of containers',
      rulesOut: ['oom-killed'],
      go: 'app/process-down',
    })
  })

  it('a kill of which nobody knows the time', async () => {
    const plain = {
      ...dmesg(),
      out: '[ 1.000000] Linux version 6.1.0\n[ 99.000000] Out of memory: Killed process 4242 (node) total-vm:1kB, anon-rss:2kB, file-rss:0kB, shmem-rss:0kB\n',
    }
    expect(await at(plain)).toEqual({
      branch: 'undated',
      says: 'the kernel killed node (pid 4242) for memory; when, and whether that was the application, is not known',
      suspects: ['oom-killed'],
      dark: ['when the kernel killed for memory is not known'],
      go: 'app/process-down',
    })
  })

  it('nobody may read it', async () => {
    expect(await at(blind('no-permission'))).toEqual({
      blind: 'no-permission',
      says: 'no-permission here',
      go: 'app/process-down',
    })
  })
})

describe('oom-killed', () => {
  it('by the kernel', async () => {
    expect((await diagnose(KILLED)).verdict).toEqual({
      id: 'resources/oom-killed',
      cause: 'oom-killed',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'The kernel killed shop.service for memory',
      symptoms: ['process-down', 'crash-loop', 'socket-missing'],
      proofs: ['resources/kernel.killed', 'app/unit-search.one'],
      alternatives: ['not-ready reported'],
    })
  })

  it('by systemd alone, where the kernel’s log is closed', async () => {
    const seen = await diagnose({ ...OOM, kernelJournal: blind('no-permission'), dmesg: blind('no-permission') })
    expect(seen.path).toContain('resources/after-kernel.systemd-says')
    expect(seen.verdict).toMatchObject({
      cause: 'oom-killed',
      confidence: 'confirmed',
      proofs: ['systemd/unit.oom', 'app/unit-search.one'],
    })
  })

  it('by systemd, where the kernel’s log does not reach that far', async () => {
    const seen = await diagnose({ ...OOM, kernelJournal: kernelJournal() })
    expect(seen.at('resources/kernel')).toMatchObject({ branch: 'other' })
    expect(seen.short).toBe('oom-killed confirmed')
  })

  it('by systemd’s words in the journal', async () => {
    const words = journal([
      started(clock(-31)),
      {
        at: clock(-30.1),
        says: 'shop.service: A process of this unit has been killed by the OOM killer.',
        manager: true,
      },
      ...exited(clock(-30), 'code=exited, status=137/n/a'),
    ])
    const unit = unitState({ active: 'failed', result: 'exit-code', code: 1, status: 137, ended: clock(-30) })
    const seen = await diagnose({
      ...OOM,
      unit,
      journal: words,
      kernelJournal: blind('no-permission'),
      dmesg: blind('no-permission'),
    })
    expect(seen.verdict).toMatchObject({
      cause: 'oom-killed',
      confidence: 'confirmed',
      proofs: ['systemd/journal.memory', 'app/unit-search.one'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    [
      'several units name the port',
      { units: units([{ unit: 'shop.service' }, { unit: 'shop-b.service' }]) },
      'oom-killed likely',
    ],
    [
      'the kernel’s log is closed, and systemd does not say',
      { kernelJournal: blind('no-permission'), dmesg: blind('no-permission') },
      'process-down likely',
    ],
    [
      'the kernel killed something that may be another',
      { kernelJournal: { ...kernelJournal(), out: OLD_KERNEL } },
      'process-down likely',
    ],
    ['systemd was not asked', { unit: blind('missing-tool'), candidates: candidates() }, 'process-down likely'],
  ])('not certain while %s', async (_, parts, short) => {
    expect((await diagnose({ ...KILLED, ...parts })).short).toBe(short)
  })
})
