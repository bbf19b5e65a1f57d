import { splitCommand } from '../flow/argv.ts'
import { parseFact } from '../flow/fact-value.ts'
import { commandLine } from '../report/shown.ts'
import type { LookRequest } from '../words/look.ts'
import { fieldOf } from './field.ts'
import type { Store } from './store.ts'
import { createTail } from './tail.ts'
import type { World } from './world.ts'

/** What can be done at a probe. */
export interface Looking {
  run(request?: LookRequest): void
  /** Gives up on the look that runs. */
  cancel(): void
  paste(text: string): void
  edit(): void
  runEdited(text: string): void
  giveFact(text: string): void
  answer(option: string): void
  skip(): void
  /** Ends whatever still runs, when the wizard is left. */
  stop(): void
}

/** Looks one at a time, each journaled before it starts and judged when it ends. */
export function createLooking(store: Store, world: World, afterwards: (n: number, visit: number) => void): Looking {
  let running: AbortController | null = null

  return {
    run(request) {
      const { prompt, session } = store.state
      if (prompt.kind !== 'probe') return
      void look(prompt.node.id, request ?? prompt.request, session.visit)
    },
    cancel() {
      running?.abort()
      running = null
      store.set({ onItsOwn: false })
      if (store.state.screen.kind === 'running') {
        store.show({ kind: 'prompt' }, { notice: 'Stopped: nothing was concluded from it.' })
      }
    },
    paste(text) {
      const { prompt, session } = store.state
      if (prompt.kind !== 'probe' && prompt.kind !== 'vantage' && prompt.kind !== 'fact') return
      if (text.trim() === '') {
        store.set({ screen: { kind: 'paste', text: '', problem: 'There is nothing in it yet.' } })
        return
      }
      const request = prompt.kind === 'probe' ? prompt.request : prompt.pattern
      const { visit } = session
      const n = store.dispatch({ type: 'look.starts', node: prompt.node.id, request }).probes.length
      store.dispatch({ type: 'look.ends', n, capture: world.pasted(request, text) })
      judge(n, visit)
    },
    edit() {
      const { prompt } = store.state
      if (prompt.kind !== 'probe' || prompt.request.kind !== 'run') return
      store.show({ kind: 'edit', field: fieldOf(commandLine(prompt.request.commands[0] ?? [])), problem: '' })
    },
    runEdited(text) {
      const { prompt, screen } = store.state
      if (prompt.kind !== 'probe' || prompt.request.kind !== 'run' || screen.kind !== 'edit') return
      const split = splitCommand(text)
      const problem = split.ok ? world.refuses(split.argv) : `${split.what}: ${split.mend}`
      if (!split.ok || problem !== null) {
        store.set({ screen: { ...screen, problem: problem ?? '' } })
        return
      }
      const { otherwise: _, ...request } = prompt.request
      void look(prompt.node.id, { ...request, commands: [split.argv] }, store.state.session.visit)
    },
    giveFact(text) {
      const { prompt, screen } = store.state
      if (prompt.kind !== 'fact' || screen.kind !== 'fact') return
      const spec = world.library.facts[prompt.name]
      const parsed = spec ? parseFact(spec.type, text.trim()) : null
      if (!parsed?.ok) {
        const problem = `It ${parsed?.says ?? 'is not known'}. For example: ${prompt.example}`
        store.set({ screen: { ...screen, problem } })
        return
      }
      store.dispatch({ type: 'give.fact', name: prompt.name, value: parsed.value, origin: { by: 'person' } })
      store.show({ kind: 'prompt' })
    },
    answer(option) {
      store.dispatch({ type: 'answer', option, by: 'person' })
      store.show({ kind: 'prompt' })
    },
    skip() {
      const { prompt } = store.state
      if (prompt.kind === 'ask') store.dispatch({ type: 'leave.open' })
      else if (prompt.kind === 'vantage') store.dispatch({ type: 'skip', why: 'no-vantage', says: prompt.says })
      else if (prompt.kind === 'fact') {
        store.dispatch({
          type: 'skip',
          why: 'declined',
          says: `${prompt.name} is not known, so it was skipped: ${prompt.title}`,
        })
      } else if (prompt.kind === 'probe') {
        store.dispatch({ type: 'skip', why: 'declined', says: `skipped: ${prompt.title}` })
      } else return
      store.show({ kind: 'prompt' })
    },
    stop() {
      running?.abort()
      running = null
    },
  }

  async function look(node: string, request: LookRequest, visit: number): Promise<void> {
    const controller = new AbortController()
    running = controller
    const n = store.dispatch({ type: 'look.starts', node, request }).probes.length
    const tail = createTail((lines, count) => {
      const { screen } = store.state
      if (screen.kind !== 'running' || screen.n !== n) return
      store.set({ screen: { ...screen, live: { ...screen.live, tail: lines, lines: count } } })
    })
    store.show({ kind: 'running', n, live: { since: world.now().getTime(), tail: [], lines: 0 } }, { notice: '' })
    const capture = await world.look(request, controller.signal, tail.add)
    tail.end()
    // What comes back after the wizard was left belongs to no session any more.
    if (store.state.over) return
    store.dispatch({ type: 'look.ends', n, capture })
    if (running !== controller) return
    running = null
    judge(n, visit)
  }

  function judge(n: number, visit: number): void {
    store.dispatch({ type: 'judge', n })
    afterwards(n, visit)
  }
}
