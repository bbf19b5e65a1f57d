import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalEntry } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { JournalLocked, openJournal, readJournal } from '../../src/session/journal.ts'
import { formatLine } from '../../src/session/line.ts'
import { capture, entered, entries, found, REQUEST } from '../guide/make.ts'
import { anyJournal } from './arbitrary.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-journal-'))
  path = join(folder, 'sessions', 'a.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const incident = entries(
  entered('locate/response', 1),
  { type: 'probe.started', n: 1, node: 'locate/response', request: REQUEST },
  { type: 'probe.finished', n: 1, node: 'locate/response', capture: capture('LISTEN 0 511 127.0.0.1:3001\n') },
  found('app/listening.elsewhere', 1, { finding: { n: 1, says: 'it listens on 3001, été', lines: ['LISTEN … 3001'] } }),
)

function write(path: string, list: JournalEntry[]): void {
  const journal = openJournal(path, { create: true })
  for (const entry of list) journal.append(entry)
  journal.close()
}

describe('a journal on disk', () => {
  it('gives back what was written, and the session with it', () => {
    write(path, incident)
    expect(readJournal(path)).toEqual({ entries: incident, torn: false, problems: [] })
    expect(fold(readJournal(path).entries)?.findings[0]?.says).toBe('it listens on 3001, été')
  })

  it('is one line for each entry, for its owner alone', () => {
    write(path, incident)
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toEqual(incident.map(formatLine))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'sessions')).mode & 0o777).toBe(0o700)
  })

  it('has each entry in the file when append returns', () => {
    const journal = openJournal(path, { create: true })
    for (const [at, entry] of incident.entries()) {
      journal.append(entry)
      expect(readJournal(path).entries).toEqual(incident.slice(0, at + 1))
    }
    journal.close()
  })

  it('has all that came about together in the file, in order, in one write', () => {
    const journal = openJournal(path, { create: true })
    const made = vi.spyOn(Buffer, 'from')
    journal.append(...incident.slice(0, 3))
    journal.append()
    journal.append(...incident.slice(3))
    const written = made.mock.calls.map(([text]) => text)
    made.mockRestore()
    journal.close()
    expect(
      written.filter((text) => String(text) !== '').map((text) => String(text).trimEnd().split('\n').length),
    ).toEqual([3, incident.length - 3])
    expect(readJournal(path)).toEqual({ entries: incident, torn: false, problems: [] })
  })

  it('is never written over', () => {
    write(path, incident)
    expect(() => openJournal(path, { create: true })).toThrow(/is there already/)
    expect(readJournal(path).entries).toEqual(incident)
  })

  it('is not made where a link leads elsewhere', () => {
    mkdirSync(join(folder, 'sessions'))
    symlinkSync(join(folder, 'elsewhere'), path)
    expect(() => openJournal(path, { create: true })).toThrow(/is there already/)
  })

  it('must be there to go on with', () => {
    mkdirSync(join(folder, 'sessions'))
    expect(() => openJournal(path, { create: false })).toThrow()
    expect(() => readJournal(path)).toThrow(/there is no journal/)
  })

  it('is a file and nothing else: a named pipe is not waited for', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => readJournal(pipe)).toThrow(/is not a file/)
    expect(() => readJournal(folder)).toThrow()
  })

  it('holds nothing when it is empty', () => {
    writeFileSync(join(folder, 'empty'), '')
    expect(readJournal(join(folder, 'empty'))).toEqual({ entries: [], torn: false, problems: [] })
  })
})

describe('a journal cut off anywhere', () => {
  it('reads as the entries before the cut, and takes new ones after it', () => {
    const bytes = Buffer.from(incident.map((entry) => `${formatLine(entry)}\n`).join(''))
    const next = (read: JournalEntry[]): JournalEntry => {
      const beginning = incident[0]
      if (read.length === 0 && beginning) return beginning
      return { v: 1, seq: read.length + 1, at: '2026-11-21T03:00:00.000Z', event: { type: 'session.resumed' } }
    }
    const file = join(folder, 'cut.jsonl')
    for (let cut = 0; cut <= bytes.length; cut++) {
      writeFileSync(file, bytes.subarray(0, cut))
      const { entries: read, torn, problems } = readJournal(file)
      expect(problems).toEqual([])
      expect(read).toEqual(incident.slice(0, read.length))
      const whole = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length
      // All that was confirmed is there; a last line that lacks only its line end counts too.
      expect(read.length).toBeGreaterThanOrEqual(whole)
      expect(torn).toBe(cut > 0 && bytes[cut - 1] !== 0x0a && bytes[cut] !== 0x0a)
      // An append is synced to the disk: around each line's end, and here and there within.
      const nearEnd = bytes.subarray(Math.max(0, cut - 2), cut + 2).includes(0x0a)
      if (!nearEnd && cut % 29 !== 0) continue
      const journal = openJournal(file, { create: false })
      journal.append(next(read))
      journal.close()
      expect(readJournal(file)).toEqual({ entries: [...read, next(read)], torn: false, problems: [] })
    }
  })

  it('reads as a prefix whatever text it holds', () => {
    const file = join(folder, 'any.jsonl')
    fc.assert(
      fc.property(anyJournal, fc.nat(), (list, somewhere) => {
        const bytes = Buffer.from(list.map((entry) => `${formatLine(entry)}\n`).join(''))
        writeFileSync(file, bytes.subarray(0, somewhere % (bytes.length + 1)))
        const { entries: read, problems } = readJournal(file)
        expect(problems).toEqual([])
        expect(read).toEqual(list.slice(0, read.length))
      }),
      { numRuns: 30 },
    )
  })

  it('counts as torn when a power cut left zeros at its end', () => {
    write(path, incident)
    truncateSync(path, statSync(path).size + 512)
    expect(readJournal(path)).toEqual({ entries: incident, torn: true, problems: [] })
    openJournal(path, { create: false }).close()
    expect(readJournal(path)).toEqual({ entries: incident, torn: false, problems: [] })
  })
})

describe('a damaged journal', () => {
  const damage = (at: number, line: string) => {
    const lines = incident.map(formatLine)
    lines[at] = line
    writeFileSync(join(folder, 'damaged'), `${lines.join('\n')}\n`)
    return join(folder, 'damaged')
  }

  it.each([
    ['a line that is not JSON', '{"v":1,"se', 'line 3: it is not JSON'],
    ['an empty line', '', 'line 3: it is not JSON'],
    [
      'a second beginning',
      formatLine({ ...incident[0], seq: 3 } as JournalEntry),
      'line 3: session.started stands at the beginning of a journal, and only there',
    ],
    [
      'an entry out of order',
      formatLine({ ...incident[3], seq: 9 } as JournalEntry),
      'line 3: it is entry 9; entry 3 belongs here',
    ],
  ])('is read up to %s', (_, line, problem) => {
    expect(readJournal(damage(2, line))).toEqual({ entries: incident.slice(0, 2), torn: false, problems: [problem] })
  })

  it('says which line is not UTF-8', () => {
    const file = damage(2, 'x')
    const bytes = readFileSync(file)
    bytes[bytes.indexOf('\nx\n') + 1] = 0xff
    writeFileSync(file, bytes)
    expect(readJournal(file).problems).toEqual(['line 3: it is not UTF-8'])
  })

  it('does not begin in the middle', () => {
    expect(readJournal(damage(0, formatLine({ ...incident[1], seq: 1 } as JournalEntry))).problems).toHaveLength(1)
  })

  it('is not gone on with, and left as it is', () => {
    const file = damage(2, 'x')
    const before = readFileSync(file)
    expect(() => openJournal(file, { create: false })).toThrow(/damaged: line 3/)
    expect(readFileSync(file)).toEqual(before)
    expect(() => statSync(`${file}.lock`)).toThrow()
  })

  it('of a newer version loses no line, also without a line end', () => {
    const file = join(folder, 'newer')
    const newer = '{"v":1,"seq":2,"at":"2026-11-21T02:03:01.000Z","type":"tea.made"}'
    writeFileSync(file, `${formatLine(incident[0] as JournalEntry)}\n${newer}`)
    expect(readJournal(file)).toMatchObject({ torn: false, problems: [expect.stringMatching(/newer triage502/)] })
    expect(() => openJournal(file, { create: false })).toThrow(/newer triage502/)
    expect(readFileSync(file, 'utf8')).toContain(newer)
  })
})

describe('the lock of a journal', () => {
  it('keeps a second writer away and names the first', () => {
    const journal = openJournal(path, { create: true })
    expect(() => openJournal(path, { create: false })).toThrow(JournalLocked)
    expect(() => openJournal(path, { create: false })).toThrow(new RegExp(`process ${process.pid}`))
    journal.close()
    openJournal(path, { create: false }).close()
  })

  it('is gone when the journal is closed', () => {
    write(path, incident)
    expect(() => statSync(`${path}.lock`)).toThrow()
  })

  it('of a process that is gone is taken over', async () => {
    write(path, incident)
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    writeFileSync(`${path}.lock`, `${child.pid} \n`)
    openJournal(path, { create: false }).close()
    expect(() => statSync(`${path}.lock`)).toThrow()
  })

  it.runIf(process.platform === 'linux')('of a process whose number another one has now is taken over', () => {
    write(path, incident)
    writeFileSync(`${path}.lock`, `${process.ppid} 1\n`)
    openJournal(path, { create: false }).close()
    writeFileSync(`${path}.lock`, `${process.ppid} \n`)
    expect(() => openJournal(path, { create: false })).toThrow(JournalLocked)
  })

  it('that is being made this moment counts', () => {
    write(path, incident)
    writeFileSync(`${path}.lock`, '')
    expect(() => openJournal(path, { create: false })).toThrow(/another process/)
  })
})

describe('a journal that cannot be written', () => {
  it('warns once, goes on, and writes what it kept when it can again', () => {
    const [first, second, third] = incident as [JournalEntry, JournalEntry, JournalEntry]
    const said: string[] = []
    const journal = openJournal(path, { create: true, warn: (says) => said.push(says) })
    journal.append(first)
    // Stands for a disk that takes nothing for a while: the write fails before it begins.
    const real = Buffer.from
    Buffer.from = () => {
      throw new Error('no space left on device')
    }
    try {
      journal.append(second, third)
      journal.append()
    } finally {
      Buffer.from = real
    }
    expect(said).toEqual([expect.stringMatching(/cannot be written \(no space left.*goes on/)])
    expect(readJournal(path).entries).toEqual([first])
    journal.append(incident[3] as JournalEntry)
    journal.close()
    expect(readJournal(path).entries).toEqual(incident.slice(0, 4))
  })

  it.runIf(process.platform === 'linux')('does not stop the session when the disk is full', () => {
    // /dev/full takes no byte; it is no file, so a limit on the file's size stands in for the full disk.
    const script = `
      import { openJournal } from ${JSON.stringify(join(import.meta.dirname, '../../src/session/journal.ts'))}
      process.on('SIGXFSZ', () => {})
      const warned = []
      const journal = openJournal(process.argv[1], { create: true, warn: (says) => warned.push(says) })
      const list = JSON.parse(process.argv[2])
      for (const entry of list) journal.append(entry)
      journal.close()
      console.log(JSON.stringify(warned))`
    const many = entries(
      ...Array.from({ length: 40 }, (_, n) => ({ type: 'note.added' as const, text: `${n} `.repeat(40) })),
    )
    const out = execFileSync(
      'sh',
      [
        '-c',
        'ulimit -f 2; exec "$0" "$@"',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        path,
        JSON.stringify(many),
      ],
      { encoding: 'utf8' },
    )
    expect(JSON.parse(out)).toEqual([expect.stringMatching(/EFBIG/)])
    const { entries: read, torn, problems } = readJournal(path)
    expect(read.length).toBeGreaterThan(1)
    expect(read).toEqual(many.slice(0, read.length))
    expect({ torn, problems }).toEqual({ torn: false, problems: [] })
  })
})

describe('a writer that is killed', () => {
  it('leaves everything it confirmed', async () => {
    const script = `
      import { openJournal } from ${JSON.stringify(join(import.meta.dirname, '../../src/session/journal.ts'))}
      import { writeSync } from 'node:fs'
      const journal = openJournal(process.argv[1], { create: true })
      const [first] = JSON.parse(process.argv[2])
      for (let seq = 1; ; seq++) {
        const event = seq === 1 ? first.event : { type: 'note.added', text: 'x'.repeat(seq % 977) }
        journal.append({ v: 1, seq, at: first.at, event })
        writeSync(1, seq + '\\n')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, JSON.stringify(incident)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let confirmed = 0
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      confirmed = Number(line)
      if (confirmed === 50) child.kill('SIGKILL')
    })
    // Its output ends a moment before the kernel is done with it.
    await Promise.all([once(lines, 'close'), once(child, 'exit')])
    expect(confirmed).toBeGreaterThanOrEqual(50)
    const { entries: read, problems } = readJournal(path)
    expect(problems).toEqual([])
    expect(read.length).toBeGreaterThanOrEqual(confirmed)
    // Its lock is still there, and does not keep the next one away.
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain(String(child.pid))
    openJournal(path, { create: false }).close()
    expect(readJournal(path)).toMatchObject({ torn: false, problems: [] })
  })
})
