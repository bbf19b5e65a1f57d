import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'

const module = new URL('../../src/probe/run.ts', import.meta.url).href

/** Alive, and not only waiting to be reaped. */
function alive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

// The tool asks the kernel to kill it first; what it started must end all the same. Needs coreutils' timeout.
it('a look ends a little after its limit although the tool was killed outright', async () => {
  const code = `
    import { runCommand } from ${JSON.stringify(module)}
    const file = process.argv[1]
    const argv = ['sh', '-c', 'echo $$ > "$0"; exec sleep 300', file]
    void runCommand(argv, { timeoutMs: 1000, signal: new AbortController().signal, env: { PATH: '/usr/bin:/bin' } })
    await new Promise((resolve) => setTimeout(resolve, 60000))`
  const file = join(mkdtempSync(join(tmpdir(), 'orphans-')), 'pid')
  const args = [
    '--experimental-strip-types',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module-typescript',
    '-e',
    code,
    file,
  ]
  const tool = spawn(process.execPath, args, { stdio: 'ignore' })
  const written = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0)
  while (written() === 0) await pause(10)
  tool.kill('SIGKILL')
  const pid = written()
  expect(pid).toBeGreaterThan(1)
  for (let tries = 0; tries < 100 && alive(pid); tries += 1) await pause(100)
  expect(alive(pid)).toBe(false)
  rmSync(dirname(file), { recursive: true })
})
