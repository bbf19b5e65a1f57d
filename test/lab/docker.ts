import { spawn } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { access, mkdir, open, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
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

/** Every container of the lab bears it, with the pid of the process that started it. */
export const OWNER = 'triage502.owner'

/** How many times this process holds our own daemon. */
let held = 0
/** What cleans up after us, however we end, is there. */
let reaped = false

/** The machine's daemon when one runs, else one of our own with everything of its own. */
export async function openDocker(): Promise<Docker> {
  const socket = (await answers(DEFAULT_SOCKET)) ? DEFAULT_SOCKET : SOCKET
  if (!reaped) startReaper(socket)
  reaped = true
  if (socket === SOCKET) {
    await withLock('daemon', async () => {
      await mkdir(USERS, { recursive: true })
      await writeFile(join(USERS, String(process.pid)), '')
      await startDaemon()
      held += 1
    })
  }
  const docker = dockerAt(socket)
  await removeOrphans(docker)
  return docker
}

/** The daemon that answers now, if one does; nothing is started, and nothing held. */
export async function dockerRunning(): Promise<Docker | null> {
  for (const socket of [DEFAULT_SOCKET, SOCKET]) if (await answers(socket)) return dockerAt(socket)
  return null
}

function dockerAt(socket: string): Docker {
  return {
    run: (args, options) => run(['docker', '-H', `unix://${socket}`, ...args], options),
    release: async () => {
      if (socket === SOCKET) await withLock('daemon', letGo)
    },
  }
}

/** It has a session of its own, so that what ends our group does not end it too; the pipe says when we are gone. */
function startReaper(socket: string): void {
  const file = join(import.meta.dirname, 'inside/reaper.ts')
  const child = spawn(process.execPath, [file, String(process.pid), socket], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  child.unref()
  // Held open by us, and no reason to stay alive.
  if (child.stdin instanceof Socket) child.stdin.unref()
}

/** Removes the containers of a process that is gone, and lets go of the daemon for it. */
export async function reap(owner: number, socket: string): Promise<void> {
  const docker = dockerAt(socket)
  if (await answers(socket)) await removeContainers(docker, (each) => each === String(owner))
  if (socket === SOCKET) await withLock('daemon', () => leave(owner))
}

/** Containers of runs that were killed before they could clean up. */
const removeOrphans = (docker: Docker) => removeContainers(docker, (owner) => !existsSync(`/proc/${owner}`))

async function removeContainers(docker: Docker, whose: (owner: string) => boolean): Promise<void> {
  const format = `{{.ID}} {{.Label "${OWNER}"}}`
  const listed = await docker.run(['ps', '-a', '--filter', `label=${OWNER}`, '--format', format])
  for (const line of listed.out.split('\n')) {
    const [id, owner] = line.split(' ')
    if (id && owner && whose(owner)) await docker.run(['rm', '-f', '-v', id], { timeoutMs: 60_000 })
  }
}

async function letGo(): Promise<void> {
  held -= 1
  if (held === 0) await leave(process.pid)
}

/** The last of all processes that hold the daemon ends it. */
async function leave(owner: number): Promise<void> {
  await rm(join(USERS, String(owner)), { force: true })
  const others = await readdir(USERS).catch(() => [])
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
  // The file may outlive a daemon that was killed, and its number be somebody else's by now.
  const isDaemon = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() === 'dockerd'
  if (!isDaemon) return
  process.kill(pid, 'SIGTERM')
  const until = Date.now() + 10_000
  while (Date.now() < until && (await exists(`/proc/${pid}`))) await sleep(100)
}

const LONGEST_LOCK_MS = 10 * 60_000

/** Does work that two runs at once must not do: a link in the cache is the lock, and names the process that holds it. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = join(CACHE, `${name}.lock`)
  await mkdir(CACHE, { recursive: true, mode: 0o700 })
  for (const until = Date.now() + LONGEST_LOCK_MS; !(await taken(lock)); await sleep(100)) {
    const holder = await readlink(lock).catch(() => '')
    const isGone = holder !== '' && !existsSync(`/proc/${holder}`)
    if (isGone || Date.now() > until) await rm(lock, { recursive: true, force: true })
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** A link is made with its content in one step, so a lock without a holder is never seen. */
async function taken(lock: string): Promise<boolean> {
  return symlink(String(process.pid), lock).then(
    () => true,
    () => false,
  )
}
