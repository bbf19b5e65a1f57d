import { join } from 'node:path'
import type tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import { askTlsLook } from '../../../src/probe/looks/ask-tls.ts'
import { tlsOfferReader } from '../../../src/reading/tls/offer.ts'
import type { TlsOffer } from '../../../src/reading/tls/types.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { CONTEXT, freePort, inFolder, serving, tlsFixture } from '../http-servers.ts'
import { captured, tools } from './support.ts'

const TRUSTED = join(import.meta.dirname, '../../fixtures/http/tls/ca.pem')
const key = tlsFixture('TEST-ONLY-server.key')
const secure = (certificate: string, more: tls.TlsOptions = {}): tls.TlsOptions => ({
  key,
  cert: tlsFixture(certificate),
  ...more,
})

/** What is read of a look at whatever is served. */
async function offered(on: { secure?: tls.TlsOptions }, args: JsonObject = {}, answer = 'hello'): Promise<TlsOffer> {
  return serving(
    (socket) => socket.end(answer),
    async ({ port }) => read(await askTlsLook({ host: '127.0.0.1', port, ...args }, tools())),
    on,
  )
}

function read(outcome: Awaited<ReturnType<typeof askTlsLook>>): TlsOffer {
  return tlsOfferReader.read(captured(outcome), { ...CONTEXT, now: new Date('2026-11-21T02:03:12Z') }).value
}

describe('a hello that is taken', () => {
  it('shows the certificate, whose it is, and whether it holds', async () => {
    const args = { checked: 'localhost', sni: 'localhost', trusted: TRUSTED }
    expect(await offered({ secure: secure('good.pem') }, args)).toEqual({
      complete: true,
      failure: '',
      error: '',
      mended_by: '',
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      name: '',
      shown: true,
      subject: 'CN=localhost',
      issuer: 'CN=triage502 test CA',
      names: ['localhost', '127.0.0.1'],
      not_before: expect.any(Date),
      not_after: new Date('2999-01-01T00:00:00Z'),
      last_day: '2999-01-01',
      first_day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      expired: false,
      not_yet: false,
      days_off: 0n,
      self_signed: false,
      name_fits: true,
      trusted: true,
      trust_known: true,
    })
  })

  it.each<[string, string, Partial<TlsOffer>]>([
    ['expired.pem', 'localhost', { expired: true, last_day: '2001-02-03', trusted: true, name_fits: true }],
    ['other-name.pem', 'localhost', { expired: false, name_fits: false, names: ['shop.example.test'], trusted: true }],
    ['self-signed.pem', 'localhost', { self_signed: true, trusted: false }],
    ['good.pem', 'app.internal', { name_fits: false }],
    ['good.pem', '127.0.0.1', { name_fits: true }],
  ])('%s, checked for %s', async (certificate, checked, wanted) => {
    expect(await offered({ secure: secure(certificate) }, { checked, trusted: TRUSTED })).toMatchObject({
      failure: '',
      shown: true,
      trust_known: true,
      ...wanted,
    })
  })

  it('is not held against authorities that cannot be read', async () => {
    await inFolder(async (folder) => {
      const args = { checked: 'localhost', trusted: join(folder, 'none.pem') }
      expect(await offered({ secure: secure('good.pem') }, args)).toMatchObject({ failure: '', trust_known: false })
    })
  })

  it('comes over a unix socket too', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'app.sock')
      const seen = await serving(
        (socket) => socket.end(),
        async () => read(await askTlsLook({ socket: path }, tools())),
        { secure: secure('good.pem'), path },
      )
      expect(seen).toMatchObject({ complete: true, failure: '', shown: true })
    })
  })

  it('offers what the gateway offers, and no more', async () => {
    const seen = await offered({ secure: secure('good.pem') }, { protocols: ['TLSv1.2'], ciphers: 'AES128-GCM-SHA256' })
    expect(seen).toMatchObject({ failure: '', protocol: 'TLSv1.2', cipher: 'TLS_RSA_WITH_AES_128_GCM_SHA256' })
  })
})

describe('a hello that is refused', () => {
  it('for its version', async () => {
    const seen = await offered({ secure: secure('good.pem', { minVersion: 'TLSv1.3' }) }, { protocols: ['TLSv1.2'] })
    expect(seen).toMatchObject({ complete: true, failure: 'alert', mended_by: 'protocols', protocol: 'TLSv1.3' })
    expect(seen.error).toContain('alert')
  })

  it('for its ciphers', async () => {
    const server = secure('good.pem', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' })
    const seen = await offered({ secure: server }, { protocols: ['TLSv1.2'], ciphers: 'AES128-SHA256' })
    expect(seen).toMatchObject({ failure: 'alert', mended_by: 'ciphers' })
    expect(seen.cipher).toBe('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')
  })

  it('for both', async () => {
    const server = secure('good.pem', {
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-AES256-GCM-SHA384',
    })
    const seen = await offered({ secure: server }, { protocols: ['TLSv1.1'], ciphers: 'AES128-SHA' })
    expect(seen.failure).not.toBe('')
    expect(['protocols', 'all']).toContain(seen.mended_by)
  })

  it('for want of a name', async () => {
    const picky = secure('good.pem', {
      SNICallback: (name, done) => done(name === 'app.internal' ? null : new Error('nobody of that name')),
    })
    const args = { sni: 'other.internal', checked: 'other.internal', names: ['app.internal'] }
    expect(await offered({ secure: picky }, args)).toMatchObject({ mended_by: 'name', name: 'app.internal' })
  })

  it('by what speaks plain HTTP: nothing is tried again', async () => {
    const bad = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'
    const outcome = await serving(
      (socket) => socket.end(bad),
      async ({ port, requests }) => ({ seen: await askTlsLook({ host: '127.0.0.1', port }, tools()), requests }),
    )
    expect(read(outcome.seen)).toMatchObject({ complete: true, failure: 'not-tls', mended_by: '', shown: false })
    expect(outcome.requests).toHaveLength(1)
  })

  it('by what closes', async () => {
    expect(await offered({}, {}, '')).toMatchObject({ complete: true, failure: 'closed', mended_by: '' })
  })

  it('by what resets', async () => {
    const seen = await serving(
      (socket) => void socket.resetAndDestroy(),
      async ({ port }) => read(await askTlsLook({ host: '127.0.0.1', port }, tools())),
    )
    expect(seen).toMatchObject({ complete: true, failure: 'reset' })
  })

  it('by nobody', async () => {
    const port = await freePort()
    expect(read(await askTlsLook({ host: '127.0.0.1', port }, tools()))).toMatchObject({ failure: 'refused' })
  })

  it('by silence: each hello has its limit, and all of them the look’s', async () => {
    const began = performance.now()
    const seen = await serving(
      () => {},
      async ({ port }) => read(await askTlsLook({ host: '127.0.0.1', port }, tools({ timeoutMs: 1500 }))),
    )
    expect(seen.complete).toBe(false)
    expect(performance.now() - began).toBeLessThan(12_000)
  })
})

describe('arguments', () => {
  it.each<JsonObject>([
    {},
    { host: '127.0.0.1' },
    { host: 'a b', port: 1 },
    { port: 443 },
    { host: '127.0.0.1', port: 0 },
    { socket: 'not/absolute' },
  ])('%j name no server', async (args) => {
    expect(await askTlsLook(args, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })

  it('that are hostile reach no hello', async () => {
    const args = {
      ciphers: 'ALL\nX',
      protocols: ['SSLv2', 7],
      sni: '127.0.0.1',
      checked: 'x y',
      names: ['-a b'],
      trusted: '../x',
    }
    const seen = await offered({ secure: secure('good.pem') }, args)
    expect(seen).toMatchObject({ complete: true, failure: '', name_fits: true, trust_known: false })
  })

  it('are shown as a command that a person could type', async () => {
    const port = await freePort()
    const { argv } = await askTlsLook({ host: '::1', port, sni: 'app.internal' }, tools())
    expect(argv).toEqual([
      'openssl',
      's_client',
      '-connect',
      `[::1]:${port}`,
      '-servername',
      'app.internal',
      '-showcerts',
    ])
  })
})
