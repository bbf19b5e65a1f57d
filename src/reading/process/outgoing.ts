import { splitEndpoint } from './addresses.ts'

/** One TCP connection that a process opened to somebody, or tries to. */
export interface Outgoing {
  /** This side's end: together with `peer` it names the connection. */
  local: string
  peer: string
  state: 'syn-sent' | 'established'
  pids: number[]
  /** Milliseconds since something was last sent and received. */
  sentMs: number
  receivedMs: number
  /** Bytes of content, in all. */
  sent: number
  received: number
  /** How long it has tried to connect, milliseconds, by the kernel's own timer; 0 where that is not told, or it is connected. */
  triedMs: number
}

const STATES: Readonly<Record<string, Outgoing['state']>> = { 'SYN-SENT': 'syn-sent', ESTAB: 'established' }

/**
 * One line of `ss -tionpHO` (iproute2 5.0 and newer): the state, two queues, both ends, who holds it, its timer, and the
 * kernel's `tcp_info` in words; what it has not counted yet it leaves out. Nothing for any other line.
 */
export function parseOutgoing(line: string): Outgoing | undefined {
  const [word = '', , , own = '', other = ''] = line.trim().split(/\s+/, 5)
  const state = STATES[word]
  const [local, peer] = [splitEndpoint(own), splitEndpoint(other)]
  if (state === undefined || !local || !peer) return undefined
  // A process may give itself any name: numbers are read only from what stands after the list of holders.
  const close = line.lastIndexOf('))')
  const users = line.indexOf(' users:((')
  const info = close < 0 ? line : line.slice(close)
  const holders = users < 0 || close < users ? '' : line.slice(users, close)
  const count = (name: string) => Number(new RegExp(` ${name}:(\\d{1,15})(?= |$)`).exec(info)?.[1] ?? 0)
  return {
    local: own,
    peer: other,
    state,
    pids: [...new Set([...holders.matchAll(/",pid=(\d{1,9}),fd=\d+(?=\)|$)/g)].map(([, pid]) => Number(pid)))],
    sentMs: count('lastsnd'),
    receivedMs: count('lastrcv'),
    sent: count('bytes_sent'),
    received: count('bytes_received'),
    triedMs: state === 'syn-sent' ? triedMs(info, count('rto'), count('backoff')) : 0,
  }
}

/**
 * How long the first packet has been without an answer. The kernel sends it again each time its timer ends: at first
 * always after the same time (tcp_syn_linear_timeouts, Linux 6.5 and newer), then each time after twice as long.
 * `rto`: the time that it waits now, ms; `backoff`: how often that was doubled.
 */
function triedMs(info: string, rto: number, backoff: number): number {
  const [, minutes, seconds, ms, again] =
    / timer:\(on,(?:(\d{1,3})min,?)?(?:(\d{1,2})(?:sec|\.))?(?:(\d{1,3})ms)?,(\d{1,3})\)/.exec(info) ?? []
  if (again === undefined || rto === 0) return 0
  const left = Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1000 + Number(ms ?? 0)
  const first = rto / 2 ** backoff
  return Math.max(0, Math.round(rto - left + (rto - first) + Math.max(0, Number(again) - backoff) * first))
}
