import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LogOptions, type LogRequest, readLog } from '../../../src/probe/log/read-log.ts'
import type { LogFormat, Weight } from '../../../src/reading/log-format.ts'
import type { Capture } from '../../../src/words/look.ts'
import { context } from '../../reading/nginx/knowledge.ts'

export const NOW = new Date('2026-11-21T04:10:00Z')

/** A folder of its own for one test, gone after it. */
export function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'triage502-log-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/**
 * A format for tests: a record begins with `@SECONDS`, how long before NOW it was written; its first word is
 * its key, and `!` at its end makes it important. In local time with `zoned` false.
 */
export function simple(zoned = true): LogFormat {
  return {
    open: () => ({
      stamp(line) {
        const match = /^@(-?[0-9]{1,9}) /.exec(line)
        return match === null ? undefined : { ms: NOW.getTime() - Number(match[1]) * 1000, zoned }
      },
      weigh(record): Weight {
        return { rank: record.endsWith('!') ? 3 : 1, key: { word: record.split(/\s/)[1] ?? '' } }
      },
    }),
  }
}

/** Reads a log, fifteen minutes back from NOW. */
export function look(
  path: string,
  more: Partial<LogRequest> = {},
  options: Partial<LogOptions> = {},
  signal = new AbortController().signal,
): Promise<Capture> {
  const request: LogRequest = {
    ...{ kind: 'log', at: 'proxy', read: 'nginx-error-log', timeoutMs: 10_000, windowMs: 900_000 },
    ...{ path, ...more },
  }
  return readLog(request, { format: simple(), context: context(), now: () => NOW, ...options }, signal)
}

/** When a file was last written, in seconds before NOW. */
export function touched(path: string, secondsAgo: number): void {
  const at = NOW.getTime() / 1000 - secondsAgo
  utimesSync(path, at, at)
}

/** A child process that opens files for appending, as a server does, and then only waits. Its pid. */
export async function writer(files: string[], env: Record<string, string> = {}): Promise<number> {
  const code = `for (const file of process.argv.slice(1)) require('fs').openSync(file, 'a')
    process.stdout.write('open'); setTimeout(() => {}, 60000)`
  const child: ChildProcess = spawn(process.execPath, ['-e', code, '--', ...files], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  return child.pid ?? 0
}
