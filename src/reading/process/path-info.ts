import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { flag, found, moment, object, objects, text, whole, wholes } from './found.ts'
import { readPastedPath } from './pasted-path.ts'
import { pathInfo as output } from './types.ts'

const WRITE = 2
const ENTER = 1

/**
 * A path as the proxy sees it, from the look `path`. `writable` is judged for the worker's own uid,
 * groups and capabilities by the mode bits of every folder on the way; where an access list (ACL)
 * stands on what closes the way, the bits are not the whole truth and the reading is not complete.
 */
export const pathReader = reader({
  name: 'path',
  output,
  consults: ['upstream.socket'],
  read(capture, context) {
    const asked = context.facts.get('upstream.socket')
    const pasted = capture.pasted ? readPastedPath(capture.out, typeof asked === 'string' ? asked : '') : null
    if (pasted) return { value: pasted, dark: [], lines: capture.out.split('\n').slice(-5) }
    const { raw } = found(capture.out)
    const steps = objects(raw, 'steps')
    const last = steps.at(-1) ?? {}
    const worker = object(raw, 'worker')
    const exists = flag(raw, 'exists')
    const folders = (exists ? steps.slice(0, -1) : steps).filter((step) => text(step, 'error') === '')
    const known = whole(worker, 'pid') !== 0
    const closed = known ? folders.find((folder) => !allows(folder, worker, ENTER)) : undefined
    const writable = exists && known && closed === undefined && allows(last, worker, WRITE)
    const barrier = closed ?? (writable || !exists ? undefined : last)
    const denied = steps.find((step) => text(step, 'error') === 'denied')
    const dark: Dark[] = denied
      ? [{ why: 'no-permission', says: `${text(denied, 'path')} cannot be looked at by this account` }]
      : []
    if (barrier && flag(barrier, 'acl')) {
      dark.push({ why: 'not-understood', says: `${text(barrier, 'path')} has an access list, which was not read` })
    }
    return {
      value: {
        complete: capture.outcome === 'ok' && !capture.timedOut && known && flag(raw, 'whole') && dark.length === 0,
        exists,
        kind: exists ? text(last, 'kind') : '',
        mode: exists ? whole(last, 'mode').toString(8).padStart(4, '0') : '',
        owner: exists ? text(last, 'owner') : '',
        group: exists ? text(last, 'group') : '',
        changed: exists ? moment(whole(last, 'changed_ms')) : NEVER,
        stops_at: closed ? text(closed, 'path') : text(raw, 'missing_folder'),
        writable,
        worker: text(worker, 'user'),
      },
      dark,
      lines: steps.slice(-5).map(shown),
    }
  },
})

/** POSIX: the first class that fits decides, owner, then groups, then others. */
function allows(step: JsonObject, worker: JsonObject, bit: number): boolean {
  if (worker.overrides === true) return true
  const mode = whole(step, 'mode')
  if (whole(step, 'uid', -1) === whole(worker, 'uid', -2)) return ((mode >> 6) & bit) !== 0
  const groups = [whole(worker, 'gid', -2), ...wholes(worker, 'groups')]
  if (groups.includes(whole(step, 'gid', -1))) return ((mode >> 3) & bit) !== 0
  return (mode & bit) !== 0
}

function shown(step: JsonObject): string {
  const error = text(step, 'error')
  if (error !== '') return `${text(step, 'path')}: ${error === 'gone' ? 'is not there' : 'permission denied'}`
  const mode = whole(step, 'mode').toString(8).padStart(4, '0')
  return `${text(step, 'kind')} ${mode} ${text(step, 'owner')}:${text(step, 'group')} ${text(step, 'path')}`
}
