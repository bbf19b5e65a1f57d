/**
 * A router's rule, judged for a plain GET. Undefined where it cannot be told from outside: regular expressions, headers, queries,
 * addresses. Source: Traefik's documentation, "Rules & Priority" (v3), and its v2 form, in which a matcher has several values.
 */
export function ruleFits(rule: string, asked: { host: string; path: string }): boolean | undefined {
  const parser = new RuleParser(rule.slice(0, LONGEST), asked)
  return parser.whole()
}

/** The host names that a rule is for. */
export function hostsOf(rule: string): string[] {
  const found = [...rule.slice(0, LONGEST).matchAll(/\bHost\(([^)]{1,2000})\)/g)]
  return [...new Set(found.flatMap(([, values = '']) => valuesOf(values)))].map((host) => host.toLowerCase())
}

const LONGEST = 20_000
const MAX_DEPTH = 40
type Fits = boolean | undefined

function valuesOf(text: string): string[] {
  return [...text.matchAll(/`([^`]*)`|"((?:[^"\\]|\\.)*)"/g)].map(([, raw, quoted]) => raw ?? quoted ?? '')
}

class RuleParser {
  private at = 0

  constructor(
    private readonly text: string,
    private readonly asked: { host: string; path: string },
  ) {}

  whole(): Fits {
    const fits = this.either(0)
    this.space()
    // What is not understood to its end says nothing.
    return this.at === this.text.length ? fits : undefined
  }

  private either(depth: number): Fits {
    let fits = this.both(depth)
    while (this.takes('||')) fits = or(fits, this.both(depth))
    return fits
  }

  private both(depth: number): Fits {
    let fits = this.one(depth)
    while (this.takes('&&')) fits = and(fits, this.one(depth))
    return fits
  }

  private one(depth: number): Fits {
    if (depth > MAX_DEPTH) {
      this.at = Number.POSITIVE_INFINITY
      return undefined
    }
    if (this.takes('!')) {
      const fits = this.one(depth + 1)
      return fits === undefined ? undefined : !fits
    }
    if (this.takes('(')) {
      const fits = this.either(depth + 1)
      if (!this.takes(')')) this.at = Number.POSITIVE_INFINITY
      return fits
    }
    return this.matcher()
  }

  private matcher(): Fits {
    this.space()
    const pattern = /([A-Za-z]{1,30})\s{0,20}\(((?:\s|,|`[^`]*`|"(?:[^"\\]|\\.)*")*)\)/y
    pattern.lastIndex = Number.isFinite(this.at) ? this.at : this.text.length
    const found = pattern.exec(this.text)
    if (found === null) {
      this.at = Number.POSITIVE_INFINITY
      return undefined
    }
    this.at = pattern.lastIndex
    return this.judged(found[1]?.toLowerCase() ?? '', valuesOf(found[2] ?? ''))
  }

  private judged(name: string, values: readonly string[]): Fits {
    const { host, path } = this.asked
    // v2 has patterns in braces, `/{id:[0-9]+}`.
    if (values.some((value) => value.includes('{'))) return undefined
    if (name === 'host') return values.some((value) => fitsHost(value.toLowerCase(), host))
    if (name === 'path') return values.includes(path)
    if (name === 'pathprefix') return values.some((value) => path.startsWith(value))
    if (name === 'method') return values.some((value) => value.toUpperCase() === 'GET')
    return undefined
  }

  private takes(sign: string): boolean {
    this.space()
    if (!this.text.startsWith(sign, this.at)) return false
    this.at += sign.length
    return true
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }
}

/** A star stands for one label. */
function fitsHost(value: string, host: string): boolean {
  if (!value.startsWith('*.')) return value === host
  const dot = host.indexOf('.')
  return dot > 0 && host.slice(dot) === value.slice(1)
}

function and(a: Fits, b: Fits): Fits {
  if (a === false || b === false) return false
  return a === undefined || b === undefined ? undefined : true
}

function or(a: Fits, b: Fits): Fits {
  if (a === true || b === true) return true
  return a === undefined || b === undefined ? undefined : false
}
