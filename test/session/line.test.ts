import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatLine, parseLine } from '../../src/session/line.ts'
import { capture, entries, found, REQUEST } from '../guide/make.ts'
import { anyEvent } from './arbitrary.ts'

const [, sample] = entries(found('nginx/error-log.refused', 1))
if (!sample) throw new Error('there is a sample')

describe('a journal line', () => {
  it('is flat: the event stands beside version, number and time', () => {
    const [, entry] = entries({ type: 'probe.finished', n: 1, node: 'app/listening', capture: capture('LISTEN') })
    const line = JSON.parse(formatLine(entry ?? sample))
    expect(Object.keys(line)).toEqual(['v', 'seq', 'at', 'type', 'n', 'node', 'capture'])
    expect(line).toMatchObject({ v: 1, seq: 2, at: '2026-11-21T02:03:01.000Z', type: 'probe.finished' })
  })

  it('keeps the place of a proven vantage apart from the time of the line', () => {
    const [, entry] = entries({
      type: 'vantage.proven',
      role: 'proxy',
      at: 'local',
      origin: { by: 'probe', n: 3 },
      visit: 1,
    })
    const line = formatLine(entry ?? sample)
    expect(JSON.parse(line)).toMatchObject({ at: '2026-11-21T02:03:01.000Z', vantage: 'local' })
    expect(parseLine(line)).toEqual({ ok: true, entry })
  })

  it('gives back every event as it was, whatever text is in it', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(), (event, seq) => {
        const entry = { v: 1 as const, seq, at: '2026-11-21T02:03:01.000Z', event }
        const line = formatLine(entry)
        expect(line).not.toContain('\n')
        expect(parseLine(line)).toEqual({ ok: true, entry })
      }),
    )
  })

  it('takes any text without throwing', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseLine(text)))
  })

  it('leaves out fields that a newer version added', () => {
    const line = JSON.stringify({ ...JSON.parse(formatLine(sample)), mood: 'calm' })
    expect(parseLine(line)).toEqual({ ok: true, entry: sample })
  })

  it.each([
    ['not JSON', '{"v":1,', /not JSON/],
    [
      'a newer journal',
      '{"v":2,"type":"note.added","seq":1,"at":"2026-11-21T02:03:01.000Z"}',
      /version 2.*reads version 1/,
    ],
    [
      'an unknown event',
      '{"v":1,"type":"tea.made","seq":1,"at":"2026-11-21T02:03:01.000Z"}',
      /"tea.made" is not known here: a newer triage502/,
    ],
    ['a name every object has', '{"v":1,"type":"constructor","seq":1,"at":"2026-11-21T02:03:01.000Z"}', /not known/],
    ['a missing field', '{"v":1,"type":"note.added","seq":1,"at":"2026-11-21T02:03:01.000Z"}', /text is missing/],
    [
      'a field of the wrong type',
      '{"v":1,"type":"note.added","text":5,"seq":1,"at":"2026-11-21T02:03:01.000Z"}',
      /text is not text: 5/,
    ],
    [
      'a number that is none',
      '{"v":1,"type":"note.added","text":"","seq":-1,"at":"2026-11-21T02:03:01.000Z"}',
      /seq is not a count/,
    ],
    ['a time that is none', '{"v":1,"type":"note.added","text":"","seq":1,"at":"yesterday"}', /at is not a UTC time/],
    ['a list in place of an object', '[1]', /not an object/],
    ['null', 'null', /not an object/],
  ])('refuses %s, and says why', (_, line, says) => {
    const parsed = parseLine(line)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.says).toMatch(says)
  })

  it('names the place of a mistake deep inside', () => {
    const entry = entries({ type: 'probe.started', n: 1, node: 'app/listening', request: REQUEST })[1] ?? sample
    const line = JSON.parse(formatLine(entry))
    line.request.commands[0][0] = 7
    const parsed = parseLine(JSON.stringify(line))
    expect(parsed).toMatchObject({ ok: false, says: 'request.commands[0][0] is not text: 7' })
  })

  it('tells a line cut off in the middle from one that is whole and wrong', () => {
    const line = formatLine(sample)
    expect(parseLine(line.slice(0, -1))).toMatchObject({ ok: false, whole: false })
    expect(parseLine('{"v":1}')).toMatchObject({ ok: false, whole: true })
  })
})
