import { afterEach, describe, expect, it, vi } from 'vitest'
import { interruptible } from '../../src/command/interrupt.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('what stops a walk', () => {
  const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const listeners = () => SIGNALS.map((name) => process.listenerCount(name))

  /** Calls what was put on the signal last: the real one would reach the test runner too. */
  function raise(name: (typeof SIGNALS)[number]): void {
    const newest = process.listeners(name).at(-1)
    if (!newest) throw new Error(`nobody listens to ${name}`)
    newest(name)
  }

  it('is the budget, when it ends', () => {
    vi.useFakeTimers()
    const stopping = interruptible(5000)
    expect([stopping.signal.aborted, stopping.why]).toEqual([false, null])
    vi.advanceTimersByTime(4999)
    expect(stopping.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect([stopping.signal.aborted, stopping.why]).toEqual([true, 'budget'])
    stopping.done()
  })

  it.each(SIGNALS)('is %s, the first of them', (name) => {
    vi.useFakeTimers()
    const stopping = interruptible(5000)
    raise(name)
    expect([stopping.signal.aborted, stopping.why]).toEqual([true, 'interrupted'])
    vi.advanceTimersByTime(5000)
    expect(stopping.why).toBe('interrupted')
    stopping.done()
  })

  it('ends the process at the second signal: somebody means it', () => {
    vi.useFakeTimers()
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exited')
    })
    const stopping = interruptible(5000)
    raise('SIGINT')
    expect(exit).not.toHaveBeenCalled()
    expect(() => raise('SIGTERM')).toThrow('exited')
    expect(exit).toHaveBeenCalledWith(130)
    stopping.done()
  })

  it('leaves no timer and no listener behind', () => {
    vi.useFakeTimers()
    const before = listeners()
    const stopping = interruptible(5000)
    expect(listeners()).toEqual(before.map((count) => count + 1))
    stopping.done()
    expect(listeners()).toEqual(before)
    expect(vi.getTimerCount()).toBe(0)
    expect(stopping.why).toBeNull()
  })
})
