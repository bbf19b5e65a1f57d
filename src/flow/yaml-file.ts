import { readFileSync } from 'node:fs'
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml'
import type { Problem } from './problem.ts'
import { sourceOffset } from './yaml-text.ts'

export type Path = readonly (string | number)[]

/** One YAML file with the place of everything in it. */
export interface YamlFile {
  /** As shown to people. */
  file: string
  data: unknown
  /** Position of the value at a path (`key`: of the key that leads to it), or of the nearest thing above it. */
  at(path: Path, what?: 'key' | 'value'): { line: number; column: number }
  /** Position of a character inside a text value: `offset` characters into the text. */
  inside(path: Path, offset: number): { line: number; column: number }
}

/** Limits: a flow file is read by people. */
const MAX_BYTES = 1_000_000

/** Reads one file. Syntax mistakes become problems; `data` is then what could be read. Throws only when the disk fails. */
export function readYaml(path: string, shown: string, problems: Problem[]): YamlFile {
  const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  const lines = new LineCounter()
  if (text.length > MAX_BYTES) {
    problems.push({
      file: shown,
      line: 1,
      column: 1,
      what: 'the file is larger than 1 MB',
      mend: 'split it into several files',
    })
    return fileOf(shown, parseDocument(''), '', lines)
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: false,
    logLevel: 'error',
  })
  // One slip makes the parser stumble several times on its line.
  const told = new Set<number>()
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0])
    if (told.has(line)) continue
    told.add(line)
    problems.push({
      file: shown,
      line,
      column: col,
      what: `not valid YAML: ${error.message}`,
      mend: hintFor(error.message),
    })
  }
  const alias = firstAlias(document)
  if (alias !== null) {
    const { line, col } = lines.linePos(alias)
    const mend = 'write it out where it is used: a reader should not have to look it up'
    problems.push({ file: shown, line, column: col, what: 'aliases are not used in flows', mend })
    return fileOf(shown, parseDocument(''), '', lines)
  }
  const { contents } = document
  const empty = contents === null || (isScalar(contents) && contents.value === null)
  if (empty && document.errors.length === 0) {
    problems.push({ file: shown, line: 1, column: 1, what: 'the file is empty', mend: 'fill it or remove it' })
  }
  return fileOf(shown, document, text, lines)
}

function firstAlias(document: Document.Parsed): number | null {
  let found: number | null = null
  visit(document, {
    Alias(_, alias) {
      found = alias.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return found
}

function hintFor(message: string): string {
  if (/unique/i.test(message)) return 'give each key once: the second would silently replace the first'
  if (/multiple documents/.test(message)) return 'one file holds one flow: remove the --- line'
  if (/tag/i.test(message)) return 'leave the tag out'
  if (/tab/i.test(message)) return 'indent with spaces'
  return 'put text that holds ": ", "#", "{" or quotes between quotes'
}

function fileOf(file: string, document: Document.Parsed, source: string, lines: LineCounter): YamlFile {
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return line === 0 ? { line: 1, column: 1 } : { line, column: col }
  }
  return {
    file,
    data: document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 }),
    at: (path, what = 'value') => position(offsetOf(document, path, what)),
    inside: (path, offset) => position(textOffset(document, source, path, offset)),
  }
}

interface Step {
  key: Node | null
  value: Node | null
}

function step(node: Node | null, name: string | number): Step | null {
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(name)) {
        return { key: pair.key, value: isNode(pair.value) ? pair.value : null }
      }
    }
  }
  if (isSeq(node) && typeof name === 'number') {
    const item = node.items[name]
    return isNode(item) ? { key: item, value: item } : null
  }
  return null
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value)
}

function walk(document: Document.Parsed, path: Path): Step {
  let here: Step = { key: document.contents, value: document.contents }
  for (const name of path) {
    const next = step(here.value, name)
    if (next === null) return here
    here = next
  }
  return here
}

function offsetOf(document: Document.Parsed, path: Path, what: 'key' | 'value'): number {
  const { key, value } = walk(document, path)
  const node = what === 'key' ? (key ?? value) : (value ?? key)
  return node?.range?.[0] ?? 0
}

function textOffset(document: Document.Parsed, source: string, path: Path, offset: number): number {
  const { value, key } = walk(document, path)
  return isText(value) ? sourceOffset(source, value, offset) : ((value ?? key)?.range?.[0] ?? 0)
}

function isText(node: Node | null): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string'
}
