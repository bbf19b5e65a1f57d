import { describe, expect, it } from 'vitest'
import { plainExplanation } from '../../src/report/explained.ts'
import { EXPLANATION_SCHEMA, type ExplainedAnswer, type Explanation } from '../../src/report/explanation.ts'

const ANSWER: ExplainedAnswer = {
  kind: 'signature',
  id: 'nginx-error/connect-refused',
  source: 'nginx-error',
  codes: [],
  means: 'Nothing listens at the address.',
  shape: 'unreachable',
  cause: 'process-down',
  next: { says: 'See whether it runs.', node: 'systemd/unit' },
  verdicts: ['app/process-down', 'systemd/down'],
  example: 'connect() failed',
  unconfirmed: false,
  holes: {},
  met: null,
}

function of(
  input: Partial<Explanation['input']>,
  answers: Partial<ExplainedAnswer>[],
  more: Partial<Explanation> = {},
) {
  return plainExplanation(
    {
      schema: EXPLANATION_SCHEMA,
      input: { kind: 'line', lines: 1, known: 1, cut: 0, ended: 'complete', ...input },
      answers: answers.map((answer) => ({ ...ANSWER, ...answer })),
      hops: [],
      rounds: null,
      nearest: null,
      ...more,
    },
    { color: false, columns: 80 },
  )
}

describe('an explanation for a person', () => {
  it('has all that is known of a line', () => {
    expect(of({}, [{}])).toBe(`connect-refused (nginx-error, unreachable)
  Nothing listens at the address.
  Likely cause: process-down (app/process-down, systemd/down)
  Next: See whether it runs.
        triage502 flows show systemd/unit
  Example: connect() failed
`)
  })

  it('has its code as its title, and says where nobody saw the line', () => {
    const told = of({ kind: 'words' }, [
      { codes: ['H12', 'h-12'], shape: 'none', cause: null, next: null, unconfirmed: true },
    ])
    expect(told).toBe(`H12 (nginx-error)
  Nothing listens at the address.
  Example: connect() failed
  Note: told as documents have it; no such line was seen from the program
        itself.
`)
  })

  it('of a word is the word and what it is', () => {
    const word = {
      kind: 'term',
      id: 'upstream',
      source: '',
      shape: null,
      cause: null,
      next: null,
      example: '',
    } as const
    expect(of({ kind: 'words' }, [{ ...word, means: 'The server behind.' }])).toBe('upstream\n  The server behind.\n')
  })

  it('of a log counts first', () => {
    const met = {
      count: 3,
      first: { line: 1, at: '2026-11-21T05:11:02.000Z', text: 'first' },
      last: { line: 9, at: null, text: 'l' },
    }
    const told = of({ kind: 'log', lines: 9, known: 3, cut: 2 }, [{ met, cause: null, next: null }])
    expect(told).toBe(`9 lines: 3 known (1 form is below), 6 not. Of 2 only the first 64 KiB were
looked at.

connect-refused (nginx-error, unreachable)
  3 × first line 1 (2026-11-21T05:11:02.000Z), last line 9
  Nothing listens at the address.
  Such as: first
`)
  })

  it('does not break a line that is quoted, and cuts a very long one', () => {
    const long = of({}, [{ example: 'word '.repeat(100).trim() }])
    const line = long.split('\n').find((each) => each.startsWith('  Example: ')) ?? ''
    expect(line.length).toBe('  Example: '.length + 300)
    expect(line.endsWith('…')).toBe(true)
  })

  it.each<[Partial<Explanation['input']>, Partial<Explanation>, string]>([
    [{ kind: 'nothing' }, {}, 'Nothing came to be explained.\n'],
    [
      { kind: 'nothing', ended: 'interrupted' },
      {},
      'Stopped: this is what came until then.\nNothing came to be explained.\n',
    ],
    [{ kind: 'words' }, {}, 'Nothing is known of that.\n'],
    [
      { kind: 'words' },
      { nearest: { text: 'H12', kind: 'code' } },
      'Nothing is known of that. The nearest that is: H12.\n',
    ],
    [{ kind: 'response' }, {}, 'Who made this response cannot be told from it.\n'],
    [
      { kind: 'response' },
      {
        hops: [
          { kind: 'cdn', vendor: 'fastly', role: 'passed' },
          { kind: 'load-balancer', vendor: 'alb', role: 'passed' },
          { kind: 'proxy', vendor: 'nginx', role: 'made' },
        ],
      },
      'Made by nginx (proxy). Passed on by fastly, alb.\n',
    ],
    [{ kind: 'log', lines: 1, known: 0 }, {}, '1 line: 0 known (0 forms are below), 1 not.\n'],
  ])('%j without answers', (input, more, want) => {
    expect(of(input, [], more)).toBe(want)
  })

  it('is coloured where that is wanted', () => {
    const coloured = plainExplanation(
      {
        schema: EXPLANATION_SCHEMA,
        input: { kind: 'line', lines: 1, known: 1, cut: 0, ended: 'complete' },
        answers: [ANSWER],
        hops: [],
        rounds: null,
        nearest: null,
      },
      { color: true, columns: 200 },
    )
    expect(coloured).toContain('\u001b[1mconnect-refused\u001b[22m')
  })
})
