import { request } from 'node:http'
import { later } from './kit.ts'

/** A Node application that closes idle connections after a second (and the second that Node adds), and works for a while on each request. */
export const HURRIED = { KEEP_MS: '1000', WORK_MS: '300' }
export const CLOSES_AFTER_MS = 2000
const WORKS_MS = 300

/** One request of a visitor with a connection of his own; its status, 0 where none came. */
function visit(address: string, method: 'GET' | 'POST'): Promise<number> {
  return new Promise((resolve) => {
    const asking = request(address, { method, agent: false, timeout: 10_000 }, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    })
    asking.once('error', () => resolve(0))
    asking.end(method === 'POST' ? 'item=7' : undefined)
  })
}

/**
 * Visitors who come together, a little before the application closes what has been idle: while it works on the first of
 * them, the others' requests wait in connections whose time runs out meanwhile.
 * @param enough looked at after each round
 * @param methods of those who come together, by their first letters: another one comes first each time
 */
export async function crowds(
  address: string,
  idleMs: number,
  enough: () => boolean = () => false,
  rounds = 14,
  methods = 'GPPG',
): Promise<void> {
  for (let round = 0; round < rounds && !enough(); round++) {
    const some = [...methods.slice(round % methods.length), ...methods.slice(0, round % methods.length)]
    await Promise.all(some.map((method) => visit(address, method === 'P' ? 'POST' : 'GET')))
    // Long enough that the second of them meets the moment, and not so long that its connection is closed before it comes.
    await later(idleMs - 1.5 * WORKS_MS + (round % 3) * 60 - 60)
  }
}
