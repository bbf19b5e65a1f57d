/**
 * Collects a stream of bytes in bounded memory: the first half of the limit and the last half are
 * kept, what lies between is only counted. Pushing costs the length of the chunk, however small it is.
 */
export class HeadTail {
  #head = Buffer.alloc(0)
  #headBytes = 0
  /** A ring: once full, the oldest byte stands at `#tailAt`. */
  #tail = Buffer.alloc(0)
  #tailBytes = 0
  #tailAt = 0
  #seen = 0
  readonly #half: number

  /** `maxBytes`: the most that is kept in all. */
  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2))
  }

  /** Bytes seen so far, kept or not. */
  get seen(): number {
    return this.#seen
  }

  /** Bytes that are not kept. */
  get dropped(): number {
    return this.#seen - this.#headBytes - this.#tailBytes
  }

  push(chunk: Buffer): void {
    this.#seen += chunk.length
    const forHead = chunk.subarray(0, this.#half - this.#headBytes)
    if (forHead.length > 0) {
      this.#growHead(this.#headBytes + forHead.length)
      forHead.copy(this.#head, this.#headBytes)
      this.#headBytes += forHead.length
    }
    const forTail = chunk.subarray(forHead.length)
    if (forTail.length > 0) this.#pushTail(forTail.subarray(-this.#half))
  }

  /**
   * What was kept, as text; invalid UTF-8 becomes U+FFFD. Where something was dropped, a line of its
   * own says so, and the half lines on both sides of it go too, so that every other line is one that
   * the program really wrote.
   */
  text(): string {
    const head = this.#head.subarray(0, this.#headBytes)
    const newest = this.#tail.subarray(0, this.#tailAt)
    const oldest = this.#tailBytes === this.#half ? this.#tail.subarray(this.#tailAt) : Buffer.alloc(0)
    if (this.dropped === 0) return decode(head, oldest, newest)
    const begin = decode(head)
    const end = decode(oldest, newest)
    const beginEnds = begin.lastIndexOf('\n') + 1
    const kept = beginEnds > 0 ? begin.slice(0, beginEnds) : `${begin}\n`
    return `${kept}… ${this.dropped} bytes left out …\n${end.slice(end.indexOf('\n') + 1)}`
  }

  #growHead(needed: number): void {
    if (needed <= this.#head.length) return
    const grown = Buffer.alloc(Math.min(this.#half, Math.max(needed, this.#head.length * 2, 4096)))
    this.#head.copy(grown)
    this.#head = grown
  }

  #pushTail(chunk: Buffer): void {
    if (this.#tail.length === 0) this.#tail = Buffer.alloc(this.#half)
    const first = chunk.subarray(0, this.#half - this.#tailAt)
    const wrapped = chunk.subarray(first.length)
    first.copy(this.#tail, this.#tailAt)
    wrapped.copy(this.#tail, 0)
    this.#tailAt = (this.#tailAt + chunk.length) % this.#half
    this.#tailBytes = Math.min(this.#half, this.#tailBytes + chunk.length)
  }
}

function decode(...parts: Buffer[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(parts))
}
