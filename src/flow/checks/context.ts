import type { RecordType } from '../../words/value.ts'
import type { Expressions } from '../cel.ts'
import type { Draft } from '../draft.ts'
import type { Branch, FlowNode, Option } from '../types.ts'

/** What flows may name that is not in their files. */
export interface Catalogue {
  readers: Readonly<Record<string, { output: RecordType; consults: readonly string[] }>>
  /** The tool's own looks. */
  looks: readonly string[]
  /** Verdicts that recorded incidents reach; null where recordings are not at hand. */
  recorded: ReadonlySet<string> | null
}

/** What every check needs. */
export interface Context {
  draft: Draft
  catalogue: Catalogue
  /** Expressions over facts and this reader's output; null: facts only. */
  expressions(reader: string | null): Expressions
}

/** Where every walk begins. */
export const ENTRY_FLOW = 'locate'

/** Facts that a session has from its first event on. */
export const GIVEN: readonly string[] = [
  'url.text',
  'url.scheme',
  'url.host',
  'url.port',
  'url.path',
  'window.seconds',
  'window.now',
]

/** Groups that the session itself fills: some of their facts only with an option such as --resolve. */
export const GIVEN_GROUPS: ReadonlySet<string> = new Set(['url', 'window'])

/** The branches or options of a node, with the YAML key they stand under. */
export function waysOf(node: FlowNode): { key: string; ways: readonly (Branch | Option)[] } {
  switch (node.kind) {
    case 'probe':
      return { key: 'branches', ways: node.branches }
    case 'fork':
      return { key: 'fork', ways: node.branches }
    case 'ask':
      return { key: 'options', ways: node.options }
    case 'verdict':
    case 'end':
      return { key: '', ways: [] }
  }
}

/** The reader whose output a node's expressions see, or null. */
export function readerOf(node: FlowNode): string | null {
  return node.kind === 'probe' ? node.probe.read : null
}

/** Facts that stand in `{…}` of a command or URL, as the guide fills them. */
export function placeholders(text: string): { name: string; offset: number }[] {
  return [...text.matchAll(/\{([a-z0-9_.]+)\}/g)].map((match) => ({ name: match[1] ?? '', offset: match.index + 1 }))
}

/** The facts that a probe cannot do without. `below` leads to where each stands in the YAML. */
export function neededBy(node: FlowNode): { name: string; below: (string | number)[] }[] {
  if (node.kind !== 'probe') return []
  const { probe } = node
  switch (probe.kind) {
    case 'run':
      return probe.commands.flatMap((argv, i) =>
        argv.flatMap((word) =>
          placeholders(word).map(({ name }) => ({
            name,
            below: i === 0 ? ['probe', 'run'] : ['probe', 'else', i - 1],
          })),
        ),
      )
    case 'http':
      return placeholders(probe.url).map(({ name }) => ({ name, below: ['probe', 'http'] }))
    case 'log':
      // Where a journal may stand in for the file, neither is needed by itself.
      return probe.journal === undefined ? [{ name: probe.path, below: ['probe', 'log'] }] : []
    case 'look':
      return Object.entries(probe.with)
        .filter(([, fact]) => !fact.endsWith('?'))
        .map(([argument, name]) => ({ name, below: ['probe', 'with', argument] }))
  }
}

/** The facts that a probe takes when they are known. */
export function welcomeTo(node: FlowNode): { name: string; below: (string | number)[] }[] {
  if (node.kind !== 'probe') return []
  const { probe } = node
  if (probe.kind === 'http') {
    return Object.entries(probe.via).map(([detail, name]) => ({ name, below: ['probe', 'via', detail] }))
  }
  if (probe.kind === 'log') {
    return [
      ...(probe.journal === undefined ? [] : [{ name: probe.path, below: ['probe', 'log'] }]),
      ...(probe.journal === undefined ? [] : [{ name: probe.journal, below: ['probe', 'journal'] }]),
      ...(probe.writer === undefined ? [] : [{ name: probe.writer, below: ['probe', 'writer'] }]),
    ]
  }
  if (probe.kind !== 'look') return []
  return Object.entries(probe.with)
    .filter(([, fact]) => fact.endsWith('?'))
    .map(([argument, fact]) => ({ name: fact.slice(0, -1), below: ['probe', 'with', argument] }))
}
