import { describe, expect, it } from 'vitest'
import { loadShipped } from '../../src/command/library.ts'
import { codesIn, holding, lookUp, nearestTo } from '../../src/flow/lookup.ts'
import type { Signature } from '../../src/reading/signatures.ts'

const signature = (id: string, codes?: string[]): Signature => ({
  id,
  source: 'x',
  match: id,
  meaning: `what ${id} is`,
  example: id,
  ...(codes ? { codes } : {}),
})
const LIBRARY = {
  signatures: [
    signature('slow', ['sH', 'sH--', 'sH??']),
    signature('closed', ['SH', 'SH--', 'SH??']),
    signature('twelve', ['H12']),
    signature('killed', ['exit 137', 'SIGKILL']),
    signature('reason', ['Target.Timeout']),
    signature('other-twelve', ['H12']),
    signature('bare'),
  ],
  glossary: [
    { term: 'keep-alive', forms: ['keep-alive', 'keepalive'], says: 's' },
    { term: 'TLS', forms: ['TLS', 'SSL'], says: 's' },
    { term: 'SIGKILL', forms: ['SIGKILL', 'signal 9'], says: 's' },
  ],
}
const found = (text: string) => {
  const { signatures, terms } = lookUp(text, LIBRARY)
  return [...signatures.map(({ id }) => id), ...terms.map(({ term }) => term)]
}

describe('a code or a word', () => {
  it.each<[string, string[]]>([
    ['H12', ['twelve', 'other-twelve']],
    [' h12 ', ['twelve', 'other-twelve']],
    ['sH', ['slow']],
    ['SH', ['closed']],
    ['sH--', ['slow']],
    ['sHVN', ['slow']],
    ['SH--', ['closed']],
    ['sh--', ['slow', 'closed']],
    ['exit 137', ['killed']],
    ['exit   137', ['killed']],
    ['Exit 137', ['killed']],
    ['target.timeout', ['reason']],
    ['keepalive', ['keep-alive']],
    ['Keep-Alive', ['keep-alive']],
    ['ssl', ['TLS']],
    ['SIGKILL', ['killed', 'SIGKILL']],
    ['H1', []],
    ['H123', []],
    ['sH-', []],
    ['shop', []],
    ['SHop', []],
    ['bare', []],
    ['', []],
    ['   ', []],
    ['H12'.repeat(100), []],
  ])('%j: %j', (text, want) => {
    expect(found(text)).toEqual(want)
  })
})

describe('codes inside of a line', () => {
  it.each<[string, string[]]>([
    ['at=error code=H12 desc="Request timeout"', ['twelve', 'other-twelve']],
    ['the router said [H12].', ['twelve', 'other-twelve']],
    ['ended by SIGKILL', ['killed']],
    ['h12 in small letters is something else', []],
    ['shop/app1 0/0/0/-1/1000 504 198 - - sH--', ['slow']],
    ['sHVN is a form with places', []],
    ['exit 137', []],
    ['', []],
  ])('%j: %j', (line, want) => {
    expect(codesIn(line, LIBRARY).map(({ id }) => id)).toEqual(want)
  })

  it('numbers alone are none', () => {
    expect(codesIn('took 502 ms', loadShipped())).toEqual([])
  })
})

describe('a part of a message', () => {
  const library = {
    signatures: [
      'AH00957: connect to {address} failed',
      'upstream timed out {why}',
      '{upstream} AH009570 gone',
      'n{{upstream',
    ].map((match) => ({
      ...signature(match),
      match,
    })),
  }
  const ids = (text: string) => holding(text, library).map(({ match }) => match)

  it.each<[string, string[]]>([
    ['AH00957', ['AH00957: connect to {address} failed']],
    ['ah00957:', ['AH00957: connect to {address} failed']],
    [' timed out ', ['upstream timed out {why}']],
    ['upstream timed', ['upstream timed out {why}']],
    ['imed out', []],
    ['time', []],
    ['out', []],
    ['address', []],
    ['', []],
    ['connect to '.repeat(50), []],
  ])('%j: %j', (text, want) => {
    expect(ids(text)).toEqual(want)
  })

  it('gives at most eight', () => {
    const many = {
      signatures: Array.from({ length: 20 }, (_, n) => ({ ...signature(`s${n}`), match: `worker ${n} died` })),
    }
    expect(holding('worker', many)).toHaveLength(8)
  })
})

describe('the nearest', () => {
  it.each<[string, string | null]>([
    ['SIGKIL', 'SIGKILL'],
    ['keep alve', 'keep-alive'],
    ['Target.Timout', 'Target.Timeout'],
    ['exit 138', 'exit 137'],
    ['wholly unknown text', null],
    ['', null],
  ])('%j: %j', (text, want) => {
    expect(nearestTo(text, LIBRARY)?.text ?? null).toBe(want)
  })

  it('says what kind of thing it is', () => {
    expect(nearestTo('keep alve', LIBRARY)?.kind).toBe('term')
    expect(nearestTo('exit 138', LIBRARY)?.kind).toBe('code')
  })
})

describe('the codes that are shipped', () => {
  const library = loadShipped()
  const coded = library.signatures.filter(({ codes }) => codes !== undefined)

  it.each(coded)('$source $id: each of its codes leads to it', (one) => {
    for (const code of one.codes ?? []) {
      expect(lookUp(code.replaceAll('?', 'V'), library).signatures, code).toContain(one)
    }
  })

  it('mean one thing for one source, but for those that need the rest of the line to tell', () => {
    const seen = new Map<string, string>()
    const twice: string[] = []
    for (const { source, codes = [] } of coded) {
      for (const code of codes) {
        const key = `${source} ${code}`
        if (seen.has(key)) twice.push(key)
        seen.set(key, key)
      }
    }
    // Refused, or no server to be asked: `<NOSRV>` in front of the state says which.
    expect(twice).toEqual(['haproxy SC', 'haproxy SC--', 'haproxy SC??'])
  })

  it.each([
    'H12',
    'R14',
    'UF',
    '520',
    'exit 137',
    'Target.Timeout',
    'Elb.InitialHealthChecking',
    'ECONNREFUSED',
    'PC01',
    'sH--',
    'SC',
    'CQVN',
    '203/EXEC',
    'L4CON',
  ])('%s is known', (code) => {
    expect(lookUp(code, library).signatures.length).toBeGreaterThan(0)
  })

  it('LR means two things: the same letters, two programs', () => {
    const sources = lookUp('LR', library).signatures.map(({ source }) => source)
    expect(sources).toEqual(['envoy', 'haproxy'])
  })
})
