import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { journalReader } from '../../../src/reading/systemd/journal.ts'
import { keepJournal } from '../../../src/reading/systemd/journal-keep.ts'
import { isTelling } from '../../../src/reading/systemd/telling.ts'
import { context, fixture, printed, SIGNATURES } from './support.ts'

const JOURNALS = readdirSync(new URL('../../fixtures/systemd/', import.meta.url)).filter((name) =>
  name.startsWith('journal-'),
)
const read = (out: string) => journalReader.read(printed('journalctl -u x -o json', out), context())

describe('what is kept of a journal', () => {
  it.each(JOURNALS)('%s reads the same', (name) => {
    const out = fixture(`systemd/${name}`)
    const kept = keepJournal(out)
    expect(read(kept.out)).toEqual(read(out))
    expect(kept.leftOut).toBe('')
  })

  it('the fields that are used, and no command lines or host names', () => {
    const { out } = keepJournal(fixture('systemd/journal-shop-module.jsonl'))
    const fields = new Set(
      out
        .trim()
        .split('\n')
        .flatMap((line) => Object.keys(JSON.parse(line))),
    )
    expect(fields).toContain('MESSAGE')
    for (const gone of ['_CMDLINE', '_EXE', '_HOSTNAME', '_MACHINE_ID', '_BOOT_ID', '__CURSOR'])
      expect(fields).not.toContain(gone)
  })

  /** A day of an app that says little of use between its start and its end. */
  const long = (chatter: string[]) => {
    const lines = fixture('systemd/journal-shop-module.jsonl').trim().split('\n')
    const said = (MESSAGE: string, i: number) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: String(1795234976540000 + i),
        _SYSTEMD_INVOCATION_ID: JSON.parse(lines[1] ?? '')._SYSTEMD_INVOCATION_ID,
        MESSAGE,
      })
    return [lines[0], ...chatter.map(said), ...lines.slice(1)].join('\n')
  }

  it('of many entries the ends and what may tell; a note says how many are gone, and the reading is the same', () => {
    const out = long(Array.from({ length: 5000 }, (_, i) => `GET /cart 200 ${i} ms`))
    const kept = keepJournal(out)
    expect(kept.leftOut).toBe('4723 entries left out')
    expect(kept.out.length).toBeLessThan(out.length / 5)
    expect(kept.out).toContain('… 4723 entries left out')
    expect(read(kept.out).value).toEqual(read(out).value)
    expect(keepJournal(kept.out)).toEqual(kept)
  })

  it('whatever stands between', () => {
    const line = fc.constantFrom(
      'GET / 200',
      'listening on :3000',
      "KeyError: 'A'",
      '    at x.js:1',
      '',
      'ok',
      'Error: who knows',
      'AH00526: Syntax error on line 5 of /etc/x.conf:',
      'panic: x',
      '{',
      '… 3 entries left out',
    )
    const json = fc.array(line, { minLength: 620, maxLength: 900 }).map(long)
    const stamped = fc.tuple(
      line,
      fc.constantFrom(
        '',
        '2026-11-21T04:22:56Z ',
        'Nov 21 04:22:57 lab node[7]: ',
        'Nov 21 04:22:58 lab systemd[1]: Started ',
      ),
    )
    const text = fc
      .array(stamped, { minLength: 620, maxLength: 900 })
      .map((lines) => lines.map(([words, stamp]) => stamp + words).join('\n'))
    fc.assert(
      fc.property(fc.oneof(json, text), (out) => {
        expect(read(keepJournal(out).out).value).toEqual(read(out).value)
      }),
      { numRuns: 15 },
    )
  })

  it('anything at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (out) => {
        expect(read(keepJournal(out).out).value).toEqual(read(out).value)
      }),
    )
  })
})

describe('lines that may tell something', () => {
  const sources = ['app', 'gunicorn', 'php-fpm', 'systemd']
  it.each(
    SIGNATURES.filter((each) => each.cause && sources.includes(each.source)).map((each) => [each.id, each.example]),
  )('%s', (_, example) => {
    expect(isTelling(example)).toBe(true)
  })
})
