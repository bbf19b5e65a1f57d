import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { keepingFields, printed, timeOf } from './json.ts'
import { type Condition, type Instance, stateOutput, stateReading } from './state.ts'

/** States of a dyno by the Platform API reference: crashed, down, idle, starting, up. A dyno that idles is woken by a request. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  up: 'up',
  idle: 'asleep',
  down: 'stopped',
  starting: 'starting',
  crashed: 'crashed',
}

/** `heroku ps -a APP --json`: the dynos that take requests. Other types (worker, run, release) are not asked by anybody. */
export const herokuDynosReader = reader({
  name: 'heroku-dynos',
  output: stateOutput,
  consults: [],
  keep: keepingFields({
    name: true,
    type: true,
    state: true,
    size: true,
    updated_at: true,
    release: { version: true },
  }),
  read(capture) {
    const { items, whole: all } = printed(capture.out)
    const web = items.filter((dyno) => text(dyno, 'type') === 'web')
    return stateReading(capture, { noun: 'web dyno', instances: web.map(dynoOf), whole: all })
  },
})

function dynoOf(dyno: JsonObject): Instance {
  const [name, state] = [text(dyno, 'name'), text(dyno, 'state')]
  const version = whole(object(dyno, 'release'), 'version')
  return {
    condition: CONDITIONS[state] ?? 'starting',
    told: `${name}  ${state}  ${text(dyno, 'size')}  ${text(dyno, 'updated_at')}`,
    since: timeOf(dyno.updated_at),
    ...(version > 0 ? { release: `v${version}` } : {}),
  }
}

const app = t.record({
  /** The application was told. */
  complete: t.bool,
  name: t.string,
  region: t.string,
  maintenance: t.bool,
})

/**
 * `heroku apps:info -a APP --json`. Its list of dynos is not read: the client prints an empty one where it could not ask for it.
 */
export const herokuAppReader = reader({
  name: 'heroku-app',
  output: app,
  consults: [],
  keep: keepingFields({ app: { name: true, maintenance: true, region: { name: true } } }),
  read(capture) {
    const { items, whole: all } = printed(capture.out)
    const told = object(items[0] ?? {}, 'app')
    const complaint = complaintOf(capture)
    const name = text(told, 'name')
    return {
      value: {
        complete: answered(capture) && all && name !== '' && typeof told.maintenance === 'boolean',
        name,
        region: text(object(told, 'region'), 'name'),
        maintenance: flag(told, 'maintenance'),
      },
      dark: complaint ? [complaint] : [],
      lines: name === '' ? [] : [`${name}  maintenance ${flag(told, 'maintenance') ? 'on' : 'off'}`],
    }
  },
})

const status = t.record({
  complete: t.bool,
  /** The platform says that what runs applications has trouble. */
  trouble: t.bool,
  says: t.string,
})

/** `heroku status --json`: a colour for each part (green: well), and the incidents that are open. */
export const herokuStatusReader = reader({
  name: 'heroku-status',
  output: status,
  consults: [],
  keep: keepingFields({ status: { system: true, status: true }, incidents: { title: true, created_at: true } }),
  read(capture) {
    const { items, whole: all } = printed(capture.out)
    const [told = {}] = items
    const parts = objects(told, 'status')
    const apps = parts.find((part) => text(part, 'system') === 'Apps')
    const trouble = apps !== undefined && text(apps, 'status') !== 'green'
    const [incident] = objects(told, 'incidents')
    const complaint = apps === undefined ? complaintOf(capture) : null
    const says = visibleLine(
      [apps ? `Apps: ${text(apps, 'status')}` : '', incident ? text(incident, 'title') : '']
        .filter((part) => part !== '')
        .join('; '),
      200,
    )
    return {
      value: { complete: answered(capture) && all && apps !== undefined, trouble, says },
      dark: complaint ? [complaint] : [],
      lines: says === '' ? [] : [says],
    }
  },
})
