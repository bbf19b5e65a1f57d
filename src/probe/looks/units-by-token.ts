import { existsSync } from 'node:fs'
import type { JsonObject } from '../../words/json.ts'
import { pathOf, portOf } from './arguments.ts'
import { Beneath } from './beneath.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'
import type { Wanted } from './unit-tokens.ts'
import { ARGV, unitsNaming } from './units-naming.ts'

/**
 * Units that name a port or a unix socket by an exact token: in their instance, command, environment,
 * environment files or `ListenStream`, else by where their journal says that they last listened.
 * Services count when they are failed, inactive, starting, or up only between two restarts; sockets
 * always. Args: `port` (1..65535) and `socket` (a path), either of them. Other users' managers cannot
 * be asked reliably (`--machine=USER@` needs a login session); where they keep units running, it says so.
 */
export const unitsByTokenLook: BuiltInLookFn = (args, tools) => {
  const wanted = wantedOf(args)
  if (!wanted) return Promise.resolve(blind(ARGV, 'not-understood', 'neither a port nor a socket was given'))
  return within(tools, ARGV, async (over) => {
    // sd_booted(3): the folder is there exactly where systemd runs the machine. Without it no unit can name anything.
    if (!existsSync('/run/systemd/system')) return found(ARGV, { systemd: false, units: [] })
    return unitsNaming(wanted, tools, over, new Beneath(''))
  })
}

function wantedOf(args: JsonObject): Wanted | undefined {
  const port = portOf(args) ?? 0
  const socket = pathOf(args, 'socket') ?? ''
  return port === 0 && socket === '' ? undefined : { port, socket }
}
