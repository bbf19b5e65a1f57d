import { expect, it } from 'vitest'
import { KEYS } from '../pty.ts'
import { endsAfterEach, expectGivenBack, expectWellDrawn, newHome, open } from '../support.ts'

// What the environment brings: variables that libraries listen to, noise of others on the terminal, no terminal at all.

endsAfterEach()

/** Colours are set by `ESC [ … m`; without them there is none but the plain reset. */
const colours = (raw: string) => [...raw.matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code)

it.each([{ CI: 'true' }, { CONTINUOUS_INTEGRATION: '1' }, { DEV: 'true' }, { NODE_ENV: 'development' }])(
  'draws and takes keys with %o',
  async (env) => {
    const { pty } = open(['--recorded', 'process-down'], { env })
    await pty.waitFor('❯ Run it')
    pty.type(KEYS.enter)
    await pty.waitFor('❯ Go on')
    expectWellDrawn(pty)
    pty.type(KEYS.ctrlC + KEYS.ctrlC)
    const left = await pty.left()
    expectGivenBack(left)
    expect(left.text, 'no warning of a library').toMatch(/^Not finished\./)
  },
)

it('NO_COLOR takes every colour away, and nothing is lost by it', async () => {
  const { pty } = open(['--recorded', 'process-down'], { env: { NO_COLOR: '1', COLORTERM: 'truecolor' } })
  await pty.waitFor('❯ Run it')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  expect(pty.screen()).toContain('✓')
  expect(colours(pty.raw)).toEqual([])
})

it('colours otherwise', async () => {
  const { pty } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  expect(colours(pty.raw)).toContain('36')
})

const NOISE = `process.on('SIGUSR2', () => {
  process.stderr.write('noise of a library\\n')
  process.emitWarning('noise of Node')
  console.error('noise of the console')
})`

it('noise on standard error breaks no frame, is told, and stands in the scrollback afterwards', async () => {
  const { pty } = open(['--recorded', 'process-down'], { plant: NOISE })
  await pty.waitFor('❯ Run it')
  const before = pty.rows().slice(1, -2)
  process.kill(await pty.pid(), 'SIGUSR2')
  await pty.waitFor(/noise of/)
  expect(pty.rows().slice(1, -2)).toEqual(before)
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  expectWellDrawn(pty)
  expect(pty.screen()).not.toContain('noise')
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  const left = await pty.left()
  expectGivenBack(left)
  for (const whose of ['a library', 'Node', 'the console']) expect(left.text).toContain(`noise of ${whose}`)
})

it('a journal that cannot be written any more is told at once, in the frame', async () => {
  // From the first note on, writing fails as on a full disk.
  const plant = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { writeSync } = fs
let full = false
fs.writeSync = (fd, what, ...rest) => {
  full ||= String(what).includes('note.added')
  if (full) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  return writeSync(fd, what, ...rest)
}
syncBuiltinESMExports()`
  const { pty, home } = open(['--recorded', 'process-down'], { plant })
  await pty.waitFor('❯ Run it')
  const written = home.entries().length
  pty.type(`nx${KEYS.enter}`)
  await pty.waitFor('cannot be written')
  expectWellDrawn(pty)
  expect(home.entries()).toHaveLength(written)
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
})

it('standard input that is no terminal gets lines, not a raw-mode error', async () => {
  const home = newHome()
  const { pty } = open(['--recorded', 'process-down'], { home, stdin: home.write('nothing', '') })
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.text).not.toMatch(/raw mode/i)
  expect(left.text).not.toMatch(/^\s+at /m)
})

it.each([{ TERM: 'dumb' }, { INK_SCREEN_READER: 'true' }])('%o gets no screens', async (env) => {
  const { pty } = open(['--recorded', 'process-down'], { env })
  await pty.until(() => (pty.bytes > 200 || pty.over ? true : undefined), 'it says something')
  expect(pty.modes().alternate).toBe(false)
  expect(pty.raw).not.toContain('\u001b[?1049h')
})

it('a window that is too small gets no screens', async () => {
  const { pty } = open(['--recorded', 'process-down'], { columns: 40, rows: 10 })
  await pty.until(() => (pty.bytes > 200 || pty.over ? true : undefined), 'it says something')
  expect(pty.raw).not.toContain('\u001b[?1049h')
})
