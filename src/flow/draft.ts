import type { Problem } from './problem.ts'
import type { FixStep, Library } from './types.ts'
import type { Path, YamlFile } from './yaml-file.ts'

/** Where something stands in YAML. */
export interface Place {
  file: YamlFile
  path: Path
}

/** A library as read, with the place of everything: what the checker looks at. */
export interface Draft {
  library: Library
  /** Names of all files without .yaml, also of those that could not be read. */
  files: Set<string>
  /** Every node that a file declares, also one that could not be read. */
  declared: Map<string, Place>
  flows: Map<string, Place>
  facts: Map<string, Place>
  remedies: Map<string, Place>
  /** Steps that fixes share, by the name of their group. */
  steps: Map<string, FixStep[]>
  signatures: Map<string, Place>
  next: Map<string, Place>
  fingerprints: Map<string, Place>
  uncovered: Map<string, Place>
  commands: Place[]
  /** Programs that commands.yaml explains. */
  explained: Map<string, { place: Place; flags: readonly string[] }>
  terms: Map<string, Place>
  /** Words for layers, of `timeouts.yaml`. */
  layers: Map<string, Place>
  /** Flows of a custom folder: they need no recorded case. */
  custom: Set<string>
  problems: Problem[]
}

/** Adds a problem at a key or value below a place. */
export function complain(
  draft: Draft,
  place: Place | undefined,
  below: Path,
  what: string,
  mend: string,
  point: 'key' | 'value' | number = 'value',
): void {
  if (place === undefined) {
    draft.problems.push({ file: '', line: 1, column: 1, what, mend })
    return
  }
  const path = [...place.path, ...below]
  const position = typeof point === 'number' ? place.file.inside(path, point) : place.file.at(path, point)
  draft.problems.push({ file: place.file.file, ...position, what, mend })
}

/** Is a flow there as a file, and could not be read? What names it is not at fault. */
export function isBroken(draft: Draft, flow: string): boolean {
  return draft.files.has(flow) && !draft.flows.has(flow)
}

/** Has a data file a mistake? What rests on it would be reported too. */
export function spoilt(draft: Draft, name: string): boolean {
  return draft.problems.some((problem) => problem.file.endsWith(`/${name}.yaml`))
}
