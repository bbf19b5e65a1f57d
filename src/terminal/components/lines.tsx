import { Text } from 'ink'
import { painted } from '../paint.ts'
import type { Line } from '../text.ts'

/** Rows as one text, painted beforehand: they fit already, and a node for each part would only cost time. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) return null
  // An empty row needs a blank to be one.
  return <Text wrap="truncate">{lines.map((line) => painted(line) || ' ').join('\n')}</Text>
}
