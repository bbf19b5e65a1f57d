import type { JsonObject } from '../../words/json.ts'
import type { BlindReason } from '../../words/vocabulary.ts'
import type { RunResult } from '../run.ts'

/** What a built-in look may use. It opens files itself; programs it starts only through `run`. */
export interface LookTools {
  /** Starts one program by argv, without a shell; never rejects for what the program does. */
  run: (argv: string[], timeoutMs: number) => Promise<RunResult>
  signal: AbortSignal
  /** Milliseconds for the whole look. */
  timeoutMs: number
  /** The clean environment that programs are started with. */
  env: Record<string, string>
  now: () => Date
  /** No requests were wanted: nobody is asked over the network. */
  quiet?: boolean
}

/** What a built-in look gave: the part of a Capture that only it can know. */
export interface LookOutcome {
  /** `aws` for what AWS was asked; else it is a look like any other. */
  kind?: 'aws'
  outcome: 'ok' | 'blind'
  /** Set when nothing could be seen, or when what was seen is only a part. */
  why?: BlindReason
  /** One sentence for a person, with `why`. */
  says?: string
  out: string
  meta: JsonObject
  /** The equivalent command that a person could type. */
  argv: string[]
  cut: boolean
  timedOut: boolean
  /** Appended to the vantage where another process's namespace was read: `pid:N`. */
  at?: string
}

/** One of the tool's own ways to look. Arguments come from flows and facts: parsed before use. */
export type BuiltInLookFn = (args: JsonObject, tools: LookTools) => Promise<LookOutcome>
