import { visibleText } from '../reading/visible.ts'
import type { Value } from '../words/value.ts'

export type TemplatePart = { kind: 'text'; text: string } | { kind: 'hole'; expression: string; offset: number }

/** A hole's value is at most so many characters: what was found is written by strangers. */
const MAX_HOLE = 200

/**
 * Splits a template at its `{expression}` holes. Quotes inside a hole may hold braces, `{{` and `}}`
 * outside of holes stand for the braces themselves. `unclosed` is where a hole begins that never ends.
 */
export function parseTemplate(template: string): { parts: TemplatePart[]; unclosed: number | null } {
  const parts: TemplatePart[] = []
  let text = ''
  for (let at = 0; at < template.length; at++) {
    const char = template.charAt(at)
    if ((char === '{' || char === '}') && template.charAt(at + 1) === char) {
      text += char
      at += 1
    } else if (char === '{') {
      const close = closing(template, at)
      if (close < 0) return { parts, unclosed: at }
      if (text !== '') parts.push({ kind: 'text', text })
      text = ''
      parts.push({ kind: 'hole', expression: template.slice(at + 1, close), offset: at + 1 })
      at = close
    } else text += char
  }
  if (text !== '') parts.push({ kind: 'text', text })
  return { parts, unclosed: null }
}

/** The brace that ends the hole opened at `open`, or -1. */
function closing(template: string, open: number): number {
  let quote = ''
  let depth = 0
  for (let at = open; at < template.length; at++) {
    const char = template.charAt(at)
    if (quote !== '') {
      if (char === '\\') at += 1
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '{') depth += 1
    else if (char === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/** A value as it stands in a sentence: one visible line of at most 200 characters. */
export function showValue(value: Value): string {
  const line = visibleText(textOf(value)).replace(/\s+/g, ' ')
  const characters = [...line.slice(0, 2 * MAX_HOLE + 2)]
  return characters.length > MAX_HOLE ? `${characters.slice(0, MAX_HOLE - 1).join('')}…` : line
}

function textOf(value: Value): string {
  if (value instanceof Date) return clock(value)
  if (Array.isArray(value)) return value.slice(0, MAX_HOLE).map(textOf).join(', ')
  if (typeof value === 'object') return '…'
  return String(value)
}

/** `02:03:12Z`; a time that never was is `never`. */
function clock(date: Date): string {
  if (Number.isNaN(date.getTime()) || date.getTime() === 0) return 'never'
  return `${date.toISOString().slice(11, 19)}Z`
}
