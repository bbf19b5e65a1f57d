import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/command/export.ts'
import { UsageError } from '../../src/command/io.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { openJournal } from '../../src/session/journal.ts'
import { parseLine } from '../../src/session/line.ts'
import { openStore } from '../../src/session/store.ts'
import { entries } from '../guide/make.ts'
import { DIAGNOSED, LANGUAGE, LIBRARY, REFUSED_LINE } from '../report/incident.ts'
import { testIo } from './io.ts'

const ID = '2026-11-21T0203-shop-k3f9'
let state: string
let path: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'triage502-export-'))
  path = keep(ID, DIAGNOSED)
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

function keep(id: string, events: SessionEvent[]): string {
  const path = openStore({ XDG_STATE_HOME: state }).pathOf(id)
  const journal = openJournal(path, { create: true })
  for (const entry of entries(...events)) journal.append(entry)
  journal.close()
  return path
}

const load = async () => ({ library: LIBRARY, language: LANGUAGE })
async function exported(...argv: string[]) {
  const io = testIo({ XDG_STATE_HOME: state, TMPDIR: state }, { cwd: state })
  const code = await run(argv, io, load)
  return { code, text: io.printed(), said: io.said() }
}
async function mistake(...argv: string[]): Promise<string> {
  const error: unknown = await exported(...argv).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UsageError)) throw new Error('it did not refuse', { cause: error })
  return `${error.message}. ${error.todo}`
}

describe('triage502 export', () => {
  it('prints the transcript as Markdown', async () => {
    const { code, text, said } = await exported(ID)
    expect(code).toBe(0)
    expect(said).toBe('')
    expect(text).toMatch(/^# Incident at shop\.example\.com/)
    expect(text).toContain('wrong-port')
  })

  it('finds a session by a part of its id', async () => {
    expect((await exported('k3f9')).text).toBe((await exported(ID)).text)
  })

  it('prints HTML', async () => {
    expect((await exported(ID, '--format', 'html')).text).toMatch(/^<!doctype html>/)
  })

  it('prints the diagnosis and the whole journal as JSON', async () => {
    const { diagnosis, journal } = JSON.parse((await exported(ID, '--format=json')).text)
    expect(diagnosis).toMatchObject({ schema: 'triage502/diagnosis/1', outcome: 'diagnosed', session: ID })
    const read = journal.map((line: unknown) => parseLine(JSON.stringify(line)))
    expect(read).toEqual(entries(...DIAGNOSED).map((entry) => ({ ok: true, entry })))
  })

  it('writes a new file for its owner alone, and prints nothing', async () => {
    expect(await exported(ID, '--out', 'postmortem.md')).toEqual({ code: 0, text: '', said: '' })
    const file = join(state, 'postmortem.md')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toBe((await exported(ID)).text)
  })

  it('does not write over a file that is there', async () => {
    writeFileSync(join(state, 'mine.md'), 'edited by hand')
    expect(await mistake(ID, '--out', 'mine.md')).toMatch(/mine\.md is there already\. Choose another name/)
    expect(readFileSync(join(state, 'mine.md'), 'utf8')).toBe('edited by hand')
    expect(await mistake(ID, '--out', 'no/such/folder.md')).toMatch(/cannot be written \(ENOENT\)/)
  })

  it.each(['md', 'html', 'json'])('leaves no host and no address in a public %s', async (format) => {
    const { text } = await exported(ID, '--level', 'public', '--format', format)
    expect(text).not.toMatch(/shop\.example|127\.0\.0\.1|-shop-/)
    expect(text).toMatch(/host-1/)
    expect(text).toMatch(/loopback-1/)
    expect(text).toContain('Connection refused')
    expect(text).toMatch(/23099/)
  })

  it('keeps hosts for the team', async () => {
    expect((await exported(ID, '--level', 'team')).text).toContain(REFUSED_LINE)
  })

  it('exports a session that is still open', async () => {
    keep('2026-11-21T0300-shop-open', DIAGNOSED.slice(0, 9))
    const { code, text } = await exported('open')
    expect(code).toBe(0)
    expect(text).toContain('Not finished: no cause was found so far.')
  })

  it('exports what is sound of a damaged journal, and says where it ends', async () => {
    appendFileSync(path, 'not a line\n')
    const { code, text, said } = await exported(ID)
    expect(code).toBe(0)
    expect(text).toContain('wrong-port')
    expect(said).toContain(`read up to there: line ${DIAGNOSED.length + 2}: it is not JSON`)
    writeFileSync(path, '')
    expect(await mistake(ID)).toMatch(/nothing in this journal/)
  })

  it('says that a torn last line was dropped, and that the flows have changed', async () => {
    appendFileSync(path, '{"v":1,"seq"')
    expect((await exported(ID)).said).toMatch(/torn and is dropped/)
    const io = testIo({ XDG_STATE_HOME: state })
    await run([ID], io, async () => ({ library: { ...LIBRARY, digest: 'other' }, language: LANGUAGE }))
    expect(io.said()).toMatch(/flows have changed/)
  })

  it.each([
    [[], /no session is named\. Name one from `triage502 sessions`/],
    [['a', 'b'], /"b" is one too many/],
    [['nothing'], /there is no session "nothing"\. There are: 2026-11-21T0203-shop-k3f9/],
    [['../../etc/passwd'], /is no session/],
    [[ID, '--format', 'pdf'], /--format "pdf" is not known\. Use one of: md, html, json/],
    [[ID, '--level', 'world'], /--level "world" is not known/],
    [[ID, '--levle', 'team'], /there is no option --levle\. Did you mean --level\?/],
  ])('refuses %j, and says what to do', async (argv, says) => expect(await mistake(...argv)).toMatch(says))
})
