import { findProgram } from '../program.ts'
import { found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

const MOST = 8

/**
 * Which of these programs are on this machine, by the PATH that commands are started with. Arguments: `names`. Nothing is started.
 */
export const programsLook: BuiltInLookFn = (args, tools) => {
  const given = Array.isArray(args.names) ? args.names : [args.names]
  const names = given.filter((name): name is string => typeof name === 'string' && /^[\w.-]{1,64}$/.test(name))
  return within(tools, ['which', ...names], async () => {
    const programs = []
    for (const name of names.slice(0, MOST)) {
      const program = await findProgram(name, tools.env.PATH ?? '')
      programs.push({ name, path: program.found === 'yes' ? program.path : '' })
    }
    return found(['which', ...names], { programs })
  })
}
