// Everything that must hold before a change is taken: types, lint, flows, borders between rooms, unused code.
import { spawnSync } from 'node:child_process'

const STEPS = [
  ['build', ['node', 'scripts/build.js']],
  ['types', ['tsc', '--noEmit', '-p', '.']],
  ['lint', ['biome', 'check', '.']],
  ['rooms', ['node', 'scripts/check-imports.js']],
  ['flows', ['node', 'bin/triage502.js', 'flows', 'check']],
  ['unused', ['knip']],
  ['test lines', ['node', 'scripts/count-lines.js']],
]

let failed = 0
for (const [name, [program, ...words]] of STEPS) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`)
  if (status !== 0) {
    failed += 1
    process.stdout.write(`${stdout ?? ''}${stderr ?? ''}\n`)
  } else if (name === 'flows' || name === 'test lines') process.stdout.write(`     ${stdout.trim()}\n`)
}
process.exitCode = failed > 0 ? 1 : 0
