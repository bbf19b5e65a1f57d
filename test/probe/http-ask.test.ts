import { describe, expect, it } from 'vitest'
import { askHttp } from '../../src/probe/http/ask.ts'
import { doorsOf } from '../../src/probe/http/doors.ts'
import { parseHttpMeta } from '../../src/reading/http/measured.ts'
import { samplesReader } from '../../src/reading/http/samples.ts'
import {
  ask,
  CONTEXT,
  ENV,
  freePort,
  inFolder,
  lookAt,
  options,
  readResponse,
  response,
  serving,
  tlsFixture,
} from './http-servers.ts'

const CLIENTS = ['curl', 'node'] as const
const page = (body: string, status = '200 OK', more = '') =>
  `HTTP/1.1 ${status}\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`
const redirect = (to: string) => page('', '302 Found', `Location: ${to}\r\n`)
const pathOf = (request: string) => request.split(' ')[1] ?? ''

describe.each(CLIENTS)('the request, sent by %s', (client) => {
  const sent = (
    look: Parameters<typeof lookAt>[1],
    more: Parameters<typeof options>[0] = {},
    path = '/a/../b?x=[1]&y={2}',
  ) =>
    serving(
      (socket) => socket.end(page('ok')),
      async ({ port, requests }) => {
        const capture = await ask(lookAt(`http://127.0.0.1:${port}${path}`, look), { client, ...more })
        expect(readResponse(capture).failure).toBe('')
        return { request: requests[0] ?? '', port, capture }
      },
    )

  it('is a plain GET that says who asks; the path stays as it is written', async () => {
    const { request, port } = await sent({})
    const [first, ...headers] = request.trimEnd().split('\r\n')
    expect(first).toBe('GET /a/../b?x=[1]&y={2} HTTP/1.1')
    expect(headers.toSorted()).toEqual([
      'Accept: text/html,*/*;q=0.8',
      `Host: 127.0.0.1:${port}`,
      'User-Agent: triage502/test',
    ])
  })

  it('goes out as HTTP/1.0 with another Host where the proxy asks so', async () => {
    const { request } = await sent({ version: '1.0', host: 'app_upstream', own: false })
    expect(request).toContain('GET /a/../b?x=[1]&y={2} HTTP/1.0\r\n')
    expect(request).toContain('Host: app_upstream\r\n')
  })

  it("carries the person's headers to the person's own URL only", async () => {
    const headers = [{ name: 'X-Token', value: 'open sesame' }]
    expect((await sent({ own: true }, { headers })).request).toContain('X-Token: open sesame\r\n')
    expect((await sent({ own: false }, { headers })).request).not.toContain('X-Token')
  })

  it('sends no header that could be two, and none that curl would read from a file', async () => {
    const headers = [
      { name: 'X-A', value: 'b\r\nX-Evil: 1' },
      { name: '@/etc/hostname', value: 'x' },
      { name: 'X-Fine', value: '' },
    ]
    const { request } = await sent({}, { headers })
    expect(request).not.toContain('Evil')
    expect(request).toMatch(/X-Fine: ?\r\n/)
    expect(request.split('\r\n')).toHaveLength(7)
  })

  it('asks the given address under the name of the URL', async () => {
    const given = await serving(
      (socket) => socket.end(page('ok')),
      async ({ port, requests }) => {
        const look = lookAt(`http://shop.invalid:${port}/`, { address: '127.0.0.1' })
        return { value: await response(look, { client }), request: requests[0], port }
      },
    )
    expect(given.value).toMatchObject({ failure: '', address: '127.0.0.1' })
    expect(given.request).toContain(`Host: shop.invalid:${given.port}\r\n`)
  })

  it("resolves as the person's --resolve says", async () => {
    const given = await serving(
      (socket) => socket.end(page('ok')),
      ({ port }) =>
        response(lookAt(`http://shop.invalid:${port}/`), {
          client,
          resolve: [{ host: 'shop.invalid', port, address: '127.0.0.1' }],
        }),
    )
    expect(given.status).toBe(200n)
  })

  it('does not care for proxies in the environment', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`
    const env = {
      ...ENV,
      http_proxy: nobody,
      HTTP_PROXY: nobody,
      https_proxy: nobody,
      ALL_PROXY: nobody,
      all_proxy: nobody,
    }
    const { request } = await sent({}, { env })
    expect(request).toContain('GET /a/')
  })

  it("the certificate does not matter with the person's --insecure", async () => {
    const secure = { key: tlsFixture('TEST-ONLY-server.key'), cert: tlsFixture('self-signed.pem') }
    const given = await serving(
      (socket) => socket.end(page('ok')),
      ({ port }) => response(lookAt(`https://127.0.0.1:${port}/`), { client, insecure: true }),
      { secure },
    )
    expect(given).toMatchObject({ failure: '', status: 200n })
  })
})

describe.each(CLIENTS)('redirects, followed by %s', (client) => {
  const site = (socket: { end(text: string): unknown }, request: string) => {
    const path = pathOf(request)
    if (path === '/old') socket.end(redirect('/newer'))
    else if (path === '/newer') socket.end(redirect('newest?x=1'))
    else if (path === '/loop') socket.end(redirect('/loop'))
    else if (path === '/away') socket.end(redirect('ftp://elsewhere.invalid/'))
    else socket.end(page('here', '502 Bad Gateway'))
  }

  it('stay where they are unless asked', async () => {
    const given = await serving(site, ({ port }) => response(lookAt(`http://127.0.0.1:${port}/old`), { client }))
    expect(given).toMatchObject({ status: 302n, location: '/newer', redirects: [] })
  })

  it('are followed as far as asked, each hop written down', async () => {
    await serving(site, async ({ port }) => {
      const base = `http://127.0.0.1:${port}`
      const given = await response(lookAt(`${base}/old`, { redirects: 5 }), { client })
      expect(given).toMatchObject({ status: 502n, body: 'here', redirects: [`${base}/newer`, `${base}/newest?x=1`] })
      const once = await response(lookAt(`${base}/old`, { redirects: 1 }), { client })
      expect(once).toMatchObject({ status: 302n, redirects: [`${base}/newer`] })
    })
  })

  it('end, even in a loop', async () => {
    const given = await serving(site, async ({ port, requests }) => {
      const value = await response(lookAt(`http://127.0.0.1:${port}/loop`, { redirects: 3 }), { client })
      return { value, count: requests.length }
    })
    expect(given).toMatchObject({ count: 4, value: { status: 302n, failure: '' } })
  })

  it('lead to nothing but http and https', async () => {
    const given = await serving(site, ({ port }) =>
      response(lookAt(`http://127.0.0.1:${port}/away`, { redirects: 3 }), { client }),
    )
    expect(given).toMatchObject({ status: 302n, redirects: [] })
  })

  it("do not carry the person's headers to another origin", async () => {
    await serving(
      (socket) => socket.end(page('ok')),
      async (other) => {
        await serving(
          (socket) => socket.end(redirect(`http://127.0.0.1:${other.port}/`)),
          async ({ port, requests }) => {
            const headers = [{ name: 'X-Token', value: 'open sesame' }]
            await ask(lookAt(`http://127.0.0.1:${port}/`, { redirects: 2 }), { client, headers })
            expect(requests[0]).toContain('X-Token')
            expect(other.requests[0]).toContain('GET /')
            expect(other.requests[0]).not.toContain('X-Token')
          },
        )
      },
    )
  })

  it('keep the way to connect while they stay with the same host', async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/app.sock`
      const look = lookAt('http://127.0.0.1/old', { socket: path, host: 'shop.example', redirects: 5 })
      const given = await serving(
        (socket, request) =>
          socket.end(pathOf(request) === '/old' ? redirect('http://shop.example/well') : page('well')),
        ({ requests }) => response(look, { client }).then((value) => ({ value, last: requests.at(-1) })),
        { path },
      )
      expect(given.value).toMatchObject({ status: 200n, body: 'well' })
      expect(given.last).toContain('GET /well')
      expect(given.last).toContain('Host: shop.example')
    })
  })
})

describe('several requests', () => {
  const quick = { pauseMs: 5 }
  const read = (capture: Parameters<typeof samplesReader.read>[0]) => samplesReader.read(capture, CONTEXT).value

  it('come one after the other and stop at the first that fails', async () => {
    let count = 0
    const capture = await serving(
      (socket) => {
        count += 1
        socket.end(count < 3 ? page('fine') : page('busy', '503 Service Unavailable'))
      },
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`, { times: 10 }), { client: 'node', limits: quick }),
    )
    expect(read(capture)).toMatchObject({
      complete: true,
      asked: 3n,
      well: 2n,
      failed: 1n,
      statuses: [200n, 200n, 503n],
      failures: [''],
    })
    expect(readResponse(capture)).toMatchObject({ status: 503n, body: 'busy' })
  })

  it('name how each failed one failed', async () => {
    const capture = await serving(
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`, { times: 10 }), { client: 'node', limits: quick }),
    )
    expect(read(capture)).toMatchObject({ asked: 1n, well: 0n, failed: 1n, statuses: [200n], failures: ['truncated'] })
  })

  it('are never more than twenty', async () => {
    const capture = await serving(
      (socket) => socket.end(page('fine')),
      ({ port }) =>
        ask(lookAt(`http://127.0.0.1:${port}/`, { times: 500 }), { client: 'node', limits: { pauseMs: 0 } }),
    )
    const value = read(capture)
    expect(value).toMatchObject({ complete: true, asked: 20n, well: 20n })
    expect(value.last_at.getTime()).toBeGreaterThanOrEqual(value.first_at.getTime())
  })

  it('are at most three once one was slow', async () => {
    const capture = await serving(
      (socket) => setTimeout(() => socket.end(page('fine')), 60),
      ({ port }) =>
        ask(lookAt(`http://127.0.0.1:${port}/`, { times: 10 }), { client: 'node', limits: { pauseMs: 0, slowMs: 30 } }),
    )
    expect(read(capture)).toMatchObject({ asked: 3n, well: 3n, complete: true })
    expect(parseHttpMeta(capture.meta).stopped).toBe('slow')
  })

  it('end with the time of the whole look, and say that it was the time', async () => {
    const capture = await serving(
      (socket) => setTimeout(() => socket.end(page('fine')), 20),
      ({ port }) =>
        ask(lookAt(`http://127.0.0.1:${port}/`, { times: 20, timeoutMs: 400 }), {
          client: 'node',
          limits: { pauseMs: 60 },
        }),
    )
    expect(parseHttpMeta(capture.meta).samples.length).toBeLessThan(20)
    expect(read(capture)).toMatchObject({ complete: false, failed: 0n })
  })
})

describe('what is kept', () => {
  it('shows the command a person could type, with secrets masked', async () => {
    const headers = [{ name: 'Authorization', value: 'Bearer s3cr3t-token' }]
    const capture = await serving(
      (socket, request) =>
        socket.end(page(`you sent ${request.slice(request.indexOf('Bearer'), request.indexOf('Bearer') + 19)}`)),
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/x`, { redirects: 2, version: '1.0' }), { headers }),
    )
    expect(capture.out).toContain('you sent [masked]')
    expect(JSON.stringify(capture)).not.toContain('s3cr3t')
    expect(capture.argv.slice(0, 10)).toEqual([
      'curl',
      '-q',
      '--noproxy',
      '*',
      '-sS',
      '-i',
      '-L',
      '--max-redirs',
      '2',
      '-m',
    ])
    expect(capture.argv).toContain('Authorization: [masked]')
    expect(capture.argv).toContain('--http1.0')
  })

  it.each(CLIENTS)('64 KB of a large body, and how much was left out (%s)', async (client) => {
    const capture = await serving(
      (socket) => socket.end(page(`${'all work and no play\n'.repeat(5000)}`)),
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`), { client }),
    )
    expect(capture.cut).toBe(true)
    expect(capture.leftOut).toBe(`${105_000 - 65_536} bytes of the body left out`)
    expect(capture.out.length).toBeLessThan(66_000)
    expect(readResponse(capture)).toMatchObject({ failure: '', complete: true, body_bytes: 105_000n })
  })

  it.each(CLIENTS)('a part of a body that never ends; it counts as cut, not as failed (%s)', async (client) => {
    const chunk = Buffer.alloc(256 * 1024, 'x\n')
    const capture = await serving(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const more = () => {
          while (!socket.destroyed && socket.write(chunk)) {}
        }
        socket.on('drain', more)
        more()
      },
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`), { client }),
    )
    expect(capture).toMatchObject({ outcome: 'ok', why: 'cut', cut: true })
    expect(readResponse(capture)).toMatchObject({ failure: '', status: 200n, complete: false })
  })
})

describe('what cannot be asked', () => {
  it.each(['ftp://shop.example/', 'shop.example', 'http://', '', 'file:///etc/passwd', 'http://a b/'])(
    '%j is blind',
    async (url) => {
      expect(await ask(lookAt(url))).toMatchObject({ outcome: 'blind', why: 'not-understood', argv: [] })
    },
  )

  it('a host that begins like an option is refused', async () => {
    expect(await ask(lookAt('http://127.0.0.1/', { address: '-o/tmp/x' }))).toMatchObject({ outcome: 'blind' })
    expect(await ask(lookAt('http://127.0.0.1/', { host: 'a\r\nX: y' }))).toMatchObject({ outcome: 'blind' })
  })

  it.each(CLIENTS)('an aborted look ends at once and is blind (%s)', async (client) => {
    const abort = new AbortController()
    const capture = await serving(
      () => setTimeout(() => abort.abort(), 20),
      ({ port }) => askHttp(lookAt(`http://127.0.0.1:${port}/`), options({ client }), abort.signal),
    )
    expect(capture).toMatchObject({ outcome: 'blind', why: 'timed-out' })
    expect(capture.ms).toBeLessThan(12_000)
  })

  it('without curl the own client asks', async () => {
    const capture = await serving(
      (socket) => socket.end(page('ok')),
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`), { env: { PATH: '/nonexistent' } }),
    )
    expect(capture.meta.client).toMatch(/^node /)
    expect(readResponse(capture).status).toBe(200n)
  })
})

describe.each(CLIENTS)('requests that are counted by who answered, sent by %s', (client) => {
  const limits = { pauseMs: 1, slowMs: 5000 }
  const spread = (port: number, times = 11) =>
    ask(lookAt(`http://127.0.0.1:${port}/`, { times, spread: true }), { client, limits })

  it('end as soon as four failed and four did not, and keep what says who answered', async () => {
    let turn = 0
    await serving(
      (socket) => {
        turn += 1
        const status = turn % 2 === 0 ? '500 Internal Server Error' : '200 OK'
        socket.end(page('ok', status, `X-Served-By: app-${turn % 2}\r\n`))
      },
      async ({ port, requests }) => {
        const { samples } = parseHttpMeta((await spread(port)).meta)
        expect(requests).toHaveLength(8)
        expect(samples.map(({ measured, marks }) => [measured.status, marks?.[0]?.value])).toEqual(
          [0, 1, 2, 3].flatMap(() => [
            [200, 'app-1'],
            [500, 'app-0'],
          ]),
        )
      },
    )
  })

  it('go on after one that failed, and are never more than were wanted', async () => {
    await serving(
      (socket) => socket.end(page('no', '502 Bad Gateway')),
      async ({ port, requests }) => {
        await spread(port, 5)
        expect(requests).toHaveLength(5)
      },
    )
  })
})

describe('the addresses that are asked in turn', () => {
  const request = (url: string, more: Partial<Parameters<typeof doorsOf>[0]> = {}) =>
    doorsOf({ url: new URL(url), connectTo: '', socket: '', resolve: [], ...more } as Parameters<typeof doorsOf>[0])

  it.each<[string, string, Partial<Parameters<typeof doorsOf>[0]>]>([
    ['an address', 'http://127.0.0.1:8080/', {}],
    ['an address of IPv6', 'http://[::1]:8080/', {}],
    ['a name that nobody knows', 'http://nobody.invalid/', {}],
    [
      'a name whose address the person said',
      'http://localhost/',
      { resolve: [{ host: 'localhost', port: 80, address: '127.0.0.1' }] },
    ],
    ['a connection that the flow chose', 'http://localhost/', { connectTo: '127.0.0.1' }],
    ['a socket', 'http://localhost/', { socket: '/run/shop.sock' }],
  ])('are none of %s', async (_, url, more) => {
    expect(await request(url, more)).toEqual([])
  })
})
