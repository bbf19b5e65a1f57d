import type { Capture } from '../../src/words/look.ts'
import { capture, clock, NOW } from './http.ts'
import { APP_PID, CLOCK, found, ticks } from './looks.ts'

interface Workers {
  master?: number
  /** How many accepted connections each worker holds. */
  held?: number[]
  waiting?: number
  states?: string[]
  whole?: boolean
}

/** The processes that share the application's socket; by default one alone. */
export function listenerWorkers(pool: Workers = {}): Capture {
  const { master = APP_PID, held = [], waiting = 0, states = [], whole = true } = pool
  return found({
    whole,
    clock: CLOCK,
    ms: 200,
    master,
    waiting,
    workers: held.map((connections, at) => ({
      pid: master + 1 + at,
      state: states[at] ?? 'S',
      start_ticks: ticks(clock(-3000)),
      ticks: 0,
      connections,
    })),
  })
}

export const LOG = '/var/log/php8.2-fpm.log'

/** The files that the application holds open to write. */
export const written = (...paths: string[]): Capture =>
  found({ pid: APP_PID, files: paths.map((path, at) => ({ fd: 2 + at, path })), whole: true })

/** The known lines of the application's log, each with its own zoned stamp. */
export function appLog(lines: { at?: Date; says: string }[], more: Partial<Capture> = {}): Capture {
  const out = lines.map(({ at = NOW, says }) => `${at.toISOString()} ${says}\n`).join('')
  const meta = {
    path: LOG,
    held: 'yes',
    moved: false,
    reached: true,
    records: lines.length,
    full: false,
    gaps: [],
    left: [],
  }
  return capture('log', out, { meta, ...more })
}

const HEX = {
  http: Buffer.from('HTTP/1.1 400 Bad Request').toString('hex'),
  fastcgi: '010a000000120600',
  redis: Buffer.from('-ERR unknown command').toString('hex'),
} as const

/** What answers when it is asked in HTTP and in FastCGI: the one it speaks, or `ends` for both. */
export function protocol(speaks: keyof typeof HEX | '', ends = 'closed'): Capture {
  const answer = (asked: string) => {
    const told = speaks === asked || (speaks === 'redis' && asked === 'http')
    return { asked, ended: told ? 'answered' : ends, bytes: told && speaks !== '' ? HEX[speaks] : '', ms: 3 }
  }
  return found({ answers: [answer('http'), answer('fastcgi')] })
}

interface Waits {
  /** How long the request took that was watched. */
  ms?: number
  status?: number
  peer?: string
  for?: 'connecting' | 'answer'
  waited?: number
  toTheEnd?: boolean
  whole?: boolean
  /** Its limit of processor time: thousandths of a core, and periods of the request in which it ran and was held back. */
  cpu?: { limit: number; periods: number; throttled: number }
}

/** For whom the application waits while it works on a request; by default for nobody. */
export function waits(seen: Waits = {}): Capture {
  const { ms = 4000, status = 200, peer = '', waited = 0, toTheEnd = true, whole = true } = seen
  const asked = { client: 'curl', exitcode: 0, connected: true, status, phases: { first_byte: ms, total: ms } }
  const longest = { peer, for: seen.for ?? 'answer', ms: waited, toTheEnd }
  const cpu = seen.cpu === undefined ? {} : { cpu: seen.cpu }
  return found({
    whole,
    ...cpu,
    looked: ms < 150 ? 0 : Math.ceil(ms / 250),
    ms,
    waits: peer === '' ? [] : [longest],
    asked,
  })
}
