import type { Truth } from '../truths.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const sometimes = { outcome: 'diagnosed', state: 'intermittent' } as const

/** What the cases of pools must be told as. */
export const POOL_TRUTHS = {
  'pool-healthy': { outcome: 'healthy', state: 'well', cause: null },
  'pool-one-down': { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000 refuses'] },
  'pool-one-down-quiet': { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000 refuses'] },
  'pool-one-down-felt': {
    ...sometimes,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.1:3000', 'of 8 requests failed'],
  },
  'pool-one-down-held': {
    ...sometimes,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.1:3000 refuses', '1 of 6 requests', 'next_upstream is off'],
  },
  'pool-one-slow': {
    ...sometimes,
    cause: 'slow-app',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'slow',
    cites: ['127.0.0.1:3000', '1000 ms'],
  },
  'pool-one-slow-unfelt': { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },
  'pool-one-answers-502': {
    ...sometimes,
    cause: 'app-error',
    place: ['app'],
    bornAt: 'app',
    cites: ['127.0.0.1:3000 answers 502 itself', 'of 8 requests failed'],
  },
  'pool-one-closes': {
    ...sometimes,
    cause: 'truncated-response',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'reset',
    cites: ['127.0.0.1:3000'],
  },
  'pool-all-down': {
    ...failing,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.1:3000', '127.0.0.1:3001', 'connect-refused'],
  },
  'pool-held-for-down': {
    ...failing,
    cause: 'no-healthy-upstream',
    place: ['proxy'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.1:3000', '127.0.0.1:3001'],
  },
  'no-live-localhost': {
    ...failing,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['3000'],
  },
} satisfies Record<string, Truth>

const atName = { ...failing, place: ['proxy'], bornAt: 'proxy' } as const

/** What the cases of names must be told as. */
export const NAME_TRUTHS = {
  'no-such-name': {
    ...atName,
    place: ['proxy'],
    cause: 'dns-failure',
    shape: 'unreachable',
    cites: ['shop.internal', '127.0.0.1:5353', 'NXDOMAIN', 'hosts file'],
  },
  'resolver-silent': {
    ...atName,
    place: ['proxy'],
    cause: 'dns-failure',
    shape: 'unreachable',
    cites: ['shop.internal', '127.0.0.1:5353 does not answer'],
  },
  'resolver-down': {
    ...atName,
    place: ['proxy'],
    cause: 'dns-failure',
    shape: 'unreachable',
    cites: ['shop.internal', '127.0.0.1:5353'],
  },
  'no-resolver': {
    ...atName,
    place: ['proxy'],
    cause: 'proxy-config',
    shape: 'none',
    cites: ['shop.internal', 'nginx.conf:'],
  },
  'resolver-not-loaded': {
    ...atName,
    place: ['proxy'],
    cause: 'config-not-loaded',
    cites: ['127.0.0.1:5353', 'nginx.conf'],
  },
  'host-not-found': {
    ...failing,
    cause: 'proxy-down',
    place: ['proxy'],
    shape: 'unreachable',
    cites: ['host not found in upstream', 'shop.internal', 'nginx.conf:'],
  },
  'host-not-found-unlogged': {
    ...failing,
    cause: 'proxy-down',
    place: ['proxy'],
    shape: 'unreachable',
    cites: ['shop.internal', '8080'],
  },
  'stale-address': {
    ...atName,
    place: ['proxy'],
    cause: 'stale-address',
    shape: 'unreachable',
    cites: ['127.0.0.2', '127.0.0.3', 'shop.internal'],
  },
  'stale-address-dns': {
    ...atName,
    place: ['proxy'],
    cause: 'stale-address',
    shape: 'unreachable',
    cites: ['127.0.0.2', '127.0.0.3', 'shop.internal'],
  },
  'down-behind-a-name': {
    ...failing,
    cause: 'process-down',
    place: ['app'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: ['127.0.0.2:3000'],
  },
} satisfies Record<string, Truth>

const byProxy = { ...failing, place: ['proxy'], bornAt: 'proxy' }

/** What the cases of files and what runs must be told as. */
export const LOADING_TRUTHS = {
  'reload-refused': {
    ...byProxy,
    cause: 'config-not-loaded',
    cites: ['nginx.conf', 'proxy_read_timeoutt', '127.0.0.1:3000'],
  },
  'limit-not-loaded': { ...byProxy, cause: 'config-not-loaded', shape: 'slow', cites: ['30000 ms', 'nginx.conf'] },
  'maintenance-not-loaded': { ...byProxy, cause: 'config-not-loaded', shape: 'none', cites: ['503', 'nginx.conf'] },
  'rewrite-loop': {
    ...byProxy,
    cause: 'proxy-config',
    shape: 'none',
    cites: ['rewrite or internal redirection cycle'],
  },
  'bind-address': { ...byProxy, cause: 'proxy-config', shape: 'none', cites: ['192.0.2.1'] },
} satisfies Record<string, Truth>
