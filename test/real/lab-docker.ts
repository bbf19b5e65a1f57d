import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'

/** Where images and the daemon's data are kept between runs, outside the repository. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'triage502-lab')

const SOCKET = join(CACHE, 'run', 'docker.sock')
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
  /** Ends the daemon when this module's own one has no container left. */
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

/** The machine's daemon when one runs, else one of our own with everything of its own. */
export async function openDocker(): Promise<Docker> {
  for (const socket of [SOCKET, DEFAULT_SOCKET]) {
    if (await answers(socket)) return dockerAt(socket)
  }
  await withLock('daemon', startDaemon)
  return dockerAt(SOCKET)
}

function dockerAt(socket: string): Docker {
  const of = (args: readonly string[]) => ['docker', '-H', `unix://${socket}`, ...args]
  return {
    run: (args, options) => run(of(args), options),
    release: async () => {
      if (socket !== SOCKET) return
      await withLock('daemon', async () => {
        const left = await run(of(['ps', '-q']))
        if (left.exit === 0 && left.out.trim() === '') await endDaemon()
      })
    },
  }
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
