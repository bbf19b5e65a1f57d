import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { translated } from '../../../src/reading/apache/config-logs.ts'
import { compileAccessFormat, parseAccessLine } from '../../../src/reading/nginx/access-line.ts'
import { NEVER } from '../../../src/words/value.ts'
import { reading, shop, valueFor } from './config-support.ts'

const settings = (lines: string, before = '') =>
  valueFor(shop(`${lines}\nProxyPass / http://app.internal:3000/`, before))

describe('how long Apache waits', () => {
  it.each([
    ['', '', 60_000n],
    ['', 'Timeout 30', 30_000n],
    ['ProxyTimeout 5', 'Timeout 30', 5000n],
    ['', 'ProxyTimeout 5', 5000n],
    ['ProxyTimeout 500ms', '', 500n],
    ['ProxyTimeout 2min', '', 120_000n],
    ['ProxyTimeout nonsense', '', 60_000n],
  ])('%j %j', (lines, before, ms) => {
    expect(settings(lines, before).read_timeout_ms).toBe(ms)
  })

  it('what stands behind the target comes first; for connecting there is a word of its own', () => {
    const of = (words: string) => {
      const { read_timeout_ms, connect_timeout_ms } = valueFor(shop(`ProxyTimeout 9\nProxyPass / http://a/ ${words}`))
      return [read_timeout_ms, connect_timeout_ms]
    }
    expect(of('')).toEqual([9000n, 9000n])
    expect(of('timeout=5')).toEqual([5000n, 5000n])
    expect(of('timeout=5 connectiontimeout=1')).toEqual([5000n, 1000n])
    expect(of('connectiontimeout=250ms')).toEqual([9000n, 250n])
  })

  it('ProxySet in the section of the target', () => {
    const lines = '<Proxy http://app.internal:3000/>\nProxySet timeout=3\n</Proxy>'
    expect(settings(lines).read_timeout_ms).toBe(3000n)
    expect(settings('ProxySet http://app.internal:3000/ timeout=4').read_timeout_ms).toBe(4000n)
    expect(settings('<Proxy http://other/>\nProxySet timeout=3\n</Proxy>').read_timeout_ms).toBe(60_000n)
  })
})

describe('what the upstream gets', () => {
  it('its own name as Host, or the visitor’s', () => {
    expect(settings('').upstream_host_header).toBe('app.internal:3000')
    expect(settings('ProxyPreserveHost On').upstream_host_header).toBe('shop.example.com')
    expect(valueFor(shop('ProxyPass / http://app.internal/')).upstream_host_header).toBe('app.internal')
    expect(valueFor(shop('ProxyPass / https://app.internal/')).upstream_host_header).toBe('app.internal')
  })

  it('names are told from addresses', () => {
    expect(settings('').named).toEqual(['app.internal:3000'])
    expect(valueFor(shop('ProxyPass / http://127.0.0.1:1/')).named).toEqual([])
    expect(valueFor(shop('ProxyPass / http://localhost:1/')).named).toEqual([])
  })

  it('a target that only a request decides', () => {
    expect(valueFor(shop('RewriteEngine on\nRewriteRule ^/ http://%{HTTP_HOST}:3000/ [P]')).variable).toBe(true)
    expect(settings('').variable).toBe(false)
  })

  it('how large a header may be', () => {
    expect(settings('').field_bytes).toBe(8192n)
    expect(valueFor(shop('ProxyPass / http://a/ responsefieldsize=16384')).field_bytes).toBe(16_384n)
  })
})

describe('TLS to the upstream', () => {
  const tls = (lines: string, target = 'https://app.internal/') => valueFor(shop(`${lines}\nProxyPass / ${target}`))

  it('by itself nothing is verified but the name', () => {
    expect(tls('SSLProxyEngine on')).toMatchObject({
      tls_engine: true,
      tls_verify: false,
      tls_name: 'app.internal',
      tls_sni: 'app.internal',
      tls_protocols: [],
      tls_trusted: '',
    })
  })

  it('without SSLProxyEngine nothing can work', () => {
    expect(tls('').tls_engine).toBe(false)
  })

  it.each([
    ['SSLProxyVerify require', true],
    ['SSLProxyVerify optional', true],
    ['SSLProxyVerify none', false],
    ['SSLProxyVerify optional_no_ca', false],
  ])('%s', (line, verify) => {
    expect(tls(line).tls_verify).toBe(verify)
  })

  it('an address is checked, and never sent as a name', () => {
    expect(tls('', 'https://127.0.0.1:8443/')).toMatchObject({ tls_name: '127.0.0.1', tls_sni: '' })
  })

  it('the name may be the visitor’s, or not be checked', () => {
    expect(tls('ProxyPreserveHost On')).toMatchObject({ tls_name: 'shop.example.com', tls_sni: 'shop.example.com' })
    expect(tls('SSLProxyCheckPeerName off').tls_name).toBe('')
  })

  it.each([
    ['TLSv1.2', ['TLSv1.2']],
    ['all -TLSv1 -TLSv1.1', ['TLSv1.2', 'TLSv1.3']],
    ['-all +TLSv1.3', ['TLSv1.3']],
    ['all -SSLv3', ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ])('SSLProxyProtocol %s', (words, versions) => {
    expect(tls(`SSLProxyProtocol ${words}`).tls_protocols).toEqual(versions)
  })

  it('ciphers, authorities, and where it stands', () => {
    const value = tls('SSLProxyVerify require\nSSLProxyCipherSuite HIGH:!aNULL\nSSLProxyCACertificateFile ssl/ca.pem')
    expect(value).toMatchObject({
      tls_ciphers: 'HIGH:!aNULL',
      tls_trusted: '/etc/apache2/ssl/ca.pem',
      tls_at: '/etc/apache2/apache2.conf:5',
    })
  })

  it('plain HTTP has none of it', () => {
    expect(settings('SSLProxyVerify require')).toMatchObject({ tls_verify: false, tls_name: '', tls_sni: '' })
  })
})

describe('logs', () => {
  it.each([
    ['ErrorLog /var/log/apache2/shop.log', '/var/log/apache2/shop.log', ''],
    ['ErrorLog logs/shop.log', '/etc/apache2/logs/shop.log', ''],
    ['', '/etc/apache2/logs/error_log', ''],
    ['ErrorLog "|/usr/bin/rotatelogs /var/log/x 86400"', '', 'pipe'],
    ['ErrorLog syslog:local1', '', 'syslog'],
    ['ErrorLog /dev/stderr', '/dev/stderr', 'stderr'],
  ])('%j', (line, path, kind) => {
    expect(settings(line)).toMatchObject({ error_log: path, error_log_kind: kind })
  })

  it('a host’s own log comes before the main server’s', () => {
    expect(settings('ErrorLog /shop.log', 'ErrorLog /main.log').error_log).toBe('/shop.log')
    expect(settings('', 'ErrorLog /main.log').error_log).toBe('/main.log')
  })

  it.each([
    ['', 'warn'],
    ['LogLevel error', 'error'],
    ['LogLevel warn proxy:debug', 'debug'],
    ['LogLevel crit rewrite:trace3', 'crit'],
    ['LogLevel proxy_module:info', 'info'],
  ])('%j', (line, level) => {
    expect(settings(line).error_log_level).toBe(level)
  })

  it('an access log in a named format, in nginx’s words', () => {
    const before = 'LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined'
    expect(settings('CustomLog /var/log/apache2/access.log combined', before)).toMatchObject({
      access_log: '/var/log/apache2/access.log',
      access_log_format:
        '$remote_addr $remote_logname $remote_user [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent"',
    })
    expect(settings('CustomLog "|/bin/cat" combined', before).access_log).toBe('')
    expect(settings('CustomLog /some.log combined env=dontlog', before).access_log).toBe('')
    expect(settings('TransferLog /some.log').access_log_format).toContain('$request')
  })

  it('a line of Apache’s is read by the format that was made of its own', () => {
    const format = compileAccessFormat(translated('%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"'))
    const line =
      'shop.example.com:80 127.0.0.1 - - [21/Nov/2026:09:48:52 +0000] "GET /checkout HTTP/1.1" 503 559 "-" "triage502/0.1.0"'
    expect(format && parseAccessLine(format, line)).toMatchObject({
      at: Date.UTC(2026, 10, 21, 9, 48, 52),
      status: 503,
      request: 'GET /checkout HTTP/1.1',
      server: 'shop.example.com',
      agent: 'triage502/0.1.0',
    })
    expect(format?.names_host).toBe(true)
  })

  it.each([
    ['%{%Y-%m-%d}t %>s', ''],
    ['%t %>s %{X-Id}o', '[$time_local] $status $unknown_o_x_id'],
    ['%t %<s %b%%', '[$time_local] $status $body_bytes_sent%'],
    ['%a %{c}a %t', '$remote_addr $remote_addr [$time_local]'],
  ])('%s', (format, expected) => {
    expect(translated(format)).toBe(expected)
  })
})

describe('the rest of what is told', () => {
  it('pages that replace its own errors, workers, who else is sent to, words that name the site', () => {
    const text = `MaxRequestWorkers 150\n${shop('DocumentRoot /srv/shop/public\nErrorDocument 502 /502.html\nProxyErrorOverride On\nProxyPass /api http://127.0.0.1:4000/\nProxyPass / http://127.0.0.1:3000/')}\n<VirtualHost *:80>\nServerName blog.example.com\n<FilesMatch x>\nSetHandler "proxy:unix:/run/blog.sock|fcgi://localhost"\n</FilesMatch>\n<Location /a>\nProxyPass http://127.0.0.1:5000/\n</Location>\n</VirtualHost>`
    const value = valueFor(text)
    expect(value).toMatchObject({
      max_workers: 150n,
      max_workers_at: '/etc/apache2/apache2.conf:1',
      intercept_errors: true,
      error_pages: [{ code: 502n, uri: '/502.html', at: '/etc/apache2/apache2.conf:7' }],
      names: ['shop.example.com', 'shop'],
    })
    expect(value.claimed.map(({ host, port, socket }) => socket || `${host}:${port}`)).toEqual([
      '127.0.0.1:4000',
      '/run/blog.sock',
      '127.0.0.1:5000',
    ])
  })

  it('when it was changed, and when it was loaded', () => {
    const meta = {
      files: [
        { path: '/a', mtime: '2026-11-21T01:00:00.000Z' },
        { path: '/b', mtime: '2026-11-21T02:00:00.000Z' },
      ],
      loaded: '2026-11-21T01:30:00.000Z',
    }
    expect(valueFor(shop(''), undefined, { meta })).toMatchObject({
      newest: new Date('2026-11-21T02:00:00.000Z'),
      newest_file: '/b',
      loaded_at: new Date('2026-11-21T01:30:00.000Z'),
      files: 2n,
    })
    expect(valueFor(shop('')).loaded_at).toEqual(NEVER)
  })

  it('the directives that decide are shown', () => {
    expect(reading(shop('ProxyPass / http://127.0.0.1:3000/')).lines).toEqual([
      '/etc/apache2/apache2.conf:3: <virtualhost *:80>',
      '/etc/apache2/apache2.conf:4: servername shop.example.com',
      '/etc/apache2/apache2.conf:5: proxypass / http://127.0.0.1:3000/',
    ])
  })
})

describe('what makes it less than certain', () => {
  const dark = (...given: Parameters<typeof reading>) => reading(...given).dark.map(({ says }) => says)

  it('nothing, where all was read', () => {
    expect(reading(shop('ProxyPass / http://127.0.0.1:3000/'))).toMatchObject({
      dark: [],
      value: { complete: true, broken: '' },
    })
  })

  it.each([
    [
      { meta: { unreadable: ['/etc/apache2/secret.conf'] } },
      'Not read, though Apache includes it: /etc/apache2/secret.conf',
    ],
    [{ meta: { limited: true } }, 'in part only'],
    [{ capture: { cut: true } }, 'in part only'],
    [{ capture: { outcome: 'blind', why: 'no-permission', says: 'may not' } as const }, 'may not'],
  ])('%j', (more, says) => {
    expect(dark(shop(''), undefined, more).join()).toContain(says)
    expect(reading(shop(''), undefined, more).value.complete).toBe(false)
  })

  it('nothing was read at all', () => {
    expect(dark('').join()).toContain("Apache's configuration was not read")
    expect(valueFor('')).toMatchObject({ listens: false, server_found: false, members: [], handler: '' })
  })

  it.each([
    ['<VirtualHost *:80>\nServerName a', 'is never closed'],
    ['ProxyPas / http://a/', "Invalid command 'proxypas'"],
    ['LoadModule ssl_module x.so\nProxyPass / http://a/', 'proxy_module is not loaded'],
    [
      'LoadModule proxy_module x.so\n<VirtualHost *:80>\nRewriteEngine on\n</VirtualHost>',
      'rewrite_module is not loaded',
    ],
  ])('Apache would refuse %j', (text, says) => {
    expect(valueFor(`Listen 80\n${text}`).broken).toContain(says)
  })

  it('without any LoadModule the modules are built in', () => {
    expect(valueFor(shop('ProxyPass / http://a/')).broken).toBe('')
  })
})

describe('whatever the text', () => {
  it('is read without an error', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'Listen 80\n',
        '<VirtualHost *:80>\n',
        '</VirtualHost>\n',
        'ProxyPass ',
        '/ ',
        'http://',
        'unix:|',
        'balancer://x',
        '\nRewriteEngine on\n',
        'RewriteRule ',
        '^ ',
        '[P,R=503]\n',
        '<Proxy balancer://x>\n',
        'BalancerMember ',
        'SetHandler proxy:',
        '\nErrorLog ',
      ),
    )
    fc.assert(fc.property(fc.array(word, { maxLength: 30 }), (words) => void reading(words.join(''))))
  })
})
