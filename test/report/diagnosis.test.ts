import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { composeDiagnosis, errorDocument, exitCodeOf } from '../../src/report/diagnosis.ts'
import { hopsOf } from '../../src/report/hops.ts'
import { jsonText } from '../../src/report/json-text.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import * as vocabulary from '../../src/words/vocabulary.ts'
import { capture, found, session } from '../guide/make.ts'
import {
  CUT_OFF,
  DIAGNOSED,
  diagnosisOf,
  HEALTHY,
  INCONCLUSIVE,
  judged,
  LANGUAGE,
  LIBRARY,
  learned,
  RECOVERED,
  SUSPECTED,
} from './incident.ts'

describe('the diagnosis document', () => {
  it('says what it is, where, and how sure', () => {
    const { outcome, state, ended, verdict } = diagnosisOf(DIAGNOSED)
    expect({ outcome, state, ended }).toEqual({ outcome: 'diagnosed', state: 'failing', ended: 'complete' })
    expect(verdict).toMatchObject({
      id: 'nginx/wrong-port',
      bornAt: 'proxy',
      place: 'proxy',
      sides: ['proxy', 'app'],
      shape: 'unreachable',
      cause: 'wrong-port',
      says: 'The app listens on 3001; nginx sends to 23099',
      confidence: 'confirmed',
      findings: [2, 3],
    })
    expect(verdict).not.toHaveProperty('was')
  })

  it('tells what to do with the facts filled in, each hole inside its own argument', () => {
    expect(diagnosisOf(DIAGNOSED).verdict?.fix).toEqual([
      { say: 'Point proxy_pass at 3001' },
      { say: 'Load the new configuration', run: ['systemctl', 'reload', 'nginx'], effect: 'changes' },
      { run: ['ss', '-ltn', 'sport = :3001'], effect: 'reads' },
    ])
  })

  it('names the checks by their question and the remedies by what they say', () => {
    const { verdict } = diagnosisOf(DIAGNOSED)
    expect(verdict?.verify).toEqual([{ id: 'app/direct', says: 'Does the app answer on 23099?' }])
    expect(verdict?.prevent).toEqual([
      { id: 'pin-the-port', says: 'Keep the port in one place' },
      { id: 'unknown-remedy', says: 'unknown-remedy' },
    ])
  })

  it('says what our own request got, and where it was sent on', () => {
    expect(diagnosisOf(DIAGNOSED).answer).toEqual({
      status: 502,
      class: 'gateway-error',
      redirects: ['http://shop.example/refused'],
    })
    expect(diagnosisOf([]).answer).toBeNull()
    expect(diagnosisOf([learned('answer.class', 'no-answer')]).answer).toEqual({
      status: 0,
      class: 'no-answer',
      redirects: [],
    })
  })

  it('tells where each fact came from', () => {
    const { facts } = diagnosisOf(DIAGNOSED)
    expect(facts['upstream.port']).toEqual({ value: 23099, from: 2 })
    expect(facts['upstream.host']).toEqual({ value: 'localhost', from: 'flag' })
  })

  it('lists what was ruled out, what stayed dark, and what this account cannot see', () => {
    const document = diagnosisOf(DIAGNOSED)
    expect(document.ruledOut).toEqual([
      { cause: 'process-down', because: 3 },
      { cause: 'socket-missing', because: 3 },
    ])
    expect(document.blindSpots).toEqual([
      {
        probe: 3,
        node: 'resources/oom',
        why: 'no-permission',
        says: 'dmesg needs root: OOM kills were not looked for',
      },
    ])
    expect(document.sight).toEqual({ kernelLog: 'no-permission' })
  })

  it('tells when it began and what changed before, to the millisecond', () => {
    expect(diagnosisOf(DIAGNOSED).onset).toEqual({
      firstError: '2026-11-21T02:01:12.000Z',
      lastChange: { what: 'shop.service started', at: '2026-11-21T02:01:10.500Z' },
      changes: [],
    })
    expect(diagnosisOf([]).onset).toEqual({ firstError: null, lastChange: null, changes: [] })
  })

  it('numbers findings and the probes they rest on', () => {
    const { findings, probes } = diagnosisOf(DIAGNOSED)
    expect(findings.map(({ n, node, branch, probe }) => [n, `${node}.${branch}`, probe])).toEqual([
      [1, 'locate/response.made-by-nginx', 1],
      [2, 'nginx/error-log.refused', 2],
      [3, 'app/listening.elsewhere', 3],
    ])
    expect(probes.map(({ n, kind, exit, ms, outcome }) => [n, kind, exit, ms, outcome])).toEqual([
      [1, 'http', 0, 4, 'ok'],
      [2, 'log', 0, 31, 'ok'],
      [3, 'run', 0, 12, 'ok'],
    ])
    expect(probes.every(({ effect, argv }) => effect === 'reads' && argv.length > 0)).toBe(true)
  })

  it('calls the tool’s own looks a run, with the command that is the same', () => {
    const look: SessionEvent[] = [
      {
        type: 'probe.started',
        n: 1,
        node: 'a/b',
        request: { kind: 'look', name: 'listeners', args: {}, at: 'proxy', read: 'x', timeoutMs: 1 },
      },
      { type: 'probe.finished', n: 1, node: 'a/b', capture: capture('', { kind: 'look', argv: ['ss', '-ltnp'] }) },
    ]
    expect(diagnosisOf(look).probes[0]).toMatchObject({ kind: 'run', argv: ['ss', '-ltnp'] })
  })

  it('tells a probe that never finished, and one that saw only a part', () => {
    const [unfinished] = diagnosisOf(INCONCLUSIVE).probes.slice(1)
    expect(unfinished).toMatchObject({ outcome: 'blind', why: 'timed-out', exit: null, argv: ['ss', '-ltnpH'] })
    const partly: SessionEvent[] = DIAGNOSED.map((event) =>
      event.type === 'probe.finished' && event.n === 3
        ? { ...event, capture: { ...event.capture, why: 'no-permission', says: 'half of it' } }
        : event,
    )
    expect(diagnosisOf(partly).probes[2]).toMatchObject({ outcome: 'ok', why: 'no-permission', says: 'half of it' })
  })

  it('says what is over, and what it was', () => {
    const { outcome, state, verdict } = diagnosisOf(RECOVERED)
    expect({ outcome, state }).toEqual({ outcome: 'diagnosed', state: 'recovered' })
    expect(verdict?.was).toEqual({ cause: 'process-down', confidence: 'reported' })
  })

  it('has no verdict where there is none', () => {
    expect(diagnosisOf(INCONCLUSIVE)).toMatchObject({
      outcome: 'inconclusive',
      verdict: null,
      openQuestions: [{ node: 'locate/which', says: 'Which proxy stands in front?' }],
    })
    expect(diagnosisOf(HEALTHY)).toMatchObject({ outcome: 'healthy', state: 'well', verdict: null })
  })

  it('is only suspected on a person’s word, with what else it may be', () => {
    const { outcome, verdict, alternatives } = diagnosisOf(SUSPECTED)
    expect([outcome, verdict?.confidence]).toEqual(['suspected', 'reported'])
    expect(alternatives.map(({ cause }) => cause)).toContain('socket-missing')
  })

  it('is interrupted as long as it has no end', () => {
    const document = diagnosisOf(DIAGNOSED.slice(0, -1))
    expect(document.ended).toBe('interrupted')
    expect(document.endedAt).toBe(judged(DIAGNOSED.slice(0, -1)).session.lastAt)
    expect(diagnosisOf(CUT_OFF).ended).toBe('budget')
  })

  it('leaves the session as it was', () => {
    const held = session(...DIAGNOSED)
    const before = JSON.stringify({ ...held, facts: [...held.facts] })
    composeDiagnosis(held, judged(DIAGNOSED).judged, LIBRARY, LANGUAGE)
    expect(JSON.stringify({ ...held, facts: [...held.facts] })).toBe(before)
  })
})

describe('the hops', () => {
  const hops = (...hops: vocabulary.Hop[][]) =>
    hopsOf(session(...hops.map((list, at) => found('a/b.c', at + 1, { hops: list }))).findings)
  const nginx = { kind: 'proxy', vendor: 'nginx', role: 'made' } as const
  const cloudflare = { kind: 'cdn', vendor: 'cloudflare', role: 'passed' } as const

  it('stand from the outside in, each with the finding that shows it', () => {
    expect(hops([nginx], [cloudflare])).toEqual([
      { ...cloudflare, because: 2 },
      { ...nginx, because: 1 },
    ])
  })

  it('have one maker: the one named last', () => {
    expect(hops([{ ...cloudflare, role: 'made' }], [nginx])).toEqual([{ ...nginx, because: 2 }])
  })

  it('are overridden by what later findings know of the same hop', () => {
    expect(hops([nginx], [{ ...nginx, role: 'passed' }])).toEqual([{ ...nginx, role: 'passed', because: 2 }])
    expect(hops([{ ...nginx, vendor: '', role: 'passed' }], [nginx])).toEqual([{ ...nginx, because: 2 }])
  })

  it('may be two of a kind', () => {
    expect(hops([nginx, { ...nginx, vendor: 'haproxy', role: 'passed' }])).toHaveLength(2)
  })
})

describe('the exit code', () => {
  it.each([
    ['healthy', 'complete', false, 0],
    ['diagnosed', 'complete', false, 3],
    ['suspected', 'complete', false, 4],
    ['inconclusive', 'complete', false, 4],
    ['diagnosed', 'complete', true, 0],
    ['inconclusive', 'complete', true, 0],
    ['diagnosed', 'budget', false, 124],
    ['diagnosed', 'budget', true, 124],
    ['healthy', 'interrupted', true, 130],
  ] as const)('of %s, %s, exit-zero %s is %i', (outcome, ended, zero, code) => {
    expect(exitCodeOf(outcome, ended, zero)).toBe(code)
  })
})

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/diagnosis.schema.json'), 'utf8'))
  const compile = (from: object) =>
    new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(from)
  const all = { DIAGNOSED, SUSPECTED, INCONCLUSIVE, HEALTHY, RECOVERED, CUT_OFF, nothing: [] as SessionEvent[] }
  const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value))

  it.each(Object.keys(all) as (keyof typeof all)[])('accepts what is composed: %s', (name) => {
    const validate = compile(schema)
    expect(validate(plain(diagnosisOf(all[name]))), JSON.stringify(validate.errors)).toBe(true)
  })

  it.each(Object.keys(all) as (keyof typeof all)[])('names every field that is there: %s', (name) => {
    const validate = compile(closed(schema))
    expect(validate(plain(diagnosisOf(all[name]))), JSON.stringify(validate.errors)).toBe(true)
  })

  it('accepts the error document', () => {
    const validate = compile(closed(schema))
    expect(validate(plain(errorDocument('there is no option --jsn', 'Did you mean --json?')))).toBe(true)
  })

  it.each(['outcome', 'verdict', 'probes', 'startedAt', 'hops'])('refuses a document without %s', (field) => {
    const { [field]: _, ...rest } = plain(diagnosisOf(DIAGNOSED))
    expect(compile(schema)(rest)).toBe(false)
  })

  it('refuses words that are not in the vocabulary and times that are not UTC', () => {
    const document = plain(diagnosisOf(DIAGNOSED))
    expect(compile(schema)({ ...document, outcome: 'solved' })).toBe(false)
    expect(compile(schema)({ ...document, startedAt: '2026-11-21T02:03:00+01:00' })).toBe(false)
  })

  it('allows fields that a later version adds', () => {
    expect(compile(schema)({ ...plain(diagnosisOf(DIAGNOSED)), mood: 'calm' })).toBe(true)
  })

  it('has the words of the vocabulary', () => {
    const { cause, place, confidence, blindReason, verdict, diagnosis } = schema.$defs
    expect(cause.enum).toEqual([...vocabulary.CAUSES])
    expect(place.enum).toEqual([...vocabulary.PLACES])
    expect(confidence.enum).toEqual([...vocabulary.CONFIDENCES])
    expect(blindReason.enum).toEqual([...vocabulary.BLIND_REASONS])
    expect(verdict.properties.shape.enum).toEqual([...vocabulary.SHAPES])
    expect(diagnosis.properties.answer.anyOf[1].properties.class.enum).toEqual([...vocabulary.ANSWER_CLASSES])
  })
})

describe('JSON on a terminal', () => {
  it('is the same value, with nothing a terminal obeys in it', () => {
    const value = { says: 'a\u009b31mred\u202eb\u001b[0m\u007f' }
    const text = jsonText(value)
    expect(JSON.parse(text)).toEqual(value)
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})

/** The schema with every object closed to fields it does not name: what the program itself must not exceed. */
function closed(schema: unknown): Record<string, unknown> {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close)
    if (typeof value !== 'object' || value === null) return value
    const made = Object.fromEntries(Object.entries(value).map(([key, held]) => [key, close(held)]))
    const isObject = made.type === 'object' && 'properties' in made
    return isObject && !('additionalProperties' in made) ? { ...made, additionalProperties: false } : made
  }
  return Object(close(schema))
}
