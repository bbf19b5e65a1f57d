import { vclWords, type Word } from './vcl-words.ts'

/** What of a VCL says where requests go: everything else of the program is not followed. */
export interface Vcl {
  backends: Backend[]
  probes: Map<string, Attributes>
  directors: Director[]
  /** `set req.backend_hint = …`: what it names, and whether a condition stands around it. */
  hints: { target: string; conditional: boolean; at: string }[]
  /** `return (synth(…))`: answers that the VCL makes by itself. */
  synths: { status: number; conditional: boolean; at: string }[]
  /** `set bereq.first_byte_timeout = 5s`: times that the program sets for each request. */
  sets: { name: string; value: string; conditional: boolean; at: string }[]
  includes: string[]
  whole: boolean
}

export interface Backend {
  name: string
  attributes: Attributes
  /** The line of each attribute. */
  lines: ReadonlyMap<string, number>
  /** The name of a probe of its own, or the attributes of one that stands in it. */
  probe: string | Attributes | undefined
  at: string
}

export interface Director {
  name: string
  /** round_robin | random | fallback | hash | … */
  kind: string
  members: string[]
}

/** `.host` → `127.0.0.1` */
export type Attributes = Map<string, string>

const MAX_DEPTH = 40
const TIMED = /^bereq\.(connect|first_byte|between_bytes)_timeout$/

/** Reads one VCL file. Never throws. */
export function parseVcl(text: string, file: string): Vcl {
  const { words, whole } = vclWords(text)
  const vcl: Vcl = {
    backends: [],
    probes: new Map(),
    directors: [],
    hints: [],
    synths: [],
    sets: [],
    includes: [],
    whole,
  }
  let depth = 0
  const place = (word: Word) => `${file}:${word.line}`
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined) break
    const next = (step: number) => words[at + step]?.text ?? ''
    if (word.kind === 'mark') {
      if (word.text === '{') depth = Math.min(depth + 1, MAX_DEPTH)
      else if (word.text === '}') depth = Math.max(depth - 1, 0)
      continue
    }
    if (word.kind !== 'word') continue
    if (depth === 0 && word.text === 'include' && words[at + 1]?.kind === 'string') vcl.includes.push(next(1))
    else if (depth === 0 && (word.text === 'backend' || word.text === 'probe') && next(2) === '{') {
      const { attributes, lines, probe, end } = readBlock(words, at + 3)
      if (word.text === 'probe') vcl.probes.set(next(1), attributes)
      else vcl.backends.push({ name: next(1), attributes, lines, probe, at: place(word) })
      at = end
    } else if (word.text === 'new' && next(2) === '=' && next(3).startsWith('directors.')) {
      vcl.directors.push({ name: next(1), kind: next(3).slice('directors.'.length), members: [] })
    } else if (word.text.endsWith('.add_backend') && next(1) === '(') {
      vcl.directors.find(({ name }) => `${name}.add_backend` === word.text)?.members.push(next(2))
    } else if (word.text === 'set' && next(1) === 'req.backend_hint' && next(2) === '=') {
      vcl.hints.push({ target: next(3).replace(/\.backend$/, ''), conditional: depth > 1, at: place(word) })
    } else if (word.text === 'set' && TIMED.test(next(1)) && next(2) === '=') {
      const name = next(1).slice('bereq.'.length)
      vcl.sets.push({ name, value: next(3), conditional: depth > 1, at: place(word) })
    } else if (word.text === 'synth' && next(1) === '(' && /^[1-9]\d\d$/.test(next(2))) {
      vcl.synths.push({ status: Number(next(2)), conditional: depth > 1, at: place(word) })
    }
  }
  return vcl
}

/** The attributes of a block that was opened before `from`; `end` is the place of its last brace. */
function readBlock(
  words: readonly Word[],
  from: number,
): { attributes: Attributes; lines: Map<string, number>; probe: string | Attributes | undefined; end: number } {
  const attributes: Attributes = new Map()
  const lines = new Map<string, number>()
  let probe: string | Attributes | undefined
  for (let at = from; at < words.length; at += 1) {
    const word = words[at]
    if (word === undefined || word.text === '}') return { attributes, lines, probe, end: at }
    if (!word.text.startsWith('.') || words[at + 1]?.text !== '=') continue
    const name = word.text.slice(1)
    if (words[at + 2]?.text === '{') {
      const inner = readBlock(words, at + 3)
      if (name === 'probe') probe = inner.attributes
      at = inner.end
      continue
    }
    // A value ends at its semicolon; a string may be written in parts.
    const parts: string[] = []
    for (at += 2; at < words.length && words[at]?.text !== ';' && words[at]?.text !== '}'; at += 1)
      parts.push(words[at]?.text ?? '')
    if (name === 'probe') probe = parts[0]
    else {
      attributes.set(name, parts.join(''))
      lines.set(name, word.line)
    }
    if (words[at]?.text === '}') return { attributes, lines, probe, end: at }
  }
  return { attributes, lines, probe, end: words.length }
}

/** Milliseconds of a VCL duration: `1s`, `3.5s`, `500ms`, `2m`; undefined for what is none. */
export function vclMs(text: string | undefined): number | undefined {
  const found = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w|y)?$/.exec(text ?? '')
  if (!found) return undefined
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 }[
    found[2] ?? 's'
  ]
  return Math.round(Number(found[1]) * (unit ?? 1000))
}
