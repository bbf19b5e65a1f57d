import type { FlowNode, Library } from './types.ts'

/** The tree as a Mermaid flowchart: one subgraph a flow, dashed ways where nothing could be seen. */
export function drawFlows(library: Library): string {
  const lines = ['flowchart TD']
  const names = new Map(Object.keys(library.nodes).map((id, i) => [id, `n${i}`]))
  for (const flow of Object.values(library.flows)) {
    lines.push(`  subgraph ${quoted(`${flow.name}: ${flow.title}`, `f_${flow.name.replaceAll('-', '_')}`)}`)
    for (const id of flow.nodes) {
      const node = library.nodes[id]
      const name = names.get(id)
      if (node && name) lines.push(`    ${name}${shapeOf(node)}`)
    }
    lines.push('  end')
  }
  const ways = new Set(Object.values(library.nodes).flatMap((node) => waysOf(node, names)))
  for (const way of ways) lines.push(`  ${way}`)
  for (const [kind, style] of Object.entries(STYLES)) {
    const members = Object.values(library.nodes).filter((node) => node.kind === kind)
    if (members.length === 0) continue
    lines.push(`  classDef ${kind} ${style}`, `  class ${members.map((node) => names.get(node.id)).join(',')} ${kind}`)
  }
  return `${lines.join('\n')}\n`
}

const STYLES: Record<FlowNode['kind'], string> = {
  probe: 'fill:#eef,stroke:#446',
  ask: 'fill:#ffe,stroke:#664',
  fork: 'fill:#fff,stroke:#999',
  verdict: 'fill:#efe,stroke:#464,font-weight:bold',
  end: 'fill:#eee,stroke:#666',
}

function shapeOf(node: FlowNode): string {
  const name = node.id.slice(node.flow.length + 1)
  switch (node.kind) {
    case 'probe':
      return `["${safe(`${name}: ${node.title}`)}"]`
    case 'ask':
      return `[/"${safe(`${name}: ${node.title}`)}"/]`
    case 'fork':
      return `{"${safe(name)}"}`
    case 'verdict':
      return `(["${safe(`${node.cause} (${node.place})`)}"])`
    case 'end':
      return `(["${safe(node.end)}"])`
  }
}

function waysOf(node: FlowNode, names: ReadonlyMap<string, string>): string[] {
  const from = names.get(node.id) ?? ''
  const arrow = (to: string, line: string, label: string) => {
    const target = names.get(to)
    return target === undefined ? [] : [`${from} ${line}|"${safe(label)}"| ${target}`]
  }
  switch (node.kind) {
    case 'probe':
      return [...branches(node.branches, arrow), ...arrow(node.blind.go, '-.->', 'blind')]
    case 'fork':
      return branches(node.branches, arrow)
    case 'ask':
      return [
        ...node.options.flatMap((option) => arrow(option.go, '-->', option.id)),
        ...(node.open === undefined ? [] : arrow(node.open.go, '-.->', 'open')),
      ]
    case 'verdict':
    case 'end':
      return []
  }
}

function branches(
  list: readonly { id: string; go: string; aside: readonly string[] }[],
  arrow: (to: string, line: string, label: string) => string[],
): string[] {
  return list.flatMap((branch) => [
    ...arrow(branch.go, '-->', branch.id),
    ...branch.aside.flatMap((aside) => arrow(aside, '==>', `${branch.id}, aside`)),
  ])
}

function quoted(text: string, name: string): string {
  return `${name}["${safe(text)}"]`
}

/** Mermaid reads entities, and would take quotes, brackets and hashes for its own. */
function safe(text: string): string {
  return text.replace(/[#"<>{}[\]()|\\`&;\n\r]/g, (char) => `#${char.codePointAt(0)};`)
}
