import { createRequire } from 'node:module'
import type { Over } from './outcome.ts'
import { findOwners, readTables } from './socket-tables.ts'

// Required, not imported: importing it would load everything that node:http can lead to.
const { request }: typeof import('node:http') = createRequire(import.meta.url)('node:http')

const ANSWER_MS = 2000

/**
 * The loopback address on which process `pid` itself listens on the port; undefined where it does not, or only elsewhere. What
 * answers there is then surely that process: another's endpoint would tell of another gateway.
 */
export async function ownAddress(pid: number, port: number, over: Over): Promise<string | undefined> {
  const { sockets } = await readTables(pid, over)
  const there = sockets.filter((each) => each.protocol === 'tcp' && each.port === port)
  const { pids } = await findOwners(new Set(there.map(({ inode }) => inode)), over)
  const own = there.find(({ inode }) => pids.get(inode)?.includes(pid))
  if (own === undefined) return undefined
  if (own.address === '::1') return '::1'
  return /^127\.|^0\.0\.0\.0$|^::$|^\*$/.test(own.address) ? '127.0.0.1' : undefined
}

/** `127.0.0.1:2019`, `[::1]:2019`. */
export function hostPort(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** What a GET gave. */
export interface Told {
  body: string
  /** By names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** GETs one path at a loopback address, in at most two seconds and so many bytes; undefined for anything but a whole 200. */
export function getOwn(
  address: string,
  port: number,
  path: string,
  most: number,
  signal: AbortSignal,
): Promise<Told | undefined> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    const headers = {
      Host: hostPort(address, port),
      'User-Agent': 'triage502',
      Accept: 'application/json',
      Connection: 'close',
    }
    const asking = request(
      { host: address, port, path, method: 'GET', headers, agent: false, signal: limit },
      (response) => {
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          bytes += part.length
          if (bytes > most) response.destroy()
          else parts.push(part)
        })
        response.on('end', () => {
          const body = Buffer.concat(parts).toString('utf8')
          resolve(response.statusCode === 200 ? { body, headers: response.headers } : undefined)
        })
        response.on('error', () => resolve(undefined))
        response.on('close', () => resolve(undefined))
      },
    )
    asking.on('error', () => resolve(undefined))
    asking.on('close', () => resolve(undefined))
    asking.end()
  })
}
