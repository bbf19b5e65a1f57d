import { createHash } from 'node:crypto'
import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { capture, clock } from './http.ts'
import { CLOCK, found, ticks } from './looks.ts'

/** The first process of the container, as the machine counts. */
export const CONTAINER_PID = 5151
const NEVER = '0001-01-01T00:00:00Z'

interface Box {
  name?: string
  image?: string
  status?: string
  exit?: number
  oom?: boolean
  error?: string
  restarts?: number
  policy?: string
  created?: Date
  started?: Date
  ended?: Date
  address?: string
  /** Networks, each with its address and the names that it gives. */
  networks?: Record<string, [string, ...string[]]>
  /** Volumes by name, and folders of the machine, with the place inside. */
  mounts?: Record<string, string>
  /** Of a compose file. */
  service?: string
  pid?: number
  /** `[host, host port, port inside]` */
  publish?: [string, number, number] | null
  health?: JsonObject
  memory?: number
}

/** A container as `docker inspect` tells it: one that runs, and publishes 3000 on loopback. */
export function box(given: Box = {}): JsonObject {
  const { name = 'shop-web-1', status = 'running', publish = ['127.0.0.1', 3000, 3000] } = given
  const runs = status === 'running' || status === 'paused'
  const [host, hostPort, port] = publish ?? ['', 0, 0]
  const ports: JsonObject = publish ? { [`${port}/tcp`]: [{ HostIp: host, HostPort: String(hostPort) }] } : {}
  return {
    Id: createHash('sha256').update(name).digest('hex'),
    Name: `/${name}`,
    Created: (given.created ?? clock(-7200)).toISOString(),
    RestartCount: given.restarts ?? 0,
    LogPath: '',
    State: {
      Status: status,
      ExitCode: given.exit ?? 0,
      OOMKilled: given.oom ?? false,
      Error: given.error ?? '',
      StartedAt: (given.started ?? clock(-3600)).toISOString(),
      FinishedAt: given.ended?.toISOString() ?? NEVER,
      Pid: runs ? (given.pid ?? CONTAINER_PID) : 0,
      ...(given.health ? { Health: given.health } : {}),
    },
    Config: { Image: given.image ?? 'shop/web:1.4.2', Labels: given.service ? composed(given.service) : {} },
    Mounts: Object.entries(given.mounts ?? {}).map(([from, Destination]) =>
      from.startsWith('/')
        ? { Type: 'bind', Source: from, Destination }
        : { Type: 'volume', Name: from, Source: `/var/lib/docker/volumes/${from}/_data`, Destination },
    ),
    HostConfig: {
      NetworkMode: 'default',
      Memory: given.memory ?? 0,
      RestartPolicy: { Name: given.policy ?? 'no', MaximumRetryCount: 0 },
      PortBindings: ports,
      LogConfig: { Type: 'json-file' },
    },
    NetworkSettings: {
      Ports: runs ? ports : {},
      Networks: networksOf(given.networks ?? { bridge: [given.address ?? '172.17.0.2'] }, runs),
    },
  }
}

const composed = (service: string) => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': service,
  'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
})

/** What does not run has its names, and no address. */
function networksOf(networks: Record<string, [string, ...string[]]>, runs: boolean): JsonObject {
  const entries = Object.entries(networks).map(([name, [address, ...names]]): [string, JsonObject] => [
    name,
    { NetworkID: `id of ${name}`, IPAddress: runs ? address : '', Aliases: names },
  ])
  return Object.fromEntries(entries)
}

/** Docker runs since this moment, with these containers; nothing at all: no engine here. */
export function containers(list?: JsonObject[], since = clock(-80_000)): Capture {
  if (list === undefined) return found({ engine: '', containers: [] })
  const engine = { engine: 'answers', count: list.length, start_ticks: ticks(since), clock: CLOCK }
  return found({ ...engine, containers: list })
}

/** What a container printed; each line with its moment. */
export function printed(...lines: [Date, string][]): Capture {
  return capture('look', lines.map(([at, says]) => `${at.toISOString()} ${says}\n`).join(''))
}

/** What Docker remembers: actions with their moments and attributes. */
export function remembered(...events: [Date, string, JsonObject?][]): Capture {
  return found({
    events: events.map(([at, Action, Attributes = {}]) => ({
      Action,
      time: Math.floor(at.getTime() / 1000),
      Actor: { Attributes },
    })),
  })
}
