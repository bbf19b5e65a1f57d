import { expect, it } from 'vitest'
import { killAgainAndAgain, seeded } from '../terminal/kills.ts'

// `kill -9` at two hundred random moments: everything that a screen showed is in the journal, and `resume` goes on
// there. A few people at once, each with another recorded incident.

const PEOPLE = ['process-down', 'wrong-port', 'slow-app', 'systemd-crash-loop'] as const
const KILLS = 200

it('two hundred kills lose nothing', { timeout: 400_000 }, async () => {
  const told = await Promise.all(
    PEOPLE.map((name, at) => killAgainAndAgain(name, KILLS / PEOPLE.length, seeded(1000 + at))),
  )
  const sum = (what: (one: (typeof told)[number]) => number) => told.reduce((all, one) => all + what(one), 0)
  expect(sum(({ kills }) => kills)).toBe(KILLS)
  expect(
    sum(({ resumed }) => resumed),
    'most find a session to go on with',
  ).toBeGreaterThan(KILLS / 2)
  expect(
    sum(({ shown }) => shown),
    'most screens showed a finding',
  ).toBeGreaterThan(KILLS / 2)
})
