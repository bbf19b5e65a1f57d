import type { Part } from './rule.ts'

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
/** A key of 16,384 bits is 13 KB; each line may have a log's stamp in front. */
const LONGEST = 64 * 1024
/** The end of a line of a key: base64, or a header of an encrypted one. */
const KEY_LINE =
  /(?:^|[\s:|>"'\\n])(?:[A-Za-z0-9+/=]{8,}|(?:Proc-Type|DEK-Info|Comment|Version|Charset): ?[^\s]+)[\s"',\\]*$/

/**
 * Takes private keys out of a text: whole blocks, and what is left of one whose beginning or end was
 * cut off. The markers stay, so that it can be seen that there was a key. Null when there is none.
 */
export function privateKeyParts(text: string): Part[] | null {
  if (!text.includes('PRIVATE KEY')) return null
  const begins = [...text.matchAll(BEGIN)].map((match) => match.index + match[0].length)
  const ends = [...text.matchAll(END)].map((match) => ({ at: match.index, after: match.index + match[0].length }))
  const parts: Part[] = []
  let at = 0
  const hide = (from: number, to: number) => {
    if (from < at || to <= from || text.slice(from, to).trim() === '') return
    parts.push(text.slice(at, from), { secret: text.slice(from, to) })
    at = to
  }
  let nextBegin = 0
  for (const end of [...ends, { at: text.length, after: text.length }]) {
    let opened = -1
    while (nextBegin < begins.length && (begins[nextBegin] ?? 0) <= end.at) {
      if (opened >= 0) hide(opened, cutOffEnd(text, opened))
      opened = begins[nextBegin] ?? 0
      nextBegin += 1
    }
    const real = end.at < text.length
    if (opened >= 0 && real && end.at - opened <= LONGEST) hide(opened, end.at)
    else {
      if (opened >= 0) hide(opened, cutOffEnd(text, opened))
      if (real) hide(Math.max(at, cutOffBegin(text, end.at)), end.at)
    }
  }
  return parts.length === 0 ? null : [...parts, text.slice(at)]
}

/** Where a key that has no end stops: the rest of its first line, and each following line that ends like one of a key. */
function cutOffEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST)
  let at = from + (/^[A-Za-z0-9+/=\\nr ]*/.exec(text.slice(from, limit))?.[0].length ?? 0)
  while (at < limit && (text[at] === '\n' || text[at] === '\r')) {
    const next = text.indexOf('\n', text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1)
    const lineEnd = next < 0 || next > limit ? limit : next
    const line = text.slice(at, lineEnd).slice(-400)
    if (!KEY_LINE.test(line) && line.trim() !== '') break
    at = lineEnd
  }
  return at
}

/** Where a key that has no beginning starts: the lines in front of its end that end like one of a key. */
function cutOffBegin(text: string, end: number): number {
  const limit = Math.max(0, end - LONGEST)
  let at = end
  while (at > limit) {
    const before = text.lastIndexOf('\n', at - 2)
    const lineStart = Math.max(before + 1, limit)
    const line = text.slice(lineStart, at).slice(-400)
    if (!KEY_LINE.test(line)) break
    at = lineStart
  }
  return at
}
