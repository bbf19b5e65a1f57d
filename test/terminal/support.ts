import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, vi } from 'vitest'
import { Home } from './home.ts'
import { type Left, type Options, Pty } from './pty.ts'

const recordings = join(dirname(dirname(fileURLToPath(import.meta.url))), 'recordings')

const begun: { ptys: Pty[]; homes: Home[] } = { ptys: [], homes: [] }

/** Ends after each test of a file whatever it started. */
export function endsAfterEach(): void {
  // Longer than any single wait, which says what it waited for.
  vi.setConfig({ testTimeout: 60_000 })
  afterEach(async () => {
    await Promise.all(begun.ptys.splice(0).map((pty) => pty.end()))
    for (const home of begun.homes.splice(0)) home.end()
  })
}

/** Somebody's folders, gone after the test. */
export function newHome(): Home {
  const home = new Home()
  begun.homes.push(home)
  return home
}

/** The program in a terminal, ended after the test. */
export function open(args: readonly string[], options: Partial<Options> = {}): { pty: Pty; home: Home } {
  const home = options.home ?? newHome()
  const pty = Pty.start(args, { ...options, home })
  begun.ptys.push(pty)
  return { pty, home }
}

/** An interactive shell in a terminal, ended after the test. */
export function openShell(options: Partial<Options> = {}): { pty: Pty; home: Home } {
  const home = options.home ?? newHome()
  const pty = Pty.shell({ ...options, home })
  begun.ptys.push(pty)
  return { pty, home }
}

/** The path of a recorded incident. */
export function recording(name: string): string {
  const path = join(recordings, `${name}.jsonl`)
  if (!existsSync(path)) throw new Error(`there is no recording ${name}`)
  return path
}

/** The terminal as it was before the program began. */
export function expectGivenBack(left: Left): void {
  const { cooked, cursor, bracketedPaste, normalScreen } = left
  expect({ cooked, cursor, bracketedPaste, normalScreen }, left.text).toEqual({
    cooked: true,
    cursor: true,
    bracketedPaste: false,
    normalScreen: true,
  })
}

/** A frame leaves the last row of the screen free, and no row is longer than it. */
export function expectWellDrawn(pty: Pty): void {
  expect(pty.tooWide(), pty.framed()).toEqual([])
  expect(pty.rows().at(-1), pty.framed()).toBe('')
}
