import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caddyConfigReader } from '../../../src/reading/caddy/config.ts'
import { cpuNow } from '../../cpu.ts'
import { askedFor, captured } from '../nginx/config-support.ts'
import { file, fixture, META, readFor, running, upstreams } from './support.ts'

const SITE = (directives: string) => `http://127.0.0.1:8080 {\n${directives}\n}\n`
const URL_ = 'http://127.0.0.1:8080/checkout'
const adapted = (to: string, more: object = {}) =>
  JSON.stringify({
    apps: {
      http: {
        servers: {
          srv0: {
            listen: [':8080'],
            routes: [
              {
                match: [{ host: ['127.0.0.1'] }],
                handle: [{ handler: 'reverse_proxy', upstreams: [{ dial: to }], ...more }],
                terminal: true,
              },
            ],
          },
        },
      },
    },
  })

describe('a Caddyfile alone', () => {
  it('tells where the URL goes, and where that stands', () => {
    const { value, dark, lines } = readFor(URL_, file(`{\n\tadmin off\n}\n${SITE('\treverse_proxy 127.0.0.1:3000')}`))
    expect(value).toMatchObject({
      complete: true,
      source: 'files',
      reloadable: false,
      listens: true,
      site_found: true,
      handler: 'proxy',
      at: '/etc/caddy/Caddyfile:5',
      scheme: 'http',
      upstream_path: '/checkout',
      upstream_host_header: '127.0.0.1:8080',
      connect_timeout_ms: 3000n,
      read_timeout_ms: [],
      health: false,
      differs: '',
      agrees: false,
    })
    expect(value.members).toEqual([{ host: '127.0.0.1', port: 3000n, socket: '', text: '127.0.0.1:3000' }])
    expect(dark).toEqual([])
    expect(lines).toEqual(['/etc/caddy/Caddyfile:5: proxy 127.0.0.1:3000'])
  })

  it('answers by itself', () => {
    const { value } = readFor(URL_, file(SITE('\trespond "closed" 503\n\treverse_proxy 127.0.0.1:3000')))
    expect(value).toMatchObject({ handler: 'return', returns: 503n, at: '/etc/caddy/Caddyfile:2', members: [] })
  })

  it.each([
    ['\trespond 503', 503n],
    ['\trespond "503 things"', 200n],
    ['\trespond @never 503\n\t@never header X y', 0n],
    ['\terror "no" 502', 502n],
    ['\trespond {$STATUS}', 0n],
    ['\tredir * /x', 302n],
  ])('%s returns %i', (directives, returns) => {
    expect(readFor(URL_, file(SITE(directives))).value.returns).toBe(returns)
  })

  it.each([
    ['4096', 4096n],
    ['4kb', 4000n],
    ['4KiB', 4096n],
    ['1.5MB', 1_500_000n],
    ['2m', 2_000_000n],
    ['lots', 0n],
    ['-1', 0n],
    ['4ib', 0n],
  ])('max_response_header %s is %i bytes', (size, bytes) => {
    const directives = `\treverse_proxy 127.0.0.1:3000 {\n\t\ttransport http {\n\t\t\tmax_response_header ${size}\n\t\t}\n\t}`
    expect(readFor(URL_, file(SITE(directives))).value.head_bytes).toBe(bytes)
  })

  it('the room for the head of an answer, of what runs', () => {
    const transport = { transport: { protocol: 'http', max_response_header_size: 4000 } }
    const site = file(SITE('\treverse_proxy 127.0.0.1:3000'))
    expect(readFor(URL_, running(adapted('127.0.0.1:3000', transport)) + site).value.head_bytes).toBe(4000n)
    expect(readFor(URL_, running(adapted('127.0.0.1:3000')) + site).value.head_bytes).toBe(0n)
  })

  it('serves files, closes, or has nothing for the URL', () => {
    expect(readFor(URL_, file(SITE('\tfile_server'))).value.handler).toBe('static')
    expect(readFor(URL_, file(SITE('\tabort'))).value.handler).toBe('abort')
    expect(readFor(URL_, file(SITE('\tencode gzip'))).value).toMatchObject({ handler: '', site_found: true })
    expect(readFor('http://127.0.0.1:9999/', file(SITE('\tabort'))).value).toMatchObject({
      listens: false,
      handler: '',
    })
    expect(readFor('http://other.test:8080/', file(SITE('\tabort'))).value).toMatchObject({
      listens: true,
      site_found: false,
    })
  })

  it('is in doubt where a matcher looks at what only the visitor knows', () => {
    const { value, dark } = readFor(
      URL_,
      file(SITE('\t@old header_regexp Cookie old\n\treverse_proxy @old 127.0.0.1:1\n\treverse_proxy 127.0.0.1:2')),
    )
    expect(value.complete).toBe(false)
    expect(value.members.map(({ text }) => text)).toEqual(['127.0.0.1:2'])
    expect(dark[0]?.says).toContain('header_regexp')
  })

  it('says what the health check asks, and what it takes', () => {
    const health = (options: string) =>
      readFor(URL_, file(SITE(`\treverse_proxy 127.0.0.1:3000 {\n${options}\n\t}`))).value
    expect(health('health_uri /up')).toMatchObject({
      health: true,
      health_uri: '/up',
      health_wants: '2xx',
      health_least: 200n,
      health_most: 299n,
    })
    expect(health('health_uri /up\nhealth_status 204\nhealth_port 9')).toMatchObject({
      health_wants: '204',
      health_least: 204n,
      health_most: 204n,
      health_port: 9n,
    })
    expect(health('health_uri /up\nhealth_status 3xx')).toMatchObject({
      health_wants: '3xx',
      health_least: 300n,
      health_most: 399n,
    })
    expect(health('fail_duration 30s\nlb_try_duration 2s')).toMatchObject({
      health: false,
      fail_ms: 30_000n,
      try_ms: 2000n,
    })
  })

  it('names the other upstreams as claimed, and upstreams that are names', () => {
    const other = 'http://127.0.0.1:8081 {\n\treverse_proxy 127.0.0.1:4000 app.internal:5000\n}\n'
    const { value } = readFor(URL_, file(SITE('\treverse_proxy shop.internal:3000') + other))
    expect(value.claimed).toEqual(['127.0.0.1:4000', 'app.internal:5000'])
    expect(value.named).toEqual(['shop.internal:3000'])
  })

  it('speaks TLS, with the name and the authority that it checks', () => {
    const tls = 'transport http {\ntls_server_name app.internal\ntls_trusted_ca_certs /etc/ca.pem\n}'
    const { value } = readFor(URL_, file(SITE(`\treverse_proxy https://10.0.0.7 {\n${tls}\n\t}`)))
    expect(value).toMatchObject({
      scheme: 'https',
      tls_name: 'app.internal',
      tls_verify: true,
      tls_trusted: '/etc/ca.pem',
    })
    expect(value.members[0]?.text).toBe('10.0.0.7:443')
  })

  it.each([
    ['{upstream_hostport}', '127.0.0.1:3000'],
    ['shop.internal', 'shop.internal'],
    ['{host}', '127.0.0.1'],
    ['{http.request.header.X-Shop}', '127.0.0.1:8080'],
  ])('Host %s is %s', (configured, host) => {
    const { value } = readFor(URL_, file(SITE(`\treverse_proxy 127.0.0.1:3000 {\nheader_up Host ${configured}\n\t}`)))
    expect(value.upstream_host_header).toBe(host)
  })

  it('imports files and snippets, and says what is missing', () => {
    const main = file('import sites/*.caddy\nimport gone.caddy')
    const site = file(SITE('\treverse_proxy 127.0.0.1:3000'), '/etc/caddy/sites/shop.caddy')
    const { value, dark } = readFor(URL_, main + site)
    expect(value).toMatchObject({ at: '/etc/caddy/sites/shop.caddy:2', complete: false })
    expect(dark[0]?.says).toContain('/etc/caddy/gone.caddy')
  })

  it('tells where it logs', () => {
    const log = (options: string, stderr: string) =>
      readFor(URL_, file(`{\n${options}\n}\n${SITE('\tabort')}`), { ...META, stderr }).value
    expect(log('log {\noutput file /var/log/c.log\nlevel WARN\n}', 'journal')).toMatchObject({
      log: '/var/log/c.log',
      log_kind: 'file',
      log_level: 'WARN',
    })
    expect(log('', '/var/log/caddy.err')).toMatchObject({
      log: '/var/log/caddy.err',
      log_kind: 'file',
      log_level: 'INFO',
    })
    expect(log('', 'journal')).toMatchObject({ log: '', log_kind: 'journal' })
    expect(log('log {\noutput discard\n}', '/x')).toMatchObject({ log: '', log_kind: 'elsewhere' })
    expect(log('log access {\noutput file /var/log/access.log\n}', '')).toMatchObject({ log: '', log_kind: '' })
  })

  it('takes the newest of its files', () => {
    const files = [
      { path: '/etc/caddy/Caddyfile', mtime: '2026-11-20T00:00:00Z' },
      { path: '/etc/caddy/b', mtime: '2026-11-21T00:00:00Z' },
    ]
    const { value } = readFor(URL_, file(SITE('\tabort')), { ...META, files })
    expect(value).toMatchObject({ newest_file: '/etc/caddy/b', newest: new Date('2026-11-21T00:00:00Z') })
  })
})

describe('what runs beside what the file says', () => {
  const both = (text: string, json: string, meta = META) =>
    readFor(URL_, file(text) + running(json), { ...meta, admin: 'answered' }).value

  it('agrees: then the place is the file’s', () => {
    const value = both(SITE('\treverse_proxy 127.0.0.1:3000'), adapted('127.0.0.1:3000'))
    expect(value).toMatchObject({
      source: 'running',
      agrees: true,
      differs: '',
      differs_in: '',
      at: '/etc/caddy/Caddyfile:2',
    })
    expect(value.admin).toBe('http://127.0.0.1:2019/config/')
  })

  it.each([
    [
      'upstream',
      '\treverse_proxy 127.0.0.1:3001',
      {},
      'the file sends to 127.0.0.1:3001; what runs sends to 127.0.0.1:3000',
    ],
    ['handler', '\trespond 503', {}, 'the file answers 503 by itself; what runs sends to 127.0.0.1:3000'],
    ['scheme', '\treverse_proxy https://127.0.0.1:3000', {}, 'the file speaks https; what runs http'],
    [
      'timeout',
      '\treverse_proxy 127.0.0.1:3000',
      { transport: { protocol: 'http', response_header_timeout: 1_000_000_000 } },
      'the file waits for an answer without a limit; what runs 1000 ms',
    ],
    [
      'health',
      '\treverse_proxy 127.0.0.1:3000 {\nhealth_uri /up\n}',
      { health_checks: { active: { uri: '/health', expect_status: 204 } } },
      'the file lets the health check ask /up for 2xx; what runs /health for 204',
    ],
  ])('differs in %s', (kind, directives, more, says) => {
    const value = both(SITE(directives), adapted('127.0.0.1:3000', more))
    expect(value).toMatchObject({ differs: says, differs_in: kind, agrees: false, at: 'the running configuration' })
    if (kind === 'upstream') {
      expect(value.file_members.map(({ text }) => text)).toEqual(['127.0.0.1:3001'])
      expect(value.file_at).toBe('/etc/caddy/Caddyfile:2')
    }
  })

  it('does not compare with a file of which a part is missing', () => {
    const value = both(`import gone\n${SITE('\treverse_proxy 127.0.0.1:3001')}`, adapted('127.0.0.1:3000'))
    expect(value).toMatchObject({ differs: '', agrees: false, complete: true })
  })

  it('knows how the endpoint counts its upstreams', () => {
    const counts = JSON.stringify([{ address: '127.0.0.1:3000', num_requests: 2, fails: 5 }, { address: 7 }, null])
    const { value } = readFor(URL_, running(adapted('127.0.0.1:3000')) + upstreams(counts))
    expect(value.upstreams).toEqual([{ address: '127.0.0.1:3000', requests: 2n, fails: 5n }])
  })

  it('reads a JSON file as it reads what runs', () => {
    const { value } = readFor(URL_, file(adapted('127.0.0.1:3000'), '/etc/caddy/caddy.json'))
    expect(value).toMatchObject({ source: 'files', at: '/etc/caddy/caddy.json', handler: 'proxy' })
  })

  it('takes pasted JSON for what runs and any other text for a file', () => {
    expect(readFor(URL_, adapted('127.0.0.1:3000')).value.source).toBe('running')
    expect(readFor(URL_, SITE('\tabort')).value.source).toBe('files')
  })
})

describe('what is kept', () => {
  const kept = (out: string) => caddyConfigReader.keep?.(out).out ?? ''

  it('holds no secrets, bodies, comments or headers', () => {
    const text = kept(
      file(fixture('shop.Caddyfile')) +
        file(fixture('php.Caddyfile'), '/etc/caddy/php') +
        running(fixture('shop.json')),
    )
    for (const secret of ['sk-1234567890', '$2a$14', 'bob', 'sorry', 'closed for now', 'The shop itself', '"gone"']) {
      expect(text).not.toContain(secret)
    }
    expect(text).toContain('reverse_proxy')
  })

  it('reads the same wherever the URL leads', () => {
    for (const path of ['/', '/api/x', '/old/x', '/legacy/a', '/img/x', '/v1/x', '/x/1', '/secret', '/broken']) {
      for (const port of [8081, 8082, 8083]) {
        readFor(
          `http://shop.example.com:${port}${path}`,
          file(fixture('shop.Caddyfile')) + running(fixture('shop.json')),
        )
        readFor(`http://127.0.0.1:${port}${path}`, file(fixture('shop.Caddyfile')))
      }
    }
  })

  it('is small beside much that decides nothing', () => {
    const noise = Array.from({ length: 500 }, (_, n) => `\theader X-${n} "value ${n}"`).join('\n')
    expect(kept(file(SITE(`${noise}\n\treverse_proxy 127.0.0.1:3000`)))).not.toContain('value 7')
  })
})

describe('whatever the text', () => {
  const read = (out: string) => caddyConfigReader.read(captured(out, META), askedFor(URL_))

  it('is total, and what is kept reads without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '{',
            '}',
            '"',
            '`',
            '\n',
            ' ',
            '#',
            '\\',
            '@',
            '/',
            '*',
            'a',
            ':8080',
            'reverse_proxy ',
            'respond ',
            'import ',
            'handle ',
            '<<E\n',
          ),
        }),
        (text) => {
          expect(typeof read(file(text)).value.complete).toBe('boolean')
          expect(typeof read(caddyConfigReader.keep?.(file(text)).out ?? '').value.complete).toBe('boolean')
        },
      ),
    )
  })

  it('takes any JSON for a configuration', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(typeof read(running(text)).value.listens).toBe('boolean')
      }),
    )
  })

  it.each(['{ ', 'a {\n', '"', '`', 'import x\n', '@a path /x\n'])('takes a megabyte of %j in time', (part) => {
    const began = cpuNow()
    read(file(part.repeat(Math.ceil(1e6 / part.length))))
    expect(cpuNow() - began).toBeLessThan(5000)
  })

  it('says so where nothing was read', () => {
    expect(read('')).toMatchObject({ value: { complete: false, source: '' }, dark: [{ why: 'no-such-file' }] })
  })
})
