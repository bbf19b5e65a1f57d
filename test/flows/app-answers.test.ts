import { describe, expect, it } from 'vitest'
import { APP_ERROR, DROPPED_UPSTREAM, NOT_HTTP, SPEAKS_TLS } from './faults.ts'
import { answered, clock, exchange, nginxPage, REFUSED, RESET, SSH } from './http.ts'
import { blind, candidates, cut, processInfo } from './looks.ts'
import { neighbour } from './packets.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

/** The first bytes of a TLS alert, of an HTTP/2 server's settings, and of a FastCGI record. */
const bytes = (hex: string) => exchange({ ...SSH, firstBytes: hex })
const TLS_BYTES = bytes('15030300020246')
const HTTP2_BYTES = bytes('00000604000000000000050000400000')
const _FASTCGI_BYTES = bytes('0106000100000000')

describe('app-error', () => {
  it('when the application itself answers it, and nginx is silent', async () => {
    expect((await diagnose(APP_ERROR)).verdict).toEqual({
      id: 'app/app-error',
      cause: 'app-error',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'app',
      shape: 'none',
      says: 'The application itself answers 502; the gateway only passes it on',
      proofs: ['app/direct.server-error', 'nginx/error-log.silent'],
    })
  })

  it('a 500 is its own too', async () => {
    const page = answered(500, 'Internal Server Error')
    const seen = await diagnose({ request: exchange(page), direct: exchange(page) })
    expect(seen.verdict).toMatchObject({
      cause: 'app-error',
      confidence: 'confirmed',
      says: 'The application itself answers 500; the gateway only passes it on',
    })
  })

  it.each<[string, Partial<World>]>([
    ['the log is dark', { errorLog: blind('no-permission') }],
    ['the log is short', { errorLog: errorLog([], { reached: false }) }],
    ['what runs may differ from the files', { config: config(undefined, { changed: clock(-60) }) }],
    ['nobody knows when the files were loaded', { gateway: blind('no-permission') }],
  ])('only likely while %s', async (_, parts) => {
    expect((await diagnose({ ...APP_ERROR, ...parts })).short).toBe('app-error likely')
  })

  it('not when nginx made the error', async () => {
    const seen = await diagnose({ ...APP_ERROR, errorLog: errorLog([errorLine(MESSAGES.readTimeout)]) })
    expect(seen.ruledOut).toContain('app-error')
    expect(seen.short).not.toBe('app-error confirmed')
  })

  it('not when a gateway behind the gateway made it', async () => {
    expect((await diagnose({ ...APP_ERROR, direct: exchange(nginxPage(504)) })).verdict).toBeNull()
  })
})

describe('not-http', () => {
  it('when something else has the port, and no application is found elsewhere', async () => {
    expect((await diagnose(NOT_HTTP)).verdict).toEqual({
      id: 'app/not-http',
      cause: 'not-http',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'garbage',
      says: 'What listens on 127.0.0.1:3000 does not speak HTTP',
      proofs: ['app/direct.not-http'],
    })
  })

  it('who it is', async () => {
    const seen = await diagnose(NOT_HTTP)
    expect(seen.at('app/not-http-what')).toEqual({
      branch: 'program',
      says: 'sshd (pid 700) holds port 3000',
      learns: { 'app.pid': 700, 'app.program': 'sshd' },
      rulesOut: ['process-down'],
      go: 'app/not-http-app',
    })
    expect(seen.at('app/not-http-app')).toEqual({
      branch: 'none',
      says: 'no other listener here could be the application',
      rulesOut: ['wrong-port'],
      go: 'app/not-http',
    })
  })

  it('who it is stays dark: the verdict is less sure', async () => {
    const seen = await diagnose({ ...NOT_HTTP, listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000)) })
    expect(seen.at('app/not-http-what')).toEqual({
      branch: 'hidden',
      says: 'who holds port 3000 cannot be seen',
      dark: ['the owners of 1 of 2 listening sockets are hidden'],
      go: 'app/not-http',
    })
    expect(seen.short).toBe('not-http likely')
  })

  it('the application listens next door: wrong-port, which explains it', async () => {
    const seen = await diagnose({
      ...NOT_HTTP,
      candidates: candidates([{ pid: 4242, port: 3001, ties: ['folder shop'], status: 200 }]),
    })
    expect(seen.at('app/not-http-app')).toEqual({
      branch: 'tied',
      says: 'node (pid 4242) answers /checkout on port 3001; tied by folder shop',
      learns: { 'app.pid': 4242, 'app.port': 3001, 'app.program': 'node' },
      suspects: ['wrong-port'],
      rulesOut: ['process-down'],
      go: 'app/wrong-port',
    })
    expect(seen.verdict).toMatchObject({
      cause: 'wrong-port',
      confidence: 'confirmed',
      shape: 'garbage',
      symptoms: ['not-http'],
    })
  })

  it.each<[string, World['candidates']]>([
    ['somebody without a tie answers well', candidates([{ port: 3001, status: 200 }])],
    ['somebody wants a password', candidates([{ port: 3001, status: 401 }])],
    ['somebody is ill', candidates([{ port: 3001, status: 500 }])],
    [
      'not all could be seen',
      candidates([], { unseen: [{ address: '127.0.0.1', port: 4000, asked: true, status: 200 }] }),
    ],
    ['the look was cut', cut(candidates())],
    ['nothing could be seen', blind('no-permission')],
  ])('only likely while it may listen elsewhere: %s', async (_, apps) => {
    expect((await diagnose({ ...NOT_HTTP, candidates: apps })).short).toBe('not-http likely')
  })

  it('on a socket nobody else can be asked', async () => {
    const seen = await diagnose({
      ...NOT_HTTP,
      config: config('location / { proxy_pass http://unix:/run/shop/shop.sock; }'),
      errorLog: errorLog([errorLine(MESSAGES.notHttp, { upstream: 'http://unix:/run/shop/shop.sock:/checkout' })]),
    })
    expect(seen.path).toContain('app/not-http-who.socket')
    expect(seen.short).toBe('not-http likely')
  })
})

describe('protocol-mismatch', () => {
  it('HTTP/2 or FastCGI where HTTP/1 was sent', async () => {
    const seen = await diagnose({ ...NOT_HTTP, direct: HTTP2_BYTES })
    expect(seen.verdict).toEqual({
      id: 'app/other-protocol',
      cause: 'protocol-mismatch',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'garbage',
      says: 'What listens on 127.0.0.1:3000 speaks http2; the gateway speaks http to it',
      proofs: ['app/direct.other-protocol'],
      open: ['wrong-port'],
      alternatives: ['wrong-port reported'],
    })
  })

  it('a TLS alert is followed by a question over TLS', async () => {
    const seen = await diagnose({ ...SPEAKS_TLS, direct: TLS_BYTES })
    expect(seen.path).toContain('process/speaks-tls.tls')
    expect(seen.verdict).toMatchObject({
      id: 'process/protocol-mismatch',
      confidence: 'confirmed',
      proofs: ['app/direct.tls-alert', 'process/speaks-tls.tls'],
    })
  })

  it('an alert is no verdict of its own when TLS does not answer either', async () => {
    const seen = await diagnose({ ...SPEAKS_TLS, direct: TLS_BYTES, tls: exchange(RESET), process: processInfo() })
    expect(seen.verdict?.cause).not.toBe('protocol-mismatch')
    expect(seen.short).not.toContain('confirmed')
    expect(seen.short).not.toContain('not-http')
  })
})

describe('the upstream cannot be reached', () => {
  it('is left to those who can see its machine', async () => {
    expect((await diagnose({ ...DROPPED_UPSTREAM, neighbour: neighbour('') })).end).toEqual({
      node: 'app/no-connection',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: "No connection from the gateway to 10.0.0.7. Whether the host is down or something blocks it must be seen from the upstream's own machine.",
    })
    expect((await diagnose({ ...DROPPED_UPSTREAM, direct: exchange(REFUSED) })).short).toBe('process-down reported')
  })
})
