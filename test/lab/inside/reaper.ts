// Outlives the process that started it, whatever ends that one: when its input is at an end, it removes that one's
// containers, and ends our own Docker daemon unless somebody else holds it.  reaper.ts PID SOCKET
import { reap } from '../docker.ts'

const [owner = '', socket = ''] = process.argv.slice(2)
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
process.stdin.resume().once('close', async () => {
  await reap(Number(owner), socket)
  process.exit(0)
})
