import { interruptible } from './interrupt.ts'

/** What came on standard input. */
export interface Input {
  /** All of it, where it was short. */
  whole: Uint8Array | null
  ended: 'complete' | 'interrupted'
}

/** Up to so many bytes are kept whole: what a person pastes. */
const PASTED = 64 * 1024
/** Nobody reads a log for longer. */
const LONGEST_MS = 24 * 3_600_000

type Source = AsyncIterable<Uint8Array | string> & { destroy?: () => unknown }

/**
 * Reads an input to its end, or until the person interrupts: a short one is given whole, of a long one each piece goes to
 * `feed` as it comes.
 */
export async function readInput(source: Source, feed: (piece: Uint8Array) => void): Promise<Input> {
  const stopping = interruptible(LONGEST_MS)
  // One promise that lives on, raced against each piece, would keep every piece: each wait has its own.
  let wake: (() => void) | null = null
  stopping.signal.addEventListener('abort', () => wake?.(), { once: true })
  const orStopped = (next: Promise<IteratorResult<Uint8Array | string>>) =>
    new Promise<IteratorResult<Uint8Array | string> | null>((resolve, reject) => {
      wake = () => resolve(null)
      if (stopping.signal.aborted) resolve(null)
      next.then(resolve, reject)
    })
  let kept: Uint8Array[] | null = []
  let bytes = 0
  const pieces = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await orStopped(pieces.next())
      if (next === null) {
        source.destroy?.()
        break
      }
      if (next.done) break
      const piece = typeof next.value === 'string' ? Buffer.from(next.value) : next.value
      bytes += piece.length
      if (kept !== null && bytes <= PASTED) kept.push(piece)
      else {
        for (const earlier of kept ?? []) feed(earlier)
        kept = null
        feed(piece)
      }
    }
  } finally {
    stopping.done()
  }
  const ended = stopping.signal.aborted ? 'interrupted' : 'complete'
  return { whole: kept === null ? null : Buffer.concat(kept), ended }
}
