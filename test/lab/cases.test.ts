import { expect, it } from 'vitest'
import { CAUSES } from '../../src/words/vocabulary.ts'
import { CASES } from './cases.ts'
import { withServers } from './run/keep.ts'

it('every case has a name of its own that can stand in a file name, and says what is broken', () => {
  const names = CASES.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, says } of CASES) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(says.length).toBeGreaterThan(10)
  }
})

it('every truth names a cause that there is', () => {
  const known: readonly string[] = CAUSES
  const named = CASES.flatMap(({ truth }) => [...(truth.cause === null ? [] : [truth.cause]), ...(truth.also ?? [])])
  expect(named.filter((cause) => !known.includes(cause))).toEqual([])
})

it('every fault has a place; what is well has neither cause nor place', () => {
  const faults = CASES.filter(({ truth }) => truth.cause !== null && truth.cause !== 'recovered')
  expect(faults.filter(({ truth }) => !truth.place).map(({ name }) => name)).toEqual([])
  const others = CASES.filter(({ truth }) => truth.cause === null)
  expect(others.filter(({ truth }) => truth.place || truth.shape).map(({ name }) => name)).toEqual([])
})

it('a recording says before its end which servers it was made with', () => {
  const journal = '{"v":1,"seq":1,"at":"a","type":"x"}\n{"v":1,"seq":2,"at":"b","type":"session.ended"}\n'
  const lines = withServers(journal, { nginx: '1.22.1', node: '24.21.0' }).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { v: 1, seq: 1, at: 'a', type: 'x' },
    { v: 1, seq: 2, at: 'b', type: 'note.added', text: 'Recorded with nginx 1.22.1, node 24.21.0' },
    { v: 1, seq: 3, at: 'b', type: 'session.ended' },
  ])
})
