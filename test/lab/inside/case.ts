// Run inside namespaces of its own (see test/lab/run/alone.ts): makes a case's fault, diagnoses it as a person would,
// and prints what that gave as JSON.  case.ts NAME {"record":false,"baseline":false}
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guess } from '../baseline/guess.ts'
import { USUAL_PORTS } from '../case.ts'
import { aloneCase } from '../cases.ts'
import { diagnose } from '../diagnosis.ts'
import { collect, Lab } from '../lab.ts'
import type { Ran, Wants } from '../run/ran.ts'
import { versionsOf } from '../versions.ts'

const [name = '', asked = '{}'] = process.argv.slice(2)
const wants: Partial<Wants> = JSON.parse(asked)
// Whoever started this holds the other end: when they are gone, so is the first process here, and all others with it.
process.stdin.once('close', () => process.exit(1)).resume()

const lab = new Lab(true)
let exit = 0
try {
  const { url, args = [], cites = [] } = await aloneCase(name).start(lab, USUAL_PORTS)
  const journal = wants.record ? join('/tmp', `${name}.jsonl`) : undefined
  const { told, seconds } = await diagnose(url, { args, ...(journal === undefined ? {} : { journal }) })
  const ran: Ran = { told, seconds, cites, servers: await versionsOf(lab.programs) }
  if (journal !== undefined) ran.journal = readFileSync(journal, 'utf8')
  if (wants.baseline) ran.guess = await guess(url, async (argv) => (await collect(argv)).out)
  await new Promise((resolve) => process.stdout.write(JSON.stringify(ran), resolve))
} catch (error) {
  process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error))
  exit = 1
} finally {
  await lab.end()
}
process.exit(exit)
