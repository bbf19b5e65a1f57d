import type { Library } from '../../flow/types.ts'
import { conclude } from '../../guide/conclusion.ts'
import { ruledOut } from '../../guide/confidence.ts'
import { composeDiagnosis, type Diagnosis } from '../../report/diagnosis.ts'
import { causeSays, confidenceSays, headline, placeSays } from '../../report/sentences.ts'
import { oneLine } from '../../report/shown.ts'
import { menuOf } from '../menus.ts'
import type { State } from '../state.ts'
import { type Line, span, type Tone, widthOf, wrapped } from '../text.ts'
import type { World } from '../world.ts'
import { changedRows } from './changed.ts'
import { type Page, page } from './page.ts'
import { whyEndRows } from './why.ts'

/** The diagnosis of the session as it stands. */
export function diagnosisOf(state: State, world: World): Diagnosis {
  const { session } = state
  const { library, language } = world
  const judged = conclude(session, library, language)
  return { ...composeDiagnosis(session, judged, library, language), ended: 'complete' }
}

/** The verdict, what to do, then what it rests on; or what was ruled out and could not be seen, then what to do. */
export function endPage(state: State, world: World): Page {
  const diagnosis = diagnosisOf(state, world)
  const { verdict } = diagnosis
  const room = state.columns - 4
  const why = state.why ? whyEndRows(state, world, wordsOf(state, diagnosis)) : []
  if (!verdict) {
    const open = openRows(diagnosis, world.library, room, state)
    return page(headlineRows(state, diagnosis, room), [...open, ...why])
  }
  const field = (name: string, text: string): Line[] => rows(name, text, room)
  const [sure = '', because = ''] = confidenceSays(verdict).split(/: (.*)/s)
  const proofs = diagnosis.findings.filter(({ n }) => verdict.findings.includes(n))
  const text: Line[] = [
    // Who asks for reasons gets them before anything else.
    ...(state.why ? why : markedRows(state, world, room)),
    ...field('where', placeSays(verdict)),
    ...field('cause', causeSays(verdict)),
    ...proofs.flatMap(({ n, says, by }) => rows(`${n}`, by === 'person' ? `${says} (you said so)` : says, room)),
    ...(diagnosis.alternatives.length > 0
      ? field('or', diagnosis.alternatives.map(({ cause, confidence }) => `${cause} (${confidence})`).join(', '))
      : []),
    ...changedRows(diagnosis, room - LABEL).flatMap((line, at) => field(at === 0 ? 'changed' : '', line)),
    ...field('not', ruledOutText(state)),
    ...darkRows(diagnosis, room),
  ]
  const head = [...headlineRows(state, diagnosis, room), ...field(sure, because), ...nowRows(state, room)]
  return { ...page(head, text), menuFirst: true }
}

/** What the last series of requests showed, asked since the verdict stands. */
function nowRows({ session }: State, room: number): Line[] {
  const done = session.verifications.at(-1)?.done
  if (!done || done.result === 'stopped') return []
  const since = done.wellSince === null ? '' : ` since ${done.wellSince.slice(11, 19)}Z`
  const text = done.result === 'recovered' ? `it answers well again${since}` : 'it still fails, asked again'
  return rows('now', text, room)
}

/** What a first night may want explained: the cause first, then whatever stands here. */
function wordsOf({ session }: State, { verdict, findings }: Diagnosis): string[] {
  const own = verdict ? [verdict.cause, verdict.confidence, verdict.says] : [session.reached?.says ?? '']
  return [...own, ...findings.map(({ says }) => says)]
}

/** The marked step of the fix in full, where the menu has to cut it. */
function markedRows(state: State, world: World, room: number): Line[] {
  const item = menuOf(state, world)[state.at]
  const hinted = item?.hint ? widthOf(item.hint) + 2 : 0
  if (!item?.id.startsWith('fix:') || widthOf(item.label) + hinted <= room) return []
  return wrapped(item.label, room, 'accent', '   ')
}

function headlineRows(state: State, diagnosis: Diagnosis, room: number): Line[] {
  const { outcome, verdict } = diagnosis
  const well = outcome === 'healthy' || diagnosis.state === 'recovered'
  const [mark, tone]: [string, Tone] = well ? ['✓', 'good'] : verdict ? ['✗', 'bad'] : ['?', 'warn']
  const says =
    verdict || outcome === 'healthy' ? headline(diagnosis) : (state.session.reached?.says ?? headline(diagnosis))
  const [first = [], ...rest] = wrapped(oneLine(says), room, 'strong', '')
  return [[span(` ${mark} `, tone), ...first], ...rest.map((line): Line => [span('   '), ...line])]
}

/** Without a verdict what is ruled out, suspected and dark is the answer. */
function openRows(diagnosis: Diagnosis, library: Library, room: number, state: State): Line[] {
  const reached = state.session.reached
  const says =
    reached && library.nodes[reached.node]?.kind === 'end' && diagnosis.outcome === 'healthy' ? reached.says : ''
  return [
    ...(says === '' ? [] : [[], ...wrapped(oneLine(says), room, 'plain', '   ')]),
    [],
    ...rows('not', ruledOutText(state), room),
    ...diagnosis.alternatives.flatMap(({ cause, confidence, says: what }) =>
      rows('maybe', `${cause} (${confidence}): ${what}`, room),
    ),
    ...diagnosis.openQuestions.flatMap(({ says: what }) => rows('open', what, room)),
    ...darkRows(diagnosis, room),
  ]
}

function ruledOutText({ session }: State): string {
  const causes = ruledOut(session).map(({ cause }) => cause)
  return causes.length === 0 ? 'nothing is ruled out yet' : `${causes.join(', ')}`
}

function darkRows({ blindSpots }: Diagnosis, room: number): Line[] {
  return blindSpots.flatMap(({ why, says }) => rows('dark', says === '' ? why : `${says} (${why})`, room))
}

const LABEL = 11

function rows(label: string, text: string, room: number): Line[] {
  const [first = [], ...rest] = wrapped(oneLine(text), room - LABEL, 'plain', '')
  return [
    [span(`   ${label.padEnd(LABEL)}`, 'dim'), ...first],
    ...rest.map((line): Line => [span(' '.repeat(LABEL + 3)), ...line]),
  ]
}
