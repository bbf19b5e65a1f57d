/** What people copy of a page is never longer; more of it is not looked at. In characters. */
const MOST = 64 * 1024
/** Elements whose text no browser shows. */
const HIDDEN = ['script', 'style', 'template', 'noscript']
/** Elements inside a line: a browser puts no blank where they begin or end. */
const INLINE = new Set(['a', 'b', 'code', 'em', 'font', 'i', 'small', 'span', 'strong', 'u'])
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  rsquo: '’',
}

/**
 * What a browser shows of a page's source, as somebody would copy it: without tags, with blanks and line ends as one
 * blank. Text that is no source comes back as it is, its blanks made one. Total and linear.
 */
export function shownText(source: string): string {
  return oneBlank(decode(withoutTags(source.slice(0, MOST))))
}

/** Is it the source of a page, or of a part of one? */
export function isSource(text: string): boolean {
  return /<(?:!doctype|\?xml|html|head|title|body|h1|h2|center|div|p)\b/i.test(text.slice(0, MOST))
}

function withoutTags(source: string): string {
  let text = ''
  for (let at = 0; at < source.length; ) {
    const open = source.indexOf('<', at)
    if (open < 0) return text + source.slice(at)
    text += source.slice(at, open)
    const end = endOfTag(source, open)
    if (end === open) {
      text += '<'
      at = open + 1
    } else {
      if (!INLINE.has(nameOf(source, open))) text += ' '
      at = end
    }
  }
  return text
}

/** One past what begins here: a comment, a tag, or an element that is not shown. The same place where it is only a `<`. */
function endOfTag(source: string, open: number): number {
  if (source.startsWith('<!--', open)) return past(source, '-->', open + 4)
  const letter = source.charAt(open + 1)
  if (!/[A-Za-z/!?]/.test(letter)) return open
  const end = past(source, '>', open + 1)
  const name = letter === '/' ? '' : nameOf(source, open)
  if (!HIDDEN.includes(name)) return end
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = end
  const found = close.exec(source)
  return found === null ? source.length : past(source, '>', found.index)
}

/** Of a beginning or an end. */
function nameOf(source: string, open: number): string {
  return /^\/?([a-z][a-z0-9]{0,10})/.exec(source.slice(open + 1, open + 13).toLowerCase())?.[1] ?? ''
}

function past(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from)
  return at < 0 ? source.length : at + what.length
}

function decode(text: string): string {
  return text.replace(/&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function oneBlank(text: string): string {
  return text.replace(/[\s\u00a0]+/g, ' ').trim()
}
