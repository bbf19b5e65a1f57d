import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { responseInHar } from '../../src/reading/http/har.ts'
import { readPage } from '../../src/reading/http/page.ts'
import { isSource, shownText } from '../../src/reading/http/shown.ts'
import { cpuNow } from '../cpu.ts'
import { SHIPPED_FINGERPRINTS } from './fingerprints/shipped.ts'

describe('what a browser shows of a source', () => {
  it.each([
    ['', ''],
    ['just  text\r\n and more', 'just text and more'],
    ['<h1>502 Bad Gateway</h1>', '502 Bad Gateway'],
    ['<center><h1>502</h1></center>\r\n<hr><center>nginx</center>', '502 nginx'],
    ['a <b>bold</b>, <a href="x">linked</a>.', 'a bold, linked.'],
    ['<p>one</p><p>two</p>', 'one two'],
    ['Reference&#32;&#35;9&#46;1d2c', 'Reference #9.1d2c'],
    ['a &amp; b &lt;c&gt; &quot;d&quot; &nbsp; &#x41; &nothing; &#0;', 'a & b <c> "d" A &nothing; &#0;'],
    ['x<!-- hidden -->y', 'x y'],
    ['<style>h1 { color: red }</style><h1>seen</h1><SCRIPT>var a = "<p>"</SCRIPT>too', 'seen too'],
    ['<style>never ended <h1>x</h1>', ''],
    ['1 < 2 and <3', '1 < 2 and <3'],
    ['<title>never ended', 'never ended'],
    ['text <unended', 'text'],
  ])('%j: %j', (source, shown) => {
    expect(shownText(source)).toBe(shown)
  })

  it.each([
    ['<!DOCTYPE html><html>', true],
    ['text, then <h1>a heading</h1>', true],
    ['1 < 2', false],
    ['<nobody@example.com>', false],
    ['502 Bad Gateway', false],
  ])('%j is a source: %j', (text, is) => {
    expect(isSource(text)).toBe(is)
  })

  it('never throws, and never makes anything longer', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '</',
      '<style>',
      '</style',
      '<!--',
      '-->',
      '&#',
      '&amp;',
      ';',
      '<a ',
      ' ',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ unit: 'binary', maxLength: 8 }))), (parts) => {
        expect(shownText(parts.join('')).length).toBeLessThanOrEqual(parts.join('').length + 1)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['<', '<style>', '<style></style>', '<!--', '&#1', '<a', '</', '<p>x', ' \n'])(
    'is linear in %j without end',
    (piece) => {
      const began = cpuNow()
      shownText(piece.repeat(1_000_000))
      expect(cpuNow() - began).toBeLessThan(1000)
    },
  )
})

describe('a browser’s recording', () => {
  const entry = (status: number, more = {}) => ({
    response: {
      status,
      statusText: '',
      httpVersion: 'h2',
      headers: [{ name: 'Server', value: 'nginx' }],
      content: { text: 'x' },
      ...more,
    },
  })
  const har = (...entries: unknown[]) => JSON.stringify({ log: { entries } })

  it('gives the last response that failed', () => {
    expect(responseInHar(har(entry(502), entry(200), entry(503), entry(404)))).toBe(
      'HTTP/2 503\r\nServer: nginx\r\n\r\nx',
    )
    expect(responseInHar(har(entry(200), entry(404), entry(200)))).toMatch(/^HTTP\/2 404/)
    expect(responseInHar(har(entry(200)))).toMatch(/^HTTP\/2 200/)
  })

  it('one entry alone will do; a body may be coded', () => {
    const coded = entry(502, { content: { text: Buffer.from('Bad Gateway').toString('base64'), encoding: 'base64' } })
    expect(responseInHar(JSON.stringify(coded))).toBe('HTTP/2 502\r\nServer: nginx\r\n\r\nBad Gateway')
  })

  it('no header makes a second one', () => {
    const forged = entry(502, { headers: [{ name: 'A', value: 'b\r\nServer: cloudflare' }], statusText: 'x\r\nB: c' })
    expect(responseInHar(JSON.stringify(forged))).toBe('HTTP/2 502 x B: c\r\nA: b Server: cloudflare\r\n\r\nx')
  })

  it.each([
    '',
    '{',
    '{}',
    '[]',
    'null',
    '{"log":{"entries":3}}',
    '{"log":{"entries":[3,null,{"response":{"status":"502","headers":[]}}]}}',
    '{"response":{"status":502}}',
    'HTTP/1.1 502 Bad Gateway',
  ])('%j is none', (text) => {
    expect(responseInHar(text)).toBeNull()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        responseInHar(text)
        responseInHar(`{"log":{"entries":[{"response":${text}}]}}`)
      }),
    )
  })
})

describe('a page without its head', () => {
  it('never throws, and its status is none or three digits', () => {
    const piece = fc.constantFrom(
      '502 Bad Gateway',
      'nginx',
      '<h1>',
      'Error code 521',
      '{"message":"',
      'Reference #9.',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        const page = readPage(parts.join(' '), SHIPPED_FINGERPRINTS)
        expect(page === null || page.status === 0 || (page.status >= 100 && page.status <= 599)).toBe(true)
      }),
    )
  })

  it.each(['502 ', '{"', '2026-11-21 02:03 ', 'HTTP ERROR ', '<p>'])('is looked at in no time: %j', (piece) => {
    const began = cpuNow()
    readPage(piece.repeat(60_000).slice(0, 250_000), SHIPPED_FINGERPRINTS)
    expect(cpuNow() - began).toBeLessThan(2000)
  })

  it('of a book nothing is looked at', () => {
    expect(readPage(`502 Bad Gateway\nnginx\n${'x'.repeat(300_000)}`, SHIPPED_FINGERPRINTS)).toBeNull()
  })
})
