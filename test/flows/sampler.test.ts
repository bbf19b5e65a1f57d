import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { type Answer, answered, nginxPage, samples } from './http.ts'
import { blind, destination } from './looks.ts'
import { diagnose } from './world.ts'

const [A, B] = ['203.0.113.9', '203.0.113.10']
const FAR = destination({ addresses: [A, B], local: false, listening: false }, null)

/** Every second request fails; with each answer more is kept of who gave it. */
function turns(more: (at: number) => JsonObject, failing = nginxPage(502)): Exclude<Answer, Capture> {
  const answer = samples(answered(200), failing, answered(200), failing)
  return (request) => {
    const capture = typeof answer === 'function' ? answer(request) : answer
    const list = Array.isArray(capture.meta.samples) ? capture.meta.samples : []
    const told = list.map((each, at) => ({ ...(each as JsonObject), ...more(at) }))
    return { ...capture, meta: { ...capture.meta, samples: told } }
  }
}

const door = (at: number): JsonObject => ({ door: at % 2 === 0 ? A : B })
const header = (name: string, well: string, failed: string) => (at: number) => ({
  marks: [{ name, value: at % 2 === 0 ? well : failed }],
})

describe('a name with two addresses', () => {
  it('of which one answers with an error: that one is named, and how to ask it alone', async () => {
    const seen = await diagnose({ destination: FAR, samples: turns(door) })
    expect(seen.path).toContain('sampler/begin.address')
    expect(seen.end).toMatchObject({ node: 'sampler/address-sick', outcome: 'inconclusive', state: 'intermittent' })
    expect(seen.end?.says).toContain(`2 of 4 failed, all of them by ${B}; 2 of 4 were answered well, all by ${A}`)
    expect(seen.end?.says).toContain(`--resolve shop.example.com:80:${B}`)
  })
})

describe('one upstream that fails now and then', () => {
  it('where one of several servers names itself on each error: it is likely that one', async () => {
    const failing = turns(header('x-served-by', 'app-1', 'app-2'), answered(500))
    const seen = await diagnose({ samples: failing })
    expect(seen.short).toBe('app-error likely')
    expect(seen.at('sampler/begin')).toMatchObject({
      branch: 'endpoint',
      says: '2 of 4 failed, all of them by app-2 (x-served-by); 2 of 4 were answered well, all by app-1',
    })
  })

  it('where that may be the gateway’s own header on its own error: it is named, and nobody is blamed', async () => {
    const seen = await diagnose({ samples: turns(header('x-served-by', 'app-1', 'app-2')) })
    expect(seen.short).toBe('sampler/endpoint-sick')
  })

  it('where only what a cache does not hold fails: so it is told', async () => {
    const seen = await diagnose({ samples: turns(header('x-cache', 'HIT', 'MISS')) })
    expect(seen.short).toBe('sampler/cache-hides')
  })

  it('where only the program differs: that proves nothing', async () => {
    const seen = await diagnose({ samples: turns(header('server', 'a', 'b')) })
    expect(seen.short).toBe('sampler/counted')
  })

  it('is not counted where requests are not wanted', async () => {
    const seen = await diagnose({ samples: blind('declined') })
    expect(seen.path.filter((step) => step.startsWith('sampler/'))).toEqual([])
  })
})
