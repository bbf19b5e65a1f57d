import type { Case } from '../case.ts'
import { APP, compose, type Gateway, serves } from '../compose.ts'
import { url, visitors } from '../kit.ts'

const between = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy', place: ['proxy', 'app'] } as const
const elsewhere = { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] } as const

/** What the official images do: the log goes to a standard stream, and from there to the engine. */
const HAPROXY: Gateway = {
  files: {
    'etc/haproxy/haproxy.cfg': `global
    log stdout format raw local0
defaults
    mode http
    log global
    option httplog
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend web
    bind :80
    default_backend shop
backend shop
    server web1 web:3000
`,
  },
  command: ['/usr/sbin/haproxy', '-W', '-db', '-f', '/etc/haproxy/haproxy.cfg'],
  more: ['/usr/sbin/haproxy'],
}

const CADDY: Gateway = {
  files: { 'etc/caddy/Caddyfile': 'http://:80 {\n\treverse_proxy web:3000\n}\n' },
  command: ['/usr/bin/caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
  more: ['/usr/bin/caddy'],
}

const MODULES = ['mpm_event', 'authz_core', 'alias', 'proxy', 'proxy_http']
const FOLDER = '/usr/lib/apache2/modules'

const APACHE: Gateway = {
  files: {
    'etc/apache2/apache2.conf': `ServerRoot /etc/apache2
PidFile /tmp/apache2.pid
DefaultRuntimeDir /tmp
Mutex file:/tmp default
ServerName shop.example.com
User www-data
Group www-data
${MODULES.map((name) => `LoadModule ${name}_module ${FOLDER}/mod_${name}.so`).join('\n')}
Listen 0.0.0.0:80
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
ErrorLog /proc/self/fd/2
CustomLog /proc/self/fd/1 combined
ProxyPass / http://web:3000/
`,
  },
  command: ['/usr/sbin/apache2', '-f', '/etc/apache2/apache2.conf', '-D', 'FOREGROUND'],
  more: ['/usr/sbin/apache2', ...MODULES.map((name) => `${FOLDER}/mod_${name}.so`)],
}

/** One fault behind each gateway in a container: the application listens on another port than it is asked on. */
const misplaced = (name: string, gateway: Gateway): Case => ({
  name: `inner-${name}-wrong-port`,
  says: `${name} in a container sends to web:3000, and the application listens on 8000 in its own`,
  truth: elsewhere,
  async start(lab, ports) {
    await compose(lab, ports, { gateway, code: serves('0.0.0.0', 8000) })
    await visitors(url(ports), 1)
    return { url: url(ports) }
  },
})

/** Other gateways in containers. */
export const INNER_GATEWAY_CASES: readonly Case[] = [
  misplaced('haproxy', HAPROXY),
  misplaced('caddy', CADDY),
  misplaced('apache', APACHE),
]
