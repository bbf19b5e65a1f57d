import { lexCaddyfile, type Token } from './lexer.ts'

/** One directive of a Caddyfile: its words, and what stands in its block. */
export interface Segment {
  name: string
  args: string[]
  file: string
  line: number
  block?: Segment[]
}

/** A file's text as trees. `whole`: nothing of it was left out or could not be read. */
export interface ParsedCaddyfile {
  segments: Segment[]
  whole: boolean
}

/** Blocks deeper than this are not read. */
const MAX_DEPTH = 40

/**
 * Parses a Caddyfile into directives and blocks, without expanding anything. At the top a segment is a site (its
 * addresses are `name` and `args`), a snippet `(name)`, or the global options (`name` is empty). A file without braces
 * around its only site is that site: its first line holds the addresses.
 */
export function parseCaddyfile(text: string, file: string): ParsedCaddyfile {
  const { tokens, whole } = lexCaddyfile(text)
  const state = { at: 0, whole }
  const segments: Segment[] = []
  while (state.at < tokens.length) {
    const before = state.at
    segments.push(...readSegment(tokens, state, file, 0, true))
    if (state.at === before) state.at += 1
  }
  return { segments: settleOnlySite(segments), whole: state.whole }
}

interface State {
  at: number
  whole: boolean
}

function readSegment(tokens: readonly Token[], state: State, file: string, depth: number, top: boolean): Segment[] {
  const first = tokens[state.at]
  if (first === undefined) return []
  if (isBrace(first, '}')) {
    state.whole = false
    state.at += 1
    return []
  }
  const words: string[] = []
  let line = first.line
  for (; state.at < tokens.length; state.at += 1) {
    const token = tokens[state.at]
    if (token === undefined || isBrace(token, '{') || isBrace(token, '}')) break
    // Addresses go on on the next line after a comma.
    if (token.line !== line && !(top && words.at(-1)?.endsWith(','))) break
    line = token.line
    words.push(token.text)
  }
  const [name = '', ...args] = words
  const segment: Segment = { name, args, file, line: first.line }
  const open = tokens[state.at]
  if (open === undefined || !isBrace(open, '{') || (open.line !== line && words.length > 0)) return [segment]
  state.at += 1
  segment.block = []
  if (depth >= MAX_DEPTH) {
    state.whole = false
    return [segment]
  }
  for (;;) {
    const token = tokens[state.at]
    if (token === undefined) {
      state.whole = false
      return [segment]
    }
    if (isBrace(token, '}')) {
      state.at += 1
      return [segment]
    }
    segment.block.push(...readSegment(tokens, state, file, depth + 1, false))
  }
}

function isBrace(token: Token, brace: string): boolean {
  return !token.quoted && token.text === brace
}

/** `example.com` on the first line and directives below it: one site without braces. */
function settleOnlySite(segments: Segment[]): Segment[] {
  const sites = segments.filter(({ name }) => name !== '' && !name.startsWith('(') && name !== 'import')
  const [first, ...below] = sites
  if (first === undefined || first.block !== undefined || below.length === 0) return segments
  const others = segments.filter((segment) => !sites.includes(segment))
  return [...others, { ...first, block: below }]
}
