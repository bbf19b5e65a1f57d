import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { termsIn } from '../../src/flow/glossary.ts'
import type { FlowNode, Term } from '../../src/flow/types.ts'
import { CAUSES, CONFIDENCES, SHAPES } from '../../src/words/vocabulary.ts'
import { cpuNow } from '../cpu.ts'

const library = loadShipped()
const term = (...forms: string[]): Term => ({ term: forms[0] ?? '', forms, says: `what ${forms[0]} is` })
const GLOSSARY = {
  glossary: [
    term('proxy', 'proxies'),
    term('reverse proxy', 'reverse proxies'),
    term('TLS'),
    term('502', 'Bad Gateway'),
    term('keep-alive'),
    term('::1'),
    term('(re)load'),
  ],
}
const names = (...texts: string[]) => termsIn(texts, GLOSSARY).map((found) => found.term)

describe('terms are found', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['nothing of the kind', []],
    ['a proxy', ['proxy']],
    ['A Proxy, two PROXIES', ['proxy']],
    ['the reverse proxy', ['reverse proxy']],
    ['the reverse\n  proxy of a proxy', ['reverse proxy', 'proxy']],
    ['502 by the proxy', ['502', 'proxy']],
    ['by the proxy: 502 Bad Gateway', ['proxy', '502']],
    ['502/504', ['502']],
    ['keep-alive, not alive', ['keep-alive']],
    ['listens on ::1', ['::1']],
    ['at the last (re)load', ['(re)load']],
    ['(proxy)', ['proxy']],
    ['proxy-side', ['proxy']],
  ])('in %j', (text, want) => {
    expect(names(text)).toEqual(want)
  })

  test.each([
    'proxying',
    'proxy_pass',
    'myproxy',
    '15020',
    'pid502',
    'tls',
    'Tls',
    'keep alive',
    'ünproxy',
    '2001:db8::1a',
  ])('not in %j', (text) => {
    expect(names(text)).toEqual([])
  })

  test('each once, in the order of the texts', () => {
    expect(names('TLS and 502', 'a proxy with TLS', '502')).toEqual(['TLS', '502', 'proxy'])
  })

  test('none without a glossary', () => {
    expect(termsIn(['a proxy'], { glossary: [] })).toEqual([])
  })

  test('the same way every time, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(' proxy ', 'reverse ', '502', 'TLS'))), (texts) => {
        const once = names(...texts)
        expect(names(...texts)).toEqual(once)
        expect(new Set(once).size).toBe(once.length)
      }),
    )
  })

  test.each(['reverse ', 'proxy ', 'a', '5', ' ', '-'])('in time that grows with the text alone: %j', (piece) => {
    const began = cpuNow()
    names(piece.repeat(200_000))
    expect(cpuNow() - began).toBeLessThan(3000)
  })
})

function spokenBy(node: FlowNode): string[] {
  switch (node.kind) {
    case 'probe':
      return [node.title, node.why, ...node.branches.flatMap(({ found }) => found ?? [])]
    case 'ask':
      return [node.title, node.why, ...node.options.flatMap(({ label, found }) => [label, found ?? ''])]
    case 'fork':
      return node.branches.flatMap(({ found }) => found ?? [])
    case 'end':
      return [node.says]
    case 'verdict':
      return [node.says, ...node.fix.flatMap(({ say }) => say ?? [])]
  }
}

/** Everything that a person reads on the screen about a node before the look. */
const nodes = Object.values(library.nodes)
const whys = nodes.flatMap((node) =>
  node.kind === 'probe' || node.kind === 'ask' ? [[node.id, node.why] as const] : [],
)
const sentences = nodes.flatMap(spokenBy)
const remedies = Object.values(library.remedies).flatMap(({ says, why }) => [says, why])
const questions = Object.values(library.facts).map(({ question }) => question)
const signatures = library.signatures.flatMap(({ meaning, example }) => [meaning, example])

describe('the shipped glossary', () => {
  test.each(library.glossary.map((each) => [each.term, each] as const))('%s is explained in plain words', (_, each) => {
    expect(each.says).toMatch(/^[A-Z0-9].*\.$/)
    expect(each.says.length).toBeLessThan(220)
    // Three sentences are a lecture.
    expect(each.says.split(/[.?!] (?=[A-Z])/).length).toBeLessThanOrEqual(3)
    expect(termsIn([each.term], library)).toEqual([each])
    for (const form of each.forms) expect(termsIn([`a ${form}, b`], library)).toEqual([each])
  })

  test('knows the words that the tool itself uses of a verdict', () => {
    const own = ['verdict', 'proof', 'rival', 'blind', 'vantage', 'symptom', 'born at', 'shape', ...CONFIDENCES]
    for (const word of own) expect(termsIn([word], library).map(({ term }) => term)).toEqual([word])
    expect(SHAPES.length).toBeGreaterThan(0)
  })

  test.each(CAUSES)('explains the cause %s', (cause) => {
    expect(termsIn([cause], library).map(({ term }) => term)).toEqual([cause])
  })

  test.each(
    'upstream,gateway,reverse proxy,socket,port,listening,unit,systemd,journal,502,503,504,timeout,keep-alive,OOM,pid,namespace,loopback,TLS,SNI,certificate,resolver,worker,backlog,errno,ECONNREFUSED,ECONNRESET,ETIMEDOUT,ENOENT,EACCES,EHOSTUNREACH,EADDRINUSE'.split(
      ',',
    ),
  )('has %s', (word) => {
    expect(termsIn([word], library)).toHaveLength(1)
  })

  /** Where terms are met: what flows say, and the words of the tool's own screens and documents. */
  const docs = ['README.md', 'docs/verdicts.md', 'docs/architecture.md', 'docs/flow-language.md'].map((name) =>
    readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'),
  )
  // One explanation may use a word that another one explains, though not its own.
  const explanations = library.glossary.map(({ says }) => says)
  const met = new Set(
    termsIn([...sentences, ...remedies, ...questions, ...signatures, ...docs, ...explanations], library),
  )
  test.each(library.glossary.map((each) => [each.term, each] as const))('%s is met somewhere', (_, each) => {
    expect(met.has(each)).toBe(true)
  })
})

describe('why a question is asked', () => {
  test.each(whys)('%s says in whole sentences what it can tell', (_, why) => {
    expect(why).toMatch(/^[A-Za-z].*[.?]$/)
    expect(why.length).toBeGreaterThan(60)
    expect(why.length).toBeLessThan(330)
    expect(why).not.toMatch(/[{}`]/)
  })

  /** Names of programs, files and words of HTTP that the sentence itself explains. */
  const PLAIN = new Set(['PORT', 'URL', 'API', 'ID', 'OK', 'PHP', 'GET', 'HEAD'])
  test.each(whys)('%s uses no abbreviation that the glossary lacks', (_, why) => {
    const abbreviations = [...why.matchAll(/\b[A-Z][A-Z0-9]+\b/g)].map(([word]) => word)
    const unknown = abbreviations.filter((word) => !PLAIN.has(word) && termsIn([word], library).length === 0)
    expect(unknown).toEqual([])
  })

  /** Words that nobody knows from everyday life: whoever writes one into a why explains it in the glossary. */
  const JARGON =
    /\b(upstreams?|backlog|socket|unit|daemon|cgroup|namespace|errno|resolver|handshake|SNI|worker|journal|vantage|syscall|kernel|proxy|gateway|listener|loopback|container|fingerprint|ring buffer|stack|thread|event loop|keep-?alive|quorum|idempotent|latency|throughput)\b/gi
  test.each(whys)('%s uses no jargon that the glossary lacks', (_, why) => {
    const unknown = [...why.matchAll(JARGON)]
      .map(([word]) => word)
      .filter((word) => termsIn([word], library).length === 0)
    expect(unknown).toEqual([])
  })
})
