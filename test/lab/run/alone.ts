import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingPrograms } from '../docker.ts'
import type { Ran, Wants } from './ran.ts'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
/** Where the checkout is inside: its own place says who works here, and may be under /tmp. */
const CHECKOUT = '/mnt/triage502'
const inside = join(CHECKOUT, 'test/lab/inside/case.ts')
/** Everything that is started dies with the first process inside, that one with `unshare`, and `unshare` with us. */
const ALONE = [
  ...['setpriv', '--pdeathsig', 'KILL', '--', 'unshare'],
  ...['--net', '--pid', '--mount', '--uts', '--ipc', '--cgroup', '--fork', '--kill-child', '--mount-proc', '--'],
]
/**
 * A machine of the case's own: its network, its name, its logs, its /tmp; nothing of a kernel that others use too. Node
 * stands under a name that says nothing of where this checkout is: it is the program of the applications.
 */
const MACHINE = `set -e
ip link set lo up
hostname shop-1
mount -t tmpfs tmpfs /mnt
mkdir ${CHECKOUT}
: > /mnt/node
mount --bind "$1" ${CHECKOUT}
mount --bind "$2" /mnt/node
mount -t tmpfs tmpfs /var/log
mount --bind /dev/null /dev/kmsg
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/bin
: > /tmp/bin/node
mount --bind /mnt/node /tmp/bin/node
cd /tmp
shift 2
exec /tmp/bin/node "$@"`
const ENV = {
  PATH: '/tmp/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
}
/** The slowest waits for a kernel that gives up, twice. */
const LIMIT_MS = 150_000

/** Why no case can be made here; '' when they can. */
export async function whyNotAlone(): Promise<string> {
  if (process.platform !== 'linux') return 'not Linux'
  if (process.getuid?.() !== 0) return 'not root'
  const missing = await missingPrograms(['unshare', 'setpriv', 'ip', 'nginx'])
  return missing.length === 0 ? '' : `missing: ${missing.join(', ')}`
}

/** What a case is told: these two and nothing else, as a word of a command has a longest length (execve(2), 128 KiB). */
export const asked = ({ record, baseline }: Wants): string => JSON.stringify({ record, baseline })

/** Makes a case in a network, mounts and processes of its own, and tells what `diagnose` said of it. */
export function runAlone(
  name: string,
  wants: Wants = { record: false, baseline: false },
  signal?: AbortSignal,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const words = [root, process.execPath, inside, name, asked(wants)]
    const [program = '', ...rest] = [...ALONE, 'sh', '-c', MACHINE, 'machine', ...words]
    // The pipe to its input stays open for as long as we live.
    const child = spawn(program, rest, { env: ENV, stdio: ['pipe', 'pipe', 'pipe'] })
    const end = () => child.kill('SIGKILL')
    const timer = setTimeout(end, LIMIT_MS)
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted) end()
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.stdin.on('error', () => {})
    child.once('error', reject)
    child.once('close', (exit) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (exit === 0) resolve(JSON.parse(out) as Ran)
      else reject(new Error(`${name}: exit ${exit ?? 'by a signal'}: ${err.slice(0, 3000)}`))
    })
  })
}
