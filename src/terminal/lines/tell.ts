import { commandLine, oneLine } from '../../report/shown.ts'
import { groupSays } from '../pages/start.ts'
import type { Choice, StartState } from '../start.ts'
import type { State } from '../state.ts'
import { span } from '../text.ts'
import type { World } from '../world.ts'
import { lettersSay } from './commands.ts'
import { bodyRows, choiceRows, choicesOf, clockSays, findingKey, findingRows, pathSays } from './page.ts'
import type { Printer } from './printer.ts'

/** Prints what a person has not been told yet. */
export interface Teller {
  start(start: StartState): void
  /** Some of what can be begun, numbered. */
  choices(choices: readonly Choice[], says: string): void
  /** The step and its choices, as far as they are new. */
  step(state: State, world: World): void
  /** At every change: what begins to run, what is found on the way, one sentence that has to be said. */
  watch(state: State, world: World): void
  /** What runs, for how long. */
  progress(state: State, world: World, stops: string): void
  /** The choices again: much was printed since. */
  forgetChoices(): void
}

/** So many recorded incidents are told without being asked for: the others are found by their words. */
const FIRST = 16

/** What is told at the start: every session and service, and the recorded incidents that a beginner meets first. */
export function offered(choices: readonly Choice[]): readonly Choice[] {
  const recorded = choices.filter(({ group }) => group === 'recorded')
  return [...choices.filter(({ group }) => group !== 'recorded'), ...recorded.slice(0, FIRST)]
}

export function createTeller(printer: Printer): Teller {
  const findings = new Set<string>()
  let greeted = false
  let page = ''
  let choices = ''
  let path = ''
  let notice = ''
  let began = ''

  return {
    start(start) {
      if (page === '') startPage(start)
      page = 'start'
      if (start.problem !== '') printer.say(start.problem, 'bad')
    },
    choices: listed,
    step(state, world) {
      greet(state, world)
      const { screen, prompt, session } = state
      const here = [screen.kind, prompt.kind, session.visit, 'n' in screen ? screen.n : ''].join('/')
      const items = choicesOf(state, world)
      const offered = items.map(({ label, hint }) => `${label}\u0000${hint}`).join('\u0001')
      if (here !== page) stepPage(state, world)
      if ('problem' in screen && screen.problem !== '') printer.say(screen.problem, 'bad')
      if (here !== page || offered !== choices) {
        if (items.length > 0) printer.gap()
        printer.rows(choiceRows(items))
      }
      page = here
      choices = offered
    },
    watch(state, world) {
      if (state.notice !== notice && state.notice !== '') printer.say(state.notice, 'warn')
      notice = state.notice
      const { screen } = state
      const now = 'n' in screen ? `${screen.kind}/${screen.n}` : ''
      if (now !== '' && now !== began) begins(state, world)
      began = now
      if (!isRunning(state)) return
      // What follows is told anew, also where it is the step from before.
      page = ''
      if (state.onItsOwn) untold(state)
    },
    progress(state, world, stops) {
      const says = progressSays(state, world)
      if (says !== '') printer.say(`${says} ${stops}`.trim(), 'dim')
    },
    forgetChoices() {
      choices = ''
    },
  }

  function startPage(start: StartState) {
    printer.say('triage502: why does a site answer 502, 503 or 504?', 'strong')
    printer.say('It shows each command before it runs, reads the output and decides what comes next. It only looks.')
    printer.gap()
    const { choices } = start
    const told = offered(choices)
    const more = choices.length - told.length
    listed(told, more > 0 ? `${more} more recorded incidents: type words to find some (docker oom), or all.` : '')
    printer.say(`Which URL fails? Type it${choices.length > 0 ? ', or a number of the list' : ''}. q leaves.`, 'strong')
  }

  function listed(some: readonly Choice[], says: string) {
    printer.rows(
      choiceRows(
        some.map((choice) => ({
          ...choice,
          label: `${groupSays(choice)}: ${choice.label}`,
          ...(choice.hint === undefined ? {} : { hint: hintInWords(choice) }),
        })),
      ),
    )
    printer.gap()
    if (says !== '') printer.say(says, 'dim')
  }

  function greet({ session, why }: State, world: World) {
    if (greeted) return
    greeted = true
    const recorded = world.recorded === null ? '' : ' (a recorded incident)'
    printer.say(`triage502: ${oneLine(session.url)}${recorded}`, 'strong')
    printer.say('A number chooses, Enter alone takes the one in brackets. Letters:', 'dim')
    printer.say(`${lettersSay()}.${why ? '' : ' w is for a first night.'}`, 'dim')
  }

  function stepPage(state: State, world: World) {
    const { screen, session } = state
    if (screen.kind === 'result') {
      const own = session.findings.find((one) => one.visit === screen.visit && one.probe === screen.n)
      if (own) findings.add(findingKey(own))
    } else untold(state)
    printer.gap()
    if (screen.kind === 'prompt') {
      printer.say(clockSays(state, world), 'dim')
      const says = pathSays(state)
      if (says !== path) printer.say(says, 'dim')
      path = says
    }
    printer.rows(pageRows(state, world))
  }

  function untold(state: State) {
    printer.rows(findingRows(state, findings))
    for (const finding of state.session.findings) findings.add(findingKey(finding))
  }

  function begins(state: State, world: World) {
    const { screen, session, prompt } = state
    if (screen.kind === 'running' && state.onItsOwn) {
      printer.gap()
      printer.say('title' in prompt ? prompt.title : '', 'strong')
      const request = session.probes.find(({ n }) => n === screen.n)?.request
      if (request) printer.say(` $ ${commandLine(world.equivalent(request))}`)
    }
    if (screen.kind === 'fixing') {
      printer.say(`Runs: $ ${commandLine(session.fixes.find(({ n }) => n === screen.n)?.argv ?? [])}`)
    }
    if (screen.kind === 'verifying') printer.say(`Asks ${oneLine(session.url)} until it answers well.`)
  }
}

/** The page of a step; where a text is wanted, how it is given. */
function pageRows(state: State, world: World) {
  const { screen, prompt } = state
  const plain = (text: string) => [span(text)]
  switch (screen.kind) {
    case 'edit':
      return [
        [span(`   $ ${screen.field.text}`)],
        plain('Type the command as it shall be. It runs only if it is known to only read.'),
        plain('Enter alone runs it as it stands, a dot alone leaves it.'),
      ]
    case 'fact':
      return [
        plain(prompt.kind === 'fact' ? `${oneLine(prompt.question)}  For example: ${oneLine(prompt.example)}` : ''),
        plain('Enter alone leaves it open.'),
      ]
    case 'paste':
      return [
        plain('Run it there and paste the whole output here. Secrets are masked before it is kept.'),
        plain('A line that holds only a dot ends it; a dot at once leaves it.'),
      ]
    default:
      return bodyRows(state, world)
  }
}

/** What stands in columns on a screen, as it is read out. */
const hintInWords = ({ group, hint = '' }: Choice): string =>
  group === 'recorded' ? hint.replace('---', 'no answer').replaceAll(' · ', ', ').replaceAll(' › ', ' then ') : hint

const RUNNING: ReadonlySet<string> = new Set(['running', 'fixing', 'verifying'])

/** Does something run that has to be waited for? */
export const isRunning = ({ screen }: State): boolean => RUNNING.has(screen.kind)

function progressSays({ screen, session }: State, world: World): string {
  switch (screen.kind) {
    case 'running': {
      const request = session.probes.find(({ n }) => n === screen.n)?.request
      const most = request ? ` of at most ${Math.ceil(request.timeoutMs / 1000)} s` : ''
      return `${secondsSince(screen.live.since, world)}${most}${linesSoFar(screen.live.lines)}.`
    }
    case 'fixing':
      return `${secondsSince(screen.live.since, world)}${linesSoFar(screen.live.lines)}.`
    case 'verifying': {
      const last = screen.samples.at(-1)
      const said = last ? `, the last: ${oneLine(last.says)}` : ''
      return `${screen.inRow} good answers in a row, ${screen.samples.length} asked${said}.`
    }
    default:
      return ''
  }
}

const secondsSince = (since: number, world: World) =>
  `${Math.max(0, Math.floor((world.now().getTime() - since) / 1000))} s`

const linesSoFar = (lines: number) => (lines > 0 ? `, ${lines} lines so far` : '')
