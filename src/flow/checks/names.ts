import { nearest } from '../../words/nearest.ts'
import { complain, isBroken, spoilt } from '../draft.ts'
import type { FlowNode } from '../types.ts'
import { type Context, ENTRY_FLOW, neededBy, waysOf, welcomeTo } from './context.ts'

type Below = (string | number)[]

/** Everything that a flow names exists: nodes, branches, facts, readers, looks, remedies. */
export function checkNames(context: Context): void {
  const { draft } = context
  const { library } = draft
  if (!library.flows[ENTRY_FLOW] && !isBroken(draft, ENTRY_FLOW)) {
    const mend = `every walk begins there: add ${ENTRY_FLOW}.yaml`
    draft.problems.push({ file: '', line: 1, column: 1, what: `there is no flow "${ENTRY_FLOW}"`, mend })
  }
  for (const flow of Object.values(library.flows)) {
    if (draft.declared.has(flow.start)) continue
    const short = flow.start.slice(flow.name.length + 1)
    const names = flow.nodes.map((id) => id.slice(flow.name.length + 1))
    complain(draft, draft.flows.get(flow.name), ['start'], `there is no node "${short}"`, suggestion(short, names))
  }
  for (const node of Object.values(library.nodes)) new NodeNames(context, node).check()
}

class NodeNames {
  private readonly context: Context
  private readonly node: FlowNode
  /** A fact that could not be read is not missing. */
  private readonly factsBroken: boolean

  constructor(context: Context, node: FlowNode) {
    this.context = context
    this.node = node
    this.factsBroken = spoilt(context.draft, 'facts')
  }

  check(): void {
    const { node } = this
    const { key, ways } = waysOf(node)
    for (const [i, way] of ways.entries()) {
      this.target(way.go, [key, i, 'go'])
      for (const fact of Object.keys(way.learn)) this.fact(fact, [key, i, 'learn', fact], 'key')
      if ('aside' in way) for (const [j, aside] of way.aside.entries()) this.target(aside, [key, i, 'aside', j], false)
    }
    for (const { name, below } of [...neededBy(node), ...welcomeTo(node)]) this.fact(name, below)
    if (node.kind === 'ask' && node.open !== undefined) this.target(node.open.go, ['open', 'go'])
    if (node.kind === 'probe') {
      this.target(node.blind.go, ['blind', 'go'])
      this.probe(node.probe)
    }
    if (node.kind !== 'verdict') return
    for (const [i, target] of node.verify.entries()) this.target(target, ['verify', i], false)
    for (const [i, entry] of node.proof.entries()) {
      for (const [j, proof] of entry.entries()) this.proof(proof, entry.length > 1 ? ['proof', i, j] : ['proof', i])
    }
    if (spoilt(this.context.draft, 'remedies')) return
    for (const [i, remedy] of node.prevent.entries()) {
      const remedies = Object.keys(this.context.draft.library.remedies)
      this.known(remedy, remedies, 'remedy', ['prevent', i])
    }
  }

  private probe(probe: Extract<FlowNode, { kind: 'probe' }>['probe']): void {
    const { readers, looks } = this.context.catalogue
    if (probe.read !== 'text') this.known(probe.read, Object.keys(readers), 'reader', ['probe', 'read'])
    if (probe.kind === 'look') this.known(probe.name, looks, 'look', ['probe', 'look'])
    if (probe.kind === 'run' && probe.otherwise !== undefined) {
      this.known(probe.otherwise, looks, 'look', ['probe', 'otherwise'])
    }
  }

  private target(id: string, below: Below, mayReturn = true): void {
    const { declared } = this.context.draft
    if (id === 'back' && mayReturn) return
    if (id === 'back') this.complain(below, 'only go may be back', 'name a node')
    else if (!declared.has(id) && !isBroken(this.context.draft, id.slice(0, id.indexOf('/')))) {
      const own = `${this.node.flow}/`
      const meant = nearest(id, declared.keys())
      const shown = (name: string) => (name.startsWith(own) ? name.slice(own.length) : name)
      this.complain(
        below,
        `there is no node "${shown(id)}"`,
        meant === null ? 'name a node of this flow, or flow/node' : `did you mean "${shown(meant)}"?`,
      )
    }
  }

  private proof(id: string, below: Below): void {
    const dot = id.lastIndexOf('.')
    const [nodeId, branch] = [id.slice(0, dot), id.slice(dot + 1)]
    const { declared, library } = this.context.draft
    if (!declared.has(nodeId)) {
      this.target(nodeId, below, false)
      return
    }
    const node = library.nodes[nodeId]
    if (!node) return
    const ids = waysOf(node).ways.map((way) => way.id)
    if (!ids.includes(branch)) this.complain(below, `${nodeId} has no branch "${branch}"`, suggestion(branch, ids))
  }

  private fact(name: string, below: Below, point: 'key' | 'value' = 'value'): void {
    const { facts } = this.context.draft.library
    if (facts[name] || this.factsBroken) return
    const otherwise = name.startsWith('out.') ? 'learn it as a fact first' : 'declare it in facts.yaml'
    const mend = suggestion(name, Object.keys(facts), otherwise)
    this.complain(below, `there is no fact "${name}"`, mend, point)
  }

  private known(name: string, names: readonly string[], kind: string, below: Below): void {
    if (!names.includes(name)) this.complain(below, `there is no ${kind} "${name}"`, suggestion(name, names))
  }

  private complain(below: Below, what: string, mend: string, point: 'key' | 'value' = 'value'): void {
    const { draft } = this.context
    complain(draft, draft.declared.get(this.node.id), below, what, mend, point)
  }
}

function suggestion(name: string, names: readonly string[], otherwise?: string): string {
  const meant = nearest(name, names)
  if (meant !== null) return `did you mean "${meant}"?`
  if (otherwise !== undefined) return otherwise
  return names.length === 0
    ? 'there is none'
    : `use one of ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`
}
