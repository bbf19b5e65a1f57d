import type { FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

/** What one look at a log may read and how long; shared by all its files. */
export interface ReadBudget {
  bytes: number
  /** True once time is up or the look was given up. */
  over(): boolean
}

/** How a file's reading ended. */
export interface Progress {
  /** Everything in it was given. */
  whole: boolean
}

const CHUNK = 256 * 1024
/** A longer line is cut: no log of this kind writes one. */
const MAX_LINE = 64 * 1024
const LF = 10

/**
 * The lines of a file from its end to its beginning, newest first, in batches. A last line without
 * its line feed is given too. Stops when the budget is used up.
 */
export async function* linesFromEnd(
  handle: FileHandle,
  size: number,
  budget: ReadBudget,
  progress: Progress,
): AsyncGenerator<string[]> {
  let position = size
  let rest: Buffer = Buffer.alloc(0)
  let first = true
  while (position > 0 && budget.bytes > 0 && !budget.over()) {
    const length = Math.min(CHUNK, position, budget.bytes)
    const chunk = Buffer.allocUnsafe(length)
    const { bytesRead } = await handle.read(chunk, 0, length, position - length)
    // The file shrank while it was read (copytruncate): what was there is gone.
    if (bytesRead < length) return
    position -= length
    budget.bytes -= length
    const text = Buffer.concat([chunk, rest])
    const batch: string[] = []
    let end = text.length
    for (let at = text.lastIndexOf(LF); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(LF, at - 1)) {
      if (!(first && at === text.length - 1)) batch.push(decode(text.subarray(at + 1, end)))
      first = false
      end = at
    }
    first = false
    rest = text.subarray(0, Math.min(end, MAX_LINE))
    if (position === 0) batch.push(decode(rest))
    yield batch
  }
  progress.whole = position === 0
}

/** The lines of a gzip file from its beginning, oldest first, in batches. Throws when it is damaged. */
export async function* linesOfGzip(
  handle: FileHandle,
  budget: ReadBudget,
  progress: Progress,
): AsyncGenerator<string[]> {
  const plain = createGunzip()
  const source = handle.createReadStream({ autoClose: false, start: 0 })
  source.on('error', (error) => plain.destroy(error))
  source.pipe(plain)
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const piece of plain) {
      const chunk = asBuffer(piece)
      budget.bytes -= chunk.length
      const text = Buffer.concat([rest, chunk])
      const batch: string[] = []
      let start = 0
      for (let at = text.indexOf(LF); at >= 0; at = text.indexOf(LF, start)) {
        batch.push(decode(text.subarray(start, at)))
        start = at + 1
      }
      rest = text.subarray(start, start + MAX_LINE)
      yield batch
      if (budget.bytes <= 0 || budget.over()) return
    }
    if (rest.length > 0) yield [decode(rest)]
    progress.whole = true
  } finally {
    source.destroy()
    plain.destroy()
  }
}

function asBuffer(piece: unknown): Buffer {
  return piece instanceof Uint8Array ? Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength) : Buffer.alloc(0)
}

function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, MAX_LINE))
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
