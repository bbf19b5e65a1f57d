import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { WELL } from './apps.ts'
import { lastOfOld, oldAnswers, oldErrors } from './noise.ts'
import { existsSocket, listening, until } from './tools.ts'

export { collect, freePort, listening, until } from './tools.ts'

/** The healthy site beside the broken one, and what answers behind it. */
const NEIGHBOUR = { site: 8090, app: 3900 }

/** A real fault: real servers on loopback ports of their own, ended by their process ids. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'triage502-lab-'))
  readonly #children: ChildProcess[] = []
  readonly #closers: (() => void)[] = []
  #neighbour: Promise<ChildProcess> | undefined
  /** The programs that were started here, by the names of their files. */
  readonly programs = new Set<string>()

  /** A mount namespace of its own: files of the system may be covered. */
  readonly alone: boolean

  constructor(alone = false) {
    this.alone = alone
    // nginx's workers run as another user: they must be able to walk in.
    chmodSync(this.folder, 0o755)
  }

  path(name: string): string {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }

  write(name: string, text: string | Uint8Array): string {
    const path = this.path(name)
    writeFileSync(path, text)
    return path
  }

  /** Starts a program; it is ended with the lab. `stderr`: a file that its standard error is appended to. `detached`: in a process group of its own. */
  start(
    argv: string[],
    options: { env?: Record<string, string>; cwd?: string; stderr?: string; detached?: boolean } = {},
  ): ChildProcess {
    const [program = '', ...rest] = argv
    const stderr = options.stderr === undefined ? 'pipe' : openSync(options.stderr, 'a')
    const child = spawn(program, rest, {
      cwd: options.cwd ?? this.folder,
      env: { ...process.env, ...options.env },
      detached: options.detached ?? false,
      stdio: ['ignore', 'pipe', stderr],
    })
    if (typeof stderr === 'number') closeSync(stderr)
    child.stdout?.resume()
    child.stderr?.resume()
    this.#children.push(child)
    this.programs.add(basename(program))
    return child
  }

  /** Runs Node code as an application of its own, in a folder of the given name. */
  async app(
    name: string,
    code: string,
    port: number | string,
    env: Record<string, string> = {},
  ): Promise<ChildProcess> {
    const file = this.write(`srv/${name}/server.js`, code)
    const child = this.start([process.execPath, file], { cwd: dirname(file), env })
    if (typeof port === 'number') await listening(port, '127.0.0.1')
    else await until(() => existsSocket(port), `${port} exists`)
    return child
  }

  /**
   * An nginx with a configuration of the lab's own; waits until it serves. In a machine of the lab's own its logs hold
   * failures of other days, and beside the site it serves a healthy one.
   */
  async nginx(options: NginxOptions): Promise<Nginx> {
    const name = options.name ?? 'nginx'
    const errorLog = this.path(`${name}/error.log`)
    const accessLog = this.path(`${name}/access.log`)
    const pidFile = this.path(`${name}/nginx.pid`)
    const zone = options.env?.TZ ?? 'UTC'
    if (this.alone && !existsSync(errorLog)) {
      const now = new Date()
      writeFileSync(errorLog, oldErrors(now, zone))
      writeFileSync(accessLog, oldAnswers(now, zone))
      for (const log of [errorLog, accessLog]) utimesSync(log, lastOfOld(now), lastOfOld(now))
    }
    const neighbour = this.alone && options.name === undefined && options.neighbour !== false
    const conf = this.write(
      `${name}/nginx.conf`,
      `daemon off;
pid ${pidFile};
error_log ${errorLog} ${options.level ?? 'error'};
worker_processes 1;
${options.main ?? ''}
events { worker_connections ${options.connections ?? 256}; }
http {
  access_log ${accessLog};
  client_body_temp_path ${this.path(`${name}/tmp/body`)};
  proxy_temp_path ${this.path(`${name}/tmp/proxy`)};
  fastcgi_temp_path ${this.path(`${name}/tmp/fastcgi`)};
  uwsgi_temp_path ${this.path(`${name}/tmp/uwsgi`)};
  scgi_temp_path ${this.path(`${name}/tmp/scgi`)};
  ${options.http}
  ${neighbour ? await this.#blog() : ''}
}
`,
    )
    const child = this.start(
      ['/usr/sbin/nginx', '-c', conf, '-p', join(this.folder, name)],
      options.env ? { env: options.env } : {},
    )
    if (options.port !== undefined) await listening(options.port, options.address ?? '127.0.0.1')
    if (neighbour) await listening(NEIGHBOUR.site, '127.0.0.1')
    return { child, conf, errorLog, accessLog, pid: child.pid ?? 0 }
  }

  /** An application that is well, on ports that no case uses; gives the server block of its site. */
  async #blog(): Promise<string> {
    this.#neighbour ??= this.app('blog', WELL, NEIGHBOUR.app, { PORT: String(NEIGHBOUR.app) })
    await this.#neighbour
    const pass = `proxy_pass http://127.0.0.1:${NEIGHBOUR.app};`
    return `server { listen 127.0.0.1:${NEIGHBOUR.site}; server_name blog.example.com; location / { ${pass} } }`
  }

  /**
   * Puts a text in the place of a file of the system. Only where the lab has a mount namespace of its own
   * (`alone`): nobody else sees it. What is written into the returned file later is seen there too.
   */
  overlay(file: string, text: string | Uint8Array): string {
    if (!this.alone) throw new Error(`${file} may only be changed in a mount namespace of its own`)
    const own = this.write(`overlay${file}`, text)
    const [mount, unmount] = ['/usr/bin/mount', '/usr/bin/umount']
    const { status, stderr } = spawnSync(mount, ['--bind', own, file], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`mount ${file}: ${stderr}`)
    this.closing(() => spawnSync(unmount, [file]))
    return own
  }

  /** Makes the folder that a file of the system would stand in; only `alone`. */
  folderOf(file: string): void {
    if (!this.alone) throw new Error(`${file} may only be made in a mount namespace of its own`)
    mkdirSync(dirname(file), { recursive: true })
  }

  /** Ends one program that was started here before the others. */
  async stop(child: ChildProcess): Promise<void> {
    await ended(child)
  }

  closing(close: () => void): void {
    this.#closers.push(close)
  }

  /** Ends what this lab started and removes its folder. */
  async end(): Promise<void> {
    for (const close of this.#closers.reverse()) close()
    for (const child of this.#children.reverse()) await ended(child)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface NginxOptions {
  name?: string
  http: string
  main?: string
  /** `worker_connections` */
  connections?: number
  level?: string
  port?: number
  address?: string
  env?: Record<string, string>
  /** Default: a healthy site stands beside the one of the case. */
  neighbour?: boolean
}

export interface Nginx {
  child: ChildProcess
  conf: string
  errorLog: string
  accessLog: string
  pid: number
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
  await gone
  clearTimeout(timer)
}
