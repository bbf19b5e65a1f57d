import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../src/command/io.ts'
import { run } from '../../src/command/sessions.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { openJournal } from '../../src/session/journal.ts'
import { openStore } from '../../src/session/store.ts'
import { entered, entries } from '../guide/make.ts'
import { testIo } from './io.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'triage502-sessions-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const HEALTHY: SessionEvent = {
  type: 'session.ended',
  ended: 'complete',
  conclusion: { outcome: 'healthy', state: 'well', verdict: null },
}

function keep(id: string, ...events: SessionEvent[]): void {
  const journal = openJournal(openStore({ XDG_STATE_HOME: state }).pathOf(id), { create: true })
  for (const entry of entries(...events)) journal.append(entry)
  journal.close()
}

async function listed(argv: string[] = [], columns = 120) {
  const io = testIo({ XDG_STATE_HOME: state, TMPDIR: state }, { columns })
  const code = await run(argv, io)
  return { code, text: io.printed() }
}

describe('triage502 sessions', () => {
  it('says how to begin when there is none', async () => {
    expect(await listed()).toEqual({ code: 0, text: 'No session is kept yet. Begin one: triage502 diagnose URL\n' })
    expect(JSON.parse((await listed(['--json'])).text)).toEqual([])
  })

  it('lists when, what, outcome and minutes, newest first', async () => {
    keep('2026-11-21T0203-shop-aaaa', HEALTHY)
    keep('2026-11-22T0203-shop-bbbb', entered('locate/response', 1))
    writeFileSync(openStore({ XDG_STATE_HOME: state }).pathOf('2026-11-23T0203-shop-cccc'), 'x\n')
    expect((await listed()).text).toBe(`SESSION                    STARTED (UTC)     MIN  OUTCOME  CAUSE  URL
2026-11-23T0203-shop-cccc                         damaged         line 1: it is not JSON
2026-11-22T0203-shop-bbbb  2026-11-21 02:03  0    open            http://shop.example.com/checkout
2026-11-21T0203-shop-aaaa  2026-11-21 02:03  0    healthy         http://shop.example.com/checkout
`)
  })

  it('fits a narrow terminal', async () => {
    keep('2026-11-21T0203-shop-aaaa', HEALTHY)
    for (const line of (await listed([], 60)).text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('gives the same as JSON', async () => {
    keep('2026-11-21T0203-shop-aaaa', HEALTHY)
    expect(JSON.parse((await listed(['--json'])).text)).toEqual([
      {
        id: '2026-11-21T0203-shop-aaaa',
        url: 'http://shop.example.com/checkout',
        started: '2026-11-21T02:03:00.000Z',
        minutes: 0,
        outcome: 'healthy',
        cause: null,
        open: false,
      },
    ])
  })

  it('takes no argument and no unknown option', async () => {
    await expect(listed(['all'])).rejects.toThrow(UsageError)
    await expect(listed(['--jsn'])).rejects.toThrow(/there is no option --jsn/)
  })
})
