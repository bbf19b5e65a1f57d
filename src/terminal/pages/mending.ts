import { commandLine, duration, oneLine } from '../../report/shown.ts'
import { visible } from '../../words/visible.ts'
import { WANTED } from '../mending.ts'
import { fixCommand, verdictOf } from '../menus.ts'
import type { Screen, State } from '../state.ts'
import { cut, type Line, span, wrapped } from '../text.ts'
import type { World } from '../world.ts'
import { type Page, page } from './page.ts'
import { tailRows } from './result.ts'

/** Before something is changed: the command whole, and that it waits for a second key. */
export function confirmPage(state: State, world: World, step: number): Page {
  const verdict = verdictOf(state, world)
  const argv = verdict ? fixCommand(verdict, step, state, world) : []
  const room = state.columns - 4
  return page([
    ...wrapped('This changes something on this machine. Read it first:', room, 'warn', ' '),
    [],
    ...wrapped(`$ ${commandLine(argv)}`, room - 4, 'strong', '   '),
    [],
    ...wrapped(
      'It is written into the session before it starts, and its result after. Values in it may come from logs.',
      room,
      'dim',
      ' ',
    ),
  ])
}

export function fixingPage(state: State, { n, live }: Extract<Screen, { kind: 'fixing' }>): Page {
  const fix = state.session.fixes.find((one) => one.n === n)
  const seconds = Math.max(0, Math.floor((Date.parse(state.session.startedAt) + state.elapsed - live.since) / 1000))
  const [first = [], ...rest] = wrapped(`$ ${commandLine(fix?.argv ?? [])}`, state.columns - 4, 'strong', '')
  const head: Line[] = [
    [span(' ● ', 'accent'), ...first],
    ...rest.map((line): Line => [span('     '), ...line]).slice(0, 3),
    [span(`   ${seconds} s`, 'dim')],
  ]
  return page(head, tailRows(live.tail, state, head.length))
}

export function fixedPage(state: State, n: number): Page {
  const fix = state.session.fixes.find((one) => one.n === n)
  const { columns } = state
  if (!fix?.done) return page([])
  const { exit, ms, out } = fix.done
  const well = exit === 0
  const says = well
    ? 'It ended well'
    : exit === null
      ? 'It was stopped, or could not be started'
      : `It failed with exit status ${exit}`
  return page(
    [
      [span(well ? ' ✓ ' : ' ✗ ', well ? 'good' : 'bad'), span(`${says}, after ${duration(ms)}`, 'strong')],
      [span(`   $ ${cut(commandLine(fix.argv), columns - 6)}`)],
    ],
    visible(out)
      .split('\n')
      .filter((row) => row !== '')
      .slice(-40)
      .map((row): Line => [span(`   ${cut(row, columns - 4)}`, 'dim')]),
  )
}

/** Each answer as a mark; the last ones in words. */
export function verifyingPage(state: State, { samples, inRow, asking }: Extract<Screen, { kind: 'verifying' }>): Page {
  const { columns } = state
  const bar = '▰'.repeat(inRow) + '▱'.repeat(Math.max(0, WANTED - inRow))
  const marks = samples.slice(-(columns - 6)).map(({ well }) => (well ? '✓' : '✗'))
  return page(
    [
      [
        span(asking ? ' ● ' : ' ○ ', 'accent'),
        span(cut(`Does ${oneLine(state.session.url)} answer well again?`, columns - 4), 'strong'),
      ],
      [span(`   ${bar} `, 'good'), span(`${inRow} of ${WANTED} good answers in a row, ${samples.length} asked`, 'dim')],
      [span(`   ${marks.join('')}`)],
    ],
    samples
      .slice(-5)
      .reverse()
      .map(
        ({ says, at, well }): Line => [
          span(`   ${at.slice(11, 19)}Z  `, 'dim'),
          span(well ? '✓ ' : '✗ ', well ? 'good' : 'bad'),
          span(cut(oneLine(says), columns - 20)),
        ],
      ),
  )
}

export function verifiedPage(state: State, n: number): Page {
  const done = state.session.verifications.find((one) => one.n === n)?.done
  const room = state.columns - 4
  if (!done) return page([])
  const { result, asked, well, wellSince } = done
  if (result === 'recovered') {
    return page([
      [span(' ✓ ', 'good'), span('It answers well again', 'strong')],
      ...wrapped(
        `${well} of ${asked} requests were answered well, the last ${WANTED} in a row; well since ${wellSince?.slice(11, 19) ?? '?'}Z. The time stands in the transcript.`,
        room,
        'plain',
        '   ',
      ),
    ])
  }
  const says = result === 'stopped' ? 'Stopped before it could be told' : 'It still fails'
  return page([
    [span(result === 'stopped' ? ' ? ' : ' ✗ ', result === 'stopped' ? 'warn' : 'bad'), span(says, 'strong')],
    ...wrapped(`${well} of ${asked} requests were answered well.`, room, 'plain', '   '),
  ])
}
