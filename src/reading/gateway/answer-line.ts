/** One answer as a gateway wrote it down: one line a request, whoever's format it is. */
export interface AnswerLine {
  /** ms since 1970, UTC, when the answer was complete. */
  at: number
  client: string
  host: string
  path: string
  agent: string
  status: number
  /** Id of the signature of how its upstream failed; '' where the gateway tells of no failure of its own. */
  failure: string
  /** What it says of that, in its own words. */
  message: string
  /** Where it sent the request: `host:port` or a URL; '' for nowhere. */
  upstream: string
}

/** Reads one line; undefined where it has not this form. */
export type AnswerParser = (line: string) => AnswerLine | undefined

/** The text of a journal's entry (`journalctl -o json`), or the line itself. */
export function bareLine(line: string): string {
  if (!line.startsWith('{"')) return line
  try {
    const entry: unknown = JSON.parse(line)
    const said = typeof entry === 'object' && entry !== null && 'MESSAGE' in entry ? entry.MESSAGE : undefined
    return typeof said === 'string' ? said : line
  } catch {
    return line
  }
}
