// Run inside namespaces of its own (see test/lab/alone.ts): makes a case's fault, diagnoses it as a person would,
// and prints the diagnosis as JSON.
import { spawnSync } from 'node:child_process'
import { USUAL_PORTS } from '../case.ts'
import { aloneCase } from '../cases.ts'
import { diagnose, Lab } from '../lab.ts'

for (const argv of [
  ['ip', 'link', 'set', 'lo', 'up'],
  ['mount', '-t', 'tmpfs', 'tmpfs', '/var/log'],
]) {
  const [program = '', ...words] = argv
  spawnSync(program, words)
}
const lab = new Lab(true)
try {
  const { url, args = [] } = await aloneCase(process.argv[2] ?? '').start(lab, USUAL_PORTS)
  const { told, exit, seconds } = await diagnose(url, { args })
  process.stdout.write(JSON.stringify({ told, exit, seconds }))
} catch (error) {
  process.stderr.write(String(error))
  process.exitCode = 1
} finally {
  await lab.end()
}
