import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '../../src/reading/fingerprints.ts'
import { fitting, headOf, SHIPPED_FINGERPRINTS } from '../reading/fingerprints/shipped.ts'
import { answered, exchange } from './http.ts'
import { destination } from './looks.ts'
import { Person } from './person.ts'
import { onPlatform } from './platforms.ts'
import { SHIPPED } from './world.ts'

// A page that was made far away, where nothing can be looked at from here: its own words are all that is known.

const FAR = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)

/** The URL leads to another machine, and it answers with this; no client of a platform is here. */
function answering(raw: string) {
  const { status, body } = headOf(raw)
  const request = exchange({ ...answered(status, body), out: raw })
  return onPlatform(null, {}, { url: 'https://shop.example.com/', request, parts: { destination: FAR } })
}

const TELLING = SHIPPED_FINGERPRINTS.filter(
  ({ role, cause, vendor }) => role === 'made' && cause && vendor !== 'aws-alb',
)
/** What a page of the visitor's own side says is about the way, not about the site. */
const about = (fingerprint: Fingerprint) => headOf(fingerprint.example).status >= 500

describe('a page that says why', () => {
  it.each(TELLING.filter(about))('$id: likely, never sure', async (fingerprint) => {
    const { verdict } = await answering(fingerprint.example)
    expect(verdict).toMatchObject({ cause: fingerprint.cause, confidence: 'likely', bornAt: fingerprint.kind })
    expect(verdict?.id).toMatch(/^far\//)
    if (fingerprint.shape) expect(verdict?.shape).toBe(fingerprint.shape)
  })

  it('reaches every verdict of the flow', () => {
    const causes = new Set(TELLING.map(({ cause }) => cause))
    const verdicts = Object.values(SHIPPED.library.nodes).filter(
      ({ id, kind }) => kind === 'verdict' && id.startsWith('far/'),
    )
    expect(verdicts.length).toBeGreaterThanOrEqual(20)
    expect(verdicts.filter((node) => node.kind === 'verdict' && !causes.has(node.cause))).toEqual([])
  })
})

describe('a page that says no cause', () => {
  const silent = SHIPPED_FINGERPRINTS.filter(
    ({ role, cause, means, vendor, kind, example }) =>
      role === 'made' &&
      means &&
      !cause &&
      !['aws-alb', 'nginx', 'openresty'].includes(vendor) &&
      kind !== 'visitor' &&
      fitting(example).every((each) => !each.cause),
  )

  it.each(silent.filter(about))('$id: nothing is concluded of it', async ({ example }) => {
    const { verdict, path } = await answering(example)
    expect(verdict).toBeNull()
    const said = path.filter((step) => step.startsWith('far/'))
    // A platform of which we know no client is asked about first.
    if (!path.some((step) => step.startsWith('platform/kind')))
      expect(said.at(-1)).toMatch(/^far\/said\.(?:platform-)?words$/)
    else expect(said).toEqual([])
  })
})

describe('the verdict', () => {
  const example = (id: string) => SHIPPED_FINGERPRINTS.find((each) => each.id === id)?.example ?? ''

  it.each([
    ['cloudflare-521', 'far/refused', 'proxy', 'The origin refused the connection'],
    ['cloudflare-522', 'far/dropped', 'proxy', '19 s'],
    ['cloudflare-523', 'far/no-way', 'cdn', 'no way'],
    ['cloudflare-524', 'far/slow', 'app', 'did not answer in time'],
    ['cloudflare-525', 'far/handshake', 'proxy', 'TLS handshake'],
    ['cloudflare-526', 'far/certificate', 'proxy', 'certificate'],
    ['cloudflare-1016-page', 'far/name', 'cdn', 'does not resolve'],
    ['cloudflare-1033-page', 'far/tunnel', 'proxy', 'cloudflared'],
    ['cloudfront-name', 'far/name', 'cdn', 'does not resolve'],
    ['fastly-first-byte', 'far/slow', 'app', '15 s'],
    ['vercel-function-timeout', 'far/slow', 'app', 'maxDuration'],
    ['railway-no-answer', 'far/away', 'app', '127.0.0.1'],
    ['puma-500', 'far/application', 'app', 'exception'],
  ])('%s: %s, with what the page says', async (id, verdict, place, words) => {
    const told = await answering(example(id))
    expect(told.verdict).toMatchObject({ id: verdict, place })
    expect(told.verdict?.says).toContain(words)
  })

  it('of a pasted page, by somebody without any access', () => {
    const person = new Person()
      .until('locate/response')
      .paste(
        'Web server is down\nError code 521\nCloudflare Ray ID: 8f2a1b3c4d5e6f70\nPerformance & security by Cloudflare\n',
      )
    expect(person.conclusion.verdict).toMatchObject({
      id: 'far/refused',
      cause: 'proxy-down',
      place: 'proxy',
      bornAt: 'cdn',
      confidence: 'likely',
    })
  })

  it('of a 502 of Cloudflare’s is none: the server behind answered so', async () => {
    expect((await answering(example('cloudflare-502-page'))).verdict).toBeNull()
  })
})
