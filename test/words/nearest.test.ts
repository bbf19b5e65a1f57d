import { expect, test } from 'vitest'
import { nearest } from '../../src/words/nearest.ts'

test.each([
  ['whne', ['when', 'why', 'where'], 'when'],
  ['rule-out', ['rules-out', 'suspects'], 'rules-out'],
  ['listner', ['listeners', 'journal'], 'listeners'],
  ['when', ['when'], 'when'],
  ['xyzzy', ['when', 'go'], null],
  ['go', [], null],
  ['a', ['bcd'], null],
])('%s among %j: %s', (word, words, expected) => {
  expect(nearest(word, words)).toBe(expected)
})
