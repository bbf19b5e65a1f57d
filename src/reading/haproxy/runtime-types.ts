import { type Infer, t } from '../../words/value.ts'

const server = t.record({
  name: t.string,
  /** As HAProxy runs it, whatever its files say by now; '' and 0 where it does not tell this account. */
  host: t.string,
  port: t.int,
  socket: t.string,
  /** `UP`, `DOWN`, `no check`, `MAINT`, `MAINT (resolution)`, `DRAIN`, `NOLB`, `UP 1/3` … */
  status: t.string,
  /** It gets requests. */
  usable: t.bool,
  backup: t.bool,
  /** Its health is asked. */
  checked: t.bool,
  /** `L4CON`, `L7STS`, …; '' where its health is not asked. */
  check: t.string,
  check_code: t.int,
  /** What the last check came to, in words. */
  check_says: t.string,
  /** ms that the last check took. */
  check_ms: t.int,
  sessions: t.int,
  /** 0: no limit. */
  most_sessions: t.int,
  queued: t.int,
  connect_errors: t.int,
  answer_errors: t.int,
  /** Seconds since it last changed between up and down; -1 where that is not told. */
  changed_s: t.int,
})

/** What a running HAProxy says of itself. */
export const haproxyRuntime = t.record({
  /** It told of the backend that was asked for. */
  complete: t.bool,
  socket: t.string,
  version: t.string,
  /** Connections now, and the most that the process takes. */
  connections: t.int,
  most_connections: t.int,
  frontend_sessions: t.int,
  frontend_most: t.int,
  /** Requests that a rule of the frontend refused since its start. */
  frontend_denied: t.int,
  backend: t.string,
  servers: t.list(server),
  usable: t.int,
  down: t.int,
  /** Requests that wait for a free server. */
  queued: t.int,
  /** The latest answer of this backend's servers that could not be read. */
  error: t.record({
    found: t.bool,
    at: t.timestamp,
    server: t.string,
    /** not-http | invalid-header | header-too-big | body | other */
    kind: t.string,
    /** `MSG_HDR_NAME`: where HAProxy's parser stopped, and at which of how many bytes. */
    state: t.string,
    position: t.int,
    bytes: t.int,
  }),
})
export type HaproxyRuntime = Infer<typeof haproxyRuntime>
