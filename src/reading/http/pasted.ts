import { responseInHar } from './har.ts'
import { parseHead, parseStatusLine } from './head.ts'

/** The colours that `curl -i` gives the names of headers on a terminal. */
const COLOURS = /\u001b\[[0-9;]{0,20}m/g
/** curl's progress meter; what curl then says, or what came, stands behind it on the same line. */
const METER =
  /^ *[0-9]{1,3} +[0-9.]+[kMGTP]? +[0-9]{1,3} +[ 0-9.kMGTPdhm:-]{20,100}(?:--:--:--|[0-9]{1,3}:[0-9]{2}:[0-9]{2}) +[0-9.]+[kMGTP]?(?=$|[^0-9.kMGTP])/
/** Where a body does not end in a line feed, curl's next words stand right behind it. */
const BEHIND_BODY = /\* (?:Connection #[0-9]+ to host [^ ]{1,253} left intact|Closing connection #?-?[0-9]+)$/
const MOST_HOPS = 50

/**
 * People paste what they see: a prompt, curl's progress, `curl -v` with the head behind `< `, or several
 * answers after `-L`. Gives the last response as `curl -i` would have printed it; text without one comes back as it is.
 */
export function unverbose(text: string): string {
  const plain = text.replace(COLOURS, '')
  const recorded = responseInHar(plain)
  if (recorded !== null) return recorded
  const lines = withoutIndent(plain.split('\n').flatMap(withoutMeter))
  if (lines.some((line) => line.startsWith('< HTTP/'))) return fromVerbose(lines)
  const start = lines.findIndex((line) => parseStatusLine(line.replace(/\r+$/, '')) !== null)
  if (start < 0) return plain.trimStart()
  const answers = lines.slice(start).filter((line) => !/^curl: \([0-9]{1,3}\) /.test(line))
  return lastAnswer(ended(answers.join('\n')))
}

/** `wget -S` sets heads two blanks in, and what follows them not. */
function withoutIndent(lines: string[]): string[] {
  let inHead = false
  return lines.map((line) => {
    inHead = /^ {2}HTTP\/[0-9]/.test(line) || (inHead && line.startsWith('  '))
    return inHead ? line.slice(2) : line
  })
}

/** The last header was pasted whole, though the line feed behind it was not. */
function ended(out: string): string {
  return out.endsWith('\n') || parseHead(out)?.whole ? out : `${out}\n`
}

function fromVerbose(lines: readonly string[]): string {
  const head: string[] = []
  const body: string[] = []
  let inBody = false
  let wordsBehind = false
  for (const line of lines) {
    const marked = line.startsWith('< ') || /^<\r*$/.test(line)
    if (marked && line.startsWith('< HTTP/')) {
      head.length = 0
      body.length = 0
      inBody = false
    }
    if (marked && !inBody) {
      const shown = line.slice(2).replace(/\r+$/, '')
      inBody = shown === ''
      if (!inBody) head.push(shown)
    } else if (inBody && !isCurls(line)) {
      wordsBehind ||= BEHIND_BODY.test(line)
      body.push(line.replace(BEHIND_BODY, ''))
    }
  }
  // The line feed behind curl's words is none of the body's.
  if (wordsBehind && body.at(-1) === '') body.pop()
  const rest = body.join('\n')
  // With -i too, what came stands there once more.
  if (parseHead(rest)?.whole) return lastAnswer(rest)
  return inBody ? `${head.join('\n')}\n\n${rest}` : ended(head.join('\n'))
}

/** With `-L` every answer is printed, and a proxy's to CONNECT: the last one is the answer. */
function lastAnswer(out: string): string {
  let last = out
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const head = parseHead(last)
    if (!head?.whole || !head.body.startsWith('HTTP/') || parseHead(head.body) === null) return last
    const redirect = [301, 302, 303, 307, 308].includes(head.status)
    if (!redirect && !/^connection established$/i.test(head.reason)) return last
    last = head.body
  }
  return last
}

function withoutMeter(line: string): string[] {
  const shown = line.replace(/\r{1,10}$/, '')
  const last = shown.slice(shown.lastIndexOf('\r') + 1)
  const meter = METER.exec(last.slice(0, 300))
  if (meter === null) return [line]
  const rest = last.slice(meter[0].length)
  return rest === '' ? [] : [rest]
}

function isCurls(line: string): boolean {
  return /^(?:\* |[{}] \[[0-9]+ bytes data\]|curl: \(|> )/.test(line)
}
