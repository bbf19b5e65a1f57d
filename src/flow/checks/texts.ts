import { parseTemplate } from '../template.ts'
import type { FixStep, FlowNode } from '../types.ts'
import { type Context, readerOf, waysOf } from './context.ts'

/** One expression or template of a node, and where it stands. */
export interface Written {
  kind: 'expression' | 'template'
  text: string
  below: (string | number)[]
  /** May it see the probe's reading? */
  out: boolean
  /** The way it belongs to: what its `when` guards, this may read; null: the node's own. */
  way: number | null
  role: 'when' | 'learn' | 'hops' | 'found' | 'title' | 'label' | 'says' | 'fix'
  /** The fact that is learned. */
  fact?: string
  /** The condition under which a step of a fix is told: what it guards, the step may name. */
  guard?: string
}

/** Everything in a node that holds facts in expressions or templates. Probes' placeholders stand apart. */
export function writtenIn(node: FlowNode): Written[] {
  const own = (role: Written['role'], text: string, below: Written['below']): Written => ({
    kind: 'template',
    text,
    below,
    out: false,
    way: null,
    role,
  })
  switch (node.kind) {
    case 'probe':
      return [own('title', node.title, ['title']), ...waysIn(node)]
    case 'ask':
      return [own('title', node.title, ['ask']), ...waysIn(node)]
    case 'fork':
      return waysIn(node)
    case 'end':
      return [own('says', node.says, ['says'])]
    case 'verdict':
      return [own('says', node.says, ['says']), ...node.fix.flatMap(stepIn)]
  }
}

/** A step of a group is told at the entry that names the group. */
function stepIn({ when, say, run, entry }: FixStep, i: number): Written[] {
  const below = ['fix', entry ?? i]
  const step = { below, out: false, way: null, role: 'fix' } as const
  const condition: Written[] = when === undefined ? [] : [{ ...step, kind: 'expression', text: when, role: 'when' }]
  const texts = say === undefined ? (run ?? []) : [say]
  const key = entry === undefined ? [say === undefined ? 'run' : 'say'] : []
  const guard = when === undefined ? {} : { guard: when }
  const told = texts.map((text): Written => ({ ...step, ...guard, kind: 'template', text, below: [...below, ...key] }))
  return [...condition, ...told]
}

function waysIn(node: FlowNode): Written[] {
  const { key, ways } = waysOf(node)
  const out = node.kind === 'probe'
  return ways.flatMap((way, i) => {
    const found: Written[] = []
    const add = (kind: Written['kind'], role: Written['role'], text: string, name: string, fact?: string) => {
      const below = fact === undefined ? [key, i, name] : [key, i, name, fact]
      found.push({ kind, text, below, out, way: i, role, ...(fact === undefined ? {} : { fact }) })
    }
    if (way.when !== undefined) add('expression', 'when', way.when, 'when')
    if (way.found !== undefined) add('template', 'found', way.found, 'found')
    if ('label' in way) add('template', 'label', way.label, 'label')
    if ('hops' in way && way.hops !== undefined) add('expression', 'hops', way.hops, 'hops')
    for (const [fact, text] of Object.entries(way.learn)) add('expression', 'learn', text, 'learn', fact)
    return found
  })
}

/** The expressions in a text: itself, or a template's holes, each with its offset. */
export function expressionsIn(written: Written): { expression: string; offset: number }[] {
  if (written.kind === 'expression') return [{ expression: written.text, offset: 0 }]
  return parseTemplate(written.text).parts.flatMap((part) =>
    part.kind === 'hole' ? [{ expression: part.expression, offset: part.offset }] : [],
  )
}

/** Every fact that a node's expressions and templates mention. */
export function factsIn(context: Context, node: FlowNode): string[] {
  return writtenIn(node).flatMap((written) =>
    expressionsIn(written).flatMap(({ expression }) => {
      const { facts, guarded } = context.expressions(written.out ? readerOf(node) : null).references(expression)
      return [...facts, ...guarded]
    }),
  )
}
