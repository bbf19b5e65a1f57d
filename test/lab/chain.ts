import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collect, type Lab, listening, until } from './lab.ts'

// What stands in front of this machine: players of CDNs and load balancers, each a machine of its own on one wire.

const players = join(dirname(fileURLToPath(import.meta.url)), 'players')

export type Player = 'cloudflare' | 'cloudfront' | 'alb'

/** This machine's address on the wire. */
export const HERE = '10.77.0.1'
/** Where each player stands. */
export const AT: Readonly<Record<Player, string>> = {
  cloudflare: '10.77.2.3',
  cloudfront: '10.77.3.4',
  alb: '10.77.1.2',
}
const NAME = 'shop.example.com'

/** A player, and its settings: `NEXT_HOST`, `NEXT_PORT`, limits in ms, and what the vendor lets one set. */
export interface Hop {
  player: Player
  env?: Record<string, string>
}

/** A machine in front. */
export interface Machine {
  address: string
  /** The words that run a command there. */
  there: string[]
}

/**
 * Starts these players, the outermost first: each sends to the next, the last one to this machine's port, and the site's
 * name leads to the first.
 */
export async function chain(lab: Lab, port: number, hops: readonly Hop[]): Promise<Machine[]> {
  await wire()
  const folder = lab.path('players')
  for (const file of readdirSync(players)) lab.write(`players/${file}`, readFileSync(join(players, file), 'utf8'))
  const machines: Machine[] = []
  let next = { NEXT_HOST: HERE, NEXT_PORT: String(port) }
  for (const { player, env } of hops.toReversed()) {
    const machine = await machineAt(lab, AT[player])
    const file = join(folder, `${player}.ts`)
    lab.start([...machine.there, process.execPath, file], {
      env: { HOST: machine.address, PORT: '80', ...next, ...env },
    })
    await listening(80, machine.address)
    machines.unshift(machine)
    next = { NEXT_HOST: machine.address, NEXT_PORT: '80' }
  }
  const [first] = machines
  lab.overlay('/etc/hosts', `127.0.0.1 localhost\n${first?.address ?? HERE} ${NAME}\n`)
  return machines
}

/** The wire itself: a switch on this machine, which has an address of its own on it. */
export async function wire(): Promise<void> {
  await did(['ip', 'link', 'add', 'wire', 'type', 'bridge'])
  await did(['ip', 'addr', 'add', `${HERE}/16`, 'dev', 'wire'])
  await did(['ip', 'link', 'set', 'wire', 'up'])
}

/** A machine of its own on the wire. */
export async function machineAt(lab: Lab, address: string): Promise<Machine> {
  const holder = lab.start(['unshare', '--net', 'sleep', '600'])
  const network = () => readlinkSync(`/proc/${holder.pid}/ns/net`)
  await until(() => network() !== readlinkSync('/proc/self/ns/net'), 'the machine has a network of its own')
  const there = ['nsenter', '--target', String(holder.pid), '--net']
  const plug = `to-${address.split('.').slice(2).join('-')}`
  await did(['ip', 'link', 'add', plug, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(holder.pid)])
  await did(['ip', 'link', 'set', plug, 'master', 'wire', 'up'])
  await did([...there, 'ip', 'addr', 'add', `${address}/16`, 'dev', 'eth0'])
  await did([...there, 'ip', 'link', 'set', 'eth0', 'up'])
  await did([...there, 'ip', 'link', 'set', 'lo', 'up'])
  return { address, there }
}

/** An address at which a machine stands that drops all that comes. */
export const BLACK_HOLE = '10.77.8.8'

export async function blackHole(lab: Lab): Promise<void> {
  const { there } = await machineAt(lab, BLACK_HOLE)
  await did([...there, 'iptables', '-P', 'INPUT', 'DROP'])
}

/** Runs a command that has to work. */
export async function did(argv: string[]): Promise<void> {
  const { exit, err } = await collect(argv)
  if (exit !== 0) throw new Error(`${argv.join(' ')}: ${err}`)
}
