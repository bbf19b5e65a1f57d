import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../src/report/diagnosis.ts'
import { createPaint, wantsColor } from '../../src/report/paint.ts'
import { plainDiagnosis } from '../../src/report/plain.ts'
import { commandLine, duration, oneLine } from '../../src/report/shown.ts'
import { wrap } from '../../src/report/wrap.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { found } from '../guide/make.ts'
import { CUT_OFF, DIAGNOSED, diagnosisOf, HEALTHY, INCONCLUSIVE, RECOVERED, SUSPECTED } from './incident.ts'

const shown = (events: readonly SessionEvent[], columns = 80) =>
  plainDiagnosis(diagnosisOf(events), { color: false, columns })

describe('the diagnosis on a terminal', () => {
  it('gives the answer first, then why, then what to do', () => {
    expect(shown(DIAGNOSED)).toBe(`The app listens on 3001; nginx sends to 23099

  URL        http://shop.example.com/checkout
  Got        an error made on the way (status 502)
  State      still failing
  Certainty  confirmed: seen from here, and what looks alike is ruled out
  Where      the proxy or the app
  Cause      wrong-port (unreachable: it could not be reached)
  Since      2026-11-21 02:01:12Z
  Changed    shop.service started, 2026-11-21 02:01:10Z

Why
  2  nginx was refused by 127.0.0.1:23099, 14 times since 02:01:12Z
     $ tail -n 1000 /var/log/nginx/error.log
  3  the app (pid 4242) listens on 3001
     $ ss -ltnpH

Also found
  1  nginx made the 502

What to do
  1. Point proxy_pass at 3001
  2. Load the new configuration
     $ systemctl reload nginx   (changes something: read it first)
  3. Look at:
     $ ss -ltn 'sport = :3001'

Then check
  - Does the app answer on 23099? (app/direct)

So that it does not come back
  - Keep the port in one place
  - unknown-remedy

Ruled out
  - by finding 3: process-down, socket-missing

Could not be seen
  - dmesg needs root: OOM kills were not looked for (no-permission)

Session 2026-11-21T0203-shop-k3f9
For the postmortem: triage502 export 2026-11-21T0203-shop-k3f9
`)
  })

  it('is honest about what it does not know', () => {
    expect(shown(INCONCLUSIVE)).toBe(`No cause was found. Below is what it is not, and what could not be looked at.
Left open

  URL        http://shop.example.com/checkout
  Got        an error made on the way (status 502)
  State      still failing

What was found
  1  nginx made the 502
     $ curl -q http://shop.example/refused
  2  the app answers on its own
     $ ss -ltnpH   (at proxy)

Ruled out
  - by finding 2: process-down

Left open
  - Which proxy stands in front?

Could not be seen
  - the upstream is on another machine (no-vantage)

Session 2026-11-21T0203-shop-k3f9
For the postmortem: triage502 export 2026-11-21T0203-shop-k3f9
`)
  })

  it('says when all is well', () => {
    expect(shown(HEALTHY)).toMatch(/^All is well: every request was answered\.\n/)
    expect(shown(HEALTHY)).toContain('  Got        answered (status 200)\n  State      well\n')
    expect(shown(HEALTHY)).not.toContain('What to do')
  })

  it('says when a part of it is down although all requests were answered', () => {
    expect(plainDiagnosis({ ...diagnosisOf(HEALTHY), state: 'degraded' }, { color: false, columns: 80 })).toMatch(
      /^Every request was answered, but not everything is well\./,
    )
  })

  it('says that it only suspects, who said so, and what else it may be', () => {
    const text = shown(SUSPECTED)
    expect(text).toMatch(/^Probably: The app listens on/)
    expect(text).toContain('Certainty  reported: it rests on what could not be checked from here')
    expect(text).toContain('(you said\n     so)')
    expect(text).toContain('Also possible\n  - socket-missing is not ruled out')
  })

  it('says what is over and what it was', () => {
    const text = shown(RECOVERED)
    expect(text).toContain('State      over for now')
    expect(text).toContain('Cause      recovered; it was process-down (reported)')
    expect(text).toContain('Where      the app (the error was made by the proxy)')
  })

  it('says when the time was up', () => {
    expect(shown(CUT_OFF)).toMatch(/^The app listens on 3001.*\nThe time was up: this is what was found\.\n/)
    expect(shown(CUT_OFF.filter((event) => event.type !== 'verdict.reached'))).toMatch(
      /^The time was up before a cause was found\./,
    )
  })

  it('fits the width, but for commands, which can be copied whole', () => {
    for (const columns of [48, 60, 80, 200]) {
      const lines = shown(DIAGNOSED, columns).split('\n')
      const long = lines.filter((line) => line.length > Math.min(columns, 100))
      expect(long.filter((line) => !line.includes('$ '))).toEqual([])
    }
  })

  it('has colours only when it is asked to', () => {
    expect(shown(DIAGNOSED)).not.toContain('\u001b')
    expect(plainDiagnosis(diagnosisOf(DIAGNOSED), { color: true, columns: 80 })).toContain(
      '\u001b[1m\u001b[31mThe app listens',
    )
    expect(plainDiagnosis(diagnosisOf(HEALTHY), { color: true, columns: 80 })).toContain('\u001b[32mAll is well')
  })

  it('shows nothing a terminal obeys, whatever was found', () => {
    const evil = 'evil\u001b]0;title\u0007\u001b[2J\u009b31m\rover\nnext\u0000'
    fc.assert(
      fc.property(fc.oneof(fc.constant(evil), fc.string({ unit: 'binary' })), (text) => {
        const document: Diagnosis = diagnosisOf([
          ...DIAGNOSED.slice(0, 3),
          { type: 'blind.spot', visit: 1, node: 'a/b', why: 'cut', says: text },
          found('a/b.c', 1, { finding: { n: 1, says: text, lines: [] } }),
        ])
        const probes = document.probes.map((probe) => ({ ...probe, argv: [text, text] }))
        const printed = plainDiagnosis({ ...document, url: text, probes }, { color: false, columns: 80 })
        expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
      }),
      { numRuns: 25 },
    )
  })
})

describe('colours', () => {
  it('are wanted by terminals that NO_COLOR does not forbid', () => {
    expect(wantsColor(true, {})).toBe(true)
    expect(wantsColor(true, { NO_COLOR: '' })).toBe(true)
    expect(wantsColor(true, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColor(true, { TERM: 'dumb' })).toBe(false)
    expect(wantsColor(false, {})).toBe(false)
  })

  it('end where they begin', () => {
    expect(createPaint(true).bold(createPaint(true).red('x'))).toBe('\u001b[1m\u001b[31mx\u001b[39m\u001b[22m')
    expect(createPaint(false).bold('x')).toBe('x')
    expect(createPaint(true).red('')).toBe('')
  })
})

describe('wrapping', () => {
  const indent = { first: '- ', rest: '  ' }

  it('breaks at spaces, within the width', () => {
    expect(wrap('one two three four five six', 20, indent)).toEqual(['- one two three four', '  five six'])
  })

  it('keeps a long word whole', () => {
    expect(wrap(`see ${'x'.repeat(40)} there`, 20, indent)).toEqual(['- see', `  ${'x'.repeat(40)}`, '  there'])
  })

  it('gives one line for nothing', () => {
    expect(wrap('', 20, indent)).toEqual(['-'])
  })

  it('loses no word', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(200), (text, width) => {
        const words = wrap(text, width, { first: '', rest: '' }).join(' ').split(/\s+/)
        expect(words.filter((word) => word !== '')).toEqual(text.split(/\s+/).filter((word) => word !== ''))
      }),
    )
  })
})

describe('what is shown of a command', () => {
  it('can be typed into a shell', () => {
    expect(commandLine(['ss', '-ltnpH'])).toBe('ss -ltnpH')
    expect(commandLine(['grep', "it's $HOME", ''])).toBe(`grep 'it'\\''s $HOME' ''`)
    expect(commandLine(['a', '`rm`', '~', '*'])).toBe("a '`rm`' '~' '*'")
  })

  it('is one line', () => {
    expect(oneLine(' two\r\nlines\tof text ')).toBe('two lines of text')
  })

  it.each([
    [4, '4 ms'],
    [1500, '1.5 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
  ])('took %i: %s', (ms, says) => {
    expect(duration(ms)).toBe(says)
  })
})
