import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRecording, recordingNames, recordingsFolder } from '../../src/command/recordings.ts'
import { entered } from '../guide/make.ts'
import { testIo } from './io.ts'
import { journalFile } from './journal-file.ts'
import { mistakeOf } from './mistake.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('recordings', () => {
  const io = () => testIo({}, { cwd: folder })

  it('have names, sorted, and a folder', () => {
    expect(recordingsFolder()).toMatch(/test\/recordings$/)
    expect(recordingNames()).toEqual([...recordingNames()].sort())
    expect(recordingNames().every((name) => !name.endsWith('.jsonl'))).toBe(true)
  })

  it('can be any journal: by a path, or by a name in the current folder', () => {
    const path = journalFile(folder, 'mine.jsonl', entered('locate/log', 1))
    for (const name of [path, './mine.jsonl', 'mine.jsonl']) {
      expect(openRecording(name, io())).toMatchObject({
        name: 'mine',
        url: 'http://shop.example.com/checkout',
        startedAt: new Date('2026-11-21T02:03:00.000Z'),
        windowMs: 900_000,
        events: [{ type: 'session.started' }, { type: 'node.entered', node: 'locate/log' }],
      })
    }
  })

  it('that are not there are a mistake', async () => {
    expect(await mistakeOf(() => openRecording('no-such-incident', io()))).toContain(
      'there is no recorded incident "no-such-incident"',
    )
    expect(await mistakeOf(() => openRecording('./no.jsonl', io()))).toContain('there is no recorded incident')
  })

  it('that are damaged, empty, or no journal at all are a mistake', async () => {
    writeFileSync(join(folder, 'text.jsonl'), 'hello\nworld\n')
    expect(await mistakeOf(() => openRecording('text.jsonl', io()))).toContain('line 1')
    writeFileSync(join(folder, 'empty.jsonl'), '')
    expect(await mistakeOf(() => openRecording('empty.jsonl', io()))).toContain('empty.jsonl is not a journal')
    mkdirSync(join(folder, 'folder.jsonl'))
    expect(await mistakeOf(() => openRecording('folder.jsonl', io()))).toContain('is not a file')
  })
})
