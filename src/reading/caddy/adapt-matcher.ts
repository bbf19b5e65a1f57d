import type { Segment } from './caddyfile.ts'
import { ANY, type Matcher } from './model.ts'

/** Matchers that a block defines by name, and those of the blocks around it. */
export type Named = ReadonlyMap<string, Matcher>

/** The named matchers of a block, `@name …`. */
export function namedMatchers(block: readonly Segment[], around: Named): Named {
  const named = new Map(around)
  for (const { name, args, block: parts } of block) {
    if (!name.startsWith('@')) continue
    const [kind = '', ...values] = args
    const lines = parts ?? [{ name: kind, args: values, file: '', line: 0 }]
    named.set(name, lines.reduce(withPart, ANY))
  }
  return named
}

function withPart(matcher: Matcher, { name, args, block }: Segment): Matcher {
  switch (name) {
    case 'path':
      return { ...matcher, paths: [...(matcher.paths ?? []), ...args] }
    case 'host':
      return { ...matcher, hosts: [...(matcher.hosts ?? []), ...args] }
    case 'method':
      return { ...matcher, methods: [...(matcher.methods ?? []), ...args] }
    case 'not': {
      const [kind = '', ...values] = args
      const inner = block ?? [{ name: kind, args: values, file: '', line: 0 }]
      return { ...matcher, not: [...matcher.not, inner.reduce(withPart, ANY)] }
    }
    default:
      return { ...matcher, others: [...matcher.others, name] }
  }
}

/** A directive's matcher, and its arguments behind it. */
export function matcherOf({ args }: Segment, named: Named): { matchers: Matcher[]; words: string[] } {
  const [first = '', ...rest] = args
  if (first === '*') return { matchers: [], words: rest }
  if (first.startsWith('/')) return { matchers: [{ ...ANY, paths: [first] }], words: rest }
  if (first.startsWith('@')) return { matchers: [named.get(first) ?? { ...ANY, others: [first] }], words: rest }
  return { matchers: [], words: [...args] }
}
