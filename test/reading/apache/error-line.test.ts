import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorStamp, parseErrorLine } from '../../../src/reading/apache/error-line.ts'
import { capturedLog } from './knowledge.ts'

const HEAD = '[Sat Nov 21 09:48:52.179891 2026] [proxy:error] [pid 26470:tid 26514] '
const at = (text: string) => new Date(errorStamp(text) ?? Number.NaN).toISOString()

describe('the stamp of a record', () => {
  it.each([
    ['[Sat Nov 21 09:48:52.179891 2026] [proxy:error] x', '2026-11-21T09:48:52.179Z'],
    ['[Sat Nov 21 09:48:52 2026] [error] x', '2026-11-21T09:48:52.000Z'],
    ['[Tue Nov  3 09:48:52.5 2026] [error] x', '2026-11-03T09:48:52.500Z'],
    ['[2026-11-21 09:48:52.179891] [proxy:error] x', '2026-11-21T09:48:52.179Z'],
    ['[2026-11-21 09:48:52] [proxy:error] x', '2026-11-21T09:48:52.000Z'],
    ['[Thu Feb 29 23:59:60 2024] [error] x', '2024-03-01T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(at(text)).toBe(expected)
  })

  it.each([
    '',
    'PHP Warning: something',
    '[Sat Nov 21 09:48:52.179891 2026]',
    '[Sat Nav 21 09:48:52 2026] [error] x',
    '[Sat Nov 32 09:48:52 2026] [error] x',
    '[Sat Nov 21 24:48:52 2026] [error] x',
    '[2026-13-21 09:48:52] [error] x',
    '2026/11/21 09:48:52 [error] 1#1: x',
    ' [Sat Nov 21 09:48:52 2026] [error] x',
  ])('is not in %j', (text) => {
    expect(errorStamp(text)).toBeUndefined()
  })
})

describe('the fields of a record', () => {
  it('of a connection that failed: no visitor, the reason in front of the code', () => {
    const text = `${HEAD}(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:4100 (127.0.0.1:4100) failed`
    expect(parseErrorLine(text)).toEqual({
      stamp: Date.UTC(2026, 10, 21, 9, 48, 52, 179),
      module: 'proxy',
      level: 'error',
      pid: 26470,
      tid: 26514,
      client: '',
      clientPort: 0,
      remote: '',
      code: 'AH00957',
      message: '(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:4100 (127.0.0.1:4100) failed',
    })
  })

  it('of a visitor’s request: the reason stands in front of the visitor, and is kept', () => {
    const text = `${HEAD}(20014)Internal error (specific information not available): [client 127.0.0.1:60192] AH01102: error reading status line from remote server 127.0.0.1:4101`
    expect(parseErrorLine(text)).toMatchObject({
      client: '127.0.0.1',
      clientPort: 60192,
      code: 'AH01102',
      message:
        '(20014)Internal error (specific information not available): AH01102: error reading status line from remote server 127.0.0.1:4101',
    })
  })

  it('of TLS to the upstream: the upstream, and no visitor', () => {
    const text = `${HEAD.replace('proxy:', 'ssl:')}[remote 127.0.0.1:4202] AH02039: Certificate Verification: Error (10): certificate has expired`
    expect(parseErrorLine(text)).toMatchObject({
      module: 'ssl',
      client: '',
      remote: '127.0.0.1:4202',
      message: 'AH02039: Certificate Verification: Error (10): certificate has expired',
    })
  })

  it.each([
    ['[client 192.0.2.7:51234] ', '192.0.2.7', 51234],
    ['[client ::1:51234] ', '::1', 51234],
    ['[client 2001:db8::7:51234] ', '2001:db8::7', 51234],
    ['[client 192.0.2.7] ', '192.0.2.7', 0],
    ['', '', 0],
  ])('the visitor of %j', (written, client, clientPort) => {
    expect(parseErrorLine(`${HEAD}${written}AH01114: HTTP: failed`)).toMatchObject({ client, clientPort })
  })

  it('a referer is the visitor’s: it is cut off', () => {
    const text = `${HEAD}[client 127.0.0.1:1] AH00898: Error reading from remote server returned by /a, referer: https://shop.example.com/AH01102: error`
    expect(parseErrorLine(text)?.message).toBe('AH00898: Error reading from remote server returned by /a')
  })

  it('2.2 knows no modules and no processes', () => {
    const text = '[Sat Nov 21 09:48:52 2026] [error] [client 192.0.2.7] (111)Connection refused: proxy: HTTP: attempt'
    expect(parseErrorLine(text)).toMatchObject({ module: '', level: 'error', pid: 0, client: '192.0.2.7', code: '' })
  })

  it('at debug the place in the source stands in front', () => {
    const text = `${HEAD}proxy_util.c(3203): (111)Connection refused: AH00957: http: attempt`
    expect(parseErrorLine(text)?.message).toBe('(111)Connection refused: AH00957: http: attempt')
  })

  it('a name that does not resolve has a number of another kind', () => {
    const text = `${HEAD}(EAI 2)Name or service not known: [client 127.0.0.1:1] AH00898: DNS lookup failure for: x returned by /y`
    expect(parseErrorLine(text)?.message).toBe(
      '(EAI 2)Name or service not known: AH00898: DNS lookup failure for: x returned by /y',
    )
  })

  it('without a thread, in a prefork server', () => {
    expect(parseErrorLine('[Sat Nov 21 09:48:52.1 2026] [core:notice] [pid 7] AH00094: Command line')).toMatchObject({
      pid: 7,
      tid: 0,
      level: 'notice',
    })
  })

  it.each([
    '[Sat Nov 21 09:48:52 2026] no level',
    '[Sat Nov 21 09:48:52 2026] [pid 7] no level',
    '[Sat Nov 21 09:48:52 2026] [loud] no level',
    '[Sat Nov 21 09:48:52 2026] [proxy:loud] no level',
  ])('%j is no record', (text) => {
    expect(parseErrorLine(text)).toBeUndefined()
  })

  it('every line of a real log is one, with a code', () => {
    for (const name of ['error.log', 'error-tls.log']) {
      for (const line of capturedLog(name).trim().split('\n')) {
        expect([line, parseErrorLine(line)?.code]).toEqual([line, expect.stringMatching(/^AH\d{5}$/)])
      }
    }
  })
})

describe('whatever the text', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        parseErrorLine(a)
        parseErrorLine(`${HEAD}${a}`)
        parseErrorLine(`${HEAD}(111)${a}: [client ${b}] ${a}`)
      }),
    )
  })

  it('what a visitor sends changes nothing that stands before', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const line = parseErrorLine(`${HEAD}[client 127.0.0.1:1] AH00898: Error returned by /${path}`)
        expect(line).toMatchObject({ client: '127.0.0.1', clientPort: 1, code: 'AH00898', level: 'error' })
      }),
    )
  })
})
