import { parseEntries } from '../../reading/systemd/entries.ts'
import { runsOf } from '../../reading/systemd/runs.ts'
import { names } from '../../reading/systemd/tokens.ts'
import type { FoundToken } from './unit-tokens.ts'
import type { Manager, timed } from './units.ts'

const ENTRIES = 200

/** Where a unit's journal says that it last listened; undefined where it says nothing, or cannot be read. */
export async function lastListened(
  run: ReturnType<typeof timed>,
  manager: Manager,
  unit: string,
  now: Date,
): Promise<FoundToken | undefined> {
  const argv = ['journalctl', ...manager.flags, '-u', unit, '-o', 'json', '-n', String(ENTRIES), '--no-pager']
  const read = await run(argv)
  if (read.exit !== 0) return undefined
  const runs = runsOf(parseEntries(read.out, 0, now).entries)
  const on = runs.findLast((each) => each.listens)?.listens?.on
  if (!on) return undefined
  const token = 'port' in on ? `listening on ${on.port}` : `listening on ${on.socket}`
  return { token, where: 'journal', names: (wanted) => names({ token, on }, wanted) }
}
