import { type Infer, t } from '../../words/value.ts'

/** One failure that Apache's error log tells of: the lines of one try together. */
const failure = t.record({
  /** False: there is none and every other field is empty. */
  found: t.bool,
  at: t.timestamp,
  level: t.string,
  /** Id of the signature that its most telling line fits, '' when none. */
  signature: t.string,
  shape: t.string,
  cause: t.string,
  message: t.string,
  client: t.string,
  path: t.string,
  /** Where Apache sent it; '' and 0 where no line says. */
  host: t.string,
  port: t.int,
  socket: t.string,
  /** As one text: `127.0.0.1:3000`, a socket's path, '' where no line says. */
  upstream: t.string,
  /** The name that could not be resolved, where a line tells of one. */
  name: t.string,
  /** The limit in bytes that a header went over, where a line tells of one. */
  limit: t.int,
  /** The header that a line complains of. */
  header: t.string,
})

export const apacheErrorLog = t.record({
  /** The level lets `error` lines through, the zone is known, it is the file that Apache holds open, and it was read as far as the window. */
  complete: t.bool,
  path: t.string,
  /** Failures about this URL's upstream or path in the window, ours excluded. */
  count: t.int,
  /** All failures in the window, about anything. */
  total: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** The last failure of our own request. */
  ours: failure,
  /** How many tries of our own request failed, each with another member of a balancer. */
  tries: t.int,
  /** What a FastCGI application wrote to its standard error while it answered our own request, '' when nothing. */
  said: t.string,
  /** The latest failure about this URL, ours included. */
  latest: failure,
  /** What this URL's failures say, most frequent first. */
  kinds: t.list(
    t.record({
      signature: t.string,
      shape: t.string,
      cause: t.string,
      count: t.int,
      first: t.timestamp,
      last: t.timestamp,
      host: t.string,
      port: t.int,
      socket: t.string,
      message: t.string,
    }),
  ),
  /** Lines of the server itself: started, told to stop, reached its workers' number, a child that died. */
  process: t.list(t.record({ at: t.timestamp, level: t.string, signature: t.string, message: t.string })),
  /** The log's level as configured, '' when unknown. */
  level: t.string,
})
export type ApacheErrorLog = Infer<typeof apacheErrorLog>
export type Failure = ApacheErrorLog['ours']
export type Kind = ApacheErrorLog['kinds'][number]
