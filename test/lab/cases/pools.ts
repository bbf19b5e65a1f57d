import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { site, url, visitors, well } from '../kit.ts'
import type { Lab } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const sometimes = { outcome: 'diagnosed', state: 'intermittent' } as const

/** One member in good health on the first port of two. */
interface Pool {
  /** What stands behind each member's address: `max_fails=0`. */
  member?: string
  /** Settings of the location. */
  settings?: string
}

/** nginx in front of a pool of two: the app's port and the other one. */
async function pool(lab: Lab, ports: Ports, { member = '', settings = '' }: Pool = {}): Promise<void> {
  const members = [ports.app, ports.other].map((port) => `server 127.0.0.1:${port} ${member};`).join(' ')
  const http = `upstream shop_pool { ${members} } ${site(ports, `proxy_pass http://shop_pool; ${settings}`)}`
  await lab.nginx({ port: ports.site, http })
}

const ALONE = 'proxy_next_upstream off;'

/** The member on the app's port has a habit; the one on the other port is well. */
function oneMember(
  code: string | null,
  about: Pool & { env?: Record<string, string>; traffic?: number },
): Case['start'] {
  return async (lab, ports) => {
    await well(lab, 'shop-b', ports.other)
    if (code !== null) await lab.app('shop-a', code, ports.app, { PORT: String(ports.app), ...about.env })
    await pool(lab, ports, about)
    await visitors(url(ports), about.traffic ?? 0)
    return { url: url(ports) }
  }
}

/** Pools of which one member, or every member, fails. */
export const POOL_CASES: readonly Case[] = [
  {
    name: 'pool-healthy',
    says: 'both members of the pool are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: oneMember(apps.WELL, {}),
  },
  {
    name: 'pool-one-down',
    says: 'one member of two is down, and nginx asks the other one each time',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000 refuses'] },

    start: oneMember(null, { traffic: 6 }),
  },
  {
    name: 'pool-one-down-quiet',
    says: 'one member of two is down, and nobody has asked for anything yet',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000 refuses'] },

    start: oneMember(null, {}),
  },
  {
    name: 'pool-one-down-felt',
    says: 'one member of two is down, and nginx may not ask the other one',
    truth: {
      ...sometimes,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', 'of 8 requests failed'],
    },

    start: oneMember(null, { member: 'max_fails=0', settings: ALONE, traffic: 6 }),
  },
  {
    name: 'pool-one-down-held',
    says: 'one member of two is down, nginx may not ask the other one, and holds the dead one for down now and then',
    truth: {
      ...sometimes,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000 refuses', '1 of 6 requests', 'may not ask another member'],
    },

    start: oneMember(null, { settings: ALONE, traffic: 6 }),
  },
  {
    name: 'pool-one-slow',
    says: 'one member of two answers after three seconds, nginx waits one and may not ask the other one',
    truth: {
      ...sometimes,
      cause: 'slow-app',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['127.0.0.1:3000', '1000 ms'],
    },

    start: oneMember(apps.SLOW, {
      env: { SLOW_MS: '3000' },
      member: 'max_fails=0',
      settings: `${ALONE} proxy_read_timeout 1s;`,
      traffic: 4,
    }),
  },
  {
    name: 'pool-one-slow-unfelt',
    says: 'one member of two answers after three seconds; nginx waits one, then asks the other one',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },

    start: oneMember(apps.SLOW, { env: { SLOW_MS: '3000' }, settings: 'proxy_read_timeout 1s;', traffic: 4 }),
  },
  {
    name: 'pool-one-answers-502',
    says: 'one member of two answers 502 itself, which nginx passes on',
    truth: {
      ...sometimes,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      cites: ['127.0.0.1:3000 answers 502 itself', 'of 8 requests failed'],
    },

    start: oneMember(apps.OWN_502, { traffic: 4 }),
  },
  {
    name: 'pool-one-closes',
    says: 'one member of two closes every connection without a word; nginx may not ask the other one',
    truth: {
      ...sometimes,
      cause: 'truncated-response',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['127.0.0.1:3000'],
    },

    start: oneMember(apps.CLOSES, { member: 'max_fails=0', settings: ALONE, traffic: 4 }),
  },
  {
    name: 'pool-all-down',
    says: 'both members are down, and nginx holds both for down',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', '127.0.0.1:3001', 'connect-refused'],
    },

    async start(lab, ports) {
      await pool(lab, ports)
      await visitors(url(ports), 6)
      return { url: url(ports) }
    },
  },
  {
    name: 'pool-held-for-down',
    says: 'both members were down, are well again, and nginx does not ask them for ten minutes',
    truth: {
      ...failing,
      cause: 'no-healthy-upstream',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', '127.0.0.1:3001'],
    },

    async start(lab, ports) {
      await pool(lab, ports, { member: 'max_fails=1 fail_timeout=600s' })
      const told = await visitors(url(ports), 4)
      if (told.some((status) => status !== 502)) throw new Error(`nginx answered ${told} while both members were down`)
      await well(lab, 'shop-a', ports.app)
      await well(lab, 'shop-b', ports.other)
      return { url: url(ports) }
    },
  },
  {
    name: 'no-live-localhost',
    says: 'the application is down behind a name with two addresses, and nginx holds both for down',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3000'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n')
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://localhost:${ports.app};`) })
      await visitors(url(ports), 4)
      return { url: url(ports) }
    },
  },
]
