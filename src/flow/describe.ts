import type { Branch, FlowNode, Library, Option, ProbeSpec, VerdictNode } from './types.ts'

/** `flows list`: each flow with its title and nodes. */
export function listFlows(library: Library): string {
  const width = Math.max(0, ...Object.values(library.nodes).map((node) => node.id.length))
  const flows = Object.values(library.flows).map((flow) => {
    const rows = flow.nodes.flatMap((id) => {
      const node = library.nodes[id]
      return node ? [`  ${id.padEnd(width)}  ${summaryOf(node)}`] : []
    })
    return [`${flow.name}: ${flow.title}`, ...rows].join('\n')
  })
  return `${flows.join('\n\n')}\n`
}

function summaryOf(node: FlowNode): string {
  switch (node.kind) {
    case 'probe':
      return node.title
    case 'ask':
      return `asks: ${node.title}`
    case 'fork':
      return `goes on by what is known: ${node.branches.map((branch) => branch.id).join(', ')}`
    case 'verdict':
      return `verdict ${node.cause} (${node.place})`
    case 'end':
      return `ends ${node.end}`
  }
}

/** `flows show NODE`: one node in words, with what leads to it. */
export function describeNode(node: FlowNode, library: Library): string {
  const lines = [`${node.id} — ${summaryOf(node)}`]
  if ((node.kind === 'probe' || node.kind === 'ask') && node.why !== '') lines.push(node.why)
  lines.push('', ...bodyOf(node))
  const from = comingFrom(node.id, library)
  lines.push('', from.length === 0 ? 'Comes from: nowhere, a walk begins here' : `Comes from: ${from.join(', ')}`)
  return `${lines.join('\n')}\n`
}

function bodyOf(node: FlowNode): string[] {
  switch (node.kind) {
    case 'probe':
      return [
        ...lookOf(node.probe),
        `Seen from: ${node.probe.at}; read as ${node.probe.read}; at most ${node.probe.timeoutMs} ms${node.probe.leaks ? '; may print secrets: only what is needed is kept' : ''}`,
        '',
        ...node.branches.flatMap(wayOf),
        `When nothing can be seen: go to ${node.blind.go}`,
      ]
    case 'fork':
      return node.branches.flatMap(wayOf)
    case 'ask':
      return [
        ...node.options.flatMap(wayOf),
        ...(node.open === undefined ? [] : ['', `When nobody answers: go to ${node.open.go}`]),
      ]
    case 'end':
      return [node.says]
    case 'verdict':
      return verdictOf(node)
  }
}

function lookOf(probe: ProbeSpec): string[] {
  switch (probe.kind) {
    case 'run': {
      const [first = [], ...others] = probe.commands
      const otherwise = probe.otherwise === undefined ? [] : [`Or: our own look "${probe.otherwise}"`]
      return [`Runs: ${shown(first)}`, ...others.map((argv) => `Or: ${shown(argv)}`), ...otherwise]
    }
    case 'http': {
      const how = Object.entries(probe.via).map(([detail, fact]) => `${detail} {${fact}}`)
      return [
        `Asks: GET ${probe.url}${times(probe.times)}${how.length > 0 ? ` with ${how.join(', ')} where known` : ''}`,
      ]
    }
    case 'log':
      return [
        `Reads: the log {${probe.path}} from its end`,
        ...(probe.journal === undefined ? [] : [`Or: the journal of {${probe.journal}}, where it has no file`]),
      ]
    case 'look': {
      const given = Object.entries(probe.with).map(([name, fact]) => `${name} = {${fact}}`)
      return [
        `Looks: ${probe.name}${given.length > 0 ? ` (${given.join(', ')})` : ''}; files and /proc, nothing is started`,
      ]
    }
  }
}

function times(count: number): string {
  return count > 1 ? `, ${count} times` : ''
}

function shown(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}

function wayOf(way: Branch | Option): string[] {
  const lines = [`${way.id}: ${way.when === undefined ? 'otherwise' : `when ${way.when}`}`]
  if ('label' in way) lines.push(`  answer: ${way.label}`)
  if (way.found !== undefined) lines.push(`  found: ${way.found}`)
  for (const [fact, expression] of Object.entries(way.learn)) lines.push(`  learns ${fact} = ${expression}`)
  if (way.suspects.length > 0) lines.push(`  suspects ${way.suspects.join(', ')}`)
  if (way.rulesOut.length > 0) lines.push(`  rules out ${way.rulesOut.join(', ')}`)
  if ('aside' in way && way.aside.length > 0) lines.push(`  before a verdict, also ${way.aside.join(', ')}`)
  return [...lines, `  go to ${way.go}`]
}

function verdictOf(node: VerdictNode): string[] {
  const proofs = node.proof.map((entry) => `  ${entry.join(' or ')}`)
  const rivals = node.rivals.length > 0 ? node.rivals.join(', ') : `none: ${node.noRivals ?? ''}`
  const fixes = node.fix.map((step) =>
    [
      step.run === undefined ? `  ${step.say ?? ''}` : `  ${shown(step.run)}  (${step.effect ?? 'changes'})`,
      ...(step.when === undefined ? [] : [`  where ${step.when}`]),
    ].join(''),
  )
  return [
    node.says,
    `Place: ${node.place}; sides: ${node.sides.join(', ')}; shape: ${node.shapes.join(' or ')}`,
    'Needs:',
    ...proofs,
    `Must be ruled out: ${rivals}`,
    ...(node.symptoms.length > 0 ? [`Explains: ${node.symptoms.join(', ')}`] : []),
    'Fix:',
    ...fixes,
    `Verify: ${node.verify.join(', ')}`,
    ...(node.prevent.length > 0 ? [`Prevent: ${node.prevent.join(', ')}`] : []),
    ...(node.sources.length > 0 ? [`Sources: ${node.sources.join(', ')}`] : []),
  ]
}

function comingFrom(id: string, library: Library): string[] {
  return Object.values(library.nodes).flatMap((node) => waysInto(id, node))
}

function waysInto(id: string, node: FlowNode): string[] {
  switch (node.kind) {
    case 'probe':
      return [...leading(id, node.id, node.branches), ...(node.blind.go === id ? [`${node.id} (blind)`] : [])]
    case 'fork':
      return leading(id, node.id, node.branches)
    case 'ask':
      return [
        ...node.options.filter((option) => option.go === id).map((option) => `${node.id}.${option.id}`),
        ...(node.open?.go === id ? [`${node.id} (left open)`] : []),
      ]
    case 'verdict':
      return node.verify.includes(id) ? [`${node.id} (to verify)`] : []
    case 'end':
      return []
  }
}

function leading(id: string, from: string, branches: readonly Branch[]): string[] {
  return branches
    .filter((branch) => branch.go === id || branch.aside.includes(id))
    .map((branch) => `${from}.${branch.id}`)
}
