/** One answer that HAProxy could not read, as `show errors` tells of it: none of its bytes. */
export interface AnswerError {
  /** Local time of HAProxy as if it were UTC. */
  stamp: number
  backend: string
  server: string
  state: string
  position: number
  bytes: number
  free: number
}

const HEAD =
  /^\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})\.(\d{3})\] backend (\S{1,200}) \(#-?\d+\): invalid response$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The answers that could not be read, in the order of the text. Source: management guide, 9.3 "show errors". */
export function answerErrors(text: string): AnswerError[] {
  const found: AnswerError[] = []
  let open = false
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) open = false
    const head = HEAD.exec(line)
    if (head !== null) {
      found.push(begun(head))
      open = true
      continue
    }
    const last = found.at(-1)
    if (last === undefined || !open) continue
    last.server = /, server (\S{1,200}) \(#/.exec(line)?.[1] ?? last.server
    last.state = /H1 msg state (\w{1,40})/.exec(line)?.[1] ?? last.state
    last.free = Number(/, (\d{1,9}) free/.exec(line)?.[1] ?? last.free)
    const where = /len (\d{1,9}), wraps at \d+, error at position (-?\d{1,9})/.exec(line)
    if (where !== null) [last.bytes, last.position] = [Number(where[1]), Number(where[2])]
  }
  return found
}

function begun([, day, name = '', year, hour, minute, second, part, backend = '']: RegExpExecArray): AnswerError {
  const month = MONTHS.indexOf(name)
  const stamp = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second), Number(part))
  return { stamp, backend, server: '', state: '', position: 0, bytes: 0, free: 0 }
}

/** What the parser's own state says of an answer. Source: the names of `enum h1m_state`. */
export function kindOfError({ state, position, bytes, free }: AnswerError): string {
  if (/^MSG_RP(BEFORE|VER|CODE)/.test(state)) return 'not-http'
  if (/^MSG_(RPREASON|RPEOL|HDR|LAST_LF)/.test(state)) {
    // It stopped where the buffer was full, and not at a byte that it minds.
    return position >= bytes && free < 1024 ? 'header-too-big' : 'invalid-header'
  }
  return /^MSG_(CHUNK|DATA|TRAILERS)/.test(state) ? 'body' : 'other'
}

/** The lines of `show errors` that tell where and when: never those with bytes of an answer. */
export function withoutBytes(text: string): string {
  return text
    .split('\n')
    .filter(
      (line) =>
        /^(Total events|\[| {2}(frontend|backend|buffer|len|H1 msg state) ?)/.test(line) && !/^ {2}\d/.test(line),
    )
    .join('\n')
}
