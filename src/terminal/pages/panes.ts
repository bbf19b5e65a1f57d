import { plainDiagnosis } from '../../report/plain.ts'
import { visible } from '../../words/visible.ts'
import type { PaneName, State } from '../state.ts'
import { broken, type Line, span } from '../text.ts'
import type { World } from '../world.ts'
import { diagnosisOf } from './end.ts'
import { helpRows } from './help.ts'
import { mapRows } from './map.ts'
import { transcriptRows } from './transcript.ts'

/** A row of a pane: how it is drawn, and its bare text for searching and copying. */
export interface PaneRow {
  line: Line
  text: string
}

export const PANE_TITLES: Record<PaneName, string> = {
  help: 'Keys',
  map: 'The way so far',
  transcript: 'What has happened',
  output: 'Output of the last look',
  evidence: 'The diagnosis',
  notes: 'Notes',
}

/** All rows of a pane for the screen's width. */
export function paneRows(pane: PaneName, state: State, world: World): PaneRow[] {
  switch (pane) {
    case 'help':
      return helpRows(state.columns).map(lineRow)
    case 'map':
      return mapRows(state, world).map(lineRow)
    case 'transcript':
    case 'notes':
      return transcriptRows(state).map(lineRow)
    case 'output':
      return outputRows(state)
    case 'evidence':
      return plainDiagnosis(diagnosisOf(state, world), { color: false, columns: state.columns - 4, kept: false })
        .split('\n')
        .flatMap((row) => broken(row, state.columns - 3))
        .map((row) => ({ line: [span(` ${row}`)], text: row }))
  }
}

function lineRow(line: Line): PaneRow {
  return { line, text: line.map(({ text }) => text).join('') }
}

/** The lines that decided are marked in the gutter. */
function outputRows({ session, columns, screen }: State): PaneRow[] {
  const wanted = screen.kind === 'result' ? screen.n : undefined
  const probe = session.probes.filter(({ n, capture }) => capture && (wanted === undefined || n === wanted)).at(-1)
  const capture = probe?.capture
  if (!capture) return [lineRow([span(' Nothing was looked at yet.', 'dim')])]
  const deciding = new Set(session.findings.filter((one) => one.probe === probe.n).flatMap(({ lines }) => lines))
  const body = [capture.out, capture.err]
    .filter((text) => text !== '')
    .join('\n')
    .replace(/\n$/, '')
  if (body === '') return [lineRow([span(` It printed nothing.${capture.says ? ` ${capture.says}` : ''}`, 'dim')])]
  return body.split('\n').flatMap((row) => {
    const mark = deciding.has(row) ? '▌ ' : '  '
    return broken(visible(row, { lines: false }), columns - 4).map((part) => ({
      line: [span(` ${mark}`, 'accent'), span(part, mark === '▌ ' ? 'strong' : 'plain')],
      text: part,
    }))
  })
}
