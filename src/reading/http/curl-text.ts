import type { Certificate, ErrnoWord } from './measured.ts'

/** What curl said on its way, from `-v` and its last word. Sources: curl's lib/connect.c, lib/vtls, `man curl`. */
export interface CurlText {
  /** From `curl: (7) …`; -1 when it said none. */
  exitcode: number
  /** The most telling sentence, '' when all went well. */
  errormsg: string
  errno: ErrnoWord
  connected: boolean
  /** Path of the unix socket that it connected to, or tried to; '' for TCP. */
  socket: string
  ip: string
  port: number
  certificate: Certificate
}

/** The C library's wording (LC_ALL=C) and Node's codes, to one word. */
const ERRNO_TEXTS: [string, ErrnoWord][] = [
  ['connection refused', 'refused'],
  ['no route to host', 'unreachable'],
  ['network is unreachable', 'unreachable'],
  ['host is unreachable', 'unreachable'],
  ['host is down', 'unreachable'],
  ['permission denied', 'denied'],
  ['operation not permitted', 'denied'],
  ['no such file or directory', 'missing'],
  ['not a socket', 'missing'],
  ['connection timed out', 'timeout'],
  ['operation timed out', 'timeout'],
  ['connection reset', 'reset'],
  ['broken pipe', 'reset'],
]

/** The errno that a sentence names, '' when none. */
export function errnoWord(sentence: string): ErrnoWord {
  const lower = sentence.toLowerCase()
  return ERRNO_TEXTS.find(([text]) => lower.includes(text))?.[1] ?? ''
}

/** Reads what curl wrote to stderr. Only curl's own lines (`* …` and `curl: …`) count: a server cannot forge them. */
export function readCurlText(err: string): CurlText {
  const seen: CurlText = {
    exitcode: -1,
    errormsg: '',
    errno: '',
    connected: false,
    socket: '',
    ip: '',
    port: 0,
    certificate: { subject: '', issuer: '', not_before: '', not_after: '' },
  }
  const attempts: { sentence: string; errno: ErrnoWord }[] = []
  for (const raw of err.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.startsWith('curl: (')) readLastWord(line, seen)
    else if (line.startsWith('* ')) readInfo(line.slice(2).trim(), seen, attempts)
  }
  const attempt = attempts.find((each) => each.errno === 'refused') ?? attempts.at(-1)
  if (!seen.connected && attempt) {
    seen.errno = attempt.errno
    if (seen.exitcode === 7) seen.errormsg = attempt.sentence
  } else if (seen.errno === '') {
    seen.errno = errnoWord(seen.errormsg)
  }
  return seen
}

function readLastWord(line: string, seen: CurlText): void {
  const close = line.indexOf(')')
  const code = Number(line.slice('curl: ('.length, close))
  if (close < 0 || !Number.isInteger(code)) return
  seen.exitcode = code
  seen.errormsg = line.slice(close + 1).trim()
}

function readInfo(info: string, seen: CurlText, attempts: { sentence: string; errno: ErrnoWord }[]): void {
  if (info.startsWith('Connected to ') || info.startsWith('Established connection to ')) {
    seen.connected = true
    const open = info.indexOf('(')
    const close = info.indexOf(')', open)
    const place = open > 0 && close > open ? info.slice(open + 1, close) : ''
    if (place.startsWith('/')) {
      seen.socket = place.split(' port ')[0] ?? ''
      return
    }
    seen.ip = place.split(' ')[0] ?? ''
    seen.port = Number(/ port ([0-9]{1,5})\b/.exec(info.slice(0, 1024))?.[1] ?? 0)
  } else if (info.startsWith('connect to ') || info.startsWith('Immediate connect fail for ')) {
    attempts.push({ sentence: info, errno: errnoWord(info) })
    seen.socket = /^Immediate connect fail for (\/[^\n]{1,1024}): [^:]{1,100}$/.exec(info)?.[1] ?? seen.socket
  } else if (info.startsWith('Recv failure: ') || info.startsWith('Send failure: ')) {
    seen.errno = errnoWord(info)
  } else {
    const { certificate } = seen
    const field = (name: string): string | null => (info.startsWith(name) ? info.slice(name.length).trim() : null)
    certificate.subject = field('subject:') ?? certificate.subject
    certificate.issuer = field('issuer:') ?? certificate.issuer
    certificate.not_before = field('start date:') ?? certificate.not_before
    certificate.not_after = field('expire date:') ?? certificate.not_after
  }
}
