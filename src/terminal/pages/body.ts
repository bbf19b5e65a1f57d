import { oneLine } from '../../report/shown.ts'
import type { State } from '../state.ts'
import { span, spread, wrapped } from '../text.ts'
import type { World } from '../world.ts'
import { endPage } from './end.ts'
import { fieldRows } from './field.ts'
import { confirmPage, fixedPage, fixingPage, verifiedPage, verifyingPage } from './mending.ts'
import { type Page, page } from './page.ts'
import { commandRows, questionRows } from './probe.ts'
import { resultPage, runningPage } from './result.ts'
import { whyRows } from './why.ts'

/** What the body says on the screen as it is. */
export function bodyOf(state: State, world: World): Page {
  const { screen, prompt, columns } = state
  switch (screen.kind) {
    case 'prompt':
      return prompt.kind === 'reached' || prompt.kind === 'ended' ? endPage(state, world) : promptPage(state, world)
    case 'known':
      return page([
        ...questionRows(state),
        ...wrapped(
          'What is the answer? It counts as your word: a verdict that rests on it is only reported.',
          columns - 2,
          'dim',
          ' ',
        ),
      ])
    case 'edit':
      return page(
        [
          ...questionRows(state),
          ...wrapped('Change the command. It runs only if it is known to only read.', columns - 2, 'dim', ' '),
        ],
        [],
        [...fieldRows(' $ ', screen.field, columns), ...problem(screen.problem, columns)],
      )
    case 'fact': {
      const question = prompt.kind === 'fact' ? `${prompt.question}  For example: ${prompt.example}` : ''
      return page(
        [...questionRows(state), ...wrapped(question, columns - 2, 'plain', ' ')],
        [],
        [...fieldRows(' ❯ ', screen.field, columns), ...problem(screen.problem, columns)],
      )
    }
    case 'paste':
      return pastePage(state, world, screen.text, screen.problem)
    case 'running':
      return runningPage(state, world, screen)
    case 'result':
      return resultPage(state, world, screen)
    case 'confirm':
      return confirmPage(state, world, screen.step)
    case 'fixing':
      return fixingPage(state, screen)
    case 'fixed':
      return fixedPage(state, screen.n)
    case 'verifying':
      return verifyingPage(state, screen)
    case 'verified':
      return verifiedPage(state, screen.n)
  }
}

function promptPage(state: State, world: World): Page {
  const { prompt, columns, why } = state
  const command = commandRows(state, world)
  if (prompt.kind === 'ask') return page(questionRows(state), why ? whyRows(state, world) : lastFinding(state))
  const obstacle =
    prompt.kind === 'vantage'
      ? wrapped(
          `It is not proven that this is ${prompt.role === 'proxy' ? "the gateway's" : "the application's"} machine, so it is not run here.`,
          columns - 2,
          'warn',
          ' ',
        )
      : prompt.kind === 'fact'
        ? wrapped(`It needs something that is not known yet: ${oneLine(prompt.question)}`, columns - 2, 'warn', ' ')
        : []
  const text = why ? whyRows(state, world) : [...lastFinding(state)]
  return page([...questionRows(state), ...command, ...obstacle], text)
}

/** What led here, in full: the panel below cuts it. */
function lastFinding({ session, columns }: State) {
  const finding = session.findings.at(-1)
  return finding ? [[], ...wrapped(oneLine(finding.says), columns - 2, 'dim', ' ')] : []
}

function pastePage(state: State, world: World, text: string, says: string): Page {
  const { columns } = state
  const count = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length
  const status =
    text === '' ? 'Nothing pasted yet.' : `${count} ${count === 1 ? 'line' : 'lines'}, ${text.length} characters`
  const shown = text.slice(0, 4000).split('\n').slice(0, 6)
  return page(
    [
      ...questionRows(state),
      ...commandRows(state, world),
      ...wrapped(
        'Run it there, paste the whole output here, and press Enter. It is read by the same reader; secrets are masked before it is kept.',
        columns - 2,
        'dim',
        ' ',
      ),
    ],
    shown.filter((row) => row !== '').flatMap((row) => wrapped(row, columns - 5, 'dim', '   ').slice(0, 1)),
    [
      spread([span(' ❯ ', 'accent'), span(status, text === '' ? 'dim' : 'plain')], [], columns),
      ...problem(says, columns),
    ],
  )
}

function problem(says: string, columns: number) {
  return says === '' ? [] : wrapped(oneLine(says), columns - 2, 'bad', ' ')
}
