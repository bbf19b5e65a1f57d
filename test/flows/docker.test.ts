import { describe, expect, it } from 'vitest'
import { box, CONTAINER_PID, containers, printed, remembered } from './containers.ts'
import { DOWN, PROXY_DOWN } from './faults.ts'
import { clock } from './http.ts'
import { blind, candidates } from './looks.ts'
import { NGINX_SOCKET, ss, tcp } from './text.ts'
import { diagnose, type World } from './world.ts'

const TRACE = printed(
  [clock(-61), "Error: Cannot find module 'express'"],
  [clock(-61), '    at Module._load (node:internal/modules/cjs/loader:1104:12)'],
)
const EXITED = { status: 'exited', started: clock(-62), ended: clock(-60) }
const STOPPED: Partial<World> = {
  ...DOWN,
  containers: containers([box({ ...EXITED, exit: 0 })]),
  containerEvents: remembered([clock(-61), 'kill', { signal: '15' }], [clock(-60), 'die', { exitCode: '0' }]),
}
const short = async (parts: Partial<World>) => (await diagnose({ ...DOWN, ...parts })).short

describe('nothing listens on the port', () => {
  it('and no engine is here: PM2 is asked, and units', async () => {
    const seen = await diagnose(DOWN)
    expect(seen.path).toContain('docker/search.no-engine')
    expect(seen.path.indexOf('app/unit-search.none')).toBe(seen.path.indexOf('docker/search.no-engine') + 3)
  })

  it('and the engine is down: that is told, and PM2 and units are asked', async () => {
    const seen = await diagnose({ ...DOWN, containers: containers([]) })
    expect(seen.path).toContain('docker/search.none')
  })

  it.each([
    ['may not be asked', blind('no-permission')],
    ['did not answer in time', blind('timed-out')],
  ])('and Docker %s: units are asked, and a container may have crashed all the same', async (_, engine) => {
    const seen = await diagnose({ ...DOWN, containers: engine })
    expect(seen.at('docker/search')).toMatchObject({ go: 'docker/unseen' })
    expect(seen.at('app/unit-search')).toEqual({
      branch: 'none-unseen',
      says: 'no unit here names it; Docker, which may run it, could not be asked',
      go: 'meant/left',
    })
    expect(seen.short).toContain('process-down likely')
  })

  it('and a container that had it was stopped', async () => {
    expect(await short(STOPPED)).toContain('process-down confirmed')
    expect((await diagnose(STOPPED)).at('docker/events')).toMatchObject({ branch: 'asked' })
  })

  it('and who stopped it is forgotten: that it was stopped is not certain', async () => {
    expect(await short({ ...STOPPED, containerEvents: remembered() })).toContain('process-down likely')
  })

  it('and the container ended by itself, without a known word', async () => {
    const by = { containerEvents: remembered([clock(-60), 'die', { exitCode: '1' }]) }
    expect(await short({ ...STOPPED, ...by })).toContain('process-down likely')
  })

  it('and what it printed names the reason', async () => {
    const parts = { containers: containers([box({ ...EXITED, exit: 1 })]), containerLog: TRACE }
    expect(await short(parts)).toContain('crash-on-start confirmed')
  })

  it('and its memory limit ended it', async () => {
    const killed = box({ ...EXITED, exit: 137, oom: true, memory: 67_108_864 })
    expect(await short({ containers: containers([killed]) })).toContain('oom-killed confirmed')
  })

  it('and the limit ended only a child of it: that is not why it ended', async () => {
    const child = box({ ...EXITED, exit: 1, oom: true, memory: 67_108_864 })
    expect(await short({ containers: containers([child]) })).not.toContain('oom-killed')
  })

  it('and it is restarted again and again', async () => {
    const loops = box({ ...EXITED, status: 'restarting', exit: 3, restarts: 5, policy: 'always' })
    const events = remembered([clock(-70), 'die', { exitCode: '3' }], [clock(-60), 'die', { exitCode: '3' }])
    expect(await short({ containers: containers([loops]), containerEvents: events })).toContain('crash-loop')
  })

  it('and it ended with the engine, which is back, and nothing starts it', async () => {
    const parts = { containers: containers([box({ ...EXITED, ended: clock(-310) })], clock(-300)) }
    expect(await short(parts)).toContain('not-enabled confirmed')
  })

  it('and it ended long before the engine was started: no boot left it out', async () => {
    const parts = { containers: containers([box({ ...EXITED, ended: clock(-3600) })], clock(-300)) }
    expect(await short(parts)).toContain('process-down')
  })

  it('and the policy would have started it: no boot left it out', async () => {
    const always = box({ ...EXITED, ended: clock(-310), policy: 'always' })
    expect(await short({ containers: containers([always], clock(-300)) })).not.toContain('not-enabled')
  })

  it('and Docker could not start it', async () => {
    const error = 'exec: "/srv/shop/start": stat /srv/shop/start: no such file or directory: unknown'
    expect(await short({ containers: containers([box({ status: 'created', error })]) })).toContain('crash-on-start')
  })
})

describe('the version before was left behind', () => {
  const next = box({ name: 'shop-web-2', image: 'shop/web:1.5.0', publish: ['127.0.0.1', 3001, 3000] })
  const two = containers([box({ ...EXITED, exit: 0 }), next])

  it('and the new one answers on another port', async () => {
    const apps = candidates([{ pid: 77, port: 3001, status: 200 }])
    expect(await short({ containers: two, candidates: apps })).toContain('wrong-port confirmed')
  })

  it('and the new one does not answer for this site: the old one is what is down', async () => {
    const apps = candidates([{ pid: 77, port: 3001, status: 404 }])
    expect(await short({ ...STOPPED, containers: two, candidates: apps })).toContain('process-down')
  })
})

describe('a program of the machine took over', () => {
  it('is likely the application where it is tied to the site, and never certain', async () => {
    const apps = candidates([{ pid: 77, port: 3001, status: 200, ties: ['folder shop'] }])
    expect(await short({ ...STOPPED, candidates: apps })).toContain('wrong-port likely')
  })
})

describe('Docker holds the port', () => {
  const held = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'docker-proxy', 900))
  const parts = (more: Partial<World>): Partial<World> => ({ ...DOWN, listeners: held, ...more })

  it('and who is behind it may not be asked: the upstream is asked itself', async () => {
    const seen = await diagnose(parts({ containers: blind('no-permission') }))
    expect(seen.path).toContain('docker/not-here.forwarded')
    expect(seen.path.some((node) => node.startsWith('app/direct'))).toBe(true)
  })

  it('and the container is paused', async () => {
    expect(await short(parts({ containers: containers([box({ status: 'paused' })]) }))).toContain('app-hung')
  })

  it('and nothing listens inside yet', async () => {
    const seen = await diagnose(parts({ containers: containers([box()]) }))
    expect(seen.at('docker/running')).toMatchObject({ branch: 'nothing', suspects: ['not-ready'] })
    expect(
      seen.requests.find(({ kind, ...more }) => kind === 'look' && 'args' in more && more.name === 'listeners'),
    ).toMatchObject({
      args: { pid: CONTAINER_PID },
    })
  })

  it('and it was restarted before: that it will come up is not certain', async () => {
    const again = containers([box({ restarts: 1, started: clock(-20) })])
    expect(await short(parts({ containers: again }))).toContain('not-ready likely')
  })

  it('and another container could not have it', async () => {
    const error = 'Bind for 127.0.0.1:3000 failed: port is already allocated'
    const late = box({ name: 'shop-web-2', status: 'created', created: clock(-120), error })
    expect(await short(parts({ containers: containers([box({ name: 'cache-1' }), late]) }))).toContain('port-in-use')
  })

  it('and another could not have it the day before: that explains nothing now', async () => {
    const error = 'Bind for 127.0.0.1:3000 failed: port is already allocated'
    const old = box({ name: 'shop-web-2', status: 'created', created: clock(-80_000), error })
    expect(await short(parts({ containers: containers([box(), old]) }))).not.toContain('port-in-use')
  })
})

describe('nothing listens on the port of the URL', () => {
  const gateway = (status: string) =>
    box({
      name: 'shop-nginx-1',
      status,
      exit: 1,
      publish: ['127.0.0.1', 80, 80],
      started: clock(-62),
      ended: clock(-60),
    })
  const down = (list: World['containers']): Partial<World> => ({ ...PROXY_DOWN, containers: list })

  it('and the gateway is a container that ended: its last words are told', async () => {
    const words = printed([clock(-61), 'nginx: [emerg] host not found in upstream "app" in /etc/nginx/nginx.conf:3'])
    const seen = await diagnose({ ...down(containers([gateway('exited')])), containerLog: words })
    expect(seen.short).toContain('proxy-down confirmed')
    expect(seen.path).toContain('docker/front-log.reason')
  })

  it('and no container published it: the unit is asked', async () => {
    const seen = await diagnose(down(containers([box()])))
    expect(seen.path).toContain('docker/front.none')
    expect(seen.path.some((node) => node.startsWith('proxy/unit'))).toBe(true)
  })

  it('and Docker may not be asked: the unit is asked', async () => {
    const seen = await diagnose(down(blind('no-permission')))
    expect(seen.path.some((node) => node.startsWith('proxy/unit'))).toBe(true)
  })
})
