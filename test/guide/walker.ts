import type { Library } from '../../src/flow/types.ts'
import type { Action, Prompt } from '../../src/guide/action.ts'
import { createGuide, type Guide } from '../../src/guide/guide.ts'
import type { Language } from '../../src/guide/judge.ts'
import { createLanguage } from '../../src/guide/language.ts'
import type { AnyReader } from '../../src/reading/reader.ts'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import type { Session } from '../../src/session/session.ts'
import type { Json } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { capture, deepFreeze, session, tally } from './make.ts'

export const READERS: Record<string, AnyReader> = { tally }

type Kind = Prompt['kind']
type PromptOf<K extends Kind> = Extract<Prompt, { kind: K }>

/**
 * A driver for tests: dispatches actions one at a time, by hand. Every session it holds is frozen,
 * so a decision that changed its input would throw in any test.
 */
export class Walker {
  readonly guide: Guide
  readonly language: Language
  readonly entries: JournalEntry[] = []
  session: Session

  constructor(
    readonly library: Library,
    start: Session = session(),
  ) {
    this.language = createLanguage(library)
    this.guide = createGuide(deepFreeze(library), READERS, this.language)
    this.session = deepFreeze(start)
  }

  do(action: Action): SessionEvent[] {
    const events = this.guide.decide(this.session, deepFreeze(action))
    for (const event of events) {
      const seq = this.session.seq + 1
      const entry: JournalEntry = { v: 1, seq, at: new Date(Date.UTC(2026, 10, 21, 3, 0, seq)).toISOString(), event }
      this.entries.push(entry)
      this.session = deepFreeze(evolve(this.session, deepFreeze(entry)))
    }
    return events
  }

  /** Begins, with facts as flags give them, and vantages a flag proved. */
  begin(facts: Record<string, Json> = {}, vantages: ('proxy' | 'app')[] = []): this {
    const given = Object.entries(facts).map(([name, value]) => ({ name, value, origin: { by: 'flag' } as const }))
    this.do({ type: 'begin', facts: given, vantages })
    return this
  }

  get prompt(): Prompt {
    return this.guide.next(this.session)
  }

  /** The prompt, when it is of this kind; a test that expects another fails with what it got. */
  expecting<K extends Kind>(kind: K): PromptOf<K> {
    const { prompt } = this
    if (!isKind(prompt, kind)) throw new Error(`the prompt is ${prompt.kind} at ${this.session.here}, not ${kind}`)
    return prompt
  }

  /** Makes the look that is prompted, with this capture for an answer, and judges by it. */
  look(seen: string | Capture): SessionEvent[] {
    const { node, request } = this.expecting('probe')
    this.do({ type: 'look.starts', node: node.id, request })
    const n = this.session.probes.length
    this.do({ type: 'look.ends', n, capture: typeof seen === 'string' ? capture(seen) : seen })
    return this.do({ type: 'judge', n })
  }

  answer(option: string, by: 'person' | 'evidence' | 'flag' = 'person'): this {
    this.do({ type: 'answer', option, by })
    return this
  }

  /** Ids of the nodes visited, in order. */
  get path(): string[] {
    return this.session.visits.map((visit) => visit.node)
  }
}

function isKind<K extends Kind>(prompt: Prompt, kind: K): prompt is PromptOf<K> {
  return prompt.kind === kind
}
