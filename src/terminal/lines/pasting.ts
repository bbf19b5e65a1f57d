import type { App } from '../app.ts'
import type { Hands } from './hands.ts'
import type { Printer } from './printer.ts'

/** More of one paste (in UTF-16 units) is not kept. */
const MOST_PASTED = 32 * 1024 * 1024

/** Lines of one pasted text, collected until it ends. */
export interface Pasting {
  /** Has any line come? */
  begun(): boolean
  keep(line: string): void
  /** Hands the whole text on; an empty one leaves the page. */
  end(): void
}

export function createPasting(app: App, printer: Printer, hands: Hands): Pasting {
  let pasted: string[] = []
  let length = 0
  return {
    begun: () => pasted.length > 0,
    keep(line) {
      if (length > MOST_PASTED) return
      pasted.push(line)
      length += line.length + 1
      if (length > MOST_PASTED) printer.say('That is more than 32 million characters: the rest is not kept.', 'warn')
    },
    end() {
      const text = pasted.length === 0 ? '' : `${pasted.join('\n')}\n`
      const count = pasted.length
      pasted = []
      length = 0
      if (text.trim() === '') {
        printer.say('Nothing was pasted.', 'warn')
        return hands.press('escape')
      }
      printer.say(`${count} ${count === 1 ? 'line' : 'lines'}, ${text.length} characters.`, 'dim')
      app.paste(text)
      hands.press('enter')
    },
  }
}
