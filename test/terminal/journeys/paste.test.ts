import { expect, it } from 'vitest'
import { KEYS, type Pty } from '../pty.ts'
import { endsAfterEach, expectGivenBack, expectWellDrawn, open } from '../support.ts'

// What is pasted is kept whole, however large it is and whether or not the terminal marks it.

endsAfterEach()

const MB = 1024 * 1024

async function atPaste(): Promise<ReturnType<typeof open>> {
  const opened = open(['--recorded', 'process-down'])
  await opened.pty.waitFor('❯ Run it')
  opened.pty.type(`${KEYS.down}${KEYS.enter}`)
  await opened.pty.waitFor('Nothing pasted yet')
  return opened
}

/** Lines of which each says where it stands: one that is missing or out of place is seen. */
function numbered(bytes: number): string {
  const lines: string[] = []
  for (let size = 0, n = 1; size < bytes; n++) {
    const line = `LISTEN 0 511 127.0.0.1:${(n % 60000) + 1} 0.0.0.0:* line ${n}`
    lines.push(line)
    size += line.length + 1
  }
  return lines.join('\n')
}

/** No hand presses Enter right behind a paste: until then an end of a line is taken for a piece of it. */
function handMoves(pty: Pty): Promise<boolean> {
  const since = performance.now()
  return pty.until(() => (performance.now() - since > 100 ? true : undefined), 'a hand has moved')
}

/** Milliseconds until a key is answered. */
async function answersAfter(pty: Pty): Promise<number> {
  const began = performance.now()
  pty.type('?')
  await pty.waitFor(' At a step')
  return performance.now() - began
}

it.each([
  ['marked', (pty: Pty, text: string) => pty.paste(text)],
  ['not marked', (pty: Pty, text: string) => pty.type(text.replaceAll('\n', '\r'))],
])('a megabyte, %s, arrives whole', { timeout: 120_000 }, async (_, paste) => {
  const { pty, home } = await atPaste()
  const text = numbered(MB)
  const count = text.split('\n').length
  paste(pty, text)
  await pty.waitFor(`${count} lines, ${text.length} characters`, 60_000)
  expectWellDrawn(pty)
  await handMoves(pty)
  pty.type(KEYS.enter)
  await pty.until(() => (home.events('probe.finished').length > 0 ? true : undefined), 'it is read', 30_000)
  const [{ capture }] = home.events('probe.finished') as [ReturnType<typeof home.events<'probe.finished'>>[0]]
  expect(capture.pasted).toBe(true)
  // What is kept is bounded; what was dropped is said.
  const kept = capture.out.split('\n')
  expect(kept[0]).toBe(text.split('\n')[0])
  expect(capture.out === text || capture.cut || capture.leftOut !== '', 'whole, or it says what it left out').toBe(true)
  await pty.waitFor(/❯ (Go on|Run it)/)
  expect(await answersAfter(pty)).toBeLessThan(5000)
})

it('a paste at the question itself is taken as the output', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  pty.paste('LISTEN 0 511 127.0.0.1:8080 0.0.0.0:* users:(("nginx",pid=20,fd=5))\n')
  await pty.waitFor(/1 line, \d+ characters/)
  pty.type(KEYS.enter)
  await pty.until(() => (home.events('probe.finished').length > 0 ? true : undefined), 'it is read')
  expect(home.events('probe.finished')[0]?.capture).toMatchObject({ at: 'pasted', pasted: true })
})

it('keys in a paste are text: nothing runs, nothing is left', async () => {
  const { pty, home } = await atPaste()
  pty.paste('q\ny\n\u0003\u001b[A\r\nnote')
  await pty.waitFor(/\d lines, \d+ characters/)
  expect(pty.over).toBe(false)
  expect(home.events('probe.started')).toEqual([])
  expectWellDrawn(pty)
})

it('an unmarked paste whose last line has no end waits for Enter; Enter by itself reads it', async () => {
  const { pty, home } = await atPaste()
  pty.type('first line\rsecond line\r')
  await pty.waitFor('2 lines')
  expect(home.events('probe.started')).toEqual([])
  await handMoves(pty)
  pty.type(KEYS.enter)
  await pty.until(() => (home.events('probe.finished').length > 0 ? true : undefined), 'Enter reads it')
  expect(home.events('probe.finished')[0]?.capture.out).toContain('second line')
})

it('an unmarked paste that comes in pieces, line by line, is one paste', async () => {
  const { pty, home } = await atPaste()
  // The end of a line may come by itself, right behind the line.
  for (const [at, line] of ['LISTEN 0 511 127.0.0.1:1', 'LISTEN 0 511 127.0.0.1:2'].entries()) {
    pty.type(line)
    pty.type('\r')
    await pty.waitFor(`${at + 1} line`)
  }
  pty.type('last one')
  await pty.waitFor('3 lines')
  expect(home.events('probe.started')).toEqual([])
})

it('a paste into a note is one line of it', async () => {
  const { pty, home } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  pty.type('n')
  await pty.waitFor('It stands in the transcript')
  pty.paste('two\nlines\tand a tab')
  await pty.waitFor('two lines and a tab')
  pty.type(KEYS.enter)
  await pty.waitFor('Noted.')
  expect(home.events('note.added').map(({ text }) => text)).toEqual(['two lines and a tab'])
})

it('a paste where nothing can be pasted does nothing, and says so', async () => {
  const { pty } = open(['--recorded', 'process-down'])
  await pty.waitFor('❯ Run it')
  pty.type(KEYS.enter)
  await pty.waitFor('❯ Go on')
  pty.paste('q\ny\n')
  await pty.waitFor('nothing to paste into')
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  expectGivenBack(await pty.left())
})

it('a URL pasted on the start screen stands in its field', async () => {
  const { pty } = open([])
  await pty.waitFor('Which URL fails?')
  pty.paste('http://127.0.0.1:9/日本\n')
  await pty.waitFor('http://127.0.0.1:9/日本')
  expectWellDrawn(pty)
})
