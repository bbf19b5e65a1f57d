import { answered, clock, exchange, nginxPage, REFUSED, samples } from './http.ts'
import { candidates } from './looks.ts'
import { members, namesNow, resolverSays } from './pools.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, type World } from './world.ts'

// Worlds of pools, names and files that were never loaded.

const page = (status: number, ms?: number) => exchange(nginxPage(status, ms))
const times = (count: number, bad = nginxPage(502)) =>
  samples(...Array.from({ length: 8 }, (_, i) => (i < count ? bad : answered(200, 'ok', {}, true))))

/** The configuration of a pool of two, which are not asked in each other's place unless told so. */
const poolConfig = (settings = 'proxy_next_upstream off;') =>
  config(`location / { proxy_pass http://shop_pool; ${settings} }`, {
    main: 'upstream shop_pool { server 127.0.0.1:3000; server 127.0.0.1:3001; }',
  })

const refusedBy = (port: number, more: Parameters<typeof errorLine>[1] = {}) =>
  errorLine(MESSAGES.refused, { upstream: `http://127.0.0.1:${port}/checkout`, ...more })
const FIRST = tcp('127.0.0.1', 3000, 'node', 4242)
const SECOND = tcp('127.0.0.1', 3001, 'node', 4243)

/** The first of two is down, and half of the requests fail. */
export const POOL_ONE_DOWN: Partial<World> = {
  request: page(502),
  config: poolConfig(),
  errorLog: errorLog([refusedBy(3000)]),
  count: times(4),
  members: members({ '127.0.0.1:3000': REFUSED }),
  listeners: ss(NGINX_SOCKET, SECOND),
  direct: exchange(REFUSED),
}

/** The first of two answers 502 by itself. */
export const POOL_ONE_502: Partial<World> = {
  request: exchange(answered(502, 'the till is closed', {}, true)),
  config: poolConfig(''),
  count: times(4, answered(502, 'the till is closed', {}, true)),
  members: members({ '127.0.0.1:3000': answered(502, 'the till is closed') }),
  listeners: ss(NGINX_SOCKET, FIRST, SECOND),
  direct: exchange(answered(502, 'the till is closed')),
}

const NO_LIVE = 'no live upstreams while connecting to upstream'
const noLive = errorLine(NO_LIVE, { upstream: 'http://shop_pool/checkout' })
const earlier = { at: clock(-60), client: '10.0.0.9', connection: 4 }

/** Both are down, and nginx holds both for down. */
export const POOL_ALL_DOWN: Partial<World> = {
  request: page(502),
  config: poolConfig(''),
  errorLog: errorLog([refusedBy(3000, earlier), refusedBy(3001, earlier), noLive]),
  count: times(8),
  members: members({ '127.0.0.1:3000': REFUSED, '127.0.0.1:3001': REFUSED }),
  listeners: ss(NGINX_SOCKET),
  direct: exchange(REFUSED),
  candidates: candidates(),
}

/** Both are well again, and nginx does not ask them. */
export const HELD_FOR_DOWN: Partial<World> = {
  ...POOL_ALL_DOWN,
  members: members(),
  listeners: ss(NGINX_SOCKET, FIRST, SECOND),
  direct: exchange(answered(200)),
}

const atRunTime = (settings: string, changed = clock(-50_000)) =>
  config(`${settings} set $backend shop.internal; location / { proxy_pass http://$backend:3000; }`, { changed })
const nameless = (message: string) => errorLog([errorLine(message, { upstream: '' })])

/** nginx's resolver knows no such name; the machine's hosts file does. */
export const NO_SUCH_NAME: Partial<World> = {
  request: page(502),
  config: atRunTime('resolver 127.0.0.53;'),
  errorLog: nameless('shop.internal could not be resolved (3: Host not found)'),
  resolver: resolverSays({ '127.0.0.53:53': { status: 'NXDOMAIN' } }),
}

/** nginx's resolver never answers. */
export const RESOLVER_SILENT: Partial<World> = {
  ...NO_SUCH_NAME,
  errorLog: nameless('shop.internal could not be resolved (110: Operation timed out)'),
  resolver: resolverSays({ '127.0.0.53:53': { error: 'ETIMEOUT' } }),
  names: namesNow({ 'shop.internal': null }),
}

/** A name in a variable, and nobody to ask. */
export const NO_RESOLVER: Partial<World> = {
  request: page(502),
  config: atRunTime(''),
  errorLog: nameless('no resolver defined to resolve shop.internal'),
}

/** The resolver stands in the file by now. */
export const RESOLVER_NOT_LOADED: Partial<World> = {
  ...NO_RESOLVER,
  config: atRunTime('resolver 127.0.0.53;', clock(-60)),
}

/** The name has another address than nginx got at its start. */
export const STALE_ADDRESS: Partial<World> = {
  request: page(502),
  config: config('location / { proxy_pass http://shop.internal:3000; }'),
  errorLog: errorLog([errorLine(MESSAGES.refused, { upstream: 'http://10.0.0.7:3000/checkout' })]),
  names: namesNow({ 'shop.internal': ['10.0.0.8'] }),
  direct: exchange(answered(200)),
}

/** The file lets nginx wait thirty seconds; it waited one. */
export const LIMIT_NOT_LOADED: Partial<World> = {
  request: page(504, 1003),
  config: config('location / { proxy_pass http://127.0.0.1:3000; proxy_read_timeout 30s; }', { changed: clock(-60) }),
  errorLog: errorLog([errorLine(MESSAGES.readTimeout)]),
  direct: exchange(answered(200, 'ok', { ms: 3000 })),
}

/** The file sends on what nginx still answers by itself. */
export const MAINTENANCE_NOT_LOADED: Partial<World> = {
  request: page(503),
  config: config('location / { proxy_pass http://127.0.0.1:3000; }', { changed: clock(-60) }),
}

/** A rewrite that leads to itself. */
export const REWRITE_LOOP: Partial<World> = {
  request: page(500),
  errorLog: nameless('rewrite or internal redirection cycle while processing "/shop/shop/checkout"'),
}
