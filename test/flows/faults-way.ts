import {
  answered,
  clock,
  DROPPED,
  EMPTY,
  exchange,
  NO_ROUTE,
  NOT_TLS,
  nginxPage,
  RESET,
  SILENT,
  samples,
  TLS_ALERT,
  UNTRUSTED,
} from './http.ts'
import { place } from './looks.ts'
import { neighbour, rules, workers } from './packets.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, processLine, ss, tcp } from './text.ts'
import { ALERT, certificate, TAKEN, tlsOffer } from './tls-hellos.ts'
import { config, type World } from './world.ts'

// Faults on nginx's way to its upstream, as the real ones of test/lab/cases show them.

const page = (status: number) => ({ request: exchange(nginxPage(status)), samples: samples(nginxPage(status)) })
const HTTPS = 'https://127.0.0.1:3000/checkout'
const secure = (message: string) =>
  errorLog([errorLine(`${message} while SSL handshaking to upstream`, { upstream: HTTPS })])

const OVER_TLS = config('location / { proxy_pass https://127.0.0.1:3000; proxy_set_header Host app.internal; }')
const VERIFIED = config(
  'location / { proxy_pass https://127.0.0.1:3000; proxy_ssl_verify on; proxy_ssl_name app.internal; proxy_ssl_trusted_certificate /etc/nginx/ca.pem; }',
)

/** nginx speaks TLS to what speaks plain HTTP. */
export const TLS_TO_PLAIN: Partial<World> = {
  ...page(502),
  config: OVER_TLS,
  errorLog: secure('SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)'),
  direct: exchange(NOT_TLS),
}

/** The upstream wants a server name, and nginx sends none. */
export const NO_SNI: Partial<World> = {
  ...page(502),
  config: OVER_TLS,
  errorLog: secure(
    'SSL_do_handshake() failed (SSL: error:0A000458:SSL routines::tlsv1 unrecognized name:SSL alert number 112)',
  ),
  direct: exchange(TLS_ALERT),
  plain: exchange(EMPTY),
  tlsOffer: tlsOffer([
    { change: '', ...ALERT },
    { change: 'name', name: 'app.internal', ...TAKEN },
  ]),
}

/** No version is shared. */
export const NO_VERSION: Partial<World> = {
  ...NO_SNI,
  errorLog: secure(
    'SSL_do_handshake() failed (SSL: error:0A00042E:SSL routines::tlsv1 alert protocol version:SSL alert number 70)',
  ),
  tlsOffer: tlsOffer([
    { change: '', ...ALERT },
    { change: 'name', name: 'app.internal', ...ALERT },
    { change: 'protocols', name: '', ...TAKEN },
  ]),
}

/** The certificate ended on 1 November. */
export const CERT_EXPIRED: Partial<World> = {
  ...page(502),
  config: VERIFIED,
  errorLog: secure('upstream SSL certificate verify error: (10:certificate has expired)'),
  direct: exchange(UNTRUSTED),
  tlsOffer: tlsOffer([{ change: '', ...TAKEN, certificate: certificate({ to: 'Nov  1 00:00:00 2026 GMT' }) }]),
}

/** It is for another name. */
export const CERT_NAME: Partial<World> = {
  ...CERT_EXPIRED,
  errorLog: secure('upstream SSL certificate does not match "app.internal"'),
  tlsOffer: tlsOffer([{ change: '', ...TAKEN, certificate: certificate({ names: ['old.internal'], fits: false }) }]),
}

const sent = (message: string) => errorLog([errorLine(`${message} while reading response header from upstream`)])

/** Twelve kilobytes of head for four of buffer. */
export const BIG_HEAD: Partial<World> = {
  ...page(502),
  errorLog: sent('upstream sent too big header'),
  direct: exchange(answered(200, 'ok', { headBytes: 12_187 })),
}

/** A header with a space in its name. */
export const BAD_HEAD: Partial<World> = {
  ...page(502),
  errorLog: sent('upstream sent invalid header: "X\\x20..."'),
}

/** Resets in the middle of its answer, and lives. */
export const RESETS_IN_BODY: Partial<World> = {
  ...page(502),
  errorLog: errorLog([errorLine('readv() failed (104: Connection reset by peer) while reading upstream')]),
  direct: exchange({ ...RESET, out: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf', status: 200, bodyBytes: 4 }),
}

/** The firewall here drops what is sent to the application, which listens. */
export const BLOCKED: Partial<World> = {
  ...page(504),
  errorLog: errorLog([errorLine(MESSAGES.connectTimeout)]),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242)),
  direct: exchange(DROPPED),
  firewall: rules('-A OUTPUT -p tcp -m tcp --dport 3000 -j DROP'),
}

/** It rejects it instead. */
export const REJECTED: Partial<World> = {
  ...BLOCKED,
  ...page(502),
  errorLog: errorLog([errorLine(MESSAGES.noRoute)]),
  direct: exchange(NO_ROUTE),
  firewall: rules('-A OUTPUT -p tcp -m tcp --dport 3000 -j REJECT --reject-with icmp-admin-prohibited'),
}

const FAR = 'http://10.0.0.7:3000/checkout'

/** No machine has the address. */
export const HOST_DOWN: Partial<World> = {
  ...page(502),
  config: config('location / { proxy_pass http://10.0.0.7:3000; }'),
  place: place(['10.0.0.7']),
  errorLog: errorLog([errorLine(MESSAGES.noRoute, { upstream: FAR })]),
  direct: exchange(NO_ROUTE),
  neighbour: neighbour('FAILED'),
}

const own = (message: string) => errorLog([errorLine(message, { upstream: '' })])

/** nginx's own limit of requests refused us. */
export const LIMITED: Partial<World> = {
  ...page(503),
  config: config('location / { limit_req zone=shop burst=5; proxy_pass http://127.0.0.1:3000; }', {
    main: 'limit_req_zone $binary_remote_addr zone=shop:10m rate=10r/s;',
  }),
  errorLog: own('limiting requests, excess: 5.640 by zone "shop"'),
}

/** A worker has no file left for the upstream. */
export const NO_FILES: Partial<World> = {
  ...page(500),
  errorLog: errorLog([
    errorLine('socket() failed (24: Too many open files) while connecting to upstream', { level: 'alert' }),
  ]),
  workers: workers({ pid: 813, open: 1024, limit: 1024 }),
}

/** A worker has no file left for visitors either: nobody is taken in. */
export const NO_FILES_AT_ALL: Partial<World> = {
  ...NO_FILES,
  request: exchange(SILENT),
  samples: samples(SILENT),
  errorLog: errorLog([processLine('crit', 'accept4() failed (24: Too many open files)', clock(0))]),
}

/** A worker has no connection left for the upstream. */
export const NO_CONNECTIONS: Partial<World> = {
  ...page(500),
  errorLog: errorLog([
    errorLine('512 worker_connections are not enough while connecting to upstream', { level: 'alert' }),
  ]),
  workers: workers({ pid: 813, open: 517, limit: 65_536 }),
}

/** A worker closes on whoever comes. */
export const NO_CONNECTIONS_AT_ALL: Partial<World> = {
  ...NO_CONNECTIONS,
  request: exchange(EMPTY),
  samples: samples(EMPTY),
  errorLog: errorLog([processLine('alert', '512 worker_connections are not enough', clock(0))]),
}
