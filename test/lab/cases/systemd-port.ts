import type { BoxCase } from '../case.ts'
import { NODE, type Shop } from '../systemd/shop.ts'
import type { Truth } from '../truth.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  confidence: 'confirmed',
} as const
const down = { ...failing, shape: 'unreachable' } as const
const start = { ...down, cause: 'crash-on-start' } as const
const taken = { ...failing, bornAt: undefined, cause: 'port-in-use' } as const

const SHOP = `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`

/** Somebody else has the port first; then the shop is started. */
function another(name: string, says: string, truth: Truth, other: string): BoxCase {
  return {
    name,
    says,
    truth,
    async inBox(shop) {
      const pid = await holder(shop, other)
      await shop.service(SHOP)
      await shop.isNow('failed')
      return { cites: [`pid ${pid}`] }
    },
  }
}

async function holder(shop: Shop, other: string): Promise<string> {
  const pid = await shop.stray(`${NODE} ${other}`)
  await shop.listens(3000)
  return pid
}

/** The shop cannot have its port: another process holds it. */
export const PORT_CASES: readonly BoxCase[] = [
  another(
    'systemd-port-in-use',
    'another program answers 503 on the port that the unit wants',
    { ...taken, cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },
    '/srv/other/refuses.js',
  ),
  another(
    'systemd-port-in-use-garbage',
    'another program speaks no HTTP on the port that the unit wants',
    { ...taken, shape: 'garbage', cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },

    '/srv/other/garbage.js',
  ),
  another(
    'systemd-port-in-use-wrong-site',
    'another site answers on the port that the unit wants',
    { ...taken, cites: ['shop.service', 'EADDRINUSE', '/srv/other'] },
    '/srv/other/site.js',
  ),
  {
    name: 'systemd-port-in-use-twice',
    says: 'two units want the same port, and the second is restarted over and over',
    // The older unit is named like the site too: that the answer is not the application's own is not certain.
    truth: {
      ...taken,
      confidence: 'likely',
      cites: ['shop.service', 'shop-old.service', 'EADDRINUSE'],
    },

    async inBox(shop) {
      await shop.service(`Environment=PORT=3000\nExecStart=${NODE} /srv/other/refuses.js`, { unit: 'shop-old.service' })
      await shop.listens(3000)
      await shop.service(`${SHOP}\nRestart=always\nRestartSec=500ms`, { more: 'StartLimitIntervalSec=0' })
      await shop.until(async () => Number(await shop.property('NRestarts')) > 2, 'it was restarted twice')
    },
  },
  {
    name: 'systemd-port-was-taken',
    says: 'the port was taken when the unit started, and is free now',
    // Nobody holds it any more.
    truth: {
      ...down,
      cause: 'port-in-use',
      confidence: 'likely',
      cites: ['EADDRINUSE', 'nobody listens there now'],
    },

    async inBox(shop) {
      const pid = await shop.stray(`${NODE} /srv/other/site.js`)
      await shop.listens(3000)
      await shop.service(SHOP)
      await shop.isNow('failed')
      await shop.ok('kill', '-9', pid)
      await shop.until(async () => (await shop.ask()) === 502, 'nobody listens')
    },
  },
  {
    name: 'systemd-crash-beside-stranger',
    says: 'the unit cannot start, and a stranger listens on the same port of another address',
    truth: { ...start, cites: ['not-deployed', 'belongs to no unit'] },

    async inBox(shop) {
      await shop.stray(`${NODE} /srv/other/next-address.js`)
      await shop.listens(3000)
      await shop.service(
        `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/not-deployed.js`,
      )
      await shop.isNow('failed')
    },
  },
]
