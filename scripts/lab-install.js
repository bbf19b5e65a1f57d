// What the lab and the tests with real servers need: Debian packages, PM2, and the image with systemd in the cache outside
// the repository (~/.cache/triage502-lab). Wants root or a sudo that does not ask. Run again, it only adds what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'

const PACKAGES = [
  // Gateways and what answers behind them.
  ...[
    'nginx-light',
    'haproxy',
    'rsyslog',
    'caddy',
    'apache2',
    'varnish',
    'php8.2-fpm',
    'gunicorn',
    'golang-go',
    'dnsmasq-base',
    'openssl',
  ],
  'ca-certificates',
  // What makes faults, and what looks at them.
  ...['curl', 'iproute2', 'iptables', 'lsof', 'net-tools', 'procps', 'util-linux', 'tmux'],
  // The clients that are asked in front of servers with documented answers.
  ...['awscli'],
  // Whoever has a kubectl already keeps it: packages of others hold the same file.
  ...(spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).error ? ['kubernetes-client'] : []),
  // Containers, and the image with systemd.
  ...['docker.io', 'debootstrap'],
]
/** While it stands there, no package starts a server: the lab starts its own. */
const POLICY = '/usr/sbin/policy-rc.d'

const isRoot = process.getuid?.() === 0

function asRoot(...argv) {
  const [program, ...words] = isRoot ? argv : ['sudo', '-n', ...argv]
  const { status, error } = spawnSync(program, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status ?? error?.message}`)
}

function packages() {
  const missing = PACKAGES.filter((name) => spawnSync('dpkg', ['-s', name], { stdio: 'ignore' }).status !== 0)
  if (missing.length === 0) return
  process.stdout.write(`packages: ${missing.join(' ')}\n`)
  const ours = `/tmp/policy-rc.d.${process.pid}`
  const guard = !existsSync(POLICY)
  if (guard) {
    writeFileSync(ours, '#!/bin/sh\nexit 101\n')
    asRoot('install', '-m', '755', ours, POLICY)
  }
  try {
    asRoot('apt-get', 'update', '-qq')
    asRoot('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing)
  } finally {
    if (guard) {
      asRoot('rm', '-f', POLICY)
      rmSync(ours, { force: true })
    }
  }
}

async function image() {
  const { openDocker } = await import('../test/lab/docker.ts')
  const { systemdImage } = await import('../test/lab/systemd/image.ts')
  const docker = await openDocker()
  try {
    process.stdout.write(`image: ${await systemdImage(docker)}\n`)
  } finally {
    await docker.release()
  }
}

async function pm2() {
  const { hasPm2, PM2_FOLDER, PM2_VERSION } = await import('../test/lab/pm2.ts')
  if (hasPm2()) return
  mkdirSync(PM2_FOLDER, { recursive: true })
  const words = ['install', '--prefix', PM2_FOLDER, '--no-audit', '--no-fund', '--no-save', `pm2@${PM2_VERSION}`]
  const { status } = spawnSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'], cwd: PM2_FOLDER })
  if (status !== 0) throw new Error(`npm install pm2 ended with ${status}`)
  process.stdout.write(`pm2: ${PM2_FOLDER}\n`)
}

async function go() {
  const { buildGoProgram } = await import('../test/lab/go/program.ts')
  process.stdout.write(`go: ${buildGoProgram()}\n`)
}

packages()
await pm2()
await go()
if (isRoot) await image()
else process.stdout.write('image: left out, it wants root; the first run of the lab makes it\n')
