import { type Infer, t, type Value } from '../../words/value.ts'
import { reader } from '../reader.ts'
import { listenersReader } from './listeners.ts'

/** The processes that listen here, each at the one of its ports at which a site is most likely served. */
export const doors = t.record({
  /** Every listening socket and every owner was seen. */
  complete: t.bool,
  /** The likeliest first: the URL's own port, the ports of the web, any other, those on loopback last. */
  doors: t.list(
    t.record({
      program: t.string,
      pid: t.int,
      port: t.int,
      /** Where it can be asked on this machine. */
      host: t.string,
      /** By the port alone: https on 443 and 8443. */
      scheme: t.string,
      /** Other machines reach it, as far as its address says. */
      open: t.bool,
    }),
  ),
})

type Door = Infer<typeof doors>['doors'][number]

const USUAL = [443, 80]
/** Source: IANA's registry (http-alt, https-alt), and what packages listen on by default (Varnish: 6081). */
const COMMON = [8080, 8443, 8000, 8081, 6081, 8008]
const TLS = [443, 8443]
const MOST = 100

/**
 * Who could be the gateway behind what stands in front? From what `listeners` reads; the lowest pid of those that hold a
 * socket stands for all of them.
 */
export const doorsReader = reader({
  name: 'doors',
  output: doors,
  consults: ['url.port'],
  read(capture, context) {
    const { value, dark, lines } = listenersReader.read(capture, context)
    const best = new Map<bigint, { door: Door; rank: number }>()
    const taken = new Set<string>()
    for (const socket of value.sockets) {
      const place = `${socket.address} ${socket.port}`
      // Rows of one socket come with the lowest pid first.
      if (socket.protocol !== 'tcp' || socket.pid <= 0n || taken.has(place)) continue
      taken.add(place)
      const rank = rankOf(socket.address, Number(socket.port), context.facts.get('url.port'))
      const known = best.get(socket.pid)
      if (known && known.rank <= rank) continue
      best.set(socket.pid, { door: doorOf(socket), rank })
    }
    const found = [...best.values()].sort((a, b) => a.rank - b.rank).slice(0, MOST)
    return { value: { complete: value.owners, doors: found.map(({ door }) => door) }, dark, lines }
  },
})

function doorOf({
  program,
  pid,
  port,
  address,
}: {
  program: string
  pid: bigint
  port: bigint
  address: string
}): Door {
  const any = address === '*' || address === '0.0.0.0'
  const host = any ? '127.0.0.1' : address === '::' ? '::1' : address
  return { program, pid, port, host, scheme: TLS.includes(Number(port)) ? 'https' : 'http', open: !isOwn(address) }
}

function rankOf(address: string, port: number, asked: Value | undefined): number {
  const likely = BigInt(port) === asked ? 0 : USUAL.includes(port) ? 1 : COMMON.includes(port) ? 2 : 3
  // What only this machine reaches is asked by nobody in front of it.
  return likely + (isOwn(address) ? 10 : 0)
}

const isOwn = (address: string) => address === '::1' || address.startsWith('127.')
