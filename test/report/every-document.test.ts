import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { Diagnosis, DiagnosisProbe } from '../../src/report/document.ts'
import { html } from '../../src/report/html.ts'
import { markdown } from '../../src/report/markdown.ts'
import type { Block } from '../../src/report/outline.ts'
import { plainDiagnosis } from '../../src/report/plain.ts'
import { ANSWER_CLASSES, BLIND_REASONS, CAUSES, CONFIDENCES, PLACES, SHAPES } from '../../src/words/vocabulary.ts'
import { DIAGNOSED, diagnosisOf } from './incident.ts'

const schema = JSON.parse(readFileSync(new URL('../../schema/diagnosis.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(schema)
const fits = (document: unknown) => validate(JSON.parse(JSON.stringify(document)))

const diagnosed = diagnosisOf(DIAGNOSED)
const { verdict } = diagnosed
if (!verdict) throw new Error('there is a verdict')
const [probe] = diagnosed.probes
if (!probe) throw new Error('there is a probe')

describe('the schema takes every word of the vocabulary', () => {
  it.each([
    ...CAUSES.map((cause) => [`cause ${cause}`, { verdict: { ...verdict, cause } }] as const),
    ...PLACES.map(
      (place) => [`place ${place}`, { verdict: { ...verdict, place, bornAt: place, sides: [place] } }] as const,
    ),
    ...SHAPES.map((shape) => [`shape ${shape}`, { verdict: { ...verdict, shape } }] as const),
    ...CONFIDENCES.map((confidence) => [`certainty ${confidence}`, { verdict: { ...verdict, confidence } }] as const),
    ...ANSWER_CLASSES.map((kind) => [`answer ${kind}`, { answer: { status: 0, class: kind, redirects: [] } }] as const),
    ...BLIND_REASONS.map(
      (why) => [`blind ${why}`, { blindSpots: [{ probe: null, node: 'a/b', why, says: '' }] }] as const,
    ),
    ...(['diagnosed', 'suspected', 'inconclusive', 'healthy'] as const).map(
      (outcome) => [`outcome ${outcome}`, { outcome }] as const,
    ),
    ...(['failing', 'intermittent', 'degraded', 'recovered', 'well'] as const).map(
      (state) => [`state ${state}`, { state }] as const,
    ),
    ...(['complete', 'budget', 'interrupted'] as const).map((ended) => [`ended ${ended}`, { ended }] as const),
  ] as [string, Partial<Diagnosis>][])('%s', (_, more) => {
    expect(fits({ ...diagnosed, ...more }), JSON.stringify(validate.errors)).toBe(true)
    // And whoever shows it has words for it.
    expect(plainDiagnosis({ ...diagnosed, ...more }, { color: false, columns: 80 })).not.toMatch(/undefined|\[object/)
  })
})

describe('the schema refuses what is no such document', () => {
  it.each([
    ['another schema', { schema: 'triage502/diagnosis/2' }],
    ['a word of no list', { state: 'burning' }],
    ['a cause of no list', { verdict: { ...verdict, cause: 'gremlins' } }],
    ['a verdict without certainty', { verdict: { ...verdict, confidence: undefined } }],
    ['a probe that changes something', { probes: [{ ...probe, effect: 'changes' }] }],
    ['a probe of no kind', { probes: [{ ...probe, kind: 'look' }] }],
    ['a finding without its number', { findings: [{ ...diagnosed.findings[0], n: undefined }] }],
    ['a status that is text', { answer: { status: '502', class: 'gateway-error', redirects: [] } }],
    ['a time without a zone', { endedAt: '2026-11-21T02:03:12.000' }],
    ['a time of another zone', { endedAt: '2026-11-21T02:03:12.000+01:00' }],
    ['an onset that is a number', { onset: { firstError: 1_795_234_976, lastChange: null } }],
    ['no list of hops', { hops: null }],
  ])('%s', (_, more) => {
    expect(fits({ ...diagnosed, ...more })).toBe(false)
  })
})

describe('probes, as the document tells them', () => {
  it.each<[string, Partial<DiagnosisProbe>]>([
    ['an answer', { exit: 0, outcome: 'ok' }],
    ['a request, which has no exit status', { kind: 'http', exit: null }],
    ['a log', { kind: 'log', exit: 0 }],
    ['a question to AWS', { kind: 'aws', exit: null }],
    ['a tool that is missing', { outcome: 'blind', why: 'missing-tool', says: 'there is no ss' }],
    ['a part of an answer', { outcome: 'ok', why: 'cut', says: 'only the end was read' }],
  ])('%s', (_, more) => {
    expect(fits({ ...diagnosed, probes: [{ ...probe, ...more }] }), JSON.stringify(validate.errors)).toBe(true)
  })
})

describe('a report of nothing', () => {
  it('is a page all the same', () => {
    expect(markdown([])).toBe('\n')
    expect(html([])).toContain('<title>triage502</title>')
  })

  it.each<[string, Block, string, string]>([
    ['a list', { kind: 'list', ordered: false, items: [] }, '\n', '<ul></ul>'],
    ['numbers', { kind: 'list', ordered: true, items: [{ text: ['a'], lines: [] }] }, '1. a\n', '<ol><li>a</li></ol>'],
    [
      'a command below an item',
      { kind: 'list', ordered: true, items: [{ text: ['Run:'], lines: ['nginx -t'] }] },
      '1. Run:\n\n   ```text\n   nginx -t\n   ```\n',
      '<ol><li>Run:<pre>nginx -t</pre></li></ol>',
    ],
    [
      'a check',
      { kind: 'checklist', items: [['done?']] },
      '- [ ] done?\n',
      '<ul><li><input type="checkbox"> done?</li></ul>',
    ],
    [
      'a table',
      { kind: 'table', head: ['When', 'What'], rows: [[['02:03'], [{ code: 'a|b' }]]] },
      '| When | What |\n| --- | --- |\n| 02:03 | `a\\|b` |\n',
      '<table><thead><tr><th>When</th><th>What</th></tr></thead><tbody><tr><td>02:03</td><td><code>a|b</code></td></tr></tbody></table>',
    ],
    [
      'lines with fences in them',
      { kind: 'lines', lines: ['```', 'x'] },
      '````text\n```\nx\n````\n',
      '<pre>```\nx</pre>',
    ],
    [
      'strong text',
      { kind: 'paragraph', text: ['so ', { strong: 'sure' }] },
      'so **sure**\n',
      '<p>so <strong>sure</strong></p>',
    ],
    ['code that is a backtick', { kind: 'paragraph', text: [{ code: '`' }] }, '`` ` ``\n', '<p><code>`</code></p>'],
  ])('%s', (_, block, inMarkdown, inHtml) => {
    expect(markdown([block])).toBe(inMarkdown)
    expect(html([block])).toContain(`<body>\n${inHtml}\n</body>`)
  })
})
