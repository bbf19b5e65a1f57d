import * as z from 'zod'
import {
  commandsFile,
  factsFile,
  fingerprintsFile,
  flowFile,
  glossaryFile,
  NODES,
  nextFile,
  PROBES,
  remediesFile,
  signaturesFile,
  stepsFile,
  timeoutsFile,
  uncoveredFile,
} from './schema.ts'

/** What editors check flows with: file name under schema/ -> JSON Schema as text. A test fails when they drift. */
export function jsonSchemas(): Record<string, string> {
  const { probe, ask, fork, verdict, end } = NODES
  const looks = z.union([PROBES.run, PROBES.http, PROBES.log, PROBES.look])
  const node = z.union([probe.extend({ probe: looks }), ask, fork, verdict, end])
  const flow = flowFile.extend({ nodes: z.record(z.string(), node) })
  return {
    'flow.schema.json': text(flow, 'A flow of triage502'),
    'facts.schema.json': text(factsFile, 'Facts that flows may learn, ask for or compare'),
    'fingerprints.schema.json': text(fingerprintsFile, 'What one HTTP response tells about its hops'),
    'signatures.schema.json': text(signaturesFile, 'Log lines and their meaning'),
    'next.schema.json': text(nextFile, 'What to look at next'),
    'remedies.schema.json': text(remediesFile, 'What prevents the next incident'),
    'steps.schema.json': text(stepsFile, 'Steps that fixes share'),
    'timeouts.schema.json': text(timeoutsFile, 'How long each layer waits by itself'),
    'commands.schema.json': text(commandsFile, 'Commands that only read'),
    'glossary.schema.json': text(glossaryFile, 'Words of the trade, explained'),
    'uncovered.schema.json': text(uncoveredFile, 'Verdicts that no recorded incident reaches yet'),
  }
}

function text(schema: z.ZodType, title: string): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`
}
