import type { Candidate } from '../guide/conclusion.ts'
import { conclude } from '../guide/conclusion.ts'
import { factValues } from '../guide/scope.ts'
import { commandLine, oneLine } from '../report/shown.ts'
import type { State } from './state.ts'
import type { World } from './world.ts'

/** One thing a person can choose. */
export interface Item {
  id: string
  label: string
  /** Said behind the label, quietly. */
  hint?: string
}

const LOOKING: readonly Item[] = [
  { id: 'edit', label: 'Edit it first' },
  { id: 'paste', label: 'I ran it elsewhere: paste the output' },
  { id: 'known', label: 'I know the answer' },
  { id: 'skip', label: 'Skip' },
]

/** What can be chosen on the screen as it is; empty where keys do other things. */
export function menuOf(state: State, world: World): Item[] {
  const { screen } = state
  switch (screen.kind) {
    case 'prompt':
      return promptMenu(state, world)
    case 'known':
      return [
        ...screen.ways.map(({ id, label }) => ({ id, label: oneLine(label) })),
        { id: '', label: 'None of these' },
      ]
    case 'result':
      return resultMenu(state, screen.n)
    case 'confirm':
      return [
        { id: 'no', label: 'No, go back' },
        { id: 'yes', label: 'Yes, run it', hint: 'it changes something' },
      ]
    case 'fixed':
      return [
        ...(world.sample ? [{ id: 'verify', label: 'See whether it helped' }] : []),
        { id: 'back', label: 'Back to the verdict' },
      ]
    case 'verified':
      return [
        { id: 'back', label: 'Back to the verdict' },
        ...(world.sample ? [{ id: 'verify', label: 'Ask again' }] : []),
        { id: 'leave', label: 'Leave' },
      ]
    default:
      return []
  }
}

function promptMenu(state: State, world: World): Item[] {
  const { prompt } = state
  switch (prompt.kind) {
    case 'probe': {
      const editable = prompt.request.kind === 'run'
      return [{ id: 'run', label: 'Run it' }, ...LOOKING.filter(({ id }) => id !== 'edit' || editable)]
    }
    case 'vantage': {
      const whose = prompt.role === 'proxy' ? "the gateway's machine" : "the application's machine"
      const rest = LOOKING.filter(({ id }) => id !== 'edit')
      return [...rest.slice(0, 2), { id: 'here', label: `This is ${whose}: I know that` }, ...rest.slice(2)]
    }
    case 'fact': {
      const rest = LOOKING.filter(({ id }) => id !== 'edit')
      return prompt.askable ? [{ id: 'fact', label: `Tell it: ${prompt.question}` }, ...rest] : [...rest]
    }
    case 'ask':
      return [
        ...prompt.options.map(({ option, label, supported }) => ({
          id: `option:${option.id}`,
          label: oneLine(label),
          ...hintOf(supported, world.answers.get(prompt.node) === option.id),
        })),
        { id: 'open', label: 'Leave it open and end here' },
      ]
    case 'reached':
      return endMenu(state, world)
    case 'begin':
    case 'ended':
      return []
  }
}

function hintOf(supported: boolean, given: boolean): { hint?: string } {
  if (given) return { hint: supported ? 'your --answer, and the evidence says so' : 'your --answer' }
  return supported ? { hint: 'the evidence says so' } : {}
}

/** Which item is marked when a screen is entered: an answer that was given beforehand, otherwise the first. */
export function firstMark({ prompt }: Pick<State, 'prompt'>, world: World): number {
  if (prompt.kind !== 'ask') return 0
  const given = world.answers.get(prompt.node)
  return Math.max(
    0,
    prompt.options.findIndex(({ option }) => option.id === given),
  )
}

function resultMenu(state: State, n: number): Item[] {
  const probe = state.session.probes.find((one) => one.n === n)
  const lines = probe?.capture?.out.replace(/\n$/, '').split('\n').length ?? 0
  return [
    { id: 'on', label: 'Go on' },
    ...(probe?.capture && probe.capture.out !== ''
      ? [{ id: 'output', label: `See the output (${lines} ${lines === 1 ? 'line' : 'lines'})` }]
      : []),
    { id: 'again', label: 'Run it again' },
    { id: 'otherwise', label: 'It is otherwise: answer it myself' },
  ]
}

function endMenu(state: State, world: World): Item[] {
  const verdict = verdictOf(state, world)
  const steps = verdict ? fixMenu(verdict, state, world) : []
  return [
    ...steps,
    ...(world.sample ? [{ id: 'verify', label: 'Ask the URL until it answers well' }] : []),
    { id: 'evidence', label: 'Read the whole diagnosis' },
    { id: 'write', label: 'Write the transcript for the postmortem' },
    ...(verdict ? [] : [{ id: 'back', label: 'Go back to the last choice' }]),
    { id: 'leave', label: 'Leave' },
  ]
}

function fixMenu(verdict: Candidate, state: State, world: World): Item[] {
  const facts = factValues(state.session, world.library.facts)
  const render = (template: string) => world.language.render(template, facts)
  return verdict.node.fix.map((step, at) => {
    const run = step.run?.map(render)
    const command = run ? `$ ${commandLine(run)}` : ''
    const label =
      step.say === undefined ? command : [oneLine(render(step.say)), command].filter((part) => part !== '').join('  ')
    const done = state.done.has(at) ? 'done ✓' : ''
    const hint = done !== '' ? done : run && step.effect === 'changes' ? 'changes something' : ''
    return { id: `fix:${at}`, label: `${at + 1}. ${label}`, ...(hint === '' ? {} : { hint }) }
  })
}

/** The verdict that stands at the end of the way taken, or null. */
export function verdictOf(state: State, world: World): Candidate | null {
  return conclude(state.session, world.library, world.language).verdict
}

/** A step's command with its facts filled in; empty for a step that is only said. */
export function fixCommand(verdict: Candidate, step: number, state: State, world: World): string[] {
  const facts = factValues(state.session, world.library.facts)
  return verdict.node.fix[step]?.run?.map((template) => world.language.render(template, facts)) ?? []
}
