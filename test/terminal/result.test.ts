import { describe, expect, it } from 'vitest'
import { layout } from '../../src/terminal/layout.ts'
import { branch, end, probe } from '../guide/make.ts'
import { fakeWorld } from './fake-world.ts'

const NODES = [
  probe('locate/port', { title: 'Is there one?', branches: [branch('seen', 'locate/end')], blind: 'locate/again' }),
  probe('locate/again', { title: 'Is there another?', branches: [branch('seen', 'locate/end')], blind: 'locate/end' }),
  end('locate/end'),
]

function begun() {
  const fake = fakeWorld(NODES)
  const rows = () => {
    const { above, menu, below } = layout(fake.wizard.state, fake.world)
    const all = [...above, ...below].map((line) => line.map(({ text }) => text).join(''))
    return [...all, ...(menu?.items.map(({ label }) => label) ?? [])].join('\n')
  }
  return { ...fake, rows }
}

describe('a look of which nothing could be concluded', () => {
  it('says why', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('', { outcome: 'blind', why: 'no-such-file', says: 'there is no Docker here' })
    expect(fake.rows()).toContain('Nothing could be concluded: there is no Docker here (no-such-file)')
  })

  it('says why again where an earlier one had the same reason, which is held once', async () => {
    const fake = begun()
    const blind = { outcome: 'blind', why: 'no-such-file', says: 'there is no Docker here' } as const
    fake.press('enter')
    await fake.looks[0]?.answer('', blind)
    fake.press('enter', 'enter')
    await fake.looks[1]?.answer('', blind)
    expect(fake.wizard.state.session.blindSpots).toHaveLength(1)
    expect(fake.rows()).toContain('Nothing could be concluded: there is no Docker here (no-such-file)')
  })
})

describe('what a look gave', () => {
  it('of a command is shown with its last rows', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('a\nb\nc\nd\n', { kind: 'run' })
    expect(fake.rows()).toContain('     b\n     c\n     d')
    expect(fake.rows()).not.toContain('     a\n')
  })

  it('of our own is made for its reader, and stands in the output only', async () => {
    const fake = begun()
    fake.press('enter')
    await fake.looks[0]?.answer('{"root":true,"user":"root"}', { kind: 'look' })
    expect(fake.rows()).not.toContain('"root"')
    fake.press('o')
    expect(fake.rows()).toContain('"root"')
  })
})
