import { type ChildProcess, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Lab } from './lab.ts'
import { until } from './lab.ts'

const START_MS = 20_000
const STOP_MS = 30_000
const NGINX = '/usr/sbin/nginx'
const [MOUNT, UNMOUNT, LDD] = ['/usr/bin/mount', '/usr/bin/umount', '/usr/bin/ldd']

/** A real Docker engine of a case's own, in the case's own network, mounts and processes. */
export interface Engine {
  /** Runs `docker ARGS`; throws where it fails. */
  docker(...args: string[]): string
  /** The same; how it ended is the caller's. */
  attempt(...args: string[]): SpawnSyncReturns<string>
  /**
   * An image with node, nginx and these files (path -> text), made without a registry. `more`: files of this machine
   * that are copied too, programs and libraries with what the loader takes for them.
   */
  image(name: string, files: Record<string, string>, changes?: readonly string[], more?: readonly string[]): void
  /** One value of `docker inspect`. */
  inspect(container: string, template: string): string
  /** Ends the engine and starts it again, as a reboot or an upgrade does. */
  restart(): Promise<void>
}

/**
 * Starts dockerd with the usual bridge, published ports and socket. Only where the lab has namespaces of its own
 * (`alone`): there its rules, bridges and /run are nobody else's.
 */
export async function engine(lab: Lab): Promise<Engine> {
  if (!lab.alone) throw new Error('an engine wants a network and mounts of its own')
  // What else lies there is not the case's: the engine keeps its socket in the one and its data in the other.
  for (const folder of ['/run', '/srv']) must('mount', spawnSync(MOUNT, ['-t', 'tmpfs', 'tmpfs', folder]))
  mkdirSync('/srv/docker')
  const data = lab.path('docker/data')
  mkdirSync(data, { recursive: true })
  must('mount', spawnSync(MOUNT, ['--bind', data, '/srv/docker']))
  let daemon = await started(lab)
  lab.closing(() => {
    const all = lines(attempt('ps', '-aq').stdout)
    if (all.length > 0) attempt('rm', '-f', '-v', ...all)
    // Ended in order it waits for its own parts, for seconds.
    daemon.kill('SIGKILL')
    for (const folder of ['/srv/docker', '/srv', '/run']) spawnSync(UNMOUNT, ['-l', folder])
  })
  return {
    docker: (...args) => must(`docker ${args[0]}`, attempt(...args)).stdout.trim(),
    attempt,
    image: (name, files, changes = [], more = []) => makeImage(lab, name, files, changes, more),
    inspect: (container, template) =>
      must('docker inspect', attempt('inspect', '--format', template, container)).stdout.trim(),
    restart: async () => {
      await endedInOrder(daemon)
      daemon = await started(lab)
    },
  }
}

async function started(lab: Lab) {
  const daemon = lab.start(
    ['dockerd', '--data-root', '/srv/docker', '--storage-driver', 'overlay2', '-H', 'unix:///var/run/docker.sock'],
    { env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` } },
  )
  const last = Date.now() + START_MS
  await until(() => daemon.exitCode !== null || Date.now() > last || attempt('version').status === 0, 'docker answers')
  if (attempt('version').status !== 0) throw new Error('dockerd did not start')
  return daemon
}

/** Killed it would leave its parts behind, and the next one would stumble over them. */
async function endedInOrder(daemon: ChildProcess): Promise<void> {
  daemon.kill('SIGTERM')
  const last = Date.now() + STOP_MS
  while (daemon.exitCode === null && daemon.signalCode === null) {
    if (Date.now() > last) throw new Error('dockerd did not end')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function attempt(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync('docker', args, { encoding: 'utf8', timeout: 60_000 })
}

function must<T extends { status: number | null; stderr: string | Buffer }>(what: string, done: T): T {
  if (done.status !== 0) throw new Error(`${what}: ${done.stderr}`)
  return done
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function makeImage(
  lab: Lab,
  name: string,
  files: Record<string, string>,
  changes: readonly string[],
  more: readonly string[],
): void {
  const folder = lab.path(`image-${name.replace(/\W/g, '-')}/root`)
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of Object.entries({ ...base(), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  chmodSync(join(folder, 'tmp'), 0o1777)
  for (const empty of ['var/lib/nginx', 'var/log/nginx', 'run']) mkdirSync(join(folder, empty), { recursive: true })
  // As the official image does: what nginx writes goes to the container's log.
  symlinkSync('/dev/stdout', join(folder, 'var/log/nginx/access.log'))
  symlinkSync('/dev/stderr', join(folder, 'var/log/nginx/error.log'))
  mkdirSync(join(folder, 'usr/local/bin'), { recursive: true })
  copyFileSync(process.execPath, join(folder, 'usr/local/bin/node'))
  for (const file of [NGINX, ...more, ...libraries(process.execPath, NGINX, ...more)]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    copyFileSync(file, join(folder, file))
  }
  const settings = ['ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/bin', ...changes].flatMap((line) => ['--change', line])
  const archive = lab.path(`image-${name.replace(/\W/g, '-')}/image.tar`)
  must('tar', spawnSync('tar', ['-C', folder, '-cf', archive, '.'], { encoding: 'utf8' }))
  must('docker import', attempt('import', ...settings, archive, name))
}

/** The accounts that nginx and node look for. */
function base(): Record<string, string> {
  return {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n',
    'etc/group': 'root:x:0:\nwww-data:x:33:\n',
    'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
    'etc/nginx/mime.types': readFileSync('/etc/nginx/mime.types', 'utf8'),
  }
}

/** What the loader of this machine takes for these programs; and what the C library loads by itself to resolve names. */
function libraries(...programs: string[]): string[] {
  const { stdout } = must('ldd', spawnSync(LDD, programs, { encoding: 'utf8' }))
  const found = [...stdout.matchAll(/(\/[^\s():]+)(?= \(0x)/g)].map(([, path]) => path ?? '')
  const near = found.find((path) => /\/libc\.so/.test(path))
  const late =
    near === undefined
      ? []
      : ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'].map((name) => join(dirname(near), name))
  return [...new Set([...found, ...late])]
}
