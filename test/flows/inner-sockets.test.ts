import { describe, expect, it } from 'vitest'
import { containers, printed } from './containers.ts'
import { clock } from './http.ts'
import { contained, gateway, inside, line, WEB_PID, web } from './inner-world.ts'
import { blind, NGINX_PID, socketMissing, socketThere } from './looks.ts'
import { MESSAGES, SOCKET_UPSTREAM } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const MOUNT = { mounts: { shop_run: '/run/shop' } }
const ENDED = { status: 'exited', exit: 1, started: clock(-62), ended: clock(-60) }
const TRACE = printed([clock(-61), "Error: Cannot find module 'express'"])

const missing: Partial<World> = {
  config: config('location / { proxy_pass http://unix:/run/shop/shop.sock; proxy_set_header Host $host; }'),
  errorLog: line(MESSAGES.socketMissing, SOCKET_UPSTREAM),
  path: socketMissing(),
}
const refused: Partial<World> = {
  ...missing,
  errorLog: line(MESSAGES.socketRefused, SOCKET_UPSTREAM),
  path: socketThere(),
}
const walk = (boxes: Parameters<typeof contained>[0], parts: Partial<World>) => diagnose(contained(boxes, parts))

describe('nginx in a container finds no socket', () => {
  it('and has no volume there: another container’s is never seen; one of its own may be missing', async () => {
    const seen = await walk([web(), gateway()], missing)
    expect(seen.at('inner/volume')).toMatchObject({ branch: 'no-mount' })
    expect(seen.short).toContain('socket-missing likely')
    expect(seen.path.some((node) => node.startsWith('app/unit-search'))).toBe(false)
  })

  it('and nobody else has its volume', async () => {
    const seen = await walk([web(), gateway(MOUNT)], missing)
    expect(seen.at('inner/volume')).toMatchObject({ branch: 'nobody' })
    expect(seen.short).toContain('socket-missing likely')
  })

  it('and who shares it runs, and made none', async () => {
    const seen = await walk([web(MOUNT), gateway(MOUNT)], missing)
    expect(seen.at('inner/volume')).toMatchObject({ branch: 'shared', go: 'app/socket-missing' })
    expect(seen.short).toContain('socket-missing confirmed')
  })

  it('and who shares it ended: its own words name the reason', async () => {
    const seen = await walk([web({ ...MOUNT, ...ENDED }), gateway(MOUNT)], { ...missing, containerLog: TRACE })
    expect(seen.at('inner/volume')).toMatchObject({ branch: 'ended', go: 'docker/state' })
    expect(seen.short).toContain('crash-on-start confirmed')
  })

  it('and the engine may not be asked any more: no more than likely', async () => {
    let asked = 0
    const engine: World['containers'] = () => (asked++ === 0 ? containers([gateway(MOUNT)]) : blind('timed-out'))
    const seen = await walk([], { ...missing, containers: engine })
    expect(seen.short).toContain('socket-missing likely')
  })
})

describe('nginx in a container finds a socket and is refused', () => {
  const listens = (path: string): World['inside'] => {
    const unix = [`0000000000000000: 00000002 00000000 00010000 0001 01 900 ${path}`]
    const owners = [{ inode: '900', pid: WEB_PID, program: 'node' }]
    const found = { whole: true, owners_whole: true, owners, tcp: [], tcp6: [], unix }
    return (request) =>
      request.kind === 'look' && request.args.pid === NGINX_PID
        ? inside({ port: 80, program: 'nginx', pid: NGINX_PID })
        : { ...inside(), out: JSON.stringify(found) }
  }

  it('and who made it ended', async () => {
    const seen = await walk([web({ ...MOUNT, ...ENDED }), gateway(MOUNT)], { ...refused, containerLog: TRACE })
    expect(seen.at('inner/volume-there')).toMatchObject({ branch: 'ended' })
    expect(seen.short).toContain('crash-on-start confirmed')
  })

  it('and who made it runs and listens no more: no verdict, and this machine’s sockets are not asked', async () => {
    const seen = await walk([web(MOUNT), gateway(MOUNT)], { ...refused, inside: listens('/run/shop/other.sock') })
    expect(seen.at('inner/volume-listens')).toMatchObject({ branch: 'stale' })
    expect(seen.end).toMatchObject({ kind: 'inconclusive' })
    expect(seen.asked).not.toContain('unixSockets')
  })

  it('and it is listened on: it is not asked past the gateway’s container', async () => {
    const seen = await walk([web(MOUNT), gateway(MOUNT)], { ...refused, inside: listens('/run/shop/shop.sock') })
    expect(seen.at('inner/volume-listens')).toMatchObject({ branch: 'there' })
    expect(seen.asked).not.toContain('direct')
  })

  it('and it speaks FastCGI: its workers are looked at', async () => {
    const fpm = config('location / { fastcgi_pass unix:/run/shop/shop.sock; }')
    const seen = await walk([web(MOUNT), gateway(MOUNT)], {
      ...refused,
      config: fpm,
      errorLog: line(MESSAGES.socketRefused, 'fastcgi://unix:/run/shop/shop.sock:'),
      inside: listens('/run/shop/shop.sock'),
    })
    expect(seen.path.some((node) => node.startsWith('workers/busy'))).toBe(true)
  })

  it('and nobody shares its folder: no verdict', async () => {
    expect((await walk([web(), gateway()], refused)).end).toMatchObject({ kind: 'inconclusive' })
  })
})
