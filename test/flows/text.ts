import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { capture, clock, NOW } from './http.ts'

// Lines as nginx 1.22, ss of iproute2 6.1, systemd 252 and Linux 6.1 write them; see test/fixtures.

const two = (n: number): string => String(n).padStart(2, '0')

/** `2026/11/21 02:03:12`, nginx's stamp, in UTC. */
function stamp(at: Date): string {
  const day = `${at.getUTCFullYear()}/${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}`
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}

interface Line {
  at?: Date
  level?: string
  /** Number of the connection: lines of one connection belong together. */
  connection?: number
  client?: string
  server?: string
  request?: string
  upstream?: string
  host?: string
}

/** A line of nginx's error log about a request. Without more: caused by our own. */
export function errorLine(message: string, line: Line = {}): string {
  const upstream = line.upstream ?? 'http://127.0.0.1:3000/checkout'
  return [
    `${stamp(line.at ?? NOW)} [${line.level ?? 'error'}] 813#813: *${line.connection ?? 9} ${message}`,
    `client: ${line.client ?? '10.0.0.5'}`,
    `server: ${line.server ?? 'shop.example.com'}`,
    `request: "${line.request ?? 'GET /checkout HTTP/1.1'}"`,
    ...(upstream === '' ? [] : [`upstream: "${upstream}"`]),
    `host: "${line.host ?? 'shop.example.com'}"`,
  ].join(', ')
}

/** A line about nginx itself. */
export const processLine = (level: string, message: string, at: Date = clock(-60)): string =>
  `${stamp(at)} [${level}] 812#812: ${message}`

export const MESSAGES = {
  refused: 'connect() failed (111: Connection refused) while connecting to upstream',
  socketMissing:
    'connect() to unix:/run/shop/shop.sock failed (2: No such file or directory) while connecting to upstream',
  socketDenied: 'connect() to unix:/run/shop/shop.sock failed (13: Permission denied) while connecting to upstream',
  socketRefused: 'connect() to unix:/run/shop/shop.sock failed (111: Connection refused) while connecting to upstream',
  readTimeout: 'upstream timed out (110: Connection timed out) while reading response header from upstream',
  bodyTimeout: 'upstream timed out (110: Connection timed out) while reading upstream',
  sendTimeout: 'upstream timed out (110: Connection timed out) while sending request to upstream',
  connectTimeout: 'upstream timed out (110: Connection timed out) while connecting to upstream',
  noRoute: 'connect() failed (113: No route to host) while connecting to upstream',
  closed: 'upstream prematurely closed connection while reading response header from upstream',
  reset: 'recv() failed (104: Connection reset by peer) while reading response header from upstream',
  cutInBody: 'upstream prematurely closed connection while reading upstream',
  notHttp: 'upstream sent no valid HTTP/1.0 header while reading response header from upstream',
  tooBig: 'upstream sent too big header while reading response header from upstream',
} as const

/** Upstreams as nginx prints them behind a unix socket. */
export const SOCKET_UPSTREAM = 'http://unix:/run/shop/shop.sock:/checkout'

/** nginx's error log as the prober read it, back to the window's beginning. */
export function errorLog(lines: string[] = [], meta: JsonObject = {}): Capture {
  return capture('log', lines.map((line) => `${line}\n`).join(''), {
    startedAt: clock(0.5).toISOString(),
    meta: {
      path: '/var/log/nginx/error.log',
      held: 'yes',
      moved: false,
      reached: true,
      records: lines.length,
      full: false,
      gaps: [],
      left: [],
      zone_minutes: 0,
      zone_from: 'env',
      zone_sure: true,
      ...meta,
    },
  })
}

interface Access {
  at?: Date
  status?: number
  path?: string
  host?: string
  agent?: string
}

/** A line in the log_format `$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent"`. */
export function accessLine({ at = NOW, status = 200, path = '/checkout', host, agent }: Access = {}): string {
  const time = at.toISOString().replace(/\.\d+Z$/, '+00:00')
  return `10.0.0.9 ${host ?? 'shop.example.com'} [${time}] "GET ${path} HTTP/1.1" ${status} 157 "${agent ?? 'Mozilla/5.0'}"`
}

/** So many of the same, one a second, the last one `until` seconds from the beginning of the walk. */
export const accessLines = (count: number, until: number, line: Access = {}): string[] =>
  Array.from({ length: count }, (_, i) => accessLine({ ...line, at: clock(until - count + 1 + i) }))

export const OWN_LINE = accessLine({ agent: 'triage502/0.1.0' })

export function accessLog(lines: string[], meta: JsonObject = {}): Capture {
  const out = [...lines, OWN_LINE].map((line) => `${line}\n`).join('')
  return capture('log', out, {
    startedAt: clock(0.6).toISOString(),
    meta: {
      path: '/var/log/nginx/access.log',
      held: 'yes',
      moved: false,
      reached: true,
      records: lines.length + 1,
      full: false,
      gaps: [],
      left: [],
      ...meta,
    },
  })
}

/** A line of `ss -ltnpH`; without a pid as an ordinary user sees other users' sockets. */
export function tcp(address: string, port: number, program = '', pid = 0, waiting = 0): string {
  const peer = address.includes(':') ? '[::]:*' : '0.0.0.0:*'
  const local = address.includes(':') ? `[${address}]` : address
  const users = pid === 0 ? '' : ` users:(("${program}",pid=${pid},fd=21))`
  return `LISTEN ${waiting}      511    ${local}:${port} ${peer}${users}`
}

export const NGINX_SOCKET =
  'LISTEN 0      511    0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=813,fd=6),("nginx",pid=812,fd=6))'

export const ss = (...lines: string[]): Capture =>
  capture('run', lines.map((line) => `${line}\n`).join(''), { argv: ['ss', '-ltnpH'] })

/** `ss -lxnpH` */
export const unixSockets = (...sockets: { path: string; pid: number; program?: string }[]): Capture =>
  capture(
    'run',
    ['/run/systemd/notify', ...sockets]
      .map((socket) =>
        typeof socket === 'string'
          ? `u_str LISTEN 0      128    ${socket} 11516 * 0 users:(("systemd",pid=1,fd=30))\n`
          : `u_str LISTEN 0      128    ${socket.path} 84516 * 0 users:(("${socket.program ?? 'node'}",pid=${socket.pid},fd=11))\n`,
      )
      .join(''),
    { argv: ['ss', '-lxnpH'] },
  )

const unix = (at: Date | null): string => (at === null ? '' : `@${Math.floor(at.getTime() / 1000)}`)

export interface UnitState {
  id?: string
  load?: string
  active?: string
  sub?: string
  result?: string
  /** 1 exited, 2 killed */
  code?: number
  status?: number
  pid?: number
  restarts?: number
  file?: string
  started?: Date | null
  ended?: Date | null
}

/** `systemctl show UNIT -p … --timestamp=unix` */
export function unitState(unit: UnitState = {}): Capture {
  const active = unit.active ?? 'active'
  const started = unit.started === undefined ? clock(-3600) : unit.started
  const ended = unit.ended === undefined ? null : unit.ended
  return capture(
    'run',
    `Restart=no
MainPID=${unit.pid ?? 0}
Result=${unit.result ?? 'success'}
NRestarts=${unit.restarts ?? 0}
ExecMainStartTimestamp=${unix(started)}
ExecMainExitTimestamp=${unix(ended)}
ExecMainCode=${unit.code ?? 0}
ExecMainStatus=${unit.status ?? 0}
MemoryCurrent=[not set]
MemoryMax=infinity
LimitNOFILE=524288
Id=${unit.id ?? 'shop.service'}
LoadState=${unit.load ?? 'loaded'}
ActiveState=${active}
SubState=${unit.sub ?? (active === 'active' ? 'running' : active)}
FragmentPath=/etc/systemd/system/${unit.id ?? 'shop.service'}
UnitFileState=${unit.file ?? 'enabled'}
ActiveEnterTimestamp=${unix(started)}
InactiveEnterTimestamp=${unix(ended)}
NeedDaemonReload=no
`,
    { argv: ['systemctl', 'show', unit.id ?? 'shop.service'] },
  )
}

/** `systemctl show -p UserspaceTimestamp --timestamp=unix` */
export const booted = (at: Date): Capture =>
  capture('run', `UserspaceTimestamp=${unix(at)}\n`, { argv: ['systemctl', 'show', '-p', 'UserspaceTimestamp'] })

/** `systemctl show UNIT -p Id,LoadState,User,…` */
export function unitSettings(settings: { [key: string]: string } = {}): Capture {
  const all = {
    ...{ Id: 'shop.service', LoadState: 'loaded', User: 'shop', WorkingDirectory: '/srv/shop' },
    ...{ ExecStart: '{ path=/usr/bin/node ; argv[]=/usr/bin/node server.js ; ignore_errors=no }' },
    ...{ FragmentPath: '/etc/systemd/system/shop.service', NeedDaemonReload: 'no', Triggers: '', TriggeredBy: '' },
    ...settings,
  }
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`)
  return capture('run', lines.join(''), { argv: ['systemctl', 'show', all.Id] })
}

interface Said {
  at: Date
  says: string
  /** systemd says it, not the unit itself. */
  manager?: boolean
  run?: string
}

/** `journalctl -u UNIT -o json`: the fields that matter, one entry a line. */
export function journal(entries: Said[], unit = 'shop.service', more: Partial<Capture> = {}): Capture {
  const lines = entries.map(({ at, says, manager = false, run = '730a0640' }) => {
    const common = { __REALTIME_TIMESTAMP: String(at.getTime() * 1000), MESSAGE: says, PRIORITY: '6' }
    return JSON.stringify(
      manager
        ? { ...common, UNIT: unit, INVOCATION_ID: run, SYSLOG_IDENTIFIER: 'systemd' }
        : { ...common, _SYSTEMD_UNIT: unit, _SYSTEMD_INVOCATION_ID: run, SYSLOG_IDENTIFIER: 'node' },
    )
  })
  return capture('run', lines.map((line) => `${line}\n`).join(''), {
    argv: ['journalctl', '-u', unit, '-o', 'json', '-n', '500', '--no-pager'],
    ...more,
  })
}

export const started = (at: Date, run = '730a0640'): Said => ({
  at,
  says: 'Started shop.service - Shop.',
  manager: true,
  run,
})
export const exited = (at: Date, how = 'code=exited, status=1/FAILURE', run = '730a0640'): Said[] => [
  { at, says: `shop.service: Main process exited, ${how}`, manager: true, run },
  { at, says: "shop.service: Failed with result 'exit-code'.", manager: true, run },
]
export const stoppedInOrder = (at: Date): Said[] => [
  { at, says: 'Stopping shop.service - Shop...', manager: true },
  { at, says: 'shop.service: Deactivated successfully.', manager: true },
  { at, says: 'Stopped shop.service - Shop.', manager: true },
]

const OOM = (pid: number, program: string, cgroup: string): string[] => [
  `${program} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${cgroup},task_memcg=${cgroup},task=${program},pid=${pid},uid=0`,
  `Memory cgroup out of memory: Killed process ${pid} (${program}) total-vm:1199484kB, anon-rss:151600kB, file-rss:44288kB, shmem-rss:0kB, UID:0 pgtables:1196kB oom_score_adj:0`,
]

interface Kill {
  at: Date
  pid?: number
  program?: string
  cgroup?: string
}

const kernelLines = (kills: Kill[]): { at: Date; says: string }[] => [
  { at: clock(-50_000), says: 'EXT4-fs (vda1): mounted filesystem with ordered data mode.' },
  ...kills.flatMap(({ at, pid = 4242, program = 'node', cgroup = '/system.slice/shop.service' }) =>
    OOM(pid, program, cgroup).map((says) => ({ at, says })),
  ),
]

/** `journalctl -k -o json` */
export const kernelJournal = (...kills: Kill[]): Capture =>
  capture(
    'run',
    kernelLines(kills)
      .map(({ at, says }) =>
        JSON.stringify({ __REALTIME_TIMESTAMP: String(at.getTime() * 1000), MESSAGE: says, _TRANSPORT: 'kernel' }),
      )
      .map((line) => `${line}\n`)
      .join(''),
    { argv: ['journalctl', '-k', '-o', 'json'] },
  )

/** `dmesg --time-format iso` */
export const dmesg = (...kills: Kill[]): Capture =>
  capture(
    'run',
    kernelLines(kills)
      .map(({ at, says }) => `${at.toISOString().replace(/\.(\d{3})Z$/, ',$1000+00:00')} ${says}\n`)
      .join(''),
    { argv: ['dmesg', '--time-format', 'iso'] },
  )
