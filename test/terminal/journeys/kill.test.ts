import { expect, it } from 'vitest'
import { killAgainAndAgain, seeded } from '../kills.ts'

// The real tests kill 200 times; these few catch what is broken at once.

it('killed at any moment, nothing that was shown is lost, and it goes on where it was', {
  timeout: 90_000,
}, async () => {
  const told = await killAgainAndAgain('process-down', 8, seeded(502))
  expect(told.kills).toBe(8)
  expect(told.resumed).toBeGreaterThan(2)
  expect(told.shown).toBeGreaterThan(2)
})
