import type { Fingerprint } from '../reading/fingerprints.ts'
import type { Layer } from '../reading/layers.ts'
import type { Signature } from '../reading/signatures.ts'
import type { JsonObject } from '../words/json.ts'
import type { ValueType } from '../words/value.ts'
import type { Cause, Place, Shape, State, Step, Vantage } from '../words/vocabulary.ts'
import type { Signs } from './signs.ts'

/** A loaded, checked tree of flows with the data files beside it. It is JSON: the build ships it so (`shelf.ts`). */
export interface Library {
  /** sha256 over the canonical JSON of everything below, hex. */
  digest: string
  flows: Record<string, Flow>
  /** Every node by its full id, `flow/node`. */
  nodes: Record<string, FlowNode>
  /** What is known of the nodes without reading them, as the build wrote it; `signsOf` gives it of every library. */
  signs?: Signs
  facts: Record<string, FactSpec>
  fingerprints: Fingerprint[]
  signatures: Signature[]
  /** What to look at next, by the shape or the cause of what was met. */
  next: Partial<Record<Shape | Cause, Next>>
  remedies: Record<string, Remedy>
  commands: CommandRule[]
  /** The words that screens and findings use, explained. */
  glossary: Term[]
  /** How long each layer waits by itself. */
  timeouts: Layer[]
  /** Verdict id -> why no recorded case reaches it yet. */
  uncovered: Record<string, string>
}

export interface Flow {
  name: string
  title: string
  /** Full id of the node where it begins. */
  start: string
  nodes: string[]
}

export type FlowNode = ProbeNode | AskNode | ForkNode | VerdictNode | EndNode

interface NodeCommon {
  /** `flow/node` */
  id: string
  flow: string
  step?: Step
}

export interface ProbeNode extends NodeCommon {
  kind: 'probe'
  title: Template
  why: string
  probe: ProbeSpec
  branches: Branch[]
  blind: Way
}

export interface AskNode extends NodeCommon {
  kind: 'ask'
  title: Template
  why: string
  options: Option[]
  /** Where the walk goes on when nobody answers; without it, it ends there as left open. */
  open?: Way
}

/** Routes on what is already known; nothing is run and nobody is asked. */
export interface ForkNode extends NodeCommon {
  kind: 'fork'
  branches: Branch[]
}

export interface VerdictNode extends NodeCommon {
  kind: 'verdict'
  cause: Cause
  place: Place
  sides: Place[]
  /** Default: the hop that findings say made the error. */
  bornAt?: Place
  /** The usual shapes; the one observed (fact `failure.shape`) is reported when it is among them. */
  shapes: Shape[]
  /** All are needed; within one entry any of the alternatives will do. Full ids `flow/node.branch`. */
  proof: string[][]
  rivals: Cause[]
  /** Why the list of rivals is empty. */
  noRivals?: string
  /** Shallower causes that this one explains. */
  symptoms: Cause[]
  state: State
  says: Template
  fix: FixStep[]
  verify: string[]
  prevent: string[]
  sources: string[]
}

export interface EndNode extends NodeCommon {
  kind: 'end'
  end: 'healthy' | 'inconclusive'
  says: Template
}

/** Text with `{expression}` holes, e.g. `nginx was refused by {out.ours.host}`. */
export type Template = string
/** A CEL expression over facts and `out`. */
export type Expression = string

export interface Way {
  go: string
}

export interface Branch extends Way {
  id: string
  /** Absent on the last branch only. */
  when?: Expression
  /** The finding, a sentence with numbers in it. Absent on forks that only route. */
  found?: Template
  learn: Record<string, Expression>
  suspects: Cause[]
  rulesOut: Cause[]
  /** The vantages that this branch proves to be this machine. */
  proves: ('proxy' | 'app')[]
  /** Expression giving list<{kind, vendor, role}>: the hops this branch shows. */
  hops?: Expression
  /** Rests on a fact that no source confirms: never carries a `confirmed` verdict. */
  unconfirmed: boolean
  /** Nodes to visit before a verdict is given: they add findings and come back. */
  aside: string[]
  /** Groups of facts (`upstream`) that were of the hop in front: the walk goes on at the next one, and knows nothing of it. */
  forgets: string[]
  at: Position
}

export interface Option extends Way {
  id: string
  label: Template
  when?: Expression
  found?: Template
  learn: Record<string, Expression>
  suspects: Cause[]
  rulesOut: Cause[]
  at: Position
}

export interface FixStep {
  /** Only where this holds of what is known; a step without it always. */
  when?: Expression
  /** Which entry of the verdict's list it is, where a group of steps stands in that list. */
  entry?: number
  say?: Template
  /** argv with holes; `effect` says whether it changes anything. */
  run?: Template[]
  effect?: 'reads' | 'changes'
}

export type ProbeSpec = ProbeCommon & (RunSpec | HttpSpec | LogSpec | BuiltInSpec)

interface ProbeCommon {
  at: Vantage
  read: string
  timeoutMs: number
  leaks: boolean
}

export interface RunSpec {
  kind: 'run'
  /** One argv a command; each element may hold `{fact}` placeholders, never more than one element. */
  commands: Template[][]
  /** The tool's own look that answers the same question where none of the programs is there. */
  otherwise?: string
  /** It asks somebody over the network: not before it is needed, and not where no requests are wanted. */
  asks?: boolean
}

export interface HttpSpec {
  kind: 'http'
  url: Template
  times: number
  /** All of them, also after one that failed. */
  every?: boolean
  spread?: boolean
  redirects: number
  own: boolean
  /** Request details by name -> fact that gives it; left out when the fact is unknown. */
  via: Partial<Record<'socket' | 'address' | 'host' | 'version' | 'sni' | 'verify', string>>
}

export interface LogSpec {
  kind: 'log'
  /** The fact that holds the path. */
  path: string
  /** The fact that holds the unit whose journal is read instead, where no path is known. */
  journal?: string
  /** The fact that holds the writer's pid, when there is one. */
  writer?: string
}

export interface BuiltInSpec {
  kind: 'look'
  name: string
  /** Argument -> fact. Needed facts are asked for; those with a trailing `?` are left out when unknown. */
  with: Record<string, string>
  /** Constant arguments. */
  set: JsonObject
}

export interface FactSpec {
  name: string
  type: FactType
  question: string
  example: string
  /** How the tool finds it by itself. */
  discovered: string
  /** May a person be asked for it? Default true. */
  askable: boolean
}

/** A fact's type says how a value is parsed before it may stand in a command. */
export const FACT_TYPES = [
  'int',
  'port',
  'pid',
  'string',
  'host',
  'url',
  'unit',
  'container',
  'path',
  'duration-ms',
  'bool',
  'timestamp',
  'strings',
] as const
export type FactType = (typeof FACT_TYPES)[number]

export interface Next {
  for: Shape | Cause
  say: string
  /** The node that looks. */
  node?: string
}

export interface Remedy {
  id: string
  says: string
  why: string
  sources: string[]
}

/** One word of the trade, for somebody on a first night. */
export interface Term {
  term: string
  /** All spellings that mean it, the term itself first. */
  forms: string[]
  /** One or two plain sentences. */
  says: string
}

/** What only reads: program, subcommand words, and the flags that keep it so. */
export interface CommandRule {
  program: string
  /** Leading words after the program, e.g. ['show'] for systemctl. */
  words: string[]
  /** Flags allowed (exact, or `--flag=*`); a value-taking flag is `--flag *`. `operands` allows free words. */
  flags: string[]
  operands: boolean
  /** When given, every operand begins with one of these (`https://`). */
  starts?: string[]
  /** What it means to a person; '' where nobody wrote it (a custom folder's own commands). */
  says: CommandSays
  /** It stands here to be explained and allows nothing. */
  explainedOnly?: true
  /** The command of another program begins behind so many words of its own: `timeout 5 ss`. */
  ownWords?: number
}

/** The sentences that explain one command, in pieces. */
export interface CommandSays {
  program: string
  words: string
  operands: string
  /** By each spelling of the flag: `-n`, `--lines`. */
  flags: Record<string, string>
}

export interface Position {
  file: string
  line: number
  column: number
}

/** The run-time type of each fact type. */
export function factValueType(type: FactType): ValueType {
  switch (type) {
    case 'int':
    case 'port':
    case 'pid':
    case 'duration-ms':
      return { kind: 'int' }
    case 'bool':
      return { kind: 'bool' }
    case 'timestamp':
      return { kind: 'timestamp' }
    case 'strings':
      return { kind: 'list', of: { kind: 'string' } }
    case 'string':
    case 'host':
    case 'url':
    case 'unit':
    case 'container':
    case 'path':
      return { kind: 'string' }
  }
}
