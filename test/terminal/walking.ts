import { expect } from 'vitest'
import { KEYS, type Left, type Pty } from './pty.ts'
import { expectGivenBack, expectWellDrawn } from './support.ts'

/** Steps after which a way that has not ended never will. */
const MOST_STEPS = 80
/** Stands in the menu of every end. */
export const AT_END = 'Read the whole diagnosis'

/** Waits until the screen shows another step than `before`, and a menu. Gives its rows without the clock. */
export function nextStep(pty: Pty, before: string): Promise<string> {
  return pty.until(() => {
    const now = pty.rows().slice(1).join('\n')
    return now !== before && /^ ❯ /m.test(now) && !/^ ● /m.test(now.split('\n').slice(2).join('\n')) ? now : undefined
  }, 'the next step is shown')
}

/** Does the same at every step until the end is shown; gives the screen of the end. */
export async function toTheEnd(pty: Pty, does: (shown: string) => Promise<void>): Promise<string> {
  let shown = await nextStep(pty, '')
  for (let step = 0; step < MOST_STEPS; step++) {
    expectWellDrawn(pty)
    if (shown.includes(AT_END)) return shown
    await does(shown)
    shown = await nextStep(pty, shown)
  }
  throw new Error(`no end after ${MOST_STEPS} steps:\n${pty.framed()}`)
}

/** Marks the item that begins so, and takes it. */
export async function choose(pty: Pty, label: string): Promise<void> {
  const rows = pty.rows().filter((row) => /^ [❯ ] \S/.test(row))
  const at = rows.findIndex((row) => row.slice(3).startsWith(label))
  const marked = rows.findIndex((row) => row.startsWith(' ❯ '))
  expect(at, `${label} can be chosen:\n${pty.framed()}`).toBeGreaterThanOrEqual(0)
  pty.type((at > marked ? KEYS.down : KEYS.up).repeat(Math.abs(at - marked)))
  await pty.waitFor(` ❯ ${label}`)
  await enter(pty)
}

/** Enter, and what it leads to. */
export async function enter(pty: Pty): Promise<void> {
  const shown = () => pty.rows().slice(1).join('\n')
  const before = shown()
  pty.type(KEYS.enter)
  await pty.until(() => (shown() === before ? undefined : true), 'Enter does something')
}

/** Leaves as a person does; gives what is left in the shell. */
export async function leave(pty: Pty): Promise<Left> {
  pty.type('q')
  await pty.waitFor('Leave?')
  pty.type(KEYS.enter)
  const left = await pty.left()
  expectGivenBack(left)
  return left
}
