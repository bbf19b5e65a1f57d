import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/report/diagnosis.ts'
import type { Diagnosis, DiagnosisVerdict } from '../../src/report/document.ts'
import { plainDiagnosis } from '../../src/report/plain.ts'
import { answerSays, causeSays, confidenceSays, headline, placeSays, stateSays } from '../../src/report/sentences.ts'
import type { Ended, Outcome } from '../../src/words/vocabulary.ts'
import { DIAGNOSED, diagnosisOf, HEALTHY, INCONCLUSIVE, SUSPECTED } from './incident.ts'

const diagnosed = diagnosisOf(DIAGNOSED)
const nothing: Diagnosis = { ...diagnosisOf(INCONCLUSIVE), verdict: null }
const verdict = (more: Partial<DiagnosisVerdict>): DiagnosisVerdict => {
  if (!diagnosed.verdict) throw new Error('there is a verdict')
  return { ...diagnosed.verdict, ...more }
}

describe('the first sentence', () => {
  it.each([
    ['diagnosed', 'complete', 'The app listens on 3001; nginx sends to 23099'],
    ['diagnosed', 'budget', 'The app listens on 3001; nginx sends to 23099'],
    ['diagnosed', 'interrupted', 'The app listens on 3001; nginx sends to 23099'],
    ['suspected', 'complete', 'Probably: The app listens on 3001; nginx sends to 23099'],
    ['suspected', 'budget', 'Probably: The app listens on 3001; nginx sends to 23099'],
    ['suspected', 'interrupted', 'Probably: The app listens on 3001; nginx sends to 23099'],
  ] as const)('with a verdict, %s, %s: %s', (outcome, ended, sentence) => {
    expect(headline({ ...diagnosed, outcome, ended })).toBe(sentence)
  })

  it.each([
    ['healthy', 'well', 'complete', 'All is well: every request was answered.'],
    ['healthy', 'recovered', 'complete', 'All is well: every request was answered.'],
    ['healthy', 'degraded', 'complete', 'Every request was answered, but not everything is well.'],
    [
      'inconclusive',
      'failing',
      'complete',
      'No cause was found. Below is what it is not, and what could not be looked at.',
    ],
    [
      'inconclusive',
      'intermittent',
      'complete',
      'No cause was found. Below is what it is not, and what could not be looked at.',
    ],
    ['inconclusive', 'failing', 'budget', 'The time was up before a cause was found.'],
    ['inconclusive', 'failing', 'interrupted', 'Not finished: no cause was found so far.'],
  ] as const)('without one, %s, %s, %s: %s', (outcome, state, ended, sentence) => {
    expect(headline({ ...nothing, outcome, state, ended })).toBe(sentence)
  })
})

describe('one sentence for each word', () => {
  it.each([
    ['confirmed', 'confirmed: seen from here, and what looks alike is ruled out'],
    ['likely', 'likely: a proof was seen, but something else is still possible'],
    ['reported', 'reported: it rests on what could not be checked from here'],
  ] as const)('certainty %s', (confidence, sentence) => {
    expect(confidenceSays(verdict({ confidence }))).toBe(sentence)
  })

  it.each([
    ['failing', 'still failing'],
    ['intermittent', 'comes and goes'],
    ['degraded', 'works, with a part of it down'],
    ['recovered', 'over for now'],
    ['well', 'well'],
  ] as const)('state %s', (state, sentence) => {
    expect(stateSays({ ...diagnosed, state })).toBe(sentence)
  })

  it.each([
    ['visitor', ['visitor'], 'visitor', "the visitor's side"],
    ['cdn', ['cdn'], 'cdn', 'the CDN'],
    ['load-balancer', ['load-balancer'], 'load-balancer', 'the load balancer'],
    ['proxy', ['proxy'], 'proxy', 'the proxy'],
    ['platform', ['platform'], 'platform', 'the platform'],
    ['app', ['app'], 'app', 'the app'],
    ['app', ['app'], 'proxy', 'the app (the error was made by the proxy)'],
    ['app', [], 'cdn', 'the app (the error was made by the CDN)'],
    ['proxy', ['proxy', 'app'], 'proxy', 'the proxy or the app'],
    ['app', ['proxy', 'app'], 'proxy', 'the app or the proxy (the error was made by the proxy)'],
    ['cdn', ['cdn', 'load-balancer', 'proxy'], 'cdn', 'the CDN or the load balancer or the proxy'],
  ] as const)('place %s of %j, made by %s: %s', (place, sides, bornAt, sentence) => {
    expect(placeSays(verdict({ place, sides: [...sides], bornAt }))).toBe(sentence)
  })

  it.each([
    ['wrong-port', 'unreachable', 'wrong-port (unreachable: it could not be reached)'],
    ['slow-app', 'slow', 'slow-app (slow: it was too slow)'],
    ['oom-killed', 'reset', 'oom-killed (reset: it broke the connection off)'],
    ['not-http', 'garbage', 'not-http (garbage: its answer was not understood)'],
    ['deliberate', 'none', 'deliberate (none: no upstream was tried)'],
  ] as const)('cause %s, %s', (cause, shape, sentence) => {
    expect(causeSays(verdict({ cause, shape }))).toBe(sentence)
  })

  it('a cause that is over names what it was, and how sure that is', () => {
    expect(causeSays(verdict({ cause: 'recovered', was: { cause: 'oom-killed', confidence: 'likely' } }))).toBe(
      'recovered; it was oom-killed (likely)',
    )
  })

  it.each([
    ['ok', 200, 'answered (status 200)'],
    ['ok', 301, 'answered (status 301)'],
    ['app-error', 500, 'an error of the app itself (status 500)'],
    ['gateway-error', 502, 'an error made on the way (status 502)'],
    ['gateway-error', 0, 'an error made on the way'],
    ['cut', 200, 'an answer that broke off (status 200)'],
    ['not-http', 0, 'something that is not HTTP'],
    ['no-answer', 0, 'no answer'],
  ] as const)('answer %s, %i: %s', (kind, status, sentence) => {
    expect(answerSays({ ...diagnosed, answer: { class: kind, status, redirects: [] } })).toBe(sentence)
  })

  it('says nothing of an answer that there was not', () => {
    expect(answerSays({ ...diagnosed, answer: null })).toBe('')
  })
})

describe('the exit code of every end', () => {
  const CODES: [Outcome, Ended, number, number][] = [
    ['healthy', 'complete', 0, 0],
    ['diagnosed', 'complete', 3, 0],
    ['suspected', 'complete', 4, 0],
    ['inconclusive', 'complete', 4, 0],
    ['healthy', 'budget', 124, 124],
    ['diagnosed', 'budget', 124, 124],
    ['suspected', 'budget', 124, 124],
    ['inconclusive', 'budget', 124, 124],
    ['healthy', 'interrupted', 130, 130],
    ['diagnosed', 'interrupted', 130, 130],
    ['suspected', 'interrupted', 130, 130],
    ['inconclusive', 'interrupted', 130, 130],
  ]

  it.each(CODES)('%s, %s: %i; %i with --exit-zero', (outcome, ended, code, zero) => {
    expect(exitCodeOf(outcome, ended, false)).toBe(code)
    expect(exitCodeOf(outcome, ended, true)).toBe(zero)
  })
})

describe('the page at the width of the terminal', () => {
  const top = (columns: number, diagnosis = nothing) =>
    plainDiagnosis(diagnosis, { color: false, columns, kept: false }).split('\n').slice(0, 9)

  it('60 columns', () => {
    expect(top(60)).toEqual([
      'No cause was found. Below is what it is not, and what could',
      'not be looked at.',
      'Left open',
      '',
      '  URL        http://shop.example.com/checkout',
      '  Got        an error made on the way (status 502)',
      '  State      still failing',
      '',
      'What was found',
    ])
  })

  it('80 columns', () => {
    expect(top(80).slice(0, 3)).toEqual([
      'No cause was found. Below is what it is not, and what could not be looked at.',
      'Left open',
      '',
    ])
  })

  it('120 columns: no line is longer than 100', () => {
    const says = 'one word after another '.repeat(12).trim()
    const page = plainDiagnosis({ ...diagnosed, verdict: verdict({ says }) }, { color: false, columns: 120 })
    expect(page.split('\n').slice(0, 3)).toEqual([
      'one word after another one word after another one word after another one word after another one word',
      'after another one word after another one word after another one word after another one word after',
      'another one word after another one word after another one word after another',
    ])
  })

  it('30 columns: values are broken under their own column, words never', () => {
    const lines = plainDiagnosis(diagnosed, { color: false, columns: 30, kept: false }).split('\n')
    expect(lines.slice(0, 11)).toEqual([
      'The app listens on 3001; nginx',
      'sends to 23099',
      '',
      '  URL        http://shop.example.com/checkout',
      '  Got        an error made on',
      '             the way (status',
      '             502)',
      '  State      still failing',
      '  Certainty  confirmed: seen',
      '             from here, and',
      '             what looks alike',
    ])
  })

  it('a session that is not kept is not offered for export', () => {
    for (const [kept, offered] of [
      [true, true],
      [false, false],
    ] as const) {
      const page = plainDiagnosis(diagnosed, { color: false, columns: 80, kept })
      expect(page.includes('triage502 export')).toBe(offered)
    }
  })

  it.each([
    ['diagnosed', diagnosed, '\u001b[31m'],
    ['suspected', diagnosisOf(SUSPECTED), '\u001b[33m'],
    ['inconclusive', nothing, '\u001b[33m'],
    ['healthy', diagnosisOf(HEALTHY), '\u001b[32m'],
  ])('%s has its own colour', (_, diagnosis, color) => {
    expect(plainDiagnosis(diagnosis, { color: true, columns: 80 })).toMatch(
      new RegExp(`^\\u001b\\[1m${color.replace('[', '\\[')}`),
    )
  })
})
