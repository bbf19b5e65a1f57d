import type { Library, Term } from './types.ts'

interface Finder {
  pattern: RegExp
  byForm: Map<string, Term>
}

const finders = new WeakMap<object, Finder>()

/**
 * The terms that stand in some texts, each once, in the order in which they are met. A form counts as a whole word; where
 * several fit, the longest wins (`reverse proxy` before `proxy`). Forms without small letters fit only as they are written.
 */
export function termsIn(texts: readonly string[], library: Pick<Library, 'glossary'>): Term[] {
  const { pattern, byForm } = finderFor(library.glossary)
  const met = new Set<Term>()
  if (byForm.size === 0) return []
  for (const text of texts) {
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const word = match[0].replace(/\s+/g, ' ')
      const term = byForm.get(word) ?? byForm.get(word.toLowerCase())
      if (term) met.add(term)
      else pattern.lastIndex = match.index + 1
    }
  }
  return [...met]
}

/** One pattern of all forms, the longest first: the forms are literals, so its time grows with the text alone. */
function finderFor(glossary: readonly Term[]): Finder {
  const known = finders.get(glossary)
  if (known) return known
  const byForm = new Map<string, Term>()
  for (const term of glossary)
    for (const form of term.forms) byForm.set(isExact(form) ? form : form.toLowerCase(), term)
  const forms = [...byForm.keys()].sort((a, b) => b.length - a.length).map(escaped)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${forms.join('|')})(?![\\p{L}\\p{N}_])`, 'giu')
  const finder = { pattern, byForm }
  finders.set(glossary, finder)
  return finder
}

/** `TLS` is a term, `tls` in a name of something is not; `502` has no letters at all. */
function isExact(form: string): boolean {
  return form === form.toUpperCase()
}

function escaped(form: string): string {
  return form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ /g, '\\s+')
}
