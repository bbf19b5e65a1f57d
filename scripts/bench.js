// Measures what a person feels: start-up, the time of a diagnosis beside its own probes, the wizard's screens, memory.
//   npm run bench    npm run bench -- --quick    npm run bench -- --json
// Medians of runs that take turns, so that a busy moment of the machine falls on all of them alike. Never fails on a number.
import { spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureExplain } from './bench-explain.js'
import { firstFrame, firstKey, floodedKeys, steadyState } from './bench-screens.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const program = join(root, 'bin/triage502.js')
// Started as an installed one is, by its first line; the Node in front of PATH is the one that runs this.
process.env.PATH = `${dirname(process.execPath)}:${process.env.PATH}`
const AIMS = { versionRatio: 1.6, diagnoseRatio: 1.3, memoryMb: 100, frameRatio: 6, keyBytes: 4096, floodedKeyMs: 50 }

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } })
const runs = values.quick ? 5 : 15

const work = mkdtempSync(join(tmpdir(), 'triage502-bench-'))
const meter = memoryMeter()
try {
  const figures = await measure()
  if (values.json)
    process.stdout.write(`${JSON.stringify({ runs, machine: surroundings(), aims: AIMS, ...figures }, null, 2)}\n`)
  else print(figures)
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** A bare Node, `--version`, the check of all flows, and a whole diagnosis of a real process that is down. */
async function measure() {
  const broken = await startBrokenSite()
  try {
    const [node, version, flowsCheck, diagnose] = inTurns([
      () => timed([process.execPath, '-e', '0']).ms,
      () => timed([program, '--version']).ms,
      () => timed([program, 'flows', 'check']).ms,
      () => (broken.url === null ? null : diagnosed(broken.url)),
    ])
    const explain = measureExplain(root, work, program, { timed, meter, median, runs })
    const screens = await measureScreens(broken)
    return {
      node: { ms: median(node) },
      version: { ms: median(version), ratio: round(median(version) / median(node)) },
      flowsCheck: { ms: median(flowsCheck) },
      ...(broken.url === null
        ? { diagnose: { skipped: broken.why }, memory: { skipped: broken.why } }
        : summed(diagnose)),
      explain,
      screens,
    }
  } finally {
    await broken.stop()
  }
}

/** The wizard in a pseudo-terminal. A bare Node takes its turn in one too. */
async function measureScreens(broken) {
  const frames = []
  const keys = []
  const nodes = []
  for (let run = -1; run < runs; run++) {
    const node = timed([process.execPath, '-e', '0']).ms
    const frame = await firstFrame(program, work)
    // The first round warms the disk.
    if (run < 0) continue
    nodes.push(node)
    frames.push(frame)
    keys.push(await firstKey(program, work))
  }
  const frame = median(frames.map((one) => one.frame))
  return {
    firstTextMs: median(frames.map((one) => one.text)),
    firstFrameMs: frame,
    firstKeyMs: median(keys),
    frameRatio: round(frame / median(nodes)),
    ...(await steadyState(program, work)),
    flooded: broken.url === null ? { skipped: broken.why } : await floodedKeys(program, broken.url, work),
  }
}

function diagnosed(url) {
  const argv = [program, 'diagnose', url, '--json', '--no-save', '--exit-zero']
  const { ms, out, megabytes } = timed(argv, { measure: meter })
  const document = JSON.parse(out)
  return { ms, megabytes, probesMs: busy(document.probes), cause: document.verdict?.cause ?? document.outcome }
}

function summed(told) {
  const memory = told.map((run) => run.megabytes).filter((value) => value !== null)
  return {
    diagnose: {
      cause: [...new Set(told.map((run) => run.cause))].join(', '),
      ms: median(told.map((run) => run.ms)),
      probesMs: median(told.map((run) => run.probesMs)),
      ratio: median(told.map((run) => run.ms / run.probesMs)),
    },
    memory: memory.length === 0 ? { skipped: 'it cannot be measured here' } : { mb: median(memory), by: meter.name },
  }
}

/**
 * Milliseconds in which at least one probe ran. Probes that run side by side count once: what is left is
 * the longest chain of probes that had to wait for one another. `startedAt` is when the probe was asked for.
 */
function busy(probes) {
  const spans = probes.map(({ startedAt, ms }) => [Date.parse(startedAt), Date.parse(startedAt) + ms])
  spans.sort(([a], [b]) => a - b)
  let [total, reached] = [0, Number.NEGATIVE_INFINITY]
  for (const [from, to] of spans) {
    total += Math.max(0, to - Math.max(from, reached))
    reached = Math.max(reached, to)
  }
  return Math.max(total, 1)
}

/** A real nginx whose upstream is not there; without an nginx there is no URL, and why. */
async function startBrokenSite() {
  const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(isExecutable)
  if (nginx === undefined) return { url: null, why: 'nginx is not installed', stop: () => {} }
  const [site, app] = [await freePort(), await freePort()]
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(work, name))
  const temporary = [
    ['client_body', 'body'],
    ['proxy', 'proxy'],
    ['fastcgi', 'fastcgi'],
    ['uwsgi', 'uwsgi'],
    ['scgi', 'scgi'],
  ].map(([what, name]) => `${what}_temp_path ${join(work, name)};`)
  const conf = join(work, 'nginx.conf')
  writeFileSync(
    conf,
    `daemon off;
pid ${join(work, 'nginx.pid')};
error_log ${join(work, 'error.log')};
worker_processes 1;
events { worker_connections 64; }
http {
  access_log ${join(work, 'access.log')};
  ${temporary.join(' ')}
  server { listen 127.0.0.1:${site}; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${app}; } }
}
`,
  )
  const child = spawn(nginx, ['-c', conf, '-p', work], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const gone = new Promise((resolve) => child.once('close', resolve))
  for (let tries = 0; !existsSync(join(work, 'nginx.pid')); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`nginx did not start: ${complaint}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return {
    url: `http://127.0.0.1:${site}/`,
    stop: async () => {
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** The most memory a child held, in MB, by GNU time where it is, else by a Node that waits for the child. */
function memoryMeter() {
  if (isExecutable('/usr/bin/time')) {
    return {
      name: '/usr/bin/time -v',
      wrap: (argv) => ['/usr/bin/time', '-v', ...argv],
      read: (err) => kilobytes(/Maximum resident set size \(kbytes\): (\d+)/.exec(err)),
    }
  }
  if (process.platform !== 'linux') return { name: 'nothing', wrap: (argv) => argv, read: () => null }
  // The kernel keeps the highest mark of a process until it is reaped: read from inside it, as the last thing it does.
  const hook = join(work, 'peak.cjs')
  writeFileSync(
    hook,
    `process.on('exit', () => {
  const peak = /^VmHWM:\\s+(\\d+) kB/m.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))
  require('node:fs').writeSync(2, '\\npeak ' + (peak ? peak[1] : '') + '\\n')
})\n`,
  )
  return {
    name: 'VmHWM',
    wrap: ([node, ...words]) => [node, '--require', hook, ...words],
    read: (err) => kilobytes(/^peak (\d+)$/m.exec(err)),
  }
}

function kilobytes(match) {
  return match ? Math.round(Number(match[1]) / 102.4) / 10 : null
}

/** Runs a command to its end, with a file as its input where one is given. Milliseconds of wall time; MB where a meter was given. */
function timed(argv, { measure = null, input = null } = {}) {
  const [command, ...words] = measure ? measure.wrap(argv) : argv
  const file = input === null ? 'pipe' : openSync(input, 'r')
  const began = performance.now()
  const { stdout, stderr, error } = spawnSync(command, words, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: [file, 'pipe', 'pipe'],
  })
  const ms = round(performance.now() - began)
  if (typeof file === 'number') closeSync(file)
  if (error) throw error
  return { ms, out: stdout, megabytes: measure ? measure.read(stderr) : null }
}

/** Each measure once a round; one round before that warms the disk and is not counted. */
function inTurns(measures) {
  for (const measure of measures) measure()
  const figures = measures.map(() => [])
  for (let run = 0; run < runs; run++) for (const [at, measure] of measures.entries()) figures[at].push(measure())
  return figures
}

function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return round(sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
}

function round(number) {
  return Math.round(number * 100) / 100
}

function surroundings() {
  return { node: process.versions.node, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
}

function print({ node, version, flowsCheck, diagnose, memory, explain, screens }) {
  const { platform, cores } = surroundings()
  const rows = [
    ['', 'median', 'ratio', 'aim'],
    ['node -e 0', `${node.ms} ms`, '', ''],
    ['triage502 --version', `${version.ms} ms`, `${version.ratio}`, `${AIMS.versionRatio}`],
    ['triage502 flows check', `${flowsCheck.ms} ms`, '', ''],
    ...(diagnose.skipped === undefined
      ? [
          ['its probes alone', `${diagnose.probesMs} ms`, '', ''],
          [`triage502 diagnose (${diagnose.cause})`, `${diagnose.ms} ms`, `${diagnose.ratio}`, `${AIMS.diagnoseRatio}`],
          memory.skipped === undefined
            ? [`  its memory (${memory.by})`, `${memory.mb} MB`, '', `${AIMS.memoryMb} MB`]
            : [`  its memory: ${memory.skipped}`, '', '', ''],
        ]
      : [[`triage502 diagnose: ${diagnose.skipped}`, '', '', '']]),
    ...explainRows(explain),
    ...screenRows(screens),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)))
  process.stdout.write(`${runs} runs each, Node ${process.versions.node}, ${platform}, ${cores} cores\n\n`)
  for (const row of rows) {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`)
  }
}

function explainRows({ lines, megabytes, known, ms, memoryMb, grepAllMs, grepEachMs, words }) {
  return [
    [
      `triage502 explain, ${lines} lines of ${megabytes} MB, ${known} known`,
      `${ms} ms`,
      `${round(ms / grepAllMs)}`,
      '',
    ],
    ...(memoryMb === null ? [] : [['  its memory', `${memoryMb} MB`, '', '']]),
    [`  grep -cF -f for its ${words} words`, `${grepAllMs} ms`, '1', ''],
    ['  grep -c for each of them, one after the other', `${round(grepEachMs)} ms`, '', ''],
  ]
}

function screenRows({ flooded, ...screens }) {
  const ms = (number) => `${round(number)} ms`
  return [
    ['the wizard, first text', ms(screens.firstTextMs), '', ''],
    ['  first whole frame', ms(screens.firstFrameMs), `${screens.frameRatio}`, `${AIMS.frameRatio}`],
    ['  a key pressed before it is answered', ms(screens.firstKeyMs), '', ''],
    ['  written for a key, at most', `${screens.keyBytes} B`, '', `${AIMS.keyBytes} B`],
    ['  written each second for the clock', `${screens.clockBytes} B`, '', ''],
    ['  its memory', `${screens.memory} MB`, '', ''],
    ...(flooded.skipped === undefined
      ? [
          ['  key to frame, flooded: median', ms(flooded.median), '', ''],
          ['  key to frame, flooded: p99', ms(flooded.p99), '', ms(AIMS.floodedKeyMs)],
          [`  its memory after ${flooded.lines} lines`, `${flooded.memory} MB`, '', ''],
        ]
      : [[`  key to frame, flooded: ${flooded.skipped}`, '', '', '']]),
  ]
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
