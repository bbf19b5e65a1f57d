import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Automaton, createAutomaton } from '../../../src/reading/explain/automaton.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** Every word that ends somewhere in a text, as index and place behind it. */
function walk({ table, classes, classOf, first, words }: Automaton, text: Uint8Array): [number, number][] {
  const found: [number, number][] = []
  let state = 0
  for (const [at, byte] of text.entries()) {
    state = table[state * classes + (classOf[byte] ?? 0)] ?? 0
    for (let w = first[state] ?? 0; w < (first[state + 1] ?? 0); w += 1) found.push([words[w] ?? -1, at + 1])
  }
  return found
}

/** The same by looking for each word at each place. */
function plainly(list: readonly string[], text: string): [number, number][] {
  const found: [number, number][] = []
  for (let end = 1; end <= text.length; end += 1) {
    for (const [index, word] of list.entries()) {
      if (word !== '' && text.slice(0, end).endsWith(word)) found.push([index, end])
    }
  }
  return found
}

const sorted = (found: [number, number][]) => found.map(([word, at]) => `${at}:${word}`).sort()

describe('words in a stream of bytes', () => {
  it.each<[string[], string, string[]]>([
    [['he', 'she', 'his', 'hers'], 'ushers', ['4:0', '4:1', '6:3']],
    [['aa'], 'aaaa', ['2:0', '3:0', '4:0']],
    [['abcd', 'bc'], 'abce', ['3:1']],
    [['x', 'x'], 'axa', ['2:0', '2:1']],
    [[], 'nothing', []],
    [[''], 'nothing', []],
    [['é'], 'café', ['5:0']],
    [['\u0000'], 'a\u0000b', ['2:0']],
  ])('%j in %j', (list, text, want) => {
    expect(sorted(walk(createAutomaton(list.map(bytes)), bytes(text)))).toEqual(want)
  })

  it('finds what a plain search finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 40 }),
        (list, text) => {
          expect(sorted(walk(createAutomaton(list.map(bytes)), bytes(text)))).toEqual(sorted(plainly(list, text)))
        },
      ),
    )
  })

  it('refuses more words than its table can hold', () => {
    expect(() => createAutomaton([new Uint8Array(70_000).fill(65)])).toThrow(RangeError)
  })

  it('holds all 256 bytes', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(walk(createAutomaton([all]), all)).toEqual([[0, 256]])
  })
})
