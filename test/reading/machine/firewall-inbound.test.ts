import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firewallInboundReader } from '../../../src/reading/machine/firewall-inbound.ts'
import { parseRule } from '../../../src/reading/machine/firewall-rules.ts'
import { context, printed } from '../process/support.ts'

const POLICIES = '-P INPUT ACCEPT -c 0 0\n-P FORWARD ACCEPT -c 0 0\n-P OUTPUT ACCEPT -c 0 0\n'
const FACTS = { 'gateway.port': 8080n, 'gateway.visitor': '10.77.1.2' }

const inbound = (rules: string, facts = FACTS, policies = POLICIES) =>
  firewallInboundReader.read(printed('iptables -S -v', `${policies}${rules}\n`), context(facts)).value

const DROP = '-A INPUT -s 10.77.1.2/32 -p tcp -m tcp --dport 8080 -c 7 420 -j DROP'

describe('a rule that stops whoever stands in front', () => {
  it('is told whole, with whom it stops, how many it met, and the command that takes it away', () => {
    // As iptables 1.8.9 prints it.
    expect(inbound(DROP)).toEqual({
      complete: true,
      found: true,
      rule: 'INPUT -s 10.77.1.2/32 -p tcp -m tcp --dport 8080 -j DROP',
      undo: 'iptables -D INPUT -s 10.77.1.2/32 -p tcp -m tcp --dport 8080 -j DROP',
      drops: true,
      reject_with: '',
      source: '10.77.1.2/32',
      stops_visitor: true,
      packets: 7n,
      exact: true,
      closed: false,
      rules: 1n,
    })
  })

  it.each([
    [
      '-A INPUT -s 10.77.0.0/16 -p tcp -m tcp --dport 8080 -c 7 420 -j REJECT --reject-with tcp-reset',
      true,
      true,
      true,
    ],
    ['-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 8080 -c 7 420 -j DROP', true, false, true],
    ['-A INPUT -p tcp -m tcp --dport 8080 -c 7 420 -j DROP', true, true, true],
    ['-A INPUT -i eth0 -s 10.77.1.2/32 -p tcp -m tcp --dport 8080 -c 7 420 -j DROP', true, true, false],
    ['-A f2b-nginx -s 10.77.1.2/32 -c 7 420 -j REJECT --reject-with icmp-port-unreachable', true, true, false],
    ['-A INPUT -s 10.77.1.2/32 -p tcp -m tcp --dport 443 -c 7 420 -j DROP', false, false, false],
    ['-A INPUT -s 10.77.1.2/32 -p udp -m udp --dport 8080 -c 7 420 -j DROP', false, false, false],
    ['-A OUTPUT -p tcp -m tcp --dport 8080 -c 7 420 -j DROP', false, false, false],
    ['-A FORWARD -p tcp -m tcp --dport 8080 -c 7 420 -j DROP', false, false, false],
  ])('%s', (rule, found, stops_visitor, exact) => {
    expect(inbound(rule)).toMatchObject({ found, stops_visitor, exact })
  })

  it('is the one that has met most packets', () => {
    const other = DROP.replace('10.77.1.2/32', '192.0.2.7/32').replace('-c 7', '-c 0')
    expect(inbound(`${other}\n${DROP}`)).toMatchObject({ packets: 7n, source: '10.77.1.2/32' })
  })

  it('counts only behind what may let the packet through', () => {
    const accept = '-A INPUT -s 10.77.0.0/16 -p tcp -m tcp --dport 8080 -c 9 540 -j ACCEPT'
    expect(inbound(`${accept}\n${DROP}`)).toMatchObject({ found: true, exact: false })
    expect(inbound(`${DROP}\n${accept}`)).toMatchObject({ found: true, exact: true })
  })

  it('is about nobody known where no visitor is known', () => {
    expect(inbound(DROP, { 'gateway.port': 8080n } as typeof FACTS).stops_visitor).toBe(false)
  })
})

it('a chain that drops what no rule lets through is told', () => {
  expect(inbound('', FACTS, POLICIES.replace('INPUT ACCEPT', 'INPUT DROP'))).toMatchObject({
    closed: true,
    found: false,
  })
})

it('a listing that ended early proves no absence', () => {
  expect(inbound('', FACTS, '').complete).toBe(false)
})

it('counters are no part of a rule', () => {
  expect(parseRule(DROP)).toEqual(
    parseRule(DROP.replace(' -c 7 420', '')) && { ...parseRule(DROP.replace(' -c 7 420', '')), packets: 7 },
  )
})

it('never throws, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('-A ', 'INPUT', ' -c ', '9', ' -s ', '1.2.3.4/', '\n', '"', '!', ' -j DROP') }),
      (text) => {
        expect(inbound(text).rules).toBeGreaterThanOrEqual(0n)
      },
    ),
  )
})
