import type { Terminal } from '@xterm/headless'
import stringWidth from 'string-width'

type Provider = Parameters<Terminal['unicode']['register']>[0]

const known = new Map<number, 0 | 1 | 2>()

/**
 * Widths of characters as terminals of today have them. The screen's own table is of Unicode 6, for which emoji are
 * narrow; with it a row with emoji would look shorter than it is.
 */
export const WIDTHS: Provider = {
  version: 'today',
  wcwidth,
  charProperties(codepoint, preceding) {
    const own = wcwidth(codepoint)
    const before = (preceding >> 1) & 3
    const joins = own === 0 && preceding !== 0 && before !== 0
    return (Math.max(own, joins ? before : 0) << 1) | (joins ? 1 : 0)
  },
}

function wcwidth(codepoint: number): 0 | 1 | 2 {
  if (codepoint >= 0x20 && codepoint < 0x7f) return 1
  const before = known.get(codepoint)
  if (before !== undefined) return before
  const width = stringWidth(String.fromCodePoint(codepoint))
  const wide = width > 1 ? 2 : width === 1 ? 1 : 0
  known.set(codepoint, wide)
  return wide
}
