import { describe, expect, it } from 'vitest'
import { file, readFor, running } from './support.ts'

const URL = 'http://shop.example.com/cart'
const FILE = '/etc/caddy/Caddyfile'
const RUNS = 'the running configuration'
const site = (transport: string) =>
  `http://shop.example.com {\n\treverse_proxy 127.0.0.1:3000 {\n\t\ttransport http {\n${transport}\n\t\t}\n\t}\n}`
const json = (transport: object, server: object = {}) =>
  JSON.stringify({
    apps: {
      http: {
        servers: {
          srv0: {
            listen: [':80'],
            ...server,
            routes: [
              {
                handle: [
                  {
                    handler: 'reverse_proxy',
                    upstreams: [{ dial: '127.0.0.1:3000' }],
                    transport: { protocol: 'http', ...transport },
                  },
                ],
              },
            ],
          },
        },
      },
    },
  })
const SECOND = 1_000_000_000

describe("Caddy's times", () => {
  it('stand in the Caddyfile, each with its line', () => {
    const words = 'dial_timeout 1s\nresponse_header_timeout 10s\nread_timeout 20s\nkeepalive 30s'
    expect(readFor(URL, file(site(words))).value).toMatchObject({
      connect_timeout_ms: 1000n,
      connect_timeout_at: `${FILE}:4`,
      read_timeout_ms: [10_000n],
      read_timeout_at: `${FILE}:5`,
      reuse_ms: 30_000n,
      reuse_at: `${FILE}:7`,
    })
  })

  it('are its defaults where nothing is set; of its files alone not all is known', () => {
    expect(readFor(URL, file(site(''))).value).toMatchObject({
      connect_timeout_ms: 3000n,
      connect_timeout_at: '',
      read_timeout_ms: [],
      read_timeout_at: '',
      reuse_ms: 120_000n,
      reuse_at: '',
      idle_ms: 0n,
    })
    expect(readFor(URL, running(json({}))).value).toMatchObject({ idle_ms: 300_000n, idle_at: '' })
  })

  it('a read timeout counts where there is none for the head', () => {
    expect(readFor(URL, file(site('read_timeout 20s'))).value).toMatchObject({
      read_timeout_ms: [20_000n],
      read_timeout_at: `${FILE}:4`,
    })
  })

  it('of what runs, with the line of the file that says the same', () => {
    const out = running(json({ dial_timeout: SECOND, response_header_timeout: 2 * SECOND }, { idle_timeout: SECOND }))
    expect(readFor(URL, out).value).toMatchObject({
      connect_timeout_at: RUNS,
      read_timeout_ms: [2000n],
      read_timeout_at: RUNS,
      idle_ms: 1000n,
      idle_at: RUNS,
    })
    const both = `${file(site('dial_timeout 4s\nresponse_header_timeout 2s'))}${out}`
    expect(readFor(URL, both).value).toMatchObject({
      connect_timeout_ms: 1000n,
      connect_timeout_at: RUNS,
      read_timeout_at: `${FILE}:5`,
    })
  })

  it.each([
    ['keepalive off', { keep_alive: { enabled: false } }],
    ['versions 1.1 2\nkeepalive off', { keep_alive: { enabled: false, idle_timeout: SECOND } }],
  ])('%j keeps no connection', (words, transport) => {
    expect(readFor(URL, file(site(words))).value.reuse_ms).toBe(0n)
    expect(readFor(URL, running(json(transport))).value).toMatchObject({ reuse_ms: 0n, reuse_at: RUNS })
  })

  it('FastCGI goes over a connection of its own for each request', () => {
    const php = 'http://shop.example.com {\n\tphp_fastcgi 127.0.0.1:9000\n}'
    expect(readFor('http://shop.example.com/a.php', file(php)).value).toMatchObject({ reuse_ms: 0n, reuse_at: '' })
  })
})
