import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE, type Docker, exists, run, withLock } from '../docker.ts'

const PACKAGES = [
  ...[
    'systemd',
    'systemd-sysv',
    'dbus',
    'nginx-light',
    'haproxy',
    'apache2',
    'caddy',
    'varnish',
    'procps',
    'iproute2',
    'curl',
    'lsof',
    'python3',
  ],
  // What the mounted node needs.
  ...['libstdc++6', 'libatomic1', 'ca-certificates'],
]
/** None of them starts by itself: a case says which one serves. */
export const GATEWAYS = ['nginx', 'haproxy', 'apache2', 'caddy', 'varnish'] as const
/** They only make noise, or wait for what a container does not have. */
const MASKED = [
  ...[
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'dpkg-db-backup.timer',
    'e2scrub_all.timer',
    'e2scrub_reap.service',
  ],
  ...['fstrim.timer', 'getty.target', 'systemd-update-utmp-runlevel.service', 'systemd-networkd-wait-online.service'],
]
const BUILD_MS = 8 * 60_000
/** Raise it when what is done to the image changes. */
const RECIPE = 3

/**
 * Makes sure that the image is there and gives its name: from the daemon, else from the archive in the
 * cache, else by debootstrap (about a minute, needs root and a package mirror). nginx is not started.
 */
export async function systemdImage(docker: Docker, packages: readonly string[] = []): Promise<string> {
  const suite = await debianSuite()
  const wanted = [...new Set([...PACKAGES, ...packages])].sort()
  const id = createHash('sha256')
    .update(JSON.stringify([RECIPE, suite, wanted]))
    .digest('hex')
    .slice(0, 12)
  const image = `triage502-lab/systemd:${id}`
  const here = async () => (await docker.run(['image', 'inspect', '--format', '{{.Id}}', image])).exit === 0
  if (await here()) return image
  await withLock(`image-${id}`, async () => {
    if (await here()) return
    const archive = join(CACHE, `systemd-${id}.tar`)
    if (!(await exists(archive))) await build(archive, suite, wanted)
    must('docker import', await docker.run(['import', archive, image], { timeoutMs: 180_000 }))
  })
  return image
}

async function build(archive: string, suite: string, packages: readonly string[]): Promise<void> {
  const work = await mkdtemp(join(CACHE, 'build-'))
  const root = join(work, 'root')
  try {
    await mkdir(root)
    const argv = ['debootstrap', '--variant=minbase', `--include=${packages.join(',')}`, suite, root]
    must('debootstrap', await run(argv, { timeoutMs: BUILD_MS }))
    // The root folder must be open to all: services drop their rights.
    await chmod(root, 0o755)
    for (const unit of MASKED) await mask(join(root, 'etc/systemd/system', unit))
    for (const gateway of GATEWAYS) {
      await rm(join(root, `etc/systemd/system/multi-user.target.wants/${gateway}.service`), { force: true })
    }
    await rm(join(root, 'var/cache/apt'), { recursive: true, force: true })
    await rm(join(root, 'var/lib/apt/lists'), { recursive: true, force: true })
    await writeFile(join(root, 'etc/machine-id'), '')
    await mkdir(join(root, 'var/log/journal'), { recursive: true })
    must('tar', await run(['tar', '-C', root, '-cf', join(work, 'root.tar'), '.'], { timeoutMs: 120_000 }))
    await rename(join(work, 'root.tar'), archive)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function mask(path: string): Promise<void> {
  const there = await lstat(path).then(
    () => true,
    () => false,
  )
  if (there) await rm(path)
  await symlink('/dev/null', path)
}

/** This machine's own Debian release, so that its mirror and keys are at hand. */
async function debianSuite(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const name = /^ID=debian$/m.test(release) ? /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] : undefined
  return name ?? 'bookworm'
}

function must(what: string, ran: { exit: number; out: string; err: string }): void {
  if (ran.exit === 0) return
  const said = `${ran.out}\n${ran.err}`.trim().split('\n').slice(-8).join('\n')
  throw new Error(`${what} ended with ${ran.exit}:\n${said}`)
}
