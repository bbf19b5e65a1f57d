import type { Json, JsonObject } from '../../words/json.ts'
import { object, objects, text, texts, whole } from '../process/found.ts'

/** The last lines of a health check that are kept. */
const HEALTH_TEXT = 300
const MOST_NETWORKS = 16
const MOST_MOUNTS = 32
const LABELS = [
  'com.docker.compose.project',
  'com.docker.compose.service',
  'com.docker.compose.project.config_files',
  'com.docker.compose.project.working_dir',
]

/**
 * What is needed of one container of `docker inspect`, in Docker's own names: its environment and its command
 * may hold secrets and are left out. Never throws, whatever is in it.
 */
export function keptContainer(raw: JsonObject): JsonObject {
  const state = object(raw, 'State')
  const host = object(raw, 'HostConfig')
  const policy = object(host, 'RestartPolicy')
  const config = object(raw, 'Config')
  const settings = object(raw, 'NetworkSettings')
  return {
    Id: text(raw, 'Id'),
    Name: text(raw, 'Name'),
    Created: text(raw, 'Created'),
    RestartCount: whole(raw, 'RestartCount'),
    LogPath: text(raw, 'LogPath'),
    State: {
      ...pick(state, ['Status', 'ExitCode', 'OOMKilled', 'Error', 'StartedAt', 'FinishedAt', 'Pid']),
      ...keptHealth(object(state, 'Health')),
    },
    Config: { Image: text(config, 'Image'), Labels: pick(object(config, 'Labels'), LABELS) },
    Mounts: objects(raw, 'Mounts').slice(0, MOST_MOUNTS).flatMap(keptMount),
    HostConfig: {
      NetworkMode: text(host, 'NetworkMode'),
      Memory: whole(host, 'Memory'),
      RestartPolicy: { Name: text(policy, 'Name'), MaximumRetryCount: whole(policy, 'MaximumRetryCount') },
      PortBindings: keptPorts(object(host, 'PortBindings')),
      LogConfig: { Type: text(object(host, 'LogConfig'), 'Type') },
    },
    NetworkSettings: {
      Ports: keptPorts(object(settings, 'Ports')),
      Networks: keptNetworks(object(settings, 'Networks')),
    },
  }
}

function pick(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = from[name]
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : []
    }),
  )
}

/** Where it is, and what it is: a volume by its name, a folder of the machine by its path; nothing else. */
function keptMount(mount: JsonObject): JsonObject[] {
  const type = text(mount, 'Type')
  if (type !== 'volume' && type !== 'bind') return []
  return [pick(mount, ['Type', type === 'volume' ? 'Name' : 'Source', 'Destination'])]
}

function keptHealth(health: JsonObject): JsonObject {
  const status = text(health, 'Status')
  if (status === '' || status === 'none') return {}
  const last = objects(health, 'Log').at(-1)
  const log = last && {
    ...pick(last, ['ExitCode', 'End']),
    Output: text(last, 'Output').slice(0, HEALTH_TEXT),
  }
  return {
    Health: { Status: status, FailingStreak: whole(health, 'FailingStreak'), Log: log === undefined ? [] : [log] },
  }
}

function keptPorts(ports: JsonObject): JsonObject {
  const kept = Object.keys(ports).slice(0, 100)
  return Object.fromEntries(
    kept.map((key) => [key, objects(ports, key).map((each) => pick(each, ['HostIp', 'HostPort']))]),
  )
}

function keptNetworks(networks: JsonObject): JsonObject {
  const kept = Object.keys(networks).slice(0, MOST_NETWORKS)
  return Object.fromEntries(
    kept.map((key) => {
      const network = object(networks, key)
      const names = [...texts(network, 'Aliases'), ...texts(network, 'DNSNames')]
      return [
        key,
        {
          ...pick(network, ['NetworkID', 'IPAddress', 'GlobalIPv6Address']),
          Aliases: [...new Set(names)].slice(0, 20),
        },
      ]
    }),
  )
}
