import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Library } from '../../src/flow/types.ts'
import { type Articles, coverage, isMissing } from './coverage.ts'

const root = join(import.meta.dirname, '../..')
const articles = parse(readFileSync(join(root, 'test/seeds/articles.yaml'), 'utf8')) as Articles
const library = JSON.parse(readFileSync(join(root, 'dist/flows.json'), 'utf8')) as Library
const ids = articles.items.map(({ id }) => id)

describe('the list of what the articles say', () => {
  it('names each item once', () => {
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('knows every item that a verdict or a remedy names', () => {
    const verdicts = Object.values(library.nodes).flatMap((node) => (node.kind === 'verdict' ? node.sources : []))
    const named = [...verdicts, ...Object.values(library.remedies).flatMap(({ sources }) => sources)]
    expect([...new Set(named)].filter((id) => !ids.includes(id))).toEqual([])
  })

  it('knows every correction that an item names, and each is named', () => {
    const named = articles.items.flatMap(({ corrected = [] }) => corrected)
    expect([...new Set(named)].sort()).toEqual(articles.corrections.map(({ id }) => id).sort())
  })

  it('names only carriers that are there', () => {
    const unknown = coverage(articles, library).flatMap(({ item, unknown }) =>
      unknown.map((one) => `${item.id}: ${one}`),
    )
    expect(unknown).toEqual([])
  })
})

describe('coverage', () => {
  const item = { id: 'S0-01', kind: 'step', says: 'look' }
  const of = (more: object) => coverage({ items: [{ ...item, ...more }], corrections: [] }, library)[0]

  it('an item that nobody carries is missing', () => {
    const nobody = { nodes: {}, remedies: {}, glossary: [], signatures: [], fingerprints: [] } as unknown as Library
    const [alone] = coverage({ items: [item], corrections: [] }, nobody)
    expect(alone && isMissing(alone)).toBe(true)
  })

  it('a carrier that is not there carries nothing', () => {
    expect(of({ id: 'X', carried: ['no/where'] })).toMatchObject({ by: [], unknown: ['no/where'] })
  })

  it('nodes, words, signatures and fingerprints carry', () => {
    const carried = ['locate/response', 'term:502', 'signature:connect-refused', 'fingerprint:nginx-page']
    expect(of({ id: 'X', carried })?.by).toEqual(carried)
  })

  it('what is left on purpose is not missing', () => {
    const left = of({ id: 'X', left: 'it is no fact' })
    expect(left && isMissing(left)).toBe(false)
  })
})
