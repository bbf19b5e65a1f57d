import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Docker, missingPrograms, OWNER, openDocker, type Ran } from '../docker.ts'
import { systemdImage } from './image.ts'

const REPOSITORY = resolve(import.meta.dirname, '../../..')
const NODE = join(REPOSITORY, 'node_modules/node/bin/node')
const BOOT_MS = 60_000

/** A container in which a real systemd is process 1. */
export interface Box {
  /** The container's full id. */
  id: string
  /** Runs a program inside, as root unless said otherwise. Never throws for how it ends; `exit` -1: it was ended (default after 30 s). */
  exec(
    argv: readonly string[],
    options?: { user?: string; timeoutMs?: number; input?: string; env?: Record<string, string> },
  ): Promise<Ran>
  /** Copies a file or folder of this machine into the container. */
  copyIn(path: string, inside: string): Promise<void>
  /** Writes a file inside, its folders too. */
  write(path: string, text: string): Promise<void>
  /** Writes unit files (name -> text) and lets systemd read them. */
  units(files: Record<string, string>): Promise<void>
  /** Boots it again, and waits until it has: its disk stays, its processes do not. */
  restart(): Promise<void>
  /** Removes the container, and ends the daemon if it was ours and nobody else uses it. */
  stop(): Promise<void>
}

/** Why no systemd can be started here; '' when it can. For `describe.skipIf` with the reason in the title. */
export async function whyNoSystemd(): Promise<string> {
  if (process.platform !== 'linux') return 'not Linux'
  if (process.getuid?.() !== 0) return 'not root'
  const missing = await missingPrograms(['docker', 'dockerd', 'debootstrap', 'tar'])
  return missing.length === 0 ? '' : `missing: ${missing.join(', ')} (packages docker.io and debootstrap)`
}

/**
 * Starts a container with systemd 252 or what the machine's Debian has, nginx (not running), curl, lsof,
 * python3, and waits until it has booted. The repository is at /opt/triage502 (read-only), its node in
 * PATH. No network but loopback. `packages`: more Debian packages (they make an image of their own).
 */
export async function startSystemd(options: { packages?: readonly string[] } = {}): Promise<Box> {
  const why = await whyNoSystemd()
  if (why !== '') throw new Error(`no systemd container: ${why}`)
  const docker = await openDocker()
  try {
    const image = await systemdImage(docker, options.packages)
    const started = await docker.run(['run', '-d', ...runOptions(), image, '/lib/systemd/systemd'], {
      timeoutMs: 120_000,
    })
    if (started.exit !== 0) throw new Error(`docker run ended with ${started.exit}: ${started.err.trim()}`)
    const box = boxOf(docker, started.out.trim())
    await untilBooted(docker, box.id, box.exec).catch(async (error: unknown) => {
      await docker.run(['rm', '-f', '-v', box.id])
      throw error
    })
    return box
  } catch (error) {
    await docker.release()
    throw error
  }
}

function runOptions(): string[] {
  const mounts = [`type=bind,src=${REPOSITORY},dst=/opt/triage502,readonly`]
  if (existsSync(NODE)) mounts.push(`type=bind,src=${NODE},dst=/usr/local/bin/node,readonly`)
  return [
    ...['--network', 'none', '--hostname', 'lab', '--label', `${OWNER}=${process.pid}`, '-e', 'container=docker'],
    ...['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'SYSLOG'].flatMap((name) => ['--cap-add', name]),
    ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
    ...['/run', '/run/lock', '/tmp'].flatMap((folder) => ['--tmpfs', `${folder}:exec`]),
    ...['-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'],
    // A host with one unified hierarchy: systemd needs to see its own place in it.
    ...(existsSync('/sys/fs/cgroup/cgroup.controllers') ? ['--cgroupns', 'host'] : []),
    ...mounts.flatMap((mount) => ['--mount', mount]),
  ]
}

function boxOf(docker: Docker, id: string): Box {
  const exec: Box['exec'] = (argv, { user = 'root', timeoutMs = 30_000, input, env = {} } = {}) => {
    const flags = [
      ...(input === undefined ? [] : ['-i']),
      '-u',
      user,
      ...Object.entries(env).flatMap(([k, v]) => ['-e', `${k}=${v}`]),
    ]
    // Ending the client does not end what runs inside: `timeout` there does.
    const inside = ['timeout', '-k', '2', String(Math.ceil(timeoutMs / 1000)), ...argv]
    return docker.run(['exec', ...flags, id, ...inside], {
      timeoutMs: timeoutMs + 5000,
      ...(input === undefined ? {} : { input }),
    })
  }
  const must = async (what: string, ran: Promise<Ran>) => {
    const { exit, err } = await ran
    if (exit !== 0) throw new Error(`${what} ended with ${exit}: ${err.trim()}`)
  }
  const write = async (path: string, text: string) => {
    await must('mkdir', exec(['mkdir', '-p', dirname(path)]))
    await must(`writing ${path}`, exec(['dd', 'status=none', `of=${path}`], { input: text }))
  }
  return {
    id,
    exec,
    write,
    copyIn: (path, inside) => must('docker cp', docker.run(['cp', path, `${id}:${inside}`], { timeoutMs: 60_000 })),
    units: async (files) => {
      for (const [name, text] of Object.entries(files)) await write(`/etc/systemd/system/${name}`, text)
      await must('systemctl daemon-reload', exec(['systemctl', 'daemon-reload']))
    },
    restart: async () => {
      await must('docker restart', docker.run(['restart', '-t', '10', id], { timeoutMs: 60_000 }))
      await untilBooted(docker, id, exec)
    },
    stop: async () => {
      await docker.run(['rm', '-f', '-v', id], { timeoutMs: 60_000 })
      await docker.release()
    },
  }
}

/** `degraded` is booted too: some unit of the image failed. */
async function untilBooted(docker: Docker, id: string, exec: Box['exec']): Promise<void> {
  const until = Date.now() + BOOT_MS
  let state = ''
  while (Date.now() < until) {
    state = (await exec(['systemctl', 'is-system-running'], { timeoutMs: 5000 })).out.trim()
    if (state === 'running' || state === 'degraded') return
    await sleep(200)
  }
  const jobs = await exec(['systemctl', 'list-jobs', '--no-pager'])
  const logs = await docker.run(['logs', '--tail', '10', id])
  throw new Error(`systemd did not boot in ${BOOT_MS / 1000} s (${state}):\n${jobs.out}\n${logs.out}${logs.err}`)
}
