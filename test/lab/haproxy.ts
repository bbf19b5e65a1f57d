import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, existsSync, openSync } from 'node:fs'
import type { Ports } from './case.ts'
import { type Lab, listening, until } from './lab.ts'

// A real HAProxy with a configuration of the lab's own, and a real syslog daemon behind its log.

export interface HaproxyOptions {
  /** Lines of the frontend, above its `default_backend shop`. */
  front?: string
  /** The address that it binds; loopback by default. */
  host?: string
  /** No `default_backend shop` in the frontend. */
  noDefault?: boolean
  /** Lines of `backend shop`. */
  back: string
  /** Other sections: another backend, `resolvers`. */
  more?: string
  global?: string
  defaults?: string
  /** Where its log goes; `syslog` by default. */
  log?: 'syslog' | 'stdout' | 'nowhere'
  /** No runtime socket. */
  mute?: boolean
  /** Words in front of `-f`: `-W`. */
  words?: string[]
  /** Lines that stand in its log already; by default yesterday's trouble with another server. */
  noise?: string
}

export interface Haproxy {
  child: ChildProcess
  conf: string
  /** '' where it logs nowhere. */
  log: string
}

/** Yesterday's trouble with another server, as rsyslog wrote it down. */
export function yesterday(): string {
  const at = new Date(Date.now() - 86_400_000)
  const day = String(at.getUTCDate()).padStart(2, '0')
  const month = at.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' }).slice(0, 3)
  const line = (second: number) =>
    `${month} ${day} 03:12:0${second} shop-1 haproxy[211]: 10.1.2.3:4411${second} [${day}/${month}/${at.getUTCFullYear()}:03:12:0${second}.120] web shop/old1 0/0/0/-1/30001 504 198 - - sH-- 9/9/4/1/0 0/0 "GET /checkout HTTP/1.1"\n`
  return [1, 2, 3, 4].map(line).join('')
}

/** HAProxy in front of `backend shop`, with `backend blog` for another host beside it. Waits until it serves. */
export async function haproxy(lab: Lab, ports: Ports, options: HaproxyOptions): Promise<Haproxy> {
  const {
    log = 'syslog',
    front = '',
    back,
    more = '',
    global = '',
    defaults = '',
    words = [],
    host = '127.0.0.1',
  } = options
  const target = { syslog: `${lab.folder}/run/log.sock local0`, stdout: 'stdout format raw local0', nowhere: '' }[log]
  const conf = lab.write(
    'haproxy/shop.cfg',
    `global
    ${target === '' ? '' : `log ${target}`}
    ${options.mute === true ? '' : `stats socket ${lab.path('run/haproxy.sock')} mode 600 level admin`}
    ${global}

defaults
    mode http
    ${target === '' ? '' : 'log global'}
    option httplog
    option dontlognull
    timeout connect 1s
    timeout client 30s
    timeout server 1s
    retries 1
    ${defaults}

frontend web
    bind ${host}:${ports.site}
    acl for_blog hdr(host) -i blog.example.com
    use_backend blog if for_blog
    ${front}
    ${options.noDefault === true ? '' : 'default_backend shop'}

backend shop
    ${back}

backend blog
    server blog1 127.0.0.1:4100

${more}
`,
  )
  const file =
    log === 'nowhere' ? '' : lab.write('log/haproxy.log', options.noise ?? (log === 'syslog' ? yesterday() : ''))
  if (log === 'syslog') await syslog(lab, file)
  const argv = ['/usr/sbin/haproxy', ...(words.length > 0 ? words : ['-db']), '-f', conf]
  const child = log === 'stdout' ? intoFile(lab, argv, file) : lab.start(argv)
  await listening(ports.site, '127.0.0.1')
  return { child, conf, log: file }
}

/** Its standard output is a file, as under a supervisor that keeps one. */
function intoFile(lab: Lab, [program = '', ...words]: string[], file: string): ChildProcess {
  const out = openSync(file, 'a')
  const child = spawn(program, words, { cwd: lab.folder, stdio: ['ignore', out, 'ignore'] })
  lab.closing(() => child.kill('SIGKILL'))
  return child
}

/** rsyslog with a socket of the lab's own; what comes for local0 stands in `file`. */
async function syslog(lab: Lab, file: string): Promise<void> {
  const socket = lab.path('run/log.sock')
  const conf = lab.write(
    'rsyslog/rsyslog.conf',
    `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${socket}")
$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat
local0.* ${file}
`,
  )
  appendFileSync(file, '')
  lab.start(['/usr/sbin/rsyslogd', '-n', '-f', conf, '-i', lab.path('rsyslog/pid')])
  await until(() => existsSync(socket), 'the syslog daemon listens')
}
