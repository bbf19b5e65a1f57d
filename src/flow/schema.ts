import * as z from 'zod'
import { LIMIT_KINDS } from '../reading/layers.ts'
import { CAUSES, PLACES, SHAPES, STEPS, VANTAGES } from '../words/vocabulary.ts'
import { FACT_TYPES } from './types.ts'

/** Node, branch, option, remedy and flow names: lower-case words joined by hyphens. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/
/** Fact names: `group.name`. */
const FACT = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/

const name = z.string().regex(NAME, 'a name is lower-case words joined by hyphens')
const text = z.string().trim().min(1)
const fact = z.string().regex(FACT, 'a fact is named group.name')
const target = z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/, 'a target is node, flow/node or back')
const proven = z.string().regex(/^([a-z0-9-]+\/)?[a-z0-9-]+\.[a-z0-9-]+$/, 'a proof is node.branch or flow/node.branch')
const cause = z.enum(CAUSES)
const place = z.enum(PLACES)
const shape = z.enum(SHAPES)
const source = z.string().regex(/^S\d+-\d\d$/, 'a source is S, the article, a hyphen and its item: S3-45')
const duration = z.string().regex(/^[1-9]\d{0,6}(ms|s|m)$/, 'a duration is written 500ms, 5s or 2m')
const effect = z.enum(['reads', 'changes'])

const common = {
  at: z.enum(VANTAGES),
  read: text,
  timeout: duration,
  leaks: z.boolean().optional(),
  effect: effect.optional(),
}

/** Ways to look, told apart by their key. */
export const PROBES = {
  run: z.strictObject({
    run: text,
    else: z.array(text).optional(),
    otherwise: name.optional(),
    asks: z.boolean().optional(),
    ...common,
  }),
  http: z.strictObject({
    http: text,
    times: z.int().min(1).max(20).optional(),
    every: z.boolean().optional(),
    spread: z.boolean().optional(),
    redirects: z.int().min(0).max(5).optional(),
    own: z.boolean().optional(),
    via: z
      .strictObject({
        socket: fact.optional(),
        address: fact.optional(),
        host: fact.optional(),
        version: fact.optional(),
        sni: fact.optional(),
        verify: fact.optional(),
      })
      .optional(),
    ...common,
  }),
  log: z.strictObject({ log: fact, journal: fact.optional(), writer: fact.optional(), ...common }),
  look: z.strictObject({
    look: name,
    with: z
      .record(
        z.string(),
        z
          .string()
          .regex(
            /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\??$/,
            'an argument is a fact, group.name, with ? when it may be left out',
          ),
      )
      .optional(),
    set: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
    ...common,
  }),
} as const

const way = {
  id: name,
  when: text.optional(),
  found: text.optional(),
  learn: z.record(fact, text).optional(),
  suspects: z.array(cause).optional(),
  'rules-out': z.array(cause).optional(),
  go: target,
}

const branch = z.strictObject({
  ...way,
  proves: z.array(z.enum(['proxy', 'app'])).optional(),
  hops: text.optional(),
  unconfirmed: z.boolean().optional(),
  aside: z.array(target).optional(),
  forgets: z.array(name).min(1).optional(),
})

const option = z.strictObject({ ...way, label: text })

const saidStep = z.strictObject({ say: text, when: text.optional() })
const runStep = z.strictObject({ run: text, effect: effect.optional(), when: text.optional() })
/** A step; or, by its name, a group of steps of `steps.yaml`. */
const fix = z.union([saidStep, runStep, z.strictObject({ steps: name })])

/** Nodes, told apart by their key. A probe node's `probe` is parsed by PROBES. */
export const NODES = {
  probe: z.strictObject({
    step: z.enum(STEPS).optional(),
    title: text,
    why: text.optional(),
    probe: z.record(z.string(), z.unknown()),
    branches: z.array(branch).min(1),
    blind: z.strictObject({ go: target }),
  }),
  ask: z.strictObject({
    step: z.enum(STEPS).optional(),
    ask: text,
    why: text,
    options: z.array(option).min(1),
    open: z.strictObject({ go: target }).optional(),
  }),
  fork: z.strictObject({ step: z.enum(STEPS).optional(), fork: z.array(branch).min(1) }),
  verdict: z.strictObject({
    step: z.enum(STEPS).optional(),
    verdict: cause,
    place,
    sides: z.array(place).optional(),
    'born-at': place.optional(),
    shape: z.union([shape, z.array(shape).min(1)]),
    proof: z.array(z.union([proven, z.array(proven).min(1)])).min(1),
    rivals: z.union([z.array(cause), z.strictObject({ none: text })]),
    symptoms: z.array(cause).optional(),
    state: z.enum(['failing', 'intermittent', 'degraded', 'recovered', 'well']).optional(),
    says: text,
    fix: z.array(fix).min(1),
    verify: z.array(target).min(1),
    prevent: z.array(name).optional(),
    sources: z.array(source).optional(),
  }),
  end: z.strictObject({ step: z.enum(STEPS).optional(), end: z.enum(['healthy', 'inconclusive']), says: text }),
} as const

export type NodeKind = keyof typeof NODES
export type ProbeKind = keyof typeof PROBES
export type RawBranch = z.infer<typeof branch>
export type RawOption = z.infer<typeof option>
export type RawFix = z.infer<typeof fix>
export type RawStep = z.infer<typeof saidStep> | z.infer<typeof runStep>

export const flowFile = z.strictObject({ flow: name, title: text, start: name, nodes: z.record(name, z.unknown()) })

export const factItem = z.strictObject({
  name: fact,
  type: z.enum(FACT_TYPES),
  question: text,
  example: text,
  discovered: text,
  askable: z.boolean().optional(),
})
export const factsFile = z.strictObject({ facts: z.array(factItem) })

export const fingerprintItem = z.strictObject({
  id: name,
  kind: place,
  vendor: text,
  role: z.enum(['made', 'passed']),
  status: z.array(z.int().min(0).max(999)).min(1).optional(),
  reason: text.optional(),
  headers: z.record(z.string(), text).optional(),
  absent: z.array(text).optional(),
  body: z.array(text).min(1).optional(),
  shown: z.array(text).min(1).optional(),
  means: text.optional(),
  shape: shape.optional(),
  cause: cause.optional(),
  next: text.optional(),
  unconfirmed: z.boolean().optional(),
  source: text.optional(),
  example: z.string().min(1),
})
export const fingerprintsFile = z.strictObject({ fingerprints: z.array(fingerprintItem) })

export const signatureItem = z.strictObject({
  id: name,
  source: name,
  match: z.string().min(1),
  codes: z.array(text).min(1).optional(),
  meaning: text,
  next: text.optional(),
  shape: shape.optional(),
  cause: cause.optional(),
  unconfirmed: z.boolean().optional(),
  example: z.string().min(1),
})
export const signaturesFile = z.strictObject({ signatures: z.array(signatureItem) })

/** What to look at next, by the shape or the cause of what was met. */
export const nextItem = z.strictObject({ for: z.enum([...SHAPES, ...CAUSES]), say: text, node: target.optional() })
export const nextFile = z.strictObject({ next: z.array(nextItem) })

export const timeoutItem = z.strictObject({
  layer: text,
  is: z.array(text).min(1),
  kind: place,
  limits: z
    .array(
      z.strictObject({
        of: z.enum(LIMIT_KINDS),
        ms: z.int().min(0).max(86_400_000),
        name: text,
        source: text.optional(),
        unconfirmed: z.literal(true).optional(),
      }),
    )
    .min(1),
})
export const timeoutsFile = z.strictObject({ timeouts: z.array(timeoutItem) })

/** One step of a group that fixes share; the steps of a group stand in the order of the file. */
export const stepItem = z.union([saidStep.extend({ of: name }), runStep.extend({ of: name })])
export const stepsFile = z.strictObject({ steps: z.array(stepItem) })

export const remedyItem = z.strictObject({ id: name, says: text, why: text, sources: z.array(source).optional() })
export const remediesFile = z.strictObject({ remedies: z.array(remedyItem) })

export const commandItem = z.strictObject({
  program: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a program is a bare name, no path'),
  words: z.array(text).optional(),
  flags: z.array(z.string().regex(/^[-+]/, 'a flag begins with - or +')).optional(),
  operands: z.boolean().optional(),
  starts: z.array(text).min(1).optional(),
})

/** What a program, its words and its flags mean to a person. A flag's key holds all its spellings: `-n, --lines`. */
export const explainItem = z.strictObject({
  says: text,
  operands: text.optional(),
  words: z.record(text, text).optional(),
  flags: z.record(text, text).optional(),
  'own-words': z.int().min(0).max(3).optional(),
  /** The same behind some of its words only: `exec: 1`. */
  'own-words-behind': z.record(z.string(), z.int().min(0).max(3)).optional(),
})
export const commandsFile = z.strictObject({
  commands: z.array(commandItem),
  explain: z.record(text, explainItem).optional(),
})

export const termItem = z.strictObject({ term: text, also: z.array(text).optional(), says: text })
export const glossaryFile = z.strictObject({ glossary: z.array(termItem) })

/** A custom folder's own read-only commands, each an exact beginning of a command. */
export const readsFile = z.strictObject({ reads: z.array(text) })

export const uncoveredFile = z.strictObject({ uncovered: z.record(z.string(), text) })
