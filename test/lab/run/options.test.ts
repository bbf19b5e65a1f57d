import { describe, expect, it } from 'vitest'
import { CASES, isBoxed, THEMES } from '../cases.ts'
import { readOptions } from './options.ts'

const names = (argv: string[], recorded: string[] = []) =>
  readOptions(argv, new Set(recorded)).cases.map(({ name }) => name)

describe('which cases are run', () => {
  it('all of them, and then all aims bind', () => {
    expect(readOptions([], new Set())).toMatchObject({ partial: false, record: false })
    expect(readOptions([], new Set()).jobs).toBeLessThanOrEqual(4)
    expect(readOptions(['--record'], new Set()).jobs).toBe(2)
    expect(names([])).toEqual(CASES.map(({ name }) => name))
  })

  it('a name means itself alone, where others begin with it too', () => {
    expect(names(['--case', 'recovered'])).toEqual(['recovered'])
    expect(names(['--case', 'app-error'])).toEqual(['app-error'])
  })

  it('a theme, and the beginning of names; as many as are said', () => {
    expect(names(['--case', 'names'])).toEqual(THEMES.names?.map(({ name }) => name))
    expect(names(['--case', 'resolver-'])).toEqual(expect.arrayContaining(['resolver-silent', 'resolver-down']))
    expect(names(['--case', 'healthy', 'tls-sni'])).toEqual(['healthy', 'tls-sni'])
    expect(readOptions(['healthy'], new Set()).partial).toBe(true)
  })

  it('without containers', () => {
    expect(readOptions(['--quick'], new Set()).cases.some(isBoxed)).toBe(false)
  })

  it('those without a recording', () => {
    expect(names(['--missing', '--case', 'healthy', 'tls-sni'], ['healthy'])).toEqual(['tls-sni'])
  })
})

it.each([
  [['--case', 'no-such-thing'], /no case and no theme begins with no-such-thing/],
  [['--jobs', '0'], /--jobs wants a whole number/],
  [['--jobs', 'two'], /--jobs wants a whole number/],
  [['--record', '--twice'], /--record keeps one run/],
  [['--nope'], /nope/],
])('%j is refused with a sentence', (argv, says) => {
  expect(() => readOptions(argv, new Set())).toThrow(says)
})
