import { Explainer } from '../../../src/command/explain-answers.ts'
import { loadShipped } from '../../../src/command/library.ts'
import { createMasker } from '../../../src/probe/mask/index.ts'

let made: Explainer | null = null

/** What `triage502 explain` answers from, made once. */
export function explainerForTests(): Explainer {
  made ??= new Explainer(loadShipped(), createMasker(), new Date('2026-11-21T02:03:12Z'))
  return made
}
