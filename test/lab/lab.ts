import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** A real fault: real servers on loopback ports of their own, ended by their process ids. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'triage502-lab-'))
  readonly #children: ChildProcess[] = []
  readonly #closers: (() => void)[] = []
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

  write(name: string, text: string): string {
    const path = this.path(name)
    writeFileSync(path, text)
    return path
  }

  /** Starts a program; it is ended with the lab. `stderr`: a file that its standard error is appended to. */
  start(argv: string[], options: { env?: Record<string, string>; cwd?: string; stderr?: string } = {}): ChildProcess {
    const [program = '', ...rest] = argv
    const stderr = options.stderr === undefined ? 'pipe' : openSync(options.stderr, 'a')
    const child = spawn(program, rest, {
      cwd: options.cwd ?? this.folder,
      env: { ...process.env, ...options.env },
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

  /** An nginx with a configuration of the lab's own; waits until it serves. */
  async nginx(options: NginxOptions): Promise<Nginx> {
    const name = options.name ?? 'nginx'
    const errorLog = this.path(`${name}/error.log`)
    const accessLog = this.path(`${name}/access.log`)
    const pidFile = this.path(`${name}/nginx.pid`)
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
}
`,
    )
    const child = this.start(
      ['/usr/sbin/nginx', '-c', conf, '-p', join(this.folder, name)],
      options.env ? { env: options.env } : {},
    )
    if (options.port !== undefined) await listening(options.port, options.address ?? '127.0.0.1')
    return { child, conf, errorLog, accessLog, pid: child.pid ?? 0 }
  }

  /**
   * Puts a text in the place of a file of the system. Only where the lab has a mount namespace of its own
   * (`alone`): nobody else sees it. What is written into the returned file later is seen there too.
   */
  overlay(file: string, text: string): string {
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

/** A port that nobody holds now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Waits by looking until something takes connections. */
export async function listening(port: number, address: string): Promise<void> {
  const { connect } = await import('node:net')
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, address)
        socket.once('connect', () => {
          socket.destroy()
          resolve(true)
        })
        socket.once('error', () => resolve(false))
      }),
    `${address}:${port} listens`,
  )
}

async function existsSocket(path: string): Promise<boolean> {
  const { existsSync } = await import('node:fs')
  return existsSync(path)
}

/** Looks again every 30 ms, for at most 15 s. */
export async function until(look: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const last = Date.now() + 15_000
  while (Date.now() < last) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`it never came to pass that ${what}`)
}

/** Runs a program to its end and collects what it printed. */
export function collect(
  argv: string[],
  env: Record<string, string | undefined> = {},
): Promise<{ out: string; err: string; exit: number | null }> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = argv
    const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.once('error', reject)
    child.once('close', (exit) => resolve({ out, err, exit }))
  })
}
