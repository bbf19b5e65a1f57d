/** More of one line than this (in UTF-16 units) is not kept: no output of a probe is one line of 8 MB. */
const LONGEST_LINE = 8 * 1024 * 1024

/** Takes text as it comes apart into lines. */
export interface Splitter {
  /** The lines that this text completes, without their ends. */
  add(text: string): string[]
  /** What came after the last end of a line, when nothing more comes; null for nothing. */
  end(): string | null
  /** Takes back the last character of an unfinished line; false where there is none. */
  erase(): boolean
}

/** Lines end with `\n`, `\r\n` or, from a terminal whose keys come one by one, `\r`. */
export function createSplitter(): Splitter {
  let parts: string[] = []
  let length = 0
  /** The last text ended with `\r`: a `\n` that follows belongs to it. */
  let halfEnd = false

  return {
    add(text) {
      const lines: string[] = []
      let from = halfEnd && text.startsWith('\n') ? 1 : 0
      if (text !== '') halfEnd = false
      for (let at = next(text, from); at >= 0; at = next(text, from)) {
        keep(text.slice(from, at))
        lines.push(taken())
        if (text[at] === '\r' && at + 1 === text.length) halfEnd = true
        from = at + (text.startsWith('\r\n', at) ? 2 : 1)
      }
      keep(text.slice(from))
      return lines
    },
    end: () => (length === 0 ? null : taken()),
    erase() {
      if (length === 0) return false
      const line = taken()
      // A character of two units goes whole.
      keep(line.replace(/.$/su, ''))
      return true
    },
  }

  function keep(text: string) {
    const kept = text.slice(0, LONGEST_LINE - length)
    if (kept === '') return
    parts.push(kept)
    length += kept.length
  }

  function taken(): string {
    const line = parts.join('')
    parts = []
    length = 0
    return line
  }
}

function next(text: string, from: number): number {
  const feed = text.indexOf('\n', from)
  const carriage = text.indexOf('\r', from)
  return feed < 0 ? carriage : carriage < 0 ? feed : Math.min(feed, carriage)
}
