import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collect } from './lab.ts'

/** The parts of a diagnosis that the real tests look at. */
export interface Told {
  outcome: string
  state: string
  ended: string
  answer: { status: number; class: string }
  verdict: null | {
    id: string
    bornAt: string
    place: string
    sides: string[]
    shape: string
    cause: string
    says: string
    confidence: string
    findings: number[]
    symptoms: string[]
    was?: { cause: string; confidence: string }
  }
  alternatives: { cause: string; confidence: string }[]
  ruledOut: { cause: string; because: number }[]
  blindSpots: { probe: number | null; why: string; says: string }[]
  sight: Record<string, string>
  hops: { kind: string; vendor: string; role: string }[]
  facts: Record<string, { value: unknown; from: unknown }>
  findings: { n: number; node: string; branch: string; probe?: number; says: string }[]
  probes: { n: number; kind: string; at: string; argv: string[]; outcome: string; ms: number; why?: string }[]
  onset: { firstError: string | null; lastChange: { what: string; at: string } | null }
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Runs the built program as a person would, with nothing but the URL; with `journal`, a full sweep is kept in that file. */
export async function diagnose(
  url: string,
  options: { args?: string[]; env?: Record<string, string | undefined>; as?: string[]; journal?: string } = {},
): Promise<{ told: Told; exit: number | null; err: string; seconds: number }> {
  const kept = options.journal === undefined ? ['--no-save'] : ['--sweep', '--journal', options.journal]
  const words = [join(root, 'bin/triage502.js'), 'diagnose', url, '--json', ...kept, ...(options.args ?? [])]
  const argv = [...(options.as ?? []), process.execPath, ...words]
  const began = performance.now()
  const { out, err, exit } = await collect(argv, options.env)
  const seconds = (performance.now() - began) / 1000
  try {
    return { told: JSON.parse(out) as Told, exit, err, seconds }
  } catch {
    throw new Error(`no JSON (exit ${exit}): ${out.slice(0, 500)} ${err.slice(0, 2000)}`)
  }
}

/** One line for a test's failure message. */
export function summary(told: Told): string {
  const { verdict } = told
  const head = verdict ? `${verdict.cause} (${verdict.confidence}) at ${verdict.place}, ${verdict.shape}` : 'no verdict'
  const findings = told.findings.map((f) => `  ${f.n} ${f.node}.${f.branch}: ${f.says}`).join('\n')
  const dark = told.blindSpots.map((b) => `  dark ${b.why}: ${b.says}`).join('\n')
  return `${told.outcome} ${told.state}: ${head}\n${findings}\n${dark}`
}
