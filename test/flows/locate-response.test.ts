import { describe, expect, it } from 'vitest'
import { PROXY_DOWN } from './faults.ts'
import {
  answered,
  DROPPED,
  EMPTY,
  exchange,
  NO_ROUTE,
  NOT_TLS,
  nginxPage,
  REFUSED,
  RESET,
  SELF_SIGNED,
  SILENT,
  SSH,
  STALLED,
  TLS_ALERT,
  TRUNCATED,
  UNTRUSTED,
} from './http.ts'
import { blind, destination } from './looks.ts'
import { diagnose, type World } from './world.ts'

/** An nginx on another machine. */
const FAR = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)

describe('what our own request got', () => {
  const at = async (parts: Partial<World>, url?: string) =>
    (await diagnose(parts, url ? { url } : {})).at('locate/response')

  it('refused, where nobody listens here', async () => {
    expect(await at(PROXY_DOWN)).toEqual({
      branch: 'refused-here',
      says: 'the connection was refused: nobody serves shop.example.com:80',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'unreachable' },
      suspects: ['proxy-down'],
      rulesOut: ['blocked', 'host-down'],
      go: 'docker/front',
    })
  })

  it('refused by another machine', async () => {
    expect(await at({ destination: FAR, request: exchange(REFUSED) })).toEqual({
      branch: 'refused-there',
      says: 'shop.example.com:80 refused the connection',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'unreachable' },
      suspects: ['proxy-down', 'blocked'],
      go: 'place/reach',
    })
  })

  it('no connection: no route to the host', async () => {
    const asked = { ...NO_ROUTE, errormsg: 'connect to 203.0.113.9 port 80 failed: No route to host' }
    expect(await at({ destination: FAR, request: exchange(asked) })).toEqual({
      branch: 'no-connection',
      says: 'no connection to shop.example.com:80: connect to 203.0.113.9 port 80 failed: No route to host',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'unreachable' },
      suspects: ['blocked', 'host-down', 'proxy-down'],
      go: 'place/reach',
    })
  })

  it('no connection within the limit', async () => {
    expect(await at({ destination: FAR, request: exchange(DROPPED) })).toEqual({
      branch: 'no-connection',
      says: 'no connection to shop.example.com:80: Connection timed out after 75001 milliseconds',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'unreachable' },
      suspects: ['blocked', 'host-down', 'proxy-down'],
      go: 'place/reach',
    })
  })

  it('a certificate that does not hold', async () => {
    expect(await at({ destination: FAR, request: exchange(SELF_SIGNED) }, 'https://shop.example.com/')).toEqual({
      branch: 'certificate',
      says: 'the certificate of shop.example.com:443 does not hold: SSL certificate problem: self-signed certificate',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'reset' },
      suspects: ['cert-invalid'],
      rulesOut: ['tls-handshake', 'proxy-down', 'blocked'],
      go: 'locate/tls-in-front',
    })
  })

  it('a certificate of an authority that is not known here', async () => {
    expect(await at({ destination: FAR, request: exchange(UNTRUSTED) }, 'https://shop.example.com/')).toEqual({
      branch: 'untrusted',
      says: 'the certificate of shop.example.com:443 is not trusted here: SSL certificate problem: unable to get local issuer certificate',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'reset' },
      suspects: ['cert-invalid', 'tls-handshake'],
      go: 'locate/tls-in-front',
    })
  })

  it('an alert instead of a handshake', async () => {
    expect(await at({ destination: FAR, request: exchange(TLS_ALERT) }, 'https://shop.example.com/')).toEqual({
      branch: 'tls',
      says: 'TLS with shop.example.com:443 failed: error:0A000410:SSL routines::sslv3 alert handshake failure',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'reset' },
      suspects: ['tls-handshake', 'protocol-mismatch'],
      go: 'place/tls',
    })
  })

  it('plain HTTP where TLS was asked', async () => {
    expect(await at({ destination: FAR, request: exchange(NOT_TLS) }, 'https://shop.example.com/')).toEqual({
      branch: 'tls',
      says: 'TLS with shop.example.com:443 failed: error:0A00010B:SSL routines::wrong version number',
      learns: { 'answer.class': 'no-answer', 'failure.shape': 'reset' },
      suspects: ['tls-handshake', 'protocol-mismatch'],
      go: 'place/tls',
    })
  })

  it('raw bytes', async () => {
    expect(await at({ request: exchange(SSH) })).toEqual({
      branch: 'not-http',
      says: 'what came back is not HTTP: SSH-2.0-OpenSSH_9.2p1\\r\\n',
      learns: { 'answer.class': 'not-http', 'answer.ms': 1, 'failure.shape': 'garbage' },
      suspects: ['not-http', 'protocol-mismatch'],
      go: 'locate/log',
    })
  })

  it('a page of which half came', async () => {
    expect(await at({ request: exchange(TRUNCATED) })).toEqual({
      branch: 'cut',
      says: 'the answer (200) was cut: transfer closed with 984 bytes remaining to read',
      learns: {
        'answer.class': 'cut',
        'answer.ms': 52,
        'answer.status': 200,
        'failure.shape': 'reset',
      },
      suspects: ['truncated-response', 'crashed-mid-response'],
      hops: ['proxy nginx passed'],
      go: 'locate/log',
    })
  })

  it('a page that stopped coming', async () => {
    expect(await at({ request: exchange(STALLED) })).toEqual({
      branch: 'cut',
      says: 'the answer (200) was cut: Operation timed out after 75001 milliseconds with 16 out of 1000 bytes received',
      learns: {
        'answer.class': 'cut',
        'answer.ms': 75001,
        'answer.status': 200,
        'failure.shape': 'reset',
      },
      suspects: ['truncated-response', 'crashed-mid-response'],
      hops: ['proxy nginx passed'],
      go: 'locate/log',
    })
  })

  it('a reset', async () => {
    expect(await at({ request: exchange(RESET) })).toEqual({
      branch: 'dropped',
      says: 'shop.example.com:80 took the connection and gave no answer (reset, 9 ms)',
      learns: { 'answer.class': 'no-answer', 'answer.ms': 9, 'failure.shape': 'reset' },
      go: 'locate/log',
    })
  })

  it('nothing at all', async () => {
    expect(await at({ request: exchange(EMPTY) })).toEqual({
      branch: 'dropped',
      says: 'shop.example.com:80 took the connection and gave no answer (empty-reply, 12 ms)',
      learns: { 'answer.class': 'no-answer', 'answer.ms': 12, 'failure.shape': 'reset' },
      go: 'locate/log',
    })
  })

  it('silence until the limit: that is a finding, not blindness', async () => {
    expect(await at({ request: exchange(SILENT) })).toEqual({
      branch: 'dropped',
      says: 'shop.example.com:80 took the connection and gave no answer (silent, 75001 ms)',
      learns: { 'answer.class': 'no-answer', 'answer.ms': 75001, 'failure.shape': 'slow' },
      go: 'locate/log',
    })
  })

  it("the gateway's own page", async () => {
    expect(await at({ request: exchange(nginxPage(504, 30_004)) })).toEqual({
      branch: 'own-page',
      says: "504 after 30004 ms, and the page is nginx's own; 30 s is a default of gunicorn (--timeout), PHP (max_execution_time)",
      learns: {
        'answer.class': 'gateway-error',
        'answer.made_by': 'nginx',
        'answer.made_kind': 'proxy',
        'answer.ms': 30004,
        'answer.own_page': true,
        'answer.says': expect.stringMatching(/^nginx waited for the server behind it and gave up/),
        'answer.status': 504,
      },
      hops: ['proxy nginx made'],
      go: 'locate/log',
    })
  })

  it('a page that a gateway passed on', async () => {
    expect(await at({ request: exchange(answered(502, 'the payment service is down', {}, true)) })).toEqual({
      branch: 'server-error',
      says: '502 after 3 ms, with a page of nobody we know',
      learns: {
        'answer.class': 'gateway-error',
        'answer.ms': 3,
        'answer.own_page': false,
        'answer.status': 502,
      },
      hops: ['proxy nginx passed'],
      go: 'locate/log',
    })
  })

  it('an answer', async () => {
    expect(await at({})).toEqual({
      branch: 'answered',
      says: '200 after 3 ms',
      learns: { 'answer.class': 'ok', 'answer.ms': 3, 'answer.status': 200 },
      hops: ['proxy nginx passed'],
      go: 'locate/log',
    })
  })

  it('an answer that is no error of a gateway: 404', async () => {
    expect(await at({ request: exchange(answered(404, 'no such page', { ms: 7 }, true)) })).toEqual({
      branch: 'answered',
      says: '404 after 7 ms',
      learns: { 'answer.class': 'ok', 'answer.ms': 7, 'answer.status': 404 },
      hops: ['proxy nginx passed'],
      go: 'locate/log',
    })
  })

  it('something else that went wrong', async () => {
    expect(await at({ request: exchange({ exit: 61, errormsg: 'Unrecognized content encoding type' }) })).toEqual({
      branch: 'other',
      says: 'no answer: Unrecognized content encoding type',
      learns: { 'answer.class': 'no-answer' },
      go: 'locate/log',
    })
  })

  it('nothing was asked: requests were not wanted', async () => {
    expect(await at({ request: blind('declined', '--no-requests was given') })).toEqual({
      blind: 'declined',
      says: '--no-requests was given',
      go: 'locate/log',
    })
  })
})
