import { describe, expect, it } from 'vitest'
import { changesReader } from '../../../src/reading/machine/changes.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER } from '../../../src/words/value.ts'
import { context, looked, NOW } from '../process/support.ts'

const at = (stamp: string) => new Date(`2026-11-21T${stamp}Z`)
const change = (stamp: string, kind: string, what: string): JsonObject => ({ at_ms: at(stamp).getTime(), kind, what })
const FOUND: JsonObject = {
  whole: true,
  unread: [],
  changes: [
    change('02:03:10.500', 'unit-start', 'shop.service started'),
    change('03:59:00.000', 'process-start', 'nginx (pid 7) started'),
    change('01:00:00.000', 'config', '/etc/nginx/sites-enabled/shop changed'),
  ],
}
const read = (raw: JsonObject, facts = {}) => changesReader.read(looked(raw), context(facts))

describe('changes', () => {
  it('come latest first', () => {
    expect(read(FOUND).value.changes.map((entry) => entry.kind)).toEqual(['process-start', 'unit-start', 'config'])
  })

  it('the last one before the first error is found', () => {
    expect(read(FOUND, { 'onset.first_error': at('02:03:12.000') }).value).toMatchObject({
      complete: true,
      found: true,
      last_at: at('02:03:10.500'),
      last_what: 'shop.service started',
      last_kind: 'unit-start',
      seconds_before: 1n,
    })
  })

  it('a change in the very second of the error counts, one after it does not', () => {
    expect(read(FOUND, { 'onset.first_error': at('02:03:10.000') }).value).toMatchObject({
      last_kind: 'unit-start',
      seconds_before: 0n,
    })
    expect(read(FOUND, { 'onset.first_error': at('02:03:09.000') }).value.last_kind).toBe('config')
  })

  it('before now, when no error is known', () => {
    expect(read(FOUND).value).toMatchObject({ last_kind: 'process-start', seconds_before: 60n })
    expect(NOW).toEqual(at('04:00:00.000'))
  })

  it('none is found where there is none', () => {
    expect(read({ ...FOUND, changes: [] }).value).toMatchObject({
      complete: true,
      found: false,
      last_at: NEVER,
      seconds_before: 0n,
    })
  })

  it('are not all when a source could not be read', () => {
    const { value, dark } = read({ ...FOUND, unread: ['/etc/nginx/secret.conf'] })
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toBe('/etc/nginx/secret.conf could not be read for changes')
  })
})
