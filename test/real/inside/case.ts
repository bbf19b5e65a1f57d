// Run inside namespaces of its own (see test/real/way.test.ts): makes a case's fault, diagnoses it as a person would,
// and prints the diagnosis as JSON.
import { spawnSync } from 'node:child_process'
import { CASES, USUAL_PORTS } from '../cases.ts'
import { diagnose, Lab } from '../lab.ts'

spawnSync('ip', ['link', 'set', 'lo', 'up'])
const wanted = CASES.find(({ name }) => name === process.argv[2])
const lab = new Lab()
try {
  if (!wanted) throw new Error(`there is no case ${process.argv[2]}`)
  const { url, args = [] } = await wanted.start(lab, USUAL_PORTS)
  const { told, exit, seconds } = await diagnose(url, { args })
  process.stdout.write(JSON.stringify({ told, exit, seconds }))
} catch (error) {
  process.stderr.write(String(error))
  process.exitCode = 1
} finally {
  await lab.end()
}
