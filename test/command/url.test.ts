import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/command/io.ts'
import { parseUrl } from '../../src/command/url.ts'
import { mistakeOf } from './mistake.ts'

describe('a URL as a person types it', () => {
  it.each([
    ['https://shop.example.com/checkout', 'https://shop.example.com/checkout'],
    ['http://shop.example.com', 'http://shop.example.com/'],
    ['HTTPS://Shop.Example.COM/A', 'https://shop.example.com/A'],
    ['shop.example.com', 'https://shop.example.com/'],
    ['shop.example.com/a?b=c', 'https://shop.example.com/a?b=c'],
    ['shop.example.com:8443/a', 'https://shop.example.com:8443/a'],
    ['  shop.example.com  ', 'https://shop.example.com/'],
    ['localhost', 'http://localhost/'],
    ['localhost:3000', 'http://localhost:3000/'],
    ['LOCALHOST:3000/x', 'http://localhost:3000/x'],
    ['localhost?a=b', 'http://localhost/?a=b'],
    ['127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    ['127.8.9.10', 'http://127.8.9.10/'],
    ['[::1]:8080/x', 'http://[::1]:8080/x'],
    ['https://127.0.0.1/', 'https://127.0.0.1/'],
    ['10.0.0.7', 'https://10.0.0.7/'],
    ['localhost.example.com', 'https://localhost.example.com/'],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com/'],
    ['my_app.internal', 'https://my_app.internal/'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['https://shop.example.com/a#fragment', 'https://shop.example.com/a'],
  ])('%s is %s', (typed, url) => {
    expect(parseUrl(typed).href).toBe(url)
  })

  it.each([
    ['', 'is not a URL'],
    ['   ', 'is not a URL'],
    ['http://', 'is not a URL'],
    ['https://exa mple.com/', 'is not a URL'],
    ['shop.example.com:99999', 'is not a URL'],
    ['::1', 'is not a URL'],
    ['ftp://shop.example.com/', 'is neither http nor https'],
    ['file:///etc/passwd', 'is neither http nor https'],
    ['ssh://host', 'is neither http nor https'],
    ['javascript:alert(1)', 'is not a URL'],
    ['https://a..b/', 'names no host'],
    ['https://-oProxyCommand=x/', 'names no host'],
    [`https://${'a'.repeat(64)}.example/`, 'names no host'],
  ])('%j is refused: it %s, and a person is told what to give', async (typed, says) => {
    const told = await mistakeOf(() => parseUrl(typed))
    expect(told).toContain(says)
    expect(told).toMatch(/Give (it|the URL)/)
  })

  it('is shown again short and without control characters', async () => {
    const told = await mistakeOf(() => parseUrl(`\u001b[2J${'x y'.repeat(500)}`))
    expect(told).not.toContain('\u001b')
    expect(told.length).toBeLessThan(250)
  })

  it('is a URL or a mistake, whatever it is', () => {
    const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
    const anyText = fc.string({ unit: codeUnit })
    const pieces = [
      'http',
      'https:',
      '://',
      '//',
      '/',
      ':',
      '@',
      '[',
      ']',
      '::1',
      '127.0.0.1',
      'a.example',
      '-',
      '%2F',
      '?',
      '#',
      ' ',
      '80',
      'ü',
    ]
    const urlLike = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(anyText, urlLike), (typed) => {
        try {
          const url = parseUrl(typed)
          expect(['http:', 'https:']).toContain(url.protocol)
          expect(url.hostname).not.toBe('')
          expect(parseUrl(url.href).href).toBe(url.href)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
      }),
      { numRuns: 300 },
    )
  })
})
