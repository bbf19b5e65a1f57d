import { describe, expect, it } from 'vitest'
import { Person, pageOf } from './person.ts'
import { SHIPPED } from './world.ts'

// Somebody who has no server to look at: a page or its headers, answers, and an honest end.

const atResponse = () => new Person().until('locate/response')

/** The page pasted where our own request would have been made. */
const pasted = (fingerprint: string) => atResponse().paste(pageOf(fingerprint))

describe('where an error was made', () => {
  it.each([
    ['cloudflare-own-502', 'place/where', 'cdn'],
    ['cloudflare-page', 'place/where', 'cdn'],
    ['cloudfront-own', 'place/where', 'cdn'],
    ['aws-alb-page', 'place/where', 'load-balancer'],
    ['haproxy-503', 'place/where', 'proxy'],
    ['apache-unavailable', 'place/where', 'proxy'],
    ['varnish-page', 'place/where', 'proxy'],
    ['envoy-connect-error', 'place/where', 'proxy'],
    ['squid-error', 'place/where', 'visitor'],
    ['gunicorn-answer', 'place/where', 'app'],
  ])('%s: asked, with what the page says first', (fingerprint, node, place) => {
    const person = pasted(fingerprint).until(node)
    expect(person.session.here).toBe(node)
    const [first, ...others] = person.offered
    expect(first).toBe(`*${place}`)
    expect(others.filter((id) => id.startsWith('*'))).toEqual([])
  })

  it('a page of nobody we know supports nothing', () => {
    const person = atResponse().paste('HTTP/1.1 503 Service Unavailable\n\n<h1>Oops</h1>\n').until('place/where')
    expect(person.offered).toEqual(['visitor', 'cdn', 'load-balancer', 'proxy', 'platform', 'app', 'unsure'])
  })

  it('nginx is not asked about: its log is', () => {
    expect(pasted('nginx-page').session.here).toBe('nginx/error-log')
  })

  it('names what is on the way in the answers', () => {
    const labels = pasted('cloudflare-page')
      .expecting('ask')
      .options.map(({ label }) => label)
    expect(labels[0]).toContain('(cloudflare is on the way)')
  })
})

describe('a person without any access', () => {
  it('is told whom to wake for a CDN’s page, and with which number', () => {
    const person = pasted('cloudflare-own-502').until('place/where').answer('cdn').answer('quiet').answer('unknown')
    person.answer('everything').answer('slow').answer('deploy')
    expect(person.short).toBe('place/wake-cdn')
    expect(person.says).toContain('8f2a1b3c4d5e6f70-FRA')
    expect(person.says).toContain('everything fails')
    expect(person.says).toContain('502')
    expect(person.excluded).toEqual(['vendor-outage'])
    expect(person.conclusion.outcome).toBe('inconclusive')
    expect(person.session.facts.get('onset.change')?.value).toBe('a new version or a changed setting')
  })

  it('a CDN that says itself that it is ill', () => {
    const person = pasted('cloudflare-page').answer('cdn').answer('trouble')
    expect(person.conclusion).toMatchObject({
      outcome: 'suspected',
      verdict: { id: 'place/cdn-outage', cause: 'vendor-outage', place: 'cdn', bornAt: 'cdn', confidence: 'reported' },
    })
  })

  it('a company proxy that only this side has', () => {
    const person = pasted('squid-error').answer('visitor').answer('only-me')
    expect(person.conclusion.verdict).toMatchObject({
      id: 'place/visitor-side',
      place: 'visitor',
      bornAt: 'visitor',
      confidence: 'reported',
    })
  })

  it('others see it too: it is not the visitor’s side', () => {
    const person = pasted('squid-error').answer('visitor').answer('others-too')
    expect(person.excluded).toEqual(['visitor-side'])
    expect(person.until('').short).toBe('place/wake-own-side')
  })

  it.each([
    ['crashed', 'place/crashes', 'crash-loop'],
    ['memory', 'place/memory', 'oom-killed'],
    ['starting', 'place/starting', 'not-ready'],
    ['stopped', 'place/stopped', 'process-down'],
  ])('a platform’s dashboard that says %s', (option, id, cause) => {
    const person = atResponse().paste('HTTP/1.1 503 Service Unavailable\nvia: 1.1 heroku-router\n\nApplication error\n')
    // Its client is neither here nor anywhere else.
    person.until('platform/elsewhere').answer('no').answer(option)
    expect(person.conclusion).toMatchObject({
      outcome: 'suspected',
      verdict: { id, cause, place: 'app', bornAt: 'platform', confidence: 'reported' },
    })
  })

  it('a platform that runs well, with a quiet status page', () => {
    const person = atResponse().skip()
    person
      .answer('platform')
      .answer('another')
      .answer('runs')
      .answer('quiet')
      .answer('one-page')
      .answer('unknown')
      .answer('nothing')
    expect(person.short).toBe('place/wake-platform')
    expect(person.says).toContain('only some pages fail')
  })

  it('a load balancer whose console shows nobody healthy', () => {
    const person = pasted('aws-alb-page').until('place/where').answer('load-balancer').answer('none-healthy')
    expect(person.conclusion.verdict).toMatchObject({
      id: 'place/no-healthy',
      place: 'load-balancer',
      confidence: 'reported',
    })
  })

  it('a load balancer that is well leads to the gateway’s log', () => {
    const person = pasted('aws-alb-page')
      .until('place/where')
      .answer('load-balancer')
      .answer('healthy')
      .answer('quiet')
      .answer('nginx')
    expect(person.session.here).toBe('nginx/error-log')
  })

  it('an application that is let down by somebody else', () => {
    const person = pasted('gunicorn-answer').until('place/where').answer('app').answer('third-party')
    expect(person.conclusion.verdict).toMatchObject({ id: 'place/third-party', cause: 'third-party', place: 'app' })
  })

  it('an application with an error of its own', () => {
    const person = pasted('gunicorn-answer').until('place/where').answer('app').answer('own')
    expect(person.conclusion.verdict).toMatchObject({ id: 'place/own-error', cause: 'app-error' })
  })

  it('a page that speaks of maintenance', () => {
    const person = atResponse().skip().answer('unsure').answer('others-too').answer('everything').answer('closed')
    expect(person.conclusion.verdict).toMatchObject({
      id: 'place/maintenance',
      cause: 'deliberate',
      confidence: 'reported',
    })
  })

  it('nobody reaches it at all', () => {
    const person = atResponse().paste('* connect to 203.0.113.9 port 443 failed: Connection refused\ncurl: (7) x\n')
    expect(person.session.here).toBe('place/reach')
    person.answer('nobody').answer('restart')
    expect(person.short).toBe('place/wake-gateway')
  })

  it('others reach it: something near is in the way', () => {
    const person = atResponse().paste('* connect to 203.0.113.9 port 443 failed: Connection refused\ncurl: (7) x\n')
    expect(person.answer('only-me').short).toBe('visitor-side reported')
  })

  it('TLS that fails only here', () => {
    const person = atResponse().paste('* Connected to shop (203.0.113.9) port 443\ncurl: (35) wrong version number\n')
    expect(person.session.here).toBe('place/tls')
    expect(person.answer('only-me').short).toBe('visitor-side reported')
  })
})

describe('how it fails', () => {
  const shapeOf = (person: Person) => {
    person.until('place/where').answer('unsure').answer('unknown').answer('unknown')
    return person.offered
  }

  it('is offered by what the answer said: a 504 is too slow', () => {
    expect(shapeOf(atResponse().paste('HTTP/1.1 504 Gateway Timeout\n\nno\n'))[0]).toBe('*slow')
  })

  it('a connection that was cut is cut', () => {
    const person = atResponse().paste('* Connected to shop (203.0.113.9) port 80\ncurl: (52) Empty reply from server\n')
    expect(shapeOf(person)[0]).toBe('*reset')
  })

  it('a 503 alone says nothing', () => {
    expect(shapeOf(atResponse().paste('HTTP/1.1 503 Service Unavailable\n\nno\n'))).not.toContainEqual(
      expect.stringMatching(/^\*/),
    )
  })
})

/** Everything a person may choose here. Proofs of looks are left to their own tests. */
const choices = (person: Person): string[] =>
  person.prompt.kind === 'ask' ? person.offered.map((id) => id.replace('*', '')) : []

describe('every way through the questions', () => {
  /** Every place that answers lead to. What comes behind a question hangs on where the error was made alone. */
  function reachedFrom(person: Person): Person[] {
    const reached: Person[] = []
    const known = new Set<string>()
    const open = [person]
    for (let at = open.pop(); at; at = open.pop()) {
      const key = `${at.session.here} ${String(at.session.facts.get('told.place')?.value)}`
      const options = choices(at)
      if (options.length === 0) reached.push(at)
      else if (!known.has(key)) open.push(...options.map((option) => at.twin().answer(option)))
      known.add(key)
    }
    return reached
  }

  it('ends, is never surer than reported, and an end says whom to wake', () => {
    const ways = reachedFrom(pasted('cloudflare-page'))
    const kinds = new Set<string>()
    for (const person of ways) {
      kinds.add(person.short)
      const { verdict } = person.conclusion
      const path = person.path.join(' ')
      if (person.session.here !== null)
        expect(person.session.here, path).toMatch(/^(nginx\/error-log|platform\/client)$/)
      else if (verdict) expect(verdict.confidence, path).toBe('reported')
      else expect(person.says, path).toMatch(/[Ww]ake/)
    }
    expect(ways.length).toBeGreaterThan(30)
    expect([...kinds].filter((kind) => kind.startsWith('place/wake-'))).toHaveLength(7)
  })

  it('a question left open leads on, and stays in the report', () => {
    const person = pasted('cloudflare-page').answer('cdn').leaveOpen()
    expect(person.short).toBe('place/wake-cdn')
    expect(person.session.openQuestions.map(({ node }) => node)).toEqual(['place/cdn-status'])
  })
})

describe('questions', () => {
  const asks = Object.values(SHIPPED.library.nodes).filter((node) => node.kind === 'ask')

  it.each(asks.map((node) => [node.id, node] as const))('%s: whole, with a way for who does not know', (_, node) => {
    expect(node.title).toMatch(/\?$/)
    expect(node.open).toBeDefined()
    expect(node.options.length).toBeGreaterThan(1)
    // Somebody's word excludes only what nobody could look at.
    const excluded = node.options.flatMap(({ rulesOut }) => rulesOut)
    for (const cause of excluded) {
      expect([
        'visitor-side',
        'vendor-outage',
        'no-healthy-upstream',
        'third-party',
        'edge-blocked',
        'origin-moved',
        'cached-error',
      ]).toContain(cause)
    }
  })

  it('no verdict that rests on an answer rests on a look as well: tried out, it would look seen', () => {
    const verdicts = Object.values(SHIPPED.library.nodes).filter((node) => node.kind === 'verdict')
    const asked = new Set(asks.map(({ id }) => id))
    for (const verdict of verdicts) {
      const nodes = verdict.proof.flat().map((proof) => proof.slice(0, proof.lastIndexOf('.')))
      if (nodes.some((id) => asked.has(id)))
        expect(
          nodes.filter((id) => !asked.has(id)),
          verdict.id,
        ).toEqual([])
    }
  })
})
