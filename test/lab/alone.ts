import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Told } from './lab.ts'

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

/** Makes a case in a network, mounts and processes of its own, and tells what `diagnose` said of it. */
export function made(name: string): Promise<{ told: Told; seconds: number }> {
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
