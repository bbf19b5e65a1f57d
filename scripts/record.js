// Makes a recording: starts a real fault, diagnoses it with a full sweep, and keeps the journal in test/recordings/.
//   npm run record -- CASE… [--force | --check]     npm run record -- --all [--force]     npm run record -- --list
// Each case has a network, processes and a /var/log of its own (namespaces, so it wants root on Linux), and cannot see
// the kernel's log: nothing else of this machine stands in a recording, and its ports are always the same.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const program = join(root, 'bin/triage502.js')
const recordings = join(root, 'test/recordings')
const MOST_BYTES = 200 * 1024

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean' },
    force: { type: 'boolean' },
    list: { type: 'boolean' },
    /** Keeps nothing: only tells whether the fault is told as what it is. */
    check: { type: 'boolean' },
    /** Set by ourselves: we are inside the namespaces, and write there. */
    inside: { type: 'string' },
  },
})

const { USUAL_PORTS } = await import('../test/lab/case.ts')
const { CASES: ALL, isBoxed } = await import('../test/lab/cases.ts')
const { Lab } = await import('../test/lab/lab.ts')
const { departures } = await import('../test/lab/truth.ts')
const CASES = ALL.filter((each) => !isBoxed(each))

try {
  if (values.list) for (const { name, says } of CASES) process.stdout.write(`${name.padEnd(24)} ${says}\n`)
  else if (values.inside !== undefined) await insideOf(caseNamed(positionals[0]), values.inside)
  else process.exitCode = record(values.all ? CASES : positionals.map(caseNamed))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}

/** Records each case; gives the exit code. A case that goes wrong does not stop the others. */
function record(cases) {
  if (cases.length === 0) throw new Error('name a case: npm run record -- CASE, or --all; --list shows them')
  if (process.platform !== 'linux' || process.getuid() !== 0) throw new Error('recording wants root on Linux')
  mkdirSync(recordings, { recursive: true })
  const bench = mkdtempSync(join(tmpdir(), 'triage502-record-'))
  let failed = 0
  try {
    // Under a name that says nothing of where this checkout is: it stands in the recordings as the application's program.
    chmodSync(bench, 0o755)
    const node = join(bench, 'node')
    copyFileSync(process.execPath, node)
    for (const { name } of cases) {
      const problem = recordOne(name, node, bench)
      if (problem !== null) failed += 1
      process.stdout.write(`${problem === null ? 'ok  ' : 'FAIL'} ${name}${problem === null ? '' : `: ${problem}`}\n`)
    }
  } finally {
    rmSync(bench, { recursive: true, force: true })
  }
  return failed > 0 ? 1 : 0
}

/** Gives what is wrong, or null. */
function recordOne(name, node, bench) {
  const kept = join(recordings, `${name}.jsonl`)
  if (existsSync(kept) && !values.force && !values.check) return 'there is a recording already; --force replaces it'
  const fresh = join(bench, `${name}.jsonl`)
  const alone = [
    '--net',
    '--pid',
    '--mount',
    '--uts',
    '--ipc',
    '--cgroup',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--',
  ]
  const words = [...alone, node, fileURLToPath(import.meta.url), '--inside', fresh, name]
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 180_000, cwd: bench })
  if (status !== 0) return (stderr || `exit ${status}`).trim()
  process.stdout.write(stdout)
  const text = readFileSync(fresh, 'utf8')
  if (text.length > MOST_BYTES) return `it is ${text.length} bytes long, more than ${MOST_BYTES}`
  if (text.includes(root)) return `it tells where this checkout is (${root})`
  if (!values.check) renameInto(fresh, kept)
  return null
}

function renameInto(from, to) {
  chmodSync(from, 0o644)
  try {
    renameSync(from, to)
  } catch {
    // Another file system.
    copyFileSync(from, to)
  }
}

/** In the namespaces: makes the fault, looks at it, and holds what was said against the truth. */
async function insideOf(wanted, journal) {
  for (const argv of [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['hostname', 'shop-1'],
    ['mount', '-t', 'tmpfs', 'tmpfs', '/var/log'],
    ['mount', '--bind', '/dev/null', '/dev/kmsg'],
  ]) {
    const { status, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  }
  const lab = new Lab(true)
  try {
    const { url, args = [] } = await wanted.start(lab, USUAL_PORTS)
    const words = ['diagnose', url, '--sweep', '--json', '--journal', journal, ...args]
    const { out, err } = await collect([process.execPath, program, ...words], lab.folder)
    const { outcome, state, verdict } = JSON.parse(out)
    process.stdout.write(
      `${wanted.name}: ${outcome}, ${state}, ${verdict ? `${verdict.cause} ${verdict.confidence}` : 'no verdict'}\n`,
    )
    const wrong = departures(JSON.parse(out), wanted.truth)
    if (wrong.length > 0) {
      const findings = JSON.parse(out).findings.map(({ n, node, branch, says }) => `  ${n} ${node}.${branch}: ${says}`)
      for (const { node, why, says } of JSON.parse(out).blindSpots) findings.push(`  dark ${node} ${why}: ${says}`)
      throw new Error([`${wrong.join('; ')}`, ...findings, err].join('\n'))
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  } finally {
    await lab.end()
  }
}

function collect([command, ...words], cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd, env: { PATH: process.env.PATH, HOME: '/root', LC_ALL: 'C' } })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.once('error', reject)
    child.once('close', () => resolve({ out, err }))
  })
}

function caseNamed(name) {
  const found = CASES.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`there is no case ${JSON.stringify(name)}; --list shows them`)
  return found
}
