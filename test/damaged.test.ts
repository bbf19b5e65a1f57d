import { describe, expect, it } from 'vitest'
import { conduct } from '../src/command/conduct.ts'
import { loadShipped } from '../src/command/library.ts'
import { openNew } from '../src/command/opening.ts'
import { parseLooking } from '../src/command/options.ts'
import type { Library } from '../src/flow/types.ts'
import { caseNamed } from './lab/cases.ts'
import { departures, type Judged } from './lab/truth.ts'
import { scriptIo } from './replay.ts'

// What the recordings are worth: a tree in which two branches of a node hold each other's condition is noticed.

const sound = loadShipped()

/** The library with the conditions of two branches of a node taken for each other. */
function damaged(node: string, one: string, other: string): Library {
  const library = structuredClone(sound)
  const found = library.nodes[node]
  const branches = found?.kind === 'probe' || found?.kind === 'fork' ? found.branches : []
  const [first, second] = [one, other].map((id) => branches.find((branch) => branch.id === id))
  if (!first?.when || !second?.when) throw new Error(`${node} has no two conditions ${one} and ${other}`)
  const { when } = first
  first.when = second.when
  second.when = when
  return library
}

/** How the replay of a recording departs from its truth with these flows. */
async function departing(library: Library, name: string): Promise<string[]> {
  const { io, told } = scriptIo()
  const options = parseLooking(['--recorded', name, '--json'], library, io.env)
  const opened = await openNew({ options, library, io, byPerson: false })
  try {
    await conduct({ ...opened, options, io })
  } finally {
    opened.close()
  }
  const truth = caseNamed(name)?.truth
  if (!truth) throw new Error(`there is no case ${name}`)
  return departures(JSON.parse(told.out) as Judged, truth)
}

describe.each([
  ['app/direct', 'closed', 'silent', ['truncated-response', 'app-hung']],
  ['app/direct', 'refused', 'server-error', ['app-error']],
  ['app/listening', 'there', 'other-address', ['wrong-interface']],
  ['process/silent', 'spins', 'idle', ['app-hung']],
  ['nginx/config', 'returns', 'passes', ['deliberate']],
])('%s with %s and %s swapped', (node, one, other, names) => {
  it.each(names)('is noticed by %s', async (name) => {
    expect(await departing(sound, name)).toEqual([])
    expect(await departing(damaged(node, one, other), name)).not.toEqual([])
  })
})

// Two looks that prove the same thing: with one of them damaged the verdict stands, and is no wrong one.
it.each(['process-down', 'slow-app'])('%s outlives a log that is misread', async (name) => {
  expect(await departing(damaged('nginx/error-log', 'refused', 'timed-out'), name)).toEqual([])
})
