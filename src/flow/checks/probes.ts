import { complain } from '../draft.ts'
import { judge } from '../effect.ts'
import type { FactType, FlowNode } from '../types.ts'
import { type Context, placeholders } from './context.ts'

/** Types that have no form in a command. */
const NO_WORD: readonly FactType[] = ['strings', 'timestamp', 'bool']
const MAX_TIMEOUT_MS = 120_000

/** A probe only looks: its commands read by the rules, and placeholders fill parts of one word. */
export function checkProbes(context: Context): void {
  const { draft } = context
  for (const node of Object.values(draft.library.nodes)) {
    if (node.kind === 'probe') checkProbe(context, node)
    if (node.kind === 'verdict') checkFix(context, node)
  }
}

function checkProbe({ draft }: Context, node: Extract<FlowNode, { kind: 'probe' }>): void {
  const place = draft.declared.get(node.id)
  const { probe } = node
  const { commands, facts } = draft.library
  if (probe.timeoutMs > MAX_TIMEOUT_MS) {
    complain(draft, place, ['probe', 'timeout'], 'nobody waits so long', 'give it at most 2m')
  }
  if (probe.kind === 'http' && !/^(\{[a-z0-9_.]+\}|https?:\/\/)/.test(probe.url)) {
    const mend = 'begin with {a.fact} that holds a URL, with http:// or with https://'
    complain(draft, place, ['probe', 'http'], `"${probe.url}" is no URL`, mend)
  }
  const texts = probe.kind === 'run' ? probe.commands : probe.kind === 'http' ? [[probe.url]] : []
  for (const [i, argv] of texts.entries()) {
    const below = probe.kind === 'http' ? ['probe', 'http'] : i === 0 ? ['probe', 'run'] : ['probe', 'else', i - 1]
    for (const word of argv) {
      const wrong = wrongHole(word)
      if (wrong !== null) {
        complain(draft, place, below, `${wrong} is no placeholder`, 'write {group.fact}; a command holds facts only')
      }
      for (const { name } of placeholders(word)) {
        const type = facts[name]?.type
        if (type !== undefined && NO_WORD.includes(type)) {
          complain(
            draft,
            place,
            below,
            `{${name}} is of type ${type}, which cannot stand in a command`,
            'use another fact',
          )
        }
      }
    }
    if (probe.kind === 'run' && judge(argv, commands) === 'changes') {
      const mend = 'a probe may only read: use a command that flows/commands.yaml allows, or put it into a fix'
      complain(draft, place, below, `\`${argv.join(' ')}\` is not known to only read`, mend)
    }
  }
}

/** A fix that claims to read does read; one that changes says so. */
function checkFix({ draft }: Context, node: Extract<FlowNode, { kind: 'verdict' }>): void {
  for (const [i, step] of node.fix.entries()) {
    if (step.run === undefined || step.effect !== 'reads') continue
    if (judge(step.run, draft.library.commands) === 'reads') continue
    const what = `\`${step.run.join(' ')}\` is not known to only read`
    complain(
      draft,
      draft.declared.get(node.id),
      step.entry === undefined ? ['fix', i, 'effect'] : ['fix', step.entry],
      what,
      'write effect: changes',
      'key',
    )
  }
}

/** `{…}` in a command that is neither a fact nor doubled (`{{.Names}}` is the command's own). */
function wrongHole(word: string): string | null {
  const rest = word.replace(/\{\{.*?\}\}/g, '').replace(/\{[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\}/g, '')
  return /\{[^}]*\}?/.exec(rest)?.[0] ?? null
}
