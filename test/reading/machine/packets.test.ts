import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firewallReader } from '../../../src/reading/machine/firewall.ts'
import { neighbourReader } from '../../../src/reading/machine/neighbour.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { context, printed } from '../process/support.ts'

const POLICIES = '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n'
const HERE = { 'upstream.host': '127.0.0.1', 'upstream.port': 3000n, 'upstream.local': true }
const THERE = { 'upstream.host': '10.1.2.3', 'upstream.port': 3000n }

const filter = (rule: string, facts: Record<string, Value> = HERE, more: Partial<Capture> = {}) =>
  firewallReader.read(printed('iptables -S', `${POLICIES}${rule}\n`, more), context(facts)).value

describe('a rule of the firewall', () => {
  it('is told whole, with the command that takes it away', () => {
    expect(filter('-A OUTPUT -p tcp -m tcp --dport 3000 -j REJECT --reject-with tcp-reset')).toEqual({
      complete: true,
      found: true,
      rule: 'OUTPUT -p tcp -m tcp --dport 3000 -j REJECT --reject-with tcp-reset',
      undo: 'iptables -D OUTPUT -p tcp -m tcp --dport 3000 -j REJECT --reject-with tcp-reset',
      drops: false,
      reject_with: 'tcp-reset',
      exact: true,
      policy: '',
      rules: 1n,
    })
  })

  it.each([
    ['-A OUTPUT -p tcp -m tcp --dport 2999:3001 -j DROP', true, true],
    ['-A OUTPUT -p tcp -m multiport --dports 80,3000,4000 -j DROP', true, true],
    ['-A OUTPUT -p tcp -m multiport --dports 80,2990:3010 -m comment --comment "a b -j ACCEPT" -j DROP', true, true],
    ['-A OUTPUT -p udp -m udp --dport 3000 -j DROP', false, false],
    ['-A OUTPUT -p tcp -m tcp --dport 3001 -j DROP', false, false],
    ['-A OUTPUT -p tcp -m tcp --sport 3000 -j DROP', true, false],
    ['-A OUTPUT -o lo -p tcp -m tcp --dport 3000 -j DROP', true, false],
    ['-A OUTPUT ! -d 127.0.0.1/32 -p tcp -m tcp --dport 3000 -j DROP', true, false],
    ['-A OUTPUT -p tcp -j DROP', true, false],
    ['-A FORWARD -p tcp -m tcp --dport 3000 -j DROP', false, false],
    ['-A OUTPUT -p tcp -m tcp --dport 3000 -j ACCEPT', false, false],
    ['-A OUTPUT -p tcp -m tcp --dport 3000 -j LOG --log-prefix "x "', false, false],
    ['-A ufw-user-output -p tcp -m tcp --dport 3000 -j DROP', false, false],
  ])('%s', (rule, found, exact) => {
    expect(filter(rule)).toMatchObject({ found, exact })
  })

  it.each([
    ['10.1.2.3/32', true],
    ['10.1.0.0/16', true],
    ['0.0.0.0/0', true],
    ['10.2.0.0/16', false],
    ['10.1.2.4/32', false],
    ['nonsense', false],
  ])('to %s', (destination, found) => {
    expect(filter(`-A OUTPUT -d ${destination} -p tcp -m tcp --dport 3000 -j DROP`, THERE).found).toBe(found)
  })

  it('counts only behind what may let the packet through', () => {
    const drop = '-A OUTPUT -p tcp -m tcp --dport 3000 -j DROP'
    expect(filter(`-A OUTPUT -j ACCEPT\n${drop}`).exact).toBe(false)
    expect(filter(`-A OUTPUT -j own-chain\n${drop}`).exact).toBe(false)
    expect(filter(`-A OUTPUT -p tcp -m tcp --dport 3000 -j LOG\n${drop}`).exact).toBe(true)
    expect(filter(`-A INPUT -j ACCEPT\n${drop}`).exact).toBe(true)
    expect(filter(`-A OUTPUT -p tcp -m tcp --dport 80 -j ACCEPT\n${drop}`).exact).toBe(true)
  })

  it('for what comes in counts only where the upstream is here', () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 3000 -j DROP'
    expect(filter(rule).found).toBe(true)
    expect(filter(rule, THERE).found).toBe(false)
  })

  it('with a destination fits no upstream whose address is not known', () => {
    const facts = { 'upstream.host': 'app.internal', 'upstream.port': 3000n }
    const rule = '-A OUTPUT -d 10.1.2.3/32 -p tcp -m tcp --dport 3000 -j DROP'
    expect(filter(rule, facts).found).toBe(false)
    expect(filter(rule, { ...facts, 'upstream.address': '10.1.2.3' }).found).toBe(true)
  })

  it.each<Partial<Capture>>([{ exit: 4 }, { cut: true }, { timedOut: true }, { outcome: 'blind' }])(
    'is not surely absent in %j',
    (more) => {
      expect(filter('', HERE, more).complete).toBe(false)
    },
  )

  it('that denies everything by policy is told', () => {
    const { value } = firewallReader.read(printed('iptables -S', '-P OUTPUT DROP\n'), context(HERE))
    expect(value).toMatchObject({ policy: 'OUTPUT', found: false, complete: true })
  })

  it('is read whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('-A', 'OUTPUT', '-d', '-j', 'DROP', '"', '3000', ' ', '\n', '/', '-m')),
        (words) => {
          expect(() => filter(words.join(' '))).not.toThrow()
        },
      ),
    )
  })
})

describe('a neighbour on the wire', () => {
  const read = (out: string, more: Partial<Capture> = {}) =>
    neighbourReader.read(printed('ip neigh show 10.0.0.7', out, more), context()).value

  it.each([
    ['10.0.0.7 dev eth0 lladdr 02:42:0a:00:00:07 REACHABLE\n', { state: 'REACHABLE', hardware: '02:42:0a:00:00:07' }],
    ['10.0.0.7 dev eth0 FAILED \n', { state: 'FAILED', hardware: '', device: 'eth0' }],
    ['10.0.0.7 dev eth0 INCOMPLETE \n', { state: 'INCOMPLETE' }],
    ['fe80::1 dev eth0 lladdr 02:42:0a:00:00:07 router STALE\n', { state: 'STALE' }],
  ])('%s', (out, wanted) => {
    expect(read(out)).toMatchObject({ complete: true, known: true, ...wanted })
  })

  it('that nobody asked for has no line', () => {
    expect(read('')).toEqual({ complete: true, known: false, device: '', hardware: '', state: '' })
  })

  it.each<[string, Partial<Capture>]>([
    ['Error: any valid prefix is expected rather than "app".\n', {}],
    ['', { exit: 1 }],
    ['', { timedOut: true }],
  ])('is not known from %j', (out, more) => {
    expect(read(out, more)).toMatchObject({ complete: false, known: false })
  })
})
