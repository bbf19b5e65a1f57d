import { describe, expect, it } from 'vitest'
import { type Row, rowOf } from './row.ts'
import { caseOf, ranOf, ranWell, wellCase } from './support.ts'
import { aimsOf, confusionOf, totalsOf } from './totals.ts'

const totals = (rows: Row[]) => totalsOf(rows, [], [])
const right = (name: string) => rowOf(caseOf(name), ranOf())

describe('what is counted', () => {
  it('a right and confirmed verdict counts for everything', () => {
    expect(totals([right('a')])).toMatchObject({
      cases: 1,
      place: 1,
      cause: 1,
      shape: 1,
      cited: 1,
      confirmed: 1,
      wrongConfirmed: [],
      falseAlarms: [],
    })
  })

  it('a wrong cause with confidence confirmed is counted apart, and so is a wrong place', () => {
    const cause = rowOf(caseOf('a'), ranOf({ cause: 'wrong-port' }))
    const place = rowOf(caseOf('b'), ranOf({ place: 'proxy' }))
    const likely = rowOf(caseOf('c'), ranOf({ cause: 'wrong-port', confidence: 'likely' }))
    expect(totals([cause, place, likely, right('d')])).toMatchObject({
      wrongConfirmed: ['a', 'b'],
      cause: 0.5,
      place: 0.75,
    })
  })

  it('a verdict where nothing is wrong is a false alarm, and confirmed it is a wrong one too', () => {
    const row = rowOf(wellCase('well'), ranOf())
    expect(totals([row])).toMatchObject({ falseAlarms: ['well'], wrongConfirmed: ['well'], cause: 0, place: 0 })
    expect(totals([rowOf(wellCase('well'), ranWell())])).toMatchObject({ falseAlarms: [], cause: 1, place: 1 })
  })

  it('no verdict for a fault is wrong, and never confirmed', () => {
    const row = rowOf(caseOf('a'), ranWell())
    expect(row.judgement).toMatchObject({ cause: false, place: false, shape: false })
    expect(row.diagnosis).toContain('healthy well: no verdict')
    expect(right('b').diagnosis).toBeNull()
    expect(totals([row])).toMatchObject({ cause: 0, wrongConfirmed: [], falseAlarms: [] })
  })

  it('another name of the same fault is right', () => {
    expect(rowOf(caseOf('a', { also: ['crash-loop'] }), ranOf({ cause: 'crash-loop' })).judgement.cause).toBe(true)
  })

  it('how many are confirmed is asked of the right faults alone', () => {
    const likely = rowOf(caseOf('b'), ranOf({ confidence: 'likely' }))
    const wrong = rowOf(caseOf('c'), ranOf({ cause: 'wrong-port', confidence: 'likely' }))
    const well = rowOf(wellCase('d'), ranWell())
    expect(totals([right('a'), likely, wrong, well]).confirmed).toBe(0.5)
  })

  it('what must be cited is cited: the words of the truth, and what only the run knew', () => {
    expect(rowOf(caseOf('a'), ranOf({ finding: 'something refuses' })).judgement.departures).toEqual([
      'nothing cites 127.0.0.1:3000',
    ])
    const ran = { ...ranOf(), cites: ['pid 77'] }
    expect(rowOf(caseOf('a'), ran).judgement).toMatchObject({ cited: false, departures: ['nothing cites pid 77'] })
    expect(totals([rowOf(caseOf('a'), ran), right('b')]).cited).toBe(0.5)
  })

  it('what could not be made counts as told wrongly', () => {
    const found = totalsOf([right('a')], [], [{ name: 'b', why: 'nginx never listened' }])
    expect(found).toMatchObject({ cases: 2, cause: 0.5, place: 0.5 })
  })

  it('median and worst, of seconds and of probes', () => {
    const rows = [5, 1, 3, 20].map((n) => rowOf(caseOf(`n${n}`), ranOf({ seconds: n, probes: n })))
    expect(totals(rows)).toMatchObject({ seconds: { median: 4, worst: 20 }, probes: { median: 4, worst: 20 } })
    expect(totals(rows.slice(0, 3)).seconds).toEqual({ median: 3, worst: 5 })
    expect(totals([]).seconds).toEqual({ median: 0, worst: 0 })
  })

  it('the baseline is held against the same truths', () => {
    const good = rowOf(caseOf('a'), { ...ranOf(), guess: { cause: 'process-down', place: 'app' } })
    const none = rowOf(caseOf('b'), { ...ranOf(), guess: { cause: null, place: null } })
    expect(totals([good, none]).baseline).toEqual({ cause: 0.5, place: 0.5 })
    expect(totals([right('a')]).baseline).toBeNull()
  })
})

describe('the aims', () => {
  const many = Array.from({ length: 100 }, (_, i) => right(`case-${i}`))
  const failed = (rows: Row[], skipped = 0, strict = true) => {
    const all = totalsOf(
      rows,
      Array.from({ length: skipped }, () => ({ name: 'x', why: 'no haproxy' })),
      [],
    )
    return aimsOf(all, strict).flatMap(({ says, held }) => (held ? [] : [says]))
  }
  const but = (row: Row, times = 1) => [...many.slice(times), ...Array.from({ length: times }, () => row)]

  it('all hold where all is right', () => {
    expect(failed(many)).toEqual([])
  })

  it('each is missed by what it forbids', () => {
    expect(failed(many.slice(0, 79))).toEqual(['at least 80 cases: 79'])
    expect(failed(but(rowOf(caseOf('w'), ranOf({ cause: 'x' }))))).toEqual(['none wrong with confidence confirmed: 1'])
    const unsure = rowOf(caseOf('w'), ranOf({ cause: 'x', confidence: 'likely' }))
    expect(failed(but(unsure, 5))).toEqual([])
    expect(failed(but(unsure, 6))).toEqual(['right cause at least 95 %: 94.0 %'])
    const elsewhere = rowOf(caseOf('w'), ranOf({ place: 'proxy', confidence: 'likely' }))
    expect(failed(but(elsewhere, 2))).toEqual([])
    expect(failed(but(elsewhere, 3))).toEqual(['right place at least 98 %: 97.0 %'])
    const likely = rowOf(caseOf('w'), ranOf({ confidence: 'likely' }))
    expect(failed(but(likely, 30))).toEqual([])
    expect(failed(but(likely, 31))).toEqual(['of the right ones at least 70 % confirmed: 69.0 %'])
    expect(failed(but(rowOf(caseOf('w'), ranOf({ finding: 'it refuses' }))))).toEqual([
      'the evidence cited in every right one: 99.0 %',
    ])
  })

  it('a skip binds on CI alone', () => {
    expect(failed(many, 1)).toEqual(['none skipped: 1'])
    expect(failed(many, 1, false)).toEqual([])
  })
})

it('what was told as what, counted', () => {
  const rows = [
    right('a'),
    right('b'),
    rowOf(caseOf('c'), ranOf({ cause: 'wrong-port' })),
    rowOf(wellCase('d'), ranWell()),
  ]
  expect(confusionOf(rows)).toEqual([
    { truth: 'healthy', told: 'healthy', count: 1, right: true },
    { truth: 'process-down', told: 'process-down', count: 2, right: true },
    { truth: 'process-down', told: 'wrong-port', count: 1, right: false },
  ])
})
