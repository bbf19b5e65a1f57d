import { describe, expect, it } from 'vitest'
import {
  BAD_HEAD,
  BIG_HEAD,
  CERT_EXPIRED,
  CERT_NAME,
  NO_SNI,
  NO_VERSION,
  RESETS_IN_BODY,
  TLS_TO_PLAIN,
} from './faults.ts'
import { answered, EMPTY, exchange, NOT_TLS, nginxPage, RESET, SILENT, TLS_ALERT } from './http.ts'
import { blind } from './looks.ts'
import { errorLog } from './text.ts'
import { ALERT, certificate, TAKEN, tlsOffer } from './tls-hellos.ts'
import { config, diagnose } from './world.ts'

describe('TLS spoken to a plain upstream', () => {
  it('names both sides, the place in the configuration, and is certain', async () => {
    const seen = await diagnose(TLS_TO_PLAIN)
    expect(seen.verdict).toEqual({
      id: 'tls/plain-upstream',
      cause: 'protocol-mismatch',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'garbage',
      says: 'The gateway speaks TLS to 127.0.0.1:3000, by proxy_pass https://127.0.0.1:3000 at /etc/nginx/sites-enabled/shop:4, and what listens there speaks plain HTTP',
      proofs: ['nginx/error-log.tls', 'app/direct.tls', 'tls/plain.answers'],
    })
  })

  it.each([
    ['reset', { ...RESET, exit: 35 }],
    ['closed', { exit: 35, errormsg: 'OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to 127.0.0.1:3000' }],
    ['mute', SILENT],
  ])('whatever became of the hello: %s', async (_, asked) => {
    const seen = await diagnose({ ...TLS_TO_PLAIN, direct: exchange(asked) })
    expect(seen.at('app/direct')).toMatchObject({ branch: 'tls' })
    expect(seen.short).toBe('protocol-mismatch confirmed')
  })

  it('is not said of one that answers 400, as a TLS server may', async () => {
    const plain = exchange(answered(400, 'bad request'))
    const seen = await diagnose({ ...TLS_TO_PLAIN, direct: exchange(TLS_ALERT), plain })
    expect(seen.at('tls/plain')).toMatchObject({ branch: 'neither', says: 'asked in plain HTTP: 400' })
    expect(seen.judged.verdict?.node.cause).not.toBe('protocol-mismatch')
  })

  it('is said of one that answers 400 and no TLS at all', async () => {
    const seen = await diagnose({ ...TLS_TO_PLAIN, direct: exchange(NOT_TLS), plain: exchange(answered(400)) })
    expect(seen.short).toBe('protocol-mismatch confirmed')
  })

  it('is less than certain where nginx’s log cannot be read', async () => {
    const seen = await diagnose({ ...TLS_TO_PLAIN, errorLog: blind('no-permission') })
    expect(seen.short).toBe('protocol-mismatch likely')
  })
})

describe('plain HTTP spoken to a TLS upstream that answers 400', () => {
  const REFUSES = 'The plain HTTP request was sent to HTTPS port'
  const told = answered(400, `<html><body><center>${REFUSES}</center></body></html>`)
  const world = { request: exchange(told), direct: exchange(told), tls: exchange(answered(200, 'hello', { tls: 2 })) }

  it('is a mismatch of the two', async () => {
    const seen = await diagnose(world)
    expect(seen.path).toContain('process/speaks-tls.tls')
    expect(seen.verdict).toMatchObject({ id: 'process/protocol-mismatch', confidence: 'confirmed', shape: 'garbage' })
  })

  it('is nobody’s fault but the visitor’s where the upstream answers well', async () => {
    const seen = await diagnose({ request: exchange(told) })
    expect(seen.end).toMatchObject({ node: 'app/sometimes', outcome: 'inconclusive' })
  })
})

describe('a handshake on which the two do not agree', () => {
  it('for want of a server name', async () => {
    const seen = await diagnose(NO_SNI)
    expect(seen.verdict).toMatchObject({
      id: 'tls/handshake',
      confidence: 'confirmed',
      shape: 'reset',
      says: 'The gateway and 127.0.0.1:3000 both speak TLS and do not agree on the server name: the gateway sends none, the upstream takes app.internal',
      proofs: ['nginx/error-log.tls', 'tls/offer.name'],
    })
    expect(seen.fact('tls.mend')).toBe('proxy_ssl_server_name on; proxy_ssl_name app.internal;')
  })

  it('for want of a version', async () => {
    const seen = await diagnose(NO_VERSION)
    expect(seen.verdict?.says).toContain('the gateway offers TLSv1 TLSv1.1 TLSv1.2, the upstream takes TLSv1.3')
    expect(seen.fact('tls.mend')).toBe('proxy_ssl_protocols TLSv1.3;')
  })

  it.each([
    ['ciphers', 'proxy_ssl_ciphers DEFAULT;'],
    ['all', 'proxy_ssl_protocols TLSv1.3; proxy_ssl_ciphers DEFAULT; proxy_ssl_server_name on;'],
  ])('for %s', async (change, mend) => {
    const offer = tlsOffer([
      { change: '', ...ALERT },
      { change, name: '', ...TAKEN },
    ])
    const seen = await diagnose({ ...NO_SNI, tlsOffer: offer })
    expect(seen.short).toBe('tls-handshake confirmed')
    expect(seen.fact('tls.mend')).toBe(mend)
  })

  it('is found also where our own client is content, for it sends the name', async () => {
    const seen = await diagnose({ ...NO_SNI, direct: exchange(answered(200)) })
    expect(seen.path).toContain('app/answers-directly.tls')
    expect(seen.short).toBe('tls-handshake confirmed')
  })

  it('that nothing mends is no verdict', async () => {
    const seen = await diagnose({ ...NO_SNI, tlsOffer: tlsOffer([{ change: '', ...ALERT }]) })
    expect(seen.at('tls/offer')).toMatchObject({ branch: 'refused' })
    expect(seen.end).toMatchObject({ node: 'tls/disagree', outcome: 'inconclusive' })
  })

  it.each([
    ['taken', { change: '', ...TAKEN }],
    ['unknown', { change: '', failure: 'refused', error: 'connect ECONNREFUSED' }],
  ])('nor one that is %s now', async (branch, hello) => {
    const seen = await diagnose({ ...NO_SNI, tlsOffer: tlsOffer([hello]) })
    expect(seen.at('tls/offer')).toMatchObject({ branch })
    expect(seen.judged.verdict).toBeNull()
  })
})

describe('a certificate that does not hold', () => {
  it('cites the day on which it ended', async () => {
    const seen = await diagnose(CERT_EXPIRED)
    expect(seen.verdict).toEqual({
      id: 'tls/certificate',
      cause: 'cert-invalid',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'reset',
      says: 'The gateway verifies the certificate of 127.0.0.1:3000, as /etc/nginx/sites-enabled/shop:4 says, and it does not hold: it ended on 2026-11-01',
      proofs: ['nginx/error-log.certificate', 'tls/offer.expired'],
    })
    expect(seen.at('tls/offer')).toMatchObject({
      says: "the upstream's certificate (CN=app.internal) ended on 2026-11-01, 20 days ago",
    })
  })

  it('cites the names that it is for and the one that is checked', async () => {
    const seen = await diagnose(CERT_NAME)
    expect(seen.verdict).toMatchObject({ confidence: 'confirmed' })
    expect(seen.verdict?.says).toContain('it is for old.internal, not for app.internal')
  })

  it.each([
    ['not-yet', certificate({ from: 'Dec  1 00:00:00 2026 GMT' }), 'it begins only on 2026-12-01'],
    [
      'self-signed',
      certificate({ trusted: false, selfSigned: true }),
      'it is signed by itself, and /etc/nginx/ca.pem does not hold it',
    ],
    [
      'untrusted',
      certificate({ trusted: false }),
      'it is signed by CN=Shop internal CA, which /etc/nginx/ca.pem does not vouch for',
    ],
  ])('%s', async (branch, shown, says) => {
    const seen = await diagnose({ ...CERT_EXPIRED, tlsOffer: tlsOffer([{ change: '', ...TAKEN, certificate: shown }]) })
    expect(seen.at('tls/offer')).toMatchObject({ branch })
    expect(seen.short).toBe('cert-invalid confirmed')
    expect(seen.verdict?.says).toContain(says)
  })

  it('is the gateway’s word alone where ours finds nothing wrong with it', async () => {
    const seen = await diagnose({ ...CERT_EXPIRED, tlsOffer: tlsOffer([{ change: '', ...TAKEN }]) })
    expect(seen.at('tls/offer')).toMatchObject({ branch: 'taken' })
    expect(seen.short).toBe('cert-invalid likely')
    expect(seen.verdict?.says).toContain('was refused by the gateway: upstream SSL certificate verify error')
  })

  it('is not judged by authorities that could not be read', async () => {
    const shown = { change: '', ...TAKEN, certificate: certificate({ trusted: false }) }
    const seen = await diagnose({
      ...CERT_EXPIRED,
      tlsOffer: tlsOffer([shown], { trust_known: false, trust_untold: '/etc/nginx/ca.pem could not be read' }),
    })
    expect(seen.short).toBe('cert-invalid likely')
    expect(seen.at('tls/offer')).toMatchObject({ branch: 'taken', dark: ['/etc/nginx/ca.pem could not be read'] })
  })

  it('is no verdict of our own client’s authorities alone', async () => {
    const seen = await diagnose({
      ...CERT_EXPIRED,
      errorLog: errorLog(),
      tlsOffer: tlsOffer([{ change: '', ...TAKEN }]),
    })
    expect(seen.judged.verdict).toBeNull()
  })
})

describe('the head of the answer', () => {
  it('that is too big cites both sizes, and a setting that mends it', async () => {
    const seen = await diagnose(BIG_HEAD)
    expect(seen.verdict).toMatchObject({
      id: 'head/too-big',
      confidence: 'confirmed',
      place: 'proxy',
      sides: ['proxy', 'app'],
      shape: 'garbage',
      says: "The head of the upstream's answer, 12187 bytes, does not fit into the gateway's proxy_buffer_size, 4096 bytes",
      proofs: ['nginx/error-log.head-too-big', 'head/setting.smaller'],
    })
    expect(seen.fact('head.room_kb')).toBe(16)
  })

  it.each([
    [4097, 8],
    [8000, 12],
    [20_000, 28],
    [100_000, 124],
  ])('of %i bytes has room in %i KB', async (headBytes, room) => {
    const seen = await diagnose({ ...BIG_HEAD, direct: exchange(answered(200, 'ok', { headBytes })) })
    expect(seen.fact('head.room_kb')).toBe(room)
  })

  it('is too big also where the answer is an error of the application', async () => {
    const seen = await diagnose({ ...BIG_HEAD, direct: exchange(answered(500, 'oops', { headBytes: 9000 })) })
    expect(seen.short).toBe('header-too-big confirmed')
  })

  it.each([
    ['that fits when we ask', 800, 'larger'],
    ['that was not measured', -1, 'unknown'],
  ])('%s is likely too big for others', async (_, headBytes, branch) => {
    const seen = await diagnose({ ...BIG_HEAD, direct: exchange(answered(200, 'ok', { headBytes })) })
    expect(seen.at('head/setting')).toMatchObject({ branch })
    expect(seen.short).toBe('header-too-big likely')
  })

  it('with a header that nginx refuses', async () => {
    const seen = await diagnose(BAD_HEAD)
    expect(seen.verdict).toMatchObject({ id: 'head/invalid-header', confidence: 'confirmed', place: 'app' })
    expect(seen.verdict?.says).toContain('upstream sent invalid header: "X\\x20..."')
  })

  it('with one that our client refuses too', async () => {
    const direct = exchange({ exit: 8, errormsg: 'Nul byte in header' })
    expect((await diagnose({ ...BAD_HEAD, direct })).at('app/direct')).toMatchObject({
      branch: 'head-refused',
      says: "asked directly, the upstream's answer is refused too: Nul byte in header",
    })
  })

  it('with one that it refuses, of an upstream that closes on us', async () => {
    const seen = await diagnose({ ...BAD_HEAD, direct: exchange(EMPTY) })
    expect(seen.judged.verdict?.assessment.confidence).not.toBe('confirmed')
  })
})

describe('a reset', () => {
  it('in the middle of the answer is a cut answer of a process that lives', async () => {
    const seen = await diagnose(RESETS_IN_BODY)
    expect(seen.at('app/direct')).toMatchObject({
      branch: 'cut-by-reset',
      says: 'http://127.0.0.1:3000/checkout reset the connection in the middle of its answer (200, 4 bytes of it came)',
    })
    expect(seen.short).toBe('truncated-response confirmed')
  })

  it('before the answer is one too', async () => {
    const seen = await diagnose({ ...RESETS_IN_BODY, direct: exchange(RESET), tls: exchange(RESET) })
    expect(seen.at('app/direct')).toMatchObject({ branch: 'closed' })
    expect(seen.short).toBe('truncated-response confirmed')
  })
})

it('a page of nginx that mentions no TLS is no mismatch', async () => {
  const seen = await diagnose({ request: exchange(nginxPage(400)), config: config() })
  expect(seen.at('locate/response')).toMatchObject({ branch: 'answered' })
})
