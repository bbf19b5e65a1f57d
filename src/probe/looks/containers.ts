import { setTimeout as wait } from 'node:timers/promises'
import { keptContainer } from '../../reading/docker/inspected.ts'
import { parseStat } from '../../reading/process/stat.ts'
import type { JsonObject } from '../../words/json.ts'
import { askEngine, engineSockets, isObject, jsonOf } from './engine.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { clockJson, or, readClock, readText } from './proc.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

const ARGV = ['docker', 'ps', '--all', '--no-trunc']
/** Machines with hundreds of containers have them; more are counted and not asked about. */
const MOST = 200
const AT_ONCE = 8
/** The engine waits 100 ms before it starts a container again for the first time, then twice as long each time. */
const SETTLE_MS = 500

/**
 * Every container of this machine's Docker engine, running or not, with what `docker inspect` says of it, over the
 * engine's socket: GET requests only. Without a socket there is no engine, and that is an answer. Argument: `holder`
 * (optional), for whom the asked port is held: nothing is chosen by it, and nobody is asked before that is known.
 */
export const containersLook: BuiltInLookFn = (_args, tools) =>
  within(tools, ARGV, async (over) => {
    for (const socket of engineSockets(tools.env)) {
      const listed = await askEngine(socket, '/containers/json?all=1', tools.timeoutMs / 2, tools.signal)
      if (!listed.ok && listed.why === 'gone') continue
      if (!listed.ok && listed.why === 'down') return found(ARGV, { engine: 'down', socket, containers: [] })
      if (!listed.ok) return blind(ARGV, listed.why === 'denied' ? 'no-permission' : 'not-understood', listed.says)
      const rows = jsonOf(listed)
      if (!Array.isArray(rows)) return blind(ARGV, 'not-understood', `${socket} does not answer as Docker does`)
      const ids = rows.flatMap((row) => (isObject(row) && typeof row.Id === 'string' ? [row.Id] : []))
      const containers = await settled(socket, await inspectAll(socket, ids.slice(0, MOST), tools, over), tools, over)
      return found(
        ARGV,
        {
          engine: 'answers',
          socket,
          count: ids.length,
          ...(await engineProcess(tools)),
          containers: containers.map(keptContainer),
        },
        { timedOut: over() },
      )
    }
    return found(ARGV, { engine: '', containers: [] })
  })

/** Between two lives a container has no address and no process: the next one is mostly there a moment later. */
async function settled(socket: string, seen: JsonObject[], tools: LookTools, over: Over): Promise<JsonObject[]> {
  const between = seen.filter((each) => isObject(each.State) && each.State.Status === 'restarting').slice(0, AT_ONCE)
  if (between.length === 0 || over()) return seen
  await wait(SETTLE_MS, undefined, { signal: tools.signal }).catch(() => {})
  const ids = between.flatMap(({ Id }) => (typeof Id === 'string' ? [Id] : []))
  const again = new Map((await inspectAll(socket, ids, tools, over)).map((each) => [each.Id, each]))
  return seen.map((each) => again.get(each.Id) ?? each)
}

async function inspectAll(socket: string, ids: readonly string[], tools: LookTools, over: Over): Promise<JsonObject[]> {
  const seen: JsonObject[] = []
  const waiting = ids.filter((id) => /^[0-9a-f]{12,64}$/.test(id))
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined && !over(); id = waiting.shift()) {
      const told = jsonOf(await askEngine(socket, `/containers/${id}/json`, tools.timeoutMs / 2, tools.signal))
      // One that was removed just now is no container any more.
      if (isObject(told)) seen.push(told)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return seen
}

/** Since when the engine itself runs: what it holds back after a boot was not started by it. */
async function engineProcess(tools: LookTools): Promise<JsonObject> {
  const pid = Number(or(await readText('/var/run/docker.pid', 32), '').trim())
  if (!Number.isSafeInteger(pid) || pid < 1) return {}
  const stat = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))
  if (!stat) return {}
  return { engine_pid: pid, start_ticks: stat.startTicks, clock: clockJson(await readClock(tools.now())) }
}
