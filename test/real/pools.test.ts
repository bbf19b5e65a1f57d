import { expect, it } from 'vitest'
import { made } from './alone.ts'
import { summary } from './lab.ts'
import { LOADING_TRUTHS, NAME_TRUTHS, POOL_TRUTHS } from './truths/pools.ts'
import { departures, type Truth } from './truths.ts'

// Pools, names, and files that were never loaded: each in a network and with mounts of its own, so that files such as
// /etc/hosts can be changed for it alone.

const truths: Record<string, Truth> = { ...POOL_TRUTHS, ...NAME_TRUTHS, ...LOADING_TRUTHS }

it.each(Object.keys(truths))('%s', async (name) => {
  const { told } = await made(name)
  const truth = truths[name]
  expect(truth && departures(told, truth), summary(told)).toEqual([])
})
