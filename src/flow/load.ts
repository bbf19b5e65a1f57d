import { type Dirent, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildNode } from './build.ts'
import { type Catalogue, checkDraft } from './check.ts'
import { readCommands, readReads } from './commands-file.ts'
import {
  readFacts,
  readFingerprints,
  readGlossary,
  readNext,
  readRemedies,
  readSignatures,
  readSteps,
  readTimeouts,
  readUncovered,
} from './data-files.ts'
import { libraryDigest } from './digest.ts'
import { complain, type Draft, type Place } from './draft.ts'
import { parseAt } from './issues.ts'
import { type Problem, sortProblems } from './problem.ts'
import { flowFile } from './schema.ts'
import type { Library } from './types.ts'
import { readYaml, type YamlFile } from './yaml-file.ts'

export type { Problem } from './problem.ts'

export interface LoadOptions {
  /** A folder that adds flows; it may not redefine what is shipped. */
  custom?: string
}

export interface Loaded {
  library: Library
  /** Every mistake found, by file and line. Empty: the library may be used. */
  problems: Problem[]
}

const MAX_FILES = 500
/** Read before any flow: verdicts take its steps in. */
const STEPS_FILE = 'steps.yaml'

/**
 * Reads a folder of flows and data files, and checks all of it.
 * Mistakes never throw and never hide one another: they come back as problems, and what could be
 * read comes back as library. Throws only when a folder cannot be read at all.
 * Problems of the shipped folder name files from its own name on (`flows/nginx.yaml`), those of a
 * custom folder by the path given.
 */
export function loadLibrary(folder: string, catalogue: Catalogue, options: LoadOptions = {}): Loaded {
  const draft = emptyDraft()
  readFolder(folder, basename(folder), false, draft)
  if (options.custom !== undefined) readFolder(options.custom, options.custom, true, draft)
  checkDraft(draft, catalogue)
  const { library } = draft
  return { library: { ...library, digest: libraryDigest(library) }, problems: sortProblems(draft.problems) }
}

function emptyDraft(): Draft {
  return {
    library: {
      digest: '',
      flows: {},
      nodes: {},
      facts: {},
      fingerprints: [],
      signatures: [],
      next: {},
      remedies: {},
      commands: [],
      glossary: [],
      timeouts: [],
      uncovered: {},
    },
    files: new Set(),
    declared: new Map(),
    flows: new Map(),
    facts: new Map(),
    remedies: new Map(),
    steps: new Map(),
    signatures: new Map(),
    next: new Map(),
    fingerprints: new Map(),
    uncovered: new Map(),
    commands: [],
    explained: new Map(),
    terms: new Map(),
    layers: new Map(),
    custom: new Set(),
    problems: [],
  }
}

function readFolder(folder: string, shown: string, custom: boolean, draft: Draft): void {
  const files = yamlFiles(folder, '')
  if (files.length > MAX_FILES) {
    const mend = 'name the folder that holds the flows and nothing else'
    draft.problems.push({ file: shown, line: 1, column: 1, what: `more than ${MAX_FILES} YAML files`, mend })
    return
  }
  for (const name of [...files].sort((a, b) => Number(b === STEPS_FILE) - Number(a === STEPS_FILE))) {
    const file = readYaml(join(folder, name), `${shown}/${name}`, draft.problems)
    draft.files.add(basename(name).replace(/\.ya?ml$/, ''))
    if (file.data !== null) readFile(name, file, custom, draft)
  }
}

/** YAML files below a folder, in order of name; nothing hidden, no link followed. */
function yamlFiles(folder: string, below: string): string[] {
  const entries: Dirent[] = readdirSync(join(folder, below), { withFileTypes: true })
  const names = entries.filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
  return names
    .flatMap((entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) return yamlFiles(folder, name)
      return entry.isFile() && /\.ya?ml$/.test(entry.name) ? [name] : []
    })
    .sort()
}

/** Data files by name; every other file is a flow. */
const DATA_FILES: Record<string, (file: YamlFile, draft: Draft) => void> = {
  'facts.yaml': readFacts,
  'fingerprints.yaml': readFingerprints,
  'glossary.yaml': readGlossary,
  'next.yaml': readNext,
  'remedies.yaml': readRemedies,
  [STEPS_FILE]: readSteps,
  'timeouts.yaml': readTimeouts,
  'uncovered.yaml': readUncovered,
}

/** Folders whose files are all of one kind. */
const DATA_FOLDERS: Record<string, (file: YamlFile, draft: Draft) => void> = {
  fingerprints: readFingerprints,
  signatures: readSignatures,
}

function readFile(name: string, file: YamlFile, custom: boolean, draft: Draft): void {
  const data = DATA_FILES[name] ?? DATA_FOLDERS[name.slice(0, Math.max(0, name.indexOf('/')))]
  if (data) data(file, draft)
  else if (name === 'commands.yaml') {
    if (!custom) readCommands(file, draft)
    else {
      const mend = 'list own commands in reads.yaml, each as the exact beginning of a command'
      complain(draft, { file, path: [] }, [], 'a custom folder cannot change what counts as only reading', mend)
    }
  } else if (name === 'reads.yaml') {
    if (custom) readReads(file, draft)
    else complain(draft, { file, path: [] }, [], 'reads.yaml is for custom folders', 'write commands.yaml')
  } else readFlow(name, file, custom, draft)
}

function readFlow(name: string, file: YamlFile, custom: boolean, draft: Draft): void {
  const raw = parseAt(flowFile, file.data, file, [], draft.problems)
  if (raw === null) return
  const place: Place = { file, path: [] }
  const named = basename(name).replace(/\.ya?ml$/, '')
  if (raw.flow !== named) {
    complain(
      draft,
      place,
      ['flow'],
      `flow "${raw.flow}" stands in ${basename(name)}`,
      `write flow: ${named}, or rename the file`,
    )
  }
  const other = draft.flows.get(raw.flow)
  if (other) {
    const mend = 'give it another name: a flow adds to what is there and never replaces it'
    complain(draft, place, ['flow'], `flow "${raw.flow}" is already in ${other.file.file}`, mend)
    return
  }
  draft.flows.set(raw.flow, place)
  if (custom) draft.custom.add(raw.flow)
  const nodes = Object.entries(raw.nodes)
  for (const [node, value] of nodes) {
    const id = `${raw.flow}/${node}`
    const here: Place = { file, path: ['nodes', node] }
    draft.declared.set(id, here)
    if (node === 'back')
      complain(draft, here, [], 'no node may be called back', 'rename it: `go: back` returns from an aside', 'key')
    const built = buildNode(raw.flow, node, value, here, draft)
    if (built) draft.library.nodes[id] = built
  }
  draft.library.flows[raw.flow] = {
    name: raw.flow,
    title: raw.title,
    start: `${raw.flow}/${raw.start}`,
    nodes: nodes.map(([node]) => `${raw.flow}/${node}`),
  }
}
