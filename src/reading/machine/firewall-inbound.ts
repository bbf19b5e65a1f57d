import { isIPv4 } from 'node:net'
import { reader } from '../reader.ts'
import { addressFits, parseRule, portFits, type Rule, stopping } from './firewall-rules.ts'
import { firewallInbound as output } from './types.ts'

/** Chains that nothing passes on its way in. */
const NOT_INBOUND = new Set(['OUTPUT', 'FORWARD', 'DOCKER-USER'])

/**
 * `iptables -S -v`: which rule drops or rejects what comes to the gateway's port (`gateway.port`). A rule that stops
 * everybody counts too, and one that has met packets before one that has met none. Source: iptables(8).
 */
export const firewallInboundReader = reader({
  name: 'firewall-inbound',
  output,
  consults: ['gateway.port', 'gateway.visitor'],
  read(capture, { facts }) {
    const rules = capture.out.split('\n').flatMap((line) => (line.startsWith('-A ') ? [parseRule(line)] : []))
    const port = Number(facts.get('gateway.port') ?? 0)
    const visitor = facts.get('gateway.visitor')
    const address = typeof visitor === 'string' && isIPv4(visitor) ? visitor : undefined
    const about = rules.filter(
      ({ chain, protocol, ports }) =>
        !NOT_INBOUND.has(chain) && (protocol === '' || protocol === 'tcp') && portFits(ports, port),
    )
    const stops = about.filter(({ target }) => stopping(target)).toSorted((a, b) => b.packets - a.packets)[0]
    const seen = capture.outcome === 'ok' && capture.exit === 0 && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && capture.out.includes('-P INPUT '),
        found: stops !== undefined,
        rule: stops?.text ?? '',
        undo: stops === undefined ? '' : `iptables -D ${stops.text}`,
        drops: stops?.target === 'DROP',
        reject_with: stops?.rejectWith ?? '',
        source: stops?.source ?? '',
        stops_visitor: stops !== undefined && address !== undefined && addressFits(stops.source, address),
        packets: BigInt(stops?.packets ?? -1),
        exact: stops !== undefined && isExact(stops, about),
        closed: capture.out.includes('-P INPUT DROP'),
        rules: BigInt(rules.length),
      },
      dark: [],
      lines: stops === undefined ? [] : [stops.text],
    }
  },
})

/** What stands before it in its chain may let the same packets through, whatever they come from. */
function isExact(stops: Rule, about: readonly Rule[]): boolean {
  const before = about
    .slice(0, about.indexOf(stops))
    .filter(({ chain, target }) => chain === 'INPUT' && target !== 'LOG')
  const passes = before.some(({ target }) => !stopping(target))
  return stops.chain === 'INPUT' && !stops.narrowed && !passes
}
