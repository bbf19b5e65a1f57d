import { expect, it } from 'vitest'
import { KEYS, Pty } from '../pty.ts'
import { endsAfterEach, expectGivenBack, open, openShell } from '../support.ts'

// However it ends, the shell gets its terminal back as it was, and the session can be gone on with.

endsAfterEach()

async function atSecondStep(options: Parameters<typeof open>[1] = {}): Promise<ReturnType<typeof open>> {
  const opened = open(['--recorded', 'process-down'], options)
  await opened.pty.waitFor('❯ Run it')
  opened.pty.type(KEYS.enter)
  await opened.pty.waitFor('❯ Go on')
  return opened
}

it('Ctrl-C asks once, stays with Esc, and leaves the second time', async () => {
  const { pty, home } = await atSecondStep()
  pty.type(KEYS.ctrlC)
  await pty.waitFor('Leave?')
  pty.type(KEYS.escape)
  await pty.waitGone('Leave?')
  pty.type(KEYS.ctrlC)
  await pty.waitFor('Leave?')
  pty.type(KEYS.ctrlC)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.exit).toBe(0)
  expect(left.text).toMatch(/triage502 resume \S+/)
  expect(home.session().ended, 'it can be gone on with').toBeNull()
  expect(home.locked()).toBe(false)
})

it('Ctrl-C twice in one piece leaves at once', async () => {
  const { pty } = await atSecondStep()
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  expectGivenBack(await pty.left())
})

it('Ctrl-C on the start screen leaves', async () => {
  const { pty, home } = open([])
  await pty.waitFor('Which URL fails?')
  pty.type(KEYS.ctrlC)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.exit).toBe(0)
  expect(home.journals()).toEqual([])
})

it('nothing is left on the normal screen but the farewell', async () => {
  const { pty } = await atSecondStep()
  pty.type('q')
  await pty.waitFor('Leave?')
  pty.type(KEYS.enter)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.text.split('\n').map((line) => line.replace(/2\d{3}-\S+/, 'ID'))).toEqual([
    'Not finished.',
    'Session ID',
    'Go on with it:      triage502 resume ID',
    'For the postmortem: triage502 export ID',
  ])
})

it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s ends it and gives the terminal back', async (signal) => {
  const { pty, home } = await atSecondStep()
  process.kill(await pty.pid(), signal)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.text).toMatch(/triage502 resume \S+/)
  expect(home.session().findings).toHaveLength(1)
  expect(home.locked()).toBe(false)
})

it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s right at the first frame gives it back too', async (signal) => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  process.kill(await pty.pid(), signal)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.text).toMatch(/triage502 resume \S+/)
  expect(home.locked()).toBe(false)
})

it('a terminal that is closed ends it, and the session is whole', async () => {
  const { pty, home } = await atSecondStep()
  const pid = await pty.pid()
  pty.hangUp()
  await gone(pid)
  expect(home.session().findings).toHaveLength(1)
  expect(home.locked(), 'nobody holds it any more').toBe(false)
})

it('keys typed after the last one do not reach the shell', async () => {
  const { pty } = openShell()
  await pty.waitFor('ready$')
  pty.type(`${Pty.command(['--recorded', 'process-down'])}\r`)
  await pty.waitFor('❯ Run it')
  pty.type('q')
  await pty.waitFor('Leave?')
  pty.type('y')
  pty.type('echo ran-by-mistake\r')
  await pty.waitFor(/resume \S+[\s\S]*ready\$/)
  pty.type('echo on-purpose\r')
  await pty.waitFor(/^on-purpose/m)
  expect(pty.normal()).not.toContain('ran-by-mistake')
})

it.each([
  ['Ctrl-Z', async (pty: Pty) => pty.type(KEYS.ctrlZ)],
  ['SIGTSTP', async (pty: Pty) => void process.kill(await pty.pid(), 'SIGTSTP')],
])('%s hands the terminal to the shell; fg goes on where it was', async (_, stop) => {
  const { pty, home } = openShell()
  await pty.waitFor('ready$')
  pty.type(`${Pty.command(['--recorded', 'process-down'])}\r`)
  await pty.waitFor('❯ Run it')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  const before = pty.rows().slice(1)
  await stop(pty)
  await pty.waitFor(/Stopped[\s\S]*ready\$/)
  expect(pty.modes()).toEqual({ alternate: false, bracketedPaste: expect.any(Boolean), cursor: true })
  pty.type('stty -a; echo typed in the shell\r')
  const shell = await pty.waitFor(/^typed in the shell/m)
  expect(shell).toMatch(/ echo\b/)
  expect(shell, 'the frame is gone').not.toContain('triage502  ')
  pty.type('fg\r')
  await pty.until(() => (pty.modes().alternate ? true : undefined), 'it is back')
  await pty.waitFor('❯ Go on')
  expect(pty.rows().slice(1)).toEqual(before)
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Run it')
  pty.type(`nafter${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(home.events('note.added')).toHaveLength(1)
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  await pty.waitFor(/resume \S+[\s\S]*ready\$/)
  expect(pty.modes()).toMatchObject({ alternate: false, cursor: true })
})

it('Ctrl-Z where no shell can take over changes nothing', async () => {
  // `sh -c` has no job control: whoever stopped it could not go on.
  const { pty, home } = await atSecondStep()
  pty.type(KEYS.ctrlZ)
  pty.type(`nstill here${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(pty.modes()).toEqual({ alternate: true, bracketedPaste: true, cursor: false })
  expect(home.events('note.added')).toHaveLength(1)
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  expectGivenBack(await pty.left())
})

const CRASHES: [string, string][] = [
  ['an error in a timer', `process.on('SIGUSR2', () => { throw new Error('planted fault') })`],
  ['a promise nobody waits for', `process.on('SIGUSR2', () => { Promise.reject(new Error('planted fault')) })`],
  [
    'an error while drawing',
    `const { segment } = Intl.Segmenter.prototype
     let broken = false
     Intl.Segmenter.prototype.segment = function (text) { if (broken) throw new Error('planted fault'); return segment.call(this, text) }
     process.on('SIGUSR2', () => { broken = true; process.stdout.emit('resize') })`,
  ],
]

it.each(CRASHES)('%s: the terminal is given back, one sentence, exit 1', async (_, plant) => {
  const { pty, home } = await atSecondStep({ plant })
  process.kill(await pty.pid(), 'SIGUSR2')
  // A resize has everything drawn anew, with the fault in it.
  pty.resize(70, 20)
  const left = await pty.left()
  expectGivenBack(left)
  expect(left.exit).toBe(1)
  expect(left.text).toContain('it failed itself: planted fault')
  expect(left.text).toMatch(/triage502 resume \S+/)
  expect(left.text, 'no stack in front of a person').not.toMatch(/^\s+at /m)
  expect(home.session().findings).toHaveLength(1)
  expect(home.locked()).toBe(false)
})

async function gone(pid: number): Promise<void> {
  const last = performance.now() + 10_000
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    if (performance.now() > last) throw new Error(`process ${pid} did not end`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
