import { describe, expect, it } from 'vitest'
import { box, containers, printed } from './containers.ts'
import { DOWN, SOCKET_MISSING } from './faults.ts'
import { answered, capture, clock, EMPTY, exchange } from './http.ts'
import { blind, candidates, found, gatewayProcess, units } from './looks.ts'
import { errorLog, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

// Whose a missing socket is; and what only a second gateway can do.

const HOME = '/home/shop/.pm2'
const TRACE = "Error: Cannot find module 'express'"

/** One application of PM2's. */
const pm2 = (status: string, PORT: number | string = '/run/shop/shop.sock'): World['pm2'] =>
  found({
    daemons: [{ pid: 900, home: HOME }],
    apps: [
      {
        ...{ name: 'shop', pid: 0, pm_id: 0, home: HOME },
        pm2_env: {
          status,
          PORT,
          restart_time: 15,
          unstable_restarts: 15,
          exit_code: 1,
          pm_err_log_path: `${HOME}/e.log`,
        },
      },
    ],
    saved: [],
  })

describe('nobody makes the socket, and no unit names it', () => {
  const shares = (more: Parameters<typeof box>[0] = {}) =>
    box({ publish: null, mounts: { '/run/shop': '/srv/run' }, ...more })
  const ENDED = { status: 'exited', exit: 1, started: clock(-62), ended: clock(-60) }

  it('a container that shares its folder ended: its own words name the reason', async () => {
    const seen = await diagnose({
      ...SOCKET_MISSING,
      containers: containers([shares(ENDED)]),
      containerLog: printed([clock(-61), TRACE]),
    })
    expect(seen.at('second/socket')).toMatchObject({ branch: 'ended', go: 'docker/state' })
    expect(seen.at('second/socket')?.says).toBe(
      'container shop-web-1 has /run/shop of this machine mounted into it, and is exited, status 1',
    )
    expect(seen.short).toBe('crash-on-start confirmed')
  })

  it('a container that shares its folder runs: it may be the one, and nothing of a crash is excluded', async () => {
    const seen = await diagnose({ ...SOCKET_MISSING, containers: containers([shares()]) })
    expect(seen.at('second/socket')).toMatchObject({ branch: 'shared', go: 'second/pm2' })
    expect(seen.at('app/unit-search')).toMatchObject({ branch: 'none-unseen' })
    expect(seen.short).toBe('socket-missing likely')
  })

  it.each<[string, Record<string, string>]>([
    ['another folder', { '/run/shopping': '/run' }],
    ['a volume of the engine', { shop_run: '/run/shop' }],
  ])('a container that has %s mounted is nobody here', async (_, mounts) => {
    const seen = await diagnose({ ...SOCKET_MISSING, containers: containers([shares({ ...ENDED, mounts })]) })
    expect(seen.at('second/socket')).toMatchObject({ branch: 'none' })
    expect(seen.short).toBe('socket-missing confirmed')
  })

  it.each<[string, Partial<World>]>([
    ['Docker', { containers: blind('no-permission') }],
    ['PM2', { pm2: blind('no-permission') }],
  ])('%s could not be asked: it may have crashed all the same', async (name, parts) => {
    const seen = await diagnose({ ...SOCKET_MISSING, ...parts })
    expect(seen.at('app/unit-search')).toMatchObject({
      branch: 'none-unseen',
      says: `no unit here names it; ${name}, which may run it, could not be asked`,
    })
    expect(seen.short).toBe('socket-missing likely')
  })

  it('PM2 was told of the socket, and gave up on it', async () => {
    const logEnd = capture('look', `${TRACE}\n    at x (y:1:2)\n`, { meta: { written_ms: clock(-30).getTime() } })
    const seen = await diagnose({ ...SOCKET_MISSING, pm2: pm2('errored'), logEnd })
    expect(seen.at('second/pm2')).toMatchObject({ branch: 'knows', go: 'pm2/state' })
    expect(seen.short).toBe('crash-on-start confirmed')
  })

  it.each([
    ['was stopped', pm2('stopped'), 'other-state'],
    ['names none of its applications for it', pm2('errored', 3000), 'runs'],
  ])('PM2 runs, and %s: no more than likely', async (_, look, branch) => {
    const seen = await diagnose({ ...SOCKET_MISSING, pm2: look })
    expect(seen.at('second/pm2')).toMatchObject({ branch })
    expect(seen.short).toBe('socket-missing likely')
  })
})

/** nginx (pid 812) on port 80 sends to an nginx (pid 900) on port 3000, which sends to wherever this says. */
const chained = (second: string, parts: Partial<World> = {}): Partial<World> => ({
  ...DOWN,
  gateway: (request) =>
    request.kind === 'look' ? gatewayProcess(request.args.pid === 900 ? { pid: 900 } : {}) : blind('missing-tool'),
  config: (request) =>
    request.kind === 'look' && request.args.pid === 900
      ? { ...config(second), out: config(second).out.replace('listen 80;', 'listen 3000;') }
      : config(),
  process: gatewayProcess({ pid: 900 }),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'nginx', 900)),
  ...parts,
})

describe('a second nginx', () => {
  it('closes on the name that it is asked for', async () => {
    const seen = await diagnose(
      chained('location / { return 444; }', { direct: exchange(EMPTY), errorLog: errorLog() }),
    )
    expect(seen.at('app/direct')).toMatchObject({ branch: 'inner-closed', go: 'app/inner' })
    expect(seen.at('nginx/config')).toMatchObject({ branch: 'returns' })
    expect(seen.at('nginx/silent')).toMatchObject({ branch: 'closes', go: 'second/closes' })
    expect(seen.judged.verdict?.node.cause).toBe('deliberate')
    expect(seen.judged.verdict?.says).toContain('closes without an answer (444)')
  })

  it('sends back to where it is asked: a circle, and the walk ends', async () => {
    const page = answered(502, '<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>', {}, true)
    const seen = await diagnose(
      chained('location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }', {
        direct: exchange(page),
        errorLog: errorLog(),
      }),
    )
    expect(seen.at('app/inner')).toMatchObject({ branch: 'circle', go: 'second/circle' })
    expect(seen.judged.verdict?.node.id).toBe('second/circle')
    expect(seen.judged.verdict?.says).toContain('127.0.0.1:3000, and again')
    expect(seen.path.filter((step) => step.startsWith('app/inner')).length).toBe(2)
  })

  it('a program that is no gateway and closes is what it was', async () => {
    const seen = await diagnose({
      ...DOWN,
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 900)),
      direct: exchange(EMPTY),
    })
    expect(seen.at('app/direct')).toMatchObject({ branch: 'closed' })
  })
})

describe('a gateway that answers this path, in a folder of the site', () => {
  it.each([
    ['nginx', 'several', 'process-down likely'],
    ['caddy', 'several', 'process-down likely'],
    // These never serve a site themselves.
    ['haproxy', 'none', 'process-down confirmed'],
    ['envoy', 'none', 'process-down confirmed'],
  ])('%s is not the application that moved', async (program, branch, short) => {
    const apps = candidates([
      { pid: 4242, port: 3001, exe: `/usr/sbin/${program}`, ties: ['folder shop'], status: 200 },
    ])
    const seen = await diagnose({ ...DOWN, units: units(), candidates: apps })
    expect(seen.path).toContain(`app/candidates.${branch}`)
    expect(seen.short).toBe(short)
  })
})
