import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createGate, type Strain } from '../../src/probe/gate.ts'

const atEase: Strain = { availablePermille: 800, loadPerCore: 0.5 }
const never = new AbortController().signal

/** A gate whose strain can be changed, and people who say their name once they are inside. */
function visitors(strain: Strain = atEase) {
  const state = { strain, read: 0 }
  const gate = createGate(() => {
    state.read += 1
    return state.strain
  })
  const inside: string[] = []
  const leave = new Map<string, () => void>()
  const come = (name: string, signal = never) =>
    gate.enter(signal).then((release) => {
      inside.push(name)
      leave.set(name, () => {
        inside.splice(inside.indexOf(name), 1)
        release()
      })
    })
  return { state, inside, come, go: (name: string) => leave.get(name)?.() }
}

describe('the gate', () => {
  it('lets three in, and the next when one leaves, in the order they came', async () => {
    const { come, inside, go } = visitors()
    for (const name of ['a', 'b', 'c', 'd', 'e']) void come(name)
    await turn()
    expect(inside).toEqual(['a', 'b', 'c'])
    go('b')
    await turn()
    expect(inside).toEqual(['a', 'c', 'd'])
    go('a')
    await turn()
    expect(inside).toEqual(['c', 'd', 'e'])
  })

  it.each([
    ['memory is short', { availablePermille: 99, loadPerCore: 0 }],
    ['the load is high', { availablePermille: 800, loadPerCore: 2.1 }],
  ])('lets one in alone while %s', async (_, strain) => {
    const { come, inside, go } = visitors(strain)
    for (const name of ['a', 'b', 'c']) void come(name)
    await turn()
    expect(inside).toEqual(['a'])
    go('a')
    await turn()
    expect(inside).toEqual(['b'])
  })

  it('does not count the limits themselves as strain', async () => {
    const { come, inside } = visitors({ availablePermille: 100, loadPerCore: 2 })
    for (const name of ['a', 'b', 'c']) void come(name)
    await turn()
    expect(inside).toHaveLength(3)
  })

  it('looks at the machine again each time, and lets all in that fit once the strain is over', async () => {
    const { come, inside, go, state } = visitors({ availablePermille: 10, loadPerCore: 9 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) void come(name)
    await turn()
    const read = state.read
    state.strain = atEase
    go('a')
    await turn()
    expect(state.read).toBeGreaterThan(read)
    expect(inside).toEqual(['b', 'c', 'd'])
  })

  it('forgets who was stopped while waiting; nobody else waits longer for it', async () => {
    const { come, inside, go } = visitors({ availablePermille: 10, loadPerCore: 0 })
    const control = new AbortController()
    void come('a')
    const stopped = come('b', control.signal)
    void come('c')
    control.abort()
    await expect(stopped).rejects.toThrow('stopped')
    go('a')
    await turn()
    expect(inside).toEqual(['c'])
  })

  it('lets nobody in who was stopped before', async () => {
    const { come, inside } = visitors()
    await expect(come('a', AbortSignal.abort())).rejects.toThrow('stopped')
    expect(inside).toEqual([])
  })

  it('counts leaving twice as once', async () => {
    const gate = createGate(() => ({ availablePermille: 10, loadPerCore: 0 }))
    const leave = await gate.enter(never)
    leave()
    leave()
    await gate.enter(never)
    let third = false
    void gate.enter(never).then(() => {
      third = true
    })
    await turn()
    expect(third).toBe(false)
  })

  it('reads this machine where it is told nothing', async () => {
    const leave = await createGate().enter(never)
    expect(leave).toBeInstanceOf(Function)
    leave()
  })
})
