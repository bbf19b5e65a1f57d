import type { JsonObject } from '../../words/json.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { keepingFields, printed, timeOf } from './json.ts'
import { type Condition, type Instance, stateOutput, stateReading } from './state.ts'

/** States by fly.io/docs/machines/machine-states. A machine that is destroyed or replaced is none any more. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  started: 'up',
  created: 'starting',
  starting: 'starting',
  restarting: 'starting',
  replacing: 'starting',
  launch_failed: 'crashed',
  failed: 'crashed',
  stopped: 'stopped',
  stopping: 'stopped',
  suspended: 'stopped',
  suspending: 'stopped',
}
const GONE = new Set(['destroyed', 'destroying', 'replaced', 'migrated'])

/** `fly machine list -a APP --json`: objects of the Machines API (fly.io/docs/machines/api/machines-resource). */
export const flyMachinesReader = reader({
  name: 'fly-machines',
  output: stateOutput,
  consults: [],
  keep: keepingFields({
    id: true,
    name: true,
    state: true,
    region: true,
    updated_at: true,
    events: { type: true, timestamp: true, request: { exit_event: true } },
    checks: { name: true, status: true, output: true, updated_at: true },
    config: {
      services: { internal_port: true, autostop: true, autostart: true },
      metadata: { fly_process_group: true, fly_release_version: true },
    },
  }),
  read(capture) {
    const { items, whole: all } = printed(capture.out)
    const here = items.filter((machine) => !GONE.has(text(machine, 'state')))
    // Machines without a service (workers) get no requests; where none has one, all are looked at.
    const serving = here.filter((machine) => services(machine).length > 0)
    const machines = serving.length > 0 ? serving : here
    const [port] = machines.flatMap(services).map((service) => whole(service, 'internal_port'))
    return stateReading(capture, {
      noun: 'machine',
      instances: machines.map(machineOf),
      whole: all,
      ...(port === undefined ? {} : { port }),
    })
  },
})

const services = (machine: JsonObject) => objects(object(machine, 'config'), 'services')

function machineOf(machine: JsonObject): Instance {
  const state = text(machine, 'state')
  const ill = objects(machine, 'checks').find((check) => text(check, 'status') === 'critical')
  const exit = lastExit(machine)
  const code = whole(exit, 'exit_code', -1)
  const asked = flag(exit, 'requested_stop')
  const oom = flag(exit, 'oom_killed')
  const told = CONDITIONS[state] ?? 'starting'
  // A machine that ended by itself with an error has crashed, whatever is done with it then.
  const died = told === 'stopped' && !asked && (oom || code > 0)
  const woken = services(machine).some((service) => flag(service, 'autostart'))
  const resting = told === 'stopped' && woken ? 'asleep' : told
  const condition = died ? 'crashed' : told === 'up' && ill ? 'failing' : resting
  const release = text(object(object(machine, 'config'), 'metadata'), 'fly_release_version')
  return {
    condition,
    told: `${text(machine, 'id')}  ${state}  ${text(machine, 'region')}  ${text(machine, 'updated_at')}`,
    since: timeOf(machine.updated_at),
    asked: asked || (condition === 'stopped' && code <= 0),
    oom,
    ...(code >= 0 ? { exit: code } : {}),
    ...(release === '' ? {} : { release: `v${release}` }),
    ...(ill ? { reason: `check ${text(ill, 'name')} fails: ${text(ill, 'output')}` } : {}),
  }
}

/** The newest event of an exit holds how the machine's main process ended. */
function lastExit(machine: JsonObject): JsonObject {
  const exits = objects(machine, 'events').filter((event) => text(event, 'type') === 'exit')
  const [newest] = exits.sort((a, b) => timeOf(b.timestamp).getTime() - timeOf(a.timestamp).getTime())
  return newest ? object(object(newest, 'request'), 'exit_event') : {}
}
