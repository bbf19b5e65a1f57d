import type { Json, JsonObject } from '../../words/json.ts'

/**
 * The part of TOML that Traefik's files are written in: tables, lists of tables, text, numbers, booleans, lists and tables on one
 * line. Undefined for anything else: half a configuration would say something that it does not. Linear. Source: toml.io, v1.0.0.
 */
export function parsedToml(text: string): JsonObject | undefined {
  try {
    return new TomlReader(text.slice(0, MOST)).whole()
  } catch {
    return undefined
  }
}

const MOST = 1024 * 1024
const MAX_DEPTH = 30

class NotToml extends Error {}

class TomlReader {
  private at = 0
  private readonly root: JsonObject = {}

  constructor(private readonly text: string) {}

  whole(): JsonObject {
    let table = this.root
    for (this.blank(); this.at < this.text.length; this.blank()) {
      if (this.takes('[[')) {
        table = this.listed(this.names(']]'))
      } else if (this.takes('[')) {
        table = this.table(this.root, this.names(']'))
      } else this.pair(table, 0)
      this.lineEnd()
    }
    return this.root
  }

  /** `a.b."c d"`, to the sign that ends it. */
  private names(end: string): string[] {
    const names: string[] = []
    do {
      this.space()
      names.push(this.name())
      this.space()
    } while (this.takes('.'))
    if (!this.takes(end)) throw new NotToml()
    return names
  }

  private name(): string {
    const found = this.match(/[A-Za-z0-9_-]{1,200}/y)
    const name = found ?? this.quoted()
    if (name === undefined || name === '__proto__') throw new NotToml()
    return name
  }

  private pair(table: JsonObject, depth: number): void {
    const path = this.names('=')
    const name = path.pop() ?? ''
    this.space()
    this.table(table, path)[name] = this.value(depth)
  }

  /** The table of that name; of a list of tables the last one. */
  private table(from: JsonObject, path: readonly string[]): JsonObject {
    let table = from
    for (const name of path) {
      const known = table[name]
      const last = Array.isArray(known) ? known.at(-1) : known
      if (last !== undefined && !isTable(last)) throw new NotToml()
      const next: JsonObject = last ?? {}
      if (last === undefined) table[name] = next
      table = next
    }
    return table
  }

  private listed(path: string[]): JsonObject {
    const name = path.pop() ?? ''
    const table = this.table(this.root, path)
    const known = table[name] ?? []
    if (!Array.isArray(known)) throw new NotToml()
    const next: JsonObject = {}
    known.push(next)
    table[name] = known
    return next
  }

  private value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new NotToml()
    const quoted = this.quoted()
    if (quoted !== undefined) return quoted
    if (this.takes('[')) return this.list(depth)
    if (this.takes('{')) return this.inline(depth)
    const word = this.match(/[A-Za-z0-9_+.:-]{1,100}/y) ?? ''
    if (word === 'true' || word === 'false') return word === 'true'
    if (/^[+-]?\d[\d_]*(?:\.\d[\d_]*)?$/.test(word)) return Number(word.replaceAll('_', ''))
    // A time or a number of another form: nothing that is read is one.
    if (/^[+-]?\d/.test(word)) return word
    throw new NotToml()
  }

  private list(depth: number): Json[] {
    const list: Json[] = []
    for (this.blank(); !this.takes(']'); this.blank()) {
      list.push(this.value(depth + 1))
      this.blank()
      if (!this.takes(',') && this.text[this.at] !== ']') throw new NotToml()
    }
    return list
  }

  private inline(depth: number): JsonObject {
    const table: JsonObject = {}
    for (this.space(); !this.takes('}'); this.space()) {
      this.pair(table, depth + 1)
      this.space()
      if (!this.takes(',') && this.text[this.at] !== '}') throw new NotToml()
    }
    return table
  }

  private quoted(): string | undefined {
    if (this.text.startsWith("'''", this.at) || this.text.startsWith('"""', this.at)) throw new NotToml()
    const raw = this.match(/'[^'\n]*'/y)
    if (raw !== undefined) return raw.slice(1, -1)
    const found = this.match(/"(?:[^"\\\n]|\\.)*"/y)
    if (found === undefined) return undefined
    try {
      return String(JSON.parse(found))
    } catch {
      throw new NotToml()
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private takes(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false
    this.at += sign.length
    return true
  }

  private space(): void {
    this.match(/[ \t]*/y)
  }

  /** Spaces, line ends and comments. */
  private blank(): void {
    this.match(/(?:[ \t\r\n]|#[^\n]*)*/y)
  }

  private lineEnd(): void {
    this.match(/[ \t]*(?:#[^\n]*)?/y)
    if (this.at < this.text.length && this.match(/\r?\n/y) === undefined) throw new NotToml()
  }
}

function isTable(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
