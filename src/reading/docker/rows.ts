import type { JsonObject } from '../../words/json.ts'
import { type Infer, NEVER } from '../../words/value.ts'
import { parsePort, plainAddress } from '../process/addresses.ts'
import { flag, object, objects, text, texts, whole } from '../process/found.ts'
import { visibleLine } from '../visible.ts'
import { type Mount, mountsOf } from './mounts.ts'
import type { container } from './types.ts'

export type Container = Infer<typeof container>

/** A published port: where on the machine, and where inside. */
export interface Published {
  /** `*`: every address. */
  host: string
  hostPort: number
  port: number
}

/** One container with what its match is made from. */
export interface Row {
  value: Container
  published: Published[]
  networks: { name: string; id: string; addresses: string[]; names: string[] }[]
  mounts: Mount[]
}

export const NONE: Container = {
  found: false,
  by: '',
  others: 0n,
  name: '',
  id: '',
  image: '',
  project: '',
  service: '',
  compose_file: '',
  state: '',
  exit_code: 0n,
  oom: false,
  error: '',
  restarts: 0n,
  policy: '',
  created: NEVER,
  started: NEVER,
  ended: NEVER,
  health: '',
  health_failed: 0n,
  health_said: '',
  pid: 0n,
  port: 0n,
  host_port: 0n,
  published: '',
  address: '',
  networks: [],
  shared: false,
  memory: 0n,
  log: '',
}

const SHOWN = 300
/** The order in which a container is the one that was meant: what runs before what ran. */
const ORDER = ['running', 'paused', 'restarting', 'removing', 'exited', 'dead', 'created']

/** Containers as `docker inspect` tells them: those that run first, then those that were active last. */
export function rowsOf(inspected: readonly JsonObject[]): Row[] {
  return inspected.map(rowOf).sort((a, b) => rank(a) - rank(b) || lastActive(b) - lastActive(a))
}

function rank({ value }: Row): number {
  const at = ORDER.indexOf(value.state)
  // Of those that do not run, the time decides.
  return at < 0 ? ORDER.length : Math.min(at, ORDER.indexOf('removing'))
}

function lastActive({ value }: Row): number {
  return Math.max(value.created.getTime(), value.started.getTime(), value.ended.getTime())
}

function rowOf(raw: JsonObject): Row {
  const state = object(raw, 'State')
  const host = object(raw, 'HostConfig')
  const health = object(state, 'Health')
  const networks = networksOf(object(object(raw, 'NetworkSettings'), 'Networks'))
  const status = text(state, 'Status')
  return {
    published: publishedOf(object(host, 'PortBindings'), object(object(raw, 'NetworkSettings'), 'Ports')),
    networks,
    mounts: mountsOf(raw),
    value: {
      ...NONE,
      found: true,
      name: text(raw, 'Name').replace(/^\//, ''),
      id: text(raw, 'Id').slice(0, 12),
      image: text(object(raw, 'Config'), 'Image'),
      ...composed(object(object(raw, 'Config'), 'Labels')),
      state: status,
      exit_code: BigInt(whole(state, 'ExitCode')),
      oom: flag(state, 'OOMKilled'),
      error: visibleLine(text(state, 'Error'), SHOWN),
      restarts: BigInt(whole(raw, 'RestartCount')),
      policy: text(object(host, 'RestartPolicy'), 'Name') || 'no',
      created: time(text(raw, 'Created')),
      started: time(text(state, 'StartedAt')),
      ended: time(text(state, 'FinishedAt')),
      health: status === 'running' ? text(health, 'Status').replace('none', '') : '',
      health_failed: BigInt(whole(health, 'FailingStreak')),
      health_said: visibleLine(text(objects(health, 'Log').at(-1) ?? {}, 'Output').trim(), SHOWN),
      pid: BigInt(whole(state, 'Pid')),
      networks: networks.map(({ name }) => name),
      address: networks.flatMap(({ addresses }) => addresses)[0] ?? '',
      memory: BigInt(whole(host, 'Memory')),
      log: text(object(host, 'LogConfig'), 'Type') === 'json-file' ? text(raw, 'LogPath') : '',
    },
  }
}

/** Labels of docker compose. Names that stand in commands are taken only where they are such names. */
function composed(labels: JsonObject): Pick<Container, 'project' | 'service' | 'compose_file'> {
  const label = (name: string) => text(labels, `com.docker.compose.${name}`)
  const [project, service] = ['project', 'service'].map(label)
  if (!project || !service) return { project: '', service: '', compose_file: '' }
  const [file, folder] = ['project.config_files', 'project.working_dir'].map(label)
  // The first compose wrote the file as it was given, which the folder makes whole.
  const whole = file?.startsWith('/') || !folder?.startsWith('/') ? file : `${folder}/${file}`
  return { project, service, compose_file: file && /^\/[^,]{1,500}$/.test(whole ?? '') ? (whole ?? '') : '' }
}

/** Docker's own "never" is the year 1. */
function time(stamp: string): Date {
  const at = new Date(stamp)
  return Number.isNaN(at.getTime()) || at < NEVER ? NEVER : at
}

function networksOf(networks: JsonObject): Row['networks'] {
  return Object.keys(networks).map((name) => {
    const network = object(networks, name)
    const addresses = [text(network, 'IPAddress'), text(network, 'GlobalIPv6Address')].map(plainAddress)
    return {
      name,
      id: text(network, 'NetworkID') || name,
      addresses: addresses.filter((address) => address !== ''),
      names: texts(network, 'Aliases'),
    }
  })
}

/** What is asked to be published, and what the engine chose where only the port inside was named. */
function publishedOf(wanted: JsonObject, actual: JsonObject): Published[] {
  const found = new Map<string, Published>()
  for (const ports of [wanted, actual]) {
    for (const key of Object.keys(ports)) {
      const port = parsePort(/^(\d{1,5})\/tcp$/.exec(key)?.[1] ?? '')
      if (port === undefined) continue
      for (const binding of objects(ports, key)) {
        const hostPort = parsePort(text(binding, 'HostPort'))
        const address = text(binding, 'HostIp')
        if (hostPort === undefined) continue
        const host = address === '' ? '*' : plainAddress(address)
        found.set(`${host} ${hostPort} ${port}`, { host, hostPort, port })
      }
    }
  }
  return [...found.values()]
}
