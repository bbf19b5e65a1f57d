import { nearest } from '../words/nearest.ts'
import { splitCommand } from './argv.ts'
import { complain, type Draft, type Place } from './draft.ts'
import type { RawFix, RawStep } from './schema.ts'
import type { FixStep } from './types.ts'

/** The steps of a verdict's `fix`; a group stands there with all of its own. */
export function buildFix(raw: readonly RawFix[], place: Place, draft: Draft): FixStep[] {
  const grouped = raw.some((each) => 'steps' in each)
  const fix = raw.flatMap((each, entry) => {
    const here: Place = { file: place.file, path: [...place.path, 'fix', entry] }
    const steps = 'steps' in each ? groupOf(each.steps, here, draft) : buildStep(each, here, draft)
    return grouped ? steps.map((step) => ({ ...step, entry })) : steps
  })
  return fix
}

/** One step; none, with a problem in the draft, where its command cannot be split into words. */
export function buildStep(raw: RawStep, place: Place, draft: Draft): FixStep[] {
  const when = raw.when === undefined ? {} : { when: raw.when }
  if ('say' in raw) return [{ ...when, say: raw.say }]
  const split = splitCommand(raw.run)
  if (split.ok) return [{ ...when, run: split.argv, effect: raw.effect ?? 'changes' }]
  complain(draft, place, ['run'], split.what, split.mend)
  return []
}

function groupOf(name: string, place: Place, draft: Draft): FixStep[] {
  const steps = draft.steps.get(name)
  if (steps !== undefined) return steps
  const meant = nearest(name, [...draft.steps.keys()])
  const mend = meant === null ? 'write it into steps.yaml' : `did you mean "${meant}"?`
  complain(draft, place, ['steps'], `there are no steps "${name}"`, mend)
  return []
}
