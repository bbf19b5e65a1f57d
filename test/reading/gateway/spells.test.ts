import { describe, expect, it } from 'vitest'
import { type Answer, methodOf, spellsOf } from '../../../src/reading/gateway/spells.ts'

/** `.` a good answer, `x` a failure, of one kind of request. */
const told = (text: string, method = 'GET', path = '/checkout'): Answer[] =>
  [...text].map((sign) => ({ method, path, failed: sign === 'x' }))

describe('whether failures come and go', () => {
  it.each<[string, string, number, number]>([
    ['nothing failed', '....', 0, 0],
    ['failures in a row, and then none', '..xxx...', 0, 3],
    ['one good answer in between', 'x.xx..', 1, 2],
    ['the longest run in between counts', 'x.x....x..', 4, 2],
    ['what was before the first failure does not', '.......x..', 0, 2],
    ['no request at all', '', 0, 0],
  ])('%s', (_, text, between, since) => {
    expect(spellsOf(told(text))).toMatchObject({ between, since })
  })

  it.each<[string, string, number]>([
    ['none', '...', 0],
    ['one, however long', '.xxxx..', 1],
    ['one for each that good answers part', 'x.x..xx.', 3],
  ])('how often they began: %s', (_, text, runs) => {
    expect(spellsOf(told(text)).runs).toBe(runs)
  })

  it('counts each kind of request for itself', () => {
    const both = [...told('x'), ...told('....', 'GET', '/'), ...told('x'), ...told('..')]
    expect(spellsOf(both)).toMatchObject({ between: 0, since: 2 })
  })

  it('tells the kind that is least proven', () => {
    expect(spellsOf([...told('x.x......', 'GET', '/a'), ...told('x.....x.', 'GET', '/b')])).toMatchObject({
      between: 5,
      since: 1,
    })
  })
})

describe('the method of a request line', () => {
  it.each([
    ['GET /checkout HTTP/1.1', 'GET'],
    ['\\x16\\x03\\x01', ''],
    ['', ''],
    ['<BADREQ>', ''],
    ['get / HTTP/1.1', ''],
  ])('%j', (request, method) => {
    expect(methodOf(request)).toBe(method)
  })
})

describe('a method that only others use', () => {
  it('is named where nothing of it was answered well since', () => {
    expect(spellsOf([...told('..'), ...told('xx', 'POST'), ...told('....')]).method).toBe('POST')
  })

  it('is not where it was answered well since, or where a GET failed too', () => {
    expect(spellsOf([...told('xx.', 'POST'), ...told('..')]).method).toBe('')
    expect(spellsOf([...told('xx', 'POST'), ...told('x..')]).method).toBe('')
    expect(spellsOf(told('x..')).method).toBe('')
  })

  it('is not a method that the log does not have', () => {
    expect(spellsOf(told('x', '')).method).toBe('')
  })
})

describe('limits', () => {
  it('takes paths without number', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, n): Answer => ({ method: 'GET', path: `/${n}`, failed: n % 2 === 0 }),
    )
    expect(spellsOf(many)).toEqual({ between: 0, since: 0, runs: 1, method: '' })
  })
})
