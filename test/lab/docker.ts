import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'

/** Where images and the daemon's data are kept between runs, outside the repository. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'triage502-lab')

const SOCKET = join(CACHE, 'run', 'docker.sock')
/** One file for each process that uses our daemon, by its pid. */
const USERS = join(CACHE, 'run', 'users')
const PID_FILE = join(CACHE, 'run', 'docker.pid')
const DEFAULT_SOCKET = '/var/run/docker.sock'
const DAEMON_MS = 30_000

export interface Ran {
  /** -1 where it was ended, or never began. */
  exit: number
  out: string
  err: string
}

/** Runs a program; never throws for how it ends. */
export async function run(argv: readonly string[], options: { timeoutMs?: number; input?: string } = {}): Promise<Ran> {
  const [program = '', ...rest] = argv
  const { timeoutMs = 30_000, input } = options
  const done = await execa(program, rest, {
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  })
  return { exit: done.exitCode ?? -1, out: done.stdout ?? '', err: done.stderr ?? done.shortMessage ?? '' }
}

/** A Docker daemon that answers, and how to let go of it. */
export interface Docker {
  run(args: readonly string[], options?: { timeoutMs?: number; input?: string }): Promise<Ran>
  /** To be called once for each `openDocker`: our own daemon ends with its last user. */
  release(): Promise<void>
}

/** Which of the programs are not in PATH. */
export async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const missing: string[] = []
  for (const name of names) {
    const found = await Promise.all(folders.map((folder) => exists(join(folder, name), constants.X_OK)))
    if (!found.includes(true)) missing.push(name)
  }
  return missing
}

export async function exists(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

/** How many times this process holds our own daemon. */
let held = 0

/** The machine's daemon when one runs, else one of our own with everything of its own. */
export async function openDocker(): Promise<Docker> {
  if (await answers(DEFAULT_SOCKET)) return dockerAt(DEFAULT_SOCKET)
  await withLock('daemon', async () => {
    await startDaemon()
    await mkdir(USERS, { recursive: true })
    await writeFile(join(USERS, String(process.pid)), '')
    held += 1
  })
  return dockerAt(SOCKET)
}

function dockerAt(socket: string): Docker {
  return {
    run: (args, options) => run(['docker', '-H', `unix://${socket}`, ...args], options),
    release: async () => {
      if (socket === SOCKET) await withLock('daemon', letGo)
    },
  }
}

/** The last of all processes that hold the daemon ends it. */
async function letGo(): Promise<void> {
  held -= 1
  if (held > 0) return
  await rm(join(USERS, String(process.pid)), { force: true })
  const others = await readdir(USERS)
  for (const pid of others) if (await exists(`/proc/${pid}`)) return
  await endDaemon()
}

async function answers(socket: string): Promise<boolean> {
  if (!(await exists(socket))) return false
  return (await run(['docker', '-H', `unix://${socket}`, 'version', '--format', '{{.Server.Version}}'])).exit === 0
}

async function startDaemon(): Promise<void> {
  if (await answers(SOCKET)) return
  await mkdir(join(CACHE, 'run'), { recursive: true, mode: 0o700 })
  await rm(PID_FILE, { force: true })
  await rm(SOCKET, { force: true })
  const log = await open(join(CACHE, 'run', 'dockerd.log'), 'w')
  const args = [
    ...['--data-root', join(CACHE, 'docker'), '--exec-root', join(CACHE, 'run', 'exec'), '--pidfile', PID_FILE],
    ...[
      '-H',
      `unix://${SOCKET}`,
      '--storage-driver',
      'vfs',
      '--bridge',
      'none',
      '--iptables=false',
      '--ip6tables=false',
    ],
  ]
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }
  const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', log.fd, log.fd], env })
  daemon.on('error', () => {})
  daemon.unref()
  await log.close()
  const until = Date.now() + DAEMON_MS
  while (!(await answers(SOCKET))) {
    if (Date.now() > until || daemon.exitCode !== null) {
      const said = await readFile(join(CACHE, 'run', 'dockerd.log'), 'utf8')
      throw new Error(`dockerd did not start; its last words:\n${said.split('\n').slice(-8).join('\n')}`)
    }
    await sleep(200)
  }
}

async function endDaemon(): Promise<void> {
  const pid = Number((await readFile(PID_FILE, 'utf8').catch(() => '')).trim())
  if (!(pid > 1)) return
  process.kill(pid, 'SIGTERM')
  const until = Date.now() + 10_000
  while (Date.now() < until && (await exists(`/proc/${pid}`))) await sleep(100)
}

const STALE_LOCK_MS = 10 * 60_000

/** Does work that two runs at once must not do: a folder in the cache is the lock. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = join(CACHE, `${name}.lock`)
  await mkdir(CACHE, { recursive: true, mode: 0o700 })
  for (const until = Date.now() + STALE_LOCK_MS; ; await sleep(250)) {
    const taken = await mkdir(lock).then(
      () => true,
      () => false,
    )
    if (taken) break
    const age =
      Date.now() -
      (await stat(lock).then(
        (about) => about.mtimeMs,
        () => Date.now(),
      ))
    if (age > STALE_LOCK_MS || Date.now() > until) await rm(lock, { recursive: true, force: true })
  }
  try {
    return await work()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}
