import {
  answered,
  clock,
  DROPPED,
  EMPTY,
  exchange,
  nginxPage,
  REFUSED,
  SILENT,
  SSH,
  samples,
  TRUNCATED,
} from './http.ts'
import {
  candidates,
  destination,
  gatewayProcess,
  place,
  processInfo,
  socketMissing,
  socketThere,
  units,
} from './looks.ts'
import {
  accessLine,
  accessLines,
  accessLog,
  errorLine,
  errorLog,
  exited,
  journal,
  kernelJournal,
  MESSAGES,
  NGINX_SOCKET,
  SOCKET_UPSTREAM,
  ss,
  started,
  stoppedInOrder,
  tcp,
  unitState,
  unixSockets,
} from './text.ts'
import { config, type World } from './world.ts'

export * from './pool-faults.ts'

// One world for each fault: what every look gives while it lasts, as the real faults of test/lab show it.

const page = (status: number, ms?: number) => exchange(nginxPage(status, ms))
const pages = (status: number) => samples(nginxPage(status))
const log = (message: string, upstream?: string) => errorLog([errorLine(message, upstream ? { upstream } : {})])

/** nginx refused; nothing on the port; nobody knows the application. */
export const DOWN: Partial<World> = {
  request: page(502),
  samples: pages(502),
  errorLog: log(MESSAGES.refused),
  listeners: ss(NGINX_SOCKET),
  direct: exchange(REFUSED),
}

/** It listens on ::1, and nginx sends to 127.0.0.1. */
export const WRONG_INTERFACE: Partial<World> = {
  ...DOWN,
  listeners: ss(NGINX_SOCKET, tcp('::1', 3000, 'node', 4242)),
}

/** The application, tied to the site by its folder, answers on 3001. */
export const WRONG_PORT: Partial<World> = {
  ...DOWN,
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3001, 'node', 4242)),
  candidates: candidates([{ pid: 4242, port: 3001, ties: ['folder shop'], status: 200 }]),
}

const FAILED = { active: 'failed', result: 'exit-code', code: 1, status: 1, ended: clock(-30), started: clock(-31) }

/** Its unit failed, with the reason in its journal. */
export const CRASH: Partial<World> = {
  ...DOWN,
  units: units([{ unit: 'shop.service' }]),
  unit: unitState(FAILED),
  journal: journal([
    started(clock(-31)),
    { at: clock(-30), says: "Error: Cannot find module 'express'" },
    { at: clock(-30), says: 'Node.js v24.21.0' },
    ...exited(clock(-30)),
  ]),
}

/** Its unit was stopped in order. */
export const STOPPED: Partial<World> = {
  ...DOWN,
  units: units([{ unit: 'shop.service', active: 'inactive' }]),
  unit: unitState({ active: 'inactive', sub: 'dead', code: 1, status: 0, ended: clock(-30) }),
  journal: journal([
    started(clock(-3600)),
    { at: clock(-3599), says: 'listening on http://127.0.0.1:3000' },
    ...stoppedInOrder(clock(-30)),
  ]),
}

/** The kernel killed it for memory. */
export const OOM: Partial<World> = {
  ...DOWN,
  units: units([{ unit: 'shop.service' }]),
  unit: unitState({ active: 'failed', result: 'oom-kill', code: 2, status: 9, ended: clock(-30) }),
  kernelJournal: kernelJournal({ at: clock(-30.2) }),
}

/** Restarted over and over without a word. */
export const LOOP: Partial<World> = {
  ...DOWN,
  units: units([{ unit: 'shop.service', active: 'activating' }]),
  unit: unitState({ ...FAILED, active: 'activating', sub: 'auto-restart', restarts: 7 }),
  journal: journal(
    [1, 2, 3, 4].flatMap((n) => [
      started(clock(-40 + n * 4), `run${n}`),
      { at: clock(-39 + n * 4), says: 'bye', run: `run${n}` },
      ...exited(clock(-38 + n * 4), undefined, `run${n}`),
    ]),
  ),
}

/** It runs and listens nowhere. */
export const NOT_READY: Partial<World> = {
  ...DOWN,
  units: units([{ unit: 'shop.service', active: 'active' }]),
  unit: unitState({ pid: 4242, started: clock(-5) }),
  listeners: ss(NGINX_SOCKET),
}

const ON_SOCKET = config('location / { proxy_pass http://unix:/run/shop/shop.sock; }')

/** The socket that nginx is sent to is not there. */
export const SOCKET_MISSING: Partial<World> = {
  request: page(502),
  samples: pages(502),
  config: ON_SOCKET,
  errorLog: log(MESSAGES.socketMissing, SOCKET_UPSTREAM),
  path: socketMissing(),
  unixSockets: unixSockets(),
}

/** The worker may not write to it. */
export const SOCKET_DENIED: Partial<World> = {
  request: page(502),
  samples: pages(502),
  config: ON_SOCKET,
  errorLog: log(MESSAGES.socketDenied, SOCKET_UPSTREAM),
  path: socketThere({ group: 'shop', gid: 1001 }),
}

/** The file is left over from a process that is gone. */
export const SOCKET_STALE: Partial<World> = {
  request: page(502),
  samples: pages(502),
  config: ON_SOCKET,
  errorLog: log(MESSAGES.socketRefused, SOCKET_UPSTREAM),
  unixSockets: unixSockets(),
}

/** It answers after 40 s; nginx gives up after 30. */
export const SLOW: Partial<World> = {
  request: page(504, 30_004),
  samples: pages(504),
  errorLog: errorLog([errorLine(MESSAGES.readTimeout, { at: clock(30) })]),
  direct: exchange(answered(200, 'ok', { ms: 40_012, firstByte: 40_010 })),
}

/** Stopped (state T): takes connections, answers nobody. */
export const HUNG: Partial<World> = {
  ...SLOW,
  direct: exchange(SILENT),
  process: processInfo({ state: 'T' }),
}

/** One thread at 100 %. */
export const SPINS: Partial<World> = {
  ...SLOW,
  direct: exchange(SILENT),
  process: processInfo({ state: 'R', cpu: 1000 }),
}

/** Closes without an answer, and lives. */
export const CLOSES: Partial<World> = {
  request: page(502),
  samples: pages(502),
  errorLog: log(MESSAGES.closed),
  direct: exchange(EMPTY),
}

/** Cuts its answer in the middle, and lives. */
export const CUTS: Partial<World> = {
  request: exchange(TRUNCATED),
  samples: samples(TRUNCATED),
  errorLog: log(MESSAGES.cutInBody),
  direct: exchange(TRUNCATED),
}

/** Dies on the request; its supervisor starts it again. */
export const CRASHES: Partial<World> = { ...CLOSES, process: processInfo({ started: clock(0.3) }) }

/** Speaks TLS where nginx speaks plain HTTP. */
export const SPEAKS_TLS: Partial<World> = {
  ...CLOSES,
  tls: exchange(answered(200, 'hello', { tls: 2 })),
}

/** An sshd on the application's port. */
export const NOT_HTTP: Partial<World> = {
  request: exchange(SSH),
  samples: samples(SSH),
  errorLog: log(MESSAGES.notHttp),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'sshd', 700)),
  direct: exchange(SSH),
}

/** The application itself answers 502; nginx passes it on. */
export const APP_ERROR: Partial<World> = {
  request: exchange(answered(502, 'the payment service is down', {}, true)),
  samples: samples(answered(502, 'the payment service is down', {}, true)),
  direct: exchange(answered(502, 'the payment service is down')),
}

/** A maintenance page. */
export const MAINTENANCE: Partial<World> = {
  request: page(503),
  samples: pages(503),
  config: config('location / { return 503; }'),
}

/** The file on disk names another upstream than the nginx that runs. */
export const STALE_CONFIG: Partial<World> = {
  ...DOWN,
  config: config('location / { proxy_pass http://127.0.0.1:4000; }', { changed: clock(-60) }),
}

/** No packet comes back from the upstream's machine. */
export const DROPPED_UPSTREAM: Partial<World> = {
  request: page(504, 60_010),
  samples: pages(504),
  config: config('location / { proxy_pass http://10.0.0.7:3000; }'),
  place: place(['10.0.0.7']),
  listeners: ss(NGINX_SOCKET),
  errorLog: errorLog([
    errorLine(MESSAGES.connectTimeout, { at: clock(60), upstream: 'http://10.0.0.7:3000/checkout' }),
  ]),
  direct: exchange(DROPPED),
}

/** It failed a while ago and answers well now. */
export const RECOVERED: Partial<World> = {
  errorLog: errorLog([
    errorLine(MESSAGES.refused, { at: clock(-310), connection: 5, client: '10.0.0.9' }),
    errorLine(MESSAGES.refused, { at: clock(-300), connection: 6, client: '10.0.0.9' }),
  ]),
  accessLog: accessLog([
    ...accessLines(10, -320),
    accessLine({ at: clock(-310), status: 502 }),
    accessLine({ at: clock(-300), status: 502 }),
    ...accessLines(10, -5),
  ]),
}

/** nginx itself is down. */
export const PROXY_DOWN: Partial<World> = {
  destination: destination({ listening: false, bound: '' }, null),
  gateway: gatewayProcess(),
  request: exchange({ ...REFUSED, errormsg: 'connect to 10.0.0.5 port 80 failed: Connection refused' }),
  samples: samples(REFUSED),
  gatewayUnit: unitState({
    id: 'nginx.service',
    active: 'failed',
    result: 'exit-code',
    code: 1,
    status: 1,
    ended: clock(-60),
  }),
  errorLog: errorLog([]),
}

export * from './faults-way.ts'
