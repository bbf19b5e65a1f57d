import { NEVER, t } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { found, moment, objects, text, whole } from './found.ts'
import { clockOf } from './process.ts'
import { startedAt, TICKS_PER_SECOND } from './stat.ts'

/** The processes that share one listening socket. */
const output = t.record({
  /** Every connection to the socket and every holder of it was seen. */
  complete: t.bool,
  /** The process that started the others; the only one where there are no workers. */
  master: t.int,
  /** 0: one process alone holds the socket. */
  workers: t.int,
  /** Workers that hold at least one accepted connection. */
  busy: t.int,
  /** Accepted connections that all of them hold together. */
  held: t.int,
  /** Workers that are stopped (state T). */
  stopped: t.int,
  /** Connections that nobody has accepted yet. */
  waiting: t.int,
  /** Processor time of all workers together during the look, per mille of one core. */
  cpu_permille: t.int,
  youngest: t.timestamp,
})

/** A pool of workers, from the look `listener-workers`. */
export const listenerWorkersReader = reader({
  name: 'listener-workers',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const workers = objects(raw, 'workers')
    const busy = workers.filter((worker) => whole(worker, 'connections') > 0)
    const ms = whole(raw, 'ms')
    const ticks = workers.reduce((sum, worker) => sum + whole(worker, 'ticks'), 0)
    const starts = workers.map((worker) => whole(worker, 'start_ticks'))
    const youngest = starts.length > 0 ? moment(startedAt(Math.max(...starts.slice(0, 4096)), clockOf(raw))) : NEVER
    const waiting = whole(raw, 'waiting')
    const seen = ok && capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const dark: Dark[] = []
    if (seen && raw.whole !== true) {
      dark.push({ why: 'no-permission', says: 'not every process that may share the socket could be looked into' })
    }
    return {
      value: {
        complete: seen && raw.whole === true,
        master: BigInt(whole(raw, 'master')),
        workers: BigInt(workers.length),
        busy: BigInt(busy.length),
        held: BigInt(busy.reduce((sum, worker) => sum + whole(worker, 'connections'), 0)),
        stopped: BigInt(workers.filter((worker) => /^[Tt]$/.test(text(worker, 'state'))).length),
        waiting: BigInt(waiting),
        cpu_permille: ms > 0 ? BigInt(Math.max(0, Math.round((ticks * 1_000_000) / TICKS_PER_SECOND / ms))) : 0n,
        youngest,
      },
      dark,
      lines: ok ? [`${busy.length} of ${workers.length} workers hold a connection, ${waiting} connections wait`] : [],
    }
  },
})
