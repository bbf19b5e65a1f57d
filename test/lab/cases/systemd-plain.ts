import type { BoxCase } from '../case.ts'
import { NODE } from '../systemd/shop.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  shape: 'unreachable',
} as const
const start = { ...failing, cause: 'crash-on-start' } as const

const SHOP = `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`

/** What happens to units every day. */
export const PLAIN_CASES: readonly BoxCase[] = [
  {
    name: 'systemd-missing-module',
    says: 'the unit failed: a module that it needs was not deployed',
    truth: { ...start, confidence: 'confirmed', cites: ['shop.service', 'not-there-at-all'] },
    async inBox(shop) {
      await shop.box.write('/srv/shop/crashes.js', "require('./not-there-at-all')")
      await shop.service(`Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} crashes.js`)
      await shop.isNow('failed')
    },
  },
  {
    name: 'systemd-missing-variable',
    says: 'the unit failed: an environment variable is not set',
    truth: { ...start, cites: ['shop.service', 'DATABASE_URL'] },
    async inBox(shop) {
      const code = "if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is not set')"
      await shop.box.write('/srv/shop/needs-variable.js', code)
      await shop.service(`Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} needs-variable.js`)
      await shop.isNow('failed')
    },
  },
  {
    name: 'systemd-missing-program',
    says: 'the program of the unit is not there',
    truth: { ...start, cites: ['shop.service', 'shop-server'] },
    async inBox(shop) {
      await shop.service('Environment=PORT=3000\nExecStart=/usr/local/bin/shop-server --port 3000')
      await shop.isNow('failed')
    },
  },
  {
    name: 'systemd-stopped',
    says: 'somebody stopped the unit',
    truth: { ...failing, cause: 'process-down', confidence: 'confirmed', cites: ['shop.service is stopped'] },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.ok('systemctl', 'stop', 'shop')
    },
  },
  {
    name: 'systemd-crash-loop',
    says: 'the unit is started over and over, and ends each time without a word',
    truth: { ...failing, cause: 'crash-loop', cites: ['shop.service'] },
    async inBox(shop) {
      await shop.service(
        `Environment=PORT=3000\nExecStart=${NODE} -e process.exit(7)\nRestart=always\nRestartSec=200ms`,
      )
      const over = async () => (await shop.property('ActiveState')) === 'failed'
      await shop.until(async () => Number(await shop.property('NRestarts')) > 3 || (await over()), 'it restarted')
    },
  },
  {
    name: 'systemd-wrong-port',
    says: 'the unit listens on another port than nginx sends to',
    truth: {
      ...failing,
      place: ['proxy', 'app'],
      cause: 'wrong-port',
      confidence: 'confirmed',
      cites: ['3000', '3001'],
    },
    async inBox(shop) {
      await shop.service(SHOP.replace('PORT=3000', 'PORT=3001'))
      await shop.listens(3001)
      return { cites: [`pid ${await shop.property('MainPID')}`] }
    },
  },
  {
    name: 'systemd-oom-killed',
    says: 'the unit names its port as a flag, and was killed for memory',
    truth: { ...failing, cause: 'oom-killed', cites: ['shop.service'] },
    async inBox(shop) {
      const memory = 'MemoryMax=120M\nMemorySwapMax=0'
      await shop.service(`${memory}\nExecStart=${NODE} /srv/shop/eats.js --port 3000`)
      await shop.isNow('failed')
    },
  },
  {
    name: 'systemd-nginx-refused',
    says: 'nginx itself is down: a mistyped word in its configuration',
    truth: { ...failing, place: ['proxy'], cause: 'proxy-down', cites: ['nginx.service', 'proxy_passs'] },
    async inBox(shop) {
      await shop.ok('systemctl', 'stop', 'nginx')
      const other = 'server { listen 8081; proxy_passs oops; }'
      await shop.box.write('/etc/nginx/sites-enabled/other', `${other}\n`)
      await shop.box.exec(['systemctl', 'start', 'nginx'])
      await shop.isNow('failed', 'nginx.service')
    },
  },
]
