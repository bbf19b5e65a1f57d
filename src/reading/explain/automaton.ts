/**
 * Finds which of many words stand in a stream of bytes, in one pass and in time that does not depend on how many words there
 * are (Aho and Corasick, 1975, as one table of states). The table is made for bytes: most of a log is never decoded.
 */
export interface Automaton {
  /** `table[state * classes + classOf[byte]]` is the next state; 0 is the first. */
  table: Uint16Array
  classes: number
  classOf: Uint8Array
  /** Per state: where its words begin in `words`, and one past where they end. */
  first: Uint32Array
  /** Indexes of the given list, grouped by state. */
  words: Uint32Array
}

const MOST_STATES = 0xffff

/** Makes the table for words as bytes. Throws a RangeError where they have more than 65,535 bytes together. */
export function createAutomaton(list: readonly Uint8Array[]): Automaton {
  const classOf = new Uint8Array(256)
  let classes = 1
  let bytes = 0
  for (const word of list) {
    bytes += word.length
    for (const byte of word) if (classOf[byte] === 0) classOf[byte] = classes++
  }
  if (bytes >= MOST_STATES) throw new RangeError(`the words have ${bytes} bytes together: at most ${MOST_STATES - 1}`)
  const table = new Uint16Array((bytes + 1) * classes)
  const found: number[][] = [[]]
  for (const [index, word] of list.entries()) {
    if (word.length === 0) continue
    let state = 0
    for (const byte of word) {
      const at = state * classes + (classOf[byte] ?? 0)
      if (table[at] === 0) table[at] = found.push([]) - 1
      state = table[at] ?? 0
    }
    found[state]?.push(index)
  }
  fillGaps(table, classes, found)
  return { table, classes, classOf, ...flat(found) }
}

/** Breadth first: where a word breaks off, its longest end that begins a word goes on. */
function fillGaps(table: Uint16Array, classes: number, found: number[][]): void {
  const fall = new Uint16Array(found.length)
  const queue: number[] = []
  for (let c = 0; c < classes; c += 1) {
    const child = table[c] ?? 0
    if (child !== 0) queue.push(child)
  }
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0
    const back = fall[state] ?? 0
    found[state]?.push(...(found[back] ?? []))
    for (let c = 0; c < classes; c += 1) {
      const at = state * classes + c
      const behind = table[back * classes + c] ?? 0
      const child = table[at] ?? 0
      if (child === 0) table[at] = behind
      else {
        fall[child] = behind
        queue.push(child)
      }
    }
  }
}

function flat(found: readonly number[][]): Pick<Automaton, 'first' | 'words'> {
  const first = new Uint32Array(found.length + 1)
  for (const [state, words] of found.entries()) first[state + 1] = (first[state] ?? 0) + words.length
  return { first, words: Uint32Array.from(found.flat()) }
}
