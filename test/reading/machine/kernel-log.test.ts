import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kernelLogReader } from '../../../src/reading/machine/kernel-log.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, fixture, printed } from '../systemd/support.ts'

const reading = (out: string, more = {}) => kernelLogReader.read(printed('dmesg', out, more), context())
const read = (out: string, more = {}) => reading(out, more).value
const captured = (name: string) => fixture(`machine/${name}`)

const CGROUP = '/docker/eef6a39fe10bd5ca82f30e540955c53df49f5620f47a3b0089e0a9543289206b/system.slice/shop-oom.service'
const KILL = {
  ...{ pid: 4640n, program: 'MainThread', scope: 'cgroup', cgroup: CGROUP, unit: 'shop-oom.service' },
  rss_kb: 190_884n,
}

describe('a kill for memory, as Linux 6.18 wrote it', () => {
  it('from the journal', () => {
    const { value, dark, lines } = reading(captured('kernel-oom.jsonl'))
    // The journal was started after the kill and read it from the ring buffer.
    expect(value).toEqual({
      complete: true,
      entries: 77n,
      kills: [{ at: new Date('2026-11-21T04:24:06.857Z'), ...KILL }],
    })
    expect(dark).toEqual([])
    expect(lines[0]).toContain('Memory cgroup out of memory: Killed process 4640 (MainThread)')
  })

  it('from dmesg with ISO stamps', () => {
    const { kills, complete } = read(captured('dmesg-timeformatiso-oom.txt'))
    expect(complete).toBe(true)
    expect(kills).toEqual([{ at: new Date('2026-11-21T04:22:57.681Z'), ...KILL }])
  })

  it('from dmesg with seconds since boot: dated by the boot, if that is told', () => {
    const out = captured('dmesg-oom.txt')
    expect(read(out, { meta: { boot: '2026-11-21T03:29:38.000Z' } }).kills).toEqual([
      { at: new Date('2026-11-21T04:22:57.681Z'), ...KILL },
    ])
    const { value, dark } = reading(out)
    expect(value).toMatchObject({ complete: true, kills: [{ ...KILL, at: NEVER }] })
    expect(dark).toEqual([{ why: 'not-understood', says: 'when the kernel killed for memory is not known' }])
  })

  it('from dmesg -T, in the host’s time', () => {
    const out = captured('dmesg-T-oom.txt')
    expect(read(out).kills[0]?.at).toEqual(NEVER)
    expect(read(out, { meta: { zone_minutes: 60 } }).kills[0]?.at).toEqual(new Date('2026-11-21T03:22:57Z'))
  })

  it('from kern.log, and from dmesg -r', () => {
    const line =
      captured('dmesg-oom.txt')
        .split('\n')
        .find((each) => each.includes('Killed process')) ?? ''
    const message = line.slice(line.indexOf('] ') + 2)
    for (const stamp of [
      'Nov 21 04:22:57 lab kernel: ',
      'Nov 21 04:22:57 lab kernel: [ 3199.681780] ',
      '2026-11-21T04:22:57+00:00 lab kernel: ',
      '<6>[ 3199.681780] ',
    ]) {
      expect(read(stamp + message).kills, stamp).toMatchObject([
        { pid: 4640n, program: 'MainThread', scope: 'cgroup', unit: '' },
      ])
    }
  })
})

// Documented forms: mm/oom_kill.c and mm/memcontrol.c of the kernels named.
describe('other kernels and other places', () => {
  it('the machine itself ran out of memory', () => {
    const { kills } = read(
      '[1.000001] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/shop.service,task=node,pid=4242,uid=1000\n' +
        '[1.000002] Out of memory: Killed process 4242 (node) total-vm:4567890kB, anon-rss:3456789kB, file-rss:1kB, shmem-rss:2kB, UID:1000 pgtables:8760kB oom_score_adj:0\n' +
        '[1.000003] oom_reaper: reaped process 4242 (node), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB\n',
    )
    expect(kills).toEqual([
      {
        at: NEVER,
        pid: 4242n,
        program: 'node',
        scope: 'machine',
        cgroup: '/system.slice/shop.service',
        unit: 'shop.service',
        rss_kb: 3_456_792n,
      },
    ])
  })

  it('before 5.0', () => {
    const { kills } = read(
      '[1.000001] Task in /system.slice/shop.service killed as a result of limit of /system.slice/shop.service\n' +
        '[1.000002] Memory cgroup out of memory: Kill process 4242 (node) score 1912 or sacrifice child\n' +
        '[1.000003] Killed process 4243 (node), UID 1000, total-vm:1000kB, anon-rss:500kB, file-rss:20kB, shmem-rss:0kB\n' +
        '[9.000002] Out of memory: Kill process 51 (java) score 912 or sacrifice child\n' +
        '[9.000003] Killed process 51 (java) total-vm:1000kB, anon-rss:7kB, file-rss:0kB\n',
    )
    // The parent was chosen, a child was killed.
    expect(kills).toMatchObject([
      { pid: 4243n, scope: 'cgroup', unit: 'shop.service', rss_kb: 520n },
      { pid: 51n, program: 'java', scope: 'machine', unit: '', cgroup: '', rss_kb: 7n },
    ])
  })

  it('a container, a pod, a user’s unit', () => {
    const unit = (memcg: string) =>
      read(
        `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${memcg},task_memcg=${memcg},task=node,pid=1,uid=0`,
      ).kills[0]
    const id = 'a'.repeat(64)
    expect(unit(`/docker/${id}`)).toMatchObject({ unit: '', cgroup: `/docker/${id}`, scope: 'cgroup', rss_kb: 0n })
    expect(unit(`/system.slice/docker-${id}.scope`)?.unit).toBe('')
    expect(unit(`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`)?.unit).toBe('')
    expect(unit('/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service')?.unit).toBe('shop.service')
  })

  it('a program with any name cannot change who was killed', () => {
    const { kills } = read(
      'oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/system.slice/shop.service,task=a,pid=1,uid=0,pid=4242,uid=1000\n' +
        'Memory cgroup out of memory: Killed process 4242 (a) total-vm:1) total-vm:9kB, anon-rss:3kB, file-rss:0kB, shmem-rss:0kB, UID:0\n',
    )
    expect(kills).toMatchObject([{ pid: 4242n, program: 'a) total-vm:1', unit: 'shop.service', rss_kb: 3n }])
  })

  it('two kills', () => {
    const out = captured('dmesg-oom.txt')
    expect(read(out + out.replaceAll('4640', '4700')).kills.map((kill) => kill.pid)).toEqual([4640n, 4700n])
  })
})

describe('what proves that nothing was killed', () => {
  const quiet = '[1.000000] Linux version 6.18.0\n[2.000000] systemd[1]: Started systemd-journald.service.\n'

  it('a log that was read whole and holds anything', () => {
    expect(read(quiet)).toEqual({ complete: true, entries: 2n, kills: [] })
  })

  it.each([
    ['empty', '', {}],
    ['empty, in words', '-- No entries --\n', {}],
    ['no permission', '', { exit: 1, err: 'dmesg: read kernel buffer failed: Operation not permitted\n' }],
    [
      'another user’s journal',
      quiet,
      { err: 'Hint: You are currently not seeing messages from other users and the system.' },
    ],
    ['a failure', quiet, { exit: 1 }],
    ['cut', quiet, { cut: true }],
    ['out of time', quiet, { timedOut: true }],
    ['pasted', quiet, { pasted: true }],
    ['blind', '', { outcome: 'blind', why: 'missing-tool', says: 'there is no dmesg' }],
  ])('not: %s', (_, out, more) => {
    const { value, dark } = reading(out, more)
    expect(value.complete).toBe(false)
    expect(dark).toHaveLength(1)
  })
})

describe('what is kept', () => {
  it('all lines about kills, and how many others there were', () => {
    const chatter = Array.from({ length: 4000 }, (_, i) => `[ ${100 + i}.000000] usb 1-1: new device number ${i}`).join(
      '\n',
    )
    const out = `${chatter}\n${captured('dmesg-oom.txt')}${chatter.replaceAll('[ ', '[ 9')}`
    const kept = kernelLogReader.keep?.(out) ?? { out: '', leftOut: '' }
    expect(kept.leftOut).toMatch(/^\d{4} entries left out$/)
    expect(read(kept.out)).toEqual(read(out))
    expect(read(kept.out).kills).toHaveLength(1)
  })

  it.each([
    ['dmesg', '[    0.000000] Command line: root=/dev/sda1 secret=abc\n[    1.000000] usb 1-1: new device'],
    [
      'dmesg with ISO stamps',
      '2026-11-21T03:29:38,000000+00:00 Command line: secret=abc\n2026-11-21T03:29:39,000000+00:00 usb',
    ],
    [
      'the journal',
      '{"__REALTIME_TIMESTAMP":"1795232978000000","MESSAGE":"Command line: secret=abc","_HOSTNAME":"web-7"}',
    ],
  ])('nothing of the machine else: %s', (_, out) => {
    const kept = kernelLogReader.keep?.(out).out ?? ''
    expect(kept).not.toMatch(/secret|Command|usb|web-7/)
    expect(read(kept).complete).toBe(true)
    expect(read(kept).entries).toBe(read(out).entries)
  })

  it('the reading, whatever it is', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...captured('kernel-oom.jsonl').split('\n'), ...captured('dmesg-oom.txt').split('\n')),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const out = lines.join('\n')
        expect(read(kernelLogReader.keep?.(out).out ?? '').kills).toEqual(read(out).kills)
      }),
    )
  })
})
