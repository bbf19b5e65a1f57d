import type { JsonObject } from '../../words/json.ts'
import { NEVER, type Value } from '../../words/value.ts'
import { covers, isLoopback, plainAddress, splitEndpoint } from '../process/addresses.ts'
import { found, objects, text, whole } from '../process/found.ts'
import { clockOf } from '../process/process.ts'
import { startedAt } from '../process/stat.ts'
import { type Dark, reader } from '../reader.ts'
import { keptContainer } from './inspected.ts'
import { mountAround } from './mounts.ts'
import { type Container, NONE, type Published, type Row, rowsOf } from './rows.ts'
import { containers as output } from './types.ts'

/**
 * The containers of a machine from the look `containers`, or from `docker inspect` that a person pasted: which one
 * stands behind the upstream, which one is the gateway, and which one has the upstream's name.
 */
export const containersReader = reader({
  name: 'containers',
  output,
  consults: [
    'upstream.host',
    'upstream.port',
    'upstream.name',
    'config.named',
    'url.port',
    'proxy.pid',
    'proxy.container',
    'container.sought',
    'upstream.socket',
  ],
  keep(out) {
    const { ok, raw } = told(out)
    if (!ok) return { out: '', leftOut: out === '' ? '' : 'what was no list of containers' }
    const kept = objects(raw, 'containers').map(keptContainer)
    return { out: JSON.stringify({ ...raw, containers: kept }), leftOut: '' }
  },
  read(capture, context) {
    const { ok, raw } = told(capture.out)
    const rows = rowsOf(objects(raw, 'containers'))
    const count = Math.max(whole(raw, 'count'), rows.length)
    const gateway = gatewayOf(rows, context.facts)
    const seen = ok && capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const dark: Dark[] = []
    if (seen && count > rows.length)
      dark.push({ why: 'cut', says: `${count - rows.length} of ${count} containers were not looked at` })
    const upstream = upstreamOf(rows, gateway, context.facts)
    const names = namesOf(context.facts)
    return {
      value: {
        complete: seen && dark.length === 0 && !capture.pasted,
        engine: text(raw, 'engine'),
        engine_started: engineStarted(raw),
        count: BigInt(count),
        upstream,
        kept_out: keptOut(rows, upstream),
        moved: movedOf(rows, upstream),
        gateway: gateway?.value ?? NONE,
        named: namedOf(rows, names, gateway, context.facts),
        names,
        named_addresses: addressesOf(rows, names, gateway),
        sought: soughtOf(rows, gateway, context.facts),
        ...(context.facts.has('proxy.container')
          ? sharingOf(rows, gateway, word(context.facts, 'upstream.socket'))
          : sharingWithMachine(rows, word(context.facts, 'upstream.socket'))),
      },
      dark,
      lines: rows.slice(0, 5).map(({ value }) => `${value.name} ${value.image} ${value.state}`),
    }
  },
})

/** The look's own JSON, or the list that `docker inspect` prints. */
function told(out: string): { ok: boolean; raw: JsonObject } {
  const own = found(out)
  if (own.ok) return own
  const list = found(`{"containers":${out.trim() || 'null'}}`)
  const rows = objects(list.raw, 'containers')
  return rows.length > 0 ? { ok: true, raw: { engine: 'answers', containers: rows } } : { ok: false, raw: {} }
}

function engineStarted(raw: JsonObject): Date {
  const ticks = whole(raw, 'start_ticks', -1)
  return ticks < 0 ? NEVER : new Date(startedAt(ticks, clockOf(raw)))
}

type Facts = ReadonlyMap<string, Value>

const word = (facts: Facts, name: string) => {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}

/**
 * Its own address leads to a container before any port that is published. A gateway in a container sends to names of
 * its networks: where all of that name ended, whoever has got their address since is not meant.
 */
function upstreamOf(rows: readonly Row[], gateway: Row | undefined, facts: Facts): Container {
  const host = word(facts, 'upstream.host')
  const contained = word(facts, 'proxy.container') !== ''
  const named = namedOf(rows, namesOf(facts), gateway, facts)
  if (contained && named.found && !ALIVE.has(named.state)) return named
  const behind = atAddress(rows, plainAddress(host), gateway, facts)
  if (behind.found) return behind
  if (contained && named.found && named.shared && namesOf(facts).includes(host)) return named
  // Inside a container the machine's own loopback is another's.
  const published = !contained || (splitEndpoint(`${host}:1`) !== undefined && !isLoopback(host))
  return published ? publisher(rows, host, Number(facts.get('upstream.port') ?? 0)) : NONE
}

/** They have an address. */
const ALIVE = new Set(['running', 'paused'])

function atAddress(rows: readonly Row[], address: string, gateway: Row | undefined, facts: Facts): Container {
  const row = rows.find(({ networks }) => networks.some(({ addresses }) => addresses.includes(address)))
  if (address === '' || !row) return NONE
  const network = row.networks.find(({ addresses }) => addresses.includes(address))
  const shared = gateway !== undefined && isIn(gateway, network?.id)
  return { ...row.value, by: 'address', address, port: BigInt(Number(facts.get('upstream.port') ?? 0)), shared }
}

function publisher(rows: readonly Row[], host: string, port: number): Container {
  const fitting = rows.flatMap((row) => {
    const published = row.published.find((each) => each.hostPort === port && (host === '' || covers(each.host, host)))
    return published ? [{ row, published }] : []
  })
  const [first] = fitting
  if (!first || port === 0) return NONE
  return { ...publishing(first.row, first.published), others: BigInt(fitting.length - 1) }
}

function publishing({ value }: Row, { host, hostPort, port }: Published): Container {
  const published = `${host.includes(':') ? `[${host}]` : host}:${hostPort}`
  return { ...value, by: 'port', port: BigInt(port), host_port: BigInt(hostPort), published }
}

/** What runs of the same image, whatever its version, or of the same service, and is published on another port. */
function movedOf(rows: readonly Row[], from: Container): Container {
  if (from.by !== 'port' || from.state === 'running' || from.state === 'paused') return NONE
  const same = ({ value }: Row) =>
    value.id !== from.id &&
    value.state === 'running' &&
    (value.service === '' || from.service === ''
      ? repository(value.image) === repository(from.image)
      : value.service === from.service && value.project === from.project)
  const [found] = rows.filter(same).flatMap((row) => row.published.slice(0, 1).map((each) => publishing(row, each)))
  return found ?? NONE
}

/** `registry.example.com:5000/shop/web:1.4.2@sha256:…` without what says the version. */
function repository(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
}

/** The engine's words for a port that is taken, by another container or by a program of the machine. */
const TAKEN = /port is already allocated|address already in use/

/** Never started, for the port that this one has. */
function keptOut(rows: readonly Row[], holder: Container): Container {
  const port = Number(holder.host_port)
  const row = rows.find(
    ({ value, published }) =>
      value.state === 'created' && TAKEN.test(value.error) && published.some(({ hostPort }) => hostPort === port),
  )
  return holder.by === 'port' && row && row.value.id !== holder.id ? { ...row.value, by: 'port' } : NONE
}

/** By its name where that is known already; else by the process, else by the URL's port. */
function gatewayOf(rows: readonly Row[], facts: Facts): Row | undefined {
  const name = word(facts, 'proxy.container')
  if (name !== '') return rows.find(({ value }) => value.name === name)
  const pid = Number(facts.get('proxy.pid') ?? 0)
  const byProcess = pid > 0 ? rows.find(({ value }) => Number(value.pid) === pid) : undefined
  if (byProcess) return { ...byProcess, value: { ...byProcess.value, by: 'process' } }
  const value = publisher(rows, '', Number(facts.get('url.port') ?? 0))
  const row = rows.find((each) => each.value.id === value.id)
  return row && value.found ? { ...row, value } : undefined
}

/** The engine's own names answer inside its networks: a container's, its aliases, its short id. */
function namedOf(rows: readonly Row[], names: readonly string[], gateway: Row | undefined, facts: Facts): Container {
  const fitting = rows.filter((row) => names.some((name) => isCalled(row, name)))
  const near = (row: Row) => nearest(row, gateway)
  const row = fitting.find((each) => near(each) && each.value.state === 'running') ?? fitting.find(near) ?? fitting[0]
  if (!row) return NONE
  const network = near(row)
  return {
    ...row.value,
    by: 'name',
    others: BigInt(fitting.length - 1),
    shared: network !== undefined,
    address: network?.addresses[0] ?? '',
    port: BigInt(Number(facts.get('upstream.port') ?? 0)),
  }
}

/** One name may lead to several containers, of a service with several copies. */
function addressesOf(rows: readonly Row[], names: readonly string[], gateway: Row | undefined): string[] {
  const called = rows.filter((row) => names.some((name) => isCalled(row, name)))
  return called.flatMap((row) => nearest(row, gateway)?.addresses ?? [])
}

function soughtOf(rows: readonly Row[], gateway: Row | undefined, facts: Facts): Container {
  const id = word(facts, 'container.sought')
  const row = id === '' ? undefined : rows.find(({ value }) => value.id === id)
  if (!row) return NONE
  const network = nearest(row, gateway)
  const address = network?.addresses[0] ?? row.value.address
  return {
    ...row.value,
    by: 'process',
    shared: network !== undefined,
    address,
    port: BigInt(Number(facts.get('upstream.port') ?? 0)),
  }
}

/** A container that has what is mounted into the gateway's on the way to a socket, one that runs before one that ended. */
function sharingOf(rows: readonly Row[], gateway: Row | undefined, socket: string) {
  const mount = socket === '' ? undefined : gateway && mountAround(gateway.mounts, socket)
  const others = rows.filter(({ value }) => value.id !== gateway?.value.id)
  const found = others.flatMap((row) => {
    const there = mount && row.mounts.find(({ id }) => id === mount.id)
    return there ? [{ row, at: there.at }] : []
  })[0]
  const inside = mount && found ? `${found.at}${socket.slice(mount.at.length)}` : ''
  return { socket_mount: mount?.shown ?? '', sharing: found?.row.value ?? NONE, socket_inside: inside }
}

/** The gateway lives on the machine itself: a container that has the machine's own folder of a socket, a running one first. */
function sharingWithMachine(rows: readonly Row[], socket: string) {
  const having = rows.flatMap((row) => {
    const mount = row.mounts.find(
      ({ id, shown }) => id === `bind ${shown}` && socket.startsWith(`${shown.replace(/\/+$/, '')}/`),
    )
    return mount ? [{ row, mount }] : []
  })
  const found = having.find(({ row }) => row.value.state === 'running') ?? having[0]
  if (socket === '' || !found) return { socket_mount: '', sharing: NONE, socket_inside: '' }
  const { at, shown } = found.mount
  return { socket_mount: shown, sharing: found.row.value, socket_inside: `${at}${socket.slice(shown.length)}` }
}

/** The first network of a container that the gateway's container is in too. */
function nearest(row: Row, gateway: Row | undefined): Row['networks'][number] | undefined {
  return gateway && row.networks.find(({ id }) => isIn(gateway, id))
}

function isIn(row: Row, id: string | undefined): boolean {
  return row.networks.some((network) => network.id === id)
}

function namesOf(facts: Facts): string[] {
  const name = word(facts, 'upstream.name')
  if (name !== '') return [name]
  const host = word(facts, 'upstream.host')
  // What a gateway in a container sends to by name is looked up in its networks.
  if (word(facts, 'proxy.container') !== '' && isName(host)) return [host]
  const named = facts.get('config.named')
  const port = Number(facts.get('upstream.port') ?? 0)
  return (Array.isArray(named) ? named : []).flatMap((each) => {
    if (typeof each !== 'string' || splitEndpoint(each)) return []
    const [host = '', at = ''] = each.split(':')
    return at === '' || port === 0 || Number(at) === port ? [host] : []
  })
}

function isName(host: string): boolean {
  return host !== '' && host !== 'localhost' && plainAddress(host) === ''
}

function isCalled({ value, networks }: Row, name: string): boolean {
  return value.name === name || value.id === name || networks.some(({ names }) => names.includes(name))
}
