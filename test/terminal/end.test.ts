import { describe, expect, it, vi } from 'vitest'
import type { Opened } from '../../src/command/opening.ts'
import { farewell } from '../../src/command/walk.ts'
import type { Diagnosis } from '../../src/report/diagnosis.ts'
import { typedKeys } from '../../src/terminal/keys.ts'
import { layout } from '../../src/terminal/layout.ts'
import { menuRows } from '../../src/terminal/menu-rows.ts'
import { changedRows } from '../../src/terminal/pages/changed.ts'
import { createWizard, type Wizard } from '../../src/terminal/wizard.ts'
import { named } from './stage.tsx'
import { recordedWorld } from './world.ts'

/** The wizard at the end of a recorded incident, gone on with alone. */
async function atEnd(
  name: string,
  columns = 80,
  rows = 24,
): Promise<{ wizard: Wizard; copied: string[]; opened: Opened }> {
  const { world, opened } = await recordedWorld(name)
  const copied: string[] = []
  const copy = (text: string) => {
    copied.push(text)
    return 'Copied.'
  }
  const wizard = createWizard({ ...world, copy }, { columns, rows })
  for (let asked = 0; asked < 5 && wizard.state.prompt.kind !== 'reached'; asked++) {
    wizard.press(typedKeys('a'))
    await vi.waitFor(() => expect(wizard.state.onItsOwn).toBe(false), { timeout: 30_000 })
    // A question is answered by what is marked: the evidence's own answer.
    if (wizard.state.prompt.kind === 'ask') wizard.press([named('enter')])
  }
  expect(wizard.state.prompt.kind).toBe('reached')
  opened.close()
  return { wizard, copied, opened }
}

function rowsOf({ state, world }: Wizard): string[] {
  const { above, menu, below } = layout(state, world)
  const all = [...above, ...(menu ? menuRows(menu, state.columns) : []), ...below]
  return all.map((line) => line.map(({ text }) => text).join(''))
}

const at = (rows: string[], what: RegExp) => rows.findIndex((row) => what.test(row))
/** In the order in which they are read, and all of them on the screen. */
function expectInOrder(rows: string[], ...wanted: RegExp[]): void {
  const places = wanted.map((what) => at(rows, what))
  expect(places, rows.join('\n')).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
}

describe('the verdict on 80 columns and 24 rows', () => {
  it('with many changes: the sentence, how sure, the fix, the evidence, and the changes last', async () => {
    const { wizard } = await atEnd('onset-dotenv')
    const first = rowsOf(wizard)
    expectInOrder(
      first,
      /^ ✗ The application \(node, pid 36\) listens on 3001; the gateway sends to 3000$/,
      /^ {3}confirmed {2}seen from here/,
      /^ ❯ 1\. Point the gateway at 3001/,
      /^ {3}2\. \$ nginx -t/,
      /^ {3}where {6}the proxy or the app$/,
      /more rows: PgDn/,
    )
    expect(at(first, /^ {3}changed /)).toBe(-1)
    const seen = new Set(first)
    for (let page = 0; page < 6; page++) {
      wizard.press([named('page-down')])
      for (const row of rowsOf(wizard)) seen.add(row)
    }
    const all = [...seen]
    expectInOrder(all, /^ {3}where /, /^ {3}cause /, /^ {3}6 {10}/, /^ {3}changed /, /^ {3}not /)
    const changes = all.slice(at(all, /^ {3}changed /), at(all, /^ {3}not /))
    expect(
      changes.every((row) => / s before: | min before: |…/.test(row)),
      changes.join('\n'),
    ).toBe(true)
  })

  it('recovered: it is well, nothing is to be done, and what it was', async () => {
    const { wizard } = await atEnd('apache-recovered')
    expectInOrder(
      rowsOf(wizard),
      /^ ✓ It failed until 10:32:22Z and answers well now$/,
      /^ {3}confirmed /,
      /^ ❯ 1\. Nothing to do now\./,
      /^ {3}1\. Nothing to do now\. Keep this transcript/,
      /^ {3}cause {6}recovered; it was process-down \(reported\)$/,
    )
  })

  it('inconclusive: what was ruled out and left open stands before what can be done', async () => {
    const { wizard } = await atEnd('hops-elsewhere')
    const rows = rowsOf(wizard)
    expectInOrder(rows, /^ \? The front's own request never came/, /^ {3}not /, /^ {3}dark /, /^ ❯ Read the whole/)
    expect(rows.at(-1)).toMatch(/⏎ choose .* e evidence /)
    expect(rows.at(-1)).not.toContain('c copy')
  })
})

describe('at the smallest size', () => {
  it('the first steps of the fix are seen too', async () => {
    const { wizard } = await atEnd('systemd-onset-unit', 60, 16)
    expectInOrder(
      rowsOf(wizard),
      /^ ✗ The application/,
      /^ {3}confirmed /,
      /^ ❯ 1\. Point/,
      /^ {3}2\. \$ nginx -t/,
      /more rows: PgDn/,
    )
  })
})

describe('at a verdict', () => {
  it('c copies the command of the marked step, or of the next that has one', async () => {
    const { wizard, copied } = await atEnd('wrong-port')
    wizard.press(typedKeys('cjcjc'))
    expect(copied).toEqual(['nginx -t', 'nginx -t', 'systemctl reload nginx'])
    wizard.press([named('end'), { name: 'char', char: 'c' }])
    expect(copied).toHaveLength(3)
    expect(wizard.state.notice).toBe('There is no command here.')
  })

  it('e shows the whole diagnosis with every change in full, and closes it again', async () => {
    const { wizard } = await atEnd('onset-dotenv')
    wizard.press(typedKeys('e'))
    expect(wizard.state.overlay).toMatchObject({ kind: 'pane', pane: 'evidence' })
    expect(rowsOf(wizard)[0]).toContain('The diagnosis')
    wizard.press(typedKeys('e'))
    expect(wizard.state.overlay).toBeNull()
  })
})

describe('what changed', () => {
  const says = (what: string, room: number) => {
    const change = { at: '2026-11-21T17:46:56.000Z', kind: 'config', what, secondsBefore: 7 }
    const onset = { firstError: null, lastChange: null, changes: [change] }
    return changedRows({ onset, startedAt: '2026-11-21T17:47:10.000Z' } as unknown as Diagnosis, room)
  }
  const LONG = '/tmp/lab/nginx/conf.d/nginx.conf was changed'

  it('is whole where there is room', () => {
    expect(says(LONG, 90)).toEqual([`7 s before: ${LONG}, 2026-11-21 17:46:56Z`])
  })

  it('gives up today’s date first, then the middle of its paths, then its end', () => {
    expect(says(LONG, 70)).toEqual([`7 s before: ${LONG}, 17:46:56Z`])
    expect(says(LONG, 60)).toEqual(['7 s before: /tmp/…/nginx.conf was changed, 17:46:56Z'])
    expect(says(LONG, 40)).toEqual(['7 s before: /tmp/…/nginx.conf was chang…'])
  })

  it('keeps the date of another day, and short paths', () => {
    const [row] = says('/etc/hosts was changed', 40)
    expect(row).toBe('7 s before: /etc/hosts was changed, 17:…')
    const change = { at: '2026-11-20T23:59:59.000Z', kind: 'config', what: LONG, secondsBefore: 900 }
    const onset = { firstError: null, lastChange: null, changes: [change] }
    const diagnosis = { onset, startedAt: '2026-11-21T00:10:00.000Z' } as unknown as Diagnosis
    expect(changedRows(diagnosis, 70)).toEqual(['15 min before: /tmp/…/nginx.conf was changed, 2026-11-20 23:59:59Z'])
  })
})

describe('the farewell', () => {
  it('breaks its sentence between words on a terminal, and nowhere else', async () => {
    const { wizard, opened } = await atEnd('process-down')
    wizard.press(typedKeys('qy'))
    const [whole = ''] = farewell(opened, Number.POSITIVE_INFINITY).split('\n')
    expect(whole).toMatch(/^Nothing listens on .*\(process-down, likely\)$/)
    const rows = farewell(opened, 40).split('\n')
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(40)
    expect(rows.join(' ').trim()).toBe(whole)
  })
})

describe('c', () => {
  it('copies the command of the look whose result is shown, not of the next', async () => {
    const { world, opened } = await recordedWorld('wrong-port')
    const copied: string[] = []
    const copy = (text: string) => `Copied ${copied.push(text)}.`
    const wizard = createWizard({ ...world, copy }, { columns: 80, rows: 24 })
    wizard.press(typedKeys('c'))
    wizard.press([named('enter')])
    await vi.waitFor(() => expect(wizard.state.screen.kind).toBe('result'), { timeout: 30_000 })
    wizard.press(typedKeys('c'))
    expect(copied).toEqual(['ss -lntp', "ss -lntp 'sport = :8080'"])
    opened.close()
  })
})
