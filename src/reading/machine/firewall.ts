import { isIPv4 } from 'node:net'
import { reader } from '../reader.ts'
import { firewall as output } from './types.ts'

/** A chain of this machine's own rules and what one of them does with packets. */
interface Rule {
  /** Without its `-A`. */
  text: string
  chain: string
  /** DROP, REJECT, ACCEPT, or the name of another chain. */
  target: string
  protocol: string
  destination: string
  ports: string
  rejectWith: string
  /** It depends on something else too (a user, an interface, a state). */
  narrowed: boolean
}

/**
 * `iptables -S`: which rule drops or rejects what this machine sends to the upstream. What stands first counts, so a rule is
 * certain only where nothing before it in its chain may let the packet through. Source: iptables(8), iptables-extensions(8).
 */
export const firewallReader = reader({
  name: 'firewall',
  output,
  consults: ['upstream.host', 'upstream.port', 'upstream.local', 'upstream.address'],
  read(capture, { facts }) {
    const rules = capture.out.split('\n').flatMap((line) => (line.startsWith('-A ') ? [parseRule(line)] : []))
    const port = Number(facts.get('upstream.port') ?? 0)
    const address = [facts.get('upstream.host'), facts.get('upstream.address')].find(
      (each): each is string => typeof each === 'string' && isIPv4(each),
    )
    const chains = facts.get('upstream.local') === true ? ['OUTPUT', 'INPUT'] : ['OUTPUT']
    const fitting = rules.filter(
      (rule) =>
        (rule.protocol === '' || rule.protocol === 'tcp') &&
        portFits(rule.ports, port) &&
        destinationFits(rule.destination, address),
    )
    const stops = fitting.find(({ target, chain }) => stopping(target) && chains.includes(chain))
    const policy = chains.find((chain) => capture.out.includes(`-P ${chain} DROP\n`)) ?? ''
    const before = stops === undefined ? [] : rules.slice(0, rules.indexOf(stops))
    const passes = before.some((rule) => rule.chain === stops?.chain && fitting.includes(rule) && rule.target !== 'LOG')
    const seen = capture.outcome === 'ok' && capture.exit === 0 && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && capture.out.includes('-P OUTPUT '),
        found: stops !== undefined,
        rule: stops?.text ?? '',
        undo: stops === undefined ? '' : `iptables -D ${stops.text}`,
        drops: stops?.target === 'DROP',
        reject_with: stops?.rejectWith ?? '',
        exact: stops !== undefined && stops.ports !== '' && !stops.narrowed && !passes,
        policy,
        rules: BigInt(rules.length),
      },
      dark: [],
      lines: stops === undefined ? [] : [stops.text],
    }
  },
})

function stopping(target: string): boolean {
  return target === 'DROP' || target === 'REJECT'
}

/** What narrows a rule to less than everything that goes to a port. */
const PLAIN = new Set(['-p', '-d', '-j', '-m', '--dport', '--dports', '--reject-with', '--comment', '--log-prefix'])
const PLAIN_MODULES = new Set(['tcp', 'multiport', 'comment'])

function parseRule(line: string): Rule {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  const rule: Rule = {
    text: words.slice(1).join(' '),
    chain: words[1] ?? '',
    target: '',
    protocol: '',
    destination: '',
    ports: '',
    rejectWith: '',
    narrowed: false,
  }
  for (let at = 2; at < words.length; at += 2) {
    // `! -d …`: everything but that.
    if (words[at] === '!') at += 1
    const negated = words[at - 1] === '!'
    const [option = '', value = ''] = words.slice(at, at + 2)
    if (negated) rule.narrowed = true
    else if (option === '-j') rule.target = value
    else if (option === '-p') rule.protocol = value
    else if (option === '-d') rule.destination = value
    else if (option === '--dport' || option === '--dports') rule.ports = value
    else if (option === '--reject-with') rule.rejectWith = value
    if (!PLAIN.has(option) || (option === '-m' && !PLAIN_MODULES.has(value))) rule.narrowed = true
  }
  return rule
}

/** `3000`, `80,443`, `3000:3005`; no ports mean all. */
function portFits(ports: string, port: number): boolean {
  if (ports === '') return true
  return ports.split(',').some((part) => {
    const [from, to = from] = part.split(':').map(Number)
    return from !== undefined && to !== undefined && port >= from && port <= to
  })
}

/** `10.0.0.0/8`; no destination means all. An address that is not known fits none. */
function destinationFits(destination: string, address: string | undefined): boolean {
  if (destination === '') return true
  const [network = '', length = '32'] = destination.split('/')
  if (address === undefined || !isIPv4(network) || !/^\d{1,2}$/.test(length)) return false
  const bits = Math.min(32, Number(length))
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
  return (numberOf(network) & mask) >>> 0 === (numberOf(address) & mask) >>> 0
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
