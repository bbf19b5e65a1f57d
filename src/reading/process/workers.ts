import { reader } from '../reader.ts'
import { flag, found, objects, text, whole } from './found.ts'
import { openFilesLimit } from './stat.ts'
import { workers as output } from './types.ts'

/** The look `workers`: the fullest first. What is not known of a worker is -1. */
export const workersReader = reader({
  name: 'workers',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const seen = objects(raw, 'workers').map((worker) => ({
      pid: whole(worker, 'pid'),
      open: whole(worker, 'open', -1),
      limit: openFilesLimit(text(worker, 'limits')),
      denied: flag(worker, 'denied'),
    }))
    const share = ({ open, limit }: { open: number; limit: number }) => (limit > 0 ? open / limit : 0)
    const sorted = [...seen].sort((a, b) => share(b) - share(a) || b.open - a.open)
    const denied = seen.filter((worker) => worker.denied)
    const whole_ = capture.outcome === 'ok' && !capture.cut && !capture.timedOut && ok && !flag(raw, 'more')
    return {
      value: {
        complete: whole_ && seen.length > 0 && seen.every(({ open, limit }) => open >= 0 && limit > 0),
        workers: sorted.map(({ pid, open, limit }) => ({
          pid: BigInt(pid),
          open: BigInt(open),
          limit: BigInt(limit),
        })),
      },
      dark:
        denied.length > 0
          ? [{ why: 'no-permission', says: `the open files of ${denied.length} workers belong to another user` }]
          : [],
      lines: sorted.slice(0, 5).map(({ pid, open, limit }) => `worker ${pid}: ${open} files open, limit ${limit}`),
    }
  },
})
