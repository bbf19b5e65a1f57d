import { splitEndpoint } from '../process/addresses.ts'

/**
 * Does this command line of varnishd listen on a port? `-a [NAME=][ADDRESS][:PORT][,PROTO…]`, several times; port 80 where an
 * address has none (varnishd(1)). `command` as `systemctl show -p ExecStart` prints it, or plain.
 */
export function listensByArguments(command: string, port: number): boolean {
  const argv = /(?:^|; )argv\[\]=([^;]*)/.exec(command)?.[1] ?? command
  const words = argv.trim().split(/\s+/)
  return words.some((word, i) => {
    const given = word === '-a' ? words[i + 1] : word.startsWith('-a') ? word.slice(2) : undefined
    return given !== undefined && portOf(given) === port
  })
}

function portOf(given: string): number {
  const [endpoint = ''] = given.split(',')
  const address = endpoint.replace(/^[A-Za-z_]\w*=/, '')
  if (address.startsWith('/') || address === '') return 0
  const bare = /^:(\d{1,5})$/.exec(address)?.[1]
  if (bare !== undefined) return Number(bare)
  return splitEndpoint(address)?.port ?? 80
}
