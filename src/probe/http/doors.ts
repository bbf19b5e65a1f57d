import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Ask } from './exchange.ts'

/** So many addresses of a name are asked in turn. */
const MOST_DOORS = 4
const LONGEST_MS = 5000

/**
 * The addresses of a request's name, to be asked in turn; none where it has only one, or where the person, or the flow, said
 * how to connect: then there is nothing to choose.
 */
export async function doorsOf({ url, connectTo, socket, resolve }: Ask): Promise<string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (socket !== '' || connectTo !== '' || isIP(host) !== 0 || resolve.some((each) => each.host === host)) return []
  const late = new Promise<never[]>((give) => setTimeout(give, LONGEST_MS, []).unref())
  const found = await Promise.race([lookup(host, { all: true, order: 'verbatim' }).catch(() => []), late])
  const addresses = [...new Set(found.map(({ address }) => address))]
  return addresses.length > 1 ? addresses.slice(0, MOST_DOORS) : []
}
