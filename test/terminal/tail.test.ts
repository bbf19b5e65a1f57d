import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTail } from '../../src/terminal/tail.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function tail() {
  const told: { lines: string[]; count: number }[] = []
  return { told, ...createTail((lines, count) => told.push({ lines, count })) }
}

describe('the tail of an output', () => {
  it('is told a moment after something came, once for all that came meanwhile', () => {
    const { add, told } = tail()
    add('one\n')
    add('two\nthr')
    expect(told).toEqual([])
    vi.advanceTimersByTime(100)
    expect(told).toEqual([{ lines: ['one', 'two', 'thr'], count: 2 }])
    vi.advanceTimersByTime(1000)
    expect(told).toHaveLength(1)
  })

  it('puts a line together that came in parts', () => {
    const { add, told } = tail()
    for (const part of ['LIS', 'TEN 127.0.0.1', ':3000\n']) add(part)
    vi.advanceTimersByTime(100)
    expect(told[0]?.lines).toEqual(['LISTEN 127.0.0.1:3000'])
  })

  it('keeps only the last lines of a flood, counts them all, and tells at most ten times a second', () => {
    const { add, told } = tail()
    for (let chunk = 0; chunk < 1000; chunk++) {
      add(Array.from({ length: 100 }, (_, line) => `line ${chunk * 100 + line}\n`).join(''))
      vi.advanceTimersByTime(1)
    }
    vi.advanceTimersByTime(100)
    expect(told.length).toBeLessThanOrEqual(11)
    expect(told.at(-1)).toMatchObject({ count: 100_000 })
    expect(told.at(-1)?.lines).toHaveLength(40)
    expect(told.at(-1)?.lines.at(-1)).toBe('line 99999')
  })

  it('cuts a line that never ends', () => {
    const { add, told } = tail()
    for (let i = 0; i < 100; i++) add('x'.repeat(10_000))
    vi.advanceTimersByTime(100)
    expect(told[0]?.lines.join('').length).toBeLessThanOrEqual(2000)
    expect(told[0]?.count).toBe(0)
  })

  it('says nothing any more once it ended', () => {
    const { add, end, told } = tail()
    add('one\n')
    end()
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([])
  })
})
