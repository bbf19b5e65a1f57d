import { Text } from 'ink'
import type { Line, Tone } from '../text.ts'

/** How each tone looks: one accent, three status colours, dim for the secondary. */
const LOOKS: Record<Tone, { color?: string; dimColor?: boolean; bold?: boolean; inverse?: boolean }> = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  accent: { color: 'cyan', bold: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warn: { color: 'yellow' },
  mark: { inverse: true },
}

/** Rows as one text: they fit already, so nothing is left to lay out. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) return null
  return (
    <Text wrap="truncate">
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is where it stands, nothing else
        <Row key={at} line={line} last={at === lines.length - 1} />
      ))}
    </Text>
  )
}

function Row({ line, last }: { line: Line; last: boolean }) {
  return (
    <>
      {line.map((part, at) =>
        part.tone === 'plain' ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is where it stands, nothing else
          <Text key={at} {...LOOKS[part.tone]}>
            {part.text}
          </Text>
        ),
      )}
      {last ? (line.length === 0 ? ' ' : '') : '\n'}
    </>
  )
}
