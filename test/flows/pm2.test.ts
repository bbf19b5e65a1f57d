import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/words/json.ts'
import { DOWN } from './faults.ts'
import { capture, clock } from './http.ts'
import { blind, candidates, found } from './looks.ts'
import { diagnose, type World } from './world.ts'

const HOME = '/home/shop/.pm2'

/** One application for port 3000. */
function listed(env: JsonObject = {}, pid = 0): World['pm2'] {
  const pm2_env: JsonObject = {
    status: 'stopped',
    PORT: 3000,
    restart_time: 0,
    unstable_restarts: 0,
    exit_code: 0,
    created_at: clock(-3600).getTime(),
    pm_uptime: clock(-600).getTime(),
    pm_err_log_path: `${HOME}/logs/shop-error.log`,
    ...env,
  }
  return found({
    daemons: [{ pid: 900, home: HOME }],
    apps: [{ name: 'shop', pid, pm_id: 0, pm2_env, home: HOME }],
    saved: [],
  })
}

const log = (text: string, at = clock(-30)) => capture('look', text, { meta: { written_ms: at.getTime() } })
const short = async (parts: Partial<World>) => (await diagnose({ ...DOWN, ...parts })).short
const MISSING = "Error: Cannot find module 'express'\n    at x (y:1:2)\n"

describe('PM2 knows who should listen there', () => {
  it('and runs nowhere here: units are asked next', async () => {
    const { path } = await diagnose(DOWN)
    expect(path.indexOf('app/unit-search.none')).toBe(path.indexOf('pm2/search.none') + 1)
  })

  it('and may not be asked: units are asked next, and it may have crashed all the same', async () => {
    const seen = await diagnose({ ...DOWN, pm2: blind('no-permission') })
    expect(seen.at('app/unit-search')).toEqual({
      branch: 'none-unseen',
      says: 'no unit here names it; PM2, which may run it, could not be asked',
      go: 'meant/left',
    })
    expect(seen.short).toContain('process-down likely')
  })

  it('and somebody stopped it', async () => {
    expect(await short({ pm2: listed() })).toContain('process-down confirmed')
  })

  it('and it runs elsewhere without PM2: that it is down is not said', async () => {
    const apps = candidates([{ pid: 77, port: 3001, status: 200, ties: ['folder shop'] }])
    expect(await short({ pm2: listed(), candidates: apps })).toContain('wrong-port')
  })

  it('and gave up on it, and its error log names the reason', async () => {
    const pm2 = listed({ status: 'errored', restart_time: 3, exit_code: 1 })
    expect(await short({ pm2, logEnd: log(MISSING) })).toContain('crash-on-start confirmed')
  })

  it('and gave up on it without a known word', async () => {
    const pm2 = listed({ status: 'errored', restart_time: 16, exit_code: 3 })
    expect(await short({ pm2, logEnd: log('bye\n') })).toContain('crash-loop')
  })

  it('and waits before it starts it again', async () => {
    const pm2 = listed({ status: 'waiting restart', restart_time: 5, exit_code: 3 })
    expect(await short({ pm2, logEnd: log('') })).toContain('crash-loop')
  })

  it('and restarted it for its memory', async () => {
    const words =
      'PM2 | [PM2][WORKER] Process 0 restarted because it exceeds --max-memory-restart value (current_memory=1 max_memory_limit=2 [octets])\n'
    const env = { status: 'online', restart_time: 2, pm_uptime: clock(-2).getTime(), max_memory_restart: 94_371_840 }
    expect(await short({ pm2: listed(env, 4242), logEnd: log(words) })).toContain('oom-killed confirmed')
    expect(await short({ pm2: listed(env, 4242), logEnd: log(words, clock(-7200)) })).not.toContain('oom-killed')
  })

  it('and it runs and listens nowhere yet', async () => {
    const pm2 = listed({ status: 'online', pm_uptime: clock(-5).getTime() }, 4242)
    expect(await short({ pm2, logEnd: log('') })).toContain('not-ready confirmed')
  })

  it('and it was restarted over and over, and lives just now', async () => {
    const pm2 = listed({ status: 'online', restart_time: 9, pm_uptime: clock(-1).getTime() }, 4242)
    expect(await short({ pm2, logEnd: log('') })).toContain('crash-loop')
  })
})

describe('no PM2 runs, and its list was saved', () => {
  const saved = found({
    daemons: [],
    apps: [],
    saved: [{ name: 'shop', pm2_env: { PORT: 3000 }, home: HOME, saved_ms: clock(-90_000).getTime() }],
  })

  it('nothing started it again', async () => {
    expect(await short({ pm2: saved })).toContain('not-enabled confirmed')
  })

  it('and something tied to the site answers elsewhere: that counts first', async () => {
    const apps = candidates([{ pid: 77, port: 3001, status: 200, ties: ['folder shop'] }])
    expect(await short({ pm2: saved, candidates: apps })).toContain('wrong-port')
  })
})
