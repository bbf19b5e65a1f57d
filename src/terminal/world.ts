import type { Library } from '../flow/types.ts'
import type { Engine } from '../guide/engine.ts'
import type { Guide } from '../guide/guide.ts'
import type { Language } from '../guide/judge.ts'
import type { Capture, LookRequest } from '../words/look.ts'

/** All that the wizard can do to the world outside its screens. How it is done is not its business. */
export interface World {
  guide: Guide
  library: Library
  language: Language
  engine: Engine
  /** Makes a look; masked output lines go to `watch` while it runs. Never throws for what it finds. */
  look(request: LookRequest, signal: AbortSignal, watch: (text: string) => void): Promise<Capture>
  /** What a person pasted as the answer to a look: kept, masked and bounded like any other. */
  pasted(request: LookRequest, text: string): Capture
  /** The command that a person would type for a look. */
  equivalent(request: LookRequest): string[]
  /** What is wrong with a command that was edited by hand; null for one that only reads. */
  refuses(argv: readonly string[]): string | null
  /** Runs a step of a fix. Null where it cannot be run from here: the machine is another, or recorded. */
  act: null | ((argv: readonly string[], signal: AbortSignal, watch: (text: string) => void) => Promise<Acted>)
  /** One request to the person's URL; null where there is nothing to ask (a recorded incident). */
  sample: null | ((signal: AbortSignal) => Promise<Sample>)
  /** Writes the transcript for people into a new file; gives its path. Throws Mistake when it cannot. */
  writeTranscript(): string
  /** Hides the secrets of what a person types. */
  mask(text: string): string
  now(): Date
  /** Waits so many milliseconds, less when it is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Puts text where the person can take it from; a sentence says where that is. */
  copy(text: string): string
  /** Answers that were given beforehand, node -> option: they are marked, and the person still chooses. */
  answers: ReadonlyMap<string, string>
  /** The name of the recorded incident that is walked, or null. */
  recorded: string | null
  /** Is the session kept, so that it can be resumed and exported? */
  kept: boolean
}

/** How a step of a fix ended. `exit` is null when it was stopped or never began. */
export interface Acted {
  exit: number | null
  ms: number
  out: string
}

/** One answer of the person's URL. */
export interface Sample {
  well: boolean
  /** `200 in 12 ms`, `502`, `refused`. */
  says: string
}
