import chalk from 'chalk'
import { Text } from 'ink'
import type { Line, Tone } from '../text.ts'

/** How each tone looks: one accent, three status colours, dim for the secondary. */
const PAINT: Record<Tone, (text: string) => string> = {
  plain: (text) => text,
  strong: chalk.bold,
  dim: chalk.dim,
  accent: chalk.cyan.bold,
  good: chalk.green,
  bad: chalk.red,
  warn: chalk.yellow,
  mark: chalk.inverse,
}

/** Rows as one text, painted beforehand: they fit already, and a node for each part would only cost time. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) return null
  return <Text wrap="truncate">{lines.map(painted).join('\n')}</Text>
}

/** An empty row needs a blank to be one. */
function painted(line: Line): string {
  return line.map(({ text, tone }) => PAINT[tone](text)).join('') || ' '
}
