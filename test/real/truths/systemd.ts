import type { Truth } from '../truths.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  confidence: 'confirmed',
} as const
const down = { ...failing, shape: 'unreachable' } as const
const start = { ...down, cause: 'crash-on-start' } as const
const died = { ...failing, cause: 'crashed-mid-response', shape: 'reset' } as const
const taken = { ...failing, bornAt: undefined, cause: 'port-in-use' } as const

/** By the name of the case; `test/real/cases/systemd.ts` makes each of them happen. */
export const BOX_TRUTHS: Record<string, Truth> = {
  'systemd-no-user': { ...start, cites: ['shopkeeper', '217'] },
  'systemd-no-folder': { ...start, cites: ['/srv/shop-v2', '200'] },
  'systemd-not-executable': { ...start, cites: ['/srv/shop/start.sh', 'may not be executed'] },
  'systemd-no-environment-file': { ...start, cites: ['/etc/shop/shop.env'] },
  'systemd-syntax-error': { ...start, cites: ['does not parse'] },
  'systemd-own-words': { ...start, cites: ['no catalogue found'] },
  'systemd-old-path': { ...start, cites: ['/srv/shop/releases/41/bin/shop', '203'] },
  'systemd-no-output': { ...start, cites: ['STDOUT'] },
  'systemd-log-denied': { ...start, cites: ['www-data', '/var/log/shop/app.log'] },
  'systemd-no-restart': { ...down, cause: 'process-down', cites: ['ended by itself', 'status 1', 'basket'] },
  'systemd-port-in-use': { ...taken, cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },
  'systemd-port-in-use-garbage': { ...taken, shape: 'garbage', cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },
  'systemd-port-in-use-wrong-site': { ...taken, cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },
  // The older unit is named like the site too: that the answer is not the application's own is not certain.
  'systemd-port-in-use-twice': {
    ...taken,
    confidence: 'likely',
    cites: ['shop.service', 'shop-old.service', 'EADDRINUSE'],
  },
  // Nobody holds it any more.
  'systemd-port-was-taken': {
    ...down,
    cause: 'port-in-use',
    confidence: 'likely',
    cites: ['EADDRINUSE', 'nobody listens there now'],
  },
  'systemd-crash-beside-stranger': { ...start, cites: ['not-deployed', 'belongs to no unit'] },
  'systemd-not-enabled': { ...down, cause: 'not-enabled', cites: ['booted', 'not enabled'] },
  'systemd-masked': { ...down, cause: 'process-down', cites: ['masked'] },
  'systemd-stopped-disabled': { ...down, cause: 'process-down', cites: ['shop.service is stopped'] },
  'systemd-socket-failed': { ...start, cites: ['shop.socket failed', 'not-deployed'] },
  'systemd-socket-stopped': { ...down, cause: 'process-down', cites: ['shop.socket is stopped'] },
  'systemd-start-limit': { ...down, cause: 'crash-loop', confidence: 'likely', cites: ['started 5 times'] },
  'systemd-abort': { ...died, cites: ['signal ABRT'] },
  'systemd-segfault': { ...died, cites: ['signal SEGV'] },
  'systemd-throws': { ...died, cites: ['status 1', 'basket'] },
  'systemd-abort-slow': { ...died, cites: ['signal ABRT'] },
  'systemd-warming-up': { ...down, cause: 'not-ready', cites: ['does not listen yet'] },
  'systemd-starting': { ...down, cause: 'not-ready', cites: ['is starting'] },
  'systemd-came-up': { ...failing, state: 'recovered', cause: 'recovered', cites: ['came up while we looked'] },
  'systemd-restarted': {
    ...failing,
    state: 'recovered',
    bornAt: undefined,
    cause: 'recovered',
    cites: ['was restarted'],
  },
  'systemd-worker-oom': { ...failing, cause: 'oom-killed', shape: 'reset', cites: ['for memory'] },
  'systemd-oom-again': { ...down, cause: 'oom-killed', cites: ['for memory', 'shop.service'] },
  // Nobody supervised it: that it was the application is likely.
  'oom-killed-bare': { ...down, cause: 'oom-killed', confidence: 'likely', cites: ['for memory', 'just before'] },
  'systemd-slice-oom': { ...down, cause: 'oom-killed', cites: ['for memory', 'shop.service'] },
}
