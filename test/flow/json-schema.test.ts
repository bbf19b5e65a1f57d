import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FIXTURES, readFiles } from './support.ts'

const SCHEMAS = fileURLToPath(new URL('../../schema', import.meta.url))
const SHIPPED = fileURLToPath(new URL('../../flows', import.meta.url))
const ajv = new Ajv2020({ strict: false })
const compiled = (name: string) => ajv.compile(JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8')))
const CHECKS = Object.fromEntries(
  [
    'flow',
    'facts',
    'fingerprints',
    'signatures',
    'next',
    'remedies',
    'steps',
    'timeouts',
    'commands',
    'glossary',
    'uncovered',
  ].map((name) => [name, compiled(name)]),
)

/** Which schema an editor holds a file to. */
function schemaFor(file: string): string {
  const folder = file.split('/')[0] ?? ''
  if (file.includes('/') && folder in CHECKS) return folder
  const name = file.replace('.yaml', '')
  return name in CHECKS ? name : 'flow'
}

const fits = (schema: string, text: string): boolean => CHECKS[schema]?.(parse(text)) === true

describe('an editor that knows the schema accepts what is shipped', () => {
  test.each(Object.entries(readFiles(SHIPPED)))('%s', (file, text) => {
    expect(fits(schemaFor(file), text)).toBe(true)
  })

  test.each(Object.entries(readFiles(join(FIXTURES, 'base'))))('base: %s', (file, text) => {
    expect(fits(schemaFor(file), text)).toBe(true)
  })
})

describe('and marks what the loader refuses by its form', () => {
  const broken = join(FIXTURES, 'broken')
  const named = readdirSync(broken).filter((name) =>
    /^unknown-key-|^missing-|^bad-|^no-(timeout|blind|fix|proof|reader)/.test(name),
  )

  test.each(named)('%s', (name) => {
    expect(fits('flow', readFileSync(join(broken, name), 'utf8'))).toBe(false)
  })

  test('there are such files', () => {
    expect(named.length).toBeGreaterThan(8)
  })
})

describe('a small flow', () => {
  const flow = (node: string) => `flow: a\ntitle: t\nstart: b\nnodes:\n  b: ${node}\n`
  const probe = (spec: string) =>
    flow(
      `{ title: q, probe: { ${spec}, at: here, read: text, timeout: 5s }, branches: [{ id: x, go: c }], blind: { go: c } }`,
    )

  test.each([
    ['a run', probe('run: ss')],
    ['alternatives', probe('run: ss, else: [lsof], otherwise: listeners')],
    ['a request', probe('http: "http://h/", times: 3, via: { host: url.host }')],
    ['a log', probe('log: a.b, writer: a.c')],
    ['a look', probe('look: x, with: { a: "a.b?" }, set: { n: 1 }')],
    ['an end', flow('{ end: healthy, says: s }')],
    ['a fork', flow('{ fork: [{ id: x, go: back }] }')],
    ['a question', flow('{ ask: q, why: w, options: [{ id: x, label: l, go: c/d }] }')],
  ])('may hold %s', (_, text) => {
    expect(fits('flow', text)).toBe(true)
  })

  test.each([
    ['two ways to look', probe('run: ss, log: a.b')],
    ['no way to look', probe('leaks: true')],
    ['an unknown vantage', probe('run: ss').replace('at: here', 'at: there')],
    ['a duration in words', probe('run: ss').replace('5s', 'soon')],
    ['an argument that is no fact', probe('look: x, with: { a: B }')],
    ['too many times', probe('http: "http://h/", times: 21')],
    ['an end of another kind', flow('{ end: dead, says: s }')],
    ['a branch with a label', flow('{ fork: [{ id: x, label: l, go: c }] }')],
    ['an option without one', flow('{ ask: q, why: w, options: [{ id: x, go: c }] }')],
    ['no options', flow('{ ask: q, why: w, options: [] }')],
    ['a cause nobody knows', flow('{ fork: [{ id: x, suspects: [gremlins], go: c }] }')],
    ['a name with capitals', flow('{ fork: [{ id: X, go: c }] }')],
    ['a path as a target', flow('{ fork: [{ id: x, go: ../c }] }')],
  ])('may not hold %s', (_, text) => {
    expect(fits('flow', text)).toBe(false)
  })
})
