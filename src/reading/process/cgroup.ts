/** Where a process stands in the control groups: its systemd unit and its container. */
export interface Placement {
  /** The service inside the container (or on the host when there is none), '' when none. */
  unit: string
  /** A user's own manager runs the unit. */
  userUnit: boolean
  /** Id (12 digits) or name of the innermost container, '' when none. */
  container: string
}

const CONTAINER_ID = /^[0-9a-f]{64}$/
const NSPAWN = /^(?:systemd-nspawn@(.+)\.service|machine-(.+)\.scope)$/
const LXC = /^lxc\.payload\.(.+)$/
const UNIT = /^[A-Za-z0-9:_.\\@-]+\.service$/

/**
 * Parses `/proc/PID/cgroup` (cgroups(7)). The systemd hierarchy is the one line `0::` (v2) or
 * `name=systemd` (v1); containers may stand in any hierarchy. A unit outside the container that the
 * process is in belongs to another manager than the one inside, so it is not reported.
 */
export function parseCgroup(cgroup: string): Placement {
  const lines = cgroup
    .split('\n')
    .map(hierarchy)
    .filter((line) => line.path !== '' && line.path !== '/')
  const managed = lines.filter((line) => line.controllers === '' || line.controllers === 'name=systemd')
  const places = [...managed, ...lines].map((line) => placement(line.path))
  const none: Placement = { unit: '', userUnit: false, container: '' }
  const contained = places.find((place) => place.container !== '')
  const withUnit = places.slice(0, managed.length).find((place) => place.unit !== '')
  if (!contained) return withUnit ?? none
  // Every hierarchy agrees on the container; a unit counts only where it was seen inside it.
  const inside = places.find((place) => place.container === contained.container && place.unit !== '')
  return inside ?? contained
}

/** The unit by which one manager knows the process: '' when a container (other than `own`) hides it. */
export function unitOf(place: Placement, own: Placement): { unit: string; userUnit: boolean; container: string } {
  if (place.container === '' || place.container === own.container) return { ...place, container: '' }
  return { unit: '', userUnit: false, container: place.container }
}

function hierarchy(line: string): { controllers: string; path: string } {
  const first = line.indexOf(':')
  const second = line.indexOf(':', first + 1)
  if (first < 0 || second < 0) return { controllers: '', path: '' }
  return { controllers: line.slice(first + 1, second), path: line.slice(second + 1) }
}

function placement(path: string): Placement {
  let container = ''
  let manager = ''
  let unit = ''
  const parts = path.split('/')
  for (const [at, part] of parts.entries()) {
    const contained = containerName(part, parts[at - 1] ?? '')
    if (contained !== '') {
      container = contained
      manager = ''
      unit = ''
    } else if (UNIT.test(part)) {
      // systemd prefixes `_` where a unit's name would look like a controller's file.
      const name = part.startsWith('_') ? part.slice(1) : part
      if (/^user@\d+\.service$/.test(name)) manager = name
      else if (unit === '') unit = name
    }
  }
  return { unit, userUnit: manager !== '' && unit !== '', container }
}

function containerName(part: string, parent: string): string {
  // `ID`, `docker-ID.scope`, `cri-containerd-ID.scope`, `libpod-ID.scope`, `slice:cri-containerd:ID`
  const named = part.endsWith('.scope') ? part.slice(0, -'.scope'.length) : part
  const id = named.slice(-64)
  const separator = named.charAt(named.length - 65)
  if (CONTAINER_ID.test(id) && (separator === '' || separator === '-' || separator === ':')) return id.slice(0, 12)
  const nspawn = NSPAWN.exec(part)
  if (nspawn) return nspawn[1] ?? nspawn[2] ?? ''
  const payload = LXC.exec(part)?.[1]
  if (payload !== undefined) return payload
  return parent === 'lxc' ? part : ''
}

/** Programs that hold a port for a container: what listens behind them is elsewhere. */
const FORWARDERS = new Set([
  'docker-proxy',
  'rootlesskit',
  'rootlessport',
  'slirp4netns',
  'pasta',
  'pasta.avx2',
  'conmon',
])

/**
 * When a program's file name is that of a container runtime's port forwarder: where it sends to, as
 * far as its arguments say (`-container-ip 172.17.0.2 -container-port 80`); '' for other programs.
 */
export function forwardsTo(program: string, command: readonly string[]): string {
  if (!FORWARDERS.has(program)) return ''
  const after = (name: string): string => command[command.indexOf(name) + 1] ?? ''
  const host = command.includes('-container-ip') ? after('-container-ip') : ''
  if (!/^[0-9A-Fa-f.:]{2,45}$/.test(host)) return `a container behind ${program}`
  const port = command.includes('-container-port') ? after('-container-port') : ''
  return /^\d{1,5}$/.test(port) ? `the container at ${host}:${port}` : `the container at ${host}`
}
