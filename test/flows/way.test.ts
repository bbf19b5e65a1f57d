import { describe, expect, it } from 'vitest'
import { BLOCKED, DOWN, HOST_DOWN, REJECTED } from './faults.ts'
import { DROPPED, exchange, NO_ROUTE, REFUSED } from './http.ts'
import { blind, place } from './looks.ts'
import { neighbour, rules } from './packets.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose } from './world.ts'

const FULL = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242, 512))
const LISTENS = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242))

describe('blocked on this machine', () => {
  it('by a rule that names the port: the rule is cited, and the command that takes it away', async () => {
    const seen = await diagnose(BLOCKED)
    expect(seen.verdict).toEqual({
      id: 'way/blocked',
      cause: 'blocked',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'Something between the gateway and 127.0.0.1:3000 drops the packets: the firewall rule OUTPUT -p tcp -m tcp --dport 3000 -j DROP',
      proofs: ['nginx/error-log.no-connection', 'app/direct.no-connection', 'way/queue.dropped'],
    })
    expect(seen.fact('way.undo')).toBe('iptables -D OUTPUT -p tcp -m tcp --dport 3000 -j DROP')
  })

  it('rejected by one', async () => {
    const seen = await diagnose(REJECTED)
    expect(seen.short).toBe('blocked confirmed')
    expect(seen.verdict?.says).toContain('rejects the packets')
  })

  it('rejected by nobody knows whom: a listener with room does not reject', async () => {
    expect((await diagnose({ ...REJECTED, firewall: rules() })).short).toBe('blocked confirmed')
    expect((await diagnose({ ...REJECTED, firewall: blind('no-permission') })).short).toBe('blocked confirmed')
  })

  it('dropped by nobody knows whom: a full table of connections would look the same', async () => {
    const seen = await diagnose({ ...BLOCKED, firewall: rules() })
    expect(seen.verdict).toMatchObject({ cause: 'blocked', confidence: 'likely', open: ['connections-exhausted'] })
  })

  it.each([
    ['may-stop', rules('-A OUTPUT -p tcp -m owner --uid-owner 33 -m tcp --dport 3000 -j DROP'), 'likely'],
    [
      'may-stop',
      rules('-A OUTPUT -p tcp -m tcp --dport 3000 -j ACCEPT', '-A OUTPUT -p tcp -m tcp --dport 3000 -j DROP'),
      'likely',
    ],
    ['may-stop', rules('-A OUTPUT -j DROP'), 'likely'],
    ['none', rules('-A OUTPUT -p tcp -m tcp --dport 3001 -j DROP'), 'likely'],
    ['none', rules('-A OUTPUT -d 10.0.0.0/8 -p tcp -m tcp --dport 3000 -j DROP'), 'likely'],
    ['stops', rules('-A INPUT -d 127.0.0.0/8 -p tcp -m multiport --dports 80,3000 -j DROP'), 'confirmed'],
  ])('a rule is held to what it says: %s', async (branch, firewall, confidence) => {
    const seen = await diagnose({ ...BLOCKED, firewall })
    expect(seen.at('way/firewall')).toMatchObject({ branch })
    expect(seen.short).toBe(`blocked ${confidence}`)
  })

  it('by a policy', async () => {
    const policy = { ...rules(), out: '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT DROP\n' }
    const seen = await diagnose({ ...BLOCKED, firewall: policy })
    expect(seen.at('way/firewall')).toMatchObject({ branch: 'policy' })
    expect(seen.short).toBe('blocked likely')
  })

  it('is not said of an application whose queue is full', async () => {
    const seen = await diagnose({ ...BLOCKED, listeners: FULL, firewall: rules() })
    expect(seen.end).toMatchObject({ node: 'way/queue-full', outcome: 'inconclusive' })
    expect(seen.ruledOut).toContain('blocked')
  })
})

describe('refused although somebody listens', () => {
  const REFUSES = { ...DOWN, listeners: LISTENS }

  it('is a rule’s doing where one says so', async () => {
    const firewall = rules('-A OUTPUT -p tcp -m tcp --dport 3000 -j REJECT --reject-with icmp-port-unreachable')
    const seen = await diagnose({ ...REFUSES, firewall })
    expect(seen.verdict).toMatchObject({ cause: 'blocked', confidence: 'confirmed' })
    expect(seen.verdict?.proofs).toEqual(['nginx/error-log.refused', 'app/direct.refused', 'way/firewall.stops'])
  })

  it('is nobody’s otherwise', async () => {
    expect((await diagnose(REFUSES)).end).toMatchObject({ node: 'app/unexplained', outcome: 'inconclusive' })
    expect((await diagnose({ ...REFUSES, firewall: blind('missing-tool') })).judged.verdict).toBeNull()
  })
})

describe('an upstream on another machine', () => {
  const FAR = {
    ...HOST_DOWN,
    errorLog: errorLog([errorLine(MESSAGES.connectTimeout, { upstream: 'http://10.0.0.7:3000/checkout' })]),
    direct: exchange(DROPPED),
    neighbour: neighbour('REACHABLE'),
  }

  it('that nobody answers for is down, and that is never certain', async () => {
    const seen = await diagnose(HOST_DOWN)
    expect(seen.verdict).toEqual({
      id: 'way/host-down',
      cause: 'host-down',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'No machine answers at 10.0.0.7: it is off, cut from the network, or has another address now',
      proofs: ['nginx/error-log.no-connection', 'app/direct.no-connection', 'way/neighbour.silent'],
    })
  })

  it('that answers on the wire and drops the rest is likely blocked, for its queue cannot be seen', async () => {
    const seen = await diagnose(FAR)
    expect(seen.verdict).toMatchObject({ cause: 'blocked', confidence: 'likely' })
    expect(seen.verdict?.open).toContain('app-hung')
  })

  it('that answers on the wire and rejects is blocked', async () => {
    const seen = await diagnose({ ...HOST_DOWN, neighbour: neighbour('REACHABLE'), direct: exchange(NO_ROUTE) })
    expect(seen.short).toBe('blocked confirmed')
  })

  it('is stopped by a rule of the gateway’s own machine', async () => {
    const firewall = rules('-A OUTPUT -d 10.0.0.7/32 -p tcp -m tcp --dport 3000 -j DROP')
    expect((await diagnose({ ...FAR, firewall, neighbour: blind('missing-tool') })).short).toBe('blocked confirmed')
  })

  it('is not stopped by what concerns packets that come in', async () => {
    const firewall = rules('-A INPUT -p tcp -m tcp --dport 3000 -j DROP')
    expect((await diagnose({ ...FAR, firewall })).at('way/firewall')).toMatchObject({ branch: 'none' })
  })

  it.each([
    ['old', neighbour('STALE')],
    ['behind a router', neighbour('')],
    ['unseen', blind('missing-tool')],
  ])('of which what the wire knows is %s stays open', async (_, wire) => {
    const seen = await diagnose({ ...FAR, neighbour: wire })
    expect(seen.end).toMatchObject({ node: 'app/no-connection', outcome: 'inconclusive' })
  })

  it('with several addresses stays open', async () => {
    const seen = await diagnose({ ...FAR, place: place(['10.0.0.7', '10.0.0.8']) })
    expect(seen.end).toMatchObject({ node: 'app/no-connection' })
  })

  it('to which there is no route is told as that', async () => {
    const log = errorLog([
      errorLine('connect() failed (101: Network is unreachable) while connecting to upstream', {
        upstream: 'http://10.0.0.7:3000/checkout',
      }),
    ])
    const seen = await diagnose({ ...FAR, errorLog: log, direct: exchange(NO_ROUTE) })
    expect(seen.end).toMatchObject({ node: 'way/no-route', outcome: 'inconclusive' })
  })

  it('that refuses is not asked about its firewall', async () => {
    const seen = await diagnose({
      ...FAR,
      direct: exchange(REFUSED),
      config: config('location / { proxy_pass http://10.0.0.7:3000; }'),
    })
    expect(seen.asked).not.toContain('firewall')
  })
})
