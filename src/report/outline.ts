/**
 * A report before it has a format: what is said, in order. Texts are raw; each format makes
 * them safe for itself, so nothing that was found can become markup.
 */
export type Block =
  | { kind: 'title'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: Run[] }
  | { kind: 'list'; ordered: boolean; items: Item[] }
  | { kind: 'checklist'; items: Run[][] }
  | { kind: 'table'; head: string[]; rows: Run[][][] }
  | { kind: 'lines'; lines: string[] }

/** One list entry, with lines or a command that belong to it. */
export interface Item {
  text: Run[]
  lines: string[]
}

/** A stretch of text: plain, strong, or code. */
export type Run = string | { strong: string } | { code: string }

/** The same report with every text changed: names replaced by tokens, for example. */
export function mapTexts(blocks: readonly Block[], change: (text: string) => string): Block[] {
  return blocks.map((block) => mapBlock(block, change))
}

function mapBlock(block: Block, change: (text: string) => string): Block {
  const runs = (parts: Run[]) => parts.map((part) => mapRun(part, change))
  switch (block.kind) {
    case 'title':
    case 'heading':
      return { ...block, text: change(block.text) }
    case 'paragraph':
      return { ...block, text: runs(block.text) }
    case 'list':
      return { ...block, items: block.items.map(({ text, lines }) => ({ text: runs(text), lines: lines.map(change) })) }
    case 'checklist':
      return { ...block, items: block.items.map(runs) }
    case 'table':
      return { ...block, rows: block.rows.map((row) => row.map(runs)) }
    case 'lines':
      return { ...block, lines: block.lines.map(change) }
  }
}

function mapRun(part: Run, change: (text: string) => string): Run {
  if (typeof part === 'string') return change(part)
  return 'code' in part ? { code: change(part.code) } : { strong: change(part.strong) }
}
