import { type Infer, t } from '../../words/value.ts'

/** One request as HAProxy logged it. */
const requestLine = t.record({
  /** False: there is no such line and every other field is empty. */
  found: t.bool,
  at: t.timestamp,
  frontend: t.string,
  backend: t.string,
  /** `<NOSRV>` where none was chosen. */
  server: t.string,
  /** -1 where nothing was answered. */
  status: t.int,
  /** The first two letters of the termination state: `SC`, `sH`, `--`. */
  state: t.string,
  signature: t.string,
  shape: t.string,
  cause: t.string,
  /** What the line means, in words, with its numbers. */
  says: t.string,
  queue_ms: t.int,
  connect_ms: t.int,
  answer_ms: t.int,
  total_ms: t.int,
  retries: t.int,
  redispatched: t.bool,
  /** How many waited in front of it, for its server or its backend. */
  queued: t.int,
})

export const haproxyLog = t.record({
  /** The log was read as far as the window, in a form that is known, and its zone is certain. */
  complete: t.bool,
  path: t.string,
  /** Requests of others that came in by the URL's frontend in the window. */
  requests: t.int,
  failed: t.int,
  /** Rounded up: 0 means that none failed. */
  failed_permille: t.int,
  same_path: t.int,
  same_path_failed: t.int,
  /** The longest run of good answers between two failures of the same kind of request, and those since the last failure. */
  well_between: t.int,
  well_since: t.int,
  /** How many times such failures began anew, good answers in between. */
  failed_runs: t.int,
  /** Only this method failed, and was not answered well since; '' otherwise. */
  failed_method: t.string,
  /** Where failed requests lie together by how long they took, as half a sentence; '' where they do not. */
  rounds: t.string,
  /** Those that HAProxy refused or answered by a rule of its own. */
  own: t.int,
  first_failed: t.timestamp,
  last_failed: t.timestamp,
  /** The line of our own request. */
  ours: requestLine,
  /** The latest failed request of the URL's path, or else of its frontend. */
  latest: requestLine,
  /** What failed requests have in common, most frequent first. */
  kinds: t.list(
    t.record({
      signature: t.string,
      shape: t.string,
      cause: t.string,
      backend: t.string,
      server: t.string,
      status: t.int,
      count: t.int,
    }),
  ),
  /** The latest word on each server's health; those that are down stand first. */
  health: t.list(
    t.record({
      server: t.string,
      up: t.bool,
      /** `Layer7 wrong status, code: 404, info: "Not Found"` */
      reason: t.string,
      signature: t.string,
      shape: t.string,
    }),
  ),
})
export type HaproxyLog = Infer<typeof haproxyLog>
