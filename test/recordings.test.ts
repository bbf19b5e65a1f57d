import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fold } from '../src/session/evolve.ts'
import { readJournal } from '../src/session/journal.ts'
import { CASES } from './lab/cases.ts'
import { MOST_BYTES } from './lab/run/keep.ts'
import { departures, type Judged, type Truth } from './lab/truth.ts'
import { runAsScript } from './replay.ts'

// Each recording is the journal of a real fault on real servers (`npm run lab -- --record`). Replayed, it must be told as
// what it was: no server runs here, and nothing depends on this machine or the time of day.

const folder = join(dirname(fileURLToPath(import.meta.url)), 'recordings')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length))
const truths: Record<string, Truth> = Object.fromEntries(CASES.map(({ name, truth }) => [name, truth]))

const EXITS: Record<Truth['outcome'], number> = { healthy: 0, diagnosed: 3, suspected: 4, inconclusive: 4 }

it('every case has a recording, and every recording a case', () => {
  expect(names.sort(), 'make the missing ones with: npm run lab -- --record --missing').toEqual(
    Object.keys(truths).sort(),
  )
})

describe.each(names)('%s', (name) => {
  const truth = truths[name]
  const path = join(folder, `${name}.jsonl`)

  let told: ReturnType<typeof runAsScript> | undefined
  const replay = () => {
    told ??= runAsScript(['diagnose', '--recorded', name, '--json'])
    return told
  }

  it('is told as what it was', async () => {
    const { out, exit } = await replay()
    const told = JSON.parse(out) as Judged
    expect(truth && departures(told, truth), JSON.stringify(told.findings, null, 1)).toEqual([])
    expect(exit).toBe(truth && EXITS[truth.outcome])
  })

  it('is told the same way twice, and under its path', async () => {
    const [first, second] = [await replay(), await runAsScript(['diagnose', '--recorded', path, '--json'])]
    const lasting = (text: string) => ({ ...JSON.parse(text), session: '' })
    expect(lasting(second.out)).toEqual(lasting(first.out))
  })

  it('says what the live run said', async () => {
    const { out } = await replay()
    const replayed = JSON.parse(out) as Judged & { verdict: null | { id: string; confidence: string } }
    const recorded = fold(readJournal(path).entries)?.ended?.conclusion
    expect({ outcome: replayed.outcome, state: replayed.state }).toEqual({
      outcome: recorded?.outcome,
      state: recorded?.state,
    })
    expect(replayed.verdict?.id).toBe(recorded?.verdict?.id)
    expect(replayed.verdict?.says).toBe(recorded?.verdict?.says)
    expect(replayed.verdict?.confidence).toBe(recorded?.verdict?.confidence)
  })

  it('is whole, small, and tells of nobody', () => {
    const { problems, torn, entries } = readJournal(path)
    expect({ problems, torn }).toEqual({ problems: [], torn: false })
    expect(entries.at(-1)?.event).toMatchObject({ type: 'session.ended', ended: 'complete' })
    expect(statSync(path).size).toBeLessThanOrEqual(MOST_BYTES)
    const folders = readFileSync(path, 'utf8').match(/\/(home|Users|root|work|mnt|media)\/[\w.-]+/g)
    expect(folders).toBeNull()
  })
})
