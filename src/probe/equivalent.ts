import type { JsonObject } from '../words/json.ts'
import type { LookRequest } from '../words/look.ts'
import { commandOf } from './aws/questions.ts'

/**
 * The command that a person would type to see what a look sees: shown before it runs, and typed elsewhere to
 * be pasted. Looks of our own have one too, that shows the same or nearly so. Pure; nothing here is run.
 */
export function equivalent(request: LookRequest): string[] {
  switch (request.kind) {
    case 'run':
      return request.commands[0] ?? []
    case 'http': {
      const { url, socket, address, host, version } = request
      return [
        'curl',
        '-sS',
        '-i',
        ...(version === '1.0' ? ['--http1.0'] : []),
        ...(socket === undefined ? [] : ['--unix-socket', socket]),
        ...(address === undefined ? [] : ['--connect-to', `::${address.includes(':') ? `[${address}]` : address}:`]),
        ...(host === undefined ? [] : ['-H', `Host: ${host}`]),
        url,
      ]
    }
    case 'log':
      return ['tail', '-n', '1000', '--', request.path]
    case 'look':
      return LOOKS[request.name]?.(request.args) ?? ['triage502', 'look', request.name]
  }
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise

/** The first of several; each is asked alike. */
const first = (value: unknown, otherwise: string): string =>
  text(Array.isArray(value) ? value[0] : text(value, '').split(/[\s,]+/)[0] || undefined, otherwise)

const LOOKS: Record<string, (args: JsonObject) => string[]> = {
  destination: () => ['ss', '-lntp'],
  listeners: () => ['ss', '-lntp'],
  process: ({ pid }) => ['ps', '-o', 'pid,ppid,user,lstart,stat,args', '-p', text(pid, 'PID')],
  'upstream-place': ({ host }) => ['getent', 'ahosts', text(host, 'HOST')],
  path: ({ path }) => ['namei', '-l', text(path, '/')],
  candidates: () => ['ss', '-lntp'],
  'ask-candidates': () => ['ss', '-lntp'],
  'open-files': ({ pid }) => ['ls', '-l', `/proc/${text(pid, 'PID')}/fd`],
  sight: () => ['id'],
  changes: () => ['systemctl', 'list-units', '--type=service', '--all'],
  'units-by-token': () => ['systemctl', 'list-units', '--type=service', '--all'],
  pm2: () => ['pm2', 'jlist'],
  'log-end': ({ path }) => ['tail', '-n', '80', '--', text(path, 'FILE')],
  containers: () => ['docker', 'ps', '--all', '--no-trunc'],
  'container-log': ({ container }) => ['docker', 'logs', '--timestamps', '--tail', '400', text(container, 'CONTAINER')],
  'container-events': ({ container }) => [
    ...['docker', 'events', '--since', '24h', '--until', '0s'],
    ...['--filter', `container=${text(container, 'CONTAINER')}`],
  ],
  memory: () => ['cat', '/proc/meminfo'],
  load: () => ['cat', '/proc/loadavg'],
  'nginx-config': () => ['nginx', '-T'],
  'apache-config': () => ['apachectl', '-t', '-D', 'DUMP_CONFIG'],
  // These print nothing of what runs; their process's command line tells the file.
  'haproxy-config': ({ pid }) => ['ps', '-o', 'args=', '-p', text(pid, 'PID')],
  'varnish-config': ({ pid }) => ['ps', '-o', 'args=', '-p', text(pid, 'PID')],
  'caddy-config': () => ['curl', '-sS', 'http://127.0.0.1:2019/config/'],
  'edge-config': ({ pid }) => ['ps', '-o', 'args=', '-p', text(pid, 'PID')],
  'gateways-set-up': () => ['systemctl', 'list-units', '--type=service', '--all'],
  'ask-haproxy-log': ({ pid }) => ['ls', '-l', `/proc/${text(pid, 'PID')}/fd`],
  'ask-haproxy': ({ sockets }) => ['nc', '-U', first(sockets, 'SOCKET')],
  'ask-members': ({ members, path, scheme }) => [
    ...['curl', '-sS', '-i'],
    `${text(scheme, 'http')}://${first(members, 'MEMBER')}${text(path, '/')}`,
  ],
  'ask-protocol': ({ host, port }) => ['curl', '-sS', '-i', `http://${text(host, 'HOST')}:${text(port, 'PORT')}/`],
  'ask-idle': ({ host, port, path, scheme }) => [
    ...['curl', '-sv', '-o', '/dev/null'],
    `${text(scheme, 'http')}://${text(host, 'HOST')}:${text(port, 'PORT')}${text(path, '/')}`,
  ],
  'ask-waits': ({ port }) => [
    ...['ss', '-tionpHO', 'state', 'established', 'state', 'syn-sent'],
    ...['sport', '!=', `:${text(port, 'PORT')}`],
  ],
  'ask-tls': ({ host, port, sni }) => [
    ...['openssl', 's_client', '-connect', `${text(host, 'HOST')}:${text(port, 'PORT')}`],
    ...(typeof sni === 'string' && sni !== '' ? ['-servername', sni] : []),
  ],
  'ask-resolver': ({ resolver, name }) => ['dig', `@${first(resolver, 'RESOLVER')}`, text(name, 'NAME')],
  'names-now': ({ names }) => ['getent', 'ahosts', first(names, 'NAME')],
  workers: ({ pid }) => ['ps', '-o', 'pid,stat,lstart,args', '--ppid', text(pid, 'PID')],
  'listener-workers': ({ pid }) => ['ps', '-o', 'pid,stat,lstart,args', '--ppid', text(pid, 'PID')],
  'written-files': ({ pid }) => ['ls', '-l', `/proc/${text(pid, 'PID')}/fd`],
  'gunicorn-limit': ({ pid }) => ['ps', '-ww', '-o', 'args=', '-p', text(pid, 'PID')],
  'php-fpm-limit': ({ pid }) => ['ps', '-ww', '-o', 'args=', '-p', text(pid, 'PID')],
  'ask-alias': ({ host }) => ['dig', text(host, 'HOST')],
  'aws-context': () => ['aws', 'configure', 'list'],
  'ask-aws': commandOf,
  'ask-ecs': ({ service, cluster }) => [
    ...[
      'aws',
      'ecs',
      'describe-services',
      '--cluster',
      text(cluster, 'CLUSTER'),
      '--services',
      text(service, 'SERVICE'),
    ],
  ],
  signs: ({ programs }) => ['pgrep', '-l', '-x', text(programs, 'NAME').split(' ').join('|')],
  programs: ({ names }) => [
    'which',
    ...(Array.isArray(names) ? names.map((name) => text(name, 'NAME')) : [text(names, 'NAME')]),
  ],
}
