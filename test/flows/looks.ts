import type { JsonObject } from '../../src/words/json.ts'
import type { Capture, LookRequest } from '../../src/words/look.ts'
import type { BlindReason } from '../../src/words/vocabulary.ts'
import { type Answer, capture, clock, NOW } from './http.ts'

/** What a look found, as the tool's own looks write it. */
export const found = (findings: JsonObject, more: Partial<Capture> = {}): Capture =>
  capture('look', JSON.stringify(findings), more)

/** Nothing could be seen. */
export const blind = (why: BlindReason, says = `${why} here`): Capture =>
  capture('look', '', { outcome: 'blind', why, says, exit: null })

/** The same answer, of which only a part came. */
export function cut(answer: Answer): Answer {
  return partly(answer, { cut: true, why: 'cut', says: 'the output was cut' })
}

/** The same answer, ended by the time limit. */
export function late(answer: Answer): Answer {
  return partly(answer, { timedOut: true, why: 'timed-out', says: 'the look ended at its time limit' })
}

function partly(answer: Answer, more: Partial<Capture>): Answer {
  return (request: LookRequest) => ({ ...(typeof answer === 'function' ? answer(request) : answer), ...more })
}

/** The machine runs for a day when a walk begins. */
const BOOT_SECONDS = NOW.getTime() / 1000 - 86_400
export const CLOCK = { now_ms: NOW.getTime() + 1000, uptime_ms: 86_401_000, boot_s: BOOT_SECONDS }
export const ticks = (at: Date): number => Math.round((at.getTime() - BOOT_SECONDS * 1000) / 10)
const OWN_CGROUP = '0::/user.slice/user-1000.slice/session-3.scope\n'
const cgroupOf = (unit: string): string => (unit === '' ? OWN_CGROUP : `0::/system.slice/${unit}\n`)

export const NGINX_PID = 812
export const APP_PID = 4242

interface Owner {
  pid?: number
  program?: string
  net?: string
  cgroup?: string
}

/** Who listens on the URL's port. */
export function destination(more: JsonObject = {}, owner: Owner | null = {}): Capture {
  return found({
    host: 'shop.example.com',
    port: 80,
    addresses: ['10.0.0.5'],
    unresolved: '',
    error: '',
    interfaces: ['127.0.0.1', '::1', '10.0.0.5'],
    whole: true,
    listening: true,
    bound: '0.0.0.0',
    owner: owner === null ? {} : ownerOf(owner),
    ...more,
  })
}

function ownerOf({ pid = NGINX_PID, program = 'nginx', net = 'same', cgroup = cgroupOf('nginx.service') }: Owner) {
  return {
    pid,
    exe: `/usr/sbin/${program}`,
    comm: program,
    forward: [],
    cgroup,
    own_cgroup: OWN_CGROUP,
    same_net: net,
    same_mnt: net,
    same_pid: net,
  }
}

export interface Process {
  pid?: number
  exe?: string
  state?: string
  started?: Date
  unit?: string
  cwd?: string
  /** Per mille of a core. */
  cpu?: number
  /** Per mille of the time that it waited for a processor; absent where the kernel does not say. */
  waiting?: number
  threads?: number
  children?: Date[]
  hidden?: string[]
}

/** A process of /proc. */
export function processInfo(process: Process = {}): Capture {
  const { pid = APP_PID, exe = '/usr/bin/node', state = 'S', started = clock(-3600) } = process
  const name = exe.split('/').at(-1) ?? ''
  const stat = `${pid} (${name}) ${state} 1 ${pid} ${pid} 0 -1 4194368 28 0 0 0 0 0 0 0 20 0 ${process.threads ?? 11} 0 ${ticks(started)} 10502144 390 18446744073709551615`
  const hidden = process.hidden ?? []
  return found({
    pid,
    exists: true,
    clock: CLOCK,
    stat,
    status: `Name:\t${name}\nState:\t${state} (sleeping)\nUid:\t1001\t1001\t1001\t1001\nGid:\t1001\t1001\t1001\t1001\nVmRSS:\t   48212 kB\n`,
    cpu: { ticks: Math.round((process.cpu ?? 0) / 50), ms: 200 },
    ...(process.waiting === undefined ? {} : { schedstat: ['5 0 1', `9 ${process.waiting * 200_000} 2`] }),
    cmdline: [name],
    exe: hidden.includes('exe') ? '' : exe,
    cwd: hidden.includes('cwd') ? '' : (process.cwd ?? '/srv/shop'),
    cgroup: cgroupOf(process.unit ?? 'shop.service'),
    own_cgroup: OWN_CGROUP,
    limits: 'Max open files            1024                 524288               files     \n',
    fds: hidden.includes('fds') ? -1 : 23,
    same_net: 'same',
    same_mnt: 'same',
    user: 'shop',
    children: (process.children ?? []).map(ticks),
    hidden,
  })
}

export const gatewayProcess = (more: Process = {}): Capture =>
  processInfo({
    pid: NGINX_PID,
    exe: '/usr/sbin/nginx',
    started: clock(-40_000),
    unit: 'nginx.service',
    children: [clock(-7200)],
    ...more,
  })

export const gone = (pid: number): Capture => found({ pid, exists: false })

/** Where the upstream's host lies for the gateway. */
export const place = (addresses: string[], more: JsonObject = {}): Capture =>
  found({
    host: addresses[0] ?? 'app.internal',
    addresses,
    unresolved: '',
    error: '',
    interfaces: ['127.0.0.1', '::1', '10.0.0.5'],
    interfaces_known: true,
    ...more,
  })

interface App {
  pid?: number
  exe?: string
  address?: string
  port: number
  unit?: string
  ties?: string[]
  status?: number
  started?: Date
}

/** Programs that listen and that no gateway sends to. */
export function candidates(apps: App[] = [], more: JsonObject = {}): Capture {
  return found({
    whole: true,
    unseen: [],
    elsewhere: [],
    clock: CLOCK,
    own_cgroup: OWN_CGROUP,
    apps: apps.map((app) => ({
      pid: app.pid ?? 5151,
      comm: 'MainThread',
      exe: app.exe ?? '/usr/bin/node',
      cwd: '/srv/shop',
      cmdline: ['/usr/bin/node', 'server.js'],
      cgroup: cgroupOf(app.unit ?? ''),
      start_ticks: ticks(app.started ?? clock(-60)),
      address: app.address ?? '127.0.0.1',
      port: app.port,
      ties: app.ties ?? [],
      status: app.status ?? 0,
    })),
    ...more,
  })
}

interface Named {
  unit: string
  active?: string
  token?: string
  where?: string
}

/** Units that name the port or the socket. */
export const units = (named: Named[] = [], more: JsonObject = {}): Capture =>
  found({
    units: named.map(({ unit, active = 'failed', token = 'PORT=3000', where = 'environment' }) => ({
      unit,
      user: false,
      active,
      sub: active === 'active' ? 'running' : active === 'failed' ? 'failed' : 'dead',
      result: active === 'failed' ? 'exit-code' : 'success',
      file_state: 'enabled',
      main_pid: 0,
      named: token,
      where,
    })),
    looked: 148,
    unexplained: [],
    unread: [],
    gaps: [],
    ...more,
  })

export const sight = (more: JsonObject = {}): Capture =>
  found({ root: true, user: 'root', processes: '', kernel_log: '', journal: '', sockets: '', ...more })

export const changes = (list: { at: Date; what: string; kind?: string }[], more: JsonObject = {}): Capture =>
  found({
    whole: true,
    changes: list.map(({ at, what, kind = 'unit-start' }) => ({ at_ms: at.getTime(), kind, what })),
    unread: [],
    ...more,
  })

/** /proc/loadavg and the number of cores. */
export const load = (oneMinute: string, cores = 2): Capture =>
  capture('look', `${oneMinute} 0.36 0.20 1/148 7395\ncores ${cores}\n`)

interface Step {
  path: string
  mode: number
  kind?: string
  owner?: string
  group?: string
  uid?: number
  gid?: number
  acl?: boolean
}

const WORKER = { pid: 813, uid: 33, gid: 33, groups: [33], overrides: false, user: 'www-data' }

/** A path as the gateway sees it: folders, then what stands at the end, or what is missing. */
export function path(steps: Step[], missing = '', more: JsonObject = {}): Capture {
  const seen: JsonObject[] = steps.map((step) => ({
    path: step.path,
    error: '',
    kind: step.kind ?? 'folder',
    mode: step.mode,
    uid: step.uid ?? 0,
    gid: step.gid ?? 0,
    owner: step.owner ?? 'root',
    group: step.group ?? 'root',
    changed_ms: clock(-3600).getTime(),
    ...(step.acl ? { acl: true } : {}),
  }))
  if (missing !== '') seen.push({ path: missing, error: 'gone' })
  return found({
    path: '/run/shop/shop.sock',
    steps: seen,
    exists: missing === '',
    whole: true,
    missing_folder: '',
    worker: WORKER,
    ...more,
  })
}

const RUN: Step[] = [
  { path: '/', mode: 0o755 },
  { path: '/run', mode: 0o755 },
  { path: '/run/shop', mode: 0o755, owner: 'shop', group: 'shop', uid: 1001, gid: 1001 },
]
const SOCKET: Step = { path: '/run/shop/shop.sock', kind: 'socket', mode: 0o660, owner: 'shop', group: 'www-data' }

export const socketThere = (more: Partial<Step> = {}): Capture =>
  path([...RUN, { ...SOCKET, uid: 1001, gid: 33, ...more }])
export const socketMissing = (): Capture => path(RUN, '/run/shop/shop.sock')
