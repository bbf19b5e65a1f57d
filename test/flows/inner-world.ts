import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { box, containers } from './containers.ts'
import { exchange, nginxPage, samples } from './http.ts'
import { destination, found, NGINX_PID } from './looks.ts'
import { errorLine, errorLog, MESSAGES } from './text.ts'
import { config, type World } from './world.ts'

// nginx in a container (172.18.0.3) in front of the service `web` in another one (172.18.0.2), both in one network.

export const NET = 'shop_default'
/** The first process of the application's container. */
export const WEB_PID = 5252

type Box = NonNullable<Parameters<typeof box>[0]>

/** The container of the application. */
export const web = (more: Box = {}): JsonObject =>
  box({
    ...{ name: 'shop-web-1', service: 'web', pid: WEB_PID, publish: null, networks: { [NET]: ['172.18.0.2', 'web'] } },
    ...more,
  })

/** The container of nginx, which publishes port 80. */
export const gateway = (more: Box = {}): JsonObject =>
  box({
    ...{ name: 'shop-nginx-1', image: 'nginx:1.22', service: 'nginx', pid: NGINX_PID, publish: ['0.0.0.0', 80, 80] },
    networks: { [NET]: ['172.18.0.3', 'nginx'] },
    ...more,
  })

interface Listener {
  /** As the kernel writes it: `0100007F`. */
  address?: string
  port: number
  program?: string
  pid?: number
}

/** What listens in a container's own network. */
export function inside(...listeners: Listener[]): Capture {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  const line = ({ address = '00000000', port }: Listener, at: number) =>
    `   ${at}: ${address}:${hex(port)} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${700 + at} 1 0000000000000000 100 0 0 10 0`
  return found({
    whole: true,
    owners_whole: true,
    owners: listeners.map(({ program = 'node', pid = WEB_PID }, at) => ({ inode: String(700 + at), pid, program })),
    tcp: listeners.map(line),
    tcp6: [],
    unix: [],
  })
}

const NGINX = inside({ port: 80, program: 'nginx', pid: NGINX_PID })

/** In nginx's own network listens nginx; in the application's, these. */
export const listening =
  (...listeners: Listener[]): World['inside'] =>
  (request) =>
    request.kind === 'look' && request.args.pid === NGINX_PID ? NGINX : inside(...listeners)

export const line = (message: string, upstream = 'http://172.18.0.2:3000/checkout') =>
  errorLog([errorLine(message, { upstream })])

/** nginx in a container sends to a name, and was refused. */
export function contained(boxes: JsonObject[], parts: Partial<World> = {}): Partial<World> {
  const held = { pid: 900, program: 'docker-proxy', cgroup: '0::/system.slice/docker.service\n' }
  return {
    destination: destination({}, held),
    config: config('location / { proxy_pass http://web:3000; proxy_set_header Host $host; }'),
    request: exchange(nginxPage(502)),
    samples: samples(nginxPage(502)),
    errorLog: line(MESSAGES.refused),
    containers: containers(boxes),
    inside: listening(),
    ...parts,
  }
}
