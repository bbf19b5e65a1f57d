import { visible } from '../words/visible.ts'
import type { Block, Run } from './outline.ts'
import { oneLine } from './shown.ts'

/** Nothing is loaded, nothing runs, nothing is sent: only this page's own style applies. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f3f3f3;padding:.6rem;overflow-x:auto}table{border-collapse:collapse}
td,th{border-bottom:1px solid #ddd;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}`

/** A report as one HTML page that stands alone. Every text is escaped, and a policy forbids the rest. */
export function html(blocks: readonly Block[]): string {
  const title = blocks.find((part) => part.kind === 'title')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title?.text ?? 'triage502')}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(block).join('\n')}
</body>
</html>
`
}

function block(part: Block): string {
  switch (part.kind) {
    case 'title':
      return `<h1>${escapeHtml(part.text)}</h1>`
    case 'heading':
      return `<h2>${escapeHtml(part.text)}</h2>`
    case 'paragraph':
      return `<p>${runs(part.text)}</p>`
    case 'list': {
      const items = part.items.map(({ text, lines }) => `<li>${runs(text)}${lines.length > 0 ? pre(lines) : ''}</li>`)
      const tag = part.ordered ? 'ol' : 'ul'
      return `<${tag}>${items.join('')}</${tag}>`
    }
    case 'checklist':
      return `<ul>${part.items.map((text) => `<li><input type="checkbox"> ${runs(text)}</li>`).join('')}</ul>`
    case 'table':
      return table(part.head, part.rows)
    case 'lines':
      return pre(part.lines)
  }
}

function table(head: string[], rows: Run[][][]): string {
  const titles = head.some((name) => name !== '')
    ? `<thead><tr>${head.map((name) => `<th>${escapeHtml(name)}</th>`).join('')}</tr></thead>`
    : ''
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${runs(cell)}</td>`).join('')}</tr>`).join('')
  return `<table>${titles}<tbody>${body}</tbody></table>`
}

function runs(parts: readonly Run[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return escaped(part)
      return 'strong' in part ? `<strong>${escaped(part.strong)}</strong>` : `<code>${escaped(part.code)}</code>`
    })
    .join('')
}

function pre(lines: readonly string[]): string {
  return `<pre>${lines.map((line) => escaped(visible(line.replace(/\r?\n/g, ' ')))).join('\n')}</pre>`
}

/** One line of text that no browser reads as markup, in an element or in an attribute. */
function escapeHtml(text: string): string {
  return escaped(oneLine(text))
}

function escaped(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
