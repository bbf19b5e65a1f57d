import { fixCommand, menuOf, verdictOf } from './menus.ts'
import type { State } from './state.ts'
import type { World } from './world.ts'

/** The command that is on the screen, to be copied; empty where there is none. */
export function shownCommand(state: State, world: World): string[] {
  const { screen, prompt, session } = state
  switch (screen.kind) {
    case 'result':
    case 'running': {
      const probe = session.probes.find(({ n }) => n === screen.n)
      if (!probe) return []
      const ran = probe.capture?.argv ?? []
      return ran.length > 0 ? ran : world.equivalent(probe.request)
    }
    case 'fixing':
    case 'fixed':
      return session.fixes.find(({ n }) => n === screen.n)?.argv ?? []
    case 'confirm': {
      const verdict = verdictOf(state, world)
      return verdict ? fixCommand(verdict, screen.step, state, world) : []
    }
    case 'verifying':
    case 'verified':
      return []
    default: {
      if (prompt.kind === 'reached') return markedFix(state, world)
      const request = prompt.kind === 'probe' ? prompt.request : 'pattern' in prompt ? prompt.pattern : null
      return request ? world.equivalent(request) : []
    }
  }
}

/** The command of the marked step of the fix, or of the next one that has any. */
function markedFix(state: State, world: World): string[] {
  const marked = menuOf(state, world)[state.at]?.id
  const verdict = verdictOf(state, world)
  if (!verdict || !marked?.startsWith('fix:')) return []
  const from = Number(marked.slice('fix:'.length))
  const step = verdict.node.fix.findIndex(({ run }, at) => at >= from && run !== undefined)
  return step < 0 ? [] : fixCommand(verdict, step, state, world)
}
