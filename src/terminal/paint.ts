import chalk from 'chalk'
import type { Line, Tone } from './text.ts'

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

/** A row in its colours, as a terminal takes it. */
export const painted = (line: Line): string => line.map(({ text, tone }) => PAINT[tone](text)).join('')
