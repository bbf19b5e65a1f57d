import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { type Lab, listening, until } from './lab.ts'

/** Debian 12's: started bare, with nothing of the system's configuration. */
const FPM = '/usr/sbin/php-fpm8.2'
const GUNICORN = '/usr/bin/gunicorn'

export interface Pool {
  child: ChildProcess
  pid: number
  log: string
}

export interface FpmOptions {
  /** A port or the path of a socket. */
  listen: number | string
  /** Lines of the pool's section. */
  pool?: string
  /** Lines of the global section. */
  global?: string
}

const isThere = (where: number | string, what: string) =>
  typeof where === 'number' ? listening(where, '127.0.0.1') : until(() => existsSync(where), `${what} made ${where}`)

/** A PHP-FPM of the lab's own, with a pool `shop` of two static workers unless the options say otherwise. */
export async function fpm(lab: Lab, { listen, pool: lines = '', global = '' }: FpmOptions): Promise<Pool> {
  const log = lab.path('php/fpm.log')
  const address = typeof listen === 'number' ? `127.0.0.1:${listen}` : listen
  const conf = lab.write(
    'php/fpm.conf',
    `[global]
pid = ${lab.path('php/fpm.pid')}
error_log = ${log}
daemonize = no
${global}
[shop]
user = www-data
group = www-data
listen = ${address}
${lines.includes('listen.owner') ? '' : 'listen.mode = 0666'}
${lines.includes('pm = ') ? '' : 'pm = static\npm.max_children = 2'}
catch_workers_output = yes
${lines}
`,
  )
  const child = lab.start([FPM, '--nodaemonize', '--no-php-ini', '--allow-to-run-as-root', '--fpm-config', conf])
  const pool = { child, pid: child.pid ?? 0, log }
  lab.closing(() => killNow(pool))
  await isThere(listen, 'PHP-FPM')
  return pool
}

/** A script of the site; PHP-FPM's workers (www-data) may read it. Gives the site's folder. */
export function script(lab: Lab, name: string, code: string): string {
  const file = lab.write(`srv/shop/${name}`, code)
  chmodSync(file, 0o644)
  return dirname(file)
}

/** The location that hands every `.php` to PHP-FPM, as nginx's own documentation has it. */
export function toFpm(listen: number | string, root: string, more = ''): string {
  const address = typeof listen === 'number' ? `127.0.0.1:${listen}` : `unix:${listen}`
  return `root ${root}; include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME ${root}$fastcgi_script_name; fastcgi_pass ${address}; ${more}`
}

export interface GunicornOptions {
  bind: number | string
  /** Of app.py. */
  code: string
  args?: string[]
  /** Where it finds the app; default `app:app`. */
  app?: string
  /** More of its environment. */
  env?: Record<string, string>
  /** Do not wait until it listens. */
  ends?: boolean
}

/** A gunicorn of the lab's own, with two sync workers and a log in a file. */
export async function gunicorn(
  lab: Lab,
  { bind, code, args = [], app = 'app:app', env = {}, ends }: GunicornOptions,
): Promise<Pool> {
  const log = lab.path('log/shop-error.log')
  const cwd = dirname(lab.write('srv/shop/app.py', code))
  const address = typeof bind === 'number' ? `127.0.0.1:${bind}` : `unix:${bind}`
  const workers = args.includes('--workers') ? [] : ['--workers', '2']
  const argv = [GUNICORN, '--bind', address, ...workers, '--error-logfile', log, ...args, app]
  const child = lab.start(argv, { cwd, env: { PYTHONDONTWRITEBYTECODE: '1', ...env } })
  const pool = { child, pid: child.pid ?? 0, log }
  lab.closing(() => killNow(pool))
  if (ends !== true) await isThere(bind, 'gunicorn')
  return pool
}

/** Ends a master and all its workers at once, as a kill of the whole group does: nobody tidies up. */
export async function killAll(pool: Pool): Promise<void> {
  const ended = new Promise((resolve) => pool.child.once('exit', resolve))
  const workers = killNow(pool)
  await ended
  await until(() => workers.every(isGone), 'all workers are gone')
}

/** The master first, or it would start others. A worker that sleeps in a request outlives a master that was told to end. */
function killNow({ pid }: Pool): string[] {
  if (isGone(String(pid))) return []
  const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []
  for (const each of [pid, ...workers.map(Number)]) {
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // It ended by itself in between.
    }
  }
  return workers
}

/** A process that nobody has waited for yet is gone too: it holds nothing any more. */
function isGone(pid: string): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

/** Sends requests that nobody waits for; they are given up with the lab. Resolves when all are sent. */
export async function hold(lab: Lab, address: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const request = get(address, { agent: false }, (response) => response.resume())
    request.on('error', () => {})
    lab.closing(() => request.destroy())
    await new Promise<void>((resolve) => request.once('finish', () => resolve()))
  }
}

/** Fills the queue of a unix socket until the kernel takes no more. */
export async function fillQueue(lab: Lab, socket: string, most: number): Promise<void> {
  for (let n = 0; n < most; n += 1) {
    const full = await new Promise<boolean>((resolve) => {
      const connection = connect(socket)
      lab.closing(() => connection.destroy())
      connection.once('connect', () => resolve(false))
      connection.once('error', () => resolve(true))
    })
    if (full) return
  }
  throw new Error(`${socket} took ${most} connections and was not full`)
}
