import { expect, it } from 'vitest'
import { made } from '../lab/alone.ts'
import { CASES, isBoxed } from '../lab/cases.ts'
import { summary } from '../lab/lab.ts'
import { departures } from '../lab/truth.ts'

// Every case of the lab in namespaces of its own, with nothing but the URL.

it.each(CASES.filter((each) => !isBoxed(each)))('$name: $says', async ({ name, truth }) => {
  const { told } = await made(name)
  expect(departures(told, truth), summary(told)).toEqual([])
})
