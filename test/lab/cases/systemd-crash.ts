import type { BoxCase } from '../case.ts'
import { NODE } from '../systemd/shop.ts'
import type { Truth } from '../truth.ts'

const failing = {
  outcome: 'diagnosed',
  state: 'failing',
  place: ['app'],
  bornAt: 'proxy',
  confidence: 'confirmed',
} as const
const down = { ...failing, shape: 'unreachable' } as const
const died = { ...failing, cause: 'crashed-mid-response', shape: 'reset' } as const

/** A unit that runs until a request kills it, and is started again at once. */
function dies(name: string, says: string, truth: Truth, script: string, more = ''): BoxCase {
  return {
    name,
    says,
    truth,
    async inBox(shop) {
      await shop.service(
        `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/${script}\nRestart=always\nRestartSec=${more === '' ? '100ms' : more}`,
      )
      await shop.listens(3000)
    },
  }
}

/** Dies on this request; dies of memory. */
export const CRASH_CASES: readonly BoxCase[] = [
  dies(
    'systemd-abort',
    'the process aborts on the request, and is started again',
    { ...died, cites: ['signal ABRT'] },
    'aborts.js',
  ),
  dies(
    'systemd-segfault',
    'the process is ended by SIGSEGV on the request, and is started again',
    { ...died, cites: ['signal SEGV'] },
    'segfaults.js',
  ),
  dies(
    'systemd-throws',
    'an uncaught error on the request ends the process, and it is started again',
    { ...died, cites: ['status 1', 'basket'] },
    'throws.js',
  ),
  dies(
    'systemd-abort-slow',
    'the process aborts on the request, and is started again after 20 s',
    { ...died, cites: ['signal ABRT'] },
    'aborts.js',
    '20s',
  ),
  {
    name: 'systemd-warming-up',
    says: 'the unit was started just now, and listens after 40 s',
    truth: { ...down, cause: 'not-ready', cites: ['does not listen yet'] },

    async inBox(shop) {
      await shop.service(
        `Environment=PORT=3000 WARM_MS=40000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/warms-up.js`,
      )
      await shop.isNow('active')
    },
  },
  {
    name: 'systemd-starting',
    says: 'systemd waits for the unit to say that it is ready',
    truth: { ...down, cause: 'not-ready', cites: ['is starting'] },

    async inBox(shop) {
      await shop.service(
        `Type=notify\nTimeoutStartSec=300\nEnvironment=PORT=3000 WARM_MS=100000\nExecStart=${NODE} /srv/shop/warms-up.js`,
        { start: false },
      )
      await shop.ok('systemctl', 'start', '--no-block', 'shop')
      await shop.isNow('activating')
    },
  },
  {
    name: 'systemd-came-up',
    says: 'the unit was started just now, and comes up while we look',
    truth: { ...failing, state: 'recovered', cause: 'recovered', cites: ['came up while we looked'] },

    async inBox(shop) {
      await shop.service(`Environment=PORT=3000\nExecStart=${NODE} /srv/shop/late.js`)
      await shop.isNow('active')
    },
  },
  {
    name: 'systemd-restarted',
    says: 'somebody restarted the unit, requests failed meanwhile, and all is well again',
    truth: {
      ...failing,
      state: 'recovered',
      bornAt: undefined,
      cause: 'recovered',
      cites: ['was restarted'],
    },

    async inBox(shop) {
      await shop.service(`Environment=PORT=3000 WARM_MS=2500\nExecStart=${NODE} /srv/shop/warms-up.js`)
      await shop.listens(3000)
      await shop.ok('systemctl', 'restart', 'shop')
      for (let request = 0; request < 4; request++) {
        await shop.ask()
        await new Promise((resolve) => setTimeout(resolve, 400))
      }
      await shop.listens(3000)
      // The log knows whole seconds: what follows must not stand in the same one.
      await new Promise((resolve) => setTimeout(resolve, 3000))
    },
  },
  {
    name: 'systemd-worker-oom',
    says: 'a worker is killed for memory on the request, and its master lives',
    truth: { ...failing, cause: 'oom-killed', shape: 'reset', cites: ['for memory'] },

    async inBox(shop) {
      await shop.service(
        `Environment=PORT=3000\nMemoryMax=200M\nMemorySwapMax=0\nExecStart=${NODE} /srv/shop/workers.js`,
      )
      await shop.listens(3000)
    },
  },
  {
    name: 'systemd-oom-again',
    says: 'the unit is killed for memory again and again, and systemd starts it again each time',
    truth: { ...down, cause: 'oom-killed', cites: ['for memory', 'shop.service'] },

    async inBox(shop) {
      const memory = 'MemoryMax=120M\nMemorySwapMax=0'
      await shop.service(`${memory}\nExecStart=${NODE} /srv/shop/eats.js --port 3000\nRestart=always\nRestartSec=4`, {
        more: 'StartLimitIntervalSec=0',
      })
      await shop.until(async () => Number(await shop.property('NRestarts')) > 1, 'it was started again')
      await shop.isNow('activating')
    },
  },
  {
    name: 'oom-killed-bare',
    says: 'a process of no unit was killed for memory',
    // Nobody supervised it: that it was the application is likely.
    truth: { ...down, cause: 'oom-killed', confidence: 'likely', cites: ['for memory', 'just before'] },

    async inBox(shop) {
      const group = await shop.memoryGroup('150M')
      await shop.stray(`sh -c 'echo 0 > ${group}/cgroup.procs; PORT=3000 exec ${NODE} /srv/shop/grows.js'`, '/srv/shop')
      await shop.listens(3000)
      await shop.until(async () => (await shop.ask()) === 502, 'it was killed')
    },
  },
  {
    name: 'systemd-slice-oom',
    says: 'a unit without a limit of its own was killed for memory',
    truth: { ...down, cause: 'oom-killed', cites: ['for memory', 'shop.service'] },

    async inBox(shop) {
      await shop.box.units({ 'shop.slice': '[Slice]\nMemoryMax=150M\nMemorySwapMax=0\n' })
      await shop.service(`Slice=shop.slice\nExecStart=${NODE} /srv/shop/eats.js --port 3000`)
      await shop.isNow('failed')
    },
  },
]
