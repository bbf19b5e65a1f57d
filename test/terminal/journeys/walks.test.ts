import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readJournal } from '../../../src/session/journal.ts'
import type { Home } from '../home.ts'
import { KEYS } from '../pty.ts'
import { endsAfterEach, expectWellDrawn, open, recording } from '../support.ts'
import { AT_END, choose, enter, leave, nextStep, toTheEnd } from '../walking.ts'

// Whole ways through the built program, at a real pseudo-terminal with a real screen.

endsAfterEach()

const conclusionOf = (home: Home) => home.events('session.ended').at(-1)?.conclusion

it('Enter alone leads from the first step to the verdict', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await toTheEnd(pty, () => enter(pty))
  const left = await leave(pty)
  expect(left.exit).toBe(0)
  expect(left.text).toContain('process-down')
  expect(home.events('session.ended')).toMatchObject([{ ended: 'complete' }])
})

it('a goes on by itself to the same verdict', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  pty.type('a')
  await pty.waitFor(AT_END)
  expectWellDrawn(pty)
  await leave(pty)
  expect(conclusionOf(home)?.verdict).toMatchObject({ cause: 'process-down' })
})

it('everything can be pasted', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  const kept = new Map<string, string>()
  for (const { event } of readJournal(recording('process-down')).entries) {
    if (event.type === 'probe.finished' && !kept.has(event.node)) kept.set(event.node, event.capture.out)
  }
  await toTheEnd(pty, async (shown) => {
    if (!shown.includes('paste the output')) return enter(pty)
    await choose(pty, 'I ran it elsewhere')
    await pty.waitFor('Nothing pasted yet')
    const here = home.session().here ?? ''
    pty.paste(kept.get(here)?.trim() || 'it printed nothing')
    await pty.waitFor(/\d+ characters/)
    pty.type(KEYS.enter)
    await pty.waitGone(' characters')
  })
  const captures = home.events('probe.finished').map(({ capture }) => capture)
  expect(captures.length).toBeGreaterThan(1)
  expect(captures.every(({ pasted }) => pasted === true)).toBe(true)
  expect(home.session().findings.length, 'a paste can be concluded from').toBeGreaterThan(0)
  await leave(pty)
})

it('a command can be edited: what changes something is refused, what reads is judged', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  let shown = ''
  while (!pty.screen().includes('Edit it first')) {
    pty.type(KEYS.enter)
    shown = await nextStep(pty, shown)
    expect(shown, 'a command that can be edited comes before the end').not.toContain(AT_END)
  }
  await choose(pty, 'Edit it first')
  await pty.waitFor('Change the command')
  const [command = ''] = pty.rows().filter((row) => row.startsWith(' $ '))
  pty.type(`${KEYS.ctrlU}rm -rf /tmp/nothing${KEYS.enter}`)
  await pty.waitFor('not known to only read')
  const before = home.events('probe.started').length
  pty.type(`${KEYS.ctrlU}cat /etc/hostname; id${KEYS.enter}`)
  await pty.waitFor(/shell|;/)
  expect(home.events('probe.started'), 'nothing of it was started').toHaveLength(before)
  pty.type(`${KEYS.ctrlU}${command.slice(3).trim()}${KEYS.enter}`)
  await pty.until(() => (home.events('probe.finished').length > before ? true : undefined), 'it ran')
  await pty.waitFor('❯ Go on')
  expect(home.events('probe.started').at(-1)?.request).toMatchObject({ kind: 'run' })
})

it('back, twice, and the answer of the person instead', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  const first = pty.rows()[4]
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Run it')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  pty.type('b')
  await pty.waitFor('❯ Run it')
  pty.type('b')
  await pty.until(() => (pty.rows()[4] === first ? true : undefined), 'the first question is back')
  expect(home.events('went.back').length).toBe(2)
  expect(home.session().findings, 'what was found since is judged anew').toEqual([])
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  await choose(pty, 'It is otherwise')
  await pty.waitFor('What is the answer?')
  pty.type('1')
  await pty.until(() => (home.events('branch.taken').at(-1)?.by === 'person' ? true : undefined), 'it is answered')
  expect(home.events('probe.started').length, 'the journal keeps both ways').toBeGreaterThan(2)
})

it('whoever skips everything gets no verdict, and hears what stayed dark', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  // The last thing to choose is always to go on without.
  await toTheEnd(pty, async () => {
    pty.type('G')
    await pty.until(() => (/^ ❯ (Skip|Leave|Go on)/m.test(pty.screen()) ? true : undefined), 'the last one is marked')
    await enter(pty)
  })
  expect(home.events('probe.started')).toEqual([])
  await leave(pty)
  expect(conclusionOf(home)).toMatchObject({ outcome: 'inconclusive', verdict: null })
})

it('from the start screen to a recorded incident, its verdict, and the transcript', async () => {
  const { pty, home } = open([])
  await pty.waitFor('Which URL fails?')
  pty.type('process down first')
  await pty.waitFor(/❯ first night process down/)
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Run it')
  pty.type('a')
  await pty.waitFor(AT_END)
  await choose(pty, 'Write the transcript')
  await pty.waitFor('Written to')
  const [file = ''] = readdirSync(home.work)
  const written = readFileSync(join(home.work, file), 'utf8')
  expect(written).toContain('process-down')
  await choose(pty, 'Write the transcript')
  await pty.waitFor('there is a file already')
  expect(readFileSync(join(home.work, file), 'utf8'), 'nothing is written over').toBe(written)
  await leave(pty)
})

it('killed outright, it is gone on with at the same step, from the start screen too', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  pty.type(`nbefore the kill${KEYS.enter}${KEYS.enter}`)
  await pty.waitFor('❯ Go on')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Run it')
  const step = pty.rows().slice(1, -2)
  process.kill(await pty.pid(), 'SIGKILL')
  expect((await pty.left()).exit).toBe(137)
  const again = open(['resume'], { home }).pty
  await again.waitFor('❯ Run it')
  expect(again.rows().slice(1, -2)).toEqual(step)
  process.kill(await again.pid(), 'SIGKILL')
  await again.left()
  const third = open([], { home }).pty
  await third.waitFor('go on with')
  third.type(KEYS.down + KEYS.enter)
  await third.waitFor('❯ Run it')
  expect(third.rows().slice(1, -2)).toEqual(step)
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['before the kill'])
  await leave(third)
})
