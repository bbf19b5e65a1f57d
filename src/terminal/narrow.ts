/** ASCII, Latin, arrows, lines, bars and the marks of the screens: one column each, and none joins with its neighbour. */
const NARROW =
  /^[ -~\u00a1-\u00a8\u00aa-\u00ac\u00af-\u02ff\u2010-\u2027\u2190-\u2193\u23ce\u2500-\u25a9\u25b0-\u25b5\u25c6-\u25d7\u2691\u270e\u2713\u2717\u276f]*$/
const COLOURS = /\u001b\[[\d;]*m/g

/**
 * Columns of a text of which every character takes one; null for any other, which wants the tables of
 * Unicode. Building those takes as long as a whole frame, and most screens never need them. Colours take no room.
 */
export function narrowWidth(text: string): number | null {
  const bare = text.includes('\u001b') ? text.replace(COLOURS, '') : text
  return NARROW.test(bare) ? bare.length : null
}
