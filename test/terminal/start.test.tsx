import { render } from 'ink-testing-library'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/terminal/app.ts'
import { Root } from '../../src/terminal/components/root.tsx'
import { type Key, typedKeys } from '../../src/terminal/keys.ts'
import { startFrame } from '../../src/terminal/pages/start.ts'
import { type Choice, type StartState, shownOf, startKey, startPaste, startState } from '../../src/terminal/start.ts'
import { lineWidth } from '../../src/terminal/text.ts'
import { named } from './stage.tsx'

const recorded = (name: string, hint: string, more: Partial<Choice> = {}): Choice => ({
  group: 'recorded',
  id: `recorded:${name}`,
  label: name.replaceAll('-', ' '),
  kind: 'everyday',
  hint,
  ...more,
})

const CHOICES: Choice[] = [
  { group: 'unfinished', id: 'unfinished:a', label: 'https://shop.example.com/checkout', hint: '2026-11-21T0203-shop' },
  { group: 'service', id: 'service:shop', label: 'shop', hint: 'https://shop.example.com/' },
  recorded('process-down', '502 · nginx', { kind: 'first night', about: 'Visitors get 502 through nginx.' }),
  recorded('docker-stopped', '502 · nginx · Docker', { words: 'process-down unreachable nobody runs shop-web-1' }),
  recorded('docker-oom-killed', '502 · nginx · Docker', { words: 'oom-killed reset' }),
  recorded('haproxy-slow', '504 · HAProxy', { words: 'slow-app slow' }),
]

/** The state after text typed key by key, and named keys. */
function having(...keys: (string | Key)[]): StartState {
  let state = startState(CHOICES)
  for (const key of keys.flatMap((one) => (typeof one === 'string' ? typedKeys(one) : [one]))) {
    const step = startKey(state, key)
    if (step.kind !== 'state') throw new Error(`${key.name} led to ${step.kind}`)
    state = step.state
  }
  return state
}
const shown = (state: StartState) => shownOf(state).map(({ label }) => label)
const opens = (state: StartState) => startKey(state, named('enter'))

describe('what is typed on the start screen', () => {
  it('narrows the list to what holds every word, whatever its case and order', () => {
    expect(shown(having('docker'))).toEqual(['docker stopped', 'docker oom killed'])
    expect(shown(having('OOM dock'))).toEqual(['docker oom killed'])
    expect(shown(having('haproxy 504'))).toEqual(['haproxy slow'])
    expect(shown(having('docker haproxy'))).toEqual([])
    expect(shown(having('process-down docker'))).toEqual(['docker stopped'])
  })

  it('finds by words that are not shown, behind those that are', () => {
    expect(shown(having('process down'))).toEqual(['process down', 'docker stopped'])
    expect(shown(having('unreachable'))).toEqual(['docker stopped'])
  })

  it('finds by the beginnings of words only', () => {
    expect(shown(having('own'))).toEqual([])
    expect(shown(having('do'))).toEqual(['process down', 'docker stopped', 'docker oom killed'])
  })

  it('takes the slash of those who search so elsewhere', () => {
    expect(shown(having('/docker'))).toEqual(['docker stopped', 'docker oom killed'])
    expect(opens(having('/docker'))).toEqual({ kind: 'open', what: { choice: 'recorded:docker-stopped' } })
  })

  it('leaves of a URL what leads to it, and no recorded incident', () => {
    expect(shown(having('https://shop'))).toEqual(['https://shop.example.com/checkout', 'shop'])
    expect(shown(having('shop.example.com/checkout'))).toEqual(['https://shop.example.com/checkout'])
    expect(shown(having('127.0.0.1:8080'))).toEqual([])
  })

  it('marks the first that holds the words, so that Enter opens it', () => {
    expect(having('docker').at).toBe(0)
    expect(opens(having('docker'))).toEqual({ kind: 'open', what: { choice: 'recorded:docker-stopped' } })
    expect(opens(having('docker', named('down')))).toEqual({
      kind: 'open',
      what: { choice: 'recorded:docker-oom-killed' },
    })
    expect(opens(having('docker', named('down'), ' s'))).toEqual({
      kind: 'open',
      what: { choice: 'recorded:docker-stopped' },
    })
  })

  it('is asked as a URL where it is one, where nothing holds it, and from the field', () => {
    for (const url of ['https://shop.example.com/', 'shop.example.com', 'localhost', '[::1]:80', 'intranet']) {
      expect(opens(having(url))).toEqual({ kind: 'open', what: { url } })
    }
    expect(opens(having('docker', named('up')))).toEqual({ kind: 'open', what: { url: 'docker' } })
  })

  it('is taken back by Backspace and Esc; Esc on an empty field leaves', () => {
    expect(shown(having('docker oom', ...Array.from({ length: 4 }, () => named('backspace'))))).toHaveLength(2)
    expect(shown(having('docker', named('escape')))).toHaveLength(CHOICES.length)
    expect(having('docker', named('escape'))).toMatchObject({ at: -1, field: { text: '' } })
    expect(startKey(startState(CHOICES), named('escape'))).toEqual({ kind: 'quit' })
  })

  it('keeps the mark while only the cursor moves', () => {
    expect(having('docker', named('down'), named('left'), named('home'))).toMatchObject({ at: 1, field: { at: 0 } })
  })

  it('goes round what is left, and no further', () => {
    expect(having('docker', named('down'), named('down')).at).toBe(-1)
    expect(having('docker', named('up'), named('up')).at).toBe(1)
    expect(having('docker', named('page-down')).at).toBe(1)
    expect(having('docker', named('page-up')).at).toBe(-1)
    expect(having('nothing has this', named('down')).at).toBe(-1)
  })

  it('may be pasted', () => {
    expect(startPaste(startState(CHOICES), ' docker oom\n')).toMatchObject({ at: 0, field: { text: 'docker oom' } })
    expect(startPaste(startState(CHOICES), 'https://a.example/\n')).toMatchObject({ at: -1 })
  })
})

describe('the start screen', () => {
  const text = (state: StartState, columns = 80, rows = 24) => {
    const { above, menu, below } = startFrame(state, columns, rows)
    const said = [...above, ...below].map((line) => line.map((part) => part.text).join(''))
    return { said: said.join('\n'), menu }
  }

  it('counts what is left', () => {
    expect(text(startState(CHOICES)).said).toContain('Or one of these  6\n')
    expect(text(having('docker')).said).toContain('Or one of these  2 of 6\n')
    expect(text(having('docker haproxy')).said).toContain('Or one of these  0 of 6\n')
  })

  it('tells what is marked, and what Enter does', () => {
    expect(text(having('process')).said).toContain('Visitors get 502 through nginx.')
    expect(text(having('process')).said).toContain('⏎ open what is marked  ↑ ⏎ ask it as a URL')
    expect(text(having('docker oom')).said).not.toContain('ask it as a URL')
    expect(text(having('shop.example.com')).said).toContain('⏎ ask this URL')
    expect(text(having('intranet')).said).toContain('Nothing in the list holds that.')
    expect(text(startState(CHOICES)).said).toContain('⏎ begin  ↑↓ choose  Esc quit')
    expect(text(having('x')).said).toContain('Esc clear')
  })

  it('keeps what stands behind the names in its column', () => {
    const labels = (state: StartState) => (text(state).menu?.items ?? []).map(({ label }) => label)
    const [wide] = labels(having('docker oom'))
    expect(labels(having('haproxy'))[0]).toHaveLength(wide?.length ?? 0)
  })

  it('keeps long names whole at 60 columns, and fits at any size', () => {
    const long = recorded('a-recorded-incident-with-a-rather-long', '502 · cloudflare › HAProxy · systemd', {
      about: `Visitors get 502 through ${'a › '.repeat(40)}z.`,
    })
    for (const [columns, rows] of [
      [60, 16],
      [80, 24],
      [200, 50],
    ] as const) {
      const state = { ...startState([long]), at: 0 }
      const { above, menu, below } = startFrame(state, columns, rows)
      for (const line of [...above, ...below]) expect(lineWidth(line)).toBeLessThanOrEqual(columns)
      expect(menu?.items[0]?.label).toContain('a recorded incident with a rather')
    }
  })
})

describe('typed into the real screen', () => {
  const open: ReturnType<typeof render>[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.unmount()
  })
  const BEGUN = ' ⏎ begin  ↑↓ choose  Esc quit'

  it('the list narrows with each key, and Enter opens what is marked', async () => {
    const opened: unknown[] = []
    const begin = {
      choices: CHOICES,
      open(what: unknown) {
        opened.push(what)
        return new Promise<never>(() => {})
      },
    }
    const app = createApp(begin, { columns: 80, rows: 24 })
    const screen = render(<Root app={app} />)
    open.push(screen)
    const rows = () => (screen.lastFrame() ?? '').split('\n').map((row) => row.trimEnd())
    const shows = (...wanted: string[]) =>
      vi.waitFor(() => expect(rows()).toEqual(expect.arrayContaining(wanted)), { timeout: 10_000 })
    await shows(' Or one of these  6', BEGUN)
    // Keys are listened for only after the frame that they can be pressed on.
    await vi.waitFor(() => expect(screen.stdin.listenerCount('readable')).toBeGreaterThan(0), { timeout: 10_000 })
    screen.stdin.write('docker o')
    await shows(' Or one of these  1 of 6', ' ❯ everyday    docker oom killed  502 · nginx · Docker')
    screen.stdin.write('\u007f')
    await shows(' Or one of these  2 of 6', ' ❯ everyday    docker stopped     502 · nginx · Docker')
    screen.stdin.write('\u001b[B')
    await shows(' ❯ everyday    docker oom killed  502 · nginx · Docker')
    screen.stdin.write('\r')
    await shows(' Opening recorded:docker-oom-killed …')
    expect(opened).toEqual([{ choice: 'recorded:docker-oom-killed' }])
  })
})
