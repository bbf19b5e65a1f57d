import type { Json, JsonObject } from './json.ts'
import type { BlindReason, Vantage } from './vocabulary.ts'

/**
 * One way to look, fully resolved: what a prober is asked. It is data, it stands in the journal,
 * and two requests are the same look exactly when `lookKey` is the same.
 */
export type LookRequest = LookCommon & (RunLook | HttpLook | LogLook | BuiltInLook)

interface LookCommon {
  /** Where from. The prober resolves it to a real place; without proof of one it answers blind. */
  at: Vantage
  /** The reader that will read the output. Probers keep what that reader needs. */
  read: string
  /** Milliseconds for the whole look. */
  timeoutMs: number
}

/** A command, as argv; the others answer the same question where the first tool is missing. */
export interface RunLook {
  kind: 'run'
  commands: string[][]
  /** Name of the built-in look that answers where none of the programs is there. */
  otherwise?: string
  /** It asks somebody over the network, as `ask-…` looks do. */
  asks?: boolean
}

/** A GET request, asked the way the hop in front would ask it. */
export interface HttpLook {
  kind: 'http'
  url: string
  /** How many times, one after the other, half a second apart; stops at the first that decides. */
  times: number
  /** Go on after one that failed, so that the failed ones can be counted. */
  every?: boolean
  /** All of `times` are made, one after the other to each address of the name, until enough failed and enough did not. */
  spread?: boolean
  /** Path of a unix socket to connect to instead of the URL's host. */
  socket?: string
  /** Address to connect to instead of resolving the URL's host. */
  address?: string
  /** Host header, when it is not the URL's. */
  host?: string
  /** '1.0' or '1.1'; default 1.1. */
  version?: string
  /** Server name for TLS, when it is not the URL's host. */
  sni?: string
  /** Verify the certificate? Default: true for the person's own URL, as the proxy does otherwise. */
  verify?: boolean
  /** Follow up to this many redirects (default 0). */
  redirects: number
  /** Is this the person's own URL (their --header, --resolve, --insecure apply)? */
  own: boolean
}

/** A log file, read from its end as far as the window reaches. */
export interface LogLook {
  kind: 'log'
  path: string
  /** Milliseconds back from now. */
  windowMs: number
  /** Pid of the process that writes it, when known: its time zone, its root and its open files count. */
  writer?: number
}

/** One of the tool's own ways to look: files and /proc, read without starting anything. */
export interface BuiltInLook {
  kind: 'look'
  name: string
  args: JsonObject
}

/** What a look gave. Text is already masked and bounded when anybody but the prober sees it. */
export interface Capture {
  kind: 'run' | 'http' | 'log' | 'look' | 'aws'
  /** What ran, or the equivalent a person could type. */
  argv: string[]
  /** The resolved vantage: `local`, `ssh:…`; with `pid:N` appended where another namespace was read. */
  at: string
  outcome: 'ok' | 'blind'
  /** Set when nothing at all could be seen, or when what was seen is only a part. */
  why?: BlindReason
  /** One sentence for a person, with `why`. */
  says?: string
  exit: number | null
  ms: number
  /** RFC 3339, UTC, milliseconds. */
  startedAt: string
  out: string
  err: string
  /** The output limit or the time limit cut the output. */
  cut: boolean
  timedOut: boolean
  /** How many lines or bytes were left out of `out`, as a sentence; empty when none. */
  leftOut: string
  /** What the prober itself measured (timings, inodes, zones): documented by each reader. */
  meta: JsonObject
  /** True when a person pasted it. */
  pasted?: boolean
}

/** Told of output as it comes: any part of a line, several lines, never nothing. */
export type Watch = (text: string) => void

/** Answers looks: live from this machine, or from a recording. Nothing else knows which. */
export interface Prober {
  /**
   * Never throws for what it finds or fails to find; a failure is a blind Capture. `watch` is told what a
   * command prints while it runs, masked; looks that keep only parts of what they see tell nothing.
   */
  look(request: LookRequest, signal: AbortSignal, watch?: Watch): Promise<Capture>
}

/** The identity of a look, stable across runs and machines. */
export function lookKey(request: LookRequest): string {
  const { timeoutMs: _, ...rest } = request
  return canonical(rest as unknown as Json)
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** A Capture that saw nothing, with the reason. */
export function blindCapture(
  request: LookRequest,
  why: BlindReason,
  says: string,
  more: Partial<Capture> = {},
): Capture {
  return {
    kind: request.kind,
    argv: [],
    at: 'local',
    outcome: 'blind',
    why,
    says,
    exit: null,
    ms: 0,
    startedAt: new Date(0).toISOString(),
    out: '',
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  }
}
