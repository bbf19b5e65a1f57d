import { describe, expect, it } from 'vitest'
import { judgeFingerprints, matchFingerprints } from '../../../src/reading/fingerprints.ts'
import { cpuNow } from '../../cpu.ts'
import { SHIPPED_FINGERPRINTS as fingerprints } from './shipped.ts'

const seen = (status: number, headers: Record<string, string>, body = '') =>
  matchFingerprints(
    { status, headers: Object.entries(headers).map(([name, value]) => ({ name, value })), body },
    fingerprints,
  )
/** `vendor role`, from the outside in. */
const hops = (status: number, headers: Record<string, string>, body = '') =>
  judgeFingerprints(seen(status, headers, body)).hops.map(({ vendor, role }) => `${vendor} ${role}`)

const page = (title: string, maker: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n${maker === '' ? '' : `<hr><center>${maker}</center>\r\n`}</body>\r\n</html>\r\n`

describe('pages of the nginx family are told by their last line', () => {
  it.each([
    [502, '502 Bad Gateway', 'nginx', ['nginx made']],
    [502, '502 Bad Gateway', 'nginx/1.22.1', ['nginx made']],
    [503, '503 Service Temporarily Unavailable', 'nginx', ['nginx made']],
    [504, '504 Gateway Time-out', 'nginx/1.27.0', ['nginx made']],
    [404, '404 Not Found', 'nginx', ['nginx made']],
    [502, '502 Bad Gateway', 'openresty', ['openresty made']],
    [504, '504 Gateway Time-out', 'openresty/1.25.3.1', ['openresty made']],
    [502, '502 Bad Gateway', 'cloudflare', ['cloudflare made']],
    [502, '502 Bad Gateway', 'cloudflare-nginx', ['cloudflare made']],
    [502, '502 Bad Gateway', 'tengine', ['tengine made']],
    [502, '502 Bad Gateway', 'somebody', []],
    [502, '502 Bad Gateway', '', []],
  ])('%d %s %j: %j', (status, title, maker, expected) => {
    expect(hops(status, { 'content-type': 'text/html' }, page(title, maker))).toEqual(expected)
  })

  it('with line feeds alone, too', () => {
    expect(hops(502, {}, page('502 Bad Gateway', 'nginx').replaceAll('\r\n', '\n'))).toEqual(['nginx made'])
  })

  it('not by a page that only mentions it', () => {
    expect(hops(502, {}, '<h1>502 Bad Gateway</h1><p>nginx</p>')).toEqual([])
    expect(hops(502, {}, '<hr><center>nginx</center>')).toEqual([])
  })
})

describe('near misses: a mark alone, or a part of one', () => {
  it.each([
    ['the ALB’s page without its header', 502, {}, page('502 Bad Gateway', ''), []],
    ['the ALB’s header and page', 502, { server: 'awselb/2.0' }, page('502 Bad Gateway', ''), ['aws-alb made']],
    ['the ALB’s header with a body of its own', 503, { server: 'awselb/2.0' }, 'soon back', ['aws-alb made']],
    ['a later awselb', 502, { server: 'awselb/3.0' }, '', []],
    ['Caddy’s own: empty', 502, { server: 'Caddy', 'content-length': '0' }, '', ['caddy made']],
    ['Caddy, with a body', 502, { server: 'Caddy', 'content-length': '7' }, 'no luck', ['caddy passed']],
    [
      'Caddy, with its Via: passed on',
      502,
      { server: 'Caddy', 'content-length': '0', via: '1.1 Caddy' },
      '',
      ['caddy passed'],
    ],
    ['Caddy, well', 200, { server: 'Caddy', 'content-length': '0' }, '', ['caddy passed']],
    [
      'Traefik’s text',
      502,
      { 'content-type': 'text/plain; charset=utf-8', 'content-length': '11' },
      'Bad Gateway',
      ['traefik made'],
    ],
    [
      'Traefik’s text without a charset',
      502,
      { 'content-type': 'text/plain', 'content-length': '11' },
      'Bad Gateway',
      ['traefik made'],
    ],
    [
      'the same text of somebody with a name',
      502,
      { server: 'x', 'content-type': 'text/plain', 'content-length': '11' },
      'Bad Gateway',
      [],
    ],
    [
      'the same text of another length',
      502,
      { 'content-type': 'text/plain', 'content-length': '12' },
      'Bad Gateway\n',
      [],
    ],
    ['the same text as HTML', 502, { 'content-type': 'text/html', 'content-length': '11' }, 'Bad Gateway', []],
    ['the text of another status', 504, { 'content-type': 'text/plain', 'content-length': '11' }, 'Bad Gateway', []],
    ['Traefik without a server', 503, { 'content-type': 'text/plain' }, 'no available server\n', ['traefik made']],
    [
      'Envoy’s own',
      503,
      { server: 'envoy' },
      'upstream connect error or disconnect/reset before headers. reset reason: overflow',
      ['envoy made'],
    ],
    [
      'the same, passed on by an Envoy in front',
      503,
      { server: 'envoy', 'x-envoy-upstream-service-time': '3' },
      'upstream connect error or disconnect/reset before headers. reset reason: overflow',
      ['envoy passed'],
    ],
    ['Envoy without upstream', 503, {}, 'no healthy upstream', ['envoy made']],
    ['the same text with another status', 500, {}, 'no healthy upstream', []],
    ['Envoy’s timeout', 504, {}, 'upstream request timeout', ['envoy made']],
    [
      'Varnish’s page',
      503,
      { 'x-varnish': '5' },
      '<h1>Error 503 Backend fetch failed</h1><h3>Guru Meditation:</h3><p>Varnish cache server</p>',
      ['varnish made'],
    ],
    ['a page like Varnish’s', 503, {}, '<h1>Error 503 Backend fetch failed</h1><h3>Guru Meditation:</h3>', []],
    ['what Varnish passed on', 502, { 'x-varnish': '5 3' }, 'oops', ['varnish passed']],
    [
      'HAProxy 502',
      502,
      {},
      '<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>\n',
      ['haproxy made'],
    ],
    [
      'HAProxy 503',
      503,
      {},
      '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
      ['haproxy made'],
    ],
    [
      'HAProxy 504',
      504,
      {},
      "<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>\n",
      ['haproxy made'],
    ],
    ['HAProxy’s heading alone', 503, {}, '<h1>503 Service Unavailable</h1>\nLater.', []],
    [
      'Apache’s proxy error',
      502,
      { server: 'Apache' },
      'The proxy server received an invalid\r\nresponse from an upstream server.<br />\r\nThe proxy server could not handle the request<p>Reason: <strong>Error reading from remote server</strong></p>',
      ['apache made'],
    ],
    [
      'Apache without a reason',
      502,
      { server: 'Apache' },
      'The proxy server received an invalid\r\nresponse from an upstream server.',
      ['apache passed'],
    ],
    ['Apache’s name alone', 502, { server: 'Apache/2.4.62 (Debian)' }, 'oops', ['apache passed']],
    ['Tomcat’s old name is not Apache’s', 502, { server: 'Apache-Coyote/1.1' }, 'oops', []],
    ['Cloudflare’s type', 522, { 'cf-ray': 'x', 'cf-error-type': '522' }, '', ['cloudflare made']],
    ['Cloudflare’s ray alone', 503, { 'cf-ray': 'x', server: 'cloudflare' }, '<h1>oops</h1>', ['cloudflare passed']],
    ['Cloudflare’s short text', 521, { server: 'cloudflare', 'cf-ray': 'x' }, 'error code: 521', ['cloudflare made']],
    ['the short text of somebody else', 521, { server: 'x' }, 'error code: 521', []],
    ['Cloudflare’s text without a number', 503, { server: 'cloudflare' }, 'error code: none', []],
    ['half of Cloudflare’s page', 502, { server: 'cloudflare' }, '<div id="cf-error-details">', []],
    [
      'CloudFront’s own',
      504,
      { 'x-cache': 'Error from cloudfront', 'x-amz-cf-id': 'k' },
      'Generated by cloudfront (CloudFront)',
      ['cloudfront made'],
    ],
    [
      'an origin’s error through CloudFront',
      502,
      { 'x-cache': 'Error from cloudfront', 'x-amz-cf-id': 'k' },
      '{"error":1}',
      ['cloudfront passed'],
    ],
    [
      'a page from CloudFront’s cache',
      502,
      { 'x-cache': 'Hit from cloudfront', 'x-amz-cf-id': 'k' },
      'Generated by cloudfront (CloudFront)',
      ['cloudfront passed'],
    ],
    [
      'Squid’s own',
      503,
      { 'x-squid-error': 'ERR_CONNECT_FAIL 111' },
      'The requested URL could not be retrieved',
      ['squid made'],
    ],
    ['Squid’s words without its header', 503, {}, 'The requested URL could not be retrieved', []],
    ['what Squid passed on', 502, { via: '1.1 gate.example (squid/5.7)' }, '', ['squid passed']],
    ['another Via', 502, { via: '1.1 gate.example' }, '', []],
    ['Google in front', 502, { via: '1.1 google' }, 'x', ['google-lb passed']],
    ['Google, among others in one header', 502, { via: '1.1 google, 1.1 varnish' }, 'x', []],
    ['gunicorn', 500, { server: 'gunicorn' }, '', ['gunicorn made']],
    ['gunicorn with its version', 500, { server: 'gunicorn/20.1.0' }, '', ['gunicorn made']],
    ['another case of the name', 500, { SERVER: 'uvicorn' }, '', ['uvicorn made']],
    ['another case of the value', 500, { server: 'Uvicorn' }, '', []],
    ['Express', 500, { 'X-Powered-By': 'Express' }, '', ['express made']],
    ['Express behind nginx', 500, { 'x-powered-by': 'Express', server: 'nginx' }, '', ['nginx passed', 'express made']],
    ['PHP', 500, { 'x-powered-by': 'PHP/8.2' }, '', ['php made']],
    ['ASP.NET says nothing of a hop: IIS adds it to everything', 500, { 'x-powered-by': 'ASP.NET' }, '', []],
    ['nginx as a header', 502, { server: 'nginx' }, 'x', ['nginx passed']],
    ['nginx with a version', 502, { server: 'nginx/1.22.1 (Ubuntu)' }, 'x', ['nginx passed']],
    ['what only begins like nginx', 502, { server: 'nginxish' }, 'x', []],
    ['openresty as a header', 502, { server: 'openresty' }, 'x', ['openresty passed']],
    ['nothing at all', 502, {}, '', []],
  ])('%s', (_, status, headers, body, expected) => {
    expect(hops(status, Object.fromEntries(Object.entries(headers)), body)).toEqual(expected)
  })
})

describe('the body is looked at', () => {
  it('in its first 16 KB', () => {
    const own = page('502 Bad Gateway', 'nginx')
    expect(hops(502, {}, ' '.repeat(16_384 - own.length) + own)).toEqual(['nginx made'])
    expect(hops(502, {}, ' '.repeat(16_384) + own)).toEqual([])
  })

  it('however large, in no time', () => {
    const started = cpuNow()
    hops(502, { server: 'nginx' }, '<center><h1>'.repeat(1_000_000))
    expect(cpuNow() - started).toBeLessThan(1000)
  })
})

describe('two makers: the body decides, then what says more', () => {
  it.each([
    [
      'nginx’s page behind an ALB',
      { server: 'awselb/2.0' },
      page('502 Bad Gateway', 'nginx'),
      'nginx',
      ['aws-alb passed', 'nginx made'],
    ],
    [
      'nginx’s page with gunicorn’s header',
      { server: 'gunicorn' },
      page('502 Bad Gateway', 'nginx'),
      'nginx',
      ['nginx made'],
    ],
    [
      'an app’s header, and no page',
      { server: 'gunicorn', 'cf-ray': 'x' },
      'oops',
      'gunicorn',
      ['cloudflare passed', 'gunicorn made'],
    ],
    [
      'Envoy’s text behind Google',
      { via: '1.1 google' },
      'upstream connect error or disconnect/reset before headers.',
      'envoy',
      ['google-lb passed', 'envoy made'],
    ],
  ])('%s', (_, headers, body, vendor, expected) => {
    const judged = judgeFingerprints(seen(503, Object.fromEntries(Object.entries(headers)), body))
    expect(judged.made?.vendor).toBe(vendor)
    expect(judged.hops.map((hop) => `${hop.vendor} ${hop.role}`)).toEqual(expected)
  })

  it('do not depend on the order in which they stand in the file', () => {
    const response = {
      status: 502,
      headers: [
        { name: 'server', value: 'awselb/2.0' },
        { name: 'cf-ray', value: 'x' },
      ],
      body: page('502 Bad Gateway', 'nginx'),
    }
    const forwards = judgeFingerprints(matchFingerprints(response, fingerprints))
    expect(judgeFingerprints(matchFingerprints(response, fingerprints.toReversed()))).toEqual(forwards)
  })
})
