import { visible } from '../words/visible.ts'
import type { Block, Item, Run } from './outline.ts'
import { oneLine } from './shown.ts'

/**
 * A report as Markdown (CommonMark with GitHub's tables and task lists). Texts are only text: no
 * markup, link, mention or HTML in them survives as such.
 */
export function markdown(blocks: readonly Block[]): string {
  return `${blocks.map(block).join('\n\n')}\n`
}

function block(part: Block): string {
  switch (part.kind) {
    case 'title':
      return `# ${escapeText(part.text)}`
    case 'heading':
      return `## ${escapeText(part.text)}`
    case 'paragraph':
      return runs(part.text)
    case 'list':
      return part.items
        .map((entry, at) => item(part.ordered ? `${at + 1}. ` : '- ', entry))
        .join('\n')
        .trimEnd()
    case 'checklist':
      return part.items.map((text) => `- [ ] ${runs(text)}`).join('\n')
    case 'table':
      return table(part.head, part.rows)
    case 'lines':
      return fenced(part.lines)
  }
}

function item(mark: string, { text, lines }: Item): string {
  const said = `${mark}${runs(text)}`
  if (lines.length === 0) return said
  const indent = ' '.repeat(mark.length)
  const code = fenced(lines)
    .split('\n')
    .map((line) => `${indent}${line}`)
    .join('\n')
  return `${said}\n\n${code}\n`
}

function table(head: string[], rows: Run[][][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head.map(escapeText)),
    line(head.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => runs(cell, true)))),
  ].join('\n')
}

function runs(parts: readonly Run[], inTable = false): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return spaced(part, escapeText)
      return 'strong' in part ? `**${escapeText(part.strong)}**` : code(part.code, inTable)
    })
    .join('')
    .trim()
}

/** Spaces at the ends part one run from the next: they stay. */
function spaced(text: string, change: (text: string) => string): string {
  const lead = text.startsWith(' ') ? ' ' : ''
  const tail = text.length > 1 && text.endsWith(' ') ? ' ' : ''
  return `${lead}${change(text)}${tail}`
}

/**
 * One line of text with everything escaped that Markdown would read: emphasis, links, code, HTML,
 * table cells, mentions (`@name`), references (`#12`), bare URLs, and what begins a block.
 */
export function escapeText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]|~#@!$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2')
}

/** A code span: its fence is longer than any run of backticks inside. In a table a bar must still be escaped. */
function code(text: string, inTable: boolean): string {
  const content = oneLine(text)
  if (content === '') return ''
  const fence = '`'.repeat(longestRun(content) + 1)
  const pad = content.startsWith('`') || content.endsWith('`') ? ' ' : ''
  const span = `${fence}${pad}${content}${pad}${fence}`
  return inTable ? span.replaceAll('|', '\\|') : span
}

function fenced(lines: readonly string[]): string {
  const content = lines.map((line) => visible(line.replace(/\r?\n/g, ' ')))
  const fence = '`'.repeat(Math.max(3, ...content.map((line) => longestRun(line) + 1)))
  return [`${fence}text`, ...content, fence].join('\n')
}

function longestRun(text: string): number {
  let longest = 0
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length)
  return longest
}
