import { describe, expect, it } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { CAUSES, SHAPES } from '../../src/words/vocabulary.ts'
import { loadWith, told } from './support.ts'

const library = loadShipped()

describe('what to look at next', () => {
  it.each([...SHAPES, ...CAUSES])('is said for %s', (what) => {
    expect(library.next[what]?.say.length).toBeGreaterThan(20)
  })

  it.each(Object.values(library.next))('$for: a plain sentence of one or two lines', ({ say }) => {
    expect(say).toMatch(/^[A-Z`].*[.?]$/s)
    expect(say.length).toBeLessThan(200)
  })

  it('is known for every signature that tells of trouble', () => {
    const without = library.signatures.filter(({ shape, cause, next }) => {
      const about = cause ?? (shape === 'none' ? undefined : shape)
      return about !== undefined && next === undefined && library.next[about] === undefined
    })
    expect(without.map(({ id }) => id)).toEqual([])
  })
})

describe('a mistake in next.yaml is told', () => {
  const next = (...lines: string[]) =>
    told(loadWith({ 'next.yaml': `next:\n${lines.map((l) => `  - ${l}\n`).join('')}` }))

  it('nothing of what is well', () => {
    expect(next('{ for: slow, say: Look. }', '{ for: oom-killed, say: Look., node: locate/look }')).toEqual([])
  })

  it('a node that is not there', () => {
    expect(next('{ for: slow, say: Look., node: locate/lok }')).toEqual([
      'flows/next.yaml:2:36 there is no node "locate/lok" | did you mean "locate/look"?',
    ])
    expect(next('{ for: slow, say: Look., node: nowhere/at-all-like-that }')).toEqual([
      'flows/next.yaml:2:36 there is no node "nowhere/at-all-like-that" | name it flow/node',
    ])
  })

  it('a word that is no shape and no cause', () => {
    expect(next('{ for: slowly, say: Look. }')[0]).toContain('flows/next.yaml:2:12 "slowly" cannot be "for"')
  })

  it('two entries for one word', () => {
    expect(next('{ for: slow, say: Look. }', '{ for: slow, say: Again. }')).toEqual([
      'flows/next.yaml:3:12 entry "slow" is already in flows/next.yaml:2 | rename or remove one of the two',
    ])
  })
})
