import { isIP } from 'node:net'
import type { Capture } from '../../words/look.ts'
import { type Dark, reader } from '../reader.ts'
import { dns as output } from './types.ts'

const STATUS = /^;; ->>HEADER<<- .{0,80}status: ([A-Z]{1,20})/
const RECORD = /^(\S{1,255})\s+\d{1,10}\s+IN\s+(A|AAAA|CNAME)\s+(\S{1,255})$/
const MOST = 64

/**
 * `getent ahosts NAME` (what the C library gives a program at its start; exit 2: not found) or `dig`
 * (what one name server says; exit 0 for every answer, 9 for none). `+short` hides how it failed.
 */
export const dnsReader = reader({
  name: 'dns',
  output,
  consults: [],
  read(capture) {
    const addresses = new Set<string>()
    const aliases = new Set<string>()
    let status = ''
    for (const raw of capture.out.split('\n')) {
      const line = raw.trim()
      status ||= STATUS.exec(line)?.[1] ?? ''
      const [, , type, target] = RECORD.exec(line) ?? []
      if (type === 'CNAME' && target !== undefined) aliases.add(name(target))
      else if (type !== undefined && target !== undefined && isIP(target)) addresses.add(target)
      else if (!line.startsWith(';')) plain(line, capture, addresses, aliases)
    }
    const resolves = addresses.size > 0
    const dig = status !== '' || program(capture) === 'dig'
    const answered = dig ? capture.exit === 0 && (status !== '' || resolves) : capture.exit === 0 || capture.exit === 2
    return {
      value: {
        complete: capture.outcome === 'ok' && answered && !capture.cut && !capture.timedOut,
        resolves,
        addresses: [...addresses].slice(0, MOST),
        aliases: [...aliases].slice(0, MOST),
        status,
      },
      dark: darkOf(capture, dig),
      lines: resolves ? [[...addresses].slice(0, 5).join(', ')] : status === '' ? [] : [`status ${status}`],
    }
  },
})

/** `10.0.0.1  STREAM app.internal` (getent ahosts), `10.0.0.1  app.internal app` (hosts), `10.0.0.1` (dig +short). */
function plain(line: string, capture: Capture, addresses: Set<string>, aliases: Set<string>): void {
  const [first = '', ...rest] = line.split(/\s+/)
  if (isIP(first)) addresses.add(first)
  const asked = name(capture.argv.at(-1) ?? '')
  const names = isIP(first) ? rest : program(capture) === 'dig' && rest.length === 0 ? [first] : []
  for (const each of names) {
    const alias = name(each)
    if (alias !== '' && alias !== asked && !/^(?:stream|dgram|raw|\d+)$/.test(alias)) aliases.add(alias)
  }
}

function name(text: string): string {
  return text.toLowerCase().replace(/\.$/, '')
}

function program(capture: Capture): string {
  return (capture.argv[0] ?? '').split('/').at(-1) ?? ''
}

function darkOf(capture: Capture, dig: boolean): Dark[] {
  if (capture.outcome === 'blind') {
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the name could not be looked up' }]
  }
  if (dig && capture.exit === 9) return [{ why: 'timed-out', says: 'the name server did not answer' }]
  return []
}
