import { existsSync } from 'node:fs'
import { parseProperties, property, systemdTime } from '../../reading/systemd/properties.ts'
import type { JsonObject } from '../../words/json.ts'
import type { LookTools } from './types.ts'
import { timed } from './units.ts'

/** What systemd says of one unit. */
export interface UnitState extends JsonObject {
  unit: string
  load: string
  active: string
  result: string
  file_state: string
  /** When it last began or ended to run, in ms; 0 where nothing shows that it ever did. */
  ran_ms: number
  /** Its ExecStart as systemd prints it. May hold anything: not to be written down. */
  command: string
}

export interface UnitStates {
  /** systemd runs this machine. */
  systemd: boolean
  /** It answered. */
  asked: boolean
  /** By the name that was asked for. */
  states: Map<string, UnitState>
}

const PROPERTIES =
  'Id,LoadState,ActiveState,Result,UnitFileState,ExecStart,ActiveEnterTimestamp,InactiveEnterTimestamp,ExecMainExitTimestamp'
const TIMES = ['ActiveEnterTimestamp', 'InactiveEnterTimestamp', 'ExecMainExitTimestamp']

/**
 * When a unit last wrote or was written about, in ms; 0 where the journal knows nothing of it. systemd forgets when a unit
 * ran as soon as it is stopped, where nothing else refers to it: a disabled one is unloaded.
 */
export async function lastInJournal(unit: string, tools: LookTools): Promise<number> {
  const argv = ['journalctl', '-u', unit, '-n', '1', '-o', 'short-unix', '--no-pager', '--quiet']
  const { exit, out } = await timed(tools)(argv)
  const seconds = /^(\d{9,11})\.\d+ /m.exec(out)?.[1]
  return exit === 0 && seconds !== undefined ? Number(seconds) * 1000 : 0
}

/** Asks systemd for these units; where it does not run the machine, nobody is asked. */
export async function unitStates(names: readonly string[], tools: LookTools): Promise<UnitStates> {
  // sd_booted(3): the folder is there exactly where systemd runs the machine.
  if (!existsSync('/run/systemd/system')) return { systemd: false, asked: true, states: new Map() }
  const argv = ['systemctl', '--no-pager', 'show', '-p', PROPERTIES, '--timestamp=unix', '--', ...names]
  const shown = await timed(tools)(argv)
  const states = new Map<string, UnitState>()
  const blocks = parseProperties(shown.out)
  for (const [i, of] of blocks.entries()) {
    const state = {
      unit: property(of, 'Id'),
      load: property(of, 'LoadState'),
      active: property(of, 'ActiveState'),
      result: property(of, 'Result'),
      file_state: property(of, 'UnitFileState'),
      ran_ms: Math.max(0, ...TIMES.map((name) => systemdTime(property(of, name)).getTime())),
      command: property(of, 'ExecStart'),
    }
    // An alias answers with the unit that it stands for.
    const asked = names[i]
    if (asked !== undefined && blocks.length === names.length) states.set(asked, state)
    states.set(state.unit, state)
  }
  return { systemd: true, asked: shown.exit === 0 && !shown.cut, states }
}
