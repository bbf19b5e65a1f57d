import { describe, expect, it } from 'vitest'
import { asked } from './alone.ts'
import { readOptions } from './options.ts'

describe('what a case in namespaces is told', () => {
  it('is short, however many cases there are', () => {
    const all = readOptions([], new Set())
    expect(all.cases.length).toBeGreaterThan(500)
    expect(asked(all)).toBe('{"record":false,"baseline":true}')
    expect(asked({ record: true, baseline: false })).toBe('{"record":true,"baseline":false}')
  })
})
