import { type Properties, parseProperties, property } from '../../reading/systemd/properties.ts'
import type { RunResult } from '../run.ts'
import type { LookTools } from './types.ts'

/** One service manager: the machine's, or our own user's. */
export interface Manager {
  user: boolean
  /** What comes after the program's name. */
  flags: string[]
}

/** What a manager answered, or one sentence why it did not. */
export type Answer<T> =
  | { ok: true; value: T; cut: boolean }
  | { ok: false; missing: boolean; timedOut: boolean; says: string }

const PROPERTIES =
  'Id,Type,LoadState,ActiveState,SubState,Result,UnitFileState,MainPID,NRestarts,ExecStart,Environment,EnvironmentFiles,Listen,FragmentPath,ActiveEnterTimestamp,InactiveEnterTimestamp'
const NAME = /^[A-Za-z0-9:_.@\\-]{1,255}\.(?:service|socket)$/
const CHUNK = 200
const MOST = 2000

/** Runs programs within what is left of a look's time. */
export function timed(tools: LookTools): (argv: string[]) => Promise<RunResult> {
  const end = performance.now() + tools.timeoutMs * 0.9
  return (argv) => tools.run(argv, Math.max(1, Math.round(end - performance.now())))
}

/** Every unit that a manager has loaded or has a file for: templates, aliases and unknown ones left out. */
export async function unitNames(
  run: (argv: string[]) => Promise<RunResult>,
  manager: Manager,
): Promise<Answer<string[]>> {
  const common = [...manager.flags, '--no-pager', '--no-legend', '--plain']
  const files = await run(['systemctl', ...common, 'list-unit-files', '--type=service,socket'])
  if (!whole(files)) return refused(files)
  const loaded = await run(['systemctl', ...common, 'list-units', '--all', '--type=service,socket'])
  if (!whole(loaded)) return refused(loaded)
  const names = new Set<string>()
  for (const words of rows(loaded.out)) if (words[1] !== 'not-found') add(names, words[0])
  for (const words of rows(files.out)) if (words[1] !== 'alias') add(names, words[0])
  return { ok: true, value: [...names].slice(0, MOST), cut: files.cut || loaded.cut || names.size > MOST }
}

/** The properties that name a unit's state and where it should listen. */
export async function unitProperties(
  run: (argv: string[]) => Promise<RunResult>,
  manager: Manager,
  names: readonly string[],
): Promise<Answer<Properties[]>> {
  const found = new Map<string, Properties>()
  let cut = false
  for (let i = 0; i < names.length; i += CHUNK) {
    const chunk = names.slice(i, i + CHUNK)
    const shown = await run(['systemctl', ...manager.flags, '--no-pager', 'show', '-p', PROPERTIES, '--', ...chunk])
    if (!whole(shown)) return refused(shown)
    cut ||= shown.cut
    for (const properties of parseProperties(shown.out)) found.set(property(properties, 'Id'), properties)
  }
  found.delete('')
  return { ok: true, value: [...found.values()], cut }
}

function rows(out: string): string[][] {
  return out.split('\n').map((line) => line.trim().split(/\s+/, 4))
}

function add(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && NAME.test(name) && !name.startsWith('-') && !name.includes('@.')) names.add(name)
}

function whole(result: RunResult): boolean {
  return result.exit === 0
}

function refused(result: RunResult): Answer<never> {
  const { missing, timedOut } = result
  if (missing) return { ok: false, missing, timedOut, says: 'systemctl is not here: systemd does not run this machine' }
  if (
    /not been booted with systemd|Failed to connect to (?:the )?(?:\w+ scope )?bus|Failed to get D-Bus/.test(result.err)
  ) {
    return { ok: false, missing: true, timedOut, says: 'systemd does not run here, or its bus does not answer' }
  }
  if (timedOut) return { ok: false, missing, timedOut, says: 'systemctl did not answer in time' }
  return { ok: false, missing, timedOut, says: `systemctl ended with status ${result.exit ?? 'none'}` }
}
