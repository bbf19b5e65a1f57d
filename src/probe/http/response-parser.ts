import { headAt, headerValue, parseStatusLine, type ResponseHead } from '../../reading/http/head.ts'
import { ChunkDecoder } from './chunks.ts'
import { BODY_KEPT, BODY_READ } from './exchange.ts'

/** curl's limit too (lib/http.h, MAX_HTTP_RESP_HEADER_SIZE). */
const HEAD_LIMIT = 300 * 1024
const FIRST_BYTES = 256

/** Where a response stands. `exitcode` and `errormsg` are curl's for the same thing. */
export type ParserState = { done: false } | Ended
export type Ended = { done: true; exitcode: number; errormsg: string; flood?: boolean }

const MORE: ParserState = { done: false }
const WHOLE: Ended = { done: true, exitcode: 0, errormsg: '' }

/** Takes an HTTP/1 response apart as its bytes come, as forgiving as curl; memory and time are bounded and linear. */
export class ResponseParser {
  /** The head so far: it grows by doubling, so that single bytes cost no more than whole packets. */
  #pending = Buffer.alloc(4096)
  #pendingBytes = 0
  /** Where to look for the end of the head: never twice at the same place. */
  #searched = 0
  #first: Buffer = Buffer.alloc(0)
  #head: ResponseHead | null = null
  #headText = ''
  #body: Buffer[] = []
  #kept = 0
  #bodyBytes = 0
  /** Bytes still to come; null when the end of the connection ends the body. */
  #left: number | null = null
  #chunks: ChunkDecoder | null = null

  get head(): ResponseHead | null {
    return this.#head
  }

  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /** Bytes of the head, those of interim answers included as curl counts them; -1 before it is whole. */
  get headBytes(): number {
    return this.#head === null ? -1 : Buffer.byteLength(this.#headText, 'utf8')
  }

  get leftOut(): number {
    return this.#bodyBytes - this.#kept
  }

  get firstBytes(): Buffer {
    return this.#first
  }

  /** Head and body as text, as `curl -i` prints them. */
  text(): string {
    const pending = this.#head === null ? this.#pending.subarray(0, Math.min(this.#pendingBytes, BODY_KEPT)) : ''
    return this.#headText + pending.toString() + Buffer.concat(this.#body).toString('utf8')
  }

  push(chunk: Buffer): ParserState {
    if (this.#first.length < FIRST_BYTES) {
      this.#first = Buffer.concat([this.#first, chunk.subarray(0, FIRST_BYTES - this.#first.length)])
    }
    return this.#head === null ? this.#pushHead(chunk) : this.#pushBody(chunk)
  }

  /** The other side closed the connection. */
  end(): ParserState {
    if (this.#head === null) {
      const nothingYet = this.#pendingBytes === 0 && (this.#first.length === 0 || this.#headText !== '')
      if (nothingYet) return failed(52, 'Empty reply from server')
      if (!startsLikeHttp(this.#first) || this.#first.length < 12)
        return failed(1, 'Received HTTP/0.9 when not allowed')
      return failed(18, 'transfer closed in the middle of the response head')
    }
    if (this.#chunks) return failed(18, 'transfer closed with outstanding read data remaining')
    if (this.#left === null) return WHOLE
    return failed(18, `transfer closed with ${this.#left} bytes remaining to read`)
  }

  #pushHead(chunk: Buffer): ParserState {
    this.#append(chunk)
    if (!startsLikeHttp(this.#first)) return failed(1, 'Received HTTP/0.9 when not allowed')
    const all = this.#pending.subarray(0, this.#pendingBytes)
    const end = endOfHead(all, Math.max(0, this.#searched - 3))
    this.#searched = all.length
    if (end < 0) return all.length > HEAD_LIMIT ? failed(56, 'Too large response headers') : MORE
    return this.#takeHead(all, end)
  }

  #append(chunk: Buffer): void {
    const needed = this.#pendingBytes + chunk.length
    if (needed > this.#pending.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#pending.length * 2))
      this.#pending.copy(larger, 0, 0, this.#pendingBytes)
      this.#pending = larger
    }
    chunk.copy(this.#pending, this.#pendingBytes)
    this.#pendingBytes = needed
  }

  #takeHead(all: Buffer, end: number): ParserState {
    const text = all.subarray(0, end).toString('utf8')
    const head = headAt(text, 0)
    if (head === null) return failed(1, 'Unsupported HTTP version in response')
    this.#headText += text
    const rest = Buffer.from(all.subarray(end))
    if (head.status < 200 && head.status !== 101) {
      this.#pendingBytes = 0
      this.#searched = 0
      return rest.length > 0 ? this.#pushHead(rest) : MORE
    }
    this.#head = { ...head, body: '' }
    const wrong = text
      .split(/\r?\n/)
      .slice(1)
      .find((line) => line !== '' && !/^[ \t]|:/.test(line))
    if (wrong !== undefined && parseStatusLine(wrong) === null) return failed(8, 'Header without colon')
    if (head.headers.some(({ value }) => value.includes('\0'))) return failed(8, 'Nul byte in header')
    return this.#frame(head, rest)
  }

  #frame(head: ResponseHead, rest: Buffer): ParserState {
    const length = headerValue(head.headers, 'content-length')
    if (head.status === 204 || head.status === 304 || head.status === 101) return WHOLE
    if (/(?:^|,)\s*chunked\s*$/i.test(headerValue(head.headers, 'transfer-encoding').slice(-64))) {
      this.#chunks = new ChunkDecoder()
    } else if (length !== '') {
      if (!/^[0-9]{1,15}$/.test(length)) return failed(8, 'Invalid Content-Length: value')
      this.#left = Number(length)
      if (this.#left === 0) return WHOLE
    }
    return rest.length > 0 ? this.#pushBody(rest) : MORE
  }

  #pushBody(chunk: Buffer): ParserState {
    if (this.#chunks) {
      const decoded = this.#chunks.push(chunk)
      for (const part of decoded.data) this.#keep(part)
      if (decoded.wrong) return failed(56, 'Illegal or missing hexadecimal sequence in chunked-encoding')
      if (decoded.done) return WHOLE
    } else {
      const part = this.#left === null ? chunk : chunk.subarray(0, this.#left)
      this.#keep(part)
      if (this.#left !== null) {
        this.#left -= part.length
        if (this.#left === 0) return WHOLE
      }
    }
    return this.#bodyBytes > BODY_READ ? { ...WHOLE, flood: true } : MORE
  }

  #keep(part: Buffer): void {
    this.#bodyBytes += part.length
    const kept = part.subarray(0, Math.max(0, BODY_KEPT - this.#kept))
    if (kept.length === 0) return
    this.#body.push(kept)
    this.#kept += kept.length
  }
}

function failed(exitcode: number, errormsg: string): ParserState {
  return { done: true, exitcode, errormsg }
}

function startsLikeHttp(bytes: Buffer): boolean {
  return 'HTTP/'.startsWith(bytes.subarray(0, 5).toString('latin1'))
}

/** The position behind the blank line, -1 when it has not come. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3
  }
  return -1
}
