import { render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { Lines } from '../../src/terminal/components/lines.tsx'
import { Menu } from '../../src/terminal/components/menu.tsx'
import { Root } from '../../src/terminal/components/root.tsx'
import { Screen } from '../../src/terminal/components/screen.tsx'
import type { Key } from '../../src/terminal/keys.ts'
import { startState } from '../../src/terminal/start.ts'
import { span } from '../../src/terminal/text.ts'
import { showing, stage } from './stage.tsx'

const shown: ReturnType<typeof render>[] = []
function draw(node: Parameters<typeof render>[0]) {
  const instance = render(node)
  shown.push(instance)
  return instance
}
const frame = (instance: ReturnType<typeof render>) =>
  (instance.lastFrame() ?? '').split('\n').map((row) => row.trimEnd())
/** Keys are listened for only after the frame that they can be pressed on. */
const armed = async () => {
  await new Promise(setImmediate)
  await new Promise((resolve) => setTimeout(resolve, 0))
}
afterEach(() => {
  for (const instance of shown.splice(0)) instance.unmount()
})

describe('rows', () => {
  it('stand one below the other, blank ones too', () => {
    const lines = [[span(' a', 'strong')], [], [span('b', 'bad'), span(' c')], []]
    expect(frame(draw(<Lines lines={lines} />))).toEqual([' a', '', 'b c', ''])
  })

  it('are nothing where there are none', () => {
    expect(frame(draw(<Lines lines={[]} />))).toEqual([''])
  })
})

describe('a menu', () => {
  const items = Array.from({ length: 9 }, (_, at) => ({ id: `${at}`, label: `item ${at}` }))

  it('marks one item', () => {
    expect(frame(draw(<Menu menu={{ items: items.slice(0, 3), at: 1, limit: 3 }} columns={40} />))).toEqual([
      '   item 0',
      ' ❯ item 1',
      '   item 2',
    ])
  })

  it.each(items.map((_, at) => at))('shows what is marked where it is longer than its place: %i', (at) => {
    for (const limit of [1, 2, 3, 8]) {
      const rows = frame(draw(<Menu menu={{ items, at, limit }} columns={40} />))
      expect(rows).toHaveLength(limit)
      expect(rows.filter((row) => row.startsWith(` ❯ item ${at}`))).toHaveLength(1)
      const first = Number(/\d/.exec(rows[0] ?? '')?.[0])
      expect(rows.map((row) => Number(/\d/.exec(row)?.[0]))).toEqual(rows.map((_, row) => first + row))
      expect(rows.at(-1)?.endsWith('↓')).toBe(first + limit < items.length)
      if (limit > 1) expect(rows[0]?.endsWith('↑')).toBe(first > 0)
    }
  })

  it('keeps a word of warning whole, and cuts the label', () => {
    const [row] = frame(
      draw(
        <Menu
          menu={{ items: [{ id: 'a', label: 'x'.repeat(80), hint: 'it changes something' }], at: 0, limit: 1 }}
          columns={60}
        />,
      ),
    )
    expect(row).toMatch(/^ ❯ x+… {2}it changes something$/)
  })

  it('cuts a long hint before the label, and leaves out one with no room', () => {
    const rows = frame(
      draw(
        <Menu
          menu={{
            items: [
              { id: 'a', label: 'shop', hint: `https://${'long.'.repeat(20)}example/` },
              { id: 'b', label: 'y'.repeat(50), hint: '2026-11-21T0203-shop-k3f9' },
            ],
            at: -1,
            limit: 2,
          }}
          columns={60}
        />,
      ),
    )
    expect(rows[0]).toMatch(/^ {3}shop {2}https:.*…$/)
    expect(rows[1]).toBe(`   ${'y'.repeat(50)}`)
  })
})

describe('a screen', () => {
  it('is as high as the terminal but one row, whatever it is given', () => {
    const line = [span('row')]
    const above = Array.from({ length: 30 }, () => line)
    expect(frame(draw(<Screen frame={{ above, menu: null, below: [] }} columns={60} rows={16} />))).toHaveLength(15)
    expect(
      frame(draw(<Screen frame={{ above: [line], menu: null, below: [line] }} columns={60} rows={16} />)),
    ).toHaveLength(15)
  })

  it('stands in order: above, the menu, below', () => {
    const menu = { items: [{ id: 'a', label: 'choose' }], at: 0, limit: 1 }
    const rows = frame(
      draw(<Screen frame={{ above: [[span('above')]], menu, below: [[span('below')]] }} columns={60} rows={16} />),
    )
    expect(rows.slice(0, 3)).toEqual(['above', ' ❯ choose', 'below'])
  })
})

describe('the root', () => {
  it('draws the start', () => {
    const root = draw(<Root app={showing({ kind: 'start', start: startState([]), columns: 80, rows: 24 })} />)
    expect(frame(root).join('\n')).toContain('Which URL fails?')
  })

  it('draws what a wizard comes to', async () => {
    const { wizard, press } = stage()
    const root = draw(<Root app={showing(wizard)} />)
    expect(frame(root).join('\n')).toContain('What does https://shop.example.com/checkout answer now?')
    await press('\r')
    await armed()
    expect(frame(root).join('\n')).toContain('the 502 was made by nginx/1.22.1')
  })

  it('hands on every key of one event, in order, and what was pasted', async () => {
    const pressed: Key[] = []
    const app = { ...showing(stage().wizard), press: (keys: readonly Key[]) => void pressed.push(...keys) }
    const root = draw(<Root app={app} />)
    await armed()
    root.stdin.write('jj\r')
    root.stdin.write('\u001b[B')
    root.stdin.write('\u007f')
    await armed()
    expect(pressed.map(({ name, char }) => char || name)).toEqual(['j', 'j', 'enter', 'down', 'backspace'])
  })
})
