import { isIPv4 } from 'node:net'
import { reader } from '../reader.ts'
import { addressFits, parseRule, portFits, stopping } from './firewall-rules.ts'
import { firewall as output } from './types.ts'

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
        addressFits(rule.destination, address),
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
        exact: stops !== undefined && stops.ports !== '' && stops.source === '' && !stops.narrowed && !passes,
        policy,
        rules: BigInt(rules.length),
      },
      dark: [],
      lines: stops === undefined ? [] : [stops.text],
    }
  },
})
