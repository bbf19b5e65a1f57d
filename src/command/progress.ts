import type { Prompt } from '../guide/action.ts'
import { visible } from '../words/visible.ts'
import type { Io } from './io.ts'

/** One line on standard error that says what is being looked at; nothing where that is no terminal. */
export function progress(io: Io): { step(prompt: Prompt): void; clear(): void } {
  if (!io.stderrTty) return { step: () => {}, clear: () => {} }
  let shown = false
  return {
    step(prompt) {
      const says = prompt.kind === 'probe' ? prompt.title : prompt.kind === 'ask' ? prompt.title : ''
      if (says === '') return
      io.err(`\r\u001b[2K${visible(says, { lines: false }).slice(0, Math.max(10, io.columns - 1))}`)
      shown = true
    },
    clear() {
      if (shown) io.err('\r\u001b[2K')
      shown = false
    },
  }
}
