import { type GunicornWords, gunicornWords, timeoutLines, wordsOf } from '../../reading/app-limit/gunicorn.ts'
import type { JsonObject } from '../../words/json.ts'
import { isPath, pidOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import { absolute, type ServerProcess, serverProcess } from './server-process.ts'
import { changedSince, startOf } from './started.ts'
import type { BuiltInLookFn } from './types.ts'

const MAX_BYTES = 256 * 1024
/** The one variable that gunicorn reads options from; no other one of its environment is looked at. */
const VARIABLE = 'GUNICORN_CMD_ARGS'
/** What it reads, where it is there, when no file is named. */
const USUAL = 'gunicorn.conf.py'

/**
 * The time that a running gunicorn gives a worker, as its command line, its variable and its configuration file say it. Argument:
 * `pid`. Of all that they hold only numbers of seconds and the file's path are written down; the file is text here and never run.
 */
export const gunicornLimitLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['ps', '-ww', '-o', 'args=', '-p', String(pid ?? 'PID')]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    const process = await serverProcess(pid)
    if (process === undefined) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const words = gunicornWords(process.words)
    const environment = gunicornWords(wordsOf(process.environment.get(VARIABLE) ?? ''))
    const findings: JsonObject = {
      pid,
      // A program that writes its own title leaves one word, and none of its options.
      words_seen: process.words.length > 1,
      words: { timeout: words.timeout },
      environment_seen: process.environment.size > 0,
      environment: { timeout: environment.timeout },
      ...(await fileOf(process, words, environment, await startOf(pid, tools.now()))),
    }
    return found(argv, findings, { timedOut: over(), ...(process.elsewhere ? { at: `pid:${pid}` } : {}) })
  })
}

/** The file that the command line names, else the variable, else the usual one in its folder. */
async function fileOf(
  process: ServerProcess,
  words: GunicornWords,
  environment: GunicornWords,
  started: number,
): Promise<JsonObject> {
  const written = (words.config || environment.config).replace(/^file:/, '')
  const named = written !== ''
  const path = absolute(written || USUAL, process)
  const moved = (words.moves || environment.moves) && !written.startsWith('/')
  if (process.hidden || moved || written.startsWith('python:') || !isPath(path))
    return { named, file: written || USUAL, state: 'unread', changed: false, lines: [] }
  const read = await process.disk.read(path, MAX_BYTES)
  if (read.kind !== 'text') return { named, file: path, state: read.kind, changed: false, lines: [] }
  const lines = timeoutLines(read.text).map(({ line, value }) => ({ line, value }))
  return { named, file: path, state: 'text', changed: changedSince(started, read.mtime), lines }
}
