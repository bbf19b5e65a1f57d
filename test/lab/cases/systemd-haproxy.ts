import type { BoxCase } from '../case.ts'
import { NODE } from '../systemd/shop.ts'

const SHOP = `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`
const SITE = `frontend web
    bind 127.0.0.1:8080
    default_backend shop
backend shop`

/** Debian's HAProxy under systemd, as its package sets it up. */
export const SYSTEMD_HAPROXY_CASES: readonly BoxCase[] = [
  {
    name: 'systemd-haproxy-crash',
    says: 'the unit behind HAProxy failed for a missing module; HAProxy logs to the journal',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'crash-on-start',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      confidence: 'confirmed',
      cites: ['shop.service', 'not-there-at-all', 'SC--'],
    },
    async inBox(shop) {
      await shop.box.write('/srv/shop/crashes.js', "require('./not-there-at-all')")
      await shop.service(`Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} crashes.js`)
      await shop.isNow('failed')
      await shop.haproxy(`${SITE}\n    server app1 127.0.0.1:3000`)
      await shop.listens(8080)
    },
  },
  {
    name: 'systemd-haproxy-well',
    says: 'nothing is wrong behind HAProxy, whose log is the journal',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.haproxy(`${SITE}\n    server app1 127.0.0.1:3000 check`)
      await shop.listens(8080)
    },
  },
  {
    name: 'systemd-haproxy-refused',
    says: 'HAProxy refuses its configuration and does not start',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'proxy-down',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['haproxy.service', 'haproxy.cfg'],
    },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.haproxy(`${SITE}\n    serverr app1 127.0.0.1:3000`)
      await shop.isNow('failed', 'haproxy.service')
    },
  },
]
