import type { ChildProcess } from 'node:child_process'
import type { Case, Ports } from './case.ts'
import { statusOf, url } from './kit.ts'
import { collect, type Lab, listening, until } from './lab.ts'

// A real Varnish, with a VCL and a folder of the lab's own.

export interface Varnish {
  child: ChildProcess
  file: string
  /** The folder that it works in. */
  folder: string
}

/** Starts Varnish with this VCL and waits until it takes requests. */
export async function varnish(
  lab: Lab,
  ports: Ports,
  vcl: string,
  words: string[] = [],
  host = '127.0.0.1',
): Promise<Varnish> {
  const file = lab.write('varnish/shop.vcl', `vcl 4.1;\n${vcl}\n`)
  const folder = lab.path('varnish/instance/.keep').replace(/\/\.keep$/, '')
  const argv = ['/usr/sbin/varnishd', '-F', '-n', folder, '-a', `${host}:${ports.site}`, '-f', file, '-s', 'malloc,16m']
  const child = lab.start([...argv, '-p', 'vsl_space=4m', ...words])
  await listening(ports.site, '127.0.0.1')
  // It listens before its worker runs.
  await until(async () => (await admin(folder, 'status')).includes('running'), 'Varnish takes requests')
  return { child, file, folder }
}

/** What `varnishadm` says. */
export async function admin(folder: string, ...words: string[]): Promise<string> {
  return (await collect(['varnishadm', '-n', folder, ...words])).out
}

/** A backend on loopback. */
export const backend = (name: string, port: number, more = '') =>
  `backend ${name} {\n  .host = "127.0.0.1";\n  .port = "${port}";\n  ${more}\n}`

/** The shop's backend, and the blog's, which other requests get. */
export const twoSites = (ports: Ports, more = '', recv = '') =>
  `${backend('shop', ports.app, more)}\n${backend('blog', ports.other)}\nsub vcl_recv {\n  set req.backend_hint = shop;\n  if (req.http.host == "blog.example.com") { set req.backend_hint = blog; }\n  ${recv}\n}`

/** An application with one habit behind Varnish. */
export function behindVarnish(
  code: string,
  { more = '', recv = '', args = [] as string[], env = {} as Record<string, string>, words = [] as string[] } = {},
): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    await varnish(lab, ports, twoSites(ports, more, recv), words)
    return { url: url(ports), args }
  }
}

/** Waits until Varnish asks the site's backend no more. */
export async function heldForDown(ports: Ports): Promise<void> {
  await until(async () => (await statusOf(url(ports))) === 503, 'Varnish holds the backend for sick')
}
