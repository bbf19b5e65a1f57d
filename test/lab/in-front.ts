import * as apps from './apps.ts'
import type { Case, Ports } from './case.ts'
import { chain, type Hop } from './chain.ts'
import { later, visitors } from './kit.ts'
import type { Lab } from './lab.ts'

// A site of this machine behind a CDN and a load balancer: its URL, those in front, and the order in which all of it starts.

/** The site as visitors know it: the name leads to the outermost hop. */
export const SITE = 'http://shop.example.com/checkout'

export const CF: Hop = { player: 'cloudflare' }
export const CLOUDFRONT: Hop = { player: 'cloudfront' }
/** It keeps an error for ten minutes. */
export const HOARDER: Hop = { player: 'cloudfront', env: { ERRORS_KEPT_MS: '600000' } }
export const ALB: Hop = { player: 'alb' }

/** Starts a gateway of this machine. */
export type Starts = (lab: Lab, ports: Ports) => Promise<unknown>

export interface Setting {
  /** The application's code; null where none runs. */
  app?: string | null
  env?: Record<string, string>
  /** Requests that come through while all is well. */
  visits?: number
  /** The gateway's port, where it is not the usual one. */
  port?: number
  breaks?: (lab: Lab, ports: Ports) => Promise<void>
}

/** Hops in front of a gateway of this machine. */
export function inFront(hops: readonly Hop[], gateway: Starts, setting: Setting = {}): Case['start'] {
  const { app = apps.WELL, env = {}, visits = 0, port = 0, breaks } = setting
  return async (lab, usual) => {
    const ports = port > 0 ? { ...usual, site: port } : usual
    if (app !== null) await lab.app('shop', app, ports.app, { PORT: String(ports.app), ...env })
    await gateway(lab, ports)
    await chain(lab, ports.site, hops)
    await visitors(SITE, visits)
    // A log of whole seconds: what follows must not stand in the same one.
    if (visits > 0) await later(1100)
    await breaks?.(lab, ports)
    return { url: SITE }
  }
}

/** The application is down while so many requests come through, and up again when anybody looks. */
export function mended(hops: readonly Hop[], gateway: Starts, failures: number): Case['start'] {
  return inFront(hops, gateway, {
    app: null,
    async breaks(lab, ports) {
      const statuses = await visitors(SITE, failures)
      if (statuses.some((status) => status < 502)) throw new Error(`failures were awaited, not ${statuses}`)
      await later(3000)
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
    },
  })
}
