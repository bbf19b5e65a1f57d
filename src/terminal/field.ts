import type { Key } from './keys.ts'
import { graphemesOf } from './text.ts'

/** One line of text being typed. `at` counts graphemes from the left. */
export interface Field {
  text: string
  at: number
}

export const fieldOf = (text: string): Field => ({ text, at: graphemesOf(text).length })

/** The field after a key, by the habits of readline; null for keys that mean nothing here. */
export function typed(field: Field, key: Key): Field | null {
  const parts = graphemesOf(field.text)
  const at = Math.min(field.at, parts.length)
  switch (key.name) {
    case 'char':
      return insert(field, key.char)
    case 'backspace':
      return at === 0 ? field : { text: [...parts.slice(0, at - 1), ...parts.slice(at)].join(''), at: at - 1 }
    case 'left':
      return { ...field, at: Math.max(0, at - 1) }
    case 'right':
      return { ...field, at: Math.min(parts.length, at + 1) }
    case 'home':
    case 'ctrl-a':
      return { ...field, at: 0 }
    case 'end':
    case 'ctrl-e':
      return { ...field, at: parts.length }
    case 'ctrl-u':
      return { text: parts.slice(at).join(''), at: 0 }
    case 'ctrl-k':
      return { text: parts.slice(0, at).join(''), at }
    case 'ctrl-w': {
      const before = parts
        .slice(0, at)
        .join('')
        .replace(/\S+\s*$/, '')
      return { text: before + parts.slice(at).join(''), at: graphemesOf(before).length }
    }
    default:
      return null
  }
}

/** Text at the cursor: what was pasted becomes one line. */
export function insert(field: Field, text: string): Field {
  const parts = graphemesOf(field.text)
  const at = Math.min(field.at, parts.length)
  const before =
    parts.slice(0, at).join('') + text.replace(/[\r\n\t]+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  return { text: before + parts.slice(at).join(''), at: graphemesOf(before).length }
}
