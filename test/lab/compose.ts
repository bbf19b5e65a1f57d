import { readFileSync } from 'node:fs'
import type { Ports } from './case.ts'
import { type Engine, engine } from './engine.ts'
import { type Lab, listening, until } from './lab.ts'

// A gateway in a container in front of an application in another one, as docker compose runs the two services of a file.

export const WEB = 'registry.example.com/shop/web:1.4.2'
const NGINX = 'registry.example.com/shop/nginx:1.22'
/** What `docker compose` calls them. */
export const [APP, GATEWAY, NET] = ['shop-web-1', 'shop-nginx-1', 'shop_default']

export const TO_WEB = 'proxy_pass http://web:3000;'
/** Looked up while nginx runs, by the engine's own resolver. */
export const AT_RUN_TIME =
  'resolver 127.0.0.11 valid=1s; resolver_timeout 2s; set $web web; proxy_pass http://$web:3000;'

export const serves = (host = '0.0.0.0', port = 3000, more = '') => `
const http = require('node:http')
const server = http.createServer((request, response) => { ${more} response.end('hello from ' + request.url + '\\n') })
server.listen(${port}, '${host}', () => console.log('shop listens on', server.address().port))
process.once('SIGTERM', () => process.exit(0))
`

/** The labels that docker compose gives to the containers of a file. */
const labels = (service: string) =>
  [
    'com.docker.compose.project=shop',
    `com.docker.compose.service=${service}`,
    'com.docker.compose.project.config_files=/srv/shop/compose.yaml',
  ].flatMap((label) => ['--label', label])

/** nginx in a container in front of an application in another one: a compose file's two services. */
export interface Compose {
  /** The application's code; null: no container of it is made. */
  code?: string | null
  /** What nginx's location does. */
  location?: string
  /** More in nginx's `http` block. */
  http?: string
  /** Options of `docker run`. */
  web?: readonly string[]
  nginx?: readonly string[]
  /** The network of the application, and of nginx. */
  networks?: readonly [string, string]
  /** Wait until the site answers, whatever it answers. */
  ready?: boolean
  /** The port inside that the site's leads to. */
  inside?: number
  /** The gateway uses the machine's own network, and listens on this port of it. */
  host?: boolean
  /** The gateway does not come up. */
  falls?: boolean
  /** Another gateway than nginx. */
  gateway?: Gateway
}

/** What an image of a gateway is made of; it listens on 80. */
export interface Gateway {
  files: Record<string, string>
  command: readonly string[]
  /** Programs and libraries of this machine. */
  more: readonly string[]
}

export async function compose(lab: Lab, ports: Ports, wanted: Compose = {}): Promise<Engine> {
  const made = await engine(lab)
  const { code = serves(), location = TO_WEB, networks = [NET, NET], inside = 80 } = wanted
  const logs = 'access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log;'
  const server = `server { listen ${wanted.host === true ? ports.site : 80}; server_name shop.example.com; location / { ${location} } }`
  const conf = `user www-data;\nevents {}\nhttp { ${logs} ${wanted.http ?? ''} ${server} }\n`
  const nginx = { files: { 'etc/nginx/nginx.conf': conf }, command: ['nginx', '-g', 'daemon off;'], more: [] }
  const { files, command, more } = wanted.gateway ?? nginx
  made.image(NGINX, files, [`CMD ${JSON.stringify(command)}`], more)
  for (const network of new Set(networks)) made.docker('network', 'create', network)
  if (code !== null) {
    webImage(made, code)
    runWeb(made, networks[0], wanted.web)
    if (wanted.ready !== false) await says(made, 'listens')
  }
  const publish = ['-p', `127.0.0.1:${ports.site}:${inside}`]
  const network = wanted.host === true ? ['--network', 'host'] : [...publish, '--network', networks[1]]
  const options = [...network, '--name', GATEWAY, ...labels('nginx'), ...(wanted.nginx ?? [])]
  made.docker('run', '-d', ...options, NGINX)
  if (wanted.falls !== true)
    await (wanted.host === true
      ? listening(ports.site, '127.0.0.1')
      : until(() => listens80(made), 'the gateway listens'))
  return made
}

/** In the network of its container: what the engine holds outside says nothing. */
function listens80(made: Engine): boolean {
  const pid = made.inspect(GATEWAY, '{{.State.Pid}}')
  if (!(Number(pid) > 0)) return false
  // Either family: a socket of IPv6 may take both.
  const tables = ['tcp', 'tcp6'].map((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8'))
  return tables.some((table) => / 0+:0050 0+:0000 0A /.test(table))
}

export function webImage(made: Engine, code: string): void {
  made.image(WEB, { 'srv/shop/server.js': code }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
}

export function runWeb(made: Engine, network: string, options: readonly string[] = []): void {
  const called = ['--name', APP, '--network', network, '--network-alias', 'web']
  made.docker('run', '-d', ...called, ...labels('web'), ...options, WEB)
}

export const says = (made: Engine, word: string) =>
  until(() => made.docker('logs', APP).includes(word), `it says ${word}`)
const state = (made: Engine) => made.inspect(APP, '{{.State.Status}}')
export const ended = (made: Engine) => until(() => state(made) === 'exited', 'the container ended')
