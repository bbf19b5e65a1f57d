import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collect } from '../lab.ts'
import { departures, type Judged, type Truth } from '../truth.ts'
import type { Ran } from './ran.ts'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
const FOLDER = join(root, 'test/recordings')
/**
 * How large a recording may be. A full sweep asks about a hundred questions; most fit into 200 kB. What takes more are the few where
 * a whole log of a gateway is asked for several times, or three gateways are set up on one machine.
 */
export const MOST_BYTES = 256 * 1024

/** The names of the cases that have a recording. */
export function recordedNames(): Set<string> {
  return new Set(
    readdirSync(FOLDER).flatMap((file) => (file.endsWith('.jsonl') ? [file.slice(0, -'.jsonl'.length)] : [])),
  )
}

/** The journal with a note that says which servers it was made with; the line before the last. */
export function withServers(journal: string, servers: Record<string, string>): string {
  const lines = journal.trimEnd().split('\n')
  const last = JSON.parse(lines.pop() ?? '{}')
  const says = Object.entries(servers).map(([name, version]) => `${name} ${version}`)
  const text = `Recorded with ${says.join(', ')}`
  const note = { v: last.v, seq: last.seq, at: last.at, type: 'note.added', text }
  return `${[...lines, JSON.stringify(note), JSON.stringify({ ...last, seq: last.seq + 1 })].join('\n')}\n`
}

/** Why a journal cannot be kept; null when it stands in test/recordings/ now. It must be told rightly when it is replayed. */
export async function keep(name: string, truth: Truth, { journal = '', servers }: Ran): Promise<string | null> {
  const text = withServers(journal, servers)
  if (text.length > MOST_BYTES) return `its journal is ${text.length} bytes long, more than ${MOST_BYTES}`
  if (text.includes(root)) return `its journal tells where this checkout is (${root})`
  const fresh = join(FOLDER, `.${name}.${process.pid}.fresh`)
  writeFileSync(fresh, text, { mode: 0o644 })
  const argv = [
    process.execPath,
    join(root, 'bin/triage502.js'),
    'diagnose',
    '--recorded',
    fresh,
    '--json',
    '--no-save',
  ]
  const { out, err } = await collect(argv)
  const wrong = replayed(out, err, truth)
  if (wrong !== null) {
    rmSync(fresh)
    return wrong
  }
  renameSync(fresh, join(FOLDER, `${name}.jsonl`))
  return null
}

function replayed(out: string, err: string, truth: Truth): string | null {
  try {
    const differs = departures(JSON.parse(out) as Judged, truth)
    return differs.length === 0 ? null : `replayed it is told otherwise: ${differs.join('; ')}`
  } catch {
    return `it cannot be replayed: ${err.slice(0, 500)}`
  }
}
