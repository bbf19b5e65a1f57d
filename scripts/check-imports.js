// The border between rooms is the folder's name: who may import whom, and what a room must not know.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src')

/** Room -> rooms it may import (itself always). */
const MAY = {
  words: [],
  reading: ['words'],
  flow: ['words', 'reading'],
  session: ['words'],
  guide: ['words', 'reading', 'flow', 'session'],
  probe: ['words', 'reading', 'flow', 'session'],
  report: ['words', 'flow', 'session', 'guide'],
  terminal: ['words', 'flow', 'session', 'guide', 'report'],
  command: ['words', 'reading', 'flow', 'session', 'guide', 'probe', 'report', 'terminal'],
  '.': ['command'],
}

/** Room -> packages it must not know. Pure rooms also keep away from disks, processes and networks. */
const OUTSIDE = /^node:(fs|child_process|net|tls|http|https|dgram|dns|os|process|timers|worker_threads)(\/|$)/
const PURE = { words: OUTSIDE, reading: OUTSIDE, guide: OUTSIDE, report: OUTSIDE }
const PURE_EXCEPT = { 'flow/load.ts': true }
const SCREENS = /^(ink|react|ink-select-input)(\/|$)/
const PROCESSES = /^(execa|node:child_process)$/

const problems = []
const graph = new Map()

for (const file of filesIn(src)) {
  const name = relative(src, file)
  const room = name.includes('/') ? name.slice(0, name.indexOf('/')) : '.'
  const allowed = MAY[room]
  if (!allowed) problems.push(`${name}: ${room}/ is not a room of the house`)
  const inside = []
  for (const { target, typeOnly } of importsOf(readFileSync(file, 'utf8'))) {
    if (target.startsWith('.')) {
      const to = relative(src, resolve(dirname(file), target))
      const other = to.includes('/') ? to.slice(0, to.indexOf('/')) : '.'
      if (other !== room && !allowed?.includes(other))
        problems.push(`${name}: ${room} must not import ${other} (${target})`)
      if (!typeOnly) inside.push(to)
      continue
    }
    if (
      PURE[room]?.test(target) &&
      !PURE_EXCEPT[name] &&
      !(target === 'node:net' && !typeOnly && isAddressOnly(file))
    ) {
      problems.push(`${name}: ${room} must not know ${target}`)
    }
    if (SCREENS.test(target) && room !== 'terminal') problems.push(`${name}: only terminal knows ${target}`)
    if (PROCESSES.test(target) && name !== 'probe/run.ts') problems.push(`${name}: only probe/run.ts starts processes`)
  }
  graph.set(name, inside)
}

for (const circle of circles(graph)) problems.push(`circle: ${circle.join(' -> ')}`)
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function importsOf(text) {
  const found = []
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
    found.push({ target: match[2], typeOnly: match[1] !== undefined })
  }
  for (const match of text.matchAll(/(?<!typeof )import\('([^']+)'\)/g))
    found.push({ target: match[1], typeOnly: false })
  return found
}

/** `isIP` is arithmetic on text, not a network. */
function isAddressOnly(file) {
  return /import \{ isIP(v4|v6)?(, isIPv?[46]?)* \} from 'node:net'/.test(readFileSync(file, 'utf8'))
}

function circles(edges) {
  const found = []
  const state = new Map()
  const path = []
  const visit = (node) => {
    if (state.get(node) === 'done') return
    if (state.get(node) === 'open') {
      found.push([...path.slice(path.indexOf(node)), node])
      return
    }
    state.set(node, 'open')
    path.push(node)
    for (const next of edges.get(node) ?? []) visit(next)
    path.pop()
    state.set(node, 'done')
  }
  for (const node of edges.keys()) visit(node)
  return found
}
