import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFinder } from '../../../src/reading/explain/finder.ts'
import { LONGEST_LINE, LogReader } from '../../../src/reading/explain/log.ts'

const finder = createFinder(
  ['connection refused by {host:word}', 'worker {n:int} died', 'worker'].map((match, at) => ({
    id: `s${at}`,
    source: 'x',
    match,
    meaning: 'm',
    example: match,
  })),
)
const bytes = (text: string) => new TextEncoder().encode(text)

function read(...pieces: (string | Uint8Array)[]) {
  const reader = new LogReader(finder)
  for (const piece of pieces) reader.push(typeof piece === 'string' ? bytes(piece) : piece)
  const { tallies, ...rest } = reader.end()
  return {
    ...rest,
    met: Object.fromEntries(tallies.map((t) => [t.signature.id, [t.count, t.first.line, t.last.line]])),
  }
}

const LOG = 'connection refused by db\nall is well\n\nworker 7 died\r\nconnection refused by cache\nworker busy'

describe('a log is counted', () => {
  it('by what its lines mean, with the first and the last', () => {
    expect(read(LOG)).toEqual({ lines: 5, known: 4, cut: 0, met: { s0: [2, 1, 5], s1: [1, 4, 4], s2: [1, 6, 6] } })
  })

  it('with one example each, without its line end', () => {
    const reader = new LogReader(finder)
    reader.push(bytes(LOG))
    const places = reader.end().tallies.map(({ first, last }) => [first.text, last.text])
    expect(places).toEqual([
      ['connection refused by db', 'connection refused by cache'],
      ['worker 7 died', 'worker 7 died'],
      ['worker busy', 'worker busy'],
    ])
  })

  it('the same, wherever the pieces break', () => {
    const whole = read(LOG)
    const all = bytes(LOG)
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), all.length]
        const pieces = at.slice(1).map((end, i) => all.slice(at[i] ?? 0, end))
        expect(read(...pieces)).toEqual(whole)
      }),
    )
  })

  it('as nothing where nothing came', () => {
    expect(read()).toEqual({ lines: 0, known: 0, cut: 0, met: {} })
    expect(read('', '\n\n')).toEqual({ lines: 0, known: 0, cut: 0, met: {} })
  })

  it('does not keep the piece that it was given', () => {
    const piece = bytes('connection refu')
    const reader = new LogReader(finder)
    reader.push(piece)
    piece.fill(0)
    reader.push(bytes('sed by db\n'))
    expect(reader.end().tallies[0]?.first.text).toBe('connection refused by db')
  })
})

describe('odd logs', () => {
  it('binary noise, and the lines after it', () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)
    expect(read(noise, '\nworker 7 died\n')).toMatchObject({
      known: 1,
      met: { s1: [1, expect.any(Number), expect.any(Number)] },
    })
  })

  it('a line of a megabyte: its beginning counts, the rest is passed over', () => {
    const rest = 'x'.repeat(1_000_000)
    const told = read(`worker 7 died ${rest} connection refused by db\nworker 8 died\n`)
    expect(told).toEqual({ lines: 2, known: 2, cut: 1, met: { s1: [2, 1, 2] } })
  })

  it('a long line in small pieces', () => {
    const pieces = Array.from({ length: 300 }, () => 'y'.repeat(1000))
    expect(read('worker 7 died ', ...pieces, '\nworker 8 died')).toEqual({
      lines: 2,
      known: 2,
      cut: 1,
      met: { s1: [2, 1, 2] },
    })
  })

  it('a message that begins where the limit is', () => {
    expect(read(`${'z'.repeat(LONGEST_LINE - 4)}worker 7 died\n`)).toMatchObject({ known: 0, cut: 1 })
  })

  it('a word that stands on two lines is on none', () => {
    expect(read('connection refused \nby db\n')).toMatchObject({ known: 0 })
  })
})

describe('a hundred thousand lines', () => {
  const FORMS = [
    'connection refused by db',
    'worker 7 died',
    'worker busy',
    'GET /cart 200 in 3 ms',
    'cache hit for key 4711',
  ]

  it('are counted rightly', () => {
    const reader = new LogReader(finder)
    const counts = [0, 0, 0, 0, 0]
    let seed = 42
    let piece = ''
    for (let line = 0; line < 100_000; line += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648
      const form = Math.floor((seed / 2147483648) * FORMS.length)
      counts[form] = (counts[form] ?? 0) + 1
      piece += `2026-11-21T05:11:02Z host app[${line}]: ${FORMS[form]}\n`
      if (line % 997 === 0) {
        reader.push(bytes(piece))
        piece = ''
      }
    }
    reader.push(bytes(piece))
    const { lines, known, tallies } = reader.end()
    expect(lines).toBe(100_000)
    expect(known).toBe((counts[0] ?? 0) + (counts[1] ?? 0) + (counts[2] ?? 0))
    const byId = new Map(tallies.map(({ signature, count }) => [signature.id, count]))
    expect([byId.get('s0'), byId.get('s1'), byId.get('s2')]).toEqual(counts.slice(0, 3))
  })
})
