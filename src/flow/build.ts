import type * as z from 'zod'
import { nearest } from '../words/nearest.ts'
import { splitCommand } from './argv.ts'
import { buildFix } from './build-steps.ts'
import { complain, type Draft, type Place } from './draft.ts'
import { parseAt } from './issues.ts'
import { NODES, type NodeKind, PROBES, type ProbeKind, type RawBranch, type RawOption } from './schema.ts'
import type { Branch, FlowNode, Option, ProbeSpec } from './types.ts'

const NODE_KINDS: readonly NodeKind[] = ['probe', 'ask', 'fork', 'verdict', 'end']
const PROBE_KINDS: readonly ProbeKind[] = ['run', 'http', 'log', 'look']

/** Reads one node of a flow file. Null when it is broken; every reason is a problem in the draft. */
export function buildNode(flow: string, name: string, raw: unknown, place: Place, draft: Draft): FlowNode | null {
  const kind = kindOf(raw, NODE_KINDS, place, draft, 'a node is one of probe, ask, fork, verdict, end')
  if (kind === null) return null
  const id = `${flow}/${name}`
  const reader = new NodeReader(flow, id, place, draft)
  switch (kind) {
    case 'probe':
      return reader.probe(raw)
    case 'ask':
      return reader.ask(raw)
    case 'fork':
      return reader.fork(raw)
    case 'verdict':
      return reader.verdict(raw)
    case 'end':
      return reader.end(raw)
  }
}

/** What a map is, told by the one key of `kinds` that it has. */
function kindOf<K extends string>(
  raw: unknown,
  kinds: readonly K[],
  place: Place,
  draft: Draft,
  rule: string,
): K | null {
  const keys = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? Object.keys(raw) : []
  const [first, second] = kinds.filter((kind) => keys.includes(kind))
  if (first !== undefined && second === undefined) return first
  if (second !== undefined) {
    complain(draft, place, [second], `it is both ${first} and ${second}`, `${rule}: make two of it`, 'key')
    return null
  }
  for (const key of keys) {
    const meant = nearest(key, kinds)
    if (meant !== null) {
      complain(draft, place, [key], `unknown key "${key}"`, `did you mean "${meant}"?`, 'key')
      return null
    }
  }
  complain(draft, place, [], 'it does not say what it is', rule, 'key')
  return null
}

/** Full id of a target: `node` is one of the same flow. */
function fullId(flow: string, target: string): string {
  return target === 'back' || target.includes('/') ? target : `${flow}/${target}`
}

class NodeReader {
  private readonly flow: string
  private readonly id: string
  private readonly place: Place
  private readonly draft: Draft

  constructor(flow: string, id: string, place: Place, draft: Draft) {
    this.flow = flow
    this.id = id
    this.place = place
    this.draft = draft
  }

  probe(raw: unknown): FlowNode | null {
    const node = this.parse(NODES.probe, raw)
    const probe = this.spec(raw)
    if (node === null || probe === null) return null
    return {
      ...this.common(node),
      kind: 'probe',
      title: node.title,
      why: node.why ?? '',
      probe,
      branches: this.branches(node.branches, 'branches'),
      blind: { go: fullId(this.flow, node.blind.go) },
    }
  }

  ask(raw: unknown): FlowNode | null {
    const node = this.parse(NODES.ask, raw)
    if (node === null) return null
    const options = node.options.map((each, i) => this.option(each, i))
    const open = node.open === undefined ? {} : { open: { go: fullId(this.flow, node.open.go) } }
    return { ...this.common(node), kind: 'ask', title: node.ask, why: node.why, options, ...open }
  }

  fork(raw: unknown): FlowNode | null {
    const node = this.parse(NODES.fork, raw)
    if (node === null) return null
    return { ...this.common(node), kind: 'fork', branches: this.branches(node.fork, 'fork') }
  }

  verdict(raw: unknown): FlowNode | null {
    const node = this.parse(NODES.verdict, raw)
    if (node === null) return null
    const proofs = node.proof.map((each) => (Array.isArray(each) ? each : [each]).map((one) => this.proof(one)))
    return {
      ...this.common(node),
      kind: 'verdict',
      cause: node.verdict,
      place: node.place,
      sides: node.sides ?? [node.place],
      ...(node['born-at'] === undefined ? {} : { bornAt: node['born-at'] }),
      shapes: Array.isArray(node.shape) ? node.shape : [node.shape],
      proof: proofs,
      rivals: Array.isArray(node.rivals) ? node.rivals : [],
      ...(Array.isArray(node.rivals) ? {} : { noRivals: node.rivals.none }),
      symptoms: node.symptoms ?? [],
      state: node.state ?? 'failing',
      says: node.says,
      fix: buildFix(node.fix, this.place, this.draft),
      verify: node.verify.map((target) => fullId(this.flow, target)),
      prevent: node.prevent ?? [],
      sources: node.sources ?? [],
    }
  }

  end(raw: unknown): FlowNode | null {
    const node = this.parse(NODES.end, raw)
    return node && { ...this.common(node), kind: 'end', end: node.end, says: node.says }
  }

  private parse<S extends z.ZodType>(schema: S, raw: unknown): z.infer<S> | null {
    return parseAt(schema, raw, this.place.file, this.place.path, this.draft.problems)
  }

  private common(node: { step?: FlowNode['step'] }): Pick<FlowNode, 'id' | 'flow' | 'step'> {
    return { id: this.id, flow: this.flow, ...(node.step === undefined ? {} : { step: node.step }) }
  }

  private proof(written: string): string {
    return written.includes('/') ? written : `${this.flow}/${written}`
  }

  private branches(list: readonly RawBranch[], key: string): Branch[] {
    return list.map((raw, i) => ({
      ...this.way(raw, [key, i]),
      proves: raw.proves ?? [],
      ...(raw.hops === undefined ? {} : { hops: raw.hops }),
      unconfirmed: raw.unconfirmed ?? false,
      aside: (raw.aside ?? []).map((target) => fullId(this.flow, target)),
      forgets: raw.forgets ?? [],
    }))
  }

  private option(raw: RawOption, i: number): Option {
    return { ...this.way(raw, ['options', i]), label: raw.label }
  }

  private way(raw: RawBranch | RawOption, below: (string | number)[]) {
    const at = this.place.file.at([...this.place.path, ...below])
    return {
      id: raw.id,
      ...(raw.when === undefined ? {} : { when: raw.when }),
      ...(raw.found === undefined ? {} : { found: raw.found }),
      learn: raw.learn ?? {},
      suspects: raw.suspects ?? [],
      rulesOut: raw['rules-out'] ?? [],
      go: fullId(this.flow, raw.go),
      at: { file: this.place.file.file, ...at },
    }
  }

  private argv(text: string, below: (string | number)[]): string[] | null {
    const split = splitCommand(text)
    if (split.ok) return split.argv
    complain(this.draft, this.place, below, split.what, split.mend)
    return null
  }

  private spec(raw: unknown): ProbeSpec | null {
    const given: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'probe') : undefined
    const place = { file: this.place.file, path: [...this.place.path, 'probe'] }
    const kind = kindOf(given, PROBE_KINDS, place, this.draft, 'a probe is one of run, http, log, look')
    if (kind === null) return null
    switch (kind) {
      case 'run': {
        const spec = parseAt(PROBES.run, given, place.file, place.path, this.draft.problems)
        if (spec === null) return null
        const first = this.argv(spec.run, ['probe', 'run'])
        const others = (spec.else ?? []).map((text, i) => this.argv(text, ['probe', 'else', i]))
        const commands = [first, ...others].filter((argv) => argv !== null)
        if (commands.length < others.length + 1) return null
        const otherwise = spec.otherwise === undefined ? {} : { otherwise: spec.otherwise }
        const asks = spec.asks ? { asks: true } : {}
        return { ...limits(spec), kind: 'run', commands, ...otherwise, ...asks }
      }
      case 'http': {
        const spec = parseAt(PROBES.http, given, place.file, place.path, this.draft.problems)
        if (spec === null) return null
        const { times = 1, redirects = 0, own = false, via = {} } = spec
        const every = { ...(spec.every ? { every: true } : {}), ...(spec.spread ? { spread: true } : {}) }
        const known = Object.entries(via).filter(([, fact]) => fact !== undefined)
        const facts = Object.fromEntries(known)
        return { ...limits(spec), kind: 'http', url: spec.http, times, ...every, redirects, own, via: facts }
      }
      case 'log': {
        const spec = parseAt(PROBES.log, given, place.file, place.path, this.draft.problems)
        if (spec === null) return null
        const writer = spec.writer === undefined ? {} : { writer: spec.writer }
        const journal = spec.journal === undefined ? {} : { journal: spec.journal }
        return { ...limits(spec), kind: 'log', path: spec.log, ...journal, ...writer }
      }
      case 'look': {
        const spec = parseAt(PROBES.look, given, place.file, place.path, this.draft.problems)
        if (spec === null) return null
        return { ...limits(spec), kind: 'look', name: spec.look, with: spec.with ?? {}, set: spec.set ?? {} }
      }
    }
  }
}

function limits(spec: { at: ProbeSpec['at']; read: string; timeout: string; leaks?: boolean | undefined }) {
  return { at: spec.at, read: spec.read, timeoutMs: milliseconds(spec.timeout), leaks: spec.leaks ?? false }
}

/** `500ms`, `5s`, `2m`; the schema let nothing else pass. */
function milliseconds(text: string): number {
  const unit = text.endsWith('ms') ? 1 : text.endsWith('m') ? 60_000 : 1000
  return Number.parseInt(text, 10) * unit
}
