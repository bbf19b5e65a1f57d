import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Incident, incidentOf, inOrder, type ListFile } from './incident.ts'

/** The list of the recorded incidents for the build, in the order in which it is shown. */
export function compileIncidents(root: string): Incident[] {
  const folder = join(root, 'test/recordings')
  if (!existsSync(folder)) return []
  const list = parse(readFileSync(join(folder, 'list.yaml'), 'utf8')) as ListFile
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.jsonl') ? [file.slice(0, -6)] : []))
  const incidents = names.flatMap((name) => {
    const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8').split('\n')
    return incidentOf(name, lines, list) ?? []
  })
  return inOrder(incidents, list)
}
