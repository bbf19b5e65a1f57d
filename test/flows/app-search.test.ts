import { describe, expect, it } from 'vitest'
import { DOWN, SOCKET_MISSING, WRONG_PORT } from './faults.ts'
import { clock } from './http.ts'
import { blind, candidates, cut, gatewayProcess, late, units } from './looks.ts'
import { config, diagnose, type World } from './world.ts'

describe('which unit names the upstream', () => {
  const at = async (look: World['units']) => (await diagnose({ ...DOWN, units: look })).at('app/unit-search')

  it('one', async () => {
    expect(await at(units([{ unit: 'shop.service' }]))).toEqual({
      branch: 'one',
      says: 'shop.service names it (PORT=3000 in its environment); it is failed',
      learns: { 'app.unit': 'shop.service' },
      go: 'systemd/unit',
    })
  })

  it('several: the likeliest first, and less sure', async () => {
    expect(await at(units([{ unit: 'shop.service' }, { unit: 'shop-old.service', active: 'inactive' }]))).toEqual({
      branch: 'several',
      says: 'several units name it: shop.service, shop-old.service',
      learns: { 'app.unit': 'shop.service' },
      go: 'systemd/unit',
    })
  })

  it('none', async () => {
    expect(await at(units())).toEqual({
      branch: 'none',
      says: 'no unit here names it',
      rulesOut: ['crash-on-start', 'crash-loop', 'not-enabled', 'not-ready'],
      go: 'meant/left',
    })
  })

  it('none: systemd does not run this machine', async () => {
    expect(await at(units([], { systemd: false, looked: 0 }))).toMatchObject({ branch: 'none' })
  })

  it.each<[string, World['units']]>([
    ['a failed unit does not say where it should listen', units([], { unexplained: ['shop.service'] })],
    ['an environment file is closed', units([], { unread: ['/etc/shop/env'] })],
    [
      'units of other users were not seen',
      units([], { gaps: ['units that shop run under their own manager were not looked at'] }),
    ],
    ['it was cut', cut(units())],
    ['it took too long', late(units())],
    ['nothing could be asked', blind('missing-tool')],
  ])('nobody knows: %s', async (_, look) => {
    const seen = await diagnose({ ...DOWN, units: look })
    expect(seen.path).toContain('app/unit-search.blind')
    expect(seen.ruledOut).not.toContain('crash-on-start')
    expect(seen.short).toBe('process-down likely')
  })

  it('is asked for the socket where there is one', async () => {
    const asked = (await diagnose(SOCKET_MISSING)).requests.find(
      (request) => request.kind === 'look' && request.name === 'units-by-token',
    )
    expect(asked).toMatchObject({ args: { socket: '/run/shop/shop.sock' } })
  })
})

describe('who else listens', () => {
  const at = async (look: World['candidates']) => (await diagnose({ ...DOWN, candidates: look })).at('app/candidates')

  it('a program with a tie to the site that answers well', async () => {
    expect(await at(WRONG_PORT.candidates ?? candidates())).toEqual({
      branch: 'tied',
      says: 'node (pid 4242) listens on 3001 and answers /checkout with 200; tied by folder shop',
      learns: { 'app.pid': 4242, 'app.port': 3001, 'app.program': 'node' },
      suspects: ['wrong-port'],
      rulesOut: ['process-down', 'not-ready', 'crash-on-start'],
      go: 'app/wrong-port-fork',
    })
  })

  it('a tied program that ran long before the errors began, behind a gateway that did too: neither moved', async () => {
    const old = candidates([{ port: 3001, ties: ['folder shop'], status: 200, started: clock(-7200) }])
    const seen = await diagnose({ ...DOWN, candidates: old, gateway: gatewayProcess() })
    expect(seen.at('app/candidates')).toMatchObject({ branch: 'tied-for-long' })
    expect(seen.verdict).toMatchObject({ cause: 'wrong-port', confidence: 'likely' })
  })

  it.each([200, 204, 302, 399, 401, 403])('a tied program that answers %d is the application', async (status) => {
    const look = candidates([{ port: 3001, ties: ['unit shop.service'], status }])
    expect(await at(look)).toMatchObject({ branch: 'tied' })
  })

  it('a tied program that does not know the page may be a worker’s own port', async () => {
    expect(await at(candidates([{ port: 9464, ties: ['folder shop'], status: 404 }]))).toEqual({
      branch: 'tied-and-strange',
      says: 'node (pid 5151) listens on 9464, is tied by folder shop, and answers /checkout with 404',
      learns: { 'app.stranger': 'node (pid 5151)' },
      suspects: ['wrong-port'],
      go: 'app/down-fork',
    })
  })

  it.each(['folder shop-admin in part', 'environment names shop.example.com'])(
    'a program that is tied by its %s alone may be another one of the site',
    async (tie) => {
      expect(await at(candidates([{ port: 3001, ties: [tie], status: 200 }]))).toMatchObject({
        branch: 'tied-in-part',
        suspects: ['wrong-port', 'process-down'],
        go: 'app/wrong-port-fork',
      })
    },
  )

  it('one without a tie that answers well and began lately', async () => {
    expect(await at(candidates([{ port: 3001, status: 200 }]))).toEqual({
      branch: 'one',
      says: 'node (pid 5151) listens on 3001 and answers /checkout with 200; nothing ties it to this site',
      learns: { 'app.stranger': 'node (pid 5151)' },
      suspects: ['wrong-port'],
      go: 'app/down-fork',
    })
  })

  it('one without a tie that was there long before: a neighbour, and still not excluded', async () => {
    expect(await at(candidates([{ port: 3001, status: 200, started: clock(-86_000) }]))).toEqual({
      branch: 'one',
      says: 'node (pid 5151) listens on 3001 and answers /checkout with 200; nothing ties it to this site',
      learns: { 'app.stranger': 'node (pid 5151)' },
      suspects: ['wrong-port'],
      go: 'app/down-fork',
    })
  })

  it('several without a tie', async () => {
    expect(
      await at(
        candidates([
          { port: 3001, status: 200 },
          { pid: 5152, port: 3002, status: 302 },
        ]),
      ),
    ).toMatchObject({
      branch: 'several',
      says: '2 other programs listen here; none is surely the application',
    })
  })

  it('nobody who could be it', async () => {
    expect(await at(candidates())).toEqual({
      branch: 'none',
      says: 'no other listener here could be the application',
      rulesOut: ['wrong-port'],
      go: 'app/down-fork',
    })
  })

  it.each([
    ['does not know the page', 404],
    ['refuses the method', 405],
    ['speaks no HTTP', 0],
  ])('a stranger that %s is not the application', async (_, status) => {
    expect(await at(candidates([{ port: 3001, status }]))).toMatchObject({ branch: 'none' })
  })

  it.each<[string, World['candidates']]>([
    ['a stranger wants a password', candidates([{ port: 3001, status: 401 }])],
    ['a stranger is ill', candidates([{ port: 3001, status: 503 }])],
    ['a tied program is ill', candidates([{ port: 3001, ties: ['folder shop'], status: 500 }])],
  ])('nobody is excluded while %s', async (_, look) => {
    const seen = await diagnose({ ...DOWN, candidates: look })
    expect(seen.path).toContain('app/candidates.several')
    expect(seen.short).toBe('process-down likely')
  })

  it.each<[string, World['candidates']]>([
    [
      'programs of other users were not seen',
      candidates([], { unseen: [{ address: '127.0.0.1', port: 4000, asked: true, status: 200 }] }),
    ],
    [
      'one of another user was not asked',
      candidates([], { unseen: [{ address: '10.0.0.5', port: 4000, asked: false, status: 0 }] }),
    ],
    [
      'something listens on that port in a container',
      candidates([], { elsewhere: [{ pid: 77, container: 'shop', address: '0.0.0.0' }] }),
    ],
    [
      'they live in another network',
      candidates([], {
        unasked: 'the programs live in another network namespace and could not be asked from here',
        whole: false,
      }),
    ],
    ['the look was cut', cut(candidates())],
    ['the look took too long', late(candidates())],
    ['nothing could be seen', blind('no-vantage')],
  ])('nobody knows: %s', async (_, look) => {
    const seen = await diagnose({ ...DOWN, candidates: look })
    expect(seen.path).toContain('app/candidates.blind')
    expect(seen.ruledOut).not.toContain('wrong-port')
    expect(seen.short).toBe('process-down likely')
  })

  it('nobody knows when there were more than were asked', async () => {
    const look = candidates([{ port: 3001 }])
    const apps = [{ ...JSON.parse(look.out).apps[0], asked: false }]
    const seen = await diagnose({
      ...DOWN,
      candidates: { ...look, out: JSON.stringify({ ...JSON.parse(look.out), apps }) },
    })
    expect(seen.blindSpots).toContain(
      'app/candidates declined: 1 other programs that may serve this site were not asked',
    )
    expect(seen.short).toBe('process-down likely')
  })

  it('is asked for what the gateway would ask, with what belongs to others left out', async () => {
    const other = 'server { listen 80; server_name blog.example.com; location / { proxy_pass http://127.0.0.1:4000; } }'
    const seen = await diagnose({ ...DOWN, config: config(undefined, { main: other }) })
    expect(seen.requests.find((request) => request.kind === 'look' && request.name === 'ask-candidates')).toMatchObject(
      {
        at: 'app',
        args: {
          port: 3000,
          claimed: ['127.0.0.1:4000'],
          names: ['shop.example.com'],
          pid: 812,
          url_path: '/checkout',
          host: 'shop.example.com',
        },
      },
    )
  })
})
