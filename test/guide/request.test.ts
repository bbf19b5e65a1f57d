import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactType, ProbeSpec } from '../../src/flow/types.ts'
import { type Rendered, renderRequest } from '../../src/guide/request.ts'
import type { Session } from '../../src/session/session.ts'
import type { Json } from '../../src/words/json.ts'
import { lookKey } from '../../src/words/look.ts'
import { asks, FACTS, looksAt, probe, readsLog, runs, session } from './make.ts'

/** A session that holds these values, whoever they came from: also what no fact of its type could be. */
function holding(facts: Record<string, Json>): Session {
  return session(
    ...Object.entries(facts).map(
      ([name, value]) => ({ type: 'fact.learned', name, value, origin: { by: 'probe', n: 1 }, visit: 1 }) as const,
    ),
  )
}

function render(spec: ProbeSpec, facts: Record<string, Json> = {}): Rendered {
  return renderRequest(probe('a/b', { probe: spec, branches: [], blind: 'a/c' }), holding(facts), FACTS)
}

function requestOf(spec: ProbeSpec, facts: Record<string, Json> = {}) {
  const rendered = render(spec, facts)
  if (!rendered.ok) throw new Error(`needs ${rendered.needs}`)
  return rendered.request
}

describe('a command', () => {
  it('has each placeholder filled inside its own element', () => {
    const spec = runs(['ss', '-ltn', 'sport = :{upstream.port}', 'dst {upstream.host}'])
    expect(requestOf(spec, { 'upstream.port': 3000, 'upstream.host': '10.0.0.7' })).toEqual({
      kind: 'run',
      commands: [['ss', '-ltn', 'sport = :3000', 'dst 10.0.0.7']],
      at: 'here',
      read: 'tally',
      timeoutMs: 5000,
    })
  })

  it('keeps a value with spaces and quotes in one element', () => {
    const path = '/var/log/my site/"error" $(id).log'
    expect(requestOf(runs(['stat', '{proxy.log}']), { 'proxy.log': path })).toMatchObject({
      commands: [['stat', path]],
    })
  })

  it('does not fill what a value looks like: a placeholder in a value is text', () => {
    const facts = { 'app.word': '{upstream.port} $& $1', 'upstream.port': 3000 }
    expect(requestOf(runs(['echo', '{app.word}']), facts)).toMatchObject({
      commands: [['echo', '{upstream.port} $& $1']],
    })
  })

  it('has its other forms filled too, and the look that stands in for all of them', () => {
    const spec = runs(['ss'], {
      commands: [
        ['ss', '{app.pid}'],
        ['lsof', '-p', '{app.pid}'],
      ],
      otherwise: 'sockets',
    })
    expect(requestOf(spec, { 'app.pid': 42 })).toMatchObject({
      commands: [
        ['ss', '42'],
        ['lsof', '-p', '42'],
      ],
      otherwise: 'sockets',
    })
  })

  it('writes a list with commas', () => {
    const names = ['shop.example.com', 'www.example.com']
    expect(requestOf(runs(['echo', '{app.names}']), { 'app.names': names })).toMatchObject({
      commands: [['echo', 'shop.example.com,www.example.com']],
    })
  })

  it('names the first fact that is missing', () => {
    expect(render(runs(['nc', '{upstream.host}', '{upstream.port}']))).toMatchObject({
      ok: false,
      needs: 'upstream.host',
    })
    expect(render(runs(['nc', '{upstream.host}', '{upstream.port}']), { 'upstream.host': 'a' })).toMatchObject({
      ok: false,
      needs: 'upstream.port',
    })
  })

  it('needs a fact that nobody declared, whatever is held under its name', () => {
    expect(render(runs(['echo', '{nobody.knows}']), { 'nobody.knows': 'x' })).toMatchObject({
      ok: false,
      needs: 'nobody.knows',
    })
  })
})

describe('a request', () => {
  it('has its URL filled, and the details that are known', () => {
    const spec = asks('http://{upstream.host}:{upstream.port}/', {
      times: 3,
      redirects: 2,
      via: { host: 'url.host', socket: 'upstream.socket', verify: 'upstream.verify', sni: 'url.host' },
    })
    const facts = { 'upstream.host': '10.0.0.7', 'upstream.port': 3000, 'url.host': 'shop.example.com' }
    expect(requestOf(spec, facts)).toEqual({
      kind: 'http',
      url: 'http://10.0.0.7:3000/',
      times: 3,
      redirects: 2,
      own: false,
      host: 'shop.example.com',
      sni: 'shop.example.com',
      at: 'here',
      read: 'tally',
      timeoutMs: 75_000,
    })
    expect(requestOf(spec, { ...facts, 'upstream.socket': '/run/app.sock', 'upstream.verify': false })).toMatchObject({
      socket: '/run/app.sock',
      verify: false,
    })
  })

  it('leaves out a detail whose value is empty or not of its type', () => {
    const spec = asks('http://a/', { via: { host: 'app.word', socket: 'upstream.socket', verify: 'app.word' } })
    const request = requestOf(spec, { 'app.word': '', 'upstream.socket': 'not/absolute' })
    expect(request).not.toHaveProperty('host')
    expect(request).not.toHaveProperty('socket')
    expect(request).not.toHaveProperty('verify')
  })
})

describe('a log', () => {
  it('is read at the path of its fact, as far back as the session looks', () => {
    expect(requestOf(readsLog('proxy.log'), { 'proxy.log': '/var/log/nginx/error.log' })).toEqual({
      kind: 'log',
      path: '/var/log/nginx/error.log',
      windowMs: 900_000,
      at: 'here',
      read: 'tally',
      timeoutMs: 5000,
    })
  })

  it('is a unit’s journal where no path is known, and a file where one is', () => {
    const spec = readsLog('proxy.log', { journal: 'app.unit' })
    expect(requestOf(spec, { 'app.unit': 'envoy.service' })).toMatchObject({
      kind: 'run',
      commands: [['journalctl', '-u', 'envoy.service', '-o', 'json', '-n', '5000', '--no-pager']],
    })
    const both = { 'app.unit': 'envoy.service', 'proxy.log': '/var/log/x.log' }
    expect(requestOf(spec, both)).toMatchObject({ kind: 'log', path: '/var/log/x.log' })
    expect(render(spec)).toMatchObject({ ok: false, needs: 'proxy.log' })
  })

  it('names its writer when that is known', () => {
    const facts = { 'proxy.log': '/var/log/x.log', 'proxy.pid': 812 }
    expect(requestOf(readsLog('proxy.log', { writer: 'proxy.pid' }), facts)).toMatchObject({ writer: 812 })
    expect(requestOf(readsLog('proxy.log', { writer: 'app.pid' }), facts)).not.toHaveProperty('writer')
  })

  it('needs its path', () => {
    expect(render(readsLog('proxy.log'))).toMatchObject({ ok: false, needs: 'proxy.log' })
    expect(render(readsLog('proxy.log'), { 'proxy.log': '../../etc/shadow' })).toMatchObject({
      ok: false,
      needs: 'proxy.log',
    })
  })
})

describe("the tool's own look", () => {
  const spec = looksAt('process', { with: { pid: 'app.pid', unit: 'app.unit?' }, set: { deep: true } })

  it('gets its constants and the facts that are known', () => {
    expect(requestOf(spec, { 'app.pid': 42 })).toMatchObject({ name: 'process', args: { deep: true, pid: 42 } })
    expect(requestOf(spec, { 'app.pid': 42, 'app.unit': 'a.service' })).toMatchObject({
      args: { deep: true, pid: 42, unit: 'a.service' },
    })
  })

  it('needs those that are not marked as optional', () => {
    expect(render(spec, { 'app.unit': 'a.service' })).toMatchObject({ ok: false, needs: 'app.pid' })
  })

  it('is the same look only with the same arguments', () => {
    const key = (pid: number) => lookKey(requestOf(spec, { 'app.pid': pid }))
    expect(key(1)).toBe(key(1))
    expect(key(1)).not.toBe(key(2))
  })
})

describe('nothing that a stranger wrote gets out of its element', () => {
  const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))

  /** What could do harm in a shell, a terminal, an option parser or a log. */
  const hostile = fc.oneof(
    fc.string({ unit: codeUnit, maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom(
      '$(reboot)',
      '`id`',
      'a; rm -rf /',
      'a && b',
      'a | b',
      '> /etc/passwd',
      '-oProxyCommand=id',
      '--output=/etc/passwd',
      'two words',
      'line\nfeed',
      'nul\u0000byte',
      '\u001b]0;title\u0007',
      '\u202egnp.exe',
      '"; DROP',
      "it's",
      '{app.word}',
      '*',
      '~',
      '%s%n',
      'x'.repeat(5000),
      'x'.repeat(1_000_000),
      `$(${'id;'.repeat(300_000)})`,
      '-'.repeat(200),
    ),
    fc
      .tuple(fc.constantFrom('', ' ', '-', '\n', '\u001b[', '$('), fc.string(), fc.constantFrom('', ')', '\n', ' -x'))
      .map((parts) => parts.join('')),
    fc.integer(),
    fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }),
    fc.boolean(),
    fc.constant(null),
  )

  /** What each type promises of its text. */
  const promises: Partial<Record<FactType, RegExp>> = {
    host: /^[A-Za-z0-9._:[\]%-]+$/,
    port: /^\d{1,5}$/,
    pid: /^\d+$/,
    unit: /^[A-Za-z0-9:_.@\\-]+$/,
    container: /^[A-Za-z0-9_.-]+$/,
    path: /^\//,
    url: /^https?:\/\/\S+$/i,
  }

  const kinds = [
    'upstream.host',
    'upstream.port',
    'app.pid',
    'app.unit',
    'app.container',
    'proxy.log',
    'url.text',
  ] as const

  it('in a command: the number of elements never changes, and the value is of its type or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds, 'app.word', 'app.names'), hostile, (fact, value) => {
        const rendered = render(runs(['tool', '--flag', `{${fact}}`, 'last']), { [fact]: value })
        if (!rendered.ok) {
          expect(rendered.needs).toBe(fact)
          return
        }
        const [argv = []] = rendered.request.kind === 'run' ? rendered.request.commands : []
        expect(argv).toHaveLength(4)
        const filled = argv[2] ?? ''
        expect([argv[0], argv[1], argv[3]]).toEqual(['tool', '--flag', 'last'])
        expect(filled).toBe(Array.isArray(value) ? value.join(',') : String(filled))
        expect(filled).not.toMatch(/^-[^\d]/)
        expect(filled).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        const promise = promises[FACTS[fact]?.type ?? 'string']
        if (promise) expect(filled).toMatch(promise)
      }),
      { numRuns: 1000 },
    )
  })

  it('in the arguments of a look, the path of a log and the details of a request: of its type, or not there', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), hostile, (fact, value) => {
        const promise = promises[FACTS[fact]?.type ?? 'string'] ?? /^/
        const look = requestOf(looksAt('process', { with: { it: `${fact}?` } }), { [fact]: value })
        if (look.kind === 'look' && 'it' in look.args) expect(String(look.args.it)).toMatch(promise)
        const http = requestOf(asks('http://a/', { via: { host: fact } }), { [fact]: value })
        if (http.kind === 'http' && http.host !== undefined) expect(http.host).toMatch(promise)
        const log = render(readsLog(fact), { [fact]: value })
        if (log.ok && log.request.kind === 'log') expect(log.request.path).toMatch(promise)
      }),
      { numRuns: 300 },
    )
  })
})
