import type { ChildProcess } from 'node:child_process'
import { dirname } from 'node:path'
import type { Case, Ports } from './case.ts'
import { url } from './kit.ts'
import { type Lab, listening } from './lab.ts'

// Apache httpd of the lab's own: Debian's program and modules, nothing of the system's configuration.

const MODULES = [
  ...['authz_core', 'alias', 'rewrite', 'mime', 'dir', 'headers', 'setenvif'],
  ...[
    'proxy',
    'proxy_http',
    'proxy_fcgi',
    'proxy_balancer',
    'lbmethod_byrequests',
    'slotmem_shm',
    'ssl',
    'socache_shmcb',
  ],
]

export interface ApacheOptions {
  port: number
  /** The address that it listens on; loopback by default. */
  host?: string
  /** Virtual hosts, or what stands in the main server. */
  sites: string
  /** In front of them: limits, levels. */
  main?: string
  mpm?: 'event' | 'prefork'
  env?: Record<string, string>
  /** Modules that are left out. */
  without?: string[]
}

export interface Apache {
  child: ChildProcess
  conf: string
  /** The file with the virtual hosts, which the main file includes by a pattern. */
  sites: string
  errorLog: string
  pid: number
}

/** The text of a main file: as Debian has it, with a folder of sites. */
export function mainFile(
  lab: Lab,
  { port, host = '127.0.0.1', main = '', mpm = 'event', without = [] }: ApacheOptions,
): string {
  const modules = [`mpm_${mpm}`, ...MODULES].filter((name) => !without.includes(name))
  return `ServerRoot ${lab.path('apache')}
DefaultRuntimeDir \${RUN_DIR}
PidFile \${RUN_DIR}/apache2.pid
Mutex file:\${RUN_DIR} default
ServerName gateway.example.com
User www-data
Group www-data
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
<IfModule mod_mime.c>
  TypesConfig /dev/null
</IfModule>
Listen ${host}:${port}
LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined
ErrorLog \${LOG_DIR}/error.log
CustomLog \${LOG_DIR}/access.log vhost_combined
${main}
IncludeOptional sites-enabled/*.conf
`
}

/** Starts Apache in the foreground and waits until it serves. */
export async function apache(lab: Lab, options: ApacheOptions): Promise<Apache> {
  const conf = lab.write('apache/apache2.conf', mainFile(lab, options))
  const sites = lab.write('apache/sites-enabled/000-shop.conf', `${options.sites}\n`)
  const errorLog = lab.path('apache/logs/error.log')
  const env = { RUN_DIR: dirname(lab.path('apache/run/apache2.pid')), LOG_DIR: dirname(errorLog), ...options.env }
  // Told to stop, it ends its whole process group: that must not be ours.
  const child = lab.start(['/usr/sbin/apache2', '-f', conf, '-D', 'FOREGROUND'], { env, detached: true })
  await listening(options.port, '127.0.0.1')
  return { child, conf, sites, errorLog, pid: child.pid ?? 0 }
}

/** A virtual host of the shop's, and a neighbour that is well. */
export const shop = (ports: Ports, lines: string, more = '') => `<VirtualHost *:${ports.site}>
  ServerName shop.example.com
  DocumentRoot /srv/shop
${lines
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
</VirtualHost>
${more}`

export const pass = (ports: Ports, settings = '', scheme = 'http') =>
  `ProxyPass / ${scheme}://127.0.0.1:${ports.app}/ ${settings}`

/** An application with one habit, and Apache in front of it. */
export function behindApache(
  code: string,
  lines: (ports: Ports) => string = (ports) => pass(ports),
  { args = [] as string[], env = {} as Record<string, string>, main = '' } = {},
): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    await apache(lab, { port: ports.site, sites: shop(ports, lines(ports)), main })
    return { url: url(ports), args }
  }
}
