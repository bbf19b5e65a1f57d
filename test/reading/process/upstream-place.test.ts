import { describe, expect, it } from 'vitest'
import { localAddresses, upstreamPlaceReader } from '../../../src/reading/process/upstream-place.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { context, fixture, looked } from './support.ts'

const PLACE: JsonObject = {
  host: 'app',
  addresses: ['192.0.2.2'],
  unresolved: '',
  error: '',
  interfaces: ['127.0.0.1', '192.0.2.2'],
  interfaces_known: true,
}
const read = (raw: JsonObject) => upstreamPlaceReader.read(looked(raw), context())

describe('where the upstream lies', () => {
  it('is local when every address is on an interface of the proxy’s network', () => {
    expect(read(PLACE).value).toEqual({ complete: true, resolves: true, addresses: ['192.0.2.2'], local: true })
    expect(read({ ...PLACE, addresses: ['127.0.0.2', '::1'] }).value.local).toBe(true)
    expect(read({ ...PLACE, addresses: ['192.0.2.2', '203.0.113.9'] }).value.local).toBe(false)
  })

  it('is nowhere when it has no address', () => {
    expect(read({ ...PLACE, addresses: [], unresolved: 'definite' }).value).toEqual({
      complete: true,
      resolves: false,
      addresses: [],
      local: false,
    })
  })

  it('is not known when the resolver or the interfaces are not', () => {
    expect(read({ ...PLACE, addresses: [], unresolved: 'unsure', error: 'EAI_AGAIN' }).value.complete).toBe(false)
    expect(read({ ...PLACE, interfaces_known: false }).value.complete).toBe(false)
  })
})

it('the kernel’s routing trie tells the local addresses', () => {
  expect(localAddresses(fixture('fib_trie.txt'))).toEqual(['127.0.0.1', '192.0.2.2'])
  expect(localAddresses('/32 host LOCAL\n|-- nothing')).toEqual([])
})
