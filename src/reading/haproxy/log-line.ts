/** One line about a request, as `option httplog` and `option httpslog` write it. -1: a stage that was never reached. */
export interface RequestLine {
  client: string
  /** When the request was accepted: local time as if it were UTC, ms since 1970. */
  stamp: number
  frontend: string
  backend: string
  /** `<NOSRV>` where none was chosen. */
  server: string
  /** Waiting in the queue, connecting, until the answer's head, and in all: ms. */
  queueMs: number
  connectMs: number
  answerMs: number
  totalMs: number
  /** -1 where nothing was answered. */
  status: number
  /** The first two letters of the termination state. */
  state: string
  retries: number
  redispatched: boolean
  /** Requests that waited in front of it: for its server, for its backend. */
  serverQueue: number
  backendQueue: number
  request: string
  /** What stands between the frontend and the counters: what signatures are held against. */
  told: string
}

/** A line about a server's health. */
export interface HealthLine {
  /** Undefined where the line has no stamp of its own. */
  backend: string
  server: string
  up: boolean
  /** What stands behind `is DOWN, `, and nothing of the counts. */
  reason: string
  message: string
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DATE = /\[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})\.(\d{3})\] /
const NAME = '[^\\s/]{1,200}'
const REST = new RegExp(
  `^(${NAME}) (${NAME})/(${NAME}) (-?\\d{1,10})/(-?\\d{1,10})/(-?\\d{1,10})/(-?\\d{1,10})/\\+?(-?\\d{1,10}) (-?\\d{1,3}) \\+?(\\d{1,20}) (\\S{1,500}) (\\S{1,500}) ([A-Za-z-]{4}) \\d{1,10}/\\d{1,10}/\\d{1,10}/\\d{1,10}/(\\+?)(\\d{1,10}) (\\d{1,10})/(\\d{1,10}) `,
)
const LONGEST = 16_384

/** Reads a line about a request, whatever a syslog daemon put in front of it. Undefined where it is none. */
export function parseRequestLine(line: string): RequestLine | undefined {
  const text = line.slice(0, LONGEST)
  const date = DATE.exec(text)
  if (date === null) return undefined
  const stamp = stampOfDate(date)
  const rest = REST.exec(text.slice(date.index + date[0].length))
  if (rest === null || stamp === undefined) return undefined
  const [whole, front = '', backend = '', server = '', , queue, connect, answer, total, status, bytes = ''] = rest
  const [, , , , , , , , , , , cookie = '', set = '', state = '', redispatch, retries, serverQueue, backendQueue] = rest
  const before = text.slice(0, date.index).trimEnd()
  const tail = text.slice(date.index + date[0].length + whole.length)
  const request = tail.slice(tail.indexOf('"') + 1)
  return {
    client: addressOf(before.slice(before.lastIndexOf(' ') + 1)),
    stamp,
    frontend: front.replace(/~$/, ''),
    backend,
    server,
    queueMs: Number(queue),
    connectMs: Number(connect),
    answerMs: Number(answer),
    totalMs: Number(total),
    status: Number(status),
    state: state.slice(0, 2),
    retries: Number(retries),
    redispatched: redispatch === '+',
    serverQueue: Number(serverQueue),
    backendQueue: Number(backendQueue),
    request: tail.includes('"') ? request.slice(0, request.includes('"') ? request.lastIndexOf('"') : undefined) : '',
    told: `${backend}/${server} ${rest.slice(4, 9).join('/')} ${status} ${bytes} ${cookie} ${set} ${state}`,
  }
}

/** The stamp of a line about a request; undefined where it has none. */
export function requestStamp(line: string): number | undefined {
  const date = DATE.exec(line.slice(0, LONGEST))
  return date === null ? undefined : stampOfDate(date)
}

function stampOfDate([, day, name = '', year, hour, minute, second, part]: RegExpExecArray): number | undefined {
  const month = MONTHS.indexOf(name)
  if (month < 0) return undefined
  const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second), Number(part))
  return Number.isNaN(ms) ? undefined : ms
}

/** `127.0.0.1:48244`, `::1:48244`, `unix:1`: the address alone. */
function addressOf(text: string): string {
  if (text.startsWith('unix:')) return 'unix:'
  return text.slice(0, Math.max(0, text.lastIndexOf(':')))
}

const HEALTH =
  /(?:^|[ :])(?:Backup )?[Ss]erver ([^\s/]{1,200})\/(\S{1,200}) is (DOWN|UP|going DOWN for maintenance|UP\/READY)\b[,. ]*/
/** Where the counts begin, which say nothing of the reason. */
const COUNTS = /[.,] (?:check duration: |\d+ active and )/

/** Reads a line that tells that a server went down or came up. */
export function parseHealthLine(line: string): HealthLine | undefined {
  const text = line.slice(0, 2000)
  const found = HEALTH.exec(text)
  if (found === null) return undefined
  const [whole, backend = '', server = '', state = ''] = found
  const behind = text.slice(found.index + whole.length)
  const end = COUNTS.exec(behind)
  const reason = (end === null ? behind : behind.slice(0, end.index)).trim()
  const message = text.slice(found.index).replace(/^[ :]/, '')
  return { backend, server, up: state.startsWith('UP'), reason, message: message.slice(0, 300) }
}
