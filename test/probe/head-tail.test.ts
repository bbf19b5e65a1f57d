import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeadTail } from '../../src/probe/head-tail.ts'
import { cpuNow } from '../cpu.ts'

const collect = (max: number, ...chunks: (string | Buffer)[]) => {
  const kept = new HeadTail(max)
  for (const chunk of chunks) kept.push(Buffer.from(chunk))
  return kept
}

describe('HeadTail', () => {
  it('keeps all that fits', () => {
    const kept = collect(100, 'one\n', 'two\n', 'three')
    expect(kept.text()).toBe('one\ntwo\nthree')
    expect(kept.dropped).toBe(0)
    expect(collect(10).text()).toBe('')
  })

  it('keeps head and tail of what does not, in whole lines, and says how much is missing', () => {
    const kept = collect(20, 'line-1\nline-2\nline-3\nline-4\nline-5\n')
    expect(kept.text()).toBe('line-1\n… 15 bytes left out …\nline-5\n')
    expect(kept.seen).toBe(35)
  })

  it('puts a character together again that came in two chunks, also where the ring begins anew', () => {
    const euro = Buffer.from('€')
    expect(collect(100, euro.subarray(0, 1), euro.subarray(1)).text()).toBe('€')
    expect(collect(8, 'abcd', euro.subarray(0, 2), euro.subarray(2)).text()).toBe('abcd€')
  })

  it('keeps what simple slicing would keep, however the bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '1'), maxLength: 30 })),
        fc.integer({ min: 2, max: 60 }),
        (chunks, max) => {
          const all = chunks.join('')
          const half = Math.floor(max / 2)
          const kept = collect(max, ...chunks)
          expect(kept.dropped).toBe(Math.max(0, all.length - 2 * half))
          const text = kept.text()
          if (kept.dropped === 0) {
            expect(text).toBe(all)
            return
          }
          const tail = all.slice(-half)
          expect(text.endsWith(tail.slice(tail.indexOf('\n') + 1))).toBe(true)
          const head = all.slice(0, half)
          expect(text.startsWith(head.slice(0, head.lastIndexOf('\n') + 1))).toBe(true)
        },
      ),
    )
  })

  it('is not slowed down by very small chunks', () => {
    const kept = new HeadTail(200_000)
    const byte = Buffer.from('x')
    const began = cpuNow()
    for (let i = 0; i < 400_000; i += 1) kept.push(byte)
    expect(kept.dropped).toBe(200_000)
    expect(cpuNow() - began).toBeLessThan(3000)
  })
})
