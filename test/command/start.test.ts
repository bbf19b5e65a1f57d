import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run as start } from '../../src/command/start.ts'
import { testIo } from './io.ts'
import { mistakeOf } from './mistake.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the start screen without a terminal', () => {
  const begin = (...argv: string[]) =>
    mistakeOf(() => start(argv, testIo({ TRIAGE502_CONFIG_DIR: folder, XDG_STATE_HOME: folder }, { cwd: folder })))

  it('has nobody to ask', async () => {
    expect(await begin()).toBe(
      'there is no URL, and no terminal to ask on. Give one: triage502 diagnose https://shop.example.com/',
    )
    expect(await begin('--json')).toContain('no terminal to ask on')
  })

  it('goes on to the diagnosis where it is told what to look at', async () => {
    expect(await begin('https://a.example/', '--nonsense')).toContain('there is no option --nonsense')
    expect(await begin('--service', 'shop')).toContain('there is no service "shop"')
    expect(await begin('--service=shop')).toContain('there is no service "shop"')
    expect(await begin('--recorded=no-such-incident')).toContain('there is no recorded incident')
  })
})
