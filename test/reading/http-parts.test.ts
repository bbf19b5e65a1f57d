import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errnoWord, readCurlText } from '../../src/reading/http/curl-text.ts'
import { classifyFailure } from '../../src/reading/http/failure.ts'
import { parseHead, parseStatusLine } from '../../src/reading/http/head.ts'
import { type Measured, NOTHING_MEASURED, parseHttpMeta } from '../../src/reading/http/measured.ts'
import { speaks } from '../../src/reading/http/speaks.ts'
import { visibleBytes, visibleLine, visibleText } from '../../src/reading/visible.ts'
import { cpuNow } from '../cpu.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('what speaks there', () => {
  // Bytes as documented by each protocol; the fixtures of asking hold what real programs sent.
  it.each([
    ['tls', hex('15 03 01 00 02 02 46')],
    ['tls', hex('16 03 03 00 7a 02')],
    ['ssh', Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n')],
    ['redis', Buffer.from("-ERR wrong number of arguments for 'get' command\r\n")],
    ['redis', Buffer.from('-DENIED Redis is running in protected mode')],
    ['fastcgi', hex('01 03 00 01 00 08 00 00 00 00 00 00 00 00 00 00')],
    ['http2', hex('00 00 12 04 00 00 00 00 00 00 03 00 00 00 80')],
    ['http2', hex('00 00 00 04 00 00 00 00 00')],
    ['http2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['mysql', Buffer.concat([hex('4a 00 00 00 0a'), Buffer.from('8.0.36\0')])],
    ['mysql', Buffer.concat([hex('5b 00 00 00 0a'), Buffer.from('11.4.2-MariaDB\0')])],
    ['mysql', Buffer.concat([hex('45 00 00 00 ff 6a 04'), Buffer.from("Host '10.0.0.7' is not allowed")])],
    ['smtp', Buffer.from('220 mail.example ESMTP Postfix\r\n')],
    ['postgres', Buffer.from('EFATAL:  unsupported frontend protocol')],
    ['postgres', Buffer.concat([hex('45 00 00 00 66'), Buffer.from('SFATAL\0')])],
    ['', Buffer.from('hello')],
    ['', Buffer.from('+OK ready')],
    ['', hex('')],
    ['', hex('00 00 00 00 00 00 00 00 00')],
  ])('%s', (want, bytes) => {
    expect(speaks(bytes)).toBe(want)
  })

  it('guesses on anything without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(typeof speaks(bytes)).toBe('string')
      }),
    )
  })
})

describe("curl's own words", () => {
  it('a refusal of the last address, after another was tried', () => {
    const said = readCurlText(
      [
        '*   Trying [::1]:3000...',
        '* connect to ::1 port 3000 failed: Connection refused',
        '*   Trying 127.0.0.1:3000...',
        '* connect to 127.0.0.1 port 3000 failed: No route to host',
        "* Failed to connect to localhost port 3000 after 0 ms: Couldn't connect to server",
        "curl: (7) Failed to connect to localhost port 3000 after 0 ms: Couldn't connect to server",
      ].join('\n'),
    )
    expect(said).toMatchObject({
      exitcode: 7,
      errno: 'refused',
      errormsg: 'connect to ::1 port 3000 failed: Connection refused',
      connected: false,
    })
  })

  it.each([
    ['* Immediate connect fail for /run/app.sock: Permission denied', 'denied'],
    ['* Immediate connect fail for /run/app.sock: No such file or directory', 'missing'],
    ['* Immediate connect fail for /run/app.sock: Connection refused', 'refused'],
    ['* connect to 10.0.0.5 port 80 failed: Network is unreachable', 'unreachable'],
    ['* connect to 10.0.0.5 port 80 failed: Connection timed out', 'timeout'],
  ])('%s', (line, errno) => {
    expect(readCurlText(`${line}\ncurl: (7) x`)).toMatchObject({ errno, exitcode: 7, errormsg: line.slice(2) })
  })

  it('the address and the certificate', () => {
    const said = readCurlText(
      [
        '* Connected to localhost (127.0.0.1) port 8443 (#0)',
        '* Server certificate:',
        '*  subject: CN=localhost',
        '*  start date: Jan  1 00:00:00 1990 GMT',
        '*  expire date: Feb  3 04:05:06 2001 GMT',
        '*  issuer: CN=triage502 test CA',
      ].join('\r\n'),
    )
    expect(said).toMatchObject({
      connected: true,
      ip: '127.0.0.1',
      port: 8443,
      errormsg: '',
      certificate: { subject: 'CN=localhost', issuer: 'CN=triage502 test CA', not_after: 'Feb  3 04:05:06 2001 GMT' },
    })
  })

  it('a header that a server sent is none of them', () => {
    expect(readCurlText('< X: * Connected to a (1.2.3.4) port 1\n< curl: (7) Connection refused')).toMatchObject({
      connected: false,
      exitcode: -1,
      errno: '',
    })
    expect(errnoWord('all is well')).toBe('')
  })
})

describe('naming a failure', () => {
  const measured = (more: Partial<Measured>): Measured => ({
    ...NOTHING_MEASURED,
    client: 'curl',
    url: 'http://a/',
    ...more,
  })
  const name = (more: Partial<Measured>, headWhole = false) =>
    Object.values(classifyFailure(measured(more), { headWhole, anything: headWhole })).join(' ')
  const tls = { url: 'https://a/', connected: true }

  // Wording of OpenSSL 3 and 1.1.1, LibreSSL and GnuTLS builds of curl.
  it.each<[string, Partial<Measured>]>([
    ['dns dns', { exitcode: 6, errormsg: 'Could not resolve host: a' }],
    ['dns dns', { exitcode: 28, errormsg: 'Resolving timed out after 5000 milliseconds' }],
    ['refused connect', { exitcode: 7, errno: 'refused' }],
    ['refused connect', { exitcode: 7, errno: 'refused', socket: '/run/a.sock' }],
    ['rejected connect', { exitcode: 7, errno: 'unreachable' }],
    ['rejected connect', { exitcode: 7, errno: 'denied' }],
    ['socket-denied connect', { exitcode: 7, errno: 'denied', socket: '/run/a.sock' }],
    ['socket-missing connect', { exitcode: 7, errno: 'missing', socket: '/run/a.sock' }],
    ['connect-timeout connect', { exitcode: 7, errno: 'timeout' }],
    ['other connect', { exitcode: 7 }],
    ['connect-timeout connect', { exitcode: 28, phases: { ...NOTHING_MEASURED.phases, dns: 1 } }],
    ['silent tls', { ...tls, exitcode: 28 }],
    ['silent wait', { exitcode: 28, connected: true }],
    ['silent wait', { exitcode: -1, timed_out: true, connected: true }],
    ['stalled wait', { exitcode: 28, connected: true, status: 200 }],
    ['not-tls tls', { ...tls, exitcode: 35, errormsg: 'error:0A00010B:SSL routines::wrong version number' }],
    [
      'not-tls tls',
      { ...tls, exitcode: 35, errormsg: 'gnutls_handshake() failed: An unexpected TLS packet was received.' },
    ],
    ['tls-alert tls', { ...tls, exitcode: 35, errormsg: 'error:0A000410:SSL routines::sslv3 alert handshake failure' }],
    ['tls-alert tls', { ...tls, exitcode: 35, errormsg: 'error:0A000458:SSL routines::tlsv1 unrecognized name' }],
    [
      'tls-handshake tls',
      { ...tls, exitcode: 35, errormsg: 'OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a:443' },
    ],
    ['reset tls', { ...tls, exitcode: 35, errno: 'reset' }],
    ['cert-expired tls', { ...tls, exitcode: 60, errormsg: 'SSL certificate problem: certificate has expired' }],
    ['cert-expired tls', { ...tls, exitcode: 60, verify_result: 9 }],
    ['cert-self-signed tls', { ...tls, exitcode: 60, errormsg: 'SSL certificate problem: self signed certificate' }],
    [
      'cert-self-signed tls',
      { ...tls, exitcode: 60, errormsg: 'SSL certificate problem: self-signed certificate in certificate chain' },
    ],
    [
      'cert-untrusted tls',
      { ...tls, exitcode: 60, errormsg: 'SSL certificate problem: unable to get local issuer certificate' },
    ],
    ['cert-untrusted tls', { ...tls, exitcode: 60, verify_result: 21 }],
    [
      'cert-wrong-name tls',
      {
        ...tls,
        exitcode: 60,
        verify_result: 0,
        errormsg: "SSL: no alternative certificate subject name matches target host name 'a'",
      },
    ],
    [
      'cert-wrong-name tls',
      { ...tls, exitcode: 51, errormsg: "SSL: certificate subject name 'b' does not match target host name 'a'" },
    ],
    ['empty-reply wait', { exitcode: 52, connected: true }],
    [
      'empty-reply wait',
      {
        ...tls,
        phases: { ...NOTHING_MEASURED.phases, tls: 5 },
        exitcode: 56,
        errormsg: 'OpenSSL SSL_read: unexpected eof while reading, errno 0',
      },
    ],
    [
      'tls-alert wait',
      {
        ...tls,
        phases: { ...NOTHING_MEASURED.phases, tls: 5 },
        exitcode: 56,
        errormsg: 'tlsv13 alert certificate required, errno 0',
      },
    ],
    ['reset wait', { exitcode: 56, connected: true, errno: 'reset' }],
    ['reset send', { exitcode: 55, connected: true, errno: 'reset' }],
    ['not-http wait', { exitcode: 1, connected: true, errormsg: 'Received HTTP/0.9 when not allowed' }],
    ['not-http wait', { exitcode: 8, connected: true, errormsg: 'Header without colon' }],
    ['not-http wait', { exitcode: 16, connected: true, errormsg: 'Error in the HTTP2 framing layer' }],
    ['reset wait', { exitcode: 92, connected: true, errormsg: 'HTTP/2 stream 1 was not closed cleanly' }],
    ['other send', { exitcode: 1, errormsg: 'Protocol "http" not supported or disabled in libcurl' }],
    ['other wait', { exitcode: 56, connected: true, errormsg: 'Too large response headers: 307300 > 307200' }],
    ['other dns', { exitcode: 99 }],
  ])('%s: %j', (want, more) => {
    expect(name(more)).toBe(want)
  })

  it('after the head it is the body that broke', () => {
    expect(name({ exitcode: 18, connected: true, status: 200 }, true)).toBe('truncated body')
    expect(name({ exitcode: 28, connected: true, status: 200 }, true)).toBe('stalled body')
    expect(name({ exitcode: 56, connected: true, status: 200, errno: 'reset' }, true)).toBe('reset body')
    expect(name({ exitcode: 0, connected: true, status: 200 }, true)).toBe(' done')
  })
})

describe('heads', () => {
  it('a status line, with and without a reason', () => {
    expect(parseStatusLine('HTTP/1.1 502 Bad Gateway')).toEqual({ version: '1.1', status: 502, reason: 'Bad Gateway' })
    expect(parseStatusLine('HTTP/2 502 ')).toEqual({ version: '2', status: 502, reason: '' })
    expect(parseStatusLine('HTTP/1.1 50 Bad')).toBeNull()
    expect(parseStatusLine('SSH-2.0-x')).toBeNull()
  })

  it('headers in lines of their own, folded ones too; a cut head is not whole', () => {
    expect(parseHead('HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n  3\r\n\r\nbody\r\n\r\nmore')).toEqual({
      version: '1.1',
      status: 200,
      reason: 'OK',
      headers: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2 3' },
      ],
      whole: true,
      body: 'body\r\n\r\nmore',
    })
    expect(parseHead('HTTP/1.1 200 OK\r\nA: 1\r\n')).toMatchObject({ whole: false, body: '' })
    expect(parseHead('HTTP/1.1 200 OK')).toMatchObject({ status: 200, whole: false })
    expect(parseHead('')).toBeNull()
  })

  it('is linear: folded lines and headers without end', () => {
    const began = cpuNow()
    parseHead(`HTTP/1.1 200 OK\r\nA: 1\r\n${' x\r\n'.repeat(200_000)}`)
    parseHead(`HTTP/1.1 200 OK\r\n${'A: 1\r\n'.repeat(200_000)}`)
    parseHead('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20_000))
    expect(cpuNow() - began).toBeLessThan(3000)
  })
})

describe('meta that is none', () => {
  it('reads as never measured', () => {
    expect(parseHttpMeta({})).toEqual({ ...NOTHING_MEASURED, redirects: [], samples: [], stopped: 'all' })
    expect(parseHttpMeta({ phases: 'x', samples: [null], status: '502', errno: 'strange', stopped: 1 })).toMatchObject({
      status: 0,
      errno: '',
      samples: [{ at: '', ms: 0 }],
      stopped: 'all',
    })
  })
})

describe('visible text', () => {
  it.each([
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://evil\u0007link\u001b]8;;\u001b\\', 'link'],
    ['a\u001b', 'a'],
    ['\u009b31mred', 'red'],
    ['\u202eevil\u202c \u2066x\u2069', 'evil x'],
    ['a\u0000b\u0008c\td\r\ne', 'abc\td\ne'],
    ['\ud800x', '\ufffdx'],
    ['grün 日本 🙂', 'grün 日本 🙂'],
  ])('%j', (text, want) => {
    expect(visibleText(text)).toBe(want)
  })

  it('never keeps anything that steers a terminal, and is bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect(visibleLine(text)).not.toContain('\n')
      }),
    )
    expect(visibleText('\u001b]'.repeat(100_000), 1000).length).toBeLessThanOrEqual(1000)
  })

  it('bytes', () => {
    expect(visibleBytes(hex('15 03 0d 0a 41 ff'))).toBe('\\x15\\x03\\r\\nA\\xff')
  })
})
