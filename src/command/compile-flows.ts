import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadLibrary } from '../flow/load.ts'
import { packLibrary } from '../flow/shelf.ts'
import { catalogue } from './catalogue.ts'

export { compileIncidents } from './compile-incidents.ts'

/** Loads and checks the shipped flows for the build. Gives the JSON to ship, and every problem as text. */
export function compileFlows(root: string): { json: string; problems: string[] } {
  const { library, problems } = loadLibrary(join(root, 'flows'), catalogue(recordedVerdicts(root)))
  return {
    json: packLibrary(library),
    problems: problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.what}\n    ${p.mend}`),
  }
}

/** The verdicts that recorded incidents end in, read from the recordings' last events. */
function recordedVerdicts(root: string): Set<string> {
  const folder = join(root, 'test/recordings')
  const reached = new Set<string>()
  if (!existsSync(folder)) return reached
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.jsonl')) continue
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const verdict = line.includes('"verdict.reached"') ? /"node":"([^"]+)"/.exec(line)?.[1] : undefined
      if (verdict !== undefined) reached.add(verdict)
    }
  }
  return reached
}
