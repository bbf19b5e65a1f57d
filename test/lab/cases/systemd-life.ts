import type { BoxCase } from '../case.ts'
import { NODE, serviceText } from '../systemd/shop.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  confidence: 'confirmed',
} as const
const down = { ...failing, shape: 'unreachable' } as const
const start = { ...down, cause: 'crash-on-start' } as const

const SHOP = `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`
const socketText = (lines: string) =>
  `[Unit]\nDescription=The shop's socket\n[Socket]\n${lines}\n[Install]\nWantedBy=sockets.target\n`

/** Stopped, masked, not enabled, behind a socket unit: supervised, and not running. */
export const LIFE_CASES: readonly BoxCase[] = [
  {
    name: 'systemd-not-enabled',
    says: 'the unit ran, was never enabled, and the machine was booted since',
    truth: { ...down, cause: 'not-enabled', cites: ['booted', 'not enabled'] },

    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.box.restart()
      await shop.until(async () => (await shop.ask()) === 502, 'nginx is up again')
    },
  },
  {
    name: 'systemd-masked',
    says: 'somebody masked the unit and stopped it',
    truth: { ...down, cause: 'process-down', cites: ['masked'] },

    async inBox(shop) {
      // Before it was masked it ran from the package's folder, as shipped units do.
      await shop.box.write('/usr/lib/systemd/system/shop.service', serviceText(SHOP))
      await shop.ok('systemctl', 'daemon-reload')
      await shop.ok('systemctl', 'start', 'shop')
      await shop.listens(3000)
      await shop.ok('systemctl', 'mask', '--now', 'shop')
    },
  },
  {
    name: 'systemd-stopped-disabled',
    says: 'somebody stopped and disabled the unit just now',
    truth: { ...down, cause: 'process-down', cites: ['shop.service is stopped'] },

    async inBox(shop) {
      await shop.service(SHOP, { start: false })
      await shop.ok('systemctl', 'enable', '--now', 'shop')
      await shop.listens(3000)
      await shop.ok('systemctl', 'disable', '--now', 'shop')
    },
  },
  {
    name: 'systemd-socket-failed',
    says: 'the unit behind the socket unit cannot start, and the socket gave up with it',
    truth: { ...start, cites: ['shop.socket failed', 'not-deployed'] },

    async inBox(shop) {
      await shop.box.units({
        'shop.socket': socketText('ListenStream=127.0.0.1:3000'),
        'shop.service': serviceText(`ExecStart=${NODE} /srv/shop/not-deployed.js`),
      })
      await shop.ok('systemctl', 'start', 'shop.socket')
      for (let request = 0; request < 8; request++) await shop.ask()
      await shop.isNow('failed', 'shop.socket')
    },
  },
  {
    name: 'systemd-socket-stopped',
    says: 'the socket unit is stopped, and nothing starts the service',
    truth: { ...down, cause: 'process-down', cites: ['shop.socket is stopped'] },

    async inBox(shop) {
      await shop.box.units({
        'shop.socket': socketText('ListenStream=127.0.0.1:3000'),
        'shop.service': serviceText(`ExecStart=${NODE} /srv/shop/activated.js`),
      })
      await shop.ok('systemctl', 'start', 'shop.socket')
      await shop.listens(3000)
      await shop.ok('systemctl', 'stop', 'shop.socket', 'shop.service')
    },
  },
  {
    name: 'systemd-start-limit',
    says: 'it ended too often without a word, and systemd gave up',
    truth: { ...down, cause: 'crash-loop', confidence: 'likely', cites: ['started 5 times'] },

    async inBox(shop) {
      await shop.service(
        `Environment=PORT=3000\nExecStart=/bin/sh -c 'sleep 0.2; exit 3'\nRestart=always\nRestartSec=100ms`,
      )
      await shop.isNow('failed')
    },
  },
]
