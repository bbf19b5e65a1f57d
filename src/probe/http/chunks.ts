export interface Decoded {
  data: Buffer[]
  /** The last chunk and the end of the trailers came. */
  done: boolean
  /** What stands where a chunk's size should is none. */
  wrong: boolean
}

/** Longest line of a chunk's size with extensions, or of a trailer. */
const LINE_LIMIT = 8192

/** Decodes `Transfer-Encoding: chunked` (RFC 9112 7.1) as it comes. */
export class ChunkDecoder {
  #part: 'size' | 'data' | 'end' | 'trailer' = 'size'
  #line = ''
  #left = 0

  push(bytes: Buffer): Decoded {
    const decoded: Decoded = { data: [], done: false, wrong: false }
    let at = 0
    while (at < bytes.length && !decoded.done && !decoded.wrong) {
      if (this.#part === 'data') {
        const part = bytes.subarray(at, at + this.#left)
        decoded.data.push(part)
        this.#left -= part.length
        at += part.length
        if (this.#left === 0) this.#part = 'end'
        continue
      }
      const end = bytes.indexOf(0x0a, at)
      const behind = end < 0 ? bytes.length : end + 1
      this.#line += bytes.toString('latin1', at, Math.min(behind, at + LINE_LIMIT + 1))
      at = behind
      if (this.#line.length > LINE_LIMIT) decoded.wrong = true
      else if (end >= 0) this.#takeLine(decoded)
    }
    return decoded
  }

  #takeLine(decoded: Decoded): void {
    const line = this.#line.trim()
    this.#line = ''
    if (this.#part === 'end') {
      if (line !== '') decoded.wrong = true
      this.#part = 'size'
    } else if (this.#part === 'trailer') {
      decoded.done = line === ''
    } else {
      const size = /^([0-9a-fA-F]{1,12})\s*(?:;|$)/.exec(line)
      if (!size) {
        decoded.wrong = true
        return
      }
      this.#left = Number.parseInt(size[1] ?? '', 16)
      this.#part = this.#left === 0 ? 'trailer' : 'data'
    }
  }
}
