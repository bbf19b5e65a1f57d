import { describe, expect, it } from 'vitest'
import { pm2Reader } from '../../../src/reading/pm2/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { context, looked, printed } from '../process/support.ts'

const T = Date.UTC(2026, 10, 21, 3, 0, 0)

/** As PM2 6 lists it, with what must not stay. */
const app = (name: string, env: JsonObject = {}, pid = 4242): JsonObject => ({
  name,
  pid,
  pm_id: 0,
  monit: { memory: 50_000_000, cpu: 1 },
  pm2_env: {
    name,
    status: 'online',
    PORT: '3000',
    DATABASE_URL: 'postgres://shop:s3cr3t@db/shop',
    env: { TOKEN: 's3cr3t' },
    args: ['--token', 's3cr3t'],
    restart_time: 2,
    unstable_restarts: 1,
    created_at: T,
    pm_uptime: T + 60_000,
    exit_code: 1,
    exec_mode: 'fork_mode',
    max_memory_restart: 94_371_840,
    pm_err_log_path: '/home/shop/.pm2/logs/shop-error.log',
    pm_out_log_path: '/home/shop/.pm2/logs/shop-out.log',
    pm_cwd: '/srv/shop',
    username: 'shop',
    ...env,
  },
})
const seen = (apps: JsonObject[], saved: JsonObject[] = []): JsonObject => ({
  daemons: apps.length > 0 ? [{ pid: 900, home: '/home/shop/.pm2' }] : [],
  apps: apps.map((each) => ({ ...each, daemon: 900, home: '/home/shop/.pm2' })),
  saved,
})
const PORT: Record<string, Value> = { 'upstream.port': 3000n }
const read = (raw: JsonObject, facts: Record<string, Value> = PORT) => pm2Reader.read(looked(raw), context(facts)).value

describe('the application for a port', () => {
  it('is the one whose PORT it is', () => {
    const { app: chosen, complete, daemons, count } = read(seen([app('blog', { PORT: '3001' }), app('shop')]))
    expect({ complete, daemons, count }).toEqual({ complete: true, daemons: 1n, count: 2n })
    expect(chosen).toMatchObject({
      found: true,
      by: 'port',
      others: 0n,
      name: 'shop',
      status: 'online',
      pid: 4242n,
      restarts: 2n,
      unstable: 1n,
      exit_code: 1n,
      created: new Date(T),
      started: new Date(T + 60_000),
      memory: 94_371_840n,
      cluster: false,
      error_log: '/home/shop/.pm2/logs/shop-error.log',
      cwd: '/srv/shop',
      home: '/home/shop/.pm2',
      user: 'shop',
    })
  })

  it.each([[['-p', '3000']], [['--port=3000']], [['--listen', '127.0.0.1:3000']], ['--port 3000']])(
    'is the one whose arguments name it: %j',
    (args) => {
      expect(read(seen([app('shop', { PORT: '80', args })])).app).toMatchObject({ found: true, by: 'port' })
    },
  )

  it('is the one whose environment apart names it', () => {
    const { app: chosen } = read(seen([app('shop', { PORT: null, env: { PORT: 3000 } })]))
    expect(chosen.found).toBe(true)
  })

  it('is the one whose process was seen', () => {
    expect(read(seen([app('shop', { PORT: '80' })]), { 'app.pid': 4242n }).app).toMatchObject({ by: 'process' })
  })

  it('is nobody where no one names it', () => {
    expect(read(seen([app('shop', { PORT: '3001' })])).app.found).toBe(false)
    expect(read(seen([app('shop')]), {}).app.found).toBe(false)
    expect(read(seen([app('shop', { PORT: '13000', args: ['x3000y'] })])).app.found).toBe(false)
  })

  it('is one of several, and that is told', () => {
    expect(read(seen([app('shop'), app('shop-old')])).app.others).toBe(1n)
  })

  it('runs in cluster mode, or does not run', () => {
    expect(read(seen([app('shop', { exec_mode: 'cluster_mode', instances: 2 })])).app).toMatchObject({
      cluster: true,
      instances: 2n,
    })
    expect(read(seen([app('shop', { status: 'errored' }, 0)])).app).toMatchObject({ status: 'errored', pid: 0n })
  })
})

describe('what was saved', () => {
  /** A line of `dump.pm2` has no part of its own for PM2's values. */
  const dumped = { name: 'shop', PORT: '3000', status: 'online', pm_cwd: '/srv/shop', TOKEN: 's3cr3t' }

  it('is told as that, with its moment', () => {
    const { out } = pm2Reader.keep?.(
      JSON.stringify(seen([], [{ ...dumped, home: '/home/shop/.pm2', saved_ms: T }])),
    ) ?? { out: '' }
    expect(out).not.toContain('s3cr3t')
    expect(read(JSON.parse(out)).app).toMatchObject({ status: 'saved', name: 'shop', pid: 0n, saved: new Date(T) })
  })

  it('does not count where a daemon knows better', () => {
    const raw = seen([app('shop')])
    expect(read({ ...raw, saved: [{ pm2_env: { PORT: 3000 }, name: 'old' }] }).app.status).toBe('online')
  })
})

describe('what is kept', () => {
  const whole = JSON.stringify(seen([app('shop')]))

  it('holds no environment and no arguments', () => {
    const { out } = pm2Reader.keep?.(whole) ?? { out: '' }
    expect(out).not.toContain('s3cr3t')
    expect(out).toContain('shop-error.log')
  })

  it('reads as the whole did, also when it is kept again', () => {
    const once = pm2Reader.keep?.(whole).out ?? ''
    const twice = pm2Reader.keep?.(once).out ?? ''
    expect(read(JSON.parse(once))).toEqual(read(JSON.parse(whole)))
    expect(twice).toBe(once)
  })

  it('is nothing of what is no list', () => {
    expect(pm2Reader.keep?.('token s3cr3t')).toEqual({ out: '', leftOut: 'what was no list of applications' })
    expect(pm2Reader.keep?.('')).toEqual({ out: '', leftOut: '' })
  })
})

describe('what is not there', () => {
  it('is an answer where no PM2 runs and nothing was saved', () => {
    expect(read(seen([]))).toMatchObject({ complete: true, daemons: 0n, count: 0n })
    expect(read(seen([])).app.saved).toEqual(NEVER)
  })

  it('proves nothing where PM2 could not be asked', () => {
    const capture = looked({}, { outcome: 'blind', why: 'no-permission', says: 'denied' })
    const { value, dark } = pm2Reader.read(capture, context(PORT))
    expect(value.complete).toBe(false)
    expect(dark).toEqual([{ why: 'no-permission', says: 'denied' }])
  })
})

describe('pasted', () => {
  it('`pm2 jlist` is read behind what PM2 says first', () => {
    const out = `>>>> In-memory PM2 is out-of-date, do:\n>>>> $ pm2 update\n${JSON.stringify([app('shop')])}\n`
    const { value } = pm2Reader.read(printed('pm2 jlist', out, { pasted: true }), context(PORT))
    expect(value).toMatchObject({ complete: false, app: { name: 'shop' } })
  })

  it.each(['', '[]', '[{', 'command not found', '[{"name":7,"pm2_env":null}]'])('%j holds nothing', (out) => {
    expect(pm2Reader.read(printed('pm2 jlist', out), context(PORT)).value.app.found).toBe(false)
  })
})

describe('the application for a unix socket', () => {
  const SOCKET: Record<string, Value> = { 'upstream.socket': '/run/shop/shop.sock' }

  it('is the one whose PORT it is, or whose arguments name it', () => {
    const byPort = app('shop', { PORT: '/run/shop/shop.sock' })
    expect(read(seen([app('blog'), byPort]), SOCKET).app).toMatchObject({ found: true, name: 'shop' })
    const byArgument = app('shop', { PORT: '', args: ['--bind=/run/shop/shop.sock'] })
    expect(read(seen([byArgument]), SOCKET).app).toMatchObject({ found: true, name: 'shop' })
  })

  it('is nobody, where only another socket or a port is named', () => {
    expect(read(seen([app('shop', { PORT: '/run/blog.sock' }), app('blog')]), SOCKET).app.found).toBe(false)
  })

  it('keeps a path in the place of the port, and nothing that is no path', () => {
    const kept = (PORT: string) => pm2Reader.keep?.(JSON.stringify(seen([app('shop', { PORT })]))).out ?? ''
    expect(kept('/run/shop/shop.sock')).toContain('"PORT":"/run/shop/shop.sock"')
    expect(kept(kept('/run/shop/shop.sock'))).not.toContain('s3cr3t')
    for (const other of ['postgres://shop:pw@db/shop', `/${'x'.repeat(120)}`, 'shop.sock', '/run/a b'])
      expect(kept(other)).not.toContain('"PORT"')
  })
})
