import type { Library, ProbeSpec } from '../flow/types.ts'
import type { Io } from './io.ts'
import type { LookingOptions } from './options.ts'

/** `--dry-run`: every command that might run, with effect and vantage, none of them run. */
export function dryRun(url: URL, options: LookingOptions, library: Library, io: Io): number {
  const rows = Object.values(library.nodes).flatMap((node) =>
    node.kind === 'probe' ? [{ node: node.id, at: node.probe.at, command: commandOf(node.probe) }] : [],
  )
  if (options.json) {
    io.out(`${JSON.stringify({ url: url.href, probes: rows.map((row) => ({ ...row, effect: 'reads' })) }, null, 2)}\n`)
    return 0
  }
  io.out(`${rows.length} ways to look at ${url.href} (which ones depends on what is found); nothing was run.\n\n`)
  for (const row of rows) io.out(`  reads · ${row.at.padEnd(5)} · ${row.node}\n      ${row.command}\n`)
  return 0
}

/** A probe as a person could type it, its placeholders open. */
export function commandOf(probe: ProbeSpec): string {
  switch (probe.kind) {
    case 'run':
      return probe.commands.map((argv) => argv.join(' ')).join('   or: ')
    case 'http':
      return `curl ${probe.times > 1 ? `(${probe.times} times) ` : ''}${probe.url}`
    case 'log':
      return `tail {${probe.path}}`
    case 'look':
      return `look ${probe.name} (${Object.values(probe.with).join(', ')}): files and /proc, read`
  }
}
