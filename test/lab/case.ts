import type { Lab } from './lab.ts'
import type { Shop } from './systemd/shop.ts'
import type { Truth } from './truth.ts'

/** Where a case listens. It has a network of its own, so there they are always the same. */
export interface Ports {
  /** The gateway. */
  site: number
  /** Where it sends to. */
  app: number
  /** Where something else listens. */
  other: number
}

export const USUAL_PORTS: Ports = { site: 8080, app: 3000, other: 3001 }

/** A fault that is there to be seen. */
export interface Made {
  url: string
  /** More words for `diagnose`; only what a person would have to say too. */
  args?: string[]
  /** What must be cited besides the truth's, known only now: the pid of a process that was started. */
  cites?: string[]
}

interface About {
  /** Unique among all cases; the recording's name too. */
  name: string
  /** One sentence: what is broken. */
  says: string
  /** What it must be told as, live and from its recording. */
  truth: Truth
}

/** A fault on real servers in namespaces of its own. `start` resolves when the fault is there to be seen. */
export interface Case extends About {
  start(lab: Lab, ports: Ports): Promise<Made>
}

/** A fault under a real systemd: made, and diagnosed, in a container that other cases use before and after it. */
export interface BoxCase extends About {
  // biome-ignore lint/suspicious/noConfusingVoidType: most of them have nothing to say.
  inBox(shop: Shop): Promise<Pick<Made, 'cites'> | void>
}

export type AnyCase = Case | BoxCase
