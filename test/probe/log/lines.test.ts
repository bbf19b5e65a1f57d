import { writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesFromEnd, linesOfGzip } from '../../../src/probe/log/lines.ts'
import { folder } from './support.ts'

interface Given {
  lines: string[]
  whole: boolean
  /** What is left of the budget. */
  bytes: number
}

async function gathered(
  content: string | Buffer,
  read: (handle: FileHandle, size: number) => { batches: AsyncGenerator<string[]>; done: () => Omit<Given, 'lines'> },
): Promise<Given> {
  const path = join(folder(), 'file')
  const bytes = Buffer.from(content)
  writeFileSync(path, bytes)
  const handle = await open(path, 'r')
  try {
    const { batches, done } = read(handle, bytes.length)
    const lines: string[] = []
    for await (const batch of batches) for (const line of batch) lines.push(line)
    return { lines, ...done() }
  } finally {
    await handle.close()
  }
}

const over = () => false

/** The lines of a file, from its end. */
function backward(content: string | Buffer, most = 1 << 30, ends = over): Promise<Given> {
  return gathered(content, (handle, size) => {
    const budget = { bytes: most, over: ends }
    const progress = { whole: false }
    const batches = linesFromEnd(handle, size, budget, progress)
    return { batches, done: () => ({ whole: progress.whole, bytes: budget.bytes }) }
  })
}

/** The lines of a gzip file, from its beginning. */
function packed(content: Buffer, most = 1 << 30, ends = over): Promise<Given> {
  return gathered(content, (handle) => {
    const budget = { bytes: most, over: ends }
    const progress = { whole: false }
    const batches = linesOfGzip(handle, budget, progress)
    return { batches, done: () => ({ whole: progress.whole, bytes: budget.bytes }) }
  })
}

describe('the lines of a file, newest first', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb\n', ['b', 'a']],
    ['a\nb', ['b', 'a']],
    ['\n', ['']],
    ['\n\n', ['', '']],
    ['\na\n', ['a', '']],
    ['a\n\nb\n', ['b', '', 'a']],
    ['a\r\nb\r\n', ['b', 'a']],
    ['a\r\r\n', ['a\r']],
    ['a\rb\n', ['a\rb']],
    ['grün 日本 🙂\nb\n', ['b', 'grün 日本 🙂']],
    ['\u0000\u0000\na\n', ['a', '\u0000\u0000']],
  ])('%j', async (text, lines) => {
    expect(await backward(text)).toMatchObject({ lines, whole: true })
  })

  it.each([255, 256, 257, 511, 512, 513])('a line feed around the border of a chunk, at %i KB', async (kilobytes) => {
    for (const shift of [-1, 0, 1]) {
      const length = kilobytes * 1024 + shift
      const parts = Array.from({ length: Math.ceil(length / 50_000) }, (_, i) =>
        'z'.repeat(Math.min(50_000, length - i * 50_000)),
      )
      const { lines, whole } = await backward(`first\nsecond\n${parts.join('\n')}\n`)
      expect(lines.slice(-2)).toEqual(['second', 'first'])
      expect(lines.slice(0, -2).toReversed()).toEqual(parts)
      expect(whole).toBe(true)
    }
  })

  it('characters of several bytes on the border of two chunks stay whole', async () => {
    const line = `${'€'.repeat(100)}\n`
    const { lines } = await backward(line.repeat(2000))
    expect(new Set(lines)).toEqual(new Set(['€'.repeat(100)]))
    expect(lines).toHaveLength(2000)
  })

  it('a line is cut at 64 KB, its beginning stays, and its neighbours are untouched', async () => {
    for (const length of [65_536, 65_537, 300_000, 1_200_000]) {
      const { lines } = await backward(`before\nB${'x'.repeat(length - 1)}\nafter\n`)
      expect(lines.map((line) => line.length)).toEqual([5, 65_536, 6])
      expect(lines[1]?.startsWith('Bx')).toBe(true)
    }
  })

  it('one line without any line feed, larger than all chunks', async () => {
    const { lines, whole } = await backward(`B${'y'.repeat(1_000_000)}`)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toHaveLength(65_536)
    expect(lines[0]?.[0]).toBe('B')
    expect(whole).toBe(true)
  })

  it('reads no more bytes than it may, and says that this is not all', async () => {
    const { lines, whole, bytes } = await backward('aaaa\nbbbb\ncccc\n', 7)
    expect(lines).toEqual(['cccc'])
    expect({ whole, bytes }).toEqual({ whole: false, bytes: 0 })
  })

  it('with just enough bytes it is all', async () => {
    expect(await backward('aaaa\nbbbb\n', 10)).toEqual({ lines: ['bbbb', 'aaaa'], whole: true, bytes: 0 })
    expect(await backward('aaaa\nbbbb\n', 0)).toEqual({ lines: [], whole: false, bytes: 0 })
  })

  it('ends when it is told to', async () => {
    let asked = 0
    const { lines, whole } = await backward('x\n'.repeat(400_000), 1 << 30, () => ++asked > 2)
    expect(lines.length).toBeGreaterThan(100_000)
    expect(lines.length).toBeLessThan(400_000)
    expect(whole).toBe(false)
  })

  it('a file that is shorter than it was gives what there was, and is not whole', async () => {
    const path = join(folder(), 'file')
    writeFileSync(path, 'a\nb\n')
    const handle = await open(path, 'r')
    const progress = { whole: false }
    const lines: string[] = []
    for await (const batch of linesFromEnd(handle, 400, { bytes: 1000, over }, progress)) lines.push(...batch)
    await handle.close()
    expect(lines).toEqual([])
    expect(progress.whole).toBe(false)
  })

  it('are what splitting the text gives, in any text', async () => {
    const piece = fc.constantFrom('\n', '\r\n', 'a', '\u0000', 'ü', 'x'.repeat(70))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        const text = pieces.join('')
        const expected = text === '' ? [] : text.replace(/\n$/, '').split('\n')
        const { lines } = await backward(text)
        expect(lines.toReversed()).toEqual(expected.map((line) => line.replace(/\r$/, '')))
      }),
      { numRuns: 60 },
    )
  })
})

describe('the lines of a packed file, oldest first', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\nb\n', ['a', 'b']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['grün\n', ['grün']],
  ])('%j', async (text, lines) => {
    expect(await packed(gzipSync(text))).toMatchObject({ lines, whole: true })
  })

  it('of several members, as `gzip >>` and logrotate’s compression in parts leave them', async () => {
    const { lines, whole } = await packed(Buffer.concat([gzipSync('a\nb'), gzipSync('c\nd\n'), gzipSync('e\n')]))
    expect(lines).toEqual(['a', 'bc', 'd', 'e'])
    expect(whole).toBe(true)
  })

  it('a line is cut at 64 KB', async () => {
    const { lines } = await packed(gzipSync(`a\nB${'x'.repeat(500_000)}\nc\n`))
    expect(lines.map((line) => line.length)).toEqual([1, 65_536, 1])
  })

  it('what unpacks to far more than it may ends early: a bomb costs no more than the budget and a chunk', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'boom\n'))
    expect(bomb.length).toBeLessThan(200_000)
    const { lines, whole, bytes } = await packed(bomb, 100_000)
    expect(whole).toBe(false)
    expect(bytes).toBeGreaterThan(-200_000)
    expect(lines.length).toBeLessThan(60_000)
  })

  it('ends when it is told to', async () => {
    expect(await packed(gzipSync('x\n'.repeat(500_000)), 1 << 30, () => true)).toMatchObject({ whole: false })
  })

  it.each([
    ['no gzip at all', Buffer.from('plain text\n')],
    ['cut in the middle', gzipSync('line\n'.repeat(10_000)).subarray(0, 60)],
    ['cut before its checksum', gzipSync('line\n').subarray(0, -4)],
    ['damaged in its checksum', Buffer.concat([gzipSync('line\n').subarray(0, -8), Buffer.alloc(8, 7)])],
  ])('%s: it throws, for the caller to tell', async (_, content) => {
    await expect(packed(content)).rejects.toThrow()
  })

  it('an empty file is no gzip, and nothing is in it', async () => {
    const given = await packed(Buffer.alloc(0)).catch(() => 'thrown')
    expect(given === 'thrown' || (typeof given === 'object' && given.lines.length === 0)).toBe(true)
  })
})
