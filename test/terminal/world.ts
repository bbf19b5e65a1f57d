import { libraryFor } from '../../src/command/libraries.ts'
import { type Opened, openNew } from '../../src/command/opening.ts'
import { parseLooking } from '../../src/command/options.ts'
import { worldOf } from '../../src/command/world.ts'
import type { World } from '../../src/terminal/world.ts'
import { testIo } from '../command/io.ts'

/** A wizard's world over a recorded incident: nothing is kept, nothing runs on this machine. */
export async function recordedWorld(name: string, ...more: string[]): Promise<{ world: World; opened: Opened }> {
  const io = testIo({ XDG_STATE_HOME: '/nonexistent' }, { cwd: '/nonexistent' })
  const library = await libraryFor([], io)
  const options = parseLooking(['--recorded', name, '--no-save', ...more], library, {})
  const opened = await openNew({ options, library, io, byPerson: true })
  return { world: worldOf(opened, options, io), opened }
}
