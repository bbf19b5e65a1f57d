import { isIPv4 } from 'node:net'

/** A chain of this machine's own rules and what one of them does with packets. */
export interface Rule {
  /** Without its `-A`. */
  text: string
  chain: string
  /** DROP, REJECT, ACCEPT, or the name of another chain. */
  target: string
  protocol: string
  source: string
  destination: string
  ports: string
  rejectWith: string
  /** It depends on something else too (a user, an interface, a state). */
  narrowed: boolean
  /** How many packets it has met; -1 where the listing has no counters. */
  packets: number
}

/** What a packet does not survive. */
export function stopping(target: string): boolean {
  return target === 'DROP' || target === 'REJECT'
}

/** What narrows a rule to less than everything from an address to a port. */
const PLAIN = new Set([
  '-p',
  '-s',
  '-d',
  '-j',
  '-m',
  '--dport',
  '--dports',
  '--reject-with',
  '--comment',
  '--log-prefix',
])
const PLAIN_MODULES = new Set(['tcp', 'multiport', 'comment'])
const COUNTERS = / -c (\d{1,18}) \d{1,18}(?= |$)/

/** One line of `iptables -S`, with or without `-v`. Source: iptables(8), iptables-extensions(8). */
export function parseRule(line: string): Rule {
  const words = line.replace(COUNTERS, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  const rule: Rule = {
    text: words.slice(1).join(' '),
    chain: words[1] ?? '',
    target: '',
    protocol: '',
    source: '',
    destination: '',
    ports: '',
    rejectWith: '',
    narrowed: false,
    packets: Number(COUNTERS.exec(line)?.[1] ?? -1),
  }
  for (let at = 2; at < words.length; at += 2) {
    // `! -d …`: everything but that.
    if (words[at] === '!') at += 1
    const negated = words[at - 1] === '!'
    const [option = '', value = ''] = words.slice(at, at + 2)
    if (negated) rule.narrowed = true
    else if (option === '-j') rule.target = value
    else if (option === '-p') rule.protocol = value
    else if (option === '-s') rule.source = value
    else if (option === '-d') rule.destination = value
    else if (option === '--dport' || option === '--dports') rule.ports = value
    else if (option === '--reject-with') rule.rejectWith = value
    if (!PLAIN.has(option) || (option === '-m' && !PLAIN_MODULES.has(value))) rule.narrowed = true
  }
  return rule
}

/** `3000`, `80,443`, `3000:3005`; no ports mean all. */
export function portFits(ports: string, port: number): boolean {
  if (ports === '') return true
  return ports.split(',').some((part) => {
    const [from, to = from] = part.split(':').map(Number)
    return from !== undefined && to !== undefined && port >= from && port <= to
  })
}

/** `10.0.0.0/8`; none means all. An address that is not known fits none. */
export function addressFits(range: string, address: string | undefined): boolean {
  if (range === '') return true
  const [network = '', length = '32'] = range.split('/')
  if (address === undefined || !isIPv4(network) || !/^\d{1,2}$/.test(length)) return false
  const bits = Math.min(32, Number(length))
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
  return (numberOf(network) & mask) >>> 0 === (numberOf(address) & mask) >>> 0
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
