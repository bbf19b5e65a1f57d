import { stat } from 'node:fs/promises'
import { keptApp } from '../../reading/pm2/listed.ts'
import type { JsonObject } from '../../words/json.ts'
import { isObject } from './engine.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { callPm2 } from './pm2-call.ts'
import { entriesOf, listPids, or, readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

const ARGV = ['pm2', 'jlist']
const MOST_DAEMONS = 4
const MOST_HOMES = 50
const DUMP_BYTES = 1024 * 1024
const ANSWER_MS = 3000

/**
 * What PM2 knows of its applications, from each daemon that runs; where none runs, what was saved to be started at boot
 * (`dump.pm2`). `pm2` itself is never started: it would start a daemon.
 */
export const pm2Look: BuiltInLookFn = (_args, tools) =>
  within(tools, ARGV, async (over) => {
    const daemons = await daemonsHere(over)
    const apps: JsonObject[] = []
    for (const { pid, home } of daemons) {
      const asked = await callPm2(`${home}/rpc.sock`, 'getMonitorData', Math.min(ANSWER_MS, tools.timeoutMs / 2))
      if (!asked.ok) return blind(ARGV, asked.why === 'denied' ? 'no-permission' : 'not-understood', asked.says)
      const rows = Array.isArray(asked.value) ? asked.value.filter(isObject) : []
      apps.push(...rows.map((row) => ({ ...keptApp(row), daemon: pid, home })))
    }
    const saved = daemons.length > 0 ? [] : await savedApps(over)
    return found(ARGV, { daemons: daemons.map(({ pid, home }) => ({ pid, home })), apps, saved }, { timedOut: over() })
  })

/** A daemon calls itself `PM2 v6.0.13: God Daemon (/home/shop/.pm2)`. */
async function daemonsHere(over: Over): Promise<{ pid: number; home: string }[]> {
  const daemons: { pid: number; home: string }[] = []
  for (const pid of await listPids()) {
    if (over() || daemons.length >= MOST_DAEMONS) break
    const title = entriesOf(or(await readText(`/proc/${pid}/cmdline`, 4096), ''))[0] ?? ''
    const home = /^PM2 v[\w.-]{1,40}: God Daemon \((\/[^\0]{1,4000})\)\s*$/.exec(title)?.[1]
    if (home !== undefined) daemons.push({ pid, home })
  }
  return daemons
}

/** The lists that `pm2 save` left in people's homes. */
async function savedApps(over: Over): Promise<JsonObject[]> {
  const homes = or(await readText('/etc/passwd'), '')
    .split('\n')
    .map((line) => line.split(':')[5] ?? '')
    .filter((home) => home.startsWith('/') && home !== '/')
  const saved: JsonObject[] = []
  for (const home of [...new Set(homes)].slice(0, MOST_HOMES)) {
    if (over()) break
    const path = `${home}/.pm2/dump.pm2`
    const list = parsed(or(await readText(path, DUMP_BYTES), ''))
    if (list.length === 0) continue
    const at = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
    saved.push(...list.map((row) => ({ ...keptApp(row), home: `${home}/.pm2`, saved_ms: Math.round(at) })))
  }
  return saved
}

function parsed(text: string): JsonObject[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(isObject) : []
  } catch {
    return []
  }
}
