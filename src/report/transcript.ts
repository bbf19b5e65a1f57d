import type { Session } from '../session/session.ts'
import type { Diagnosis, DiagnosisFix, DiagnosisProbe } from './document.ts'
import { ladderTable, STAR } from './ladder-table.ts'
import type { Block, Item, Run } from './outline.ts'
import { answerSays, causeSays, confidenceSays, headline, placeSays, stateSays } from './sentences.ts'
import { commandLine, duration } from './shown.ts'
import { timeline } from './timeline.ts'

/**
 * The postmortem of a session, before it has a format: summary, timeline, what carries the
 * verdict, what was ruled out, what stayed dark, and what to do so that it does not come back.
 */
export function transcript(session: Session, diagnosis: Diagnosis): Block[] {
  return [
    { kind: 'title', text: `Incident at ${withoutScheme(diagnosis.url)}` },
    ...summary(diagnosis),
    ...timeline(session, diagnosis),
    ...proofs(diagnosis),
    ...ladder(diagnosis),
    ...repair(diagnosis),
    ...section('Ruled out', ruledOut(diagnosis)),
    ...section('Also possible', alternatives(diagnosis)),
    ...section('Could not be seen', dark(diagnosis)),
    ...commands(diagnosis),
    ...prevention(diagnosis),
    ...about(session, diagnosis),
  ]
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//i, '').replace(/\/$/, '')
}

function summary(diagnosis: Diagnosis): Block[] {
  const { verdict, answer } = diagnosis
  const rows: [string, Run][] = [
    ['URL', { code: diagnosis.url }],
    ...(answer ? [['Got', answerSays(diagnosis)] satisfies [string, Run]] : []),
    ['State', stateSays(diagnosis)],
    ['Outcome', `${diagnosis.outcome}${diagnosis.ended === 'complete' ? '' : ` (${diagnosis.ended})`}`],
  ]
  if (verdict) {
    rows.push(['Certainty', confidenceSays(verdict)], ['Where', placeSays(verdict)], ['Cause', causeSays(verdict)])
    if (verdict.symptoms.length > 0) rows.push(['Explains', verdict.symptoms.join(', ')])
  }
  rows.push(['Looked', `${stamp(diagnosis.startedAt)} to ${stamp(diagnosis.endedAt)}`])
  return [
    { kind: 'heading', text: 'Summary' },
    { kind: 'paragraph', text: [{ strong: headline(diagnosis) }] },
    ...(diagnosis.end ? [{ kind: 'paragraph' as const, text: [diagnosis.end] }] : []),
    { kind: 'table', head: ['', ''], rows: rows.map(([name, value]) => [[name], [value]]) },
    ...path(diagnosis),
  ]
}

function path({ hops }: Diagnosis): Block[] {
  if (hops.length === 0) return []
  const text = hops.map(
    ({ kind, vendor, role, because }) =>
      `${vendor === '' ? kind : `${vendor} (${kind})`} ${role === 'made' ? 'made it' : 'passed it on'} [finding ${because}]`,
  )
  return [{ kind: 'paragraph', text: [`The path from the outside in: ${text.join(', ')}.`] }]
}

function stamp(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
}

/** The findings of the verdict with the lines that decided; all findings where there is no verdict. */
function proofs({ verdict, findings, probes }: Diagnosis): Block[] {
  const shown = verdict ? findings.filter(({ n }) => verdict.findings.includes(n)) : findings
  const items = shown.map(({ n, says, probe, by, pasted, lines }): Item => {
    const look = probes.find((candidate) => candidate.n === probe)
    const how = pasted ? ' (pasted)' : by === 'person' ? ' (a person said so)' : ''
    const shownAs = look ? [{ code: commandLine(look.argv) }] : []
    return { text: [`Finding ${n}: ${says}${how} `, ...shownAs], lines }
  })
  return section(verdict ? 'What proves it' : 'What was found', items)
}

/** How long each hop waits, where that says something. */
function ladder(diagnosis: Diagnosis): Block[] {
  const table = ladderTable(diagnosis)
  if (!table) return []
  return [
    { kind: 'heading', text: 'How long each hop waits' },
    { kind: 'table', head: table.head, rows: table.rows.map((cells) => cells.map((cell) => [cell])) },
    { kind: 'paragraph', text: [STAR] },
    ...[table.places, table.notes].flatMap((items) =>
      items.length === 0
        ? []
        : [{ kind: 'list' as const, ordered: false, items: items.map((item) => ({ text: [item], lines: [] })) }],
    ),
  ]
}

function repair({ verdict }: Diagnosis): Block[] {
  if (!verdict) return []
  const items = verdict.fix.map(fixItem)
  const checks = verdict.verify.map(({ says, id }): Item => ({ text: [`${says} `, { code: id }], lines: [] }))
  return [...section('Fix', items, true), ...section('How to see that it worked', checks)]
}

function fixItem({ say, run, effect }: DiagnosisFix): Item {
  const note = run && effect === 'changes' ? ['This changes something: read it before it is run.'] : []
  const text = [...(say === undefined ? [] : [say]), ...note].join('. ')
  return { text: [text === '' ? 'Look:' : text], lines: run ? [commandLine(run)] : [] }
}

function ruledOut({ ruledOut, findings }: Diagnosis): Item[] {
  return ruledOut.map(({ cause, because }) => {
    const says = findings.find(({ n }) => n === because)?.says ?? ''
    return { text: [{ strong: cause }, `: finding ${because}${says === '' ? '' : `, ${says}`}`], lines: [] }
  })
}

function alternatives({ alternatives }: Diagnosis): Item[] {
  return alternatives.map(({ cause, confidence, says }) => ({
    text: [{ strong: cause }, ` (${confidence}): ${says}`],
    lines: [],
  }))
}

function dark({ blindSpots, openQuestions }: Diagnosis): Item[] {
  return [
    ...blindSpots.map(({ why, says, node }) => ({ text: [{ strong: why }, `: ${says} `, { code: node }], lines: [] })),
    ...openQuestions.map(({ says }) => ({ text: [`Nobody answered: ${says}`], lines: [] })),
  ]
}

function commands({ probes }: Diagnosis): Block[] {
  if (probes.length === 0) return []
  return [
    { kind: 'heading', text: 'What was looked at' },
    { kind: 'table', head: ['', 'From', 'Command', 'Exit', 'Took', 'Result'], rows: probes.map(commandRow) },
  ]
}

function commandRow({ n, at, argv, exit, ms, outcome, why }: DiagnosisProbe): Run[][] {
  const result = outcome === 'ok' ? (why === undefined ? 'ok' : `partly (${why})`) : `nothing seen (${why ?? ''})`
  return [[`${n}`], [at], [{ code: commandLine(argv) }], [exit === null ? '' : `${exit}`], [duration(ms)], [result]]
}

function prevention({ verdict }: Diagnosis): Block[] {
  if (!verdict || verdict.prevent.length === 0) return []
  return [
    { kind: 'heading', text: 'So that it does not come back' },
    { kind: 'checklist', items: verdict.prevent.map(({ says }) => [says]) },
  ]
}

function about(session: Session, { session: id }: Diagnosis): Block[] {
  return [
    { kind: 'heading', text: 'About this report' },
    {
      kind: 'paragraph',
      text: [`Made by triage502 ${session.version} from session `, { code: id }, '. It only looked; times are UTC.'],
    },
  ]
}

function section(heading: string, items: Item[], ordered = false): Block[] {
  return items.length === 0
    ? []
    : [
        { kind: 'heading', text: heading },
        { kind: 'list', ordered, items },
      ]
}
