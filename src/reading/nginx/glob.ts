/**
 * Does a file name fit one component of a glob pattern (`*`, `?`, `[…]`, backslash escapes)? As
 * glob(3) with no flags, which nginx's `include` uses: a leading dot has to be matched literally.
 * Bounded by name length times pattern length.
 */
export function fitsGlob(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let n = 0
  let p = 0
  let starP = -1
  let starN = 0
  while (n < name.length) {
    const step = p < pattern.length ? matchOne(name[n] ?? '', pattern, p) : -1
    if (pattern[p] === '*') {
      starP = ++p
      starN = n
    } else if (step > 0) {
      n++
      p = step
    } else if (starP >= 0) {
      p = starP
      n = ++starN
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Is there anything in the text that glob(3) would expand? */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** Does an absolute path fit a pattern, component by component? */
export function pathFitsGlob(path: string, pattern: string): boolean {
  const names = path.split('/')
  const patterns = pattern.split('/')
  return names.length === patterns.length && names.every((name, i) => fitsComponent(name, patterns[i] ?? ''))
}

/** Order of names as glob(3) gives them in the C locale: by bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function fitsComponent(name: string, pattern: string): boolean {
  return isGlob(pattern) ? fitsGlob(name, pattern) : name === pattern
}

/** Index after the pattern element that matched `ch`, or -1. */
function matchOne(ch: string, pattern: string, p: number): number {
  const what = pattern[p]
  if (what === '?') return p + 1
  if (what === '\\' && p + 1 < pattern.length) return pattern[p + 1] === ch ? p + 2 : -1
  if (what === '[') {
    const set = bracket(pattern, p)
    if (set !== undefined) return set.has(ch) ? set.end : -1
  }
  return what === ch && what !== '*' ? p + 1 : -1
}

function bracket(pattern: string, p: number): { end: number; has: (ch: string) => boolean } | undefined {
  const negated = pattern[p + 1] === '!' || pattern[p + 1] === '^'
  const first = p + (negated ? 2 : 1)
  const close = pattern.indexOf(']', first + 1)
  if (close < 0) return undefined
  const body = pattern.slice(first, close)
  return { end: close + 1, has: (ch) => inSet(ch, body) !== negated }
}

function inSet(ch: string, body: string): boolean {
  for (let i = 0; i < body.length; i++) {
    const low = body[i] ?? ''
    const high = body[i + 2]
    if (body[i + 1] === '-' && high !== undefined) {
      if (ch >= low && ch <= high) return true
      i += 2
    } else if (ch === low) return true
  }
  return false
}
