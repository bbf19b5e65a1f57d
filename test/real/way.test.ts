import { expect, it } from 'vitest'
import { made } from './alone.ts'
import { summary } from './lab.ts'
import { WAY_TRUTHS } from './truths/way.ts'
import { departures, type Truth } from './truths.ts'

// Faults on nginx's way to its upstream, each in a network and with processes of its own: firewalls there are nobody
// else's, and the ports are always the same.

const truths: Record<string, Truth> = WAY_TRUTHS

it.each(Object.keys(WAY_TRUTHS))('%s', async (name) => {
  const { told } = await made(name)
  const truth = truths[name]
  expect(truth && departures(told, truth), summary(told)).toEqual([])
})
