import { describe, expect, it } from 'vitest'
import { kernelLogReader } from '../../../src/reading/machine/kernel-log.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, printed } from '../systemd/support.ts'

const kills = (...lines: string[]) =>
  kernelLogReader.read(printed('dmesg', `${lines.join('\n')}\n`), context()).value.kills

/** A kill as mm/oom_kill.c (5.0 and later) tells of it in two lines. */
const twoLines = (memcg: string, constraint = 'CONSTRAINT_MEMCG', oom = `oom_memcg=${memcg}`) =>
  kills(
    `[ 100.000001] oom-kill:constraint=${constraint},nodemask=(null),cpuset=/,mems_allowed=0,${oom},task_memcg=${memcg},task=node,pid=4242,uid=1000`,
    '[ 100.000002] Memory cgroup out of memory: Killed process 4242 (node) total-vm:900kB, anon-rss:100kB, file-rss:20kB, shmem-rss:3kB, UID:1000 pgtables:8kB oom_score_adj:0',
  )[0]

const ID = 'c0ffee'.repeat(10).padEnd(64, '0')

// Documented forms: paths as systemd, Docker, containerd, CRI-O, Podman and the kubelet lay them out.
describe('whose memory it was', () => {
  it.each([
    ['/system.slice/shop.service', 'shop.service'],
    ['/system.slice/shop.service/worker', 'shop.service'],
    ['/system.slice/system-shop.slice/shop@3000.service', 'shop@3000.service'],
    ['/system.slice/php8.2-fpm.service', 'php8.2-fpm.service'],
    ['/shop.slice/shop-web.service', 'shop-web.service'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service', 'shop.service'],
    ['/user.slice/user-1000.slice/user@1000.service', ''],
    ['/user.slice/user-1000.slice/session-3.scope', ''],
    ['/init.scope', ''],
    [`/docker/${ID}`, ''],
    [`/system.slice/docker-${ID}.scope`, ''],
    [`/system.slice/docker-${ID}.scope/system.slice/shop.service`, 'shop.service'],
    [`/kubepods/burstable/pod1234/${ID}`, ''],
    [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`, ''],
    [`/kubepods.slice/kubepods-pod1.slice/crio-${ID}.scope`, ''],
    [`/machine.slice/libpod-${ID}.scope`, ''],
  ])('%s: unit %j', (memcg, unit) => {
    expect(twoLines(memcg)).toEqual({
      ...{ at: NEVER, pid: 4242n, program: 'node', scope: 'cgroup', cgroup: memcg, unit, rss_kb: 123n },
    })
  })

  it.each([
    ['CONSTRAINT_NONE', 'global_oom', 'machine'],
    ['CONSTRAINT_CPUSET', 'global_oom', 'machine'],
    ['CONSTRAINT_MEMORY_POLICY', 'global_oom', 'machine'],
    ['CONSTRAINT_MEMCG', 'oom_memcg=/system.slice', 'cgroup'],
  ])('%s: the %s, scope %s', (constraint, oom, scope) => {
    const [kill] = kills(
      `oom-kill:constraint=${constraint},nodemask=(null),cpuset=/,mems_allowed=0,${oom},task_memcg=/system.slice/shop.service,task=node,pid=42,uid=0`,
    )
    expect(kill).toMatchObject({ scope, unit: 'shop.service', pid: 42n, rss_kb: 0n })
  })
})

// Documented: the message of each kernel line, by version.
describe('the line of the kill itself', () => {
  it.each([
    [
      '6.x, the machine',
      'Out of memory: Killed process 4242 (node) total-vm:9kB, anon-rss:5kB, file-rss:2kB, shmem-rss:1kB, UID:1000 pgtables:8kB oom_score_adj:0',
      'node',
      'machine',
      8n,
    ],
    [
      '6.x, a control group',
      'Memory cgroup out of memory: Killed process 4242 (node) total-vm:9kB, anon-rss:5kB, file-rss:2kB, shmem-rss:1kB, UID:0 pgtables:8kB oom_score_adj:0',
      'node',
      'cgroup',
      8n,
    ],
    [
      '4.x',
      'Killed process 4242 (node) total-vm:9kB, anon-rss:5kB, file-rss:2kB, shmem-rss:1kB',
      'node',
      'machine',
      8n,
    ],
    [
      '4.15, with the user',
      'Killed process 4242 (node), UID 33, total-vm:9kB, anon-rss:5kB, file-rss:2kB',
      'node',
      'machine',
      7n,
    ],
    ['3.x', 'Killed process 4242 (node) total-vm:9kB, anon-rss:5kB, file-rss:0kB', 'node', 'machine', 5n],
    ['a name with spaces', 'Killed process 4242 (my app) total-vm:9kB, anon-rss:5kB', 'my app', 'machine', 5n],
    ['a name with brackets', 'Killed process 4242 (a)b) total-vm:9kB, anon-rss:5kB', 'a)b', 'machine', 5n],
    ['a name that is empty', 'Killed process 4242 () total-vm:9kB, anon-rss:5kB', '', 'machine', 5n],
    ['no sizes', 'Killed process 4242 (node)', 'node', 'machine', 0n],
  ])('%s', (_, line, program, scope, rss) => {
    expect(kills(`[ 7.000000] ${line}`)).toEqual([
      { at: NEVER, pid: 4242n, program, scope, cgroup: '', unit: '', rss_kb: rss },
    ])
  })

  it.each([
    'oom_reaper: reaped process 4242 (node), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB',
    'node invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
    'Tasks in /system.slice/shop.service are going to be killed due to memory.oom.group set',
    'Out of memory and no killable processes...',
    'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null)',
    'oom-kill:constraint=CONSTRAINT_MEMCG,task=node,pid=x,uid=0',
    'Killed process x (node) total-vm:9kB',
    'Killed process 99999999999 (node) total-vm:9kB',
    'TCP: out of memory -- consider tuning tcp_mem',
    'shop: Killed process count is 3',
  ])('no kill: %s', (line) => {
    expect(kills(`[ 7.000000] ${line}`)).toEqual([])
  })

  it('before 5.0 the limit stands in a line of its own and holds for one kill only', () => {
    const old = (pid: number) => [
      `Memory cgroup out of memory: Kill process ${pid} (node) score 900 or sacrifice child`,
      `Killed process ${pid} (node) total-vm:9kB, anon-rss:5kB, file-rss:0kB, shmem-rss:0kB`,
    ]
    const found = kills(
      'Task in /docker/abc killed as a result of limit of /docker/abc',
      ...old(1),
      'Out of memory: Kill process 2 (java) score 900 or sacrifice child',
      'Killed process 2 (java) total-vm:9kB, anon-rss:7kB, file-rss:0kB, shmem-rss:0kB',
    )
    expect(found).toMatchObject([
      { pid: 1n, scope: 'cgroup', cgroup: '/docker/abc' },
      { pid: 2n, scope: 'machine', cgroup: '' },
    ])
  })

  it('a whole group that is killed together is a kill for each process', () => {
    const found = kills(
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/system.slice/shop.service,task=node,pid=1,uid=0',
      'Memory cgroup out of memory: Killed process 1 (node) total-vm:9kB, anon-rss:5kB, file-rss:0kB, shmem-rss:0kB, UID:0',
      'Tasks in /system.slice/shop.service are going to be killed due to memory.oom.group set',
      'Memory cgroup out of memory: Killed process 2 (node) total-vm:9kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0',
    )
    expect(found.map((kill) => [kill.pid, kill.rss_kb])).toEqual([
      [1n, 5n],
      [2n, 4n],
    ])
  })
})

describe('when it was', () => {
  const KILLED = 'Out of memory: Killed process 1 (node) total-vm:9kB, anon-rss:5kB'
  const at = (line: string, meta = {}) =>
    kernelLogReader.read(printed('dmesg', `${line}\n`, { meta }), context()).value.kills[0]?.at

  it.each([
    [
      'dmesg, the boot told',
      `[ 3199.681780] ${KILLED}`,
      { boot: '2026-11-21T03:29:38.000Z' },
      '2026-11-21T04:22:57.681Z',
    ],
    ['dmesg -x', `kern  :err   : [ 3199.681780] ${KILLED}`, { boot: '2026-11-21T03:29:38.000Z' }, ''],
    ['dmesg -r', `<3>[ 3199.681780] ${KILLED}`, { boot: '2026-11-21T03:29:38.000Z' }, '2026-11-21T04:22:57.681Z'],
    [
      'dmesg -T in the zone of the host',
      `[Sat Nov 21 04:22:57 2026] ${KILLED}`,
      { zone_minutes: 0 },
      '2026-11-21T04:22:57.000Z',
    ],
    [
      'dmesg -T east of Greenwich',
      `[Sat Nov 21 10:07:57 2026] ${KILLED}`,
      { zone_minutes: 345 },
      '2026-11-21T04:22:57.000Z',
    ],
    [
      'dmesg -T, a day with one digit',
      `[Sun Nov  1 04:22:57 2026] ${KILLED}`,
      { zone_minutes: 0 },
      '2026-11-01T04:22:57.000Z',
    ],
    ['dmesg -T, no zone told', `[Sat Nov 21 04:22:57 2026] ${KILLED}`, {}, ''],
    ['ISO, zoned', `2026-11-21T04:22:57,681780+00:00 ${KILLED}`, {}, '2026-11-21T04:22:57.681Z'],
    ['kern.log, zoned', `2026-11-21T05:22:57+01:00 web kernel: ${KILLED}`, {}, '2026-11-21T04:22:57.000Z'],
    ['kern.log, not zoned', `Nov 21 04:22:57 web kernel: [ 3199.681780] ${KILLED}`, {}, ''],
    [
      'kern.log, its zone told',
      `Nov 21 04:22:57 web kernel: [ 3199.681780] ${KILLED}`,
      { zone_minutes: 0 },
      '2026-11-21T04:22:57.000Z',
    ],
    ['the last year’s', `Dec 24 04:22:57 web kernel: ${KILLED}`, { zone_minutes: 0 }, '2025-12-24T04:22:57.000Z'],
  ])('%s', (_, line, meta, expected) => {
    expect(at(line, meta)).toEqual(expected === '' ? NEVER : new Date(expected))
  })
})
