import type { JsonObject } from '../../words/json.ts'
import { type Dark, reader } from '../reader.ts'
import { isLoopback } from './addresses.ts'
import { forwardsTo, parseCgroup } from './cgroup.ts'
import { flag, found, object, text, texts, whole } from './found.ts'
import { readPastedDestination } from './pasted-destination.ts'
import { destination as output } from './types.ts'

/**
 * Where the URL points, from the look `destination`. Only a listener that was seen in our own network
 * namespace counts, and only an owner that was seen says whose it is: what cannot be seen is never ours.
 */
export const destinationReader = reader({
  name: 'destination',
  output,
  consults: ['url.port'],
  read(capture, context) {
    const pasted = capture.pasted
      ? readPastedDestination(capture.out, Number(context.facts.get('url.port') ?? 0))
      : null
    if (pasted) return { value: pasted, dark: [], lines: [] }
    const { raw } = found(capture.out)
    const addresses = texts(raw, 'addresses')
    const interfaces = new Set(texts(raw, 'interfaces'))
    const listening = flag(raw, 'listening')
    const owner = object(raw, 'owner')
    const pid = whole(owner, 'pid')
    const resolved = addresses.length > 0 || text(raw, 'unresolved') === 'definite'
    const seen = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const ownerKnown = !listening || (pid !== 0 && text(owner, 'same_net') !== 'unknown')
    const elsewhere = listening ? ownerElsewhere(owner, pid) : ''
    const program = programOf(owner)
    return {
      value: {
        complete: seen && resolved && flag(raw, 'whole') && ownerKnown,
        resolves: addresses.length > 0,
        addresses,
        local: addresses.some((address) => isLoopback(address) || interfaces.has(address)),
        listening,
        pid: BigInt(pid),
        program,
        same_net: pid !== 0 && text(owner, 'same_net') === 'same',
        same_mnt: pid !== 0 && text(owner, 'same_mnt') === 'same',
        elsewhere,
        clients: texts(raw, 'clients').slice(0, 10),
        interfaces: [...interfaces].filter((address) => !isLoopback(address)).slice(0, 100),
      },
      dark: darkOf(raw, listening, pid, capture.timedOut),
      lines: listening ? [sentence(raw, program, pid, elsewhere)] : [],
    }
  },
})

/** The file the process runs tells the truth; its own title does not. */
function programOf(owner: JsonObject): string {
  const file = text(owner, 'exe').replace(/ \(deleted\)$/, '')
  return file === '' ? text(owner, 'comm') : (file.split('/').at(-1) ?? '')
}

function ownerElsewhere(owner: JsonObject, pid: number): string {
  if (pid === 0) return ''
  const forwarded = forwardsTo(programOf(owner), texts(owner, 'forward'))
  if (forwarded !== '') return forwarded
  const container = parseCgroup(text(owner, 'cgroup')).container
  if (container !== '' && container !== parseCgroup(text(owner, 'own_cgroup')).container)
    return `container ${container}`
  if (text(owner, 'same_net') === 'other') return `another network namespace (pid ${pid})`
  return text(owner, 'same_pid') === 'other' ? `another pid namespace (pid ${pid})` : ''
}

function darkOf(raw: JsonObject, listening: boolean, pid: number, timedOut: boolean): Dark[] {
  const dark: Dark[] = []
  if (text(raw, 'unresolved') === 'unsure') {
    dark.push({
      why: 'unreachable-host',
      says: `whether ${text(raw, 'host')} resolves is not known: ${text(raw, 'error')}`,
    })
  }
  if (listening && pid === 0) {
    const who = `who listens on port ${whole(raw, 'port')}`
    // A look that ran out of time has not asked every process: that is no matter of rights.
    dark.push(
      timedOut
        ? { why: 'timed-out', says: `${who} was not found in time` }
        : { why: 'no-permission', says: `${who} belongs to another user` },
    )
  }
  return dark
}

function sentence(raw: JsonObject, program: string, pid: number, elsewhere: string): string {
  const who = pid === 0 ? 'a process of another user' : `${program} (pid ${pid})`
  return `LISTEN ${text(raw, 'bound')}:${whole(raw, 'port')} ${who}${elsewhere === '' ? '' : `, ${elsewhere}`}`
}
