import { describe, expect, it } from 'vitest'
import { DOWN, WRONG_INTERFACE } from './faults.ts'
import { answered, DROPPED, exchange, NO_ROUTE } from './http.ts'
import { blind, cut, gone, late, place } from './looks.ts'
import { NGINX_SOCKET, ss, tcp } from './text.ts'
import { diagnose, type World } from './world.ts'

describe('where the upstream is', () => {
  const at = async (parts: Partial<World>) => (await diagnose({ ...DOWN, ...parts })).at('app/where')

  it('here: everything about it may be looked at', async () => {
    expect(await at({})).toEqual({
      branch: 'here',
      says: '127.0.0.1 is this machine (127.0.0.1)',
      learns: { 'upstream.local': true },
      proves: ['app'],
      go: 'app/listening',
    })
  })

  it('here, under a name', async () => {
    expect(await at({ place: place(['127.0.0.1', '::1'], { host: 'app.internal' }) })).toMatchObject({
      branch: 'here',
      says: '127.0.0.1 is this machine (127.0.0.1, ::1)',
    })
  })

  it('on another machine', async () => {
    expect(await at({ place: place(['10.0.0.7']) })).toEqual({
      branch: 'elsewhere',
      says: '127.0.0.1 is another machine (10.0.0.7)',
      learns: { 'upstream.address': '10.0.0.7' },
      go: 'docker/address',
    })
  })

  it('here and elsewhere: not surely here', async () => {
    expect(await at({ place: place(['127.0.0.1', '10.0.0.7']) })).toMatchObject({ branch: 'elsewhere' })
  })

  it('nowhere: its name does not resolve for the gateway', async () => {
    expect(await at({ place: place([], { unresolved: 'definite' }) })).toEqual({
      branch: 'no-name',
      says: "127.0.0.1 does not resolve on the gateway's machine",
      suspects: ['dns-failure'],
      go: 'app/listening',
    })
  })

  it.each<[string, World['place']]>([
    ['the resolver did not answer', place([], { unresolved: 'unsure', error: 'EAI_AGAIN' })],
    ['the interfaces of the gateway are hidden', place(['10.0.0.5'], { interfaces_known: false })],
    ['its namespaces cannot be compared', blind('no-permission')],
    ['it was cut', cut(place(['127.0.0.1']))],
  ])('nobody knows: %s', async (_, where) => {
    const seen = await diagnose({ ...DOWN, place: where })
    expect(seen.at('app/where')).toMatchObject({ go: 'app/listening' })
    expect(seen.session.vantages.app).toBeNull()
    expect(seen.at('app/listening')).toMatchObject({ blind: 'no-vantage' })
    expect(seen.short).not.toContain('confirmed')
  })

  it('what listens here says nothing of an upstream on another machine', async () => {
    const seen = await diagnose({ ...DOWN, place: place(['10.0.0.7']) })
    for (const part of ['listeners', 'units', 'candidates', 'process', 'dmesg'] as const)
      expect(seen.asked).not.toContain(part)
    expect(seen.short).toBe('process-down reported')
  })

  it('unless a person said that it is here', async () => {
    const seen = await diagnose({ ...DOWN, place: blind('no-permission') }, { vantages: ['app'] })
    expect(seen.path).toContain('app/listening.nothing')
  })
})

describe('who listens on its port', () => {
  const at = async (...sockets: string[]) =>
    (await diagnose({ ...DOWN, listeners: ss(NGINX_SOCKET, ...sockets) })).at('app/listening')

  it('somebody, on an address that covers it', async () => {
    expect(await at(tcp('127.0.0.1', 3000, 'node', 4242, 3))).toEqual({
      branch: 'there',
      says: 'node (pid 4242) listens on 3000, 3 waiting of 511',
      learns: { 'app.pid': 4242, 'app.port': 3000, 'app.program': 'node', 'app.waiting': 3 },
      rulesOut: ['process-down', 'wrong-interface', 'crash-on-start'],
      go: 'port/named',
    })
  })

  it.each([
    ['any IPv4 address', '0.0.0.0'],
    ['any address', '*'],
    ['the very address', '127.0.0.1'],
  ])('%s covers it', async (_, address) => {
    expect(await at(tcp(address, 3000, 'node', 4242))).toMatchObject({ branch: 'there' })
  })

  it('somebody of another user: that it is there counts, who it is stays dark', async () => {
    const seen = await diagnose({ ...DOWN, listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000)) })
    expect(seen.at('app/listening')).toEqual({
      branch: 'there-hidden',
      says: 'something listens on 3000; this account cannot see who',
      learns: { 'app.port': 3000 },
      rulesOut: ['process-down', 'wrong-interface', 'crash-on-start', 'crash-loop'],
      dark: ['the owners of 1 of 2 listening sockets are hidden'],
      go: 'app/direct',
    })
    expect(seen.fact('app.pid')).toBeUndefined()
  })

  it('somebody, on another address', async () => {
    expect(await at(tcp('10.0.0.5', 3000, 'node', 4242))).toEqual({
      branch: 'other-address',
      says: 'node (pid 4242) listens on 10.0.0.5 port 3000, which does not cover 127.0.0.1',
      learns: { 'app.address': '10.0.0.5', 'app.pid': 4242, 'app.program': 'node' },
      suspects: ['wrong-interface'],
      rulesOut: ['wrong-port'],
      go: 'app/direct-other-address',
    })
  })

  it('nobody', async () => {
    expect(await at()).toEqual({
      branch: 'nothing',
      says: 'nothing here listens on port 3000',
      suspects: ['process-down'],
      rulesOut: ['wrong-interface', 'port-in-use', 'app-hung', 'slow-app', 'not-http'],
      go: 'app/direct-nothing',
    })
  })

  it('another port is not this one', async () => {
    expect(await at(tcp('127.0.0.1', 30_000, 'node', 4242), tcp('127.0.0.1', 3001, 'node', 4243))).toMatchObject({
      branch: 'nothing',
    })
  })

  it('a list without even the gateway is no list', async () => {
    const seen = await diagnose({ ...DOWN, listeners: ss() })
    expect(seen.at('app/listening')).toMatchObject({ branch: 'no-list', go: 'app/direct' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it.each<[string, World['listeners']]>([
    ['the list was cut', cut(ss(NGINX_SOCKET))],
    ['the list took too long', late(ss(NGINX_SOCKET))],
    ['ss failed', { ...ss(NGINX_SOCKET), exit: 1 }],
    [
      'lsof shows no other users’ sockets',
      { ...ss(), argv: ['lsof'], out: 'COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n' },
    ],
    ['there is no tool', blind('missing-tool')],
  ])('nobody knows: %s', async (_, listeners) => {
    const seen = await diagnose({ ...DOWN, listeners })
    expect(seen.path).toContain('app/listening.blind')
    expect(seen.short).not.toBe('process-down confirmed')
  })

  it('a socket that was seen counts also in a part', async () => {
    const seen = await diagnose({ ...DOWN, listeners: cut(ss(tcp('127.0.0.1', 3000, 'node', 4242))) })
    expect(seen.path).toContain('app/listening.there')
  })
})

describe('nobody listens, and the gateway’s question is asked again', () => {
  const at = async (direct: World['direct']) => (await diagnose({ ...DOWN, direct })).at('app/direct-nothing')

  it('it is refused as well', async () => {
    expect(await at(DOWN.direct ?? exchange({}))).toEqual({
      branch: 'refused',
      says: '127.0.0.1:3000 refuses the connection',
      learns: { 'failure.direct': 'refused' },
      rulesOut: ['blocked', 'host-down'],
      go: 'meant/inner',
    })
  })

  it('it is answered: it came back while we looked', async () => {
    const seen = await diagnose({ ...DOWN, direct: exchange(answered(200)) })
    expect(seen.at('app/direct-nothing')).toEqual({
      branch: 'answered',
      says: 'http://127.0.0.1:3000/checkout answers 200 now: it came back while we looked',
      go: 'ready/who',
    })
    expect(seen.end).toEqual({
      node: 'app/came-back',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: 'The upstream answers now although the gateway was refused a moment ago: it came back, or comes and goes. Run this again.',
    })
  })

  it('it fails in another way', async () => {
    expect(await at(exchange(NO_ROUTE))).toEqual({
      branch: 'other',
      says: 'http://127.0.0.1:3000/checkout: connect to 10.0.0.7 port 3000 failed: No route to host',
      go: 'docker/search',
    })
  })

  it('it may not be asked', async () => {
    expect(await at(blind('declined'))).toEqual({
      blind: 'declined',
      says: 'declined here',
      go: 'docker/search',
    })
  })
})

describe('somebody listens on another address', () => {
  it('and the gateway’s question is refused: wrong-interface', async () => {
    const seen = await diagnose(WRONG_INTERFACE)
    expect(seen.at('app/direct-other-address')).toEqual({
      branch: 'refused',
      says: '127.0.0.1:3000 refuses, asked as the gateway asks',
      go: 'port/beside',
    })
    expect(seen.at('app/who-listens')).toEqual({
      branch: 'seen',
      says: 'pid 4242 is node, since 01:03:12Z',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      go: 'app/wrong-interface',
    })
    expect(seen.verdict).toEqual({
      id: 'app/wrong-interface',
      cause: 'wrong-interface',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'node listens on ::1 port 3000; the gateway sends to 127.0.0.1',
      proofs: ['app/listening.other-address', 'nginx/error-log.refused'],
    })
  })

  it('and the question is answered: nobody can say that they disagree', async () => {
    const seen = await diagnose({ ...WRONG_INTERFACE, direct: exchange(answered(200)) })
    expect(seen.at('app/direct-other-address')).toEqual({
      branch: 'answered',
      says: 'http://127.0.0.1:3000/checkout answers now (200)',
      go: 'ready/who',
    })
    expect(seen.short).toBe('app/came-back')
  })

  it('and the question got no connection: the refusal in the log is proof enough', async () => {
    const seen = await diagnose({ ...WRONG_INTERFACE, direct: exchange(DROPPED) })
    expect(seen.path).toContain('app/direct-other-address.blind')
    expect(seen.short).toBe('wrong-interface confirmed')
  })

  it('and the process is gone', async () => {
    const seen = await diagnose({ ...WRONG_INTERFACE, process: gone(4242) })
    expect(seen.at('app/who-listens')).toEqual({
      branch: 'gone',
      says: 'pid 4242 is gone',
      go: 'app/wrong-interface',
    })
  })

  it('its owner is hidden', async () => {
    const seen = await diagnose({ ...WRONG_INTERFACE, listeners: ss(NGINX_SOCKET, tcp('::1', 3000)) })
    expect(seen.at('app/who-listens')).toEqual({
      blind: 'declined',
      says: 'app/who-listens needs app.pid, which is not known',
      go: 'app/wrong-interface',
    })
    expect(seen.verdict?.says).toBe('The application listens on ::1 port 3000; the gateway sends to 127.0.0.1')
  })

  it.each<[string, Partial<World>]>([
    ['no refusal was seen', { errorLog: blind('no-permission'), direct: blind('declined') }],
    ['it is not proven that the upstream is here', { place: blind('no-permission') }],
  ])('not confirmed while %s', async (_, parts) => {
    expect((await diagnose({ ...WRONG_INTERFACE, ...parts })).short).not.toBe('wrong-interface confirmed')
  })
})
