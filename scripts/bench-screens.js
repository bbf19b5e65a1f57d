// What a person feels at the screens: the first frame, bytes for a key, keys while a probe says very much, memory.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTerminal } from './terminal.js'

const SIZE = { columns: 120, rows: 40 }
const KEYS = 60
const FLOOD_LINES = 100_000

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const whole = (rows) => /\bq quit\s*$/.test(rows)

/** Milliseconds to the first visible text and to the first whole frame. */
export async function firstFrame(program, work) {
  const terminal = openTerminal([program, '--recorded', 'process-down', '--no-save'], { ...SIZE, env: homes(work) })
  const [text, frame] = await Promise.all([terminal.until((rows) => /\S/.test(rows)), terminal.until(whole)])
  await terminal.end()
  return { text, frame }
}

/** Milliseconds until a key that was pressed before anything stood on the screen has been answered. */
export async function firstKey(program, work) {
  const terminal = openTerminal([program, '--recorded', 'process-down', '--no-save'], { ...SIZE, env: homes(work) })
  terminal.press('m')
  const answered = await terminal.until((rows) => rows.includes('The way so far'))
  await terminal.end()
  return answered
}

/** Bytes written for a key, for a second in which only the clock goes on, and within one while nothing changes. */
export async function steadyState(program, work) {
  const terminal = openTerminal([program, '--recorded', 'process-down', '--no-save'], { ...SIZE, env: homes(work) })
  await terminal.until(whole)
  const seconds = []
  for (let second = 0; second < 4; second++) {
    const before = terminal.bytes()
    await pause(1000)
    seconds.push(terminal.bytes() - before)
  }
  const keys = []
  for (let at = 0; at < KEYS; at++) {
    // A moment of the clock's own would count for the key: the smaller of two neighbours is the key's.
    const before = terminal.bytes()
    terminal.press(['j', 'k', 'm', 'm', 'w', 'w'][at % 6])
    await pause(60)
    keys.push(terminal.bytes() - before)
  }
  const memory = peakMb(terminal.pid)
  await terminal.end()
  return { keyBytes: Math.max(...keys), clockBytes: Math.max(...seconds), idleBytes: Math.min(...seconds), memory }
}

/** Milliseconds from a key to its frame while a command prints 100,000 lines, and the memory that this took. */
export async function floodedKeys(program, url, work) {
  const tools = join(work, 'tools')
  mkdirSync(tools, { recursive: true })
  // Stands in front of the real one on PATH: a list of sockets without end.
  const flood = join(tools, 'ss')
  writeFileSync(
    flood,
    `#!${process.execPath}
let line = 0
const more = () => {
  for (let at = 0; at < ${FLOOD_LINES / 100}; at++) console.log('LISTEN 0 511 127.0.0.1:' + (++line % 60000) + ' 0.0.0.0:*')
  if (line < ${FLOOD_LINES}) setTimeout(more, 30)
}
more()
`,
  )
  chmodSync(flood, 0o755)
  const env = { ...homes(work), PATH: `${tools}:${process.env.PATH}` }
  const terminal = openTerminal([program, url, '--no-save'], { ...SIZE, env })
  await terminal.until(whole)
  for (let step = 0; !terminal.rows().join('\n').includes('$ ss -ltnpH  '); step++) {
    if (step > 60) throw new Error('no step of this walk runs ss')
    const before = terminal.rows().slice(3, -4).join('\n')
    terminal.press('\r')
    await terminal.until((rows) => rows.split('\n').slice(3, -4).join('\n') !== before && /❯/.test(rows), 90_000)
  }
  terminal.press('\r')
  await terminal.until((rows) => /[1-9]\d* lines so far/.test(rows))
  const waits = []
  let lines = 0
  for (let at = 0; at < KEYS; at++) {
    const open = at % 2 === 0
    const since = terminal.now()
    terminal.press('m')
    await terminal.until((rows) => rows.includes('The way so far') === open)
    waits.push(terminal.now() - since)
    const told = /(\d+) lines so far/.exec(terminal.rows().join('\n'))
    lines = Math.max(lines, Number(told?.[1] ?? 0))
    await pause(20)
  }
  const memory = peakMb(terminal.pid)
  await terminal.end()
  const sorted = waits.toSorted((a, b) => a - b)
  return { p99: sorted[Math.ceil(sorted.length * 0.99) - 1], median: sorted[sorted.length >> 1], lines, memory }
}

function homes(work) {
  return { XDG_STATE_HOME: join(work, 'state'), TRIAGE502_CONFIG_DIR: join(work, 'config') }
}

/** The most memory that a process ever held, in MB; null where the system does not tell. */
function peakMb(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return match ? Math.round(Number(match[1]) / 102.4) / 10 : null
  } catch {
    return null
  }
}
