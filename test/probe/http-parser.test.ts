import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkDecoder } from '../../src/probe/http/chunks.ts'
import { curlArgv, MARK, shownArgv } from '../../src/probe/http/curl-argv.ts'
import { parseCurlReport } from '../../src/probe/http/curl-report.ts'
import { masker } from '../../src/probe/http/mask.ts'
import { type HttpOptions, parseTarget, planAsk } from '../../src/probe/http/plan.ts'
import { ResponseParser } from '../../src/probe/http/response-parser.ts'
import { lookAt, options } from './http-servers.ts'

/** Feeds the parser in pieces cut at the given places. */
function parse(text: Buffer, cuts: readonly number[]): { text: string; exitcode: number; bodyBytes: number } {
  const parser = new ResponseParser()
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  for (let i = 1; i < places.length; i += 1) {
    const state = parser.push(text.subarray(places[i - 1], places[i]))
    if (state.done) return { text: parser.text(), exitcode: state.exitcode, bodyBytes: parser.bodyBytes }
  }
  const state = parser.end()
  return { text: parser.text(), exitcode: state.done ? state.exitcode : -1, bodyBytes: parser.bodyBytes }
}

describe('the response parser', () => {
  const cuts = fc.array(fc.nat(500), { maxLength: 20 })

  it('does not care how the bytes are cut into packets', () => {
    const chunked = Buffer.from(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n6;a=b\r\n<h1>Ü\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n',
    )
    const whole = parse(chunked, [])
    expect(whole).toMatchObject({ exitcode: 0, bodyBytes: 9 })
    expect(whole.text.endsWith('\r\n\r\n<h1>Üabc')).toBe(true)
    fc.assert(
      fc.property(cuts, (places) => {
        expect(parse(chunked, places)).toEqual(whole)
      }),
    )
  })

  it('never throws, whatever comes, however it is cut', () => {
    const start = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), cuts, (head, bytes, places) => {
        const given = parse(Buffer.concat([Buffer.from(head), bytes]), places)
        expect([0, 1, 8, 18, 52, 56]).toContain(given.exitcode)
      }),
    )
  })

  it('gives up a head without an end', () => {
    const parser = new ResponseParser()
    parser.push(Buffer.from('HTTP/1.1 200 OK\r\n'))
    const line = Buffer.from(`X: ${'y'.repeat(60_000)}\r\n`)
    const states = Array.from({ length: 6 }, () => parser.push(line))
    expect(states.at(-1)).toMatchObject({ done: true, exitcode: 56, errormsg: 'Too large response headers' })
  })

  it('is linear in single bytes', () => {
    const parser = new ResponseParser()
    const text = Buffer.from(`HTTP/1.1 200 OK\r\nX: ${'\n y'.repeat(40_000)}`)
    for (let i = 0; i < text.length; i += 1) parser.push(text.subarray(i, i + 1))
    expect(parser.head).toBeNull()
  })

  it.each([
    ['', 52],
    ['HTTP', 1],
    ['220 mail.example ESMTP\r\n', 1],
    ['HTTP/1.1 200 OK\r\n', 18],
    ['HTTP/9 hello\r\n\r\n', 1],
    ['HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n', 8],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', 0],
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 0],
    ['HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n', 0],
  ])('%j ends like curl: %i', (text, exitcode) => {
    expect(parse(Buffer.from(text), []).exitcode).toBe(exitcode)
  })
})

describe('the chunk decoder', () => {
  it.each(['\r\n', 'g\r\n', '-1\r\n', '5 5\r\n', `${'f'.repeat(13)}\r\n`, '1\r\nxyz\r\n'])('%j is wrong', (text) => {
    expect(new ChunkDecoder().push(Buffer.from(text)).wrong).toBe(true)
  })
})

it('a line of a chunk that does not end is wrong too', () => {
  expect(new ChunkDecoder().push(Buffer.from('a'.repeat(9000))).wrong).toBe(true)
})

describe("curl's command line", () => {
  const plan = (
    look: Parameters<typeof lookAt>[1],
    more: Partial<HttpOptions> = {},
    url = 'https://shop.example/x',
  ) => {
    const asked = planAsk(lookAt(url, look), options(more))
    if (typeof asked === 'string') throw new Error(asked)
    return asked
  }

  it('always has what keeps it clean and bounded', () => {
    const argv = curlArgv(plan({ timeoutMs: 5000 }))
    expect(argv.slice(0, 9)).toEqual(['curl', '-q', '--noproxy', '*', '-sS', '-v', '-i', '-m', '4.75'])
    expect(argv).toContain('-g')
    expect(argv.slice(-2)).toEqual(['--url', 'https://shop.example/x'])
    expect(argv).not.toContain('-k')
    expect(argv).not.toContain('-L')
  })

  it('gives another name to TLS than to HTTP', () => {
    const argv = shownArgv(plan({ sni: 'inner.example', address: '10.0.0.5', host: 'shop.example', verify: false }), 0)
    expect(argv.join(' ')).toContain(
      '-H Host: shop.example -k --connect-to inner.example:443:10.0.0.5:443 --url https://inner.example/x',
    )
    const unnamed = shownArgv(plan({ sni: 'inner.example' }), 0).join(' ')
    expect(unnamed).toContain('-H Host: shop.example --connect-to inner.example:443:shop.example:443')
  })

  it('connects to a socket, or to an IPv6 address in brackets', () => {
    expect(shownArgv(plan({ socket: '/run/app.sock' }), 0).join(' ')).toContain('--unix-socket /run/app.sock --url')
    expect(shownArgv(plan({ address: '::1' }), 0).join(' ')).toContain('--connect-to shop.example:443:[::1]:443')
    const resolved = plan({}, { resolve: [{ host: 'shop.example', port: 443, address: '::1' }] })
    expect(shownArgv(resolved, 0).join(' ')).toContain('--resolve shop.example:443:[::1]')
  })
})

describe('small parts', () => {
  it('a path is kept as written, or made whole', () => {
    const target = (url: string) => parseTarget(url)?.target
    expect(target('http://a.example/x/../y?q=%zz#part')).toBe('/x/../y?q=%zz')
    expect(target('http://a.example')).toBe('/')
    expect(target('http://a.example?q')).toBe('/?q')
    expect(target('http://a.example/ä b')).toBe('/%C3%A4%20b')
    expect(target('HTTP://user:pw@a.example:81/x')).toBe('/x')
  })

  it("reads curl's report, and nothing that is none", () => {
    expect(
      parseCurlReport('{"time_connect":0.0015,"remote_port":80,"http_version":"1.1","errormsg":null}\n'),
    ).toMatchObject({
      connect: 1.5,
      port: 80,
      httpVersion: '1.1',
      errormsg: '',
    })
    expect(parseCurlReport("curl: unknown --write-out variable: 'json'")).toBeNull()
    expect(parseCurlReport('[1]')).toBeNull()
    fc.assert(fc.property(fc.string(), (text) => void parseCurlReport(text)))
    expect(MARK).toMatch(/^@@/)
  })

  it('masks what is long enough to be a secret, the longest first', () => {
    const mask = masker([{ value: 'Bearer abcdef' }, { value: 'abcdefgh' }, { value: 'no' }])
    expect(mask('Bearer abcdef, abcdef, abcdefgh, no')).toBe('[masked], [masked], [masked], no')
  })
})
