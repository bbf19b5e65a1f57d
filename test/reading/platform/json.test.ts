import { describe, expect, it } from 'vitest'
import { keepingFields, printed, timeOf } from '../../../src/reading/platform/json.ts'

describe('what a client printed', () => {
  it.each<[says: string, out: string, items: number, whole: boolean]>([
    ['a list', '[{"a":1},{"a":2}]', 2, true],
    ['an empty list is all there is', '[]', 0, true],
    ['one object', '{"a":1}', 1, true],
    ['an object a line', '{"a":1}\n{"a":2}\n', 2, true],
    ['words in front of it', 'Update available 0.2 -> 0.3\n[{"a":1}]\n', 1, true],
    ['a list that was cut', '[{"a":1},{"a"', 0, false],
    ['lines of which the last was cut', '{"a":1}\n{"a"', 1, false],
    ['lines with words between them', '{"a":1}\nretrying\n{"a":2}', 2, false],
    ['no JSON at all', 'Error: app not found', 0, false],
    ['nothing', '', 0, false],
    ['what is no object is left out', '[1,"x",{"a":1}]', 1, true],
  ])('%s', (_, out, items, whole) => {
    expect(printed(out)).toMatchObject({ whole })
    expect(printed(out).items).toHaveLength(items)
  })

  it('takes a bounded number, in little time', () => {
    const many = JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ i })))
    expect(printed(many).items).toHaveLength(2000)
    expect(printed(many).whole).toBe(false)
    expect(printed('['.repeat(100_000))).toEqual({ items: [], whole: false })
  })
})

describe('an allow-list', () => {
  const keep = keepingFields({ name: true, config: { port: true }, events: { type: true } })

  it('lets nothing else through, at any depth', () => {
    const out = JSON.stringify([
      { name: 'shop', token: 'x', config: { port: 80, env: { KEY: 'x' } }, events: [{ type: 'exit', secret: 'x' }] },
    ])
    expect(keep(out).out).toBe('[{"name":"shop","config":{"port":80},"events":[{"type":"exit"}]}]')
    expect(keep(out).leftOut).not.toBe('')
  })

  it('keeps an error’s words, bounded', () => {
    expect(keep('Error: not logged in\n')).toEqual({ out: 'Error: not logged in\n', leftOut: '' })
    expect(keep('x'.repeat(9000)).out).toHaveLength(4000)
  })

  it('what did not end is not made whole', () => {
    expect(printed(keep('{"name":"a"}\n{"name"').out)).toEqual({ items: [{ name: 'a' }], whole: false })
    expect(printed(keep('[]').out)).toEqual({ items: [], whole: true })
  })
})

describe('times', () => {
  it.each([
    ['2026-11-21T02:00:00Z', '2026-11-21T02:00:00.000Z'],
    [1_700_000_000_000, '2023-11-14T22:13:20.000Z'],
    ['yesterday', '1970-01-01T00:00:00.000Z'],
    [undefined, '1970-01-01T00:00:00.000Z'],
    [Number.MAX_VALUE, '1970-01-01T00:00:00.000Z'],
  ])('%s', (given, expected) => {
    expect(timeOf(given).toISOString()).toBe(expected)
  })
})
