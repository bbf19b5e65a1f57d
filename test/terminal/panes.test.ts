import { describe, expect, it } from 'vitest'
import { BINDINGS, commandOf, footerKeys } from '../../src/terminal/keymap.ts'
import { layout } from '../../src/terminal/layout.ts'
import { paneRows } from '../../src/terminal/pages/panes.ts'
import { branch, capture, end, probe, runs } from '../guide/make.ts'
import { type FakeWorld, fakeWorld } from './fake-world.ts'

const NODES = [
  probe('locate/port', {
    probe: runs(['ss', '-ltn']),
    branches: [branch('seen', 'locate/seen', { found: 'seen' })],
    blind: 'locate/seen',
  }),
  end('locate/seen'),
]

const rowsOf = ({ wizard, world }: FakeWorld) => {
  const { above, below } = layout(wizard.state, world)
  return [...above, ...below].map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  )
}
const shown = (fake: FakeWorld) => rowsOf(fake).join('\n')

/** The output of one look, open, in a window of 24 rows: 19 of them are text. */
async function output(lines: number): Promise<FakeWorld> {
  const fake = fakeWorld(NODES)
  fake.press('enter')
  await fake.looks[0]?.answer(Array.from({ length: lines }, (_, at) => `row ${at + 1} of many`).join('\n'))
  fake.press('o')
  return fake
}

describe('the output', () => {
  it('is the last look’s, the lines that decided marked in the gutter', async () => {
    const fake = await output(30)
    expect(rowsOf(fake)[2]).toBe(' ▌ row 1 of many')
    expect(rowsOf(fake)[7]).toBe('   row 6 of many')
    expect(shown(fake)).toContain('1 to 19 of 30')
  })

  it.each([
    [['down'], 'row 2 of'],
    [['j', 'j'], 'row 3 of'],
    [['down', 'up'], 'row 1 of'],
    [['page-down'], 'row 12 of'],
    [[' '], 'row 12 of'],
    [['G'], 'row 12 of'],
    [['G', 'page-up'], 'row 1 of'],
    [['G', 'g'], 'row 1 of'],
    [['up', 'up'], 'row 1 of'],
  ])('%j leads to %s', async (keys, first) => {
    const fake = await output(30)
    fake.press(...keys)
    expect(rowsOf(fake)[2]).toContain(first)
  })

  it('is closed with Esc, q, or the key that opened it', async () => {
    for (const key of ['escape', 'q', 'o']) {
      const fake = await output(3)
      fake.press(key)
      expect(fake.wizard.state.overlay).toBeNull()
    }
  })

  it('is searched: typed, found, the next, the one before, around the end', async () => {
    const fake = await output(200)
    fake.press('/')
    fake.type('ROW 15')
    expect(shown(fake)).toContain(' / ROW 15')
    fake.press('enter')
    expect(rowsOf(fake)[2]).toContain('row 15 of')
    fake.press('n')
    expect(rowsOf(fake)[2]).toContain('row 150 of')
    fake.press('N')
    expect(rowsOf(fake)[2]).toContain('row 15 of')
    fake.press('N')
    expect(rowsOf(fake)[2]).toContain('row 159 of')
    fake.press('n')
    expect(rowsOf(fake)[2]).toContain('row 15 of')
  })

  it('says what it does not hold', async () => {
    const fake = await output(30)
    fake.press('/')
    fake.type('nowhere')
    fake.press('enter')
    expect(shown(fake)).toContain('Nothing here holds nowhere')
  })

  it('takes letters into the search that are keys elsewhere', async () => {
    const fake = await output(30)
    fake.press('/')
    fake.type('qn/oG')
    expect(fake.wizard.state.overlay).toMatchObject({ search: { typing: true, field: { text: 'qn/oG' } } })
    fake.press('escape')
    expect(fake.wizard.state.overlay).toMatchObject({ kind: 'pane', search: null })
  })

  it('is copied whole', async () => {
    const fake = await output(30)
    fake.press('c')
    expect(fake.copied[0]?.split('\n')).toHaveLength(30)
  })

  it('shows hostile text as text', async () => {
    const fake = fakeWorld(NODES)
    fake.press('enter')
    await fake.looks[0]?.answer('\u001b[2J\u001b]0;title\u0007evil\u202e')
    fake.press('o')
    expect(shown(fake)).toContain('evil')
    expect(shown(fake)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  it('says where there is none', async () => {
    const fake = fakeWorld(NODES)
    fake.press('o')
    expect(shown(fake)).toContain('Nothing was looked at yet')
  })

  it('says what a look said that printed nothing', async () => {
    const fake = fakeWorld(NODES)
    fake.press('enter')
    await fake.looks[0]?.answer('', capture('', { outcome: 'blind', why: 'missing-tool', says: 'ss: not here' }))
    fake.press('o')
    expect(shown(fake)).toContain('It printed nothing. ss: not here')
  })
})

describe('the other panes', () => {
  it('the transcript tells what happened, with times', async () => {
    const fake = await output(3)
    fake.press('escape', 'n')
    fake.type('told Anna')
    fake.press('enter', 'f', '1', 't')
    expect(shown(fake)).toContain('The search began')
    expect(shown(fake)).toContain('$ ss -ltnpH')
    expect(shown(fake)).toContain('✓ 1  seen')
    expect(shown(fake)).toContain('✎ told Anna')
    expect(shown(fake)).toContain('⚑ Marked: customers saw it')
    expect(shown(fake)).toMatch(/ 02:03:\d\dZ {2}/)
  })

  it('the map tells the way taken', async () => {
    const fake = await output(3)
    fake.press('escape', 'm')
    expect(shown(fake)).toContain('│ Looking: locate/port')
    expect(shown(fake)).toContain('│   ✓ seen')
  })

  it('the help tells every key of the table, and no other', () => {
    const fake = fakeWorld(NODES)
    const rows = paneRows('help', fake.wizard.state, fake.world).map(({ text }) => text.trim())
    for (const { says } of BINDINGS) expect(rows.join(' ')).toContain(says)
  })
})

describe('the table of keys', () => {
  it('gives no key two meanings in one place', () => {
    for (const where of ['body', 'pane'] as const) {
      const keys = BINDINGS.filter((one) => one.where === where || one.where === 'always').flatMap((one) =>
        one.keys.map((key) => ({ key, command: one.command })),
      )
      for (const { key, command } of keys) {
        const name = key.startsWith("'")
          ? ({ name: 'char', char: key.slice(1) } as const)
          : { name: key as 'up', char: '' }
        expect(commandOf(name, where), `${key} in ${where}`).toBe(command)
      }
    }
  })

  it('fills the footer with what can be done now', () => {
    const fake = fakeWorld(NODES)
    const words = (count = 1) => footerKeys(fake.wizard.state, count).map(({ word }) => word)
    expect(words()).toEqual(expect.arrayContaining(['choose', 'why', 'back', 'help', 'quit']))
    expect(words(0)).not.toContain('choose')
    fake.press('enter')
    expect(words(0)[0]).toBe('stop')
    fake.press('escape', '2')
    expect(words(0)).toEqual(['run', 'empty', 'leave as it was'])
    fake.press('escape', '?')
    expect(words(0)).toContain('close')
  })
})
