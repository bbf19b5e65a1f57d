import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseLooking } from '../../src/command/options.ts'
import { openPlace } from '../../src/command/place.ts'
import { startEvent } from '../../src/command/start-event.ts'
import { readJournal } from '../../src/session/journal.ts'
import { entries, library } from '../guide/make.ts'
import { testIo } from './io.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-place-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SHOP = new URL('https://shop.example.com/')
const LIBRARY = library([])
const options = (...argv: string[]) => parseLooking(argv, LIBRARY, {})

describe('where the journal goes', () => {
  const [first] = entries()
  const env = () => ({ XDG_STATE_HOME: join(folder, 'state'), TMPDIR: folder })
  const place = (io = testIo(env(), { cwd: folder }), ...argv: string[]) => openPlace(options(...argv), SHOP, io)

  it("is the sessions folder, named by the session's id, for its owner alone", () => {
    const { id, append, close } = place()
    expect(id).toMatch(/^2026-11-21T0203-shop-[a-z2-9]{4}$/)
    if (first) append(first)
    close()
    const path = join(folder, 'state', 'triage502', 'sessions', `${id}.jsonl`)
    expect(readJournal(path).entries).toEqual([first])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'state', 'triage502', 'sessions')).mode & 0o777).toBe(0o700)
  })

  it('is a file of its own with --journal, beside the person who asks', () => {
    const { append, close, kept, written } = place(undefined, '--journal', 'mine.jsonl')
    expect([kept, written]).toEqual([false, true])
    append(...entries({ type: 'session.resumed' }))
    close()
    expect(readJournal(join(folder, 'mine.jsonl')).entries).toHaveLength(2)
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })

  it('is nowhere with --no-save, nor for the replay of a recording', () => {
    for (const argv of [['--no-save'], ['--recorded', 'x'], ['--no-save', '--journal', 'mine.jsonl']]) {
      const { id, append, close, written } = place(undefined, ...argv)
      expect(written).toBe(false)
      if (first) append(first)
      close()
      expect(id).toContain('-shop-')
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('is kept of a replay when --journal asks for it', () => {
    place(undefined, '--recorded', 'x', '--journal', 'again.jsonl').close()
    expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toEqual(['again.jsonl'])
  })

  it('warns when it cannot be written, and the diagnosis goes on without it', () => {
    writeFileSync(join(folder, 'there.jsonl'), 'a postmortem somebody wrote\n')
    const io = testIo(env(), { cwd: folder })
    const { id, append, close } = place(io, '--journal', 'there.jsonl')
    expect(io.said()).toMatch(/^triage502: the session is not kept: .*there\.jsonl is there already\n$/)
    if (first) append(first)
    close()
    expect(id).not.toBe('')
    expect(readFileSync(join(folder, 'there.jsonl'), 'utf8')).toBe('a postmortem somebody wrote\n')
  })

  it('warns when its folder cannot be made, whoever runs it', () => {
    writeFileSync(join(folder, 'file'), '')
    const io = testIo(env(), { cwd: folder })
    place(io, '--journal', 'file/below.jsonl').close()
    expect(io.said()).toContain('the session is not kept')
  })
})

describe('the first event', () => {
  it('says what was asked for, and what matters when the journal is read again', () => {
    const event = startEvent('id', 'https://a.example/', 900_000, options('--sudo', '--timeout', '5s'), LIBRARY)
    expect(event).toMatchObject({
      type: 'session.started',
      id: 'id',
      url: 'https://a.example/',
      library: 'digest',
      windowMs: 900_000,
      options: {
        requests: true,
        sudo: true,
        sweep: false,
        insecure: false,
        proxyAt: 'auto',
        appAt: 'auto',
        timeoutMs: 5000,
      },
      host: { platform: process.platform, node: process.versions.node },
    })
  })

  it('holds no header: its value may be a secret', () => {
    const event = startEvent('id', 'https://a.example/', 1, options('--header', 'X-Key: hunter2'), LIBRARY)
    expect(JSON.stringify(event)).not.toContain('hunter2')
    expect(event).not.toHaveProperty('options.timeoutMs')
  })
})
