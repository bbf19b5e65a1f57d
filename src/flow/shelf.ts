import { type Sign, signOf } from './signs.ts'
import type { FlowNode, Library } from './types.ts'

/**
 * The compiled library as one JSON text of which each part can be read alone: a walk comes past a few dozen of many
 * hundred nodes. Its first line says where the parts stand; one part a line follows. Read whole it is an ordinary
 * library, with `index` beside it.
 */
export function packLibrary(library: Library): string {
  const { nodes, signs: _, ...rest } = library
  const text = new Lines()
  const parts: Index['parts'] = {}
  for (const [name, value] of Object.entries(rest)) parts[name] = text.add(`${JSON.stringify(name)}:`, value, ',')
  text.plain('"nodes":{')
  const ids = Object.keys(nodes)
  const places = new Map(ids.map((id, at) => [id, at]))
  const shelved = Object.entries(nodes).map(([id, node], at): Shelved => {
    const { kind, ways, look = '', cause = '' } = signOf(node)
    const [from, to] = text.add(`${JSON.stringify(id)}:`, node, at === ids.length - 1 ? '' : ',')
    return [id, from, to, kind, ways.flatMap((way) => places.get(way) ?? []), look || cause]
  })
  text.plain('}}')
  const index: Index = { parts, nodes: shelved }
  return `{"index":${JSON.stringify(index)},\n${text.text()}`
}

/**
 * A library that reads its parts when they are first asked for; `bytes` is the text of `packLibrary` in UTF-8, and is kept.
 * Throws where it is no such text: that is a broken installation.
 */
export function openLibrary(bytes: Buffer): Library {
  const start = bytes.indexOf('\n') + 1
  if (start === 0) throw new Error('the compiled flows are not what the build wrote: run `npm run build`')
  const { index } = JSON.parse(`${bytes.toString('utf8', 0, start - 2)}}`) as { index: Index }
  const read = ([from, to]: Span): unknown => JSON.parse(bytes.toString('utf8', start + from, start + to))
  const library: Partial<Library> = {}
  for (const [name, span] of Object.entries(index.parts)) later(library, name, () => read(span))
  later(library, 'signs', () => signsFrom(index))
  later(library, 'nodes', () => {
    const nodes: Record<string, FlowNode> = Object.create(null)
    for (const [id, from, to] of index.nodes) later(nodes, id, () => read([from, to]))
    return nodes
  })
  return library as Library
}

/** Where a value stands: bytes behind the first line, the end not among them. */
type Span = [from: number, to: number]

/** One node: its id, where it stands, and its sign. Ways are places in the list of all nodes. */
type Shelved = [id: string, from: number, to: number, kind: Sign['kind'], ways: number[], look: string]

interface Index {
  parts: Record<string, Span>
  nodes: Shelved[]
}

function signsFrom({ nodes }: Index): Record<string, Sign> {
  const signs: Record<string, Sign> = Object.create(null)
  for (const [id, , , kind, places, word] of nodes) {
    const ways = places.flatMap((place) => nodes[place]?.[0] ?? [])
    const more = kind === 'probe' ? { look: word } : kind === 'verdict' ? { cause: word } : {}
    signs[id] = { kind, ways, ...more } as Sign
  }
  return signs
}

/** A property that is made when it is first read. It stays what it is then: to define it anew costs more than to make it. */
function later(target: object, name: string, make: () => unknown): void {
  let made: { value: unknown } | null = null
  const get = () => {
    made ??= { value: make() }
    return made.value
  }
  Object.defineProperty(target, name, { enumerable: true, get })
}

/** Lines that know how many bytes stand in front of them. */
class Lines {
  private readonly lines: string[] = []
  private length = 0

  /** A value between two words on a line of its own. Gives where the value stands. */
  add(before: string, value: unknown, after: string): Span {
    const json = JSON.stringify(value)
    const from = this.length + Buffer.byteLength(before)
    this.plain(`${before}${json}${after}`)
    return [from, from + Buffer.byteLength(json)]
  }

  plain(line: string): void {
    this.lines.push(line)
    this.length += Buffer.byteLength(line) + 1
  }

  text(): string {
    return this.lines.join('\n')
  }
}
