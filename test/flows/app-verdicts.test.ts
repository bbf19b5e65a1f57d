import { describe, expect, it } from 'vitest'
import { DOWN, NOT_READY, SOCKET_DENIED, SOCKET_MISSING, SOCKET_STALE, STOPPED, WRONG_PORT } from './faults.ts'
import { clock } from './http.ts'
import { blind, candidates, units } from './looks.ts'
import { dmesg, NGINX_SOCKET, ss, tcp } from './text.ts'
import { diagnose, type World } from './world.ts'

describe('process-down, without a unit', () => {
  it('is certain when everything else is excluded', async () => {
    const seen = await diagnose(DOWN)
    expect(seen.verdict).toEqual({
      id: 'app/process-down',
      cause: 'process-down',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'Nothing listens on 127.0.0.1:3000, and no other program here could be the application',
      proofs: ['nginx/error-log.refused', 'app/listening.nothing'],
    })
    expect(seen.ruledOut).toEqual(
      expect.arrayContaining([
        'wrong-port',
        'wrong-interface',
        'crash-on-start',
        'port-in-use',
        'oom-killed',
        'blocked',
      ]),
    )
    expect(seen.alternatives).toEqual([])
  })

  it('a socket that outlived its process', async () => {
    const seen = await diagnose(SOCKET_STALE)
    expect(seen.path).toContain('app/down-fork.left-over')
    expect(seen.verdict).toEqual({
      id: 'app/process-down',
      cause: 'process-down',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'Nothing listens on /run/shop/shop.sock, and no other program here could be the application',
      proofs: ['nginx/error-log.refused', 'app/socket-listening.stale'],
    })
  })

  it.each<[string, Partial<World>]>([
    ['who listens is not known', { listeners: blind('no-permission') }],
    ['units are not known', { units: blind('missing-tool') }],
    [
      'others listen',
      {
        candidates: candidates([
          { port: 3001, status: 200 },
          { port: 3002, status: 200 },
        ]),
      },
    ],
    ['the kernel is silent', { dmesg: blind('no-permission') }],
    ['the kernel killed something', { dmesg: dmesg({ at: clock(-60), cgroup: '/' }) }],
    [
      'the kernel killed something, at a time unknown',
      {
        dmesg: {
          ...dmesg({ at: clock(-60) }),
          out: '[ 12.000000] Linux version 6.1\n[ 99.000000] Out of memory: Killed process 4242 (node) total-vm:1kB, anon-rss:2kB, file-rss:0kB, shmem-rss:0kB\n',
        },
      },
    ],
  ])('only likely while %s', async (_, parts) => {
    expect((await diagnose({ ...DOWN, ...parts })).short).toBe('process-down likely')
  })

  it('only reported when it is on another machine', async () => {
    expect((await diagnose({ ...DOWN, place: blind('no-permission') })).short).toBe('process-down reported')
  })
})

describe('wrong-port', () => {
  it('is certain when the application answers elsewhere', async () => {
    expect((await diagnose(WRONG_PORT)).verdict).toEqual({
      id: 'app/wrong-port',
      cause: 'wrong-port',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'The application (node, pid 4242) listens on 3001; the gateway sends to 3000',
      symptoms: ['not-http'],
      proofs: ['nginx/error-log.refused', 'app/listening.nothing', 'app/candidates.tied'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    [
      'a worker’s port knows nothing of the page',
      { candidates: candidates([{ port: 9464, ties: ['folder shop'], status: 404 }]) },
      'process-down likely',
    ],
    [
      'nothing ties the program to the site',
      { candidates: candidates([{ port: 3001, status: 200 }]) },
      'process-down likely',
    ],
    [
      'the gateway’s refusal was not seen',
      { errorLog: blind('no-permission'), direct: blind('declined') },
      'wrong-port likely',
    ],
    ['who listens on the port was not seen', { listeners: blind('no-permission') }, 'wrong-port likely'],
    ['it is not proven that the upstream is here', { place: blind('no-permission') }, 'process-down reported'],
  ])('not certain while %s', async (_, parts, short) => {
    expect((await diagnose({ ...WRONG_PORT, ...parts })).short).toBe(short)
  })

  it('with a socket in the configuration it is the socket that is missing', async () => {
    const seen = await diagnose({ ...SOCKET_MISSING, candidates: WRONG_PORT.candidates ?? candidates() })
    expect(seen.path).toContain('app/wrong-port-fork.socket')
    expect(seen.short).toBe('socket-missing confirmed')
  })
})

describe('a unit that runs and does not listen where it should', () => {
  const on = (port: number, pid = 4242) => ss(NGINX_SOCKET, tcp('127.0.0.1', port, 'node', pid))
  const app = (more: object) => candidates([{ pid: 4242, port: 3001, unit: 'shop.service', status: 200, ...more }])

  it('listens nowhere: not-ready', async () => {
    const seen = await diagnose(NOT_READY)
    expect(seen.at('app/listens-elsewhere')).toEqual({
      branch: 'nowhere',
      says: 'shop.service (pid 4242) runs and listens nowhere itself',
      suspects: ['not-ready'],
      go: 'app/unit-answers',
    })
    expect(seen.at('app/unit-answers')).toEqual({
      branch: 'none',
      says: 'nothing that shop.service started listens, and no other listener here could be the application',
      rulesOut: ['wrong-port'],
      go: 'ready/again',
    })
    expect(seen.verdict).toEqual({
      id: 'app/not-ready',
      cause: 'not-ready',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'shop.service runs (pid 4242) since 02:03:07Z, and does not listen yet',
      proofs: ['app/listens-elsewhere.nowhere', 'nginx/error-log.refused', 'app/unit-search.one'],
      symptoms: ['crash-on-start'],
    })
  })

  it('listens elsewhere and answers there: wrong-port', async () => {
    const seen = await diagnose({ ...NOT_READY, listeners: on(3001), candidates: app({}) })
    expect(seen.at('app/listens-elsewhere')).toEqual({
      branch: 'elsewhere',
      says: 'shop.service (pid 4242) listens on 3001',
      learns: { 'app.port': 3001, 'app.program': 'node' },
      suspects: ['wrong-port', 'not-ready'],
      go: 'app/unit-answers',
    })
    expect(seen.at('app/unit-answers')).toEqual({
      branch: 'answers',
      says: 'node (pid 4242) of shop.service answers /checkout on port 3001 with 200',
      learns: { 'app.pid': 4242, 'app.port': 3001, 'app.program': 'node' },
      suspects: ['wrong-port'],
      rulesOut: ['process-down', 'not-ready', 'crash-on-start'],
      go: 'app/wrong-port-fork',
    })
    expect(seen.verdict).toMatchObject({
      cause: 'wrong-port',
      confidence: 'confirmed',
      proofs: ['nginx/error-log.refused', 'app/listening.nothing', 'app/unit-answers.answers'],
    })
  })

  it('npm started it: a child of the main process listens elsewhere', async () => {
    const seen = await diagnose({ ...NOT_READY, listeners: on(3001, 4250), candidates: app({ pid: 4250 }) })
    expect(seen.path).toContain('app/listens-elsewhere.nowhere')
    expect(seen.verdict).toMatchObject({
      cause: 'wrong-port',
      confidence: 'confirmed',
      says: 'The application (node, pid 4250) listens on 3001; the gateway sends to 3000',
    })
  })

  it('only its debugger or its metrics listen yet: nobody says that the port is wrong', async () => {
    const seen = await diagnose({ ...NOT_READY, listeners: on(9229), candidates: app({ port: 9229, status: 0 }) })
    expect(seen.at('app/unit-answers')).toEqual({
      branch: 'mute',
      says: 'shop.service listens on port 9229 and answers /checkout there with no HTTP',
      suspects: ['not-ready', 'wrong-port'],
      go: 'ready/again',
    })
    expect(seen.verdict).toMatchObject({ cause: 'not-ready', confidence: 'likely' })
  })

  it('its metrics answer 404', async () => {
    const seen = await diagnose({ ...NOT_READY, listeners: on(9464), candidates: app({ port: 9464, status: 404 }) })
    expect(seen.at('app/unit-answers')).toMatchObject({
      branch: 'mute',
      says: 'shop.service listens on port 9464 and answers /checkout there with 404',
    })
  })

  it('somebody else listens', async () => {
    const seen = await diagnose({ ...NOT_READY, candidates: candidates([{ port: 3001, status: 200 }]) })
    expect(seen.at('app/unit-answers')).toEqual({
      branch: 'several',
      says: '1 other programs listen here; none is surely of shop.service',
      suspects: ['wrong-port'],
      go: 'ready/again',
    })
    expect(seen.short).toBe('not-ready likely')
  })

  it('owners are hidden: who listens is asked in another way', async () => {
    const seen = await diagnose({ ...NOT_READY, listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3001)) })
    expect(seen.path).toContain('app/listens-elsewhere.unclear')
    expect(seen.path).toContain('app/candidates.none')
  })

  it.each<[string, Partial<World>]>([
    ['nothing else could be looked at', { candidates: blind('no-permission') }],
    [
      'several units name the port',
      { units: units([{ unit: 'shop.service', active: 'active' }, { unit: 'shop-b.service' }]) },
    ],
    ['the refusal was not seen', { errorLog: blind('no-permission'), direct: blind('declined') }],
  ])('not certain while %s', async (_, parts) => {
    expect((await diagnose({ ...NOT_READY, ...parts })).short).toBe('not-ready likely')
  })

  it('is not said to be ready late when systemd could not be asked', async () => {
    expect((await diagnose({ ...NOT_READY, unit: blind('timed-out') })).short).not.toContain('not-ready')
  })
})

describe('sockets', () => {
  it('socket-missing', async () => {
    expect((await diagnose(SOCKET_MISSING)).verdict).toEqual({
      id: 'app/socket-missing',
      cause: 'socket-missing',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: "There is no socket at /run/shop/shop.sock in the gateway's view of the disk",
      symptoms: ['process-down'],
      proofs: ['nginx/error-log.socket-missing', 'app/socket.missing'],
    })
  })

  it('socket-permission', async () => {
    expect((await diagnose(SOCKET_DENIED)).verdict).toEqual({
      id: 'app/socket-permission',
      cause: 'socket-permission',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: "The gateway's worker may not write to /run/shop/shop.sock",
      proofs: ['nginx/error-log.socket-denied', 'app/socket.denied'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    ['the path could not be looked at', { ...SOCKET_MISSING, path: blind('no-permission') }, 'socket-missing likely'],
    [
      'a unit names it and its state is dark',
      { ...SOCKET_MISSING, units: blind('missing-tool') },
      'socket-missing likely',
    ],
    [
      'only the log tells of a closed socket',
      { ...SOCKET_DENIED, path: blind('no-permission') },
      'socket-permission likely',
    ],
  ])('not certain while %s', async (_, parts, short) => {
    expect((await diagnose(parts)).short).toBe(short)
  })

  it('a unit that was stopped explains the missing socket', async () => {
    const seen = await diagnose({
      ...STOPPED,
      ...SOCKET_MISSING,
      units: units([{ unit: 'shop.service', active: 'inactive', token: 'LISTEN=/run/shop/shop.sock' }]),
    })
    expect(seen.verdict).toMatchObject({ cause: 'process-down', confidence: 'confirmed', symptoms: ['socket-missing'] })
  })
})
