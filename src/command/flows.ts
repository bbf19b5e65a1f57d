import { resolve } from 'node:path'
import { describeNode, listFlows } from '../flow/describe.ts'
import { drawFlows } from '../flow/draw.ts'
import { nearest } from '../words/nearest.ts'
import { type Io, UsageError } from './io.ts'
import { loadShipped } from './library.ts'
import { parseStrict } from './options.ts'

/** `triage502 flows list | check | graph | show NODE`, with --flows DIR for a folder of one's own. */
export async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseStrict(argv, { flows: { type: 'string' }, json: { type: 'boolean' } })
  const [action = 'list', name] = positionals
  const folder = values.flows === undefined ? null : resolve(io.cwd, values.flows)
  if (action === 'check') return check(folder, io)
  const library = folder === null ? loadShipped() : (await import('./custom-flows.ts')).loadWithCustom(folder).library
  switch (action) {
    case 'list':
      io.out(values.json ? `${JSON.stringify(library.flows, null, 2)}\n` : listFlows(library))
      return 0
    case 'graph':
      io.out(drawFlows(library))
      return 0
    case 'show': {
      const node = name !== undefined && Object.hasOwn(library.nodes, name) ? library.nodes[name] : undefined
      if (!node) {
        const meant = nearest(name ?? '', Object.keys(library.nodes))
        throw new UsageError(
          `there is no node ${JSON.stringify(name ?? '')}`,
          meant ? `Did you mean ${meant}?` : 'Nodes are named FLOW/NODE; see `triage502 flows list`.',
        )
      }
      io.out(describeNode(node, library))
      return 0
    }
    default:
      throw new UsageError(`flows cannot ${JSON.stringify(action)}`, 'Use list, check, graph or show NODE.')
  }
}

async function check(folder: string | null, io: Io): Promise<number> {
  const { loadWithCustom } = await import('./custom-flows.ts')
  const { library, problems } = loadWithCustom(folder)
  for (const problem of problems) io.err(`${problem}\n`)
  if (problems.length > 0) return 1
  const uncovered = Object.keys(library.uncovered).length
  io.out(
    `${Object.keys(library.nodes).length} nodes in ${Object.keys(library.flows).length} flows: no mistakes. ${uncovered} verdicts have no recorded case yet.\n`,
  )
  return 0
}
