import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { LookOutcome, LookTools } from '../../../src/probe/looks/types.ts'
import { runCommand } from '../../../src/probe/run.ts'
import type { Capture } from '../../../src/words/look.ts'

/** What a live look is given, with the real way to start programs. */
export function tools(more: Partial<LookTools> = {}): LookTools {
  const { signal } = new AbortController()
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
  const run: LookTools['run'] = (argv, timeoutMs) => runCommand(argv, { timeoutMs, signal, env })
  return { run, signal, timeoutMs: 10_000, env, now: () => new Date(), ...more }
}

/** The capture that a prober makes of a look's outcome. */
export function captured(outcome: LookOutcome): Capture {
  const { at, ...rest } = outcome
  return {
    kind: 'look',
    at: at === undefined ? 'local' : `local pid:${at}`,
    exit: null,
    ms: 1,
    startedAt: new Date().toISOString(),
    err: '',
    leftOut: '',
    ...rest,
  }
}

/** A folder of its own for one test, gone after it. */
export function folder(name = 'looks-'): string {
  const path = mkdtempSync(join(tmpdir(), name))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface Child {
  pid: number
  /** The first line that it wrote. */
  said: string
  process: ChildProcess
}

/** Starts a program that says one line when it is ready; it ends with the test. */
export async function start(
  file: string,
  argv: string[],
  more: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Child> {
  const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'], ...more })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const said = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)))
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '')
    })
  })
  if (child.pid === undefined) throw new Error('it has no pid')
  return { pid: child.pid, said, process: child }
}

/** Starts Node with a script that says one line when it is ready. */
export function node(
  script: string,
  more: { cwd?: string; env?: NodeJS.ProcessEnv; argv?: string[] } = {},
): Promise<Child> {
  return start(process.execPath, ['-e', script, '--', ...(more.argv ?? [])], more)
}

/** A server that answers every request with a status, on a free port of loopback. */
export const HTTP = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.headers.host === 'shop.example.com' && request.headers['user-agent'] === 'triage502' ? 418 : 400
  response.end(request.url)
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
