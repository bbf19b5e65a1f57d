import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { summary, type Told } from './lab.ts'
import { WAY_TRUTHS } from './truths/way.ts'
import { departures, type Truth } from './truths.ts'

// Faults on nginx's way to its upstream, each in a network and with processes of its own: firewalls there are nobody
// else's, and the ports are always the same.

const inside = join(dirname(fileURLToPath(import.meta.url)), 'inside/case.ts')
const ALONE = [
  '--net',
  '--pid',
  '--mount',
  '--uts',
  '--ipc',
  '--cgroup',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--',
]
/** The slowest waits for a kernel that gives up, twice. */
const LIMIT_MS = 150_000

function made(name: string): Promise<{ told: Told; seconds: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...ALONE, process.execPath, inside, name], { stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.once('error', reject)
    child.once('close', (exit) => {
      clearTimeout(timer)
      if (exit === 0) resolve(JSON.parse(out) as { told: Told; seconds: number })
      else reject(new Error(`${name}: exit ${exit}: ${err.slice(0, 2000)}`))
    })
  })
}

const truths: Record<string, Truth> = WAY_TRUTHS

it.each(Object.keys(WAY_TRUTHS))('%s', async (name) => {
  const { told } = await made(name)
  const truth = truths[name]
  expect(truth && departures(told, truth), summary(told)).toEqual([])
})
