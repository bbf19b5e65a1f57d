import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Case, Ports } from './case.ts'
import { url } from './kit.ts'
import { collect, type Lab, listening } from './lab.ts'

// A real Caddy, with a Caddyfile, a log and a home of the lab's own.

export interface Caddy {
  child: ChildProcess
  file: string
  log: string
}

interface Options {
  /** Global options besides the log. */
  global?: string
  /** Where it writes its log: to a file of its own, or to standard error, which a supervisor keeps in a file. */
  logs?: 'file' | 'stderr'
}

/** What the log holds of yesterday: another fault of the same site. */
function yesterday(ports: Ports): string {
  const ts = (Date.now() - 26 * 3_600_000) / 1000
  const request = {
    remote_ip: '10.9.8.7',
    remote_port: '51046',
    proto: 'HTTP/1.1',
    method: 'GET',
    host: `127.0.0.1:${ports.site}`,
    uri: '/checkout',
    headers: { 'User-Agent': ['Mozilla/5.0'] },
  }
  const msg = 'dial tcp: lookup shop.old.internal on 127.0.0.53:53: no such host'
  return `${JSON.stringify({ level: 'error', ts, logger: 'http.log.error', msg, request, duration: 0.1, status: 502, err_id: 'fjx9bq2pi', err_trace: 'reverseproxy.statusError (reverseproxy.go:1272)' })}\n`
}

/** Starts Caddy with these sites and waits until the site's port listens. */
export async function caddy(
  lab: Lab,
  ports: Ports,
  sites: string,
  { global = '', logs = 'file' }: Options = {},
): Promise<Caddy> {
  const log = lab.write('caddy/caddy.log', yesterday(ports))
  const file = lab.path('caddy/Caddyfile')
  writeFileSync(file, caddyfile(sites, global, logs === 'file' ? log : ''))
  const home = lab.path('caddy/home/.keep').replace(/\/\.keep$/, '')
  const env = { HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data` }
  const argv = ['/usr/bin/caddy', 'run', '--config', file, '--adapter', 'caddyfile']
  const child = lab.start(argv, { env, ...(logs === 'stderr' ? { stderr: log } : {}) })
  await listening(ports.site, '127.0.0.1')
  return { child, file, log }
}

/** A Caddyfile with the lab's own settings around these sites. */
export function caddyfile(sites: string, global: string, log: string): string {
  const output = log === '' ? '' : `\tlog {\n\t\toutput file ${log}\n\t}\n`
  return `{\n\tauto_https off\n${output}${global}\n}\n${sites}\n`
}

/** The shop's site, and another one of the same Caddy. */
export function sites(ports: Ports, directives: string): string {
  const blog = `http://blog.example.com:${ports.site} {\n\trespond "the blog"\n}\n`
  return `${blog}http://shop.example.com:${ports.site}, http://127.0.0.1:${ports.site} {\n${directives}\n}`
}

/** `reverse_proxy` to these addresses, with these options. */
export const reverseProxy = (to: string, options = '') => `\treverse_proxy ${to} {\n${options}\n\t}`

/** What the transport is told. */
export const transport = (settings: string) => `\t\ttransport http {\n${settings}\n\t\t}`

/** An application with one habit behind Caddy. */
export function behindCaddy(
  code: string,
  {
    options = '',
    scheme = '',
    args = [] as string[],
    env = {} as Record<string, string>,
    ...more
  }: { options?: string; scheme?: string; args?: string[]; env?: Record<string, string> } & Options = {},
): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    await caddy(lab, ports, sites(ports, reverseProxy(`${scheme}127.0.0.1:${ports.app}`, options)), more)
    return { url: url(ports), args }
  }
}

/** Runs a command that must succeed. */
export async function did(argv: string[]): Promise<void> {
  const { exit, err } = await collect(argv)
  if (exit !== 0) throw new Error(`${argv.join(' ')}: ${err}`)
}
