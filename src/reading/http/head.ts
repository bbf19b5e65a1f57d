/** A response's head and where its body begins. */
export interface ResponseHead {
  status: number
  reason: string
  version: string
  headers: { name: string; value: string }[]
  /** The blank line after the headers came: the head is whole. */
  whole: boolean
  /** What follows the head, as it came. */
  body: string
}

const MOST_HEADERS = 200

/**
 * Reads the final response's head from what a client printed (`curl -i`): interim answers (1xx) are
 * passed over. Line ends may be `\r\n` or, in pasted text, `\n`. Null when the text does not begin with a
 * status line, and when only interim answers came.
 */
export function parseHead(out: string): ResponseHead | null {
  let from = 0
  for (;;) {
    const head = headAt(out, from)
    if (head === null) return null
    if (head.status >= 200 || head.status === 101 || !head.whole) return head
    const next = out.length - head.body.length
    if (!out.startsWith('HTTP/', next)) return null
    from = next
  }
}

/** The one head that begins at a place of the text, an interim answer's too. */
export function headAt(out: string, from: number): ResponseHead | null {
  let at = from
  const nextLine = (): string | null => {
    const end = out.indexOf('\n', at)
    if (end < 0) return null
    const line = out.slice(at, out.charAt(end - 1) === '\r' && end > at ? end - 1 : end)
    at = end + 1
    return line
  }
  const lastLine = out.slice(from, from + 512)
  const first = nextLine() ?? (lastLine.includes('\n') ? '' : lastLine)
  const status = parseStatusLine(first)
  if (status === null) return null
  const headers: { name: string; value: string }[] = []
  for (let line = nextLine(); line !== null; line = nextLine()) {
    if (line === '') return { ...status, headers, whole: true, body: out.slice(at) }
    const last = headers.at(-1)
    if ((line.startsWith(' ') || line.startsWith('\t')) && last) {
      if (last.value.length < 65536) last.value = `${last.value} ${line.trim()}`
      continue
    }
    const colon = line.indexOf(':')
    if (colon > 0 && headers.length < MOST_HEADERS) {
      headers.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() })
    }
  }
  return { ...status, headers, whole: false, body: '' }
}

/** `HTTP/1.1 502 Bad Gateway`; HTTP/2 has no reason. Null for anything else. */
export function parseStatusLine(line: string): { version: string; status: number; reason: string } | null {
  const match = /^HTTP\/([0-9](?:\.[0-9])?) +([0-9]{3})(?: ([^\r\n]*))?\r?$/.exec(line.slice(0, 1024))
  if (!match) return null
  return { version: match[1] ?? '', status: Number(match[2]), reason: (match[3] ?? '').trim() }
}

/** The first value of a header, '' when it is not there. */
export function headerValue(headers: readonly { name: string; value: string }[], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? ''
}
