import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { widthOf } from '../../src/terminal/text.ts'
import { SCREENS } from './screens.ts'
import { draw, named, showing } from './stage.tsx'

// Each screen as text, drawn by the real components on a real screen, at the three sizes that matter. A change of a screen
// is looked at and kept with: UPDATE_SCREENS=1 npx vitest run test/terminal/screens.test.tsx

const folder = join(dirname(fileURLToPath(import.meta.url)), 'screens')
const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
] as const
const update = process.env.UPDATE_SCREENS === '1'
const fileOf = (name: string, columns: number, rows: number) => join(folder, `${columns}x${rows}`, `${name}.txt`)

afterAll(() => {
  if (!update) return
  for (const [columns, rows] of SIZES) {
    for (const file of readdirSync(join(folder, `${columns}x${rows}`)))
      if (!Object.hasOwn(SCREENS, file.slice(0, -'.txt'.length))) rmSync(join(folder, `${columns}x${rows}`, file))
  }
})

describe.each(SIZES)('at %i by %i', (columns, rows) => {
  it.each(Object.entries(SCREENS))('%s', async (name, make) => {
    const shown = await make(columns, rows)
    const drawn = await draw('press' in shown ? showing(shown.wizard) : showing(shown), columns, rows)
    const text = drawn.rows()
    await drawn.end()
    expect(text.at(-1), 'the last row stays free').toBe('')
    for (const row of text) expect(widthOf(row), row).toBeLessThanOrEqual(columns)
    const whole = `${text.slice(0, -1).join('\n')}\n`
    const file = fileOf(name, columns, rows)
    if (update) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, whole)
    }
    expect(existsSync(file), `${file} is missing: UPDATE_SCREENS=1 makes it`).toBe(true)
    expect(whole).toBe(readFileSync(file, 'utf8'))
  })
})

it('keeps no screen that nothing draws', () => {
  for (const [columns, rows] of SIZES) {
    const kept = readdirSync(join(folder, `${columns}x${rows}`)).map((file) => file.slice(0, -'.txt'.length))
    expect(kept.sort()).toEqual(Object.keys(SCREENS).sort())
  }
})

describe('a window that changes its size', () => {
  it.each(['probe-run', 'verdict', 'map', 'running'])('leaves nothing of the old frame: %s', async (name) => {
    const make = SCREENS[name]
    if (!make) throw new Error(name)
    const shown = await make(120, 40)
    if (!('press' in shown)) throw new Error(name)
    const drawn = await draw(showing(shown.wizard), 120, 40)
    for (const [columns, rows] of [
      [60, 16],
      [80, 24],
      [120, 40],
      [80, 24],
      [200, 60],
      [60, 16],
    ] as const) {
      await drawn.resize(columns, rows)
      const fresh = await draw(showing(shown.wizard), columns, rows)
      expect(drawn.rows()).toEqual(fresh.rows())
      await fresh.end()
    }
    await drawn.end()
  })
})

describe('a frame that changed', () => {
  it('costs few bytes, and one that did not none', async () => {
    const shown = await SCREENS['probe-run']?.(120, 40)
    if (!shown || !('press' in shown)) throw new Error('no wizard')
    const drawn = await draw(showing(shown.wizard), 120, 40)
    const spent = async (work: () => void) => {
      const before = drawn.bytes()
      work()
      await drawn.stands()
      // As long as a frame may wait for the one before it.
      await new Promise((resolve) => setTimeout(resolve, 50))
      return drawn.bytes() - before
    }
    expect(await spent(() => shown.wizard.tick())).toBe(0)
    expect(await spent(() => shown.wizard.press([named('left')]))).toBe(0)
    expect(await spent(() => shown.wizard.press([named('down')]))).toBeLessThan(500)
    expect(await spent(() => shown.wait(1))).toBeLessThan(300)
    expect(await spent(() => shown.wizard.press([{ name: 'char', char: 'm' }]))).toBeLessThan(4096)
    await drawn.end()
  })
})
