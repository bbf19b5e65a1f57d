import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionEvent } from '../../src/session/events.ts'
import { JournalLocked, openJournal, readJournal } from '../../src/session/journal.ts'
import { formatLine } from '../../src/session/line.ts'
import { readRow } from '../../src/session/row.ts'
import { openStore } from '../../src/session/store.ts'
import { entries } from '../guide/make.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-locks-'))
  path = join(folder, 'a.jsonl')
  write(path)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A sound journal of these events. */
function write(at: string, ...events: SessionEvent[]): void {
  writeFileSync(
    at,
    entries(...events)
      .map((entry) => `${formatLine(entry)}\n`)
      .join(''),
  )
}

/** The number of a process that has ended and was waited for. */
const gone = () => Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }))

/** When this process started, as proc(5) counts. */
const started = () => {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

const opens = () => {
  try {
    openJournal(path, { create: false }).close()
    return true
  } catch (error) {
    if (error instanceof JournalLocked) return false
    throw error
  }
}
const lock = (content: string, secondsAgo = 0) => {
  writeFileSync(`${path}.lock`, content)
  const when = new Date(Date.now() - secondsAgo * 1000)
  utimesSync(`${path}.lock`, when, when)
}

describe.runIf(process.platform === 'linux')('a lock that is there already', () => {
  it.each<[string, () => string, number, boolean]>([
    ['of a process that is gone', () => `${gone()} \n`, 0, true],
    ['of a process that is gone, with its start', () => `${gone()} 12345\n`, 0, true],
    ['of this very process', () => `${process.pid} ${started()}\n`, 0, false],
    ['of this very process, its start not told', () => `${process.pid} \n`, 0, false],
    ['of this process in an older form', () => `${process.pid}\n`, 0, false],
    ['of a number that another process has now', () => `${process.pid} 1\n`, 0, true],
    ['of a living process, however old', () => `${process.pid} ${started()}\n`, 86_400, false],
    ['of process 1, which always lives', () => '1 \n', 86_400, false],
    ['empty, made a moment ago', () => '', 0, false],
    ['empty, a minute old: its maker died', () => '', 60, true],
    ['half written, a minute old', () => `${process.pid}`, 60, true],
    ['of nonsense, a minute old', () => 'hello\n', 60, true],
    ['of process 0', () => '0 \n', 60, true],
    ['of a negative process', () => '-1 \n', 60, true],
    ['of a number no process has', () => '4294967295 \n', 0, true],
  ])('%s', (_, content, age, free) => {
    lock(content(), age)
    expect(opens()).toBe(free)
    expect(existsSync(`${path}.lock`)).toBe(!free)
    // Nothing is left beside the journal but a lock that holds.
    expect(readdirSync(folder).sort()).toEqual(free ? ['a.jsonl'] : ['a.jsonl', 'a.jsonl.lock'])
  })

  it('names its holder, and what to do', () => {
    lock('1 \n')
    expect(() => openJournal(path, { create: false })).toThrow(`the journal ${path} is being written by process 1`)
  })

  it('of one journal keeps nobody from another', () => {
    write(join(folder, 'b.jsonl'))
    const one = openJournal(path, { create: false })
    openJournal(join(folder, 'b.jsonl'), { create: false }).close()
    expect(opens()).toBe(false)
    one.close()
    expect(opens()).toBe(true)
  })

  it('is no hindrance to reading', () => {
    lock('1 \n')
    expect(readJournal(path).entries).toHaveLength(1)
    expect(readRow('a', path)).toMatchObject({ damaged: '', open: true })
  })

  it('is released once: closing twice takes nobody else’s lock away', () => {
    const journal = openJournal(path, { create: false })
    journal.close()
    lock('1 \n')
    journal.close()
    expect(existsSync(`${path}.lock`)).toBe(true)
  })
})

describe('one row of the list', () => {
  const line = (event: SessionEvent, seq = 2) => `${formatLine({ v: 1, seq, at: '2026-11-21T02:33:00.000Z', event })}\n`
  const sound = () => readFileSync(path, 'utf8')
  const ENDED: SessionEvent = {
    type: 'session.ended',
    ended: 'complete',
    conclusion: { outcome: 'inconclusive', state: 'failing', verdict: null },
  }

  it.each<[string, string, object]>([
    ['only begun', '', { minutes: 0, open: true, outcome: null, damaged: '' }],
    ['a note half an hour later', line({ type: 'note.added', text: 'x' }), { minutes: 30, open: true, damaged: '' }],
    ['ended', line(ENDED), { minutes: 30, open: false, outcome: 'inconclusive', cause: null, damaged: '' }],
    ['resumed', line(ENDED) + line({ type: 'session.resumed' }, 3), { open: true, outcome: null, damaged: '' }],
    ['ended again', line(ENDED) + line({ type: 'session.resumed' }, 3) + line(ENDED, 4), { open: false }],
    ['a torn end', `${line(ENDED)}{"v":1,"seq":3,"a`, { open: false, outcome: 'inconclusive', damaged: '' }],
    ['zeros at its end', `${line(ENDED)}${'\0'.repeat(600)}`, { open: false, damaged: '' }],
    ['lines ended as on Windows', line(ENDED).replace('\n', '\r\n'), { open: false, damaged: '' }],
  ])('%s', (_, more, expected) => {
    writeFileSync(path, sound() + more)
    expect(readRow('a', path)).toMatchObject({ url: 'http://shop.example.com/checkout', ...expected })
  })

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]\n'],
    ['another program’s lines', '{"level":"info","msg":"hello"}\n'],
    ['a newer version’s', '{"v":2,"seq":1,"at":"2026-11-21T02:03:00.000Z","type":"session.started"}\n'],
    ['a byte order mark', '\ufeff{}\n'],
    ['zeros', '\0'.repeat(100_000)],
    ['one endless line', 'x'.repeat(300_000)],
  ])('%s is shown as damaged, not thrown', (_, content) => {
    writeFileSync(path, content)
    const row = readRow('a', path)
    expect(row).toMatchObject({ url: '', started: '', open: false, outcome: null })
    expect(row.damaged).not.toBe('')
  })

  it('of a file that went away meanwhile is damaged too', () => {
    expect(readRow('b', join(folder, 'b.jsonl')).damaged).toContain('there is no journal')
  })
})

describe('a folder that holds other things', () => {
  it('lists journals only, and says what is wrong with those that are none', () => {
    const sessions = join(folder, 'triage502/sessions')
    mkdirSync(sessions, { recursive: true })
    for (const name of ['good.jsonl', 'bad id.jsonl', '.jsonl', 'x.jsonl.bak', 'notes.txt', 'UPPER.JSONL'])
      write(join(sessions, name))
    mkdirSync(join(sessions, 'folder.jsonl'))
    symlinkSync(join(sessions, 'good.jsonl'), join(sessions, 'link.jsonl'))
    symlinkSync('/dev/zero', join(sessions, 'endless.jsonl'))
    const rows = openStore({ XDG_STATE_HOME: folder, TMPDIR: folder }).list()
    expect(rows.map((row) => [row.id, row.damaged]).sort()).toEqual([
      ['endless', 'it is not a file'],
      ['folder', 'it is not a file'],
      ['good', ''],
      ['link', ''],
    ])
  })
})
