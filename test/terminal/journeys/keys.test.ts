import { expect, it } from 'vitest'
import { KEYS, type Pty } from '../pty.ts'
import { endsAfterEach, expectWellDrawn, open } from '../support.ts'

// What terminals, ssh and quick fingers do to keys: several in one piece, before anything listens, and in their own codes.

endsAfterEach()

async function atFirstStep(): Promise<ReturnType<typeof open>> {
  const opened = open(['--recorded', 'process-down'])
  await opened.pty.waitFor('❯ Run it')
  return opened
}

/** The clipboard, as the terminal is told of it. */
const copied = (pty: Pty) =>
  [...pty.raw.matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].map(([, text]) =>
    Buffer.from(text ?? '', 'base64').toString(),
  )

it('arrows, a letter and Enter in one piece are four keys', async () => {
  const { pty } = await atFirstStep()
  pty.type(`${KEYS.down}${KEYS.down}y${KEYS.enter}`)
  await pty.waitFor('What is the answer?')
  expect(copied(pty)).toEqual(['ss -lntp'])
})

it('a letter and Enter in one piece are both taken', async () => {
  const { pty } = await atFirstStep()
  pty.type(`w${KEYS.enter}`)
  await pty.waitFor('❯ Go on')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Run it')
  expect(pty.screen(), 'why stays open from step to step').toContain('Why')
})

it('two arrows between two frames are two', async () => {
  const { pty } = await atFirstStep()
  pty.type(`${KEYS.down}${KEYS.down}`)
  await pty.waitFor('❯ I know the answer')
  pty.type('jj')
  await pty.waitFor('❯ Run it')
  pty.type(`${KEYS.up}k`)
  await pty.waitFor('❯ I know the answer')
})

it('Esc and a letter in one piece are both taken', async () => {
  const { pty } = await atFirstStep()
  pty.type(`${KEYS.down}${KEYS.down}${KEYS.enter}`)
  await pty.waitFor('What is the answer?')
  pty.type(`${KEYS.escape}n`)
  await pty.waitFor('It stands in the transcript')
  pty.type(`${KEYS.escape}${KEYS.escape}`)
  await pty.waitGone('It stands in the transcript')
  await pty.waitFor('❯ Run it')
  expectWellDrawn(pty)
})

it('a whole note in one piece is kept with its Enter', async () => {
  const { pty, home } = await atFirstStep()
  pty.type(`ndeploy at 02:00${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(home.events('note.added')).toEqual([{ type: 'note.added', text: 'deploy at 02:00' }])
})

it.each([
  ['0x7f', '\u007f'],
  ['0x08', '\b'],
  ['Delete', KEYS.delete],
])('%s takes one character away, one for each press', async (_, code) => {
  const { pty, home } = await atFirstStep()
  pty.type('nabcdef')
  await pty.waitFor('abcdef')
  pty.type(code)
  await pty.waitFor(/abcde(?!f)/)
  pty.type(`${code}${code}x${code}`)
  await pty.waitFor(/abc(?![de])/)
  pty.type(KEYS.enter)
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['abc'])
})

it('a character of several code points is taken away whole', async () => {
  const { pty, home } = await atFirstStep()
  pty.type('nx👩‍🚒é日\u007f\u007f\u007f')
  await pty.waitFor(/✎ x/)
  pty.type(`!${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['x!'])
})

it('keys sent the moment the first frame is written are not lost', async () => {
  const runs = Array.from({ length: 3 }, () => open(['--recorded', 'process-down']))
  await Promise.all(
    runs.map(async ({ pty, home }) => {
      await pty.until(() => (pty.raw.includes('Run it') ? true : undefined), 'the frame is written')
      pty.type(`nfirst${KEYS.enter}`)
      await pty.waitFor('Noted.')
      expect(home.events('note.added').map(({ text }) => text)).toEqual(['first'])
    }),
  )
})

it('keys sent before anything is drawn are taken by the first step', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.until(() => (pty.raw.includes('first') ? true : undefined), 'the shell has begun')
  pty.type('near')
  await pty.waitFor('✎ ear')
  pty.type('ly\r')
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['early'])
})

it('keys after the end of one step are for the next, however fast they come', async () => {
  const { pty, home } = await atFirstStep()
  pty.type(`${KEYS.enter}`.repeat(3))
  // The first runs the look; while it runs the others find nothing to choose, or its result.
  await pty.until(() => (home.events('branch.taken').length > 0 ? true : undefined), 'the look is judged')
  await pty.waitFor(/❯ (Go on|Run it)/)
  expectWellDrawn(pty)
})

it('answers of the terminal to questions nobody asked are no keys', async () => {
  const { pty, home } = await atFirstStep()
  // Focus in and out, a cursor position, device attributes, a click of the mouse.
  pty.type('\u001b[I\u001b[O\u001b[24;80R\u001b[?1;2c\u001b[<0;10;10M\u001b[<0;10;10m')
  pty.type(`nstill${KEYS.enter}`)
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['still'])
})
