// Pictures of the wizard for the README, taken of the program itself while it walks a recorded incident.
//   npm run screenshots
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { screenSvg } from './screen-svg.js'
import { openTerminal } from './terminal.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pictures = join(root, 'docs/pictures')
const INCIDENT = 'wrong-port'
const SIZE = { columns: 100, rows: 30 }

// A recorded incident's time goes on by the clock of the process: this one goes on only when it is told to, so that the
// pictures of one incident are always the same.
const work = mkdtempSync(join(tmpdir(), 'triage502-pictures-'))
const clock = join(work, 'clock')
const stopped = join(work, 'stopped.cjs')
writeFileSync(
  stopped,
  `const { readFileSync } = require('node:fs')
performance.now = () => Number(readFileSync(${JSON.stringify(clock)}, 'utf8'))
`,
)
let elapsed = 0
setClock(0)

const terminal = openTerminal(
  [process.execPath, '--require', stopped, join(root, 'bin/triage502.js'), '--recorded', INCIDENT, '--no-save'],
  {
    ...SIZE,
    env: {
      XDG_STATE_HOME: join(work, 'state'),
      TRIAGE502_CONFIG_DIR: join(work, 'config'),
      NO_COLOR: '',
      FORCE_COLOR: '1',
    },
  },
)
try {
  mkdirSync(pictures, { recursive: true })
  await terminal.until((rows) => /quit/.test(rows))
  await walkTo('Is anything listening')
  await take('probe', 'One question at a time, its command shown whole before it runs')
  await press('w', 'Why')
  await take('why', 'Why this step, what its command does, what its words mean')
  await press('w', 'Skip')
  await walkTo('Write the transcript')
  await take('verdict', 'The verdict: how sure it is, what proves it, what to do')
  await press('m', 'The way so far')
  await press('G', 'Ruled out')
  await take('map', 'The way taken, what was ruled out and by what')
} finally {
  await terminal.end()
  rmSync(work, { recursive: true, force: true })
}

/** Enter, step after step, three seconds each, until this stands on the screen. */
async function walkTo(text) {
  for (let step = 0; !shown().includes(text); step++) {
    if (step > 80) throw new Error(`${text} never came; what stands:\n${shown()}`)
    const before = body()
    elapsed += 3
    setClock(elapsed)
    terminal.press('\r')
    await terminal.until((rows) => bodyOf(rows) !== before)
  }
}

async function press(key, text) {
  terminal.press(key)
  await terminal.until((rows) => rows.includes(text))
}

/** Once the clock of the screen has come to where it was set. */
async function take(name, title) {
  const said = `${String(Math.floor(elapsed / 60)).padStart(2, '0')}:${String(elapsed % 60).padStart(2, '0')} of`
  await terminal.until((rows) => rows.includes(said) || rows.includes('The way so far'))
  const file = join(pictures, `${name}.svg`)
  writeFileSync(file, screenSvg(terminal.screen, title))
  process.stdout.write(`${file.slice(root.length + 1)}\n`)
}

/** Milliseconds that the program believes to have gone by. */
function setClock(seconds) {
  writeFileSync(clock, String(seconds * 1000))
}

function shown() {
  return terminal.rows().join('\n')
}

function body() {
  return bodyOf(shown())
}

/** Without the clock. */
function bodyOf(rows) {
  return rows.split('\n').slice(1).join('\n')
}
