import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { found, objects, text, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { type Measured, parseHttpMeta } from './measured.ts'
import { sampleFailure } from './samples.ts'

const member = t.record({
  /** As the configuration names it: `127.0.0.1:3000`, or a socket's path. */
  member: t.string,
  /** '' and 0 for a socket. */
  host: t.string,
  port: t.int,
  socket: t.string,
  /**
   * `well`: every request was answered below 500, in time and whole. `sick`: one was not. `open`: it
   * was silent as long as we waited, which is not as long as the gateway would.
   */
  state: t.string,
  /** As `HttpResponse.failure` of the request that tells; `status` for a 5xx, `late` for one after the gateway's limit. */
  failure: t.string,
  /** Of the request that tells; 0 where none came. */
  status: t.int,
  first_byte_ms: t.int,
  asked: t.int,
  failed: t.int,
  /** `127.0.0.1:3000 refuses the connection` */
  says: t.string,
})

const output = t.record({
  /** Every member was asked, and none of them is open. */
  complete: t.bool,
  members: t.list(member),
  well: t.int,
  sick: t.int,
  open: t.int,
})

/** Each member of a pool asked by itself, from the look `ask-members`. */
export const membersReader = reader({
  name: 'members',
  output,
  consults: [],
  read(capture) {
    const { raw } = found(capture.out)
    const patience = whole(raw, 'patience_ms')
    const members = objects(raw, 'members').map((each) => judge(each, patience))
    const count = (state: string) => BigInt(members.filter((each) => each.state === state).length)
    const unasked = whole(raw, 'unasked') + members.filter((each) => each.asked === 0n).length
    const ended = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && members.length > 0
    const dark: Dark[] = []
    if (capture.outcome === 'ok' && unasked > 0) dark.push({ why: 'cut', says: `${unasked} members were not asked` })
    for (const each of members) if (each.state === 'open') dark.push({ why: 'timed-out', says: each.says })
    return {
      value: {
        complete: ended && dark.length === 0,
        members: members.filter((each) => each.asked > 0n),
        well: count('well'),
        sick: count('sick'),
        open: count('open'),
      },
      dark,
      lines: members.map((each) => each.says).slice(0, 5),
    }
  },
})

interface Told {
  failure: string
  measured: Measured
}

function judge(each: JsonObject, patience: number) {
  const name = text(each, 'member')
  const told = objects(each, 'asked').map((one): Told => {
    const measured = parseHttpMeta(one)
    return { failure: failureOf(measured, patience), measured }
  })
  const failed = told.filter(({ failure }) => failure !== '')
  const bad = failed.filter((one) => !isOpen(one, patience))
  const telling = bad[0] ?? failed[0] ?? told[0]
  const state = told.length === 0 ? '' : bad.length > 0 ? 'sick' : failed.length > 0 ? 'open' : 'well'
  return {
    member: name,
    host: text(each, 'host'),
    port: BigInt(whole(each, 'port')),
    socket: text(each, 'socket'),
    state,
    failure: telling?.failure ?? '',
    status: BigInt(telling?.measured.status ?? 0),
    first_byte_ms: BigInt(Math.max(0, Math.round(telling?.measured.phases.first_byte ?? 0))),
    asked: BigInt(told.length),
    failed: BigInt(failed.length),
    says: `${name} ${telling === undefined ? 'was not asked' : sentence(telling, patience)}`,
  }
}

function failureOf(measured: Measured, patience: number): string {
  const failure = sampleFailure(measured)
  if (failure !== '') return failure
  if (measured.status >= 500) return 'status'
  return patience > 0 && measured.phases.first_byte >= patience ? 'late' : ''
}

/** Silent until our own limit, while the gateway would have waited longer: it may still answer. */
function isOpen({ failure, measured }: Told, patience: number): boolean {
  return failure === 'silent' && (patience === 0 || measured.limit_ms < patience)
}

function sentence({ failure, measured }: Told, patience: number): string {
  const { status, limit_ms: limit } = measured
  const ms = Math.round(measured.phases.first_byte)
  switch (failure) {
    case '':
      return `answers ${status} after ${ms} ms`
    case 'status':
      return `answers ${status} itself`
    case 'late':
      return `answers ${status} after ${ms} ms, the gateway waits ${patience} ms`
    case 'refused':
      return 'refuses the connection'
    case 'silent':
      return `takes the connection and was silent for ${limit} ms`
    case 'connect-timeout':
    case 'rejected':
      return 'takes no connection'
    case 'socket-missing':
      return 'is not there'
    case 'empty-reply':
    case 'reset':
      return 'closes the connection without an answer'
    default:
      return `fails (${failure})`
  }
}
