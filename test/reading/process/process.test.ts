import { describe, expect, it } from 'vitest'
import { processReader } from '../../../src/reading/process/process.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, fixture, looked } from './support.ts'

const BOOT = Date.UTC(2026, 10, 21, 3, 29, 38)

/** What the look writes down of nginx's master, from the real texts of its /proc folder. */
const MASTER: JsonObject = {
  pid: 3630,
  exists: true,
  clock: { now_ms: BOOT + 3_200_000, uptime_ms: 3_200_000, boot_s: BOOT / 1000 },
  stat: fixture('stat-nginx.txt'),
  status: fixture('status-nginx-worker.txt'),
  cpu: { ticks: 10, ms: 200 },
  schedstat: ['79480340 3219220 12', '179480340 53219220 15'],
  cmdline: ['nginx: master process nginx -c /tmp/cap/nginx.conf'],
  exe: '/usr/sbin/nginx',
  cwd: '/',
  cgroup: '0::/system.slice/nginx.service',
  own_cgroup: '0::/user.slice/user-0.slice/session-1.scope',
  limits: fixture('limits-nginx.txt'),
  fds: 12,
  same_net: 'same',
  same_mnt: 'same',
  user: 'root',
  children: [314_640, 315_000],
  hidden: [],
}

const read = (raw: JsonObject, more = {}) => processReader.read(looked(raw, more), context())

describe('one process', () => {
  it('is read whole', () => {
    expect(read(MASTER).value).toEqual({
      complete: true,
      exists: true,
      pid: 3630n,
      parent: 1n,
      program: 'nginx',
      exe: '/usr/sbin/nginx',
      exe_replaced: false,
      command: 'nginx: master process … -c /tmp/cap/nginx.conf',
      script: '',
      limit_ms: -1n,
      keeps_ms: -1n,
      cwd: '/',
      uid: 65534n,
      user: 'root',
      state: 'S',
      stopped: false,
      started: new Date(BOOT + 3_146_290),
      threads: 1n,
      rss_kb: 3904n,
      cpu_permille: 500n,
      waiting_permille: 250n,
      fds: 12n,
      fd_limit: 20000n,
      unit: 'nginx.service',
      user_unit: false,
      container: '',
      same_net: true,
      same_mnt: true,
      youngest_child: new Date(BOOT + 3_150_000),
      children: 2n,
    })
  })

  it('is named by the file that it runs, not by what it calls itself', () => {
    const { program, exe_replaced } = read({ ...MASTER, exe: '/opt/evil/miner (deleted)' }).value
    expect({ program, exe_replaced }).toEqual({ program: 'miner', exe_replaced: true })
  })

  it.each(['T', 't'])('is stopped in state %s', (state) => {
    expect(read({ ...MASTER, stat: fixture('stat-nginx.txt').replace(' S ', ` ${state} `) }).value.stopped).toBe(true)
  })

  it.each([
    ['the kernel keeps no count', ['', '']],
    ['it was recorded before the look asked', undefined],
    ['the count is none', ['1 2', '-']],
  ])('how long it waited for a processor is unknown where %s', (_, schedstat) => {
    expect(read({ ...MASTER, schedstat: schedstat ?? null }).value.waiting_permille).toBe(-1n)
  })

  it('a count that goes back is no waiting', () => {
    expect(read({ ...MASTER, schedstat: ['1 900000000 1', '1 5 1'] }).value.waiting_permille).toBe(0n)
  })

  it('of another user is there, with the rest dark', () => {
    const { value, dark } = read({ ...MASTER, exe: '', cwd: '', fds: -1, hidden: ['exe', 'cwd', 'fds'] })
    expect(value).toMatchObject({ complete: false, exists: true, program: 'nginx', exe: '', fds: -1n })
    expect(dark).toEqual([
      { why: 'no-permission', says: 'pid 3630 belongs to another user: its exe, cwd, fds cannot be seen' },
    ])
  })

  it('in another namespace, or one that cannot be compared, is not in ours', () => {
    expect(read({ ...MASTER, same_net: 'other', same_mnt: 'unknown' }).value).toMatchObject({
      same_net: false,
      same_mnt: false,
    })
  })

  it('that is gone is a complete answer; a look that saw nothing is none', () => {
    expect(read({ pid: 99, exists: false }).value).toMatchObject({ complete: true, exists: false, started: NEVER })
    expect(read({}).value).toMatchObject({ complete: false, exists: false })
    expect(read(MASTER, { outcome: 'blind', why: 'timed-out' }).value.complete).toBe(false)
  })
})

describe('one process that has ended, and whose parent has not taken note of it', () => {
  // A real one: killed while it answered, its parent a shell that waits for nobody (Debian 12, Linux 6.x).
  const ZOMBIE: JsonObject = {
    ...MASTER,
    pid: 6525,
    stat: '6525 (MainThread) Z 1 6499 31122 0 -1 4228364 3663 0 0 0 5 1 0 0 20 0 1 0 6152784 0 0 18446744073709551615 0 0 0 0 0 0 0 16781312 1538 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 15',
    status: 'State:\tZ (zombie)\nUid:\t0\t0\t0\t0',
    exe: '',
    cwd: '',
    fds: -1,
    cmdline: [],
    children: [],
    hidden: ['exe', 'cwd', 'fds'],
  }

  it('is gone, and that is all there is to see of it', () => {
    const { value, dark, lines } = read(ZOMBIE)
    expect(value).toMatchObject({ complete: true, exists: false, state: 'Z' })
    expect(dark).toEqual([])
    expect(lines).toEqual([])
  })

  it('is there as long as other threads of it go on', () => {
    const more = { ...ZOMBIE, stat: String(ZOMBIE.stat).replace(' 20 0 1 0 6152784', ' 20 0 7 0 6152784') }
    expect(read(more).value).toMatchObject({ exists: true, threads: 7n })
  })

  it('proves nothing where the look itself did not end', () => {
    expect(read(ZOMBIE, { timedOut: true }).value.complete).toBe(false)
  })
})

describe('keep', () => {
  const keep = (raw: JsonObject) => processReader.keep?.(JSON.stringify(raw)) ?? { out: '', leftOut: '' }
  const secret = { ...MASTER, cmdline: ['node', '/srv/shop/server.js', '--token', 's3cr3t', '--port', '3000'] }

  it('leaves secrets out and says so', () => {
    const { out, leftOut } = keep(secret)
    expect(out).not.toContain('s3cr3t')
    expect(leftOut).toBe('arguments that may hold secrets')
    expect(keep({ ...MASTER, cmdline: ['node', '/srv/a.js'] }).leftOut).toBe('')
  })

  it('gives the same reading on what was kept', () => {
    const kept = { ...looked({}), out: keep(secret).out }
    expect(processReader.read(kept, context())).toEqual(read(secret))
    expect(read(secret).value.command).toBe('node /srv/shop/server.js … --port 3000')
  })

  it('keeps nothing of what it does not know', () => {
    expect(processReader.keep?.('PASSWORD=x')).toEqual({ out: '', leftOut: 'what was no finding of this look' })
  })
})
