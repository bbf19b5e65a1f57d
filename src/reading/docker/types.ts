import { t } from '../../words/value.ts'

/** One container as far as flows compare it; all empty where none was found. */
export const container = t.record({
  found: t.bool,
  /** What led to it: `port` (published), `address`, `name`, `process`; '' where none was found. */
  by: t.string,
  /** How many more would fit: several containers may have published one port in turn. */
  others: t.int,
  name: t.string,
  /** 12 digits. */
  id: t.string,
  image: t.string,
  /** Of a compose file: its project and the service's name in it; '' where it is of none. */
  project: t.string,
  service: t.string,
  /** The compose file itself; '' where it is of several, or of none. */
  compose_file: t.string,
  /** created | running | paused | restarting | removing | exited | dead */
  state: t.string,
  exit_code: t.int,
  /** Its memory limit ended one of its processes. */
  oom: t.bool,
  /** Why it could not be started, in the engine's words. */
  error: t.string,
  /** Starts by its restart policy. */
  restarts: t.int,
  /** no | always | unless-stopped | on-failure */
  policy: t.string,
  created: t.timestamp,
  started: t.timestamp,
  ended: t.timestamp,
  /** '' where it has no health check, else starting | healthy | unhealthy */
  health: t.string,
  health_failed: t.int,
  health_said: t.string,
  /** Its first process, as this machine counts; 0 while it does not run. */
  pid: t.int,
  /** The port inside that the asked one leads to; 0 where none does. */
  port: t.int,
  /** On this machine; 0 where nothing is published for it. */
  host_port: t.int,
  /** `127.0.0.1:3000`, '' where nothing is published for it. */
  published: t.string,
  /** On the network that leads to it. */
  address: t.string,
  networks: t.list(t.string),
  /** It and the gateway's container are in one network. */
  shared: t.bool,
  /** Bytes it may use; 0: no limit. */
  memory: t.int,
  /** Where the engine keeps what it prints; '' where it keeps no file. */
  log: t.string,
})

/** The containers of a machine, seen from the question asked: which is behind the upstream, which is the gateway. */
export const containers = t.record({
  complete: t.bool,
  /** '' no engine here · down: its socket is left over · answers */
  engine: t.string,
  /** When the engine itself was started; the year 1970 where that is not seen. */
  engine_started: t.timestamp,
  count: t.int,
  /** Behind the upstream's address and port. */
  upstream: container,
  /** What publishes the URL's own port, or runs the gateway's process. */
  gateway: container,
  /** Wanted the upstream's port and could not have it: another has it. */
  kept_out: container,
  /** Of the same image or service as the one behind the upstream, which does not run, and published elsewhere. */
  moved: container,
  /** Of the upstream's name, by its own name or by an alias in a network. */
  named: container,
  /** The names that were sought, without their ports. */
  names: t.list(t.string),
  /** Addresses of all that run and have such a name, in networks that the gateway's container is in. */
  named_addresses: t.list(t.string),
  /** What is mounted into the gateway's container on the way to the upstream's socket (a volume's name, a folder); '' where nothing is. */
  socket_mount: t.string,
  /** Another container with the same mount, and the socket's path in there. */
  sharing: container,
  socket_inside: t.string,
  /** The one whose id is known (the fact `container.sought`). */
  sought: container,
})
