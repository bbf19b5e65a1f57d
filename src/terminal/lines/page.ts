import { oneLine } from '../../report/shown.ts'
import type { Finding } from '../../session/session.ts'
import { MOMENTS, STEPS } from '../../words/vocabulary.ts'
import { MOMENT_SAYS } from '../layout.ts'
import { type Item, menuOf } from '../menus.ts'
import { bodyOf } from '../pages/body.ts'
import { pathLine } from '../pages/path.ts'
import type { State } from '../state.ts'
import { type Line, span } from '../text.ts'
import type { World } from '../world.ts'
import { DONE_WORDS, END_WORDS, inWords, RESULT_WORDS, type Words } from './words.ts'

/**
 * Columns that pages are made for: so many that nothing is cut or broken to fit a screen. What is printed is
 * broken at the width of the stream.
 */
export const BOUNDLESS = 4096

/** The body of the wizard, top to bottom. A field that is typed into has its text in the prompt instead. */
export function bodyRows(state: State, world: World): Line[] {
  const { head, text } = bodyOf(state, world)
  return [...head, ...(repeats(state) ? [] : text)].flatMap((line) => inWords(line, wordsFor(state)))
}

/** At a step a screen tells again what led there; here it stands just above. */
function repeats({ screen, prompt, why }: State): boolean {
  return screen.kind === 'prompt' && prompt.kind !== 'reached' && prompt.kind !== 'ended' && !why
}

function wordsFor({ screen, prompt }: State): Words {
  if (screen.kind === 'result') return RESULT_WORDS
  if (screen.kind === 'fixed' || screen.kind === 'verified') return DONE_WORDS
  return prompt.kind === 'reached' || prompt.kind === 'ended' ? END_WORDS : {}
}

/** What can be chosen, whatever the screen is. */
export function choicesOf(state: State, world: World): Item[] {
  if (state.overlay?.kind === 'moment') return MOMENTS.map((id) => ({ id, label: MOMENT_SAYS[id] }))
  return menuOf(state, world)
}

/** `  1  Run it`: the number first, for whoever hears it. */
export function choiceRows(items: readonly Item[]): Line[] {
  const wide = String(items.length).length
  return items.map(({ label, hint = '' }, at): Line => {
    const n = String(at + 1)
    // Steps of a fix bear their number already.
    const bare = label.startsWith(`${n}. `) ? label.slice(n.length + 2) : label
    const told = hint.replace(' ✓', '')
    return [span(` ${n.padStart(wide)}  `, 'strong'), span(bare), ...(told === '' ? [] : [span(`  (${told})`, 'dim')])]
  })
}

/** `Path: you, then nginx (ok), broken before shop :3000`. */
export function pathSays({ session }: State): string {
  const parts = pathLine(session, BOUNDLESS).map(({ text }) => text)
  const says = parts.map((text) => PATH_WORDS[text.trim()] ?? text.trim()).join(' ')
  return `Path: ${says.replaceAll(' ,', ',')}`
}

const PATH_WORDS: Record<string, string> = {
  '───': ', then',
  '──✗──': ', broken before',
  '✓': '(ok)',
  '✗': '(fails)',
  '?': '(not known)',
}

/** `Step 2 of 5 (upstream direct), 01:12 of 10:00`; without a step of the five only the time. */
export function clockSays({ session, elapsed }: State, world: World): string {
  const seconds = Math.floor(elapsed / 1000)
  const clock = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
  const step = session.here === null ? undefined : world.library.nodes[session.here]?.step
  const place =
    step === undefined ? '' : `Step ${STEPS.indexOf(step) + 1} of ${STEPS.length} (${step.replaceAll('-', ' ')}), `
  return `${place}${clock} of 10:00`
}

/** What makes a finding the same: after going back its number may stand for another. */
export const findingKey = ({ n, says }: Finding) => `${n} ${says}`

/** Findings that were not told yet, as rows. */
export function findingRows({ session }: State, told: ReadonlySet<string>): Line[] {
  return session.findings
    .filter((finding) => !told.has(findingKey(finding)))
    .map(({ says, suspects, by }): Line => {
      const lead = suspects.length > 0 ? span('Found: ', 'bad') : span('Seen: ', 'good')
      return [lead, span(oneLine(by === 'person' ? `${says} (you said so)` : says))]
    })
}
