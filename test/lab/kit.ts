import type { ChildProcess } from 'node:child_process'
import { get } from 'node:http'
import { WELL } from './apps.ts'
import type { Case, Ports } from './case.ts'
import { type Lab, listening, type Nginx, until } from './lab.ts'

// What most cases share: a site of nginx, an application behind it, visitors, names.

/** A server block for the site, with one location that does this. */
export const site = (ports: Ports, location: string, more = '') =>
  `server { listen 127.0.0.1:${ports.site}; server_name shop.example.com; ${more} location / { ${location} } }`

export const url = (ports: Ports, path = '/checkout') => `http://127.0.0.1:${ports.site}${path}`

/** nginx with a site of one location that does this. */
export async function passes(lab: Lab, ports: Ports, location: string, more = ''): Promise<Nginx> {
  return lab.nginx({ port: ports.site, http: site(ports, location, more) })
}

/** nginx in front of whatever is on the app's port. */
export async function front(lab: Lab, ports: Ports, settings = '', more = ''): Promise<Nginx> {
  return passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.app}; ${settings}`, more)
}

/** An application with one habit; nginx in front of it speaks `scheme` to it. `cited`: its pid must be. */
export function behind(
  code: string,
  settings = '',
  { scheme = 'http', http = '', args = [] as string[], env = {} as Record<string, string>, cited = false } = {},
): Case['start'] {
  return async (lab, ports) => {
    const { pid } = await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    const pass = `proxy_pass ${scheme}://127.0.0.1:${ports.app}; ${settings}`
    await lab.nginx({ port: ports.site, http: `${http} ${site(ports, pass)}` })
    return { url: url(ports), args, cites: cited ? [`pid ${pid}`] : [] }
  }
}

/** The status of one GET; 0 where no HTTP came. */
export function statusOf(address: string): Promise<number> {
  return new Promise((resolve) => {
    get(address, { agent: false, timeout: 10_000 }, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    }).once('error', () => resolve(0))
  })
}

/** So many visitors, one after the other; their statuses. */
export async function visitors(address: string, count: number): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push(await statusOf(address))
  return statuses
}

/** An application that is well, in a folder of the shop's, on a port of an address. */
export async function well(lab: Lab, name: string, port: number, host = '127.0.0.1'): Promise<ChildProcess> {
  const file = lab.write(`srv/${name}/server.js`, WELL)
  const child = lab.start([process.execPath, file], { env: { PORT: String(port), HOST: host } })
  await listening(port, host)
  return child
}

/** A real DNS server on loopback that knows these names and says of every other that there is none. */
export async function nameServer(lab: Lab, port: number, names: Record<string, string>): Promise<ChildProcess> {
  const { Resolver } = await import('node:dns/promises')
  const argv = [
    ...['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--no-daemon', '--conf-file=/dev/null'],
    ...['--user=root', '--bind-interfaces', '--listen-address=127.0.0.1', `--port=${port}`],
    ...['--local=/#/', '--local-ttl=1', '--host-record=up.test,127.0.0.1'],
    ...Object.entries(names).map(([name, address]) => `--host-record=${name},${address}`),
  ]
  const child = lab.start(argv)
  const resolver = new Resolver({ timeout: 300, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  const answers = () =>
    resolver.resolve4('up.test').then(
      () => true,
      () => false,
    )
  await until(answers, `the DNS server answers on port ${port}`)
  return child
}

/** Nearer than two seconds, a load of the configuration and a change of a file cannot be told apart. */
export const later = (ms = 4000) => new Promise<void>((resolve) => setTimeout(resolve, ms))
