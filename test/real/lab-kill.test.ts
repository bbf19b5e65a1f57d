import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CACHE, dockerRunning, OWNER } from '../lab/docker.ts'
import { collect } from '../lab/lab.ts'
import { whyNoSystemd } from '../lab/systemd/container.ts'

// The lab is ended in the middle, while a case runs in namespaces and another in the container: nothing stays behind.

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const why = await whyNoSystemd()

interface Process {
  pid: number
  parent: number
}

/** Every process that is there and not only waiting to be reaped. */
function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const stat = read(`/proc/${name}/stat`)
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return stat === '' || state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent) }]
  })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** A process and all that came of it, as they are now. */
function familyOf(pid: number): number[] {
  const all = processes()
  const family = [pid]
  for (const one of family) family.push(...all.filter(({ parent }) => parent === one).map((child) => child.pid))
  return family
}

const networkOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return ''
  }
}

async function containersOf(owner: number): Promise<string[]> {
  const docker = await dockerRunning()
  const listed = await docker?.run(['ps', '-aq', '--no-trunc', '--filter', `label=${OWNER}=${owner}`])
  return listed?.out.split('\n').filter((id) => id !== '') ?? []
}

async function until<T>(look: () => Promise<T | null> | T | null, what: string): Promise<T> {
  for (const last = Date.now() + 90_000; Date.now() < last; await pause(200)) {
    const seen = await look()
    if (seen !== null) return seen
  }
  throw new Error(`it never came to pass that ${what}`)
}

/** Starts the lab, and gives what it holds once both kinds of case are under way. */
async function underWay(): Promise<{ runner: ChildProcess; pid: number; out: () => string; held: Held }> {
  const words = ['scripts/lab.js', '--case', 'pool-one-slow', 'systemd-no-restart']
  const runner = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [runner.stdout, runner.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk
    })
  }
  const pid = runner.pid ?? 0
  const mine = networkOf(process.pid)
  const networks = await until(() => {
    const others = new Set(
      familyOf(pid)
        .map(networkOf)
        .filter((network) => network !== '' && network !== mine),
    )
    return others.size > 0 ? [...others] : null
  }, 'a case runs in a network of its own')
  const containers = await until(async () => {
    const ids = await containersOf(pid)
    return ids.length > 0 ? ids : null
  }, 'a container runs')
  return { runner, pid, out: () => out, held: { family: familyOf(pid), networks, containers } }
}

interface Held {
  family: number[]
  networks: string[]
  containers: string[]
}

/** What of it is still there; empty when nothing is. */
async function left(pid: number, held: Held): Promise<string[]> {
  const all = processes()
  const family = all.filter((one) => held.family.includes(one.pid)).map((one) => `process ${one.pid}`)
  const inside = all
    .filter((one) => held.networks.includes(networkOf(one.pid)))
    .map((one) => `in its network ${one.pid}`)
  const containers = (await containersOf(pid)).map((id) => `container ${id}`)
  const mounted = read('/proc/self/mounts').split('\n')
  const mounts = mounted.filter((line) => held.containers.some((id) => line.includes(id)))
  const sockets = (await collect(['ss', '-ltnpH'])).out.split('\n')
  const ports = sockets.filter((line) => held.family.some((one) => line.includes(`pid=${one},`)))
  const user = existsSync(join(CACHE, 'run/users', String(pid))) ? ['it holds the daemon'] : []
  return [...family, ...inside, ...containers, ...mounts, ...ports, ...user]
}

it.skipIf(why !== '').each(['SIGKILL', 'SIGINT'] as const)('%s', async (signal) => {
  const { runner, pid, out, held } = await underWay()
  const exit = new Promise<number | null>((resolve) => runner.once('exit', resolve))
  runner.kill(signal)
  if (signal === 'SIGINT') expect(await exit, out()).toBe(130)
  let rest: string[] = []
  await until(async () => {
    rest = await left(pid, held)
    return rest.length === 0 ? true : null
  }, 'nothing is left').catch(() => {})
  expect(rest).toEqual([])
})
