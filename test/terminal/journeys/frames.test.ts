import { expect, it } from 'vitest'
import { KEYS, Pty as Program, type Pty } from '../pty.ts'
import { endsAfterEach, expectGivenBack, expectWellDrawn, newHome, open, openShell, recording } from '../support.ts'

// What is drawn fits the screen at every size, whatever letters it is made of, and leaves the shell's screen alone.

endsAfterEach()

async function atResult(options: Parameters<typeof open>[1] = {}): Promise<ReturnType<typeof open>> {
  const opened = open(['--recorded', 'process-down'], options)
  await opened.pty.waitFor('❯ Run it')
  opened.pty.type(KEYS.enter)
  await opened.pty.waitFor('❯ Go on')
  return opened
}

it('the scrollback of the shell is as it was', async () => {
  const { pty } = openShell()
  await pty.waitFor('ready$')
  pty.type('for i in $(seq 1 100); do echo "line $i of before"; done\r')
  await pty.waitFor('line 100 of before')
  pty.type(`clear_is_not_meant=1; ${Program.command(['--recorded', 'process-down'])}\r`)
  await pty.waitFor('❯ Run it')
  // Sixty frames.
  for (let round = 0; round < 30; round++) {
    pty.type(KEYS.down)
    await pty.until(() => (pty.screen().includes('❯ Run it') ? undefined : true), 'the mark moves')
    pty.type(KEYS.up)
    await pty.waitFor('❯ Run it')
  }
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  await pty.waitFor(/resume \S+[\s\S]*ready\$/)
  const rows = pty.normal().split('\n')
  const lines = rows.filter((row) => /^line \d+ of before$/.test(row))
  expect(lines).toEqual(Array.from({ length: 100 }, (_, at) => `line ${at + 1} of before`))
  expect(pty.raw, 'nothing wipes the scrollback').not.toContain('\u001b[3J')
})

const SIZES: [number, number][] = [
  [60, 16],
  [80, 24],
  [100, 30],
  [132, 43],
  [200, 60],
]

it.each([SIZES[0], SIZES.at(-1)] as [number, number][])('begins at %i x %i', async (columns, rows) => {
  const { pty } = await atResult({ columns, rows })
  expectWellDrawn(pty)
  expect(pty.rows()[0]).toContain('triage502')
})

it.each([
  ['narrower', 62, 24],
  ['wider', 140, 24],
  ['lower', 80, 16],
  ['higher', 80, 50],
  ['both', 61, 17],
])('%s while it runs: no row is left over, none is too long', async (_, columns, rows) => {
  const { pty } = await atResult()
  pty.resize(columns, rows)
  const fresh = await atResult({ columns, rows })
  await sameAs(pty, fresh.pty)
  expectWellDrawn(pty)
})

it('many sizes one after the other end as the last one', async () => {
  const { pty } = await atResult()
  for (const [columns, rows] of [...SIZES, [70, 20], [61, 40], [80, 24]] as [number, number][])
    pty.resize(columns, rows)
  const fresh = await atResult()
  await sameAs(pty, fresh.pty)
})

it('Ctrl-L draws everything anew where something else wrote on the screen', async () => {
  const { pty } = await atResult()
  const before = pty.rows().slice(1)
  pty.scribble('\u001b[2;5Ha message to everybody\r\n\nand more\u001b[24;1H\r\n\r\n')
  await pty.waitFor('and more')
  pty.type('\f')
  await pty.until(() => (pty.rows().slice(1).join() === before.join() ? true : undefined), 'it is as it was')
})

it('a window smaller than its least size breaks nothing, and is well again when it grows', async () => {
  const { pty } = await atResult()
  for (const [columns, rows] of [
    [40, 10],
    [20, 5],
    [10, 3],
    [1, 1],
  ] as const) {
    pty.resize(columns, rows)
    pty.type('w')
    await pty.until(() => (pty.over ? undefined : true), 'it lives')
  }
  pty.resize(80, 24)
  const fresh = await atResult()
  await sameAs(pty, fresh.pty)
  pty.type(KEYS.ctrlC + KEYS.ctrlC)
  expectGivenBack(await pty.left())
})

it('wide letters, emoji and joined marks in the URL, in notes and in what was printed', async () => {
  const home = newHome()
  // A recorded incident of a shop with such a name, and such words in the page it got.
  const wide = '日本語の店-🛒👩‍🚒👍🏽-café'
  const path = home.write(
    'wide.jsonl',
    home
      .text(recording('process-down'))
      .replaceAll('/checkout', `/${encodeURI(`${wide}/${wide}`)}`)
      .replaceAll('<title>502 Bad Gateway</title>', `<title>${wide.repeat(20)}</title>`),
  )
  const { pty } = open(['--recorded', path], { home })
  await pty.waitFor('❯ Run it')
  expectWellDrawn(pty)
  pty.type(`n${wide.repeat(6)}`)
  await pty.waitFor('café')
  expectWellDrawn(pty)
  pty.type(KEYS.enter)
  await pty.waitFor('Noted.')
  for (let step = 0; step < 6; step++) {
    const before = home.entries().length
    pty.type(KEYS.enter)
    await pty.until(
      () => (home.entries().length > before || /❯ Run it/.test(pty.screen()) ? true : undefined),
      'it goes on',
    )
    await pty.waitFor(/❯ (Go on|Run it|\S)/)
    expectWellDrawn(pty)
    pty.type('o')
    await pty.waitFor('Output of the last look')
    expectWellDrawn(pty)
    pty.type(KEYS.escape)
    await pty.waitGone('Output of the last look')
  }
  pty.type('t')
  await pty.waitFor('What has happened')
  expectWellDrawn(pty)
  pty.resize(61, 17)
  await pty.until(() => (pty.rows().length === 17 && pty.rows()[16] === '' ? true : undefined), 'it is drawn anew')
  expect(pty.tooWide()).toEqual([])
})

/** The same frame but for the clock and what differs between two sessions. */
async function sameAs(pty: Pty, fresh: Pty): Promise<void> {
  const bare = (one: Pty) =>
    one
      .rows()
      .slice(1)
      .join('\n')
      .replace(/\d+(\.\d+)? m?s\b/g, 'N s')
  await fresh.until(() => (bare(pty) === bare(fresh) ? true : undefined), `the frame is this one:\n${pty.framed()}\n`)
}
